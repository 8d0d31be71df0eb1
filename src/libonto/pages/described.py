"""Things for people: what they ask for, what asks for them, and what corresponds to them.

A position and its categories with their clauses, and what each category adds; acts, duties,
knowledge items and concepts of frameworks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from libonto.crosswalk.chains import Crosswalk, Relation
from libonto.graph.terms import ID
from libonto.law.editions import today, undecided_questions
from libonto.law.model import Category, PositionRules, Requirement
from libonto.pages import law
from libonto.pages.choices import offered
from libonto.pages.respond import OpenPage
from libonto.pages.site import Page, host_of
from libonto.verdict.notices import edition_notice
from libonto.voice.words import Words


def edition_said(page: OpenPage, iri: str | None = None) -> str:
    """By which text is judged today for a position, the default one without `iri`."""
    rules = page.positions.rules(iri or page.positions.default)
    notice = edition_notice(rules, page.positions.editions, today())
    edition = rules.edition.iri if rules.edition else None
    return Words(page.graph, page.lang).judged_by([notice] if notice else [], edition)


def undecided(page: Page, position: str) -> list[dict[str, Any]]:
    """The questions that the position's act does not decide: the answer, and where to look."""
    return [
        {
            **vars(page.resource(question.iri)),
            "answer": page.definition(question.iri),
            "see": [page.resource(iri) for iri in question.references],
        }
        for question in undecided_questions(page.graph, position)
    ]


def about(page: OpenPage, iri: str) -> dict[str, Any] | None:
    """What the page of a thing shows to people; None for what is shown as data alone."""
    positions = page.positions
    for position in positions.iris:
        if iri == position:
            return _position(page, positions.rules(position))
        for edition in positions.editions.of_position(position) or (None,):
            rules = positions.rules(position, edition.iri if edition else None)
            category = next((c for c in rules.categories if c.iri == iri), None)
            if category is not None:
                return _category(page, rules, category)
    sections = [make for class_, make in _SECTIONS.items() if page.graph.is_a(iri, class_)]
    if not sections:
        return None
    return {
        "kind": "thing",
        "position": "",
        "sections": [(page.say(key), rows) for key, rows in sections[0](page, iri) if rows],
        "counterparts": _counterparts(page, [iri]),
    }


@dataclass(frozen=True)
class Fact:
    """A line of a section: a name with a page or an address, and what is to be said beside it."""

    label: str
    href: str = ""
    note: str = ""
    status: str = ""


Sections = Iterator[tuple[str, list[Fact]]]
"""What is said of a thing, each part under a heading: a key of the page's sentences."""


def _act(page: Page, iri: str) -> Sections:
    """Whether it is in force, what it replaced and what replaced it, and who must know it."""
    graph = page.graph
    marks = "; ".join(map(page.label, graph.iris(iri, "lo:confirmation")))
    adopted, number = graph.text(iri, "eli:date_document"), graph.text(iri, "eli:number")
    state, status = _force(page, iri)
    yield "law.status", [Fact(state, note=marks, status=status)]
    yield "law.successor", _rows(page, graph.iris(iri, "dcterms:isReplacedBy"))
    yield "described.replaces", _rows(page, graph.iris(iri, "dcterms:replaces"))
    facts = [Fact(page.day(adopted))] if adopted else []
    yield "described.adopted", facts + ([Fact(f"№ {number}")] if number else [])
    yield "described.published", _addresses(page, iri, "rdfs:seeAlso")
    yield (
        "described.named-by",
        [
            Fact(page.label(i), page.link(i), "; ".join(row.label for row in _asked_by(page, i)))
            for i in graph.subject_iris("lo:refersToAct", iri)
        ],
    )


def _force(page: Page, act: str) -> tuple[str, str]:
    """Whether an act is in force, in words and as a status."""
    ceased = page.graph.text(act, "eli:date_no_longer_in_force")
    if ceased:
        return page.say("law.ceased", date=page.day(ceased)), "not-met"
    return page.say("law.in-force"), "met"


