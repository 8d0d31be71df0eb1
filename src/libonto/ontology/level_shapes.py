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

from libonto.graph.store import Graph, Term
from libonto.graph.terms import ID, ONTOLOGY, slug_of, term
from libonto.law.model import Category, PositionRules, Requirement, Way
from libonto.law.readings import Choices
from libonto.locales import LANGUAGES

_LEFT_OUT = frozenset({"sh:deactivated", "lo:undecidedShape"})
HEADER = NamedNode("urn:libonto:export:shapes")
_OF_THE_HEADER = ("owl:versionInfo", "dcterms:license", "dcterms:rightsHolder")
_OF_A_CLAUSE = ("rdf:type", "skos:notation", "lo:text", "oa:hasSource", "oa:hasSelector")


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
    triples: dict[Triple, None] = dict.fromkeys(_header(graph, choices))
    order = [HEADER.value]
    for rules in positions:
        levels = [c for c in rules.categories if category in (None, c.iri)]
        wanted = {iri for level in levels for iri in level.requirements}
        requirements = [found for found in rules.requirements if found.iri in wanted]
        for level in levels:
            order.append(level_shape(rules, level).value)
            triples.update(dict.fromkeys(_level(graph, rules, level, choices)))
        for requirement in requirements:
            order += _shapes(graph, rules, requirement, choices)
            triples.update(dict.fromkeys(_shape(graph, rules, requirement, choices)))
        for requirement in requirements:
            for clause in requirement.clauses:
                order.append(clause.iri)
                triples.update(dict.fromkeys(_clause(graph, NamedNode(clause.iri))))
    return list(triples), order


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
) -> Iterator[Triple]:
    shape, level = level_shape(rules, category), NamedNode(category.iri)
    yield Triple(shape, term("rdf:type"), term("sh:NodeShape"))
    yield Triple(shape, term("sh:targetClass"), term("lo:Candidate"))
    yield Triple(shape, term("dcterms:subject"), level)
    for lang in LANGUAGES:
        label = graph.translations(level, "skos:prefLabel").get(lang, slug_of(category.iri))
        yield Triple(shape, term("skos:prefLabel"), Literal(label, language=lang))
    for requirement in map(rules.requirement, category.requirements):
        shapes = requirement.active(choices)
        if _is_flat(graph, requirement, choices):
            member = NamedNode(requirement_shape(rules, requirement, choices))
            yield Triple(shape, term("sh:property"), member)
        else:
            yield from _any_way(shape, requirement.active_ways(choices))
        options = {option for one in shapes for option in one.under}
        options |= {choices[name].iri for name in requirement.readings}
        for option in sorted(options):
            yield Triple(shape, term("lo:underReading"), NamedNode(option))


def _shapes(
    graph: Graph, rules: PositionRules, requirement: Requirement, choices: Choices
) -> list[str]:
    if _is_flat(graph, requirement, choices):
        return [requirement_shape(rules, requirement, choices)]
    return [shape.iri for shape in requirement.active(choices)]


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


