"""The frameworks of other countries claim no more than was found of them.

`facts.json` holds what was found and how: seen in a source, inferred, or from memory.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from libonto.crosswalk.frameworks import Frameworks
from libonto.crosswalk.relations import Relation
from libonto.graph.mappings import EVIDENCE, Mapping
from libonto.graph.store import Graph
from libonto.graph.terms import ID

FACTS = json.loads((Path(__file__).parent / "facts.json").read_text("utf-8"))
ALL = FACTS["frameworks"]
MAPPED = sorted(slug for slug, facts in ALL.items() if facts["levels"])
EQF = "http://data.europa.eu/snb/eqf/"
FIRM = ("memory-unverified", "inferred", "received", "seen")
STATUS = {"referenced": "referenced", "declared compatible": "declared-compatible"}


def evidence(graph: Graph, iri: str) -> str:
    (found,) = graph.iris(NamedNode(iri), "lo:confirmation")
    return found.removeprefix(EVIDENCE)


def rows(graph: Graph, slug: str) -> Iterator[Mapping]:
    """The rows from a framework's levels to the EQF, those of former levels apart."""
    frameworks = Frameworks(graph)
    for table in graph.tables:
        for mapping in table.mappings:
            if frameworks.of(mapping.subject) == slug and mapping.object.startswith(EQF):
                yield mapping


@pytest.mark.parametrize("slug", MAPPED)
def test_each_level_is_mapped_as_it_was_found_and_no_firmer(ours: Graph, slug: str) -> None:
    found = {(m.subject, m.object.removeprefix(EQF)): m for m in rows(ours, slug)}
    frameworks = Frameworks(ours)
    wanted = {}
    for level, eqf, how, shared in ALL[slug]["levels"]:
        concept = frameworks.concept(f"{slug}/{level}")
        assert concept == ALL[slug]["iris"].get(level, concept), "the official IRI where seen"
        if eqf is not None:
            wanted[concept, str(eqf)] = (how, shared)
    assert found.keys() == wanted.keys()
    for key, mapping in found.items():
        how, shared = wanted[key]
        relation = Relation.of(mapping.predicate)
        assert mapping.confirmation == EVIDENCE + how
        assert mapping.see_also
        assert relation is not Relation.EXACT
        if how != "seen":
            assert relation is Relation.RELATED and mapping.confidence <= 0.5
        elif shared == "n:1":
            assert relation is Relation.BROAD
        assert mapping.confidence <= 0.9


def test_a_level_whose_iri_is_ours_says_so(ours: Graph) -> None:
    for slug in MAPPED:
        for scheme in [Frameworks(ours).all[slug].iri]:
            for node in ours.subjects("skos:inScheme", NamedNode(scheme)):
                assert isinstance(node, NamedNode)
                assert ours.flag(node, "lo:ownIri", False) is node.value.startswith(ID)


@pytest.mark.parametrize("slug", sorted(ALL))
def test_each_diploma_stands_where_it_was_found_to(ours: Graph, slug: str) -> None:
    frameworks = Frameworks(ours)
    prefix = f"{ID}qualification/{slug.removesuffix('-none')}/"
    held: dict[str, list[str]] = {}
    for iri in ours.instances("lo:Qualification"):
        if iri.startswith(prefix):
            names = ours.objects(NamedNode(iri), "dcterms:title")
            name = names[0].value if names else ours.label(iri, "en")
            held.setdefault(name, []).append(iri)
    assert sum(map(len, held.values())) == len(ALL[slug]["diplomas"])
    for name, level, how, kind in ALL[slug]["diplomas"]:
        placed = []
        for iri in held[name]:
            assert FIRM.index(evidence(ours, iri)) <= FIRM.index("seen")
            placed += ours.iris(NamedNode(iri), "lo:onLevel")
        if slug not in MAPPED or level is None:
            assert placed == []
        else:
            concept = EQF + level if kind == "eqf" else frameworks.concept(f"{slug}/{level}")
            assert concept in placed
        if len(held[name]) == 1:
            assert FIRM.index(evidence(ours, held[name][0])) <= FIRM.index(how)


@pytest.mark.parametrize("slug", sorted(set(ALL) - {"cn-none"}))
def test_the_status_of_referencing_is_as_found(ours: Graph, slug: str) -> None:
    status, year, how = ALL[slug]["referencing"]
    for node in ours.objects(NamedNode(Frameworks(ours).all[slug].iri), "lo:referencing"):
        assert not isinstance(node, NamedNode)
        if ours.iris(node, "lo:referencedTo") == [ID + "framework/eqf"]:
            break
    else:
        pytest.fail("no status")
    stated = ours.iris(node, "lo:referencingStatus")
    assert stated == [f"{ID}referencing-status/{STATUS.get(status, 'not-referenced')}"]
    assert ours.text(node, "dcterms:issued") == (str(year) if year else None)
    assert ours.iris(node, "lo:confirmation") == [EVIDENCE + how]


def test_each_instrument_of_recognition_rests_on_facts(ours: Graph) -> None:
    used = set()
    for iri in ours.instances("lo:RecognitionInstrument"):
        ids = [str(term.value) for term in ours.objects(NamedNode(iri), "dcterms:identifier")]
        assert ids, iri
        used |= set(ids)
        how = [FIRM.index(FACTS["recognition"][id_][0]) for id_ in ids]
        assert FIRM.index(evidence(ours, iri)) <= max(how)
        countries = {c for id_ in ids for c in FACTS["recognition"][id_][2] or ()}
        parties = {p.rpartition("/")[2] for p in ours.iris(NamedNode(iri), "lo:party")}
        assert parties <= countries
    left = FACTS["recognition"].keys() - used
    assert left == {"agreement-2013-eurasec", "professional-qualifications"}, "not instruments"
