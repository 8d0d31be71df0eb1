"""The facts that shapes look at, and the shapes as functions over them: the judge, but quick.

Nothing of a requirement is written here: a position's shapes are compiled when they are read
from the graph, all readings' shapes active, the same triples that the judge (`shacl`) loads.
Only constructs of SHACL Core that stand in this file are understood; any other `sh:`
predicate, kind of path or form of a constant is a DataError when it is met, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import ge, gt, le, lt

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.errors import DataError
from libonto.graph.store import Graph
from libonto.graph.terms import NS, PREFIXES, Node, Term, members, term
from libonto.graph.values import iso_day

TYPE = PREFIXES["rdf"] + "type"
DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
SPECIALIZATION_OF = PREFIXES["prov"] + "specializationOf"
COUNTED = NS + "countedCredential"
SERVICE = NS + "service"
PARTIAL_SERVICE = NS + "partialService"
COMPLETED_YEARS = NS + "completedYears"
SUCCESSOR = NS + "showsKnowledgeThroughSuccessor"


class FactNode:
    """A node without a name: its values by property IRI. It is equal to itself only."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, tuple[Value, ...]]) -> None:
        """`values` stand in the order in which they are to be stated."""
        self.values = values


Value = str | int | date | FactNode
"""An IRI, a whole number, a day, or a node."""
Constant = str | int | date
Check = Callable[[Value], bool]
CheckAll = Callable[[list[Value]], bool]
Path = Callable[[Value], Iterable[Value]]
Constraints = dict[str, list[Term]]
"""The statements on a shape, by the names of SHACL."""

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_ANNOTATIONS = {
    term(f"sh:{name}")
    for name in ("message", "name", "description", "deactivated", "severity", "order")
}
_TO_SHAPES = (term("sh:property"), term("sh:node"))
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_COMPARISONS = {
    "minInclusive": ge,
    "minExclusive": gt,
    "maxInclusive": le,
    "maxExclusive": lt,
}
_KINDS: dict[str, tuple[type, ...]] = {
    "IRI": (str,),
    "BlankNode": (FactNode,),
    "Literal": (int, date),
    "BlankNodeOrIRI": (FactNode, str),
    "BlankNodeOrLiteral": (FactNode, int, date),
    "IRIOrLiteral": (str, int, date),
}
_DATATYPES: dict[str, type] = {
    term("xsd:integer").value: int,
    term("xsd:date").value: date,
}


@dataclass(frozen=True)
class Member:
    """One property shape of the node shape: whether facts conform to it, and what it looks at.

    `heads` are the candidate's own properties that it reads, `mentions` all properties of
    its paths, those of inner shapes included.
    """

    iri: str
    conforms: Check
    heads: frozenset[str]
    mentions: frozenset[str]

    @property
    def valued(self) -> bool:
        """Whether it looks at `lo:service`, which may have several results."""
        return self.heads == {SERVICE}


class Compiled:
    """One position's shapes; `failed` answers what `shacl.Judge.judge` answers."""

    def __init__(self, graph: Graph, node_shape: str, iris: Collection[str] | None = None) -> None:
        """Compile all of them, or some; DataError for a construct that is not understood."""
        compiler = _Compiler(reached(graph, node_shape))
        self.members = compiler.members(NamedNode(node_shape), iris)

    def failed(self, facts: FactNode) -> frozenset[str]:
        """The shapes that a candidate's facts do not conform to, as `shacl.Judge` names them."""
        failed = {m.iri for m in self.members if not m.valued and not m.conforms(facts)}
        return frozenset(failed | self.failed_values(facts))

    def failed_values(self, facts: FactNode) -> set[str]:
        """Of the shapes that look at service: each with the years that do not suffice."""
        records = facts.values.get(SERVICE, ())
        failed = set()
        for member in self.members:
            if member.valued and not records:
                failed.add(member.iri)
            elif member.valued:
                failed |= {
                    valued(member.iri, record.values[COMPLETED_YEARS][0])
                    for record in records
                    if isinstance(record, FactNode)
                    and not member.conforms(FactNode({SERVICE: (record,)}))
                }
        return failed


def valued(shape: str, years: object) -> str:
    """How it is named that a shape which looks at service fails for some completed years."""
    return f"{shape}={years}"


def reached(graph: Graph, node_shape: str) -> Iterator[Triple]:
    """A node shape and all that it reaches, without messages; every shape active.

    It is what every engine is given. Others leave out what is `sh:deactivated`; here every reading
    is judged at once.
    """
    return graph.reached(
        NamedNode(node_shape),
        take=lambda quad: (
            quad.predicate.value.startswith((_SH, _RDF)) and quad.predicate not in _ANNOTATIONS
        ),
        follow=lambda quad: quad.predicate in _TO_SHAPES,
        whole=False,
    )


