"""What the tests with HermiT share: the ontology, and what is proven of it once."""

from collections.abc import Iterator

import pytest
from pyoxigraph import Triple

from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.store import Graph
from libonto.law.model import PositionRules
from libonto.law.positions import Positions
from libonto.law.readings import Readings
from libonto.ontology.release import parsed_folder


@pytest.fixture(scope="module", autouse=True)
def _java_for_short_proofs() -> Iterator[None]:
    """Compile and collect as little as a proof of seconds needs: a third less processor time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield


@pytest.fixture(scope="session")
def graph() -> Graph:
    return Graph(Catalogue((own_folder(),)))


@pytest.fixture(scope="session")
def rules(graph: Graph) -> PositionRules:
    positions = Positions(graph, Readings(graph))
    return positions.rules(positions.default)


@pytest.fixture(scope="session")
def ontology(graph: Graph) -> list[Triple]:
    return parsed_folder(graph.catalogue, "ontology")[0]
