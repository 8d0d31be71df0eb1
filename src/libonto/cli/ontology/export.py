"""`libonto ontology export`: the ontology, or the shapes, as one file that stands alone."""

from __future__ import annotations

from collections.abc import Sequence

import click

from libonto.cli.answer import Call, answering, format_option
from libonto.errors import DataError, UsageError
from libonto.graph.catalogue import Catalogue
from libonto.graph.turtle import to_text
from libonto.law.positions import Positions
from libonto.law.readings import Readings, parse_choices
from libonto.ontology.level_shapes import level_shapes
from libonto.ontology.release import handed_out
from libonto.settings import chosen_readings


@click.command("export")
@format_option("turtle", "ntriples", "rdfxml", "jsonld", "trig")
@click.option("--shapes", is_flag=True)
@click.option("--context", is_flag=True)
@click.option("--position")
@click.option("--category")
@click.option("--edition")
@click.option("--reading", "readings", multiple=True)
@answering
def command(
    call: Call,
    shapes: bool,
    context: bool,
    position: str | None,
    category: str | None,
    edition: str | None,
    readings: Sequence[str],
) -> None:
    """Write the ontology, merged, or the shapes, or the context, as one file.

    The same data give the same bytes. The ontology comes without the shapes. The shapes
    judge the evidence that “libonto profile derive” writes: a candidate meets a level when
    nothing in the report comes from its node shape's properties. With a category the file
    holds that level alone, and the report's sh:conforms is the verdict.
    """
    if shapes and context:
        raise UsageError("options-exclude", first="--shapes", second="--context")
    if not shapes:
        options = ("--reading", "--position", "--category", "--edition")
        for value, option in zip((readings, position, category, edition), options, strict=True):
            if value:
                raise UsageError("option-needs", option=option, needed="--shapes")
    if context:
        call.emit(_context(Catalogue.of(call.data)))
    elif shapes:
        call.emit(_shapes(call, position, category, edition, readings))
    else:
        triples, order = handed_out(Catalogue.of(call.data))
        call.emit(to_text(triples, call.format, first=order))


def _shapes(
    call: Call,
    position: str | None,
    category: str | None,
    edition: str | None,
    readings: Sequence[str],
) -> str:
    graph = call.graph()
    register = Readings(graph)
    choices = register.choose(chosen_readings(register), parse_choices(readings))
    positions = Positions(graph, register)
    edition_iri = positions.editions.named(edition) if edition else None
    owner = positions.named(position) if position else None
    level = None
    if category:
        level, owner = positions.category(category, owner, edition=edition_iri)
    described = [
        iri
        for iri in positions.iris
        if edition_iri in (None, *(e.iri for e in positions.editions.of_position(iri)))
    ]
    iris = [owner] if owner else described or [positions.default]
    rules = [positions.rules(iri, edition_iri) for iri in iris]
    triples, order = level_shapes(graph, rules, choices, category=level)
    text = to_text(triples, call.format, first=order)
    if call.format not in ("turtle", "trig"):
        return text
    used = ", ".join(f"{name}={option.name}" for name, option in choices.items())
    return f"# Readings: {used}\n\n{text}"


def _context(catalogue: Catalogue) -> str:
    for path in catalogue.files("ontology", "context.jsonld"):
        return path.read_text("utf-8")
    raise DataError("data-missing", path=str(catalogue.folders[0] / "ontology/context.jsonld"))
