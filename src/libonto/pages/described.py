"""Things for people: what they ask for, what asks for them, and what corresponds to them.

A position and its categories with their clauses, and what each category adds; acts, duties,
knowledge items and concepts of frameworks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from libonto.crosswalk.chains import Relation
from libonto.graph.description import Wording
from libonto.graph.terms import ID
from libonto.law.editions import today, undecided_questions
from libonto.law.model import Category, PositionRules, Requirement
from libonto.pages import law
from libonto.pages.choices import abroad, offered
from libonto.pages.respond import OpenPage
from libonto.pages.site import Page, host_of
from libonto.verdict.notices import edition_notice
from libonto.voice.words import Words


def edition_line(page: OpenPage, iri: str | None = None) -> str:
    """By which text is judged today for a position, the default one without `iri`."""
    rules = page.positions.rules(iri or page.positions.default)
    notice = edition_notice(rules, page.positions.editions, today())
    return Words(page.graph, page.lang).judged_by([notice] if notice else [], rules.edition_iri)


def about(page: OpenPage, iri: str) -> dict[str, Any] | None:
    """What the page of a thing shows to people; None for what is shown as data alone."""
    positions = page.positions
    for position in positions.iris:
        if iri == position:
            return _position(page, positions.rules(position))
        for edition in positions.editions.of_position(position) or (None,):
            rules = positions.rules(position, edition.iri if edition else None)
            if category := rules.category(iri):
                return _category(page, rules, category)
    for class_, sections in _SECTIONS.items():
        if page.graph.is_a(iri, class_):
            return {
                "kind": "thing",
                "position": "",
                "sections": [(page.say(key), rows) for key, rows in sections(page, iri) if rows],
                "counterparts": _counterparts(page, [iri]),
            }
    return None


@dataclass(frozen=True)
class Fact:
    """A line of a section: a name with a page or an address, and a note beside it."""

    label: str
    href: str = ""
    note: str = ""
    status: str = ""


Sections = Iterator[tuple[str, list[Fact]]]
"""The parts of a thing's page, each under a heading: a key of the page's sentences."""


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
            _fact(page, i, "; ".join(row.label for row in _requiring(page, i)))
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
    acts = page.graph.iris(iri, "lo:refersToAct")
    yield "described.asked-by", _requiring(page, iri)
    yield "law.act", [_fact(page, act, *_force(page, act)) for act in acts]


def _reading(page: Page, iri: str) -> Sections:
    """Its options, the one that holds where none is chosen, why, and what it bears on."""
    graph = page.graph
    default = graph.iris(iri, "lo:defaultOption")
    options = sorted(graph.iris(iri, "lo:hasOption"), key=lambda option: option not in default)
    notes = [page.say("described.default") if option in default else "" for option in options]
    reason = graph.translations(iri, "lo:reason").get(page.content)
    yield (
        "described.options",
        [_fact(page, option, note) for option, note in zip(options, notes, strict=True)],
    )
    yield "described.reason", [Fact(reason)] if reason else []
    yield "described.bears-on", _rows(page, graph.iris(iri, "lo:bearsOn"))


def _requiring(page: Page, item: str) -> list[Fact]:
    """The categories that ask for an item themselves; one line where each ladder's lowest does."""
    graph = page.graph
    requirements = graph.subject_iris("lo:requiresKnowledge", item)
    stating = [level.iri for level in law.levels_stating(page, requirements)]
    every = [level.iri for level in law.levels(page)]
    lowest = {iri for iri in every if not graph.iris(iri, "lo:inherits")}
    if lowest and lowest.issubset(stating):
        return [Fact(page.say("law.all-levels"))]
    return _rows(page, stating)


def _concept(page: Page, iri: str) -> Sections:
    """Its place in its framework, and what an occupation holds to be essential."""
    graph = page.graph
    code = graph.text(iri, "skos:notation") or ""
    essential = []
    for skill in graph.iris(iri, "esco:relatedEssentialSkill"):
        links = abroad(page).crosswalk.links.get(skill, ())
        ours = "; ".join(page.label(link.end) for link in links if link.end.startswith(ID))
        essential.append(_fact(page, skill, ours, "met" if ours else "not-shown"))
    essential.sort(key=lambda row: (row.status, row.label.casefold()))
    yield "crosswalk.framework", [_fact(page, scheme, code) for scheme in graph.schemes(iri)[:1]]
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


