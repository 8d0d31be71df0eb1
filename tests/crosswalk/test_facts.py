"""The frameworks of other countries claim no more than was found of them.

`facts.json` holds what was found and how: seen in a source, inferred, or from memory.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from libonto.crosswalk.chains import Relation
from libonto.crosswalk.frameworks import Frameworks
from libonto.graph.mappings import EVIDENCE, Mapping
from libonto.graph.store import Graph
from libonto.graph.terms import ID, term

FACTS = json.loads((Path(__file__).parent / "facts.json").read_text("utf-8"))
ALL = FACTS["frameworks"]
FRAMEWORKS = sorted(set(ALL) - {"cn-none"})
"""Of China none was found; only its diplomas are known."""
MAPPED = sorted(slug for slug, facts in ALL.items() if facts["levels"])
EQF = "http://data.europa.eu/snb/eqf/"
FIRM = ("memory-unverified", "inferred", "received", "seen")
STATUS = {"referenced": "referenced", "declared compatible": "declared-compatible"}


def evidence(graph: Graph, node: NamedNode | BlankNode | str) -> str:
    (found,) = graph.iris(NamedNode(node) if isinstance(node, str) else node, "lo:confirmation")
    return found.removeprefix(EVIDENCE)


def marked(graph: Graph, iri: str, property_: str, label: Literal) -> str | None:
    """What a single statement is said to rest on, apart from what its subject does."""
    for axiom in graph.subjects("owl:annotatedSource", NamedNode(iri)):
        of = graph.iris(axiom, "owl:annotatedProperty")
        if of == [term(property_).value] and graph.objects(axiom, "owl:annotatedTarget") == [label]:
            return evidence(graph, axiom)
    return None


def literals(graph: Graph, iri: str, property_: str) -> list[Literal]:
    return [v for v in graph.objects(NamedNode(iri), property_) if isinstance(v, Literal)]


def sources(graph: Graph, node: NamedNode | BlankNode) -> set[str]:
    return set(graph.iris(node, "dcterms:source"))


def rows(graph: Graph, slug: str) -> Iterator[Mapping]:
    """The rows whose subject is a level of a framework."""
    frameworks = Frameworks(graph)
    for table in graph.tables:
        yield from (m for m in table.mappings if frameworks.of(m.subject) == slug)


def qualifications(graph: Graph, slug: str) -> list[str]:
    prefix = f"{ID}qualification/{slug.removesuffix('-none')}/"
    return [iri for iri in graph.instances("lo:Qualification") if iri.startswith(prefix)]


@pytest.mark.parametrize("slug", FRAMEWORKS)
def test_each_framework_bears_the_names_and_sources_that_were_found(ours: Graph, slug: str) -> None:
    facts, framework = ALL[slug], Frameworks(ours).all[slug]
    english, own, language, how = facts["name"]
    node = NamedNode(framework.iri)
    assert framework.iri == facts["iri"] or not facts["iri"], "the official IRI where seen"
    assert ours.label(framework.iri, "en") == english
    titles = [(t.value, t.language) for t in literals(ours, framework.iri, "dcterms:title")]
    assert titles == ([(own, language)] if own else [])
    assert evidence(ours, node) == how
    assert ours.text(node, "lo:consultedOn") == facts["consulted"]
    countries = {iri.rpartition("/")[2] for iri in ours.iris(node, "dcterms:spatial")}
    assert countries == set(facts["countries"])
    assert sources(ours, node) and sources(ours, node) <= set(facts["sources"])


@pytest.mark.parametrize("slug", MAPPED)
def test_each_level_is_mapped_as_it_was_found_and_no_firmer(ours: Graph, slug: str) -> None:
    facts = ALL[slug]
    found = {
        (m.subject, m.object.removeprefix(EQF)): m
        for m in rows(ours, slug)
        if m.object.startswith(EQF)
    }
    frameworks = Frameworks(ours)
    wanted = {}
    for level, eqf, how, shared in facts["levels"]:
        concept = frameworks.concept(f"{slug}/{level}")
        assert concept == facts["iris"].get(level, concept), "the official IRI where seen"
        if eqf is not None:
            wanted[concept, str(eqf)] = (how, shared)
    assert found.keys() == wanted.keys()
    for key, mapping in found.items():
        how, shared = wanted[key]
        relation = Relation.of(mapping.predicate)
        assert mapping.confirmation == EVIDENCE + how
        assert mapping.see_also and set(mapping.see_also) <= set(facts["sources"])
        assert relation is not Relation.EXACT
        if how != "seen":
            assert relation is Relation.RELATED and mapping.confidence <= 0.5
        elif shared == "n:1":
            assert relation is Relation.BROAD
        assert mapping.confidence <= 0.9
        assert (mapping.valid_from, mapping.valid_until) == (facts.get("since") or "", "")
    levels = {level for level, *_ in facts["levels"]}
    current = {
        frameworks.code(node.value)
        for node in ours.subjects("skos:inScheme", NamedNode(frameworks.all[slug].iri))
        if isinstance(node, NamedNode) and not ours.text(node, "lo:validUntil")
    }
    assert current == levels, "no level that was not found"


@pytest.mark.parametrize("slug", [slug for slug in MAPPED if "former" in ALL[slug]])
def test_former_levels_lead_to_those_that_replaced_them_until_that_day(
    ours: Graph, slug: str
) -> None:
    facts, frameworks = ALL[slug], Frameworks(ours)
    until, replaced = facts["former"]
    former = {code: (today, how) for code, today, how in replaced}
    official = {iri: code for code, iri in facts["iris"].items()}
    held: dict[str, list[str]] = {}
    for mapping in rows(ours, slug):
        if not mapping.object.startswith(EQF):
            code = official.get(mapping.subject) or str(frameworks.code(mapping.subject))
            today, how = former[code]
            held.setdefault(code, []).append(mapping.object)
            assert frameworks.code(mapping.object) in today
            assert FIRM.index(mapping.confirmation.removeprefix(EVIDENCE)) <= FIRM.index(how)
            assert (mapping.valid_from, mapping.valid_until) == ("", until)
            assert Relation.of(mapping.predicate) is not Relation.EXACT
    assert held.keys() == former.keys()


def test_a_level_whose_iri_is_ours_says_so(ours: Graph) -> None:
    for slug in MAPPED:
        for scheme in [Frameworks(ours).all[slug].iri]:
            for node in ours.subjects("skos:inScheme", NamedNode(scheme)):
                assert isinstance(node, NamedNode)
                assert ours.flag(node, "lo:ownIri", False) is node.value.startswith(ID)


@pytest.mark.parametrize("slug", sorted(set(ALL) - set(MAPPED)))
def test_of_a_framework_known_by_name_no_level_is_told(ours: Graph, slug: str) -> None:
    if slug in FRAMEWORKS:
        scheme = NamedNode(Frameworks(ours).all[slug].iri)
        assert not list(ours.subjects("skos:inScheme", scheme))
        assert list(ours.subjects("lo:gapFor", scheme)), "a gap"
        assert ours.translations(scheme, "lo:caveat"), "with what is known"
    assert not any(ours.iris(NamedNode(iri), "lo:onLevel") for iri in qualifications(ours, slug))


@pytest.mark.parametrize("slug", sorted(ALL))
def test_each_diploma_stands_where_it_was_found_to(ours: Graph, slug: str) -> None:
    frameworks = Frameworks(ours)
    held: dict[str, list[str]] = {}
    for iri in qualifications(ours, slug):
        names = ours.objects(NamedNode(iri), "dcterms:title")
        name = names[0].value if names else ours.label(iri, "en")
        held.setdefault(name, []).append(iri)
    assert sum(map(len, held.values())) == len(ALL[slug]["diplomas"])
    for name, level, how, kind, *_ in ALL[slug]["diplomas"]:
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


@pytest.mark.parametrize("slug", sorted(ALL))
def test_each_name_of_a_diploma_was_found_or_is_marked(ours: Graph, slug: str) -> None:
    """Own names and their parts as found, shortened ones as inferred, remembered ones as such."""
    facts = {
        (name, english): (kind, how) for name, _, _, _, english, kind, how in ALL[slug]["diplomas"]
    }
    assert facts.keys() == {_own_and_english(ours, iri) for iri in qualifications(ours, slug)}
    for iri in qualifications(ours, slug):
        own, english = _own_and_english(ours, iri)
        kind, how = facts[own, english]
        assert ours.iris(NamedNode(iri), "dcterms:type") == [f"{ID}qualification-kind/{kind}"]
        assert sources(ours, NamedNode(iri)) <= set(ALL[slug]["sources"])
        told = f"{own}; {english}".casefold()
        remembered = how if evidence(ours, iri) != how == "memory-unverified" else None
        for title in literals(ours, iri, "dcterms:title"):
            assert marked(ours, iri, "dcterms:title", title) == remembered, title
        for label in literals(ours, iri, "skos:altLabel"):
            assert label.value.casefold() in told, label
            assert marked(ours, iri, "skos:altLabel", label) == remembered, label
        for label in literals(ours, iri, "skos:hiddenLabel"):
            assert label.value in own and own.split()[0] == label.value.split()[0], label
            assert marked(ours, iri, "skos:hiddenLabel", label) == "inferred", label


@pytest.mark.parametrize("slug", [slug for slug in sorted(ALL) if "compared" in ALL[slug]])
def test_what_a_foreign_body_compares_diplomas_with_is_as_found(ours: Graph, slug: str) -> None:
    found = {label: (set(eqf), how) for label, eqf, how in ALL[slug]["compared"]}
    held = [m for t in ours.tables for m in t.mappings if m.subject in qualifications(ours, slug)]
    labels = {
        line.split("\t")[0].rpartition(":")[2]: line.split("\t")[1]
        for line in Path(held[0].place.path).read_text("utf-8").splitlines()
        if "\t" in line
    }
    for mapping in held:
        eqf, how = found[labels[mapping.subject.rpartition("/")[2]]]
        assert mapping.object.removeprefix(EQF) in eqf
        assert mapping.confirmation == EVIDENCE + how
        assert Relation.of(mapping.predicate) is Relation.RELATED
        assert set(mapping.see_also) <= set(ALL[slug]["sources"])


@pytest.mark.parametrize("slug", FRAMEWORKS)
def test_the_status_of_referencing_is_as_found(ours: Graph, slug: str) -> None:
    facts = ALL[slug]
    stated = {}
    for node in ours.objects(NamedNode(Frameworks(ours).all[slug].iri), "lo:referencing"):
        assert isinstance(node, BlankNode)
        (to,) = ours.iris(node, "lo:referencedTo")
        stated[to.rpartition("/")[2]] = node
        assert sources(ours, node) and sources(ours, node) <= set(facts["sources"])
    status, year, how, renewed = facts["referencing"]
    eqf = stated.pop("eqf")
    expected = f"{ID}referencing-status/{STATUS.get(status, 'not-referenced')}"
    assert ours.iris(eqf, "lo:referencingStatus") == [expected]
    assert ours.text(eqf, "dcterms:issued") == (str(year) if year else None)
    assert ours.text(eqf, "dcterms:modified") == (str(renewed) if renewed else None)
    assert evidence(ours, eqf) == how
    certified = [(ours.text(n, "dcterms:issued"), evidence(ours, n)) for n in stated.values()]
    wanted = facts["certified"]
    assert certified == ([(str(wanted[0]) if wanted[0] else None, wanted[1])] if wanted else [])


def test_each_instrument_of_recognition_rests_on_facts(ours: Graph) -> None:
    used = set()
    for iri in ours.instances("lo:RecognitionInstrument"):
        node = NamedNode(iri)
        ids = [str(term.value) for term in ours.objects(node, "dcterms:identifier")]
        assert ids, iri
        used |= set(ids)
        facts = [FACTS["recognition"][id_] for id_ in ids]
        how = [FIRM.index(fact[0]) for fact in facts]
        assert FIRM.index(evidence(ours, iri)) <= max(how)
        parties = {p.rpartition("/")[2] for p in ours.iris(node, "lo:party")}
        assert parties <= {c for fact in facts for c in fact[2] or ()}
        days = {fact[1] for fact in facts if fact[1]}
        stated = {
            ours.text(node, day)
            for day in ("eli:date_document", "dcterms:dateAccepted")
            if ours.text(node, day)
        }
        assert not days or days & stated, f"{iri}: {days} or {stated}"
        assert sources(ours, node) <= {url for fact in facts for url in fact[3]}
    left = FACTS["recognition"].keys() - used
    assert left == {"agreement-2013-eurasec", "professional-qualifications"}, "not instruments"


@pytest.mark.parametrize(("countries", "what"), FACTS["gaps"])
def test_what_was_not_found_is_a_gap_of_its_country(
    ours: Graph, countries: list[str], what: str
) -> None:
    about = set()
    for gap in ours.instances("lo:Gap"):
        for thing in map(NamedNode, ours.iris(NamedNode(gap), "lo:gapFor")):
            about |= {i.rpartition("/")[2] for i in ours.iris(thing, "dcterms:spatial")}
            about.add(thing.value.removeprefix(f"{ID}country/"))
            if ours.is_a(thing.value, "lo:RecognitionInstrument"):
                about.add("KZ")
    assert set(countries) <= about, what


def _own_and_english(graph: Graph, iri: str) -> tuple[str, str]:
    english = graph.label(iri, "en")
    titles = literals(graph, iri, "dcterms:title")
    return (titles[0].value if titles else english), english
