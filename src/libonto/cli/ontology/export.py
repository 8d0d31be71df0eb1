"""`libonto ontology export`: the ontology, or the shapes, as one file that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option
from libonto.errors import DataError, UsageError

if TYPE_CHECKING:
    from libonto.graph.catalogue import Catalogue


@click.command("export")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["turtle", "ntriples", "rdfxml", "jsonld", "trig"]),
    default="turtle",
    show_default=True,
    help="rdfxml is what Protégé opens.",
)
@click.option(
    "--shapes",
    is_flag=True,
    help="The shapes for any other SHACL engine: a flat, targeted node shape for each level.",
)
@click.option("--context", is_flag=True, help="The JSON-LD context of profiles in plain JSON.")
@click.option("--position", metavar="SLUG", help="With --shapes: only this position's levels.")
@click.option("--category", metavar="CATEGORY", help="With --shapes: only this level's shapes.")
@click.option("--edition", metavar="SLUG", help="With --shapes: the edition of the law.")
@click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME=OPTION",
    help="With --shapes: the reading whose shapes are active.",
)
@lang_option
@data_option
@output_option
def command(
    format_: str,
    shapes: bool,
    context: bool,
    position: str | None,
    category: str | None,
    edition: str | None,
    readings: Sequence[str],
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Write the ontology, merged, or the shapes, or the context, as one file.

    The same data give the same bytes. The ontology comes without the shapes. The shapes
    judge the evidence that “libonto profile derive” writes: a candidate meets a level when
    nothing in the report comes from its node shape's properties. With a category the file
    holds that level alone, and the report's sh:conforms is the verdict.
    """
    from libonto.graph.catalogue import Catalogue

    if shapes and context:
        raise UsageError("options-exclude", first="--shapes", second="--context")
    if not shapes:
        options = ("--reading", "--position", "--category", "--edition")
        for given, option in zip((readings, position, category, edition), options, strict=True):
            if given:
                raise UsageError("option-needs", option=option, needed="--shapes")
    catalogue = Catalogue.of(data)
    if context:
        emit(_context(catalogue), output)
    elif shapes:
        emit(_shapes(catalogue, format_, position, category, edition, readings), output)
    else:
        emit(_ontology(catalogue, format_), output)
    return 0


def _ontology(catalogue: Catalogue, format_: str) -> str:
    from libonto.graph.turtle import to_text
    from libonto.ontology.release import handed_out

    triples, order = handed_out(catalogue)
    return to_text(triples, format_, first=order)


def _shapes(
    catalogue: Catalogue,
    format_: str,
    position: str | None,
    category: str | None,
    edition: str | None,
    readings: Sequence[str],
) -> str:
    from libonto.graph.store import Graph
    from libonto.graph.turtle import to_text
    from libonto.law.positions import Positions
    from libonto.law.readings import Readings, parse_choices
    from libonto.ontology.level_shapes import level_shapes
    from libonto.settings import chosen_readings

    graph = Graph(catalogue)
    register = Readings(graph)
    choices = register.choose(chosen_readings(register), parse_choices(readings))
    positions = Positions(graph, register)
    chosen = positions.editions.named(edition) if edition else None
    wanted = (positions.named(position),) if position else positions.iris
    if chosen and not position:
        held = (p for p in wanted if chosen in {e.iri for e in positions.editions.held(p)})
        wanted = tuple(held) or (positions.default,)
    level = None
    if category:
        owner = positions.named(position) if position else None
        level, owner = positions.category(category, owner, edition=chosen)
        wanted = (owner,)
    rules = [positions.rules(iri, chosen) for iri in wanted]
    triples, order = level_shapes(graph, rules, choices, category=level)
    text = to_text(triples, format_, first=order)
    if format_ not in ("turtle", "trig"):
        return text
    used = ", ".join(f"{name}={option.name}" for name, option in choices.items())
    return f"# Readings: {used}\n\n{text}"


def _context(catalogue: Catalogue) -> str:
    for folder in catalogue.folders:
        path = folder / "ontology" / "context.jsonld"
        if path.is_file():
            return path.read_text("utf-8")
    raise DataError("data-missing", path=str(catalogue.folders[0] / "ontology/context.jsonld"))
