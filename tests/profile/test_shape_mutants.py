"""One change at a time to a whole profile: `shapes/candidate.ttl` and the reader agree on each.

What only one of the two can see (an unknown term of ours, a day that no calendar has) is told in
`test_shapes.py`, with the reason.
"""

from collections.abc import Callable

import pytest
from rdflib import SH, Graph, URIRef

from libonto.errors import ProfileError
from libonto.graph.catalogue import own_folder
from libonto.graph.terms import NS
from libonto.profile.vocabulary import DETAILS, PROFILE_CLASSES, PROFILE_PROPERTIES
from libonto.public import assessor

Read = Callable[..., object]
Results = Callable[[Graph], list[str]]

WHOLE = """\
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix id: <https://w3id.org/libonto/id/> .
@prefix level: <https://w3id.org/libonto/id/education/> .
@prefix field: <https://w3id.org/libonto/id/field/> .
@prefix post: <https://w3id.org/libonto/id/position/> .
@prefix item: <https://w3id.org/libonto/id/knowledge/> .
@prefix category: <https://w3id.org/libonto/id/category/librarian/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<urn:x:1> a lo:Candidate ;
    lo:name "A" ;
    lo:hasCredential <urn:x:c> ;
    lo:hasEmployment <urn:x:e> ;
    lo:holdsCategory <urn:x:g> ;
    lo:hasKnowledgeOf item:bibliography ;
    lo:appliesFor category:higher-second ;
    lo:evidence "file 1" .
<urn:x:c> a lo:Credential ;
    lo:educationLevel level:higher ;
    lo:fieldOfStudy field:pedagogy ;
    lo:awardedOn "2015-06-30"^^xsd:date ;
    lo:country "KZ" ;
    lo:awardedBy "U" .
<urn:x:e> a lo:Employment ;
    lo:inPosition post:school-librarian ;
    lo:startedOn "2018-09-01"^^xsd:date ;
    lo:endedOn "2021-08-31"^^xsd:date ;
    lo:employer "S" .
<urn:x:g> a lo:Grant ;
    lo:category category:higher-none ;
    lo:grantedOn "2020-01-01"^^xsd:date .
"""
ACCEPTED = {
    "the whole profile": ("", ""),
    "an untyped credential": ("<urn:x:c> a lo:Credential ;", "<urn:x:c>"),
    "an untyped employment": ("<urn:x:e> a lo:Employment ;", "<urn:x:e>"),
    "an untyped grant": ("<urn:x:g> a lo:Grant ;", "<urn:x:g>"),
    "a class of another's": ("a lo:Credential ;", "a lo:Credential , <urn:x:Diploma> ;"),
    "a property of another's": ('lo:name "A" ;', 'lo:name "A" ; <urn:x:p> "x" ;'),
    "a name with a language": ('lo:name "A" ;', 'lo:name "A"@kk ;'),
    "no name": ('lo:name "A" ;', ""),
    "no grant's day": (' ;\n    lo:grantedOn "2020-01-01"^^xsd:date .', " ."),
    "an award of a year": ('"2015-06-30"^^xsd:date', '"2015"^^xsd:gYear'),
    "an undated award": ('lo:awardedOn "2015-06-30"^^xsd:date ;', ""),
    "no last day": ('lo:endedOn "2021-08-31"^^xsd:date ;', ""),
    "a last day that is the first": ("2021-08-31", "2018-09-01"),
    "another's position": ("post:school-librarian", "<urn:x:post>"),
    "another's field": ("field:pedagogy", "<http://data.europa.eu/snb/isced-f/0322>"),
    "an act as knowledge": ("item:bibliography", "<https://w3id.org/libonto/id/act/Z070000319_>"),
    "an employer's address": ('lo:employer "S"', "lo:employer <urn:x:school>"),
    "two documents": ('lo:evidence "file 1"', 'lo:evidence "file 1" , "file 2"'),
}
REFUSED = {
    "a blank candidate": ("<urn:x:1>", "_:x"),
    "a candidate of our namespace": ("<urn:x:1>", "id:candidate\\/1"),
    "two names": ('lo:name "A"', 'lo:name "A" , "B"'),
    "a name that is an IRI": ('lo:name "A"', "lo:name <urn:a>"),
    "a credential that is a text": ("lo:hasCredential <urn:x:c>", 'lo:hasCredential "diploma"'),
    "an employment that is a text": ("lo:hasEmployment <urn:x:e>", 'lo:hasEmployment "school"'),
    "a grant that is a text": ("lo:holdsCategory <urn:x:g>", 'lo:holdsCategory "second"'),
    "a credential of nobody": ("lo:hasCredential <urn:x:c> ;", ""),
    "an employment of nobody": ("lo:hasEmployment <urn:x:e> ;", ""),
    "a credential that is an employment": ("a lo:Credential ;", "a lo:Employment ;"),
    "an employment that is a grant": ("a lo:Employment ;", "a lo:Grant ;"),
    "a derived property of a candidate": (
        'lo:name "A"',
        'lo:name "A" ; lo:showsKnowledge item:bibliography',
    ),
    "a derived property of a credential": (
        'lo:country "KZ"',
        'lo:country "KZ" ; lo:inField field:pedagogy',
    ),
    "service that was counted": ('lo:name "A"', 'lo:name "A" ; lo:service <urn:x:s>'),
    "a candidate's start": (
        'lo:name "A"',
        'lo:name "A" ; lo:startedOn "2018-09-01"^^xsd:date',
    ),
    "an employment's level": (
        'lo:employer "S"',
        'lo:employer "S" ; lo:educationLevel level:higher',
    ),
    "no level": ("lo:educationLevel level:higher ;", ""),
    "two levels": ("level:higher ;", "level:higher , level:postgraduate ;"),
    "an unknown level": ("level:higher ;", "<urn:x:level> ;"),
    "a level in words": ("level:higher ;", '"higher" ;'),
    "no field": ("lo:fieldOfStudy field:pedagogy ;", ""),
    "a field in words": ("field:pedagogy", '"pedagogy"'),
    "two awards": ('"2015-06-30"^^xsd:date', '"2015-06-30"^^xsd:date , "2016"^^xsd:gYear'),
    "an award as a moment": ('"2015-06-30"^^xsd:date', '"2015-06-30T00:00:00"^^xsd:dateTime'),
    "a country in words": ('"KZ"', '"Kazakhstan"'),
    "no position": ("lo:inPosition post:school-librarian ;", ""),
    "no first day": ('lo:startedOn "2018-09-01"^^xsd:date ;', ""),
    "the post that is described": ("post:school-librarian", "post:librarian"),
    "an end before the start": ("2021-08-31", "2018-08-31"),
    "a grant without a category": ("lo:category category:higher-none ;", ""),
}


