"""Everything that is checked of the data folders themselves, as a list of checks with faults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

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

from libonto.errors import DataError, JudgeError
from libonto.graph.catalogue import Catalogue
from libonto.graph.queries import SavedQuery, parse
from libonto.graph.store import Graph
from libonto.graph.terms import ONTOLOGY, term
from libonto.ontology.release import room
from libonto.ontology.statements import Fault, Statements, shown

CHECKS_ROOM = "queries/checks"
GROUPS = ("text", "rows", "style", "shacl", "owl", "pitfalls")
"""The last two are folders of `queries/checks`, whose queries look at the ontology alone."""
OWL2 = NamedNode("https://www.w3.org/TR/owl2-syntax/#")
"""The named graph in which the checks of OWL 2 find the terms of OWL 2 (`owl/owl2.ttl`)."""
PACKAGE = term("lo:package")
"""The named graph in which a check finds the version that the ontology must have."""


@dataclass(frozen=True)
class Check:
    """One check: its group, its name, where it looked, its faults, and its title if it has one.

    A query file gives its check a title; the others are named in the locales.
    """

    group: str
    name: str
    where: str
    faults: tuple[Fault, ...]
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
    texts, faults = _texts(catalogue, Statements(triples))
    found = [Check("text", "source-text", "ontology/source/", tuple(faults))]
    found += _rows(catalogue, graph, texts, triples, wanted)
    found += _shapes(catalogue, graph, wanted)
    found.sort(key=lambda check: GROUPS.index(check.group))
    return [check for check in found if wanted(check.name)]


def _texts(catalogue: Catalogue, said: Statements) -> tuple[dict[str, str], list[Fault]]:
    """Every source text's content by its IRI, and those that are not what was received."""
    contents: dict[str, str] = {}
    faults = []
    for node, url in said.pairs("schema:contentUrl"):
        if not isinstance(url, Literal):
            continue
        data = _bytes(catalogue, url.value)
        stated = said.one(node, "schema:sha256")
        if data is None:
            faults.append(Fault(shown(node), url.value))
        elif not isinstance(stated, Literal) or sha256(data).hexdigest() != stated.value:
            faults.append(Fault(shown(node), f"{url.value}: sha256 {sha256(data).hexdigest()}"))
        else:
            contents[str(node.value)] = data.decode("utf-8", "replace")
    return contents, sorted(faults)


def _bytes(catalogue: Catalogue, url: str) -> bytes | None:
    for folder in catalogue.folders:
        home = (folder / "ontology").resolve()
        path = (home / url).resolve()
        if path.is_relative_to(home) and path.is_file():
            return path.read_bytes()
    return None


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
        query = parse(_text(path), path.stem, str(path))
        group = path.parent.name if path.parent.name in GROUPS else "rows"
        faults = _row_faults(whole if group == "rows" else alone, query)
        yield Check(group, query.name, f"{CHECKS_ROOM}/{path.name}", tuple(faults), query)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError("data-syntax", path=str(path), detail=str(error)) from error


def _row_faults(store: Store, query: SavedQuery) -> list[Fault]:
    try:
        rows = store.query(query.text)
    except (SyntaxError, ValueError, OSError) as error:
        raise DataError("data-syntax", path=query.path, detail=str(error)) from error
    if not isinstance(rows, QuerySolutions):
        raise DataError("check-not-select", path=query.path)
    names = [variable.value for variable in rows.variables]
    found = set()
    for row in rows:
        first, *rest = names
        parts = (f"{n} {shown(row[n])}" for n in rest if row[n] is not None)
        found.add(Fault(shown(_place(store, row[first])), ", ".join(parts)))
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
    if not wanted("house-style") and not wanted("shacl-shapes"):
        return
    from rdflib import Graph as RdfGraph

    from libonto.ontology.shacl_meta import faults, shacl_shapes
    from libonto.verdict.shacl import graph_of

    data = graph_of(quad.triple for quad in graph.store)
    styles = catalogue.files("shapes", "house-style.ttl") if wanted("house-style") else ()
    for path in styles:
        style = RdfGraph().parse(path, format="turtle")
        yield _guarded(
            "style", "house-style", "shapes/house-style.ttl", partial(faults, data, style)
        )
    if not wanted("shacl-shapes"):
        return
    shapes, _ = room(catalogue, "shapes")
    yield _guarded(
        "shacl", "shacl-shapes", "shapes/", partial(faults, graph_of(shapes), shacl_shapes())
    )


def _guarded(group: str, name: str, where: str, look: Callable[[], list[Fault]]) -> Check:
    """A check by the SHACL engine; that it could not look is a fault too."""
    try:
        return Check(group, name, where, tuple(look()))
    except JudgeError as error:
        return Check(group, name, where, (Fault("shapes", str(error)),))
