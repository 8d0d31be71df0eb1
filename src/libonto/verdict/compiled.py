"""The shapes as functions over the facts of `Evidence.facts`: the judge's answers, but quick.

Nothing of a requirement is written here: a position's shapes are compiled when they are read
from the graph, all readings' shapes active, the same triples that the judge (`shacl`) loads.
Only constructs of SHACL Core that stand in this file are understood; any other `sh:`
predicate, kind of path or form of a constant is a DataError when it is met, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import ge, gt, le, lt

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.errors import DataError
from libonto.graph.store import Graph
from libonto.graph.terms import NS, PREFIXES, term
from libonto.verdict.facts import SERVICE, TYPE, Node, Value
from libonto.verdict.shapes import reached

Check = Callable[[Value], bool]
CheckAll = Callable[[list[Value]], bool]
Path = Callable[[Value], Iterable[Value]]
Constant = str | int | date
Name = NamedNode | BlankNode
Object = NamedNode | BlankNode | Literal | Triple

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
COMPLETED_YEARS = NS + "completedYears"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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
    "BlankNode": (Node,),
    "Literal": (int, date),
    "BlankNodeOrIRI": (Node, str),
    "BlankNodeOrLiteral": (Node, int, date),
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

    def __init__(self, graph: Graph, node_shape: str) -> None:
        """Compile; DataError for a construct that is not understood."""
        self.members = tuple(_Compiler(reached(graph, node_shape)).members(NamedNode(node_shape)))

    def failed(self, facts: Node) -> frozenset[str]:
        """The shapes that a candidate's facts do not conform to, as `shacl.Judge` names them."""
        failed = {m.iri for m in self.members if not m.valued and not m.conforms(facts)}
        return frozenset(failed | self.failed_values(facts))

    def failed_values(self, facts: Node) -> set[str]:
        """Of the shapes that look at service: each with the years that do not suffice."""
        records = facts.values.get(SERVICE, ())
        failed = set()
        for member in self.members:
            if member.valued and not records:
                failed.add(member.iri)
            elif member.valued:
                failed |= {
                    valued(member.iri, _years(r))
                    for r in records
                    if not member.conforms(Node({SERVICE: (r,)}))
                }
        return failed


def compiled_members(graph: Graph, node_shape: str, iris: Collection[str]) -> list[Member]:
    """Some shapes of a node shape; DataError for a construct that is not understood."""
    return _Compiler(reached(graph, node_shape)).members(NamedNode(node_shape), iris)


def valued(shape: str, years: object) -> str:
    """How it is named that a shape which looks at service fails for some completed years."""
    return f"{shape}={years}"


def _years(record: Value) -> object:
    return record.values[COMPLETED_YEARS][0] if isinstance(record, Node) else None