def changed(old: str, new: str) -> str:
    assert not old or WHOLE.count(old) >= 1, old
    return WHOLE.replace(old, new) if old else WHOLE


def test_there_are_forty_eight() -> None:
    assert len(ACCEPTED) + len(REFUSED) == 48
    assert len({changed(*pair) for pair in [*ACCEPTED.values(), *REFUSED.values()]}) == 48


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", ACCEPTED)
def test_both_accept(name: str, read: Read, shape_results: Results) -> None:
    text = changed(*ACCEPTED[name])
    assert read(text)
    assert shape_results(Graph().parse(data=text, format="turtle")) == []


@pytest.mark.sampled(8)
@pytest.mark.parametrize("name", REFUSED)
def test_both_refuse(name: str, read: Read, shape_results: Results) -> None:
    text = changed(*REFUSED[name])
    with pytest.raises(ProfileError):
        read(text)
    assert shape_results(Graph().parse(data=text, format="turtle"))


@pytest.mark.parametrize("class_", PROFILE_CLASSES)
def test_what_is_foreign_to_a_class_is_the_rest_of_the_vocabulary(class_: str) -> None:
    """The shapes list what is stated of the other classes or derived: no more and no less."""
    shapes = Graph().parse(own_folder() / "shapes" / "candidate.ttl")
    kind = "document" if class_ == "HeldDocument" else class_.lower()
    shape = URIRef(f"https://w3id.org/libonto/id/shape/{kind}/foreign-statement")
    (head,) = shapes.objects(shape, SH.path / SH.alternativePath)
    listed = {str(iri) for iri in shapes.items(head)}
    stated = {NS + name for names in PROFILE_PROPERTIES.values() for name in names}
    computed = {
        node.value
        for node, _ in assessor().graph.pairs("lo:derived")
        if node.value.removeprefix(NS)[0].islower()
    }
    own = {NS + name for name in (*PROFILE_PROPERTIES[class_], *DETAILS)}
    assert listed == (stated | computed) - own
