"""Readings: named choices where the text is ambiguous, and the ones an assessment uses."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import NamedNode

from libonto.errors import DataError, UsageError
from libonto.graph.store import Graph
from libonto.graph.terms import slug_of


@dataclass(frozen=True)
class Option:
    """One way to read; `assessable` is false where no profile can state what it asks about.

    What it changes in counting service: the positions that count besides, the arithmetic, and
    the event from whose day is counted (a slug of `id/service-start/`).
    """

    name: str
    iri: str
    assessable: bool = True
    counts: frozenset[str] = frozenset()
    arithmetic: str | None = None
    start: str | None = None


@dataclass(frozen=True)
class Reading:
    """A choice with its options, the default first, and the clauses it is about.

    `bears_on` are the requirements whose counting of service its options change.
    """

    name: str
    iri: str
    options: tuple[Option, ...]
    default: Option
    clauses: tuple[str, ...]
    affects_verdict: bool
    bears_on: frozenset[str] = frozenset()

    @property
    def assessable(self) -> list[Option]:
        """The options by which can be judged."""
        return [option for option in self.options if option.assessable]

    def option(self, name: str) -> Option:
        """The option of that name; UsageError with the nearest one else."""
        for option in self.options:
            if option.name == name:
                return option
        names = [option.name for option in self.options]
        raise UsageError("unknown-option", reading=self.name, value=name, known=", ".join(names))


Choices = Mapping[str, Option]


class Readings:
    """The register of readings in the graph, in its order."""

    def __init__(self, graph: Graph) -> None:
        """Read the register; DataError for a reading without options or default."""
        found = [_reading(graph, iri) for iri in graph.instances("lo:Reading")]
        order = {r.iri: graph.number(NamedNode(r.iri), "schema:position") for r in found}
        self.all = tuple(sorted(found, key=lambda r: (order[r.iri], r.name)))
        self.by_name = {reading.name: reading for reading in self.all}
        self.by_option = {o.iri: (r, o) for r in self.all for o in r.options}

    def choose(self, *wanted: Mapping[str, str]) -> Choices:
        """An option for each reading: the defaults, overridden by each mapping in turn.

        Raises UsageError for an unknown reading or option, or one that cannot be judged.
        """
        chosen = {reading.name: reading.default for reading in self.all}
        for mapping in wanted:
            for name, option_name in mapping.items():
                reading = self._named(name)
                option = reading.option(option_name)
                if not option.assessable:
                    raise UsageError("option-not-assessable", reading=name, value=option_name)
                chosen[name] = option
        return MappingProxyType(chosen)

    def _named(self, name: str) -> Reading:
        if name in self.by_name:
            return self.by_name[name]
        near = difflib.get_close_matches(name, self.by_name, n=1, cutoff=0.5)
        raise UsageError(
            "unknown-reading-nearest" if near else "unknown-reading",
            value=name,
            nearest=near[0] if near else "",
            known=", ".join(self.by_name),
        )


def default_alternatives(graph: Graph, requirement: str) -> list[NamedNode]:
    """A requirement's alternatives that apply where every reading has its default option."""
    return [
        NamedNode(way)
        for way in graph.iris(NamedNode(requirement), "lo:hasAlternative")
        if all(
            graph.subjects("lo:defaultOption", NamedNode(option))
            for option in graph.iris(NamedNode(way), "lo:underReading")
        )
    ]


def parse_choices(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=OPTION` pairs as a mapping; UsageError for another form or a contradiction."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, _, option = pair.partition("=")
        if not name or not option:
            raise UsageError("reading-form", value=pair)
        if found.get(name, option) != option:
            raise UsageError("reading-twice", reading=name)
        found[name] = option
    return found


def with_option(choices: Choices, reading: Reading, option: Option) -> Choices:
    """The same choices, but for one reading."""
    return {**choices, reading.name: option}


def _reading(graph: Graph, iri: str) -> Reading:
    node = NamedNode(iri)
    options = []
    for option_iri in graph.iris(node, "lo:hasOption"):
        option = NamedNode(option_iri)
        name = graph.text(option, "skos:notation") or slug_of(option_iri).rpartition("/")[2]
        place = graph.number(option, "schema:position")
        arithmetics = graph.iris(option, "lo:arithmetic")
        starts = graph.iris(option, "lo:countsFrom")
        made = Option(
            name=name,
            iri=option_iri,
            assessable=graph.flag(option, "lo:assessable", True),
            counts=frozenset(graph.iris(option, "lo:countsPosition")),
            arithmetic=slug_of(arithmetics[0]) if arithmetics else None,
            start=slug_of(starts[0]) if starts else None,
        )
        options.append((place, made))
    options.sort(key=lambda pair: (pair[0], pair[1].name))
    default_iri = graph.one(node, "lo:defaultOption")
    default = next(
        (
            o
            for _, o in options
            if isinstance(default_iri, NamedNode) and o.iri == default_iri.value
        ),
        None,
    )
    if default is None:
        raise DataError("reading-without-default", reading=iri)
    return Reading(
        name=graph.text(node, "skos:notation") or slug_of(iri),
        iri=iri,
        options=tuple(option for _, option in options),
        default=default,
        clauses=tuple(graph.iris(node, "dcterms:source")),
        affects_verdict=graph.flag(node, "lo:affectsVerdict", True),
        bears_on=frozenset(graph.iris(node, "lo:bearsOn")),
    )