class _Compiler:
    """Turns the triples of shapes into functions."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._statements: dict[Name, dict[str, list[Object]]] = {}
        for triple in triples:
            if isinstance(triple.subject, Triple):
                continue
            about = self._statements.setdefault(triple.subject, {})
            about.setdefault(triple.predicate.value, []).append(triple.object)

    def members(self, node_shape: NamedNode, iris: Collection[str] | None = None) -> list[Member]:
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
        self._heads: set[str] = set()
        self._mentions: set[str] = set()
        about = self._constraints(shape)
        heads = self._first_of(self._one(shape, about, "path"))
        # What an inner property shape finds is about the value, not about the candidate.
        for inner in about.pop("property", []):
            self._property(self._name(shape, inner))
        conforms = self._property(shape, about)
        return Member(shape.value, conforms, frozenset(heads), frozenset(self._mentions))

    # Shapes.

    def _property(self, shape: Name, about: dict[str, list[Object]] | None = None) -> Check:
        about = self._constraints(shape) if about is None else about
        path = self._path(self._one(shape, about, "path"))
        del about["path"]
        on_all = self._counts(shape, about)
        on_each = self._values(shape, about)
        if not on_each:
            return _all_of([_over(path, check) for check in on_all])
        every = _all_of(on_each)

        def each(focus: Value) -> bool:
            return all(every(value) for value in path(focus))

        return _all_of([*(_over(path, check) for check in on_all), each])

    def _counts(self, shape: Name, about: dict[str, list[Object]]) -> list[CheckAll]:
        """The constraints on all values together."""
        found: list[CheckAll] = []
        if least := self._number(shape, about, "minCount"):
            found.append(_at_least(least))
        most = self._number(shape, about, "maxCount")
        if most is not None:
            found.append(_at_most(most))
        found += [_has(_constant(shape, value)) for value in about.pop("hasValue", [])]
        qualified = about.pop("qualifiedValueShape", [])
        if qualified:
            if len(qualified) > 1:
                raise _unknown(shape, "sh:qualifiedValueShape")
            fits = self._node(self._name(shape, qualified[0]))
            least = self._number(shape, about, "qualifiedMinCount")
            most = self._number(shape, about, "qualifiedMaxCount")
            if least is None and most is None:
                raise _unknown(shape, "sh:qualifiedValueShape")
            found.append(_counted(fits, least or 0, most))
        return found

    def _values(self, shape: Name, about: dict[str, list[Object]]) -> list[Check]:
        """The constraints on each value; nothing of `about` may be left after them."""
        found: list[Check] = []
        for name, values in about.items():
            for value in values:
                if name == "property":
                    found.append(self._property(self._name(shape, value)))
                elif name == "node":
                    found.append(self._node(self._name(shape, value)))
                else:
                    found.append(self._value(shape, name, value))
            if name == "in" and len(values) > 1:
                raise _unknown(shape, "sh:in")
        return found

    def _node(self, shape: Name) -> Check:
        about = self._constraints(shape)
        if "path" in about:
            return self._property(shape, about)
        found = [_is(_constant(shape, value)) for value in about.pop("hasValue", [])]
        return _all_of(found + self._values(shape, about))

    def _value(self, shape: Name, name: str, value: Object) -> Check:
        if name == "in":
            members = frozenset(_constant(shape, v) for v in self._list(shape, value))
            return lambda v: v in members
        if name in _COMPARISONS:
            return _comparison(shape, name, value)
        if name == "class" and isinstance(value, NamedNode):
            class_ = value.value
            return lambda v: isinstance(v, Node) and class_ in v.values.get(TYPE, ())
        if isinstance(value, NamedNode):
            if name == "nodeKind" and value.value.removeprefix(_SH) in _KINDS:
                kinds = _KINDS[value.value.removeprefix(_SH)]
                return lambda v: isinstance(v, kinds)
            if name == "datatype" and value.value in _DATATYPES:
                type_ = _DATATYPES[value.value]
                return lambda v: isinstance(v, type_)
        raise _unknown(shape, f"sh:{name}")

    # Paths.

    def _path(self, path: Object) -> Path:
        if isinstance(path, NamedNode):
            if path.value.startswith(_SH):
                raise _unknown(path, "sh:path")
            self._mentions.add(path.value)
            return _predicate(path.value)
        name = self._name(None, path)
        about = self._statements.get(name, {})
        if _RDF + "first" in about:
            return _sequence([self._path(step) for step in self._list(name, name)])
        alternatives = about.get(_SH + "alternativePath", [])
        if len(about) != 1 or len(alternatives) != 1:
            raise _unknown(name, "sh:path")
        return _alternatives([self._path(way) for way in self._list(name, alternatives[0])])

    def _first_of(self, path: Object) -> list[str]:
        """The predicates that a path can begin with."""
        if isinstance(path, NamedNode):
            return [path.value]
        name = self._name(None, path)
        about = self._statements.get(name, {})
        if _RDF + "first" in about:
            return self._first_of(about[_RDF + "first"][0])
        ways = about.get(_SH + "alternativePath", [])
        return [first for way in ways for w in self._list(name, way) for first in self._first_of(w)]

    # Reading triples.

    def _constraints(self, shape: Name) -> dict[str, list[Object]]:
        """What is said of a shape by the names of SHACL; what it says in RDF is its type only."""
        about: dict[str, list[Object]] = {}
        for predicate, values in self._statements.get(shape, {}).items():
            if predicate.startswith(_SH):
                about[predicate.removeprefix(_SH)] = list(values)
            elif predicate != TYPE:
                raise _unknown(shape, predicate)
        if not about:
            raise _unknown(shape, "–")
        return about

    def _one(self, shape: Name, about: dict[str, list[Object]], name: str) -> Object:
        values = about.get(name, [])
        if len(values) != 1:
            raise _unknown(shape, f"sh:{name}")
        return values[0]

    def _number(self, shape: Name, about: dict[str, list[Object]], name: str) -> int | None:
        if name not in about:
            return None
        value = _constant(shape, self._one(shape, about, name))
        del about[name]
        if not isinstance(value, int) or value < 0:
            raise _unknown(shape, f"sh:{name}")
        return value

    def _name(self, shape: Name | None, value: Object) -> Name:
        if isinstance(value, NamedNode | BlankNode):
            return value
        raise _unknown(shape, str(value))

    def _list(self, shape: Name, head: Object) -> list[Object]:
        found: list[Object] = []
        seen: set[Object] = set()
        while head != term("rdf:nil"):
            about = self._statements.get(self._name(shape, head), {})
            firsts, rests = about.get(_RDF + "first", []), about.get(_RDF + "rest", [])
            if len(firsts) != 1 or len(rests) != 1 or head in seen:
                raise _unknown(shape, "rdf:List")
            seen.add(head)
            found.append(firsts[0])
            head = rests[0]
        return found


def _at_least(count: int) -> CheckAll:
    return lambda values: len(values) >= count


def _at_most(count: int) -> CheckAll:
    return lambda values: len(values) <= count


def _has(constant: Constant) -> CheckAll:
    return lambda values: constant in values


def _is(constant: Constant) -> Check:
    return lambda value: value == constant


def _over(path: Path, check: CheckAll) -> Check:
    return lambda focus: check(list(path(focus)))


def _counted(fits: Check, least: int, most: int | None) -> CheckAll:
    def check(values: list[Value]) -> bool:
        count = sum(1 for value in values if fits(value))
        return count >= least and (most is None or count <= most)

    return check


def _comparison(shape: Name, name: str, value: Object) -> Check:
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

    def check(found: Value) -> bool:
        if isinstance(found, other):  # a day and a number: engines differ on which is less
            raise _unknown(shape, f"sh:{name} {value}")
        return isinstance(found, type_) and bool(compare(found, limit))

    return check


def _constant(shape: Name, value: Object) -> Constant:
    """A term as the facts say it; DataError for one that they never say."""
    if isinstance(value, NamedNode):
        return value.value
    if isinstance(value, Literal):
        if value.datatype == term("xsd:integer") and _INTEGER.fullmatch(value.value):
            return int(value.value)
        if value.datatype == term("xsd:date") and _DATE.fullmatch(value.value):
            try:
                return date.fromisoformat(value.value)
            except ValueError:
                pass
    raise _unknown(shape, str(value))


def _predicate(iri: str) -> Path:
    def values(focus: Value) -> Iterable[Value]:
        return dict.fromkeys(focus.values.get(iri, ())) if isinstance(focus, Node) else ()

    return values


def _sequence(steps: list[Path]) -> Path:
    def values(focus: Value) -> Iterable[Value]:
        found: Iterable[Value] = [focus]
        for step in steps:
            found = dict.fromkeys(value for start in found for value in step(start))
        return found

    return values


def _alternatives(ways: list[Path]) -> Path:
    return lambda focus: dict.fromkeys(value for way in ways for value in way(focus))


def _all_of(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _unknown(shape: Name | None, construct: str) -> DataError:
    name = shape.value if isinstance(shape, NamedNode) else str(shape or "–")
    return DataError("shape-not-compiled", shape=name, construct=construct)
