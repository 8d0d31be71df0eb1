"""The terms of OWL 2's RDF syntax, by what they are for (mapping to RDF graphs, section 3)."""

from __future__ import annotations

ANNOTATIONS = frozenset(
    [
        "rdfs:label",
        "rdfs:comment",
        "rdfs:seeAlso",
        "rdfs:isDefinedBy",
        "owl:deprecated",
        "owl:versionInfo",
        "owl:priorVersion",
        "owl:backwardCompatibleWith",
        "owl:incompatibleWith",
        "owl:versionIRI",
    ]
)
SYNTAX = frozenset(
    [
        "rdf:type",
        "rdf:first",
        "rdf:rest",
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "rdfs:domain",
        "rdfs:range",
        "owl:allValuesFrom",
        "owl:annotatedProperty",
        "owl:annotatedSource",
        "owl:annotatedTarget",
        "owl:assertionProperty",
        "owl:cardinality",
        "owl:complementOf",
        "owl:datatypeComplementOf",
        "owl:differentFrom",
        "owl:disjointUnionOf",
        "owl:disjointWith",
        "owl:distinctMembers",
        "owl:equivalentClass",
        "owl:equivalentProperty",
        "owl:hasKey",
        "owl:hasSelf",
        "owl:hasValue",
        "owl:imports",
        "owl:intersectionOf",
        "owl:inverseOf",
        "owl:maxCardinality",
        "owl:maxQualifiedCardinality",
        "owl:members",
        "owl:minCardinality",
        "owl:minQualifiedCardinality",
        "owl:onClass",
        "owl:onDataRange",
        "owl:onDatatype",
        "owl:onProperties",
        "owl:onProperty",
        "owl:oneOf",
        "owl:propertyChainAxiom",
        "owl:propertyDisjointWith",
        "owl:qualifiedCardinality",
        "owl:sameAs",
        "owl:someValuesFrom",
        "owl:sourceIndividual",
        "owl:targetIndividual",
        "owl:targetValue",
        "owl:unionOf",
        "owl:withRestrictions",
    ]
)
DECLARING = frozenset(
    [
        "owl:Class",
        "rdfs:Datatype",
        "owl:ObjectProperty",
        "owl:DatatypeProperty",
        "owl:AnnotationProperty",
        "owl:NamedIndividual",
        "owl:Ontology",
        "owl:Restriction",
        "owl:Axiom",
        "owl:Annotation",
        "owl:AllDifferent",
        "owl:AllDisjointClasses",
        "owl:AllDisjointProperties",
        "owl:NegativePropertyAssertion",
        "owl:FunctionalProperty",
        "owl:InverseFunctionalProperty",
        "owl:TransitiveProperty",
        "owl:SymmetricProperty",
        "owl:AsymmetricProperty",
        "owl:ReflexiveProperty",
        "owl:IrreflexiveProperty",
        "owl:DeprecatedClass",
        "owl:DeprecatedProperty",
        "rdf:List",
    ]
)
BUILT_IN = frozenset(
    [
        "owl:Thing",
        "owl:Nothing",
        "owl:topObjectProperty",
        "owl:bottomObjectProperty",
        "owl:topDataProperty",
        "owl:bottomDataProperty",
        "rdf:nil",
        "rdfs:Literal",
    ]
)
FACET_NAMES = [
    "minInclusive",
    "maxInclusive",
    "minExclusive",
    "maxExclusive",
    "length",
    "minLength",
    "maxLength",
    "pattern",
]
OF_OBJECTS = (
    "owl:InverseFunctionalProperty",
    "owl:TransitiveProperty",
    "owl:SymmetricProperty",
    "owl:AsymmetricProperty",
    "owl:ReflexiveProperty",
    "owl:IrreflexiveProperty",
)
CARDINALITIES = tuple(
    f"owl:{name}"
    for name in (
        "cardinality",
        "minCardinality",
        "maxCardinality",
        "qualifiedCardinality",
        "minQualifiedCardinality",
        "maxQualifiedCardinality",
    )
)
FILLERS = ("owl:someValuesFrom", "owl:allValuesFrom", "owl:hasValue", "owl:hasSelf")
CONNECTIVES = ("owl:intersectionOf", "owl:unionOf", "owl:oneOf")
