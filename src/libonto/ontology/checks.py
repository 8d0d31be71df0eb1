"""Everything that is checked of the data folders themselves, as a list of checks with faults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
)
from rdflib import Graph as RdfGraph
from rdflib import URIRef
from rdflib.namespace import SH

from libonto.errors import DataError, JudgeError
from libonto.graph.catalogue import Catalogue, parsing
from libonto.graph.description import known_as
from libonto.graph.queries import SavedQuery, parse
from libonto.graph.store import Graph
from libonto.graph.terms import ONTOLOGY, Term, term
from libonto.graph.texts import source_bytes
from libonto.ontology.release import room
from libonto.verdict.shacl import graph_of, validate

CHECKS_ROOM = "queries/checks"
GROUPS = ("text", "rows", "style", "shacl", "owl", "pitfalls")
"""The last two are folders of `queries/checks`, whose queries look at the ontology alone."""
OWL2 = NamedNode("https://www.w3.org/TR/owl2-syntax/#")
"""The named graph in which the checks of OWL 2 find the terms of OWL 2 (`owl/owl2.ttl`)."""
PACKAGE = term("lo:package")
"""The named graph in which a check finds the version that the ontology must have."""


@dataclass(frozen=True, order=True)
class Violation:
    """Something wrong: at which resource, and a few words (names, values) on what it is."""

    place: str
    detail: str = ""


@dataclass(frozen=True)
class Check:
    """One check: its group, its name, where it looked, its faults, and its title if it has one.

    A query file gives its check a title; the others are named in the locales.
    """

    group: str
    name: str
    where: str
    faults: tuple[Violation, ...]
    query: SavedQuery | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def run_checks(catalogue: Catalogue, only: Collection[str] = ()) -> list[Check]:
    """Every check, or those named in `only`, in order; nothing else is computed.

    Raises DataError where the data cannot even be loaded.
    """

    def wanted(name: str) -> bool:
        return not only or name in only

    graph = Graph(catalogue)
    triples = room(catalogue, "ontology")[0]
    texts, faults = _texts(graph)
    found = [Check("text", "source-text", "ontology/source/", tuple(faults))]
    found += _rows(catalogue, graph, texts, triples, wanted)
    found += _shapes(catalogue, graph, wanted)
    found.sort(key=lambda check: GROUPS.index(check.group))
    return [check for check in found if wanted(check.name)]


def _texts(graph: Graph) -> tuple[dict[str, str], list[Violation]]:
    """Every source text's content by its IRI, and those that are not what was received."""
    contents: dict[str, str] = {}
    faults = []
    for node, url in graph.pairs("schema:contentUrl"):
        if not isinstance(url, Literal):
            continue
        found = source_bytes(graph.catalogue, url.value)
        digests = {sha256(data).hexdigest(): data for data in found}
        stated = graph.text(node, "schema:sha256")
        if stated in digests:
            contents[str(node.value)] = digests[stated].decode("utf-8", "replace")
        elif found:
            faults.append(Violation(shown(node), f"{url.value}: sha256 {', '.join(digests)}"))
        else:
            faults.append(Violation(shown(node), url.value))
    return contents, sorted(faults)


def _rows(
    catalogue: Catalogue,
    graph: Graph,
    texts: dict[str, str],
    triples: Iterable[Triple],
    wanted: Callable[[str], bool],
) -> Iterator[Check]:
    """The queries that must return no row: over the whole graph, or over the ontology alone."""
    whole, alone = Store(), Store()
    whole.bulk_extend(graph.store)
    for iri, content in texts.items():
        whole.add(Quad(NamedNode(iri), term("lo:content"), Literal(content), DefaultGraph()))
    alone.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    alone.add(Quad(ONTOLOGY, term("owl:versionInfo"), Literal(version("libonto")), PACKAGE))
    for path in catalogue.files(CHECKS_ROOM, "*.ttl"):
        alone.bulk_load(path=str(path), format=RdfFormat.TURTLE, to_graph=OWL2)
    for path in filter(lambda path: wanted(path.stem), catalogue.files(CHECKS_ROOM, "*.rq")):
        with parsing(path):
            text = path.read_text("utf-8")
        query = parse(text, path.stem, str(path))
        group = path.parent.name if path.parent.name in GROUPS else "rows"
        faults = _row_faults(whole if group == "rows" else alone, query)
        yield Check(group, query.name, f"{CHECKS_ROOM}/{path.name}", tuple(faults), query)


