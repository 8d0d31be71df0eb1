"""Another SHACL engine, pyshifty, on the exported shapes says of every profile what we say.

`libonto ontology export --shapes` writes the shapes of a set of readings, `libonto profile
derive` the evidence; the engine knows nothing else of us.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
import shifty
from pyoxigraph import RdfFormat, serialize
from rdflib.compare import isomorphic
from rdflib.namespace import SH
from tests.sizes import some

from libonto.cli.frame import run
from libonto.graph.terms import ID
from libonto.ontology.level_shapes import requirement_shape
from libonto.profile.document import open_document
from libonto.profile.intake import Reader
from libonto.public import assessor
from libonto.verdict.model import Assessment, Status

Failed = dict[str, set[str]]
"""The shapes that a report's results come from, by focus node."""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("shapes")

    @cache
    def export(
        position: str, readings: tuple[tuple[str, str], ...], category: str | None = None
    ) -> Path:
        name = "-".join(part for pair in readings for part in pair) or "defaults"
        file = folder / f"{position}-{name}-{category}.ttl"
        chosen = [f"--reading={reading}={option}" for reading, option in readings]
        chosen += [f"--category={category}"] if category else []
        args = ["ontology", "export", "--shapes", "--position", position, *chosen]
        assert run([*args, "-o", str(file)]) == 0
        return file

    return export


@pytest.fixture(scope="module")
def engine(exported: Callable[..., Path]) -> Callable[..., Any]:
    @cache
    def prepared(
        position: str, readings: tuple[tuple[str, str], ...], category: str | None = None
    ) -> Any:
        return shifty.PreparedValidator(exported(position, readings, category))

    return prepared


def failed(engine: Any, data: bytes) -> Failed:
    _, report, _ = engine.validate(data, infer=False, on_unsupported="error")
    found: Failed = {}
    for result in report.objects(None, SH.result):
        focus, shape = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
        found.setdefault(str(focus), set()).add(str(shape))
    return found


def judged(case: Any) -> Assessment:
    judge = assessor()
    candidates = Reader(judge.vocabulary).read([open_document(str(case.path))])
    (found,) = judge.assess(
        candidates,
        position=judge.positions.named(case.position),
        on=case.on,
        readings=case.readings,
    )
    return found


def evidence(case: Any, ours: Assessment) -> bytes:
    """What follows from a profile under the readings that its case is judged by."""
    choices = assessor().readings.choose(case.readings)
    facts = ours.evidence.facts_under(choices)
    return serialize(ours.evidence.as_triples(facts), format=RdfFormat.N_TRIPLES) or b""


def test_it_says_the_same_of_every_requirement(case: Any, engine: Callable[..., Any]) -> None:
    ours = judged(case)
    data = evidence(case, ours)
    assert data
    other = engine(case.position, tuple(sorted(case.readings.items())))
    found = failed(other, data).get(ours.candidate.iri, set())
    choices = assessor().readings.choose(case.readings)
    expected = {
        requirement_shape(ours.rules, f.requirement, choices)
        for f in ours.findings
        if f.status is not Status.MET
    }
    assert found == expected


def test_the_levels_follow_from_it(
    all_cases: tuple[Any, ...], exported: Callable[..., Path], engine: Callable[..., Any]
) -> None:
    """One node shape for a level: it is met where none of its properties has a result."""
    of_librarian = [c for c in all_cases if c.position == "librarian" and not c.readings]
    shapes = rdflib.Graph().parse(exported("librarian", ()))
    for case in of_librarian[::7]:
        ours = judged(case)
        found = failed(engine(case.position, ()), evidence(case, ours)).get(
            ours.candidate.iri, set()
        )
        assert len(ours.categories) == 8
        for category in ours.categories:
            level = rdflib.URIRef(f"{ID}shape/{case.position}/{category.slug}")
            members = {str(shape) for shape in shapes.objects(level, SH.property)}
            assert len(members) == len(category.requirements)
            assert members.isdisjoint(found) == (category.status is Status.MET), category.slug


def test_conforms_is_the_verdict_on_the_level_of_a_file(
    all_cases: tuple[Any, ...], engine: Callable[..., Any]
) -> None:
    """Every test profile (in the quick run some), by the file of each level of its position."""
    assert len(all_cases) >= 150
    for case in some(all_cases, 25):
        ours = judged(case)
        data = evidence(case, ours)
        for category in ours.categories:
            other = engine(case.position, tuple(sorted(case.readings.items())), category.slug)
            conforms, _, _ = other.validate(data, infer=False, on_unsupported="error")
            assert conforms == (category.status is Status.MET), (case.path.stem, category.slug)


def test_conforms_is_the_verdict_by_pyshacl_too(case: Any, exported: Callable[..., Path]) -> None:
    file = exported(case.position, tuple(sorted(case.readings.items())), case.category)
    conforms, _, _ = pyshacl.validate(
        data_graph=rdflib.Graph().parse(data=evidence(case, judged(case)), format="nt"),
        shacl_graph=rdflib.Graph().parse(file),
    )
    assert conforms == (case.status == "met")


@pytest.mark.parametrize("place", [0, 70, 140])
def test_the_evidence_is_what_the_command_writes(
    place: int, all_cases: tuple[Any, ...], tmp_path: Path
) -> None:
    case = all_cases[place]
    file = tmp_path / "evidence.nt"
    args = ["profile", "derive", str(case.path), "--position", case.position]
    assert run([*args, "--on", case.on.isoformat(), "--format", "ntriples", "-o", str(file)]) == 0
    by_defaults = replace(case, readings={})
    ours = evidence(by_defaults, judged(by_defaults))
    expected = rdflib.Graph().parse(data=ours, format="nt")
    candidate, on = rdflib.URIRef("urn:example:candidate:1"), rdflib.Literal(case.on)
    expected.add((candidate, rdflib.URIRef("https://w3id.org/libonto/ns#assessedOn"), on))
    assert isomorphic(rdflib.Graph().parse(file), expected)


def test_the_engine_does_look(engine: Callable[..., Any]) -> None:
    """Someone of whom nothing is stated has a result from each of the 25 requirements."""
    me = "urn:example:candidate:1"
    nobody = f"<{me}> a <https://w3id.org/libonto/ns#Candidate> .".encode()
    assert len(failed(engine("librarian", ()), nobody)[me]) == 25