def _fact(page: Page, iri: str, note: str = "", status: str = "") -> Fact:
    return Fact(page.label(iri), page.link(iri), note, status)


def _rows(page: Page, iris: Iterable[str]) -> list[Fact]:
    return [_fact(page, iri) for iri in iris]


def _addresses(page: Page, iri: str, predicate: str) -> list[Fact]:
    """Pages elsewhere, by the names of their hosts: an address itself tells people little."""
    addresses = page.graph.iris(iri, predicate)
    return [Fact(host_of(a), a) for a in addresses if a.startswith(("https://", "http://"))]


def _position(page: Page, rules: PositionRules) -> dict[str, Any]:
    return {
        "kind": "position",
        "position": rules.iri,
        "slug": rules.slug,
        "ladders": [_steps(rules, ladder) for ladder in rules.ladders],
        "below": None,
        "duties": page.graph.in_order(page.graph.iris(rules.iri, "lo:hasDuty")),
        "requirements": list(_of_any_category(page, rules)),
        "counterparts": _counterparts(page, [rules.iri, *map(rules.ladder_iri, rules.ladders)]),
        "undecided": undecided_questions(page.graph, rules.iri),
    }


def _steps(rules: PositionRules, ladder: str) -> list[str]:
    return [category.iri for category in rules.categories if category.ladder == ladder]


def _of_any_category(page: Page, rules: PositionRules) -> Iterator[dict[str, Any]]:
    """All requirements of a position, each with the categories from which on it is stated."""
    lowest = [c for c in rules.categories if not c.inherits]
    for requirement in sorted(rules.requirements, key=_refutable_first):
        stating = {c.iri for c in rules.categories if requirement.iri in c.requirements}
        first = [c for c in rules.categories if c.iri in stating and c.inherits not in stating]
        if first:
            since = page.say("check.asked-from", levels="; ".join(page.short(c.iri) for c in first))
            if first == lowest:
                since = page.say("law.all-levels")
            yield _requirement(page, requirement, first[0], since=since)


def _category(page: OpenPage, rules: PositionRules, category: Category) -> dict[str, Any]:
    below = next((c for c in rules.categories if c.iri == category.inherits), None)
    inherited = below.requirements if below else ()
    requirements = sorted(map(rules.requirement, category.requirements), key=_refutable_first)
    ladders = page.graph.iris(category.iri, "lo:inLadder")
    accepted = [level for requirement in requirements for level in requirement.levels]
    return {
        "kind": "category",
        "position": rules.iri,
        "slug": f"{rules.slug}/{category.slug}",
        "ladders": [_steps(rules, category.ladder)],
        "below": below.iri if below else None,
        "duties": (),
        "requirements": [
            _requirement(page, r, category, added=bool(below) and r.iri not in inherited)
            for r in requirements
        ],
        "counterparts": _counterparts(page, [category.iri, *accepted, *ladders, rules.iri]),
        "form": offered(page),
    }


def _refutable_first(requirement: Requirement) -> tuple[bool, str]:
    """What a profile can refute comes first: education and service before much knowledge."""
    return not requirement.kind.refutable, requirement.kind.name


def _requirement(
    page: Page,
    requirement: Requirement,
    category: Category,
    *,
    since: str = "",
    added: bool = False,
) -> dict[str, Any]:
    clause = requirement.clause_for(category.iri)
    return {
        "iri": requirement.item or requirement.iri,
        "kind": requirement.kind.name,
        "added": added,
        "since": since,
        "clause": clause,
        "translation": Wording(page.graph, page.lang).translation(clause),
    }


def _counterparts(page: Page, iris: Iterable[str]) -> list[dict[str, Any]]:
    """What corresponds to some things along the crosswalk, other countries' frameworks aside."""
    crosswalk = abroad(page).crosswalk
    frameworks = crosswalk.frameworks
    rows = []
    for iri in dict.fromkeys(iris):
        for match in crosswalk.counterparts(iri):
            slug = frameworks.of(match.end)
            if slug in frameworks.of_countries or slug == "qualification":
                continue
            scheme = frameworks.all.get(slug)
            class_ = page.graph.iri(match.end, "rdf:type") or match.end
            rows.append(
                {
                    "of": page.label(iri),
                    "match": match,
                    "code": frameworks.code(match.end) if scheme else None,
                    "scheme": scheme.iri if scheme else class_,
                    "rank": list(Relation).index(match.relation),
                }
            )
    return rows