def _duty(page: Page, iri: str) -> Sections:
    """Whose duty it is, and what of it is a duty of its own."""
    yield "described.duty-of", _rows(page, page.graph.subject_iris("lo:hasDuty", iri))


def _knowledge(page: Page, iri: str) -> Sections:
    """By which categories it is asked for, and the act that it names."""
    named = page.graph.iris(iri, "lo:refersToAct")
    yield "described.asked-by", _asked_by(page, iri)
    yield "law.act", [Fact(page.label(a), page.link(a), *_force(page, a)) for a in named]


def _reading(page: Page, iri: str) -> Sections:
    """Its options, the one that holds where none is chosen, why, and what it bears on."""
    graph = page.graph
    default = graph.iris(iri, "lo:defaultOption")
    options = sorted(graph.iris(iri, "lo:hasOption"), key=lambda option: option not in default)
    notes = [page.say("described.default") if option in default else "" for option in options]
    reason = graph.translations(iri, "lo:reason").get(page.content)
    yield (
        "described.options",
        [Fact(page.label(o), page.link(o), note) for o, note in zip(options, notes, strict=True)],
    )
    yield "described.reason", [Fact(reason)] if reason else []
    yield "described.bears-on", _rows(page, graph.iris(iri, "lo:bearsOn"))


def _asked_by(page: Page, item: str) -> list[Fact]:
    """The categories that ask for an item themselves; one line where each ladder's lowest does."""
    graph = page.graph
    requirements = set(graph.subject_iris("lo:requiresKnowledge", item))
    every = [level.iri for level in law.levels(page)]
    lowest = {iri for iri in every if not graph.iris(iri, "lo:inherits")}
    stating = [i for i in every if not requirements.isdisjoint(graph.iris(i, "lo:hasRequirement"))]
    if lowest and lowest.issubset(stating):
        return [Fact(page.say("law.all-levels"))]
    return _rows(page, stating)


def _concept(page: Page, iri: str) -> Sections:
    """Its place in its framework, and what an occupation holds to be essential."""
    graph = page.graph
    code = graph.text(iri, "skos:notation") or ""
    essential = []
    for skill in graph.iris(iri, "esco:relatedEssentialSkill"):
        links = _crosswalk(page).links.get(skill, ())
        ours = "; ".join(page.label(link.end) for link in links if link.end.startswith(ID))
        essential.append(
            Fact(page.label(skill), page.link(skill), ours, "met" if ours else "not-shown")
        )
    essential.sort(key=lambda row: (row.status, row.label.casefold()))
    place = [Fact(page.label(scheme), page.link(scheme), code) for scheme in graph.schemes(iri)[:1]]
    yield "crosswalk.framework", place
    yield "described.broader", _rows(page, graph.iris(iri, "skos:broader"))
    yield "described.narrower", _rows(page, graph.iris(iri, "skos:narrower"))
    yield "described.essential", essential
    yield "described.source", _addresses(page, iri, "dcterms:source")


_SECTIONS: dict[str, Callable[[Page, str], Sections]] = {
    "eli:LegalResource": _act,
    "lo:Duty": _duty,
    "lo:KnowledgeItem": _knowledge,
    "lo:Reading": _reading,
    "skos:Concept": _concept,
}


def _rows(page: Page, iris: Iterable[str]) -> list[Fact]:
    return [Fact(page.label(iri), page.link(iri)) for iri in iris]


def _addresses(page: Page, iri: str, predicate: str) -> list[Fact]:
    """Pages elsewhere, by the names of their hosts: an address itself tells people little."""
    found = page.graph.iris(iri, predicate)
    return [Fact(host_of(iri), iri) for iri in found if iri.startswith(("https://", "http://"))]


