"""The rules as shapes for any other SHACL engine: one flat, targeted node shape for a level.

Our own node shape holds every requirement under every reading, and a level's status is
computed from its requirements'. An engine that knows nothing of that is given, for each
level, a node shape with the property shapes that apply under the chosen readings, inherited
ones included, and all that they refer to. The data it judges is the evidence that
`libonto profile derive` writes. The shapes of one level alone make `sh:conforms` its verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import ID, ONTOLOGY, Term, slug_of, term
from libonto.graph.turtle import parse_turtle
from libonto.law.model import Category, PositionRules, Requirement
from libonto.law.readings import Choices
from libonto.locales import LANGUAGES

_LEFT_OUT = frozenset(map(term, ("sh:deactivated", "lo:undecidedShape")))
HEADER = NamedNode("urn:libonto:export:shapes")
_OF_THE_HEADER = ("owl:versionInfo", "dcterms:license", "dcterms:rightsHolder")
_OF_A_CLAUSE = frozenset(
    map(term, ("rdf:type", "skos:notation", "lo:text", "oa:hasSource", "oa:hasSelector"))
)
"""What a reader of a report needs of a clause: its id, its words and their place."""


def level_shape(rules: PositionRules, category: Category) -> NamedNode:
    """The IRI of a level's node shape: `id/shape/POSITION/LEVEL`."""
    return NamedNode(f"{ID}shape/{rules.slug}/{category.slug}")


def level_shapes(
    graph: Graph,
    positions: Iterable[PositionRules],
    choices: Choices,
    *,
    category: str | None = None,
) -> tuple[list[Triple], list[str]]:
    """The shapes graph, and what it describes in order: the levels, then their properties.

    With a category (its IRI) it holds that level alone, so that a report's `sh:conforms` is
    the level's verdict.
    """
    triples = [*_header(graph, choices)]
    order = [HEADER.value]
    for rules in positions:
        levels = [c for c in rules.categories if category in (None, c.iri)]
        needed = {iri for level in levels for iri in level.requirements}
        requirements = [one for one in rules.requirements if one.iri in needed]
        for level in levels:
            order.append(level_shape(rules, level).value)
            triples += _level(graph, rules, level, choices)
        for requirement in requirements:
            if _is_flat(graph, requirement, choices):
                order.append(requirement_shape(rules, requirement, choices))
            else:
                order += [shape.iri for shape in requirement.active(choices)]
            triples += _shape(graph, rules, requirement, choices)
        for clause in (clause for one in requirements for clause in one.clauses):
            order.append(clause.iri)
            triples += _clause(graph, NamedNode(clause.iri))
    return list(dict.fromkeys(triples)), order


def _header(graph: Graph, choices: Choices) -> Iterator[Triple]:
    """What the file is: its source, version and licence, and the options it was written under."""
    yield Triple(HEADER, term("rdf:type"), term("owl:Ontology"))
    yield Triple(HEADER, term("dcterms:source"), ONTOLOGY)
    for name in _OF_THE_HEADER:
        for value in graph.objects(ONTOLOGY, name):
            yield Triple(HEADER, term(name), value)
    for option in choices.values():
        yield Triple(HEADER, term("lo:underReading"), NamedNode(option.iri))


def _level(
    graph: Graph, rules: PositionRules, category: Category, choices: Choices
) -> list[Triple]:
    """A level's node shape: it needs the shape of each requirement, or all those of one way."""
    shape, level = level_shape(rules, category), NamedNode(category.iri)
    labels = graph.translations(level, "skos:prefLabel")
    lines = [f"a sh:NodeShape ; sh:targetClass lo:Candidate ; dcterms:subject {level}"]
    for lang in LANGUAGES:
        label = Literal(labels.get(lang, slug_of(category.iri)), language=lang)
        lines.append(f"skos:prefLabel {label}")
    for requirement in map(rules.requirement, category.requirements):
        if _is_flat(graph, requirement, choices):
            lines.append(f"sh:property <{requirement_shape(rules, requirement, choices)}>")
        else:
            ways = (
                f"[ a sh:NodeShape ; sh:property {', '.join(f'<{shape.iri}>' for shape in way)} ]"
                for way in requirement.active_ways(choices)
            )
            lines.append(f"sh:or ( {' '.join(ways)} )")
        options = {option for one in requirement.active(choices) for option in one.under}
        options |= {choices[name].iri for name in requirement.readings}
        lines += [f"lo:underReading <{option}>" for option in options]
    return parse_turtle(f"{shape} {' ; '.join(lines)} .")


