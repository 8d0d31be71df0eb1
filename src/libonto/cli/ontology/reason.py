"""`libonto ontology reason`: what HermiT proves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.frame import (
    data_option,
    emit,
    lang_option,
    output_option,
    text_or_json_option,
)
from libonto.cli.terminal import terminal_style
from libonto.locales import sentence

if TYPE_CHECKING:
    from libonto.graph.store import Graph
    from libonto.graph.table import Style
    from libonto.ontology.owl_ladders import LadderProof


@click.command("reason")
@text_or_json_option
@click.option("--reading", "readings", multiple=True)
@lang_option
@data_option
@output_option
def command(
    format_: str, readings: Sequence[str], lang: str, data: Sequence[str], output: str | None
) -> int:
    """Classify with HermiT, and print what it proves of the levels under the readings chosen.

    It needs owlready2 and Java: pip install 'libonto[reason]' brings both. Exit status: 0 the
    ontology is consistent, every level is proven to be below the one that it includes, and
    no ladder is below another; 1 one of these does not hold; 2 the reasoner cannot run.
    """
    from libonto.errors import ReasonerError
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.law.positions import Positions
    from libonto.law.readings import Readings, parse_choices
    from libonto.ontology.eligibility import under
    from libonto.ontology.owl_ladders import ladder_proof, relevant
    from libonto.ontology.reasoner import classify
    from libonto.ontology.release import room
    from libonto.settings import chosen_readings

    catalogue = Catalogue.of(data)
    graph = Graph(catalogue)
    register = Readings(graph)
    choices = register.choose(chosen_readings(register), parse_choices(readings))
    positions = Positions(graph, register)
    rules = [positions.rules(iri) for iri in positions.iris]
    ontology = under(graph, rules, choices, room(catalogue, "ontology")[0])
    try:
        proven = classify(ontology)
    except ReasonerError as error:
        if error.key != "inconsistent":
            raise
        text = json.dumps({"consistent": False}) if format_ == "json" else error.message(lang)
        emit(text, output)
        return 1
    proofs = [ladder_proof(graph, each, proven) for each in rules]
    impossible = sorted(proven.impossible)
    if format_ == "json":
        emit(json.dumps(_value(proofs, impossible), ensure_ascii=False, indent=2), output)
    else:
        page = _Page(graph, lang, terminal_style(output))
        emit("\n".join(page.lines(proofs, impossible)), output)
    holds = all(proof.holds for proof in proofs) and relevant(proofs) and not impossible
    return 0 if holds else 1


def _value(proofs: Sequence[LadderProof], impossible: Sequence[str]) -> dict[str, Any]:
    return {
        "consistent": True,
        "impossible": list(impossible),
        "positions": [
            {
                "position": proof.position,
                "steps": [
                    {"level": s.level, "below": s.below, "proven": s.proven} for s in proof.steps
                ],
                "ladders": [
                    {"ladders": list(c.ladders), "crossings": [list(pair) for pair in c.levels]}
                    for c in proof.crossings
                ],
                "without": list(proof.without),
            }
            for proof in proofs
        ],
    }


class _Page:
    """What was proven, a line for each thing, in one language."""

    def __init__(self, graph: Graph, lang: str, style: Style) -> None:
        self.graph, self.lang, self.style = graph, lang, style

    def lines(self, proofs: Sequence[LadderProof], impossible: Sequence[str]) -> Iterator[str]:
        yield self._line(True, "consistent")
        if impossible:
            yield self._line(False, "impossible", classes=", ".join(map(self._label, impossible)))
        for proof in proofs:
            yield ""
            yield self.style(self._label(proof.position), "strong")
            for step in proof.steps:
                key = "step" if step.proven else "no-step"
                level, below = self._label(step.level), self._label(step.below)
                yield self._line(step.proven, key, level=level, below=below)
            for crossing in proof.crossings:
                one, other = (self._ladder(proof.position, name) for name in crossing.ladders)
                for level, below in crossing.levels:
                    said = {"level": self._label(level), "below": self._label(below)}
                    yield self._line(False, "crossing", **said)
                if not crossing.levels:
                    yield self._line(True, "apart", one=one, other=other)
            for level in proof.without:
                yield "· " + self._say("without", level=self._label(level))

    def _line(self, good: bool, key: str, **params: object) -> str:
        mark = self.style("✓", "good") if good else self.style("✗", "bad")
        return f"{mark} {self._say(key, **params)}"

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"reason.{key}", self.lang, **params)

    def _label(self, iri: str) -> str:
        return self.graph.label(iri, self.lang)

    def _ladder(self, position: str, notation: str) -> str:
        from pyoxigraph import NamedNode

        for iri in self.graph.instances("lo:Ladder"):
            node = NamedNode(iri)
            of_position = position in self.graph.iris(node, "lo:ofPosition")
            if of_position and self.graph.text(node, "skos:notation") == notation:
                return self._label(iri)
        return notation
