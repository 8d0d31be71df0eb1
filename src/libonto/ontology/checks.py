"""Everything that is checked of the data folders themselves, as a list of checks with faults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
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
from libonto.graph.answers import cell
from libonto.graph.catalogue import Catalogue, own_version, parsing
from libonto.graph.description import known_as
from libonto.graph.queries import SavedQuery, parse
from libonto.graph.store import Graph
from libonto.graph.terms import ONTOLOGY, Term, term
from libonto.graph.texts import source_bytes
from libonto.ontology.release import parsed_folder
from libonto.verdict.shacl import graph_of, validate

CHECKS_FOLDER = "queries/checks"
GROUPS = ("text", "rows", "style", "shacl", "owl", "pitfalls")
"""The last two are folders of `queries/checks`, whose queries look at the ontology alone."""
OWL2 = NamedNode("https://www.w3.org/TR/owl2-syntax/#")
"""The named graph in which the checks of OWL 2 find the terms of OWL 2 (`owl/owl2.ttl`)."""
PACKAGE = term("lo:package")
"""The named graph in which a check finds the version that the ontology must have."""


@dataclass(frozen=True, order=True)
class Violation:
    """What is wrong, in a few words (names, values), and at which resource."""

    place: str
    detail: str = ""


@dataclass(frozen=True)
class Check:
    """A check: its group, its name, where it looked, its faults, and its query if it is one.

    The query's summary is the check's title; the titles of the others are in the locales.
    """

    group: str
    name: str
    where: str
    faults: tuple[Violation, ...]
    query: SavedQuery | None = None

    @property
    def passed(self) -> bool:
        """Whether there is no fault."""
        return not self.faults


def run_checks(catalogue: Catalogue, only: Collection[str] = ()) -> list[Check]:
    """Every check, or those named in `only`, in order; nothing else is computed.

    Raises DataError where the data cannot even be loaded.
    """

    def is_requested(name: str) -> bool:
        return not only or name in only

    graph = Graph(catalogue)
    triples = parsed_folder(catalogue, "ontology")[0]
    texts, text_faults = _texts(graph)
    checks = [
        Check("text", "source-text", "ontology/source/", tuple(text_faults)),
        *_rows(catalogue, graph, texts, triples, is_requested),
        *_shapes(catalogue, graph, is_requested),
    ]
    checks.sort(key=lambda check: GROUPS.index(check.group))
    return [check for check in checks if is_requested(check.name)]


def _texts(graph: Graph) -> tuple[dict[str, str], list[Violation]]:
    """Every source text's content by its IRI, and the texts that are not what was received."""
    contents: dict[str, str] = {}
    faults = []
    for node, url in graph.pairs("schema:contentUrl"):
        if not isinstance(url, Literal):
            continue
        copies = source_bytes(graph.catalogue, url.value)
        digests = {sha256(data).hexdigest(): data for data in copies}
        digest = graph.text(node, "schema:sha256")
        if digest in digests:
            contents[str(node.value)] = digests[digest].decode("utf-8", "replace")
        else:
            others = f": sha256 {', '.join(digests)}" if digests else ""
            faults.append(Violation(display_name(node), url.value + others))
    return contents, sorted(faults)


def _rows(
    catalogue: Catalogue,
    graph: Graph,
    texts: dict[str, str],
    triples: Iterable[Triple],
    is_requested: Callable[[str], bool],
) -> Iterator[Check]:
    """The queries that must return no row: over the whole graph, or over the ontology alone."""
    whole, alone = Store(), Store()
    whole.bulk_extend(graph.store)
    for iri, content in texts.items():
        whole.add(Quad(NamedNode(iri), term("lo:content"), Literal(content), DefaultGraph()))
    alone.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    alone.add(Quad(ONTOLOGY, term("owl:versionInfo"), Literal(own_version()), PACKAGE))
    for path in catalogue.files(CHECKS_FOLDER, "*.ttl"):
        alone.bulk_load(path=str(path), format=RdfFormat.TURTLE, to_graph=OWL2)
    queries = catalogue.files(CHECKS_FOLDER, "*.rq")
    for path in (path for path in queries if is_requested(path.stem)):
        with parsing(path):
            text = path.read_text("utf-8")
        query = parse(text, path.stem, str(path))
        group = path.parent.name if path.parent.name in GROUPS else "rows"
        faults = _row_faults(whole if group == "rows" else alone, query)
        yield Check(group, query.name, f"{CHECKS_FOLDER}/{path.name}", tuple(faults), query)


def _row_faults(store: Store, query: SavedQuery) -> list[Violation]:
    with parsing(query.path):
        rows = store.query(query.text)
    if not isinstance(rows, QuerySolutions):
        raise DataError("check-not-select", path=query.path)
    names = [variable.value for variable in rows.variables]
    violations = set()
    for row in rows:
        first, *rest = names
        parts = (f"{n} {display_name(row[n])}" for n in rest if row[n] is not None)
        violations.add(Violation(display_name(_place(store, row[first])), ", ".join(parts)))
    return sorted(violations)


def _place(store: Store, node: object) -> NamedNode | BlankNode | Literal | Triple | None:
    """The resource at which a blank node stands: what it annotates, holds or is held by."""
    visited = set()
    while isinstance(node, BlankNode) and node not in visited:
        visited.add(node)
        about = store.quads_for_pattern(node, term("owl:annotatedSource"), None)
        holders = store.quads_for_pattern(None, None, node)
        listed = store.quads_for_pattern(node, term("owl:members"), None)
        first = store.quads_for_pattern(node, term("rdf:first"), None)
        candidates = [q.object for q in about] or sorted((q.subject for q in holders), key=str)
        candidates = candidates or [q.object for q in (*listed, *first)]
        node = candidates[0] if candidates else node
    return node if isinstance(node, NamedNode | BlankNode | Literal | Triple) else None


def _shapes(
    catalogue: Catalogue, graph: Graph, is_requested: Callable[[str], bool]
) -> Iterator[Check]:
    if is_requested("house-style"):
        data = graph_of(quad.triple for quad in graph.store)
        for path in catalogue.files("shapes", "house-style.ttl"):
            violations = faults(data, RdfGraph().parse(path, format="turtle"))
            yield Check("style", "house-style", "shapes/house-style.ttl", tuple(violations))
    if is_requested("shacl-shapes"):
        violations = faults(graph_of(parsed_folder(catalogue, "shapes")[0]), shacl_shapes())
        yield Check("shacl", "shacl-shapes", "shapes/", tuple(violations))


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
    violations = set()
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceShape)
        value = report.value(result, SH.value)
        component = report.value(result, SH.sourceConstraintComponent)
        name = known_as(str(shape if isinstance(shape, URIRef) else component))
        detail = f"{name}: {value}" if value is not None else name
        place = known_as(str(focus)) if isinstance(focus, URIRef) else "[]"
        violations.add(Violation(place, detail))
    return sorted(violations)


def display_name(value: Term | None) -> str:
    """A term as people know it; a blank node by no name."""
    return "[]" if isinstance(value, BlankNode) else cell(value)
