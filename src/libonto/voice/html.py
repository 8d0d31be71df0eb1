"""Reports and explanations as pages that stand alone: no script, no other file, A4 in print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from libonto.graph.store import Graph
from libonto.verdict.explanation import ExplainedCategory, Explanation
from libonto.verdict.model import Assessment
from libonto.voice.dossier import Data, Dossiers, safe
from libonto.voice.page import MARKS
from libonto.voice.reading_words import chosen_said, robustness_said, turn_said, used_said
from libonto.voice.words import Words

_TITLES = (
    "explain.title",
    "explain.source",
    "explain.repeated",
    "explain.reading",
    "readings.bearing",
    "readings.none-bearing",
    "report.all-requirements",
    "report.claims",
    "report.found",
    "report.notices",
    "report.required",
    "report.translation",
)


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def to_html(
    assessments: Sequence[Assessment],
    asked: Sequence[str | None],
    graph: Graph,
    lang: str,
    digests: Mapping[str, str] | None = None,
) -> str:
    """One page with a section for each candidate.

    `digests` are the SHA-256 of the documents that were read, by their names.
    """
    data = Dossiers(graph, Words(graph, lang), digests).report(assessments, asked)
    return _template("assessment.html").render(data)


def explanations_to_html(explanations: Sequence[Explanation], words: Words) -> str:
    """One page with a section for each explanation."""
    dossiers = Dossiers(words.graph, words)
    data = {
        "lang": words.lang,
        "say": {key.partition(".")[2]: words.say(key) for key in _TITLES},
        "generated": words.say("report.generated", version=version("libonto")),
        "sections": [_section(explanation, words, dossiers) for explanation in explanations],
    }
    return _template("explanation.html").render(safe(data))


def _section(explanation: Explanation, words: Words, dossiers: Dossiers) -> Data:
    a, verdict = explanation.assessment, explanation.category.verdict
    return {
        "name": a.candidate.name or a.candidate.iri,
        "iri": a.candidate.iri if a.candidate.name else "",
        "position": words.label(a.rules.iri),
        "day": words.day(a.on),
        "verdict": words.verdict(a, verdict.iri),
        "status": str(verdict.status),
        "robustness": robustness_said(explanation.robustness, words),
        "category": _category(explanation.category, explanation, words, dossiers),
        "readings": [
            {
                "label": words.label(used.reading.iri),
                "chosen": chosen_said(used.reading, used.chosen, words),
                "effects": used_said(used, verdict.status, words),
            }
            for used in explanation.readings
        ],
        "sources": dossiers.sources(explanation.citations),
        "notices": [words.notice(notice) for notice in a.notices],
    }


def _category(
    category: ExplainedCategory, explanation: Explanation, words: Words, dossiers: Dossiers
) -> Data:
    verdict, inherited = category.verdict, category.inherited
    found: dict[str, Any] = {
        "label": words.label(verdict.iri),
        "status": str(verdict.status),
        "mark": MARKS[verdict.status],
        "said": words.status(verdict.status),
        "passages": [],
        "repeated": [
            {
                "label": words.label(repeated.requirement),
                "clauses": ", ".join(clause.id for clause in repeated.clauses),
            }
            for repeated in category.repeated
        ],
        "inherited": None,
    }
    for group in category.groups:
        statuses = {r.clause.id: str(r.finding.status) for r in group.requirements}
        passage = dossiers.passage(group.passage, statuses)
        passage["requirements"] = [
            {
                **dossiers.requirement(explanation.assessment, r.finding, r.clause),
                "turns": [turn_said(turn, words) for turn in r.robustness.turns],
            }
            for r in group.requirements
        ]
        found["passages"].append(passage)
    if inherited:
        below = words.label(inherited.verdict.iri)
        found["includes"] = words.say("explain.includes", category=below)
        found["inheritance"] = (
            dossiers.passage(category.inheritance) if category.inheritance else None
        )
        found["inherited"] = _category(inherited, explanation, words, dossiers)
    return found
