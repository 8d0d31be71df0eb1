"""Things for people: what they ask for, what asks for them, and what corresponds to them.

A position and its categories with their clauses, and what each category adds; acts, duties,
knowledge items and concepts of frameworks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from libonto.crosswalk.chains import Crosswalk, Relation
from libonto.graph.terms import ID, resource
from libonto.law import acts
from libonto.law.editions import today
from libonto.law.model import Category, PositionRules, Requirement
from libonto.law.positions import Positions
from libonto.pages import law
from libonto.pages.choices import choices
from libonto.pages.site import Item, Page, host_of
from libonto.verdict.notices import edition_notice
from libonto.voice.words import Words


def edition_said(page: Page, positions: Positions, iri: str | None = None) -> str:
    """By which text is judged today for a position, the default one without `iri`."""
    rules = positions.rules(iri or positions.default)
    notice = edition_notice(rules, positions.editions, today())
    edition = rules.edition.iri if rules.edition else None
    return Words(page.site.graph, page.lang).judged_by([notice] if notice else [], edition)


def about(page: Page, positions: Positions, iri: str) -> dict[str, Any] | None:
    """What the page of a thing shows to people; None for what is shown as data alone."""
    for position in positions.iris:
        if iri == position:
            return _position(page, positions.rules(position))
        for edition in positions.editions.held(position) or (None,):
            rules = positions.rules(position, edition.iri if edition else None)
            category = next((c for c in rules.categories if c.iri == iri), None)
            if category is not None:
                return _category(page, rules, category)
    graph = page.site.graph
    kinds: dict[str, Callable[[Page, NamedNode], list[Section]]] = {
        "eli:LegalResource": _act,
        "lo:Duty": _duty,
        "lo:KnowledgeItem": _knowledge,
        "lo:Reading": _reading,
        "skos:Concept": _concept,
    }
    sections = next((make for class_, make in kinds.items() if graph.is_a(iri, class_)), None)
    if sections is None:
        return None
    return {
        "kind": "thing",
        "position": "",
        "sections": [section for section in sections(page, NamedNode(iri)) if section.rows],
        "counterparts": _counterparts(page, [iri]),
    }


@dataclass(frozen=True)
class Row:
    """A line of a section: a name with a page or an address, and what is to be said beside it."""

    label: str
    href: str = ""
    note: str = ""
    status: str = ""


@dataclass(frozen=True)
class Section:
    """What is said of a thing under one heading."""

    heading: str
    rows: list[Row]


def _act(page: Page, node: NamedNode) -> list[Section]:
    """Whether it is in force, what it replaced and what replaced it, and who must know it."""
    graph = page.site.graph
    ceased = graph.text(node, "eli:date_no_longer_in_force")
    state = page.say("law.ceased", date=page.day(ceased)) if ceased else page.say("law.in-force")
    marks = [page.label(mark) for mark in graph.iris(node, "lo:confirmation")]
    status = Row(state, note="; ".join(marks), status="not-met" if ceased else "met")
    adopted = graph.text(node, "eli:date_document")
    facts = [Row(page.day(adopted))] if adopted else []
    facts += [Row(f"№ {number}") for number in [graph.text(node, "eli:number")] if number]
    items = _subjects(page, "lo:refersToAct", node)
    return [
        Section(page.say("law.status"), [status]),
        Section(page.say("law.successor"), _rows(page, node, "dcterms:isReplacedBy")),
        Section(page.say("described.replaces"), _rows(page, node, "dcterms:replaces")),
        Section(page.say("described.adopted"), facts),
        Section(page.say("described.published"), _addresses(page, node, "rdfs:seeAlso")),
        Section(page.say("described.named-by"), [_asking(page, item) for item in items]),
    ]


def _duty(page: Page, node: NamedNode) -> list[Section]:
    """Whose duty it is, and what of it is a duty of its own."""
    return [
        Section(
            page.say("described.duty-of"),
            [_row(page, iri) for iri in _subjects(page, "lo:hasDuty", node)],
        ),
    ]


def _knowledge(page: Page, node: NamedNode) -> list[Section]:
    """By which categories it is asked for, and the act that it names."""
    acts = []
    for act in page.site.graph.iris(node, "lo:refersToAct"):
        ceased = page.site.graph.text(NamedNode(act), "eli:date_no_longer_in_force")
        note = page.say("law.ceased", date=page.day(ceased)) if ceased else page.say("law.in-force")
        acts.append(Row(page.label(act), page.link(act), note, "not-met" if ceased else "met"))
    return [
        Section(page.say("described.asked-by"), _asked_by(page, node)),
        Section(page.say("law.act"), acts),
    ]


def _reading(page: Page, node: NamedNode) -> list[Section]:
    """Its options, the one that holds where none is chosen, why, and what it bears on."""
    graph = page.site.graph
    default = graph.iris(node, "lo:defaultOption")
    options = sorted(graph.iris(node, "lo:hasOption"), key=lambda option: option not in default)
    reason = graph.translations(node, "lo:reason").get(page.content)
    return [
        Section(
            page.say("described.options"),
            [
                Row(
                    page.label(option),
                    page.link(option),
                    page.say("described.default") if option in default else "",
                )
                for option in options
            ],
        ),
        Section(page.say("described.reason"), [Row(reason)] if reason else []),
        Section(page.say("described.bears-on"), _rows(page, node, "lo:bearsOn")),
    ]


def _asked_by(page: Page, item: NamedNode) -> list[Row]:
    """The categories that ask for an item themselves, and how many inherit that."""
    graph = page.site.graph
    requirements = _subjects(page, "lo:requiresKnowledge", item)
    every = law.levels(page)
    stating = [
        level
        for level in every
        if set(graph.iris(NamedNode(level.iri), "lo:hasRequirement")) & set(requirements)
    ]
    lowest = [s for s in stating if not graph.iris(NamedNode(s.iri), "lo:inherits")]
    if lowest and len(lowest) == sum(
        not graph.iris(NamedNode(level.iri), "lo:inherits") for level in every
    ):
        return [Row(page.say("law.all-levels"))]
    return [_row(page, level.iri) for level in stating]


def _asking(page: Page, item: str) -> Row:
    levels = "; ".join(row.label for row in _asked_by(page, NamedNode(item)))
    return Row(page.label(item), page.link(item), levels)


def _concept(page: Page, node: NamedNode) -> list[Section]:
    """Its place in its framework, and what an occupation holds to be essential."""
    graph = page.site.graph
    code = graph.text(node, "skos:notation")
    schemes = graph.schemes(node)
    place = [Row(page.label(iri), page.link(iri), code or "") for iri in schemes[:1]]
    essential = []
    for skill in graph.iris(node, "esco:relatedEssentialSkill"):
        ours = [
            page.label(link.end)
            for link in _crosswalk(page).links.get(skill, ())
            if link.end.startswith(ID)
        ]
        status = "met" if ours else "not-shown"
        essential.append(Row(page.label(skill), page.link(skill), "; ".join(ours), status))
    essential.sort(key=lambda row: (row.status, row.label.casefold()))
    return [
        Section(page.say("crosswalk.framework"), place),
        Section(page.say("described.broader"), _rows(page, node, "skos:broader")),
        Section(page.say("described.narrower"), _rows(page, node, "skos:narrower")),
        Section(page.say("described.essential"), essential),
        Section(page.say("described.source"), _addresses(page, node, "dcterms:source")),
    ]


def _row(page: Page, iri: str) -> Row:
    return Row(page.label(iri), page.link(iri))


def _rows(page: Page, node: NamedNode, predicate: str) -> list[Row]:
    return [_row(page, iri) for iri in page.site.graph.iris(node, predicate)]


def _addresses(page: Page, node: NamedNode, predicate: str) -> list[Row]:
    """Pages elsewhere, by the names of their hosts: an address itself tells people little."""
    found = page.site.graph.iris(node, predicate)
    return [Row(host_of(iri), iri) for iri in found if iri.startswith(("https://", "http://"))]


def _subjects(page: Page, predicate: str, node: NamedNode) -> list[str]:
    found = page.site.graph.subjects(predicate, node)
    return sorted(subject.value for subject in found if isinstance(subject, NamedNode))


def _refutable_first(requirement: Requirement) -> tuple[bool, str]:
    """What a profile can refute comes first: education and service before much knowledge."""
    return not requirement.kind.refutable, requirement.kind.name


def _position(page: Page, rules: PositionRules) -> dict[str, Any]:
    graph = page.site.graph
    duties = graph.iris(NamedNode(rules.iri), "lo:hasDuty")
    ladders = [resource("ladder", f"{rules.slug}/{ladder}").value for ladder in rules.ladders]
    duties.sort(key=lambda duty: graph.number(NamedNode(duty), "schema:position"))
    return {
        "kind": "position",
        "position": rules.iri,
        "ladders": [
            [page.item(c.iri) for c in rules.categories if c.ladder == ladder]
            for ladder in rules.ladders
        ],
        "duties": [page.item(duty) for duty in duties],
        "below": None,
        "requirements": list(_of_any_category(page, rules)),
        "counterparts": _counterparts(page, [rules.iri, *ladders]),
        "undecided": undecided(page, rules.iri),
        "slug": rules.slug,
    }


def undecided(page: Page, position: str) -> list[dict[str, Any]]:
    """The questions that the position's act does not decide: the answer, and where to look."""
    words = Words(page.site.graph, page.lang)
    return [
        {
            **vars(page.item(question.iri)),
            "answer": words.definition(question.iri),
            "see": [page.item(iri) for iri in question.references],
        }
        for question in acts.undecided(page.site.graph, position)
    ]


