"""The act and the edition by which a position is judged, as they are cited."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from libonto.graph.store import Graph
from libonto.graph.terms import slug_of


@dataclass(frozen=True)
class Citation:
    """IRIs of an edition and its act; `text` is the text as received and `digest` its SHA-256.

    `sure` is the slug of how sure we are of the edition's description.
    """

    edition: str
    act: str | None
    text: str | None
    digest: str | None
    sure: str | None


def citations(graph: Graph, position: str) -> tuple[Citation, ...]:
    """The editions that describe a position."""
    return tuple(_citation(graph, e) for e in graph.iris(NamedNode(position), "lo:describedIn"))


def _citation(graph: Graph, edition: str) -> Citation:
    node = NamedNode(edition)
    acts = graph.iris(node, "eli:realizes")
    texts = graph.iris(node, "eli:is_embodied_by")
    sure = graph.iris(node, "lo:confirmation")
    return Citation(
        edition=edition,
        act=acts[0] if acts else None,
        text=texts[0] if texts else None,
        digest=graph.text(NamedNode(texts[0]), "schema:sha256") if texts else None,
        sure=slug_of(sure[0], "evidence") if sure else None,
    )