def _row_faults(store: Store, query: SavedQuery) -> list[Violation]:
    with parsing(query.path):
        rows = store.query(query.text)
    if not isinstance(rows, QuerySolutions):
        raise DataError("check-not-select", path=query.path)
    names = [variable.value for variable in rows.variables]
    found = set()
    for row in rows:
        first, *rest = names
        parts = (f"{n} {shown(row[n])}" for n in rest if row[n] is not None)
        found.add(Violation(shown(_place(store, row[first])), ", ".join(parts)))
    return sorted(found)


def _place(store: Store, node: object) -> NamedNode | BlankNode | Literal | Triple | None:
    """The resource at which a blank node stands: what it annotates, holds or is held by."""
    seen = set()
    while isinstance(node, BlankNode) and node not in seen:
        seen.add(node)
        about = store.quads_for_pattern(node, term("owl:annotatedSource"), None)
        held = store.quads_for_pattern(None, None, node)
        listed = store.quads_for_pattern(node, term("owl:members"), None)
        first = store.quads_for_pattern(node, term("rdf:first"), None)
        candidates = [q.object for q in about] or sorted((q.subject for q in held), key=str)
        candidates = candidates or [q.object for q in (*listed, *first)]
        node = candidates[0] if candidates else node
    return node if isinstance(node, NamedNode | BlankNode | Literal | Triple) else None


def _shapes(catalogue: Catalogue, graph: Graph, wanted: Callable[[str], bool]) -> Iterator[Check]:
    if wanted("house-style"):
        data = graph_of(quad.triple for quad in graph.store)
        for path in catalogue.files("shapes", "house-style.ttl"):
            found = faults(data, RdfGraph().parse(path, format="turtle"))
            yield Check("style", "house-style", "shapes/house-style.ttl", tuple(found))
    if wanted("shacl-shapes"):
        found = faults(graph_of(room(catalogue, "shapes")[0]), shacl_shapes())
        yield Check("shacl", "shacl-shapes", "shapes/", tuple(found))


def shacl_shapes() -> RdfGraph:
    """SHACL's shapes graph of itself (SHACL 1.0, appendix C), as pySHACL ships it."""
    text = files("pyshacl").joinpath("assets/shacl-shacl.ttl").read_text("utf-8")
    return RdfGraph().parse(data=text, format="turtle")


def faults(data: RdfGraph, shapes: RdfGraph) -> list[Violation]:
    """A fault for each result of a report, at its focus node; the shape's name says what.

    That the engine could not look, as where the shapes target nothing, is a fault too.
    """
    try:
        report = validate(data, shapes)
    except JudgeError as error:
        return [Violation("shapes", str(error))]
    found = set()
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceShape)
        value = report.value(result, SH.value)
        component = report.value(result, SH.sourceConstraintComponent)
        name = known_as(str(shape if isinstance(shape, URIRef) else component))
        detail = f"{name}: {value}" if value is not None else name
        place = known_as(str(focus)) if isinstance(focus, URIRef) else "[]"
        found.add(Violation(place, detail))
    return sorted(found)


def shown(value: Term | None) -> str:
    """A term as people know it: `lo:Candidate`, `position/…`, a literal's text."""
    if isinstance(value, NamedNode):
        return known_as(value.value)
    if isinstance(value, Literal):
        return value.value
    return "[]" if isinstance(value, BlankNode) else str(value or "")