def _category(page: Page, rules: PositionRules, category: Category) -> dict[str, Any]:
    by_iri = {c.iri: c for c in rules.categories}
    below = by_iri.get(category.inherits or "")
    inherited = set(below.requirements) if below else set()
    requirements = sorted(map(rules.requirement, category.requirements), key=_refutable_first)
    graph = page.site.graph
    ladders = graph.iris(NamedNode(category.iri), "lo:inLadder")
    accepted = [level for requirement in requirements for level in requirement.levels]
    return {
        "kind": "category",
        "position": rules.iri,
        "ladders": [[page.item(c.iri) for c in rules.categories if c.ladder == category.ladder]],
        "duties": [],
        "below": page.item(below.iri) if below else None,
        "requirements": [
            _requirement(page, requirement, category, added=requirement.iri not in inherited)
            for requirement in requirements
        ],
        "counterparts": _counterparts(page, [category.iri, *accepted, *ladders, rules.iri]),
        "form": choices(page),
        "slug": f"{rules.slug}/{category.slug}",
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
                **_requirement(page, requirement, first[0], added=False),
                "since": page.say("law.all-levels") if first == lowest else since,
            }


def _requirement(
    page: Page, requirement: Requirement, category: Category, *, added: bool
) -> dict[str, Any]:
    clause = requirement.clause_for(category.iri)
    return {
        **vars(page.item(requirement.item or requirement.iri)),
        "kind": requirement.kind.name,
        "added": added,
        "since": "",
        "clause": clause,
        "translation": Words(page.site.graph, page.lang).translation(clause),
    }


@dataclass(frozen=True)
class Match:
    """What corresponds in a framework to a thing, or to what it asks for (`of`), and how surely."""

    of: str
    counterpart: Item
    code: str
    scheme: str
    relation: str
    rank: int
    strength: float
    confirmation: str


def _class_of(page: Page, iri: str) -> str:
    return next(iter(page.site.graph.iris(NamedNode(iri), "rdf:type")), iri)


def _crosswalk(page: Page) -> Crosswalk:
    kept = page.site.kept
    if ("crosswalk", "") not in kept:
        kept["crosswalk", ""] = Crosswalk(page.site.graph)
    found: Crosswalk = kept["crosswalk", ""]
    return found


def _counterparts(page: Page, iris: Iterable[str]) -> list[Match]:
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
            found.append(
                Match(
                    of=page.label(iri),
                    counterpart=page.item(match.end),
                    code=(frameworks.code(match.end) or "") if scheme else "",
                    scheme=page.label(scheme.iri if scheme else _class_of(page, match.end)),
                    relation=page.say(f"crosswalk.{match.relation.value}"),
                    rank=list(Relation).index(match.relation),
                    strength=match.strength,
                    confirmation=page.say(f"crosswalk.{match.confirmation}"),
                )
            )
    return found