def _position(page: Page, rules: PositionRules) -> dict[str, Any]:
    duties = page.graph.iris(rules.iri, "lo:hasDuty")
    return {
        "kind": "position",
        "position": rules.iri,
        "ladders": [
            [page.resource(c.iri) for c in rules.categories if c.ladder == ladder]
            for ladder in rules.ladders
        ],
        "duties": list(map(page.resource, page.graph.in_order(duties))),
        "below": None,
        "requirements": list(_of_any_category(page, rules)),
        "counterparts": _counterparts(page, [rules.iri, *map(rules.ladder_iri, rules.ladders)]),
        "undecided": undecided(page, rules.iri),
        "slug": rules.slug,
    }


def _of_any_category(page: Page, rules: PositionRules) -> Iterator[dict[str, Any]]:
    """All requirements of a position, each with the categories from which on it is asked for."""
    lowest = [c for c in rules.categories if not c.inherits]
    for requirement in sorted(rules.requirements, key=_refutable_first):
        asking = {c.iri for c in rules.categories if requirement.iri in c.requirements}
        first = [c for c in rules.categories if c.iri in asking and c.inherits not in asking]
        if first:
            since = page.say("check.asked-from", levels="; ".join(page.short(c.iri) for c in first))
            yield {
                **_requirement(page, requirement, first[0]),
                "since": page.say("law.all-levels") if first == lowest else since,
            }


def _category(page: Page, rules: PositionRules, category: Category) -> dict[str, Any]:
    below = next((c for c in rules.categories if c.iri == category.inherits), None)
    inherited = below.requirements if below else ()
    requirements = sorted(map(rules.requirement, category.requirements), key=_refutable_first)
    ladders = page.graph.iris(category.iri, "lo:inLadder")
    accepted = [level for requirement in requirements for level in requirement.levels]
    return {
        "kind": "category",
        "position": rules.iri,
        "ladders": [
            [page.resource(c.iri) for c in rules.categories if c.ladder == category.ladder]
        ],
        "duties": [],
        "below": page.resource(below.iri) if below else None,
        "requirements": [
            {**_requirement(page, requirement, category), "added": requirement.iri not in inherited}
            for requirement in requirements
        ],
        "counterparts": _counterparts(page, [category.iri, *accepted, *ladders, rules.iri]),
        "form": offered(page),
        "slug": f"{rules.slug}/{category.slug}",
    }


def _refutable_first(requirement: Requirement) -> tuple[bool, str]:
    """What a profile can refute comes first: education and service before much knowledge."""
    return not requirement.kind.refutable, requirement.kind.name


def _requirement(page: Page, requirement: Requirement, category: Category) -> dict[str, Any]:
    clause = requirement.clause_for(category.iri)
    return {
        **vars(page.resource(requirement.item or requirement.iri)),
        "kind": requirement.kind.name,
        "added": False,
        "since": "",
        "clause": clause,
        "translation": Words(page.graph, page.lang).translation(clause),
    }


def _crosswalk(page: Page) -> Crosswalk:
    return page.site.once("crosswalk", lambda: Crosswalk(page.graph))


def _counterparts(page: Page, iris: Iterable[str]) -> list[dict[str, Any]]:
    """What corresponds to some things along the crosswalk, other countries' frameworks aside."""
    crosswalk = _crosswalk(page)
    frameworks = crosswalk.frameworks
    found = []
    for iri in dict.fromkeys(iris):
        for match in crosswalk.counterparts(iri):
            slug = frameworks.of(match.end)
            if slug in frameworks.of_countries or slug == "qualification":
                continue
            scheme = frameworks.all.get(slug)
            classes = page.graph.iris(match.end, "rdf:type") or [match.end]
            found.append(
                {
                    "of": page.label(iri),
                    "counterpart": page.resource(match.end),
                    "code": (frameworks.code(match.end) or "") if scheme else "",
                    "scheme": page.label(scheme.iri if scheme else classes[0]),
                    "relation": page.say(f"crosswalk.{match.relation.value}"),
                    "rank": list(Relation).index(match.relation),
                    "strength": match.strength,
                    "confirmation": page.say(f"crosswalk.{match.confirmation}"),
                }
            )
    return found
