"""Our own graph and its words, for the tests of one process: loaded when a test first asks."""

from functools import cache

from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.profile.vocabulary import Vocabulary


@cache
def graph() -> Graph:
    return Graph(Catalogue.of(()))


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(graph())