class _Compiler:
    """Turns the triples of shapes into functions."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._statements: dict[Node, Constraints] = {}
        self._mentions: set[str] = set()
        for triple in triples:
            if not isinstance(triple.subject, Triple):
                about = self._statements.setdefault(triple.subject, {})
                about.setdefault(triple.predicate.value, []).append(triple.object)

    def members(self, node_shape: NamedNode, iris: Collection[str] | None) -> list[Member]:
        about = self._constraints(node_shape)
        target = about.pop("targetClass", [])
        properties = about.pop("property", [])
        if target != [term("lo:Candidate")] or about:
            raise _unknown(node_shape, "sh:" + next(iter(about), "targetClass"))
        return [
            self._member(shape)
            for shape in sorted(properties, key=str)
            if isinstance(shape, NamedNode) and (iris is None or shape.value in iris)
        ]

    def _member(self, shape: NamedNode) -> Member:
        self._mentions = set()
        about = self._constraints(shape)
        # What an inner property shape finds is about the value, not about the candidate.
        for inner in about.pop("property", []):
            self._property(self._name(shape, inner))
        _, heads = self._path(self._one(shape, about, "path"))
        conforms = self._property(shape, about)
        return Member(shape.value, conforms, frozenset(heads), frozenset(self._mentions))

    # Shapes.

    def _property(self, shape: Node, about: Constraints | None = None) -> Check:
        about = self._constraints(shape) if about is None else about
        path, _ = self._path(self._one(shape, about, "path"))
        del about["path"]
        on_all = self._on_all(shape, about)
        on_each = self._on_each(shape, about)

        def conforms(focus: Value) -> bool:
            values = list(path(focus))
            for check in on_all:
                if not check(values):
                    return False
            return all(fits(value) for value in values for fits in on_each)

        return conforms

    def _on_all(self, shape: Node, about: Constraints) -> list[CheckAll]:
        """The constraints on all values together."""
        least = self._number(shape, about, "minCount")
        most = self._number(shape, about, "maxCount")
        checks = [_counted(least, most)] if least or most is not None else []
        constants = [_constant(shape, value) for value in about.pop("hasValue", [])]
        checks += [_counted(1, None, _among({constant})) for constant in constants]
        if "qualifiedValueShape" in about:
            fits = self._node(self._name(shape, self._one(shape, about, "qualifiedValueShape")))
            least = self._number(shape, about, "qualifiedMinCount")
            most = self._number(shape, about, "qualifiedMaxCount")
            if least is None and most is None:
                raise _unknown(shape, "sh:qualifiedValueShape")
            del about["qualifiedValueShape"]
            checks.append(_counted(least, most, fits))
        return checks

    def _on_each(self, shape: Node, about: Constraints) -> list[Check]:
        """The constraints on each value; those that are left in `about` must be among them."""
        if "in" in about:
            self._one(shape, about, "in")
        return [self._value(shape, name, v) for name, values in about.items() for v in values]

    def _node(self, shape: Node) -> Check:
        about = self._constraints(shape)
        if "path" in about:
            return self._property(shape, about)
        constants = [_constant(shape, value) for value in about.pop("hasValue", [])]
        checks = [_among({constant}) for constant in constants] + self._on_each(shape, about)
        return lambda value: all(check(value) for check in checks)

    def _value(self, shape: Node, name: str, value: Term) -> Check:
        """One constraint on a value."""
        if name == "property":
            return self._property(self._name(shape, value))
        if name == "node":
            return self._node(self._name(shape, value))
        if name == "in":
            return _among({_constant(shape, v) for v in self._list(shape, value)})
        if name in _COMPARISONS:
            return _comparison(shape, name, value)
        if isinstance(value, NamedNode):
            iri, kind = value.value, value.value.removeprefix(_SH)
            if name == "class":
                return lambda v: isinstance(v, FactNode) and iri in v.values.get(TYPE, ())
            if name == "nodeKind" and kind in _KINDS:
                return lambda v: isinstance(v, _KINDS[kind])
            if name == "datatype" and iri in _DATATYPES:
                return lambda v: isinstance(v, _DATATYPES[iri])
        raise _unknown(shape, f"sh:{name}")

    # Paths.

    def _path(self, path: Term) -> tuple[Path, set[str]]:
        """What a path leads to, and the predicates that it can begin with."""
        if isinstance(path, NamedNode):
            if path.value.startswith(_SH):
                raise _unknown(path, "sh:path")
            self._mentions.add(path.value)
            return _predicate(path.value), {path.value}
        name = self._name(None, path)
        about = self._statements.get(name, {})
        if _RDF + "first" in about:
            steps = [self._path(step) for step in self._list(name, name)]
            return _sequence([step for step, _ in steps]), steps[0][1]
        alternatives = about.get(_SH + "alternativePath", [])
        if len(about) != 1 or len(alternatives) != 1:
            raise _unknown(name, "sh:path")
        ways = [self._path(way) for way in self._list(name, alternatives[0])]
        return _alternatives([way for way, _ in ways]), set().union(*(heads for _, heads in ways))

    # Reading triples.

    def _constraints(self, shape: Node) -> Constraints:
        """The SHACL statements on a shape by their names; of other ones it may have its type."""
        about: Constraints = {}
        for predicate, values in self._statements.get(shape, {}).items():
            if predicate.startswith(_SH):
                about[predicate.removeprefix(_SH)] = list(values)
            elif predicate != TYPE:
                raise _unknown(shape, predicate)
        if not about:
            raise _unknown(shape, "–")
        return about

    def _one(self, shape: Node, about: Constraints, name: str) -> Term:
        values = about.get(name, [])
        if len(values) != 1:
            raise _unknown(shape, f"sh:{name}")
        return values[0]

    def _number(self, shape: Node, about: Constraints, name: str) -> int | None:
        if name not in about:
            return None
        value = _constant(shape, self._one(shape, about, name))
        del about[name]
        if not isinstance(value, int) or value < 0:
            raise _unknown(shape, f"sh:{name}")
        return value

    def _name(self, shape: Node | None, value: Term) -> Node:
        if isinstance(value, NamedNode | BlankNode):
            return value
        raise _unknown(shape, str(value))

    def _list(self, shape: Node, head: Term) -> list[Term]:
        def cell(node: Term) -> tuple[Term, Term] | None:
            about = self._statements.get(self._name(shape, node), {})
            firsts, rests = about.get(_RDF + "first", []), about.get(_RDF + "rest", [])
            return (firsts[0], rests[0]) if len(firsts) == len(rests) == 1 else None

        values = members(head, cell)
        if values is None:
            raise _unknown(shape, "rdf:List")
        return values


def _counted(least: int | None, most: int | None, fits: Check | None = None) -> CheckAll:
    def check(values: list[Value]) -> bool:
        count = len(values) if fits is None else sum(map(fits, values))
        return count >= (least or 0) and (most is None or count <= most)

    return check


def _among(constants: set[Constant]) -> Check:
    return lambda value: value in constants


def _comparison(shape: Node, name: str, value: Term) -> Check:
    compare = _COMPARISONS[name]
    limit: date | Decimal | int
    if isinstance(value, Literal) and value.datatype == term("xsd:decimal"):
        if not _DECIMAL.fullmatch(value.value):
            raise _unknown(shape, f"sh:{name} {value}")
        limit = Decimal(value.value)
    else:
        constant = _constant(shape, value)
        if isinstance(constant, str):
            raise _unknown(shape, f"sh:{name} {value}")
        limit = constant
    type_, other = (date, int) if isinstance(limit, date) else (int, date)

    def check(number: Value) -> bool:
        if isinstance(number, other):  # a day and a number: engines differ on which is less
            raise _unknown(shape, f"sh:{name} {value}")
        return isinstance(number, type_) and bool(compare(number, limit))

    return check


def _constant(shape: Node, value: Term) -> Constant:
    """A term as the facts state it; DataError for one that they never state."""
    if isinstance(value, NamedNode):
        return value.value
    if isinstance(value, Literal):
        if value.datatype == term("xsd:integer") and _INTEGER.fullmatch(value.value):
            return int(value.value)
        if value.datatype == term("xsd:date"):
            with suppress(ValueError):  # it is the error below
                return iso_day(value.value)
    raise _unknown(shape, str(value))


def _predicate(iri: str) -> Path:
    def values(focus: Value) -> Iterable[Value]:
        return dict.fromkeys(focus.values.get(iri, ())) if isinstance(focus, FactNode) else ()

    return values


def _sequence(steps: list[Path]) -> Path:
    def values(focus: Value) -> Iterable[Value]:
        focuses: Iterable[Value] = [focus]
        for step in steps:
            focuses = dict.fromkeys(value for start in focuses for value in step(start))
        return focuses

    return values


def _alternatives(ways: list[Path]) -> Path:
    return lambda focus: dict.fromkeys(value for way in ways for value in way(focus))


def _unknown(shape: Node | None, construct: str) -> DataError:
    name = shape.value if isinstance(shape, NamedNode) else str(shape or "–")
    return DataError("shape-not-compiled", shape=name, construct=construct)
