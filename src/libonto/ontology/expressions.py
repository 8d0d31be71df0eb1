"""Class expressions of OWL 2 in Turtle."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode


def some(property_: str, filler: str) -> str:
    """Those with a value of a property that is in a class."""
    return f"[ a owl:Restriction ; owl:onProperty {property_} ; owl:someValuesFrom {filler} ]"


def has(property_: str, value: NamedNode) -> str:
    """Those with this value of a property."""
    return f"[ a owl:Restriction ; owl:onProperty {property_} ; owl:hasValue {value} ]"


def at_least(number: int) -> str:
    """The whole numbers from this one on."""
    facet = f"[ xsd:minInclusive {number} ]"
    return f"[ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions ( {facet} ) ]"


def any_of(classes: Sequence[str]) -> str:
    """Those in one of the classes; of no classes `owl:Nothing`."""
    return _combined("owl:unionOf", classes, "owl:Thing")


def all_of(classes: Sequence[str]) -> str:
    """Those in all of the classes; of no classes `owl:Thing`."""
    return _combined("owl:intersectionOf", classes, "owl:Nothing")


def _combined(by: str, classes: Sequence[str], complement: str) -> str:
    """The classes by union or intersection; of none the class whose complement is given."""
    if not classes:
        return f"[ a owl:Class ; owl:complementOf {complement} ]"
    if len(classes) == 1 and classes[0].startswith("["):
        return classes[0]
    return f"[ a owl:Class ; {by} ( {' '.join(classes)} ) ]"


def one_of(individuals: Sequence[NamedNode]) -> str:
    """The class of some individuals."""
    return f"[ a owl:Class ; owl:oneOf ( {' '.join(map(str, individuals))} ) ]"


def credential(levels: Sequence[NamedNode], fields: Sequence[NamedNode]) -> str:
    """Those with one credential of one of the levels in one of the fields; none: whatever it is."""
    conditions = (("lo:educationLevel", levels), ("lo:inField", fields))
    parts = [some(property_, one_of(values)) for property_, values in conditions if values]
    return some("lo:countedCredential", all_of(parts))


def service(years: int, counted_for: NamedNode | None = None) -> str:
    """Those with so many completed years: of all their service, or as one condition counts it."""
    enough = some("lo:completedYears", at_least(years))
    if counted_for is None:
        return some("lo:service", enough)
    return some("lo:partialService", all_of([has("lo:countedFor", counted_for), enough]))


def category(accepted: Sequence[NamedNode]) -> str:
    """Those who hold one of the categories."""
    return any_of([has("lo:showsCategory", node) for node in accepted])


def document(kinds: Sequence[NamedNode]) -> str:
    """Those with a document of one of the kinds."""
    accepted = any_of([has("lo:documentKind", kind) for kind in kinds])
    return some("lo:countedDocument", accepted)
