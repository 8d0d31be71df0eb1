"""Readings: named choices where the text is ambiguous, and the ones an assessment uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from libonto.errors import DataError, UsageError, unknown
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
        known = ", ".join(option.name for option in self.options)
        raise UsageError("unknown-option", reading=self.name, value=name, known=known)


class Choices(dict[str, Option]):
    """An option for each reading, by the readings' names, in their order; nothing is changed."""

    @cached_property
    def iris(self) -> frozenset[str]:
        """The IRIs of the options."""
        return frozenset([option.iri for option in self.values()])

    def but(self, options: Mapping[str, Option]) -> Choices:
        """The same, with other options of some readings, by the readings' names."""
        return Choices({**self, **options})


class Readings:
    """The register of readings in the graph, in its order."""

    def __init__(self, graph: Graph) -> None:
        """Read the register; DataError for a reading without options or default."""
        self.all = tuple(
            _reading(graph, iri) for iri in graph.in_order(graph.instances("lo:Reading"))
        )
        self.by_name = {reading.name: reading for reading in self.all}
        self.by_option = {o.iri: (r, o) for r in self.all for o in r.options}

    def choose(self, *overrides: Mapping[str, str]) -> Choices:
        """An option for each reading: the defaults, overridden by each mapping in turn.

        Raises UsageError for an unknown reading or option, or one that cannot be judged.
        """
        choices = Choices({reading.name: reading.default for reading in self.all})
        for mapping in overrides:
            for name, option_name in mapping.items():
                if name not in self.by_name:
                    raise unknown("unknown-reading", name, self.by_name)
                reading = self.by_name[name]
                option = reading.option(option_name)
                if not option.assessable:
                    raise UsageError("option-not-assessable", reading=name, value=option_name)
                choices[name] = option
        return choices


def default_alternatives(graph: Graph, requirement: str) -> list[str]:
    """A requirement's alternatives that apply where every reading has its default option."""
    return [
        way
        for way in graph.iris(requirement, "lo:hasAlternative")
        if all(
            graph.subjects("lo:defaultOption", option)
            for option in graph.iris(way, "lo:underReading")
        )
    ]


def parse_choices(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=OPTION` pairs as a mapping; UsageError for another form or a contradiction."""
    choices: dict[str, str] = {}
    for pair in pairs:
        name, _, option = pair.partition("=")
        if not name or not option:
            raise UsageError("reading-form", value=pair)
        if choices.get(name, option) != option:
            raise UsageError("reading-twice", reading=name)
        choices[name] = option
    return choices


def _reading(graph: Graph, iri: str) -> Reading:
    options = [_option(graph, option) for option in graph.in_order(graph.iris(iri, "lo:hasOption"))]
    default = graph.iri(iri, "lo:defaultOption")
    if default not in [option.iri for option in options]:
        raise DataError("reading-without-default", reading=iri)
    return Reading(
        name=graph.text(iri, "skos:notation") or slug_of(iri),
        iri=iri,
        options=tuple(options),
        default=next(option for option in options if option.iri == default),
        clauses=tuple(graph.iris(iri, "dcterms:source")),
        affects_verdict=graph.flag(iri, "lo:affectsVerdict", True),
        bears_on=frozenset(graph.iris(iri, "lo:bearsOn")),
    )


def _option(graph: Graph, iri: str) -> Option:
    arithmetic, start = graph.iri(iri, "lo:arithmetic"), graph.iri(iri, "lo:countsFrom")
    return Option(
        name=graph.text(iri, "skos:notation") or slug_of(iri).rpartition("/")[2],
        iri=iri,
        assessable=graph.flag(iri, "lo:assessable", True),
        counts=frozenset(graph.iris(iri, "lo:countsPosition")),
        arithmetic=arithmetic and slug_of(arithmetic),
        start=start and slug_of(start),
    )
