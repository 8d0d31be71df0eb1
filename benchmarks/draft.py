"""What a draft of our own text gives back of the clauses that were read by hand, and how fast."""

import time
from collections import Counter
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode

from libonto.drafting.model import ClauseKind, Experience, Inheritance, Knowledge
from libonto.drafting.points import Known, points
from libonto.drafting.reader import read
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.terms import slug_of

SOURCE = Path(__file__).resolve().parent.parent / "ontology/source/order-338/librarian.kk.txt"
NOT_DRAFTED = {"part", "connective"}


def main() -> None:
    graph = Graph(Catalogue.of())
    expected = by_hand(graph)
    text = SOURCE.read_bytes().decode("utf-8")
    read(text, "kk")  # the grammar is compiled once
    start = time.perf_counter()
    draft = read(text, "kk")
    seconds = time.perf_counter() - start
    found = {(c.start, c.end, str(c.kind)) for c in draft.clauses}
    print(f"clauses with exact span and type: {len(expected & found)} of {len(expected)}")
    for kind, number in sorted(Counter(kind for _, _, kind in expected).items()):
        print(f"  {kind:24} {sum(k == kind for _, _, k in expected & found)} of {number}")
    for missed in sorted(expected - found):
        print(f"  missed: {missed} {draft.quote(missed[:2])!r}")
    contents = [c.content for c in draft.clauses]
    inherit = sum(isinstance(content, Inheritance) for content in contents)
    print(f"levels: {len(draft.levels)}, of which inherit: {inherit}")
    service = [years for c in contents if isinstance(c, Experience) for years, _ in c.counted]
    print(f"years of service: {service}")
    print(f"named acts: {sum(isinstance(c, Knowledge) and c.act is not None for c in contents)}")
    print(f"unread: {sum(c.kind is ClauseKind.UNREAD for c in draft.clauses)}")
    asked = [p for p in points(draft, Known(graph), {}) if p.ask == "knowledge"]
    proposed = {p.proposals[0].value for p in asked if p.proposals}
    items = {
        slug_of(item, "knowledge")
        for iri in graph.instances("lo:KnowledgeRequirement")
        for item in graph.iris(NamedNode(iri), "lo:requiresKnowledge")
    }
    print(
        f"known items that come first among the proposals: {len(proposed & items)} of {len(items)}"
    )
    print(f"{len(text)} characters in {seconds * 1000:.0f} ms")


def by_hand(graph: Graph) -> set[tuple[int, int, str]]:
    """The clauses of the ontology by place and type."""
    found = set()
    for iri in graph.instances("lo:Clause"):
        node = NamedNode(iri)
        kind = slug_of(graph.iris(node, "lo:clauseType")[0], "clause-type")
        for place in graph.objects(node, "oa:hasSelector"):
            assert isinstance(place, BlankNode)
            start, end = graph.text(place, "oa:start"), graph.text(place, "oa:end")
            if start and end and kind not in NOT_DRAFTED:
                found.add((int(start), int(end), kind))
    return found
