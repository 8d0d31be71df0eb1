"""A fingerprint of the knowledge graph that does not depend on how its files are written.

The SHA-256 of the graph's canonical N-Quads (RDFC-1.0): the same statements give the same
fingerprint in any order, format and file, by any program that follows the standard.
"""

from __future__ import annotations

from hashlib import sha256

from pyoxigraph import CanonicalizationAlgorithm, Dataset

from libonto.graph.store import Graph


def fingerprint(graph: Graph) -> str:
    """The SHA-256 in hexadecimal digits."""
    dataset = Dataset(graph.store)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    return sha256("".join(lines).encode()).hexdigest()
