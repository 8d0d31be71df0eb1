"""`libonto profile derive`: the evidence that the shapes judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option

if TYPE_CHECKING:
    from pyoxigraph import Triple


@click.command("derive")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--on", metavar="DATE", help="The day of assessment; by default today in Almaty.")
@click.option("--position", metavar="SLUG", help="The position; by default the one applied for.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["turtle", "ntriples", "rdfxml", "jsonld", "trig"]),
    default="turtle",
    show_default=True,
)
@click.option(
    "--input-format", metavar="NAME", help="turtle, trig, ntriples, nquads, rdfxml, json."
)
@lang_option
@data_option
@output_option
def command(
    profiles: Sequence[str],
    on: str | None,
    position: str | None,
    format_: str,
    input_format: str | None,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Write the evidence graph: what a profile states, and beside it what follows on a day.

    Service is counted under every measure, credentials and acts are placed; the derived
    triples name the employments that they come from. Any SHACL engine can judge it by
    “libonto ontology export --shapes”.
    """
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.turtle import to_text
    from libonto.profile.document import open_document
    from libonto.profile.reader import Reader
    from libonto.settings import chosen_readings
    from libonto.verdict.assessment import Assessor, today
    from libonto.verdict.inquiry import parse_day

    day = parse_day(on) if on is not None else today()
    assessor = Assessor(Catalogue.of(data))
    choices = assessor.readings.choose(chosen_readings(assessor.readings))
    wanted = assessor.positions.named(position) if position else None
    documents = (open_document(path, input_format) for path in profiles)
    candidates = Reader(assessor.vocabulary).read(documents)
    triples: list[Triple] = []
    for candidate in candidates:
        iri = wanted or assessor.positions.default
        if candidate.applies_for and not wanted:
            iri = assessor.positions.owner(candidate.applies_for)
        rules = assessor.positions.rules(iri, on=day)
        evidence = assessor.evidence(candidate, rules, day)
        triples += evidence.as_triples(evidence.facts_under(choices))
    order = [candidate.iri for candidate in candidates]
    emit(to_text(triples, format_, first=order), output)
    return 0
