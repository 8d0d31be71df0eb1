"""With the axioms of ELI, SKOS, ORG, EARL and FOAF nothing follows that we do not say ourselves.

`axioms/*.ttl` hold what those vocabularies say of the terms that we borrow. A domain or a range
must give no resource of ours a class that it has not got, and no two disjoint ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.terms import ID, PREFIXES, term
from libonto.ontology.release import parsed_folder

AXIOMS = sorted((Path(__file__).parent / "axioms").glob("*.ttl"))
SKOS = PREFIXES["skos"]
THEIRS = tuple(PREFIXES[name] for name in ("eli", "skos", "org", "earl", "foaf"))
Node = NamedNode | BlankNode


class Model:
    """A graph with the classes that are stated of each thing, and those that follow."""

    def __init__(self, triples: Iterable[Triple], axioms: Iterable[Triple]) -> None:
        self.triples = list(triples)
        self.values: dict[tuple[object, str], list[object]] = defaultdict(list)
        for triple in [*self.triples, *axioms]:
            self.values[triple.subject, triple.predicate.value].append(triple.object)
        self._above: dict[tuple[object, str], frozenset[object]] = {}

    def of(self, node: object, curie: str) -> list[object]:
        return self.values.get((node, term(curie).value), [])

    def above(self, node: object, curie: str) -> frozenset[object]:
        """A class or a property with all that it is below."""
        if (node, curie) not in self._above:
            found: set[object] = set()
            waiting = [node]
            while waiting:
                one = waiting.pop()
                if one not in found:
                    found.add(one)
                    waiting += self.of(one, curie)
            self._above[node, curie] = frozenset(found)
        return self._above[node, curie]

    def stated(self, node: object) -> set[object]:
        classes = self.of(node, "rdf:type")
        return {above for class_ in classes for above in self.above(class_, "rdfs:subClassOf")}

    def implied(self) -> Iterator[tuple[object, object, str]]:
        """A thing, a class that a domain or a range gives it, and the property that does."""
        given: dict[str, tuple[set[object], set[object]]] = {}
        for triple in self.triples:
            name = triple.predicate.value
            if name not in given:
                above = self.above(triple.predicate, "rdfs:subPropertyOf")
                given[name] = (
                    {class_ for p in above for class_ in self.of(p, "rdfs:domain")},
                    {class_ for p in above for class_ in self.of(p, "rdfs:range")},
                )
            for class_ in given[name][0]:
                yield triple.subject, class_, name
            for class_ in given[name][1]:
                yield triple.object, class_, name


def axioms() -> list[Triple]:
    return [q.triple for path in AXIOMS for q in parse(path=str(path), format=RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def model() -> Model:
    triples, _ = parsed_folder(Catalogue((own_folder(),)), "ontology")
    return Model(triples, axioms())


def is_ours(node: object) -> bool:
    return isinstance(node, BlankNode) or (
        isinstance(node, NamedNode) and node.value.startswith(ID)
    )


def surprises(model: Model) -> set[tuple[str, str, str]]:
    """What their axioms make of things of ours that are said to be something else."""
    found = set()
    for node, class_, name in model.implied():
        theirs = isinstance(class_, NamedNode) and class_.value.startswith(THEIRS)
        stated = model.stated(node) if theirs and is_ours(node) else ()
        if stated and class_ not in stated:
            found.add((str(node), str(class_), name))
    return found


def test_no_domain_or_range_of_theirs_makes_a_thing_of_ours_what_we_do_not_say(
    model: Model,
) -> None:
    assert surprises(model) == set()


def test_it_would_be_seen(model: Model) -> None:
    """A title on an act, and a mapping that starts from a position."""
    act, position = NamedNode(f"{ID}act/Z070000319_"), NamedNode(f"{ID}position/librarian")
    title, match = term("eli:title"), term("skos:closeMatch")
    wrong = [
        Triple(act, title, Literal("x", language="en")),
        Triple(position, match, NamedNode("urn:x")),
    ]
    found = surprises(Model([*model.triples, *wrong], axioms()))
    assert {(node, name) for node, _, name in found} == {
        (str(act), title.value),
        (str(position), match.value),
    }


def test_the_european_systems_concepts_are_in_their_own_schemes(model: Model) -> None:
    """What ESCO, the EQF and ISCED-F publish stands in the schemes that they publish it in."""
    for space in ("snb/eqf/", "snb/isced-f/", "esco/occupation/", "esco/skill/", "esco/isco/"):
        namespace = f"http://data.europa.eu/{space}"
        members = [
            t.subject
            for t in model.triples
            if t.object == term("skos:Concept") and str(t.subject).startswith(f"<{namespace}")
        ]
        assert members, space
        for node in members:
            schemes = [str(scheme) for scheme in model.of(node, "skos:inScheme")]
            assert any(name.startswith("<http://data.europa.eu/") for name in schemes), node
            assert not model.of(node, "skos:definition"), node
            assert model.of(node, "lo:gloss"), node


def test_a_field_of_isced_has_one_concept(model: Model) -> None:
    named = [t.subject for t in model.triples if t.object == Literal("0322")]
    fields = {str(node) for node in named if term("skos:Concept") in model.stated(node)}
    foreign = {iri for iri in fields if not iri.startswith(f"<{ID}")}
    assert foreign == {"<http://data.europa.eu/snb/isced-f/0322>"}


def test_no_mapping_starts_from_a_duty_or_a_ladder(model: Model) -> None:
    matches = [t for t in model.triples if t.predicate.value.endswith("Match")]
    starts = {t.subject for t in matches if t.predicate.value.startswith(SKOS)}
    assert any(is_ours(node) for node in starts)
    kinds = {term("lo:Duty"), term("lo:Ladder"), term("lo:Position")}
    assert not any(kinds & model.stated(node) for node in starts)


UNSEEN = {"order-827-2000", "no-72-2024", "no-539-2019", "no-302-2010", "no-669-2023"}
"""Acts that are known by number and day; what kind each is nobody has seen."""


def test_a_title_belongs_to_an_expression_in_one_language(model: Model) -> None:
    acts = [t.subject for t in model.triples if t.object == term("eli:LegalResource")]
    assert len(acts) >= 16
    titled = [t for t in model.triples if t.predicate == term("eli:title")]
    assert len(titled) > 40
    for triple in titled:
        assert term("eli:LegalExpression") in model.stated(triple.subject)
        assert len(model.of(triple.subject, "eli:title")) == 1
        (language,) = model.of(triple.subject, "eli:language")
        tag = {"kk": "KAZ", "ru": "RUS", "en": "ENG"}[str(getattr(triple.object, "language", ""))]
        assert str(language).endswith(f"/{tag}>")
        (act,) = model.of(triple.subject, "eli:realizes")
        assert act in acts
    for act in acts:
        if is_ours(act) and str(getattr(act, "value", "")).startswith(f"{ID}act/"):
            assert model.of(act, "eli:jurisdiction")
            if act.value.removeprefix(f"{ID}act/") not in UNSEEN:
                assert model.of(act, "eli:type_document"), act


def test_our_translations_are_unofficial_expressions_of_their_own(model: Model) -> None:
    original = NamedNode(f"{ID}edition/order-338-source")
    translations = [
        triple.subject
        for triple in model.triples
        if triple.predicate == term("eli:is_translation_of") and triple.object == original
    ]
    assert len(translations) == 2
    for one in translations:
        assert model.of(one, "schema:translator")
        (copy,) = model.of(one, "eli:is_embodied_by")
        assert model.of(copy, "eli:legal_value") == [term("eli:LegalValue-unofficial")]
    assert not model.of(original, "schema:translator")
    (text,) = model.of(original, "eli:is_embodied_by")
    assert not model.of(text, "eli:legal_value")


def test_a_clause_is_a_part_of_an_act(model: Model) -> None:
    assert term("eli:LegalResourceSubdivision") in model.of(term("lo:Clause"), "rdfs:subClassOf")


def test_our_terms_are_below_those_of_others(model: Model) -> None:
    for ours, link, theirs in (
        ("lo:Candidate", "rdfs:subClassOf", "foaf:Person"),
        ("lo:Candidate", "rdfs:subClassOf", "schema:Person"),
        ("lo:Employment", "rdfs:subClassOf", "org:Membership"),
        ("lo:Position", "rdfs:subClassOf", "org:Post"),
        ("lo:KnowledgeItem", "rdfs:subClassOf", "skos:Concept"),
        ("lo:hasEmployment", "rdfs:subPropertyOf", "org:hasMembership"),
        ("lo:name", "rdfs:subPropertyOf", "foaf:name"),
        ("lo:supersededBy", "rdfs:subPropertyOf", "dcterms:isReplacedBy"),
    ):
        assert term(theirs) in model.of(term(ours), link), ours


def test_a_status_is_an_outcome(model: Model) -> None:
    for status, class_, outcome in (
        ("met", "earl:Pass", "earl:passed"),
        ("not-met", "earl:Fail", "earl:failed"),
        ("not-shown", "earl:CannotTell", "earl:cantTell"),
    ):
        node = NamedNode(f"{ID}status/{status}")
        assert {term(class_), term("earl:OutcomeValue")} <= model.stated(node), status
        assert term(outcome) in model.of(node, "skos:closeMatch"), status
