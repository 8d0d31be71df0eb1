"""`libonto ontology reason`: what HermiT proves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import click

from libonto.cli.answer import Call, answering, format_option, terminal_style
from libonto.errors import ReasonerError
from libonto.graph.store import Graph
from libonto.law.positions import Positions
from libonto.law.readings import Readings, parse_choices
from libonto.locales import sentence
from libonto.ontology.eligibility import LadderProof, ladder_proof, relevant, under
from libonto.ontology.reasoner import classify
from libonto.ontology.release import parsed_folder
from libonto.settings import chosen_readings


@click.command("reason")
@format_option("text", "json")
@click.option("--reading", "readings", multiple=True)
@answering
def command(call: Call, readings: Sequence[str]) -> int:
    """Classify with HermiT, and print what it proves of the levels under the readings chosen."""
    graph = call.graph()
    register = Readings(graph)
    choices = register.choose(chosen_readings(register), parse_choices(readings))
    positions = Positions(graph, register)
    rules = [positions.rules(iri) for iri in positions.iris]
    ontology = under(graph, rules, choices, parsed_folder(graph.catalogue, "ontology")[0])
    try:
        proven = classify(ontology)
    except ReasonerError as error:
        if error.key != "inconsistent":
            raise
        inconsistent = '{"consistent": false}'
        call.emit(inconsistent if call.format == "json" else error.message(call.lang))
        return 1
    proofs = [ladder_proof(graph, each, proven) for each in rules]
    impossible = sorted(proven.impossible)
    if call.format == "json":
        call.write_json(_value(proofs, impossible))
    else:
        call.emit("\n".join(_lines(proofs, impossible, graph, call)))
    holds = all(proof.holds for proof in proofs) and relevant(proofs) and not impossible
    return 0 if holds else 1


def _value(proofs: Sequence[LadderProof], impossible: Sequence[str]) -> dict[str, Any]:
    return {
        "consistent": True,
        "impossible": impossible,
        "positions": [
            {
                "position": proof.position,
                "steps": [
                    {"level": s.level, "below": s.below, "proven": s.proven} for s in proof.steps
                ],
                "ladders": [{"ladders": c.ladders, "crossings": c.levels} for c in proof.crossings],
                "without": proof.without,
            }
            for proof in proofs
        ],
    }


def _lines(
    proofs: Sequence[LadderProof], impossible: Sequence[str], graph: Graph, call: Call
) -> Iterator[str]:
    """What was proven, a line for each thing."""
    style, label = terminal_style(call.output), partial(graph.label, lang=call.lang)

    def line(good: bool, key: str, **params: object) -> str:
        mark = style("✓", "met") if good else style("✗", "not-met")
        return f"{mark} {sentence(f'reason.{key}', call.lang, **params)}"

    yield line(True, "consistent")
    if impossible:
        yield line(False, "impossible", classes=", ".join(map(label, impossible)))
    for proof in proofs:
        yield ""
        yield style(label(proof.position), "strong")
        for step in proof.steps:
            key = "step" if step.proven else "no-step"
            yield line(step.proven, key, level=label(step.level), below=label(step.below))
        for crossing in proof.crossings:
            for level, below in crossing.levels:
                yield line(False, "crossing", level=label(level), below=label(below))
            if not crossing.levels:
                one, other = map(label, crossing.iris)
                yield line(True, "apart", one=one, other=other)
        for level in proof.without:
            yield "· " + sentence("reason.without", call.lang, level=label(level))