def _is_flat(graph: Graph, requirement: Requirement, choices: Choices) -> bool:
    """Whether one property shape can stand for all its ways: each looks at one value, all alike."""
    shapes = requirement.active(choices)
    if len(shapes) == 1:
        return True
    nodes = [NamedNode(shape.iri) for shape in shapes]
    return (
        all(len(way) == 1 for way in requirement.active_ways(choices))
        and len({shape.kind.evidence for shape in shapes}) == 1
        and any(
            all(graph.objects(node, name) for node in nodes)
            for name in ("sh:qualifiedValueShape", "sh:hasValue")
        )
    )


def requirement_shape(rules: PositionRules, requirement: Requirement, choices: Choices) -> str:
    """The IRI of the property shape that stands for a requirement: its own, or one of its ways."""
    ways = requirement.active(choices)
    if len(ways) == 1:
        return ways[0].iri
    return f"{ID}shape/{rules.slug}/{requirement.slug}-any"


def _shape(
    graph: Graph, rules: PositionRules, requirement: Requirement, choices: Choices
) -> Iterator[Triple]:
    """A requirement's property shape, one for all ways where it can be; else those of its ways."""
    shapes = requirement.active(choices)
    if len(shapes) == 1 or not _is_flat(graph, requirement, choices):
        for one in shapes:
            condition = one.condition if one.partial else None
            if one.valued and not one.partial and rules.counted_apart(requirement, choices):
                condition = requirement.iri
            own = NamedNode(one.iri)
            yield from _partial(graph, own, condition) if condition else _closure(graph, own)
        return
    ways = [NamedNode(one.iri) for one in shapes]

    def values(name: str) -> list[Term]:
        return list(dict.fromkeys(v for way in ways for v in graph.objects(way, name)))

    lines = ["a sh:PropertyShape", "sh:qualifiedMinCount 1"]
    for name in ("dcterms:source", "lo:constrains"):
        lines += [f"{name} {value}" for value in values(name)]
    for name in ("sh:name", "sh:message"):
        messages = [graph.translations(way, name) for way in ways]
        for lang in LANGUAGES:
            text = " / ".join(dict.fromkeys(words.get(lang, "") for words in messages))
            lines.append(f"{name} {Literal(text, language=lang)}")
    paths, inner = values("sh:path"), values("sh:qualifiedValueShape")
    path = f"[ sh:alternativePath {_list(paths)} ]" if len(paths) > 1 else paths[0]
    accepted = f"sh:or {_list(inner)}" if inner else f"sh:in {_list(values('sh:hasValue'))}"
    lines += [f"sh:path {path}", f"sh:qualifiedValueShape [ a sh:NodeShape ; {accepted} ]"]
    yield from parse_turtle(
        f"<{requirement_shape(rules, requirement, choices)}> {' ; '.join(lines)} ."
    )
    for node in inner:
        yield from _closure(graph, node)


def _partial(graph: Graph, node: NamedNode, condition: str) -> Iterator[Triple]:
    """A shape on service that is counted for one condition or requirement: the record of that."""
    replaced = (term("sh:path"), term("sh:minCount"), term("sh:minInclusive"))
    for triple in _closure(graph, node):
        if triple.subject == node and triple.predicate not in replaced:
            yield triple
    least = "".join(f"; sh:minInclusive {n}" for n in graph.objects(node, "sh:minInclusive"))
    yield from parse_turtle(
        f"{node} sh:path lo:partialService ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ["
        f" a sh:NodeShape ; sh:property [ sh:path lo:countedFor ; sh:hasValue <{condition}> ] ,"
        f" [ sh:path lo:completedYears ; sh:minCount 1 {least} ] ] ."
    )


def _list(members: Sequence[Term]) -> str:
    return f"( {' '.join(map(str, members))} )"


def _closure(graph: Graph, shape: Term) -> Iterator[Triple]:
    """A property shape with the blank nodes below it, active whatever its reading."""
    assert isinstance(shape, NamedNode | BlankNode)  # what is a shape has a node
    return graph.reached(shape, take=lambda quad: quad.predicate not in _LEFT_OUT)


def _clause(graph: Graph, clause: NamedNode) -> Iterator[Triple]:
    return graph.reached(
        clause, take=lambda quad: quad.subject != clause or quad.predicate in _OF_A_CLAUSE
    )