def _any_way(level: NamedNode, ways: Sequence[Way]) -> Iterator[Triple]:
    """A level needs all shapes of one of some ways: `sh:or` of node shapes."""
    nodes = [BlankNode() for _ in ways]
    head, members = _list(nodes)
    yield Triple(level, term("sh:or"), head)
    yield from members
    for node, way in zip(nodes, ways, strict=True):
        yield Triple(node, term("rdf:type"), term("sh:NodeShape"))
        for shape in way:
            yield Triple(node, term("sh:property"), NamedNode(shape.iri))


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
    shape = NamedNode(requirement_shape(rules, requirement, choices))
    ways = [NamedNode(one.iri) for one in shapes]
    yield Triple(shape, term("rdf:type"), term("sh:PropertyShape"))
    for way in ways:
        for name in ("dcterms:source", "lo:constrains"):
            for value in graph.objects(way, name):
                yield Triple(shape, term(name), value)
    for name in ("sh:name", "sh:message"):
        said = [graph.translations(way, name) for way in ways]
        for lang in LANGUAGES:
            text = " / ".join(dict.fromkeys(words.get(lang, "") for words in said))
            yield Triple(shape, term(name), Literal(text, language=lang))
    paths = list(dict.fromkeys(p for way in ways for p in graph.objects(way, "sh:path")))
    values = list(dict.fromkeys(v for way in ways for v in graph.objects(way, "sh:hasValue")))
    inner = [n for way in ways for n in graph.objects(way, "sh:qualifiedValueShape")]
    if len(paths) == 1:
        yield Triple(shape, term("sh:path"), paths[0])
    else:
        path, (head, members) = BlankNode(), _list(paths)
        yield Triple(shape, term("sh:path"), path)
        yield Triple(path, term("sh:alternativePath"), head)
        yield from members
    if inner:
        predicate, (head, members) = term("sh:or"), _list(inner)
        for node in inner:
            yield from _closure(graph, node)
    else:
        predicate, (head, members) = term("sh:in"), _list(values)
    any_ = BlankNode()
    yield Triple(shape, term("sh:qualifiedValueShape"), any_)
    yield Triple(any_, term("rdf:type"), term("sh:NodeShape"))
    yield Triple(any_, predicate, head)
    yield Triple(shape, term("sh:qualifiedMinCount"), Literal(1))
    yield from members


def _partial(graph: Graph, node: NamedNode, condition: str) -> Iterator[Triple]:
    """A shape on service that is counted for one condition or requirement: the record of that."""
    record = BlankNode()
    inner = [BlankNode(), BlankNode()]
    replaced = (term("sh:path"), term("sh:minCount"), term("sh:minInclusive"))
    for triple in _closure(graph, node):
        if triple.subject == node and triple.predicate not in replaced:
            yield triple
    yield Triple(node, term("sh:path"), term("lo:partialService"))
    yield Triple(node, term("sh:qualifiedMinCount"), Literal(1))
    yield Triple(node, term("sh:qualifiedValueShape"), record)
    yield Triple(record, term("rdf:type"), term("sh:NodeShape"))
    for part in inner:
        yield Triple(record, term("sh:property"), part)
    yield Triple(inner[0], term("sh:path"), term("lo:countedFor"))
    yield Triple(inner[0], term("sh:hasValue"), NamedNode(condition))
    yield Triple(inner[1], term("sh:path"), term("lo:completedYears"))
    yield Triple(inner[1], term("sh:minCount"), Literal(1))
    for least in graph.objects(node, "sh:minInclusive"):
        yield Triple(inner[1], term("sh:minInclusive"), least)


def _list(members: Sequence[Term]) -> tuple[NamedNode | BlankNode, list[Triple]]:
    """An RDF list: its head and its triples."""
    rest: NamedNode | BlankNode = term("rdf:nil")
    triples = []
    for member in reversed(members):
        head = BlankNode()
        triples += [
            Triple(head, term("rdf:first"), member),
            Triple(head, term("rdf:rest"), rest),
        ]
        rest = head
    return rest, triples


def _closure(graph: Graph, shape: Term) -> Iterator[Triple]:
    """A property shape with the blank nodes below it, active whatever its reading."""
    left_out = {term(name) for name in _LEFT_OUT}
    waiting = [shape] if isinstance(shape, NamedNode | BlankNode) else []
    while waiting:
        node = waiting.pop()
        for quad in graph.store.quads_for_pattern(node, None, None):
            if quad.predicate not in left_out:
                yield quad.triple
                if isinstance(quad.object, BlankNode):
                    waiting.append(quad.object)


def _clause(graph: Graph, clause: NamedNode) -> Iterator[Triple]:
    """What a reader of a report needs of a clause: its id, its words and their place."""
    wanted = {term(name) for name in _OF_A_CLAUSE}
    waiting: list[NamedNode | BlankNode] = [clause]
    while waiting:
        node = waiting.pop()
        for quad in graph.store.quads_for_pattern(node, None, None):
            if node != clause or quad.predicate in wanted:
                yield quad.triple
                if isinstance(quad.object, BlankNode):
                    waiting.append(quad.object)
