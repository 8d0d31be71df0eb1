"""`libonto assess`, `explain`, `plan`, `readings` and `report`: one assessment, five answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.answer import Call, format_option
from libonto.cli.frame import (
    check_output,
    clean,
    data_option,
    emit_bytes,
    input_format_option,
    lang_option,
    output_option,
    trust_option,
)
from libonto.errors import UsageError

if TYPE_CHECKING:
    from libonto.profile.model import Candidate
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.inquiry import Inquiry
    from libonto.verdict.model import Assessment

_CHOICES = ("position", "category", "on", "edition")


def inquiry_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of an inquiry (position, category, day, …) and `--lang`."""
    function = lang_option(click.option("--reading", "readings", multiple=True)(function))
    for name in reversed(_CHOICES):
        function = click.option(f"--{name}")(function)
    return function


def open_inquiry(
    data: Sequence[str], *, whole: bool = False, **choices: Any
) -> tuple[Assessor, Inquiry]:
    """The assessor over some data, and what the options of `inquiry_options` ask of it."""
    from libonto.graph.catalogue import Catalogue
    from libonto.settings import chosen_readings
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.inquiry import inquiry

    assessor = Assessor(Catalogue.of(data), whole=whole)
    return assessor, inquiry(assessor.positions, chosen_readings(assessor.readings), **choices)


@dataclass(frozen=True)
class Session(Call):
    """An assessor with the choices of one call, and the candidates.

    `digests` are the SHA-256 of the documents, by their names.
    """

    assessor: Assessor
    candidates: tuple[Candidate, ...]
    inquiry: Inquiry
    digests: dict[str, str]

    def assess(self, candidates: Sequence[Candidate] | None = None) -> list[Assessment]:
        """The assessments of the session's candidates, or of some others in their place."""
        return self.assessor.answer(
            self.candidates if candidates is None else candidates, self.inquiry
        )


def profile_command(
    name: str,
    *forms: str,
    required: bool = True,
    output: Callable[[Any], Any] = output_option,
    options: Sequence[Callable[[Any], Any]] = (),
) -> Callable[[Callable[..., int | None]], click.Command]:
    """A command that judges profiles: the options all of them have, and its own before them.

    The function is called with the session. `forms` are the answer's forms, the first by
    default; without `required` there need be no profile.
    """
    shared = [inquiry_options, input_format_option, trust_option, data_option, output]
    shared += [format_option(*forms)] if len(forms) > 1 else []

    def decorate(function: Callable[..., int | None]) -> click.Command:
        def command(
            *,
            profiles: Sequence[str],
            lang: str,
            input_format: str | None,
            trust: str | None,
            data: Sequence[str],
            output: str | None,
            form: str = forms[0],
            **own: Any,
        ) -> int | None:
            choices = {name: own.pop(name) for name in (*_CHOICES, "readings")}
            assessor, inquiry = open_inquiry(data, **choices)
            candidates, digests = _read(profiles, input_format, assessor, lang, trust)
            call = (lang, data, output, form)
            return function(Session(*call, assessor, candidates, inquiry, digests), **own)

        command.__doc__ = function.__doc__
        for option in reversed((*options, *shared)):
            command = option(command)
        argument = click.argument("profiles", nargs=-1, required=required)
        return click.command(name)(argument(command))

    return decorate


def _read(
    profiles: Sequence[str], format_: str | None, assessor: Assessor, lang: str, trust: str | None
) -> tuple[tuple[Candidate, ...], dict[str, str]]:
    """The candidates of some documents, and the documents' digests; neither for no document.

    What was passed over, and what to beware of, goes to standard error.
    """
    from hashlib import sha256

    from libonto.profile.account import remarks
    from libonto.profile.document import open_document
    from libonto.profile.intake import Reader
    from libonto.profile.interchange.signatures import trusted_keys

    if not profiles:
        return (), {}
    documents = [open_document(path, format_) for path in profiles]
    reader = Reader(assessor.vocabulary, lang, trust=trusted_keys(trust))
    candidates = reader.read(documents)
    for text in remarks(reader.entries, lang):
        click.echo(clean(text), err=True)
    digests = {document.name: sha256(document.data).hexdigest() for document in documents}
    return tuple(candidates), digests


@profile_command("assess", "text", "json", "turtle", "html")
def assess(session: Session) -> int:
    """Judge candidates by the requirements, and show why with the clause.

    PROFILE is a file in Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD or plain JSON; -
    reads standard input. Exit status: 0 the category asked for is met by every candidate,
    1 it is not by at least one, 2 the input or the command is wrong, 3 there was nothing to
    assess.
    """
    from libonto.voice.words import Words

    assessments = session.assess()
    graph = session.assessor.graph
    words = Words(graph, session.lang)
    if session.format == "turtle":
        from libonto.voice.rdf import ReportWriter

        triples = ReportWriter(graph).report(assessments)
        session.emit(triples.serialize(format="turtle"))
    elif session.format == "json":
        from libonto.voice.json import to_object

        session.write_json(*(to_object(assessment, words) for assessment in assessments))
    elif session.format == "html":
        from libonto.voice.report import report

        session.write(report(assessments, words, session.digests))
    else:
        from libonto.voice import assessment

        session.write(assessment.assessments(assessments, words))
    return 0 if all(assessment.passed for assessment in assessments) else 1


@profile_command("explain", "text", "html", "json")
def explain(session: Session) -> None:
    """Explain a verdict: every requirement with its clause marked in the text.

    The category is the one given by --category, else the one applied for, else the next one on
    the candidate's ladder. Exit status: 0 it was explained, 2 the input or the command is wrong,
    3 there was nothing to assess.
    """
    from libonto.verdict.explanation import Explainer
    from libonto.voice.explanation import explanation_object, explanations
    from libonto.voice.words import Words

    assessments = session.assess()
    explainer = Explainer(session.assessor)
    explained = [explainer.explain(each, each.target) for each in assessments]
    words = Words(session.assessor.graph, session.lang)
    if session.format == "json":
        session.write_json(*(explanation_object(each, words) for each in explained))
    else:
        session.write(explanations(explained, words))


@profile_command(
    "plan", "text", "html", "json", options=[click.option("--assume", "assumed", multiple=True)]
)
def plan(session: Session, assumed: Sequence[str]) -> None:
    """Say what lacks for each level: what time brings, what can be learnt, what needs a diploma.

    All categories that are not met are answers of, or the one given by --category. Exit status:
    0 the plan was made, 2 the input or the command is wrong, 3 there was nothing to assess.
    """
    from libonto.verdict.assumptions import read_assumptions
    from libonto.verdict.plan import Planner
    from libonto.voice.plan import PlanWords, plan_object, plans

    assumptions = read_assumptions(assumed, session.assessor.vocabulary)
    before = after = session.assess()
    if assumptions:
        after = session.assess([assumptions.added_to(c) for c in session.candidates])
    planner, category = Planner(session.assessor), session.inquiry.category
    answers = [
        planner.plan(assessment, category, assumptions, earlier)
        for earlier, assessment in zip(before, after, strict=True)
    ]
    words = PlanWords(session.assessor.graph, session.lang)
    if session.format == "json":
        session.write_json(*(plan_object(each, words) for each in answers))
    else:
        session.write(plans(answers, words))


@profile_command("readings", "text", "html", "json", required=False)
def readings(session: Session) -> None:
    """Show where the text is ambiguous: clauses, options, the default and its reason, effects.

    With PROFILE also what every other option would do to the candidate. --category leaves
    only the readings that bear on it. Exit status: 0 the register was shown, 2 the input or
    the command is wrong, 3 a profile was given and there was nothing to assess.
    """
    from libonto.verdict.explanation import effects_on, premises, register
    from libonto.voice.explanation import register_document, register_object
    from libonto.voice.words import Words

    assessor = session.assessor
    assessments = session.assess() if session.candidates else []
    inquiry = session.inquiry
    iri = inquiry.position or (
        assessments[0].rules.iri if assessments else assessor.positions.default
    )
    rules = assessor.positions.rules(iri, inquiry.edition, inquiry.on)
    entries = [
        entry
        for entry in register(assessor, rules, dict(inquiry.readings))
        if inquiry.category is None or inquiry.category in entry.categories
    ]
    candidates = [(a, effects_on(assessor, a, entries)) for a in assessments]
    words = Words(assessor.graph, session.lang)
    texts = premises(assessor, rules)
    if session.format == "json":
        session.write_json(register_object(entries, words, candidates, texts))
    else:
        session.write(register_document(entries, words, candidates, texts))


def _pdf_or_html(context: click.Context, option: click.Parameter, value: str | None) -> str:
    if value is None or Path(value).suffix.lower() not in {".pdf", ".html"}:
        raise UsageError("report-output")
    check_output(context, option, value)
    return value


@profile_command("report", "html", output=click.option("-o", "--output", callback=_pdf_or_html))
def report(session: Session) -> None:
    """Write a report to be signed: FILE.pdf (PDF/A, the extra `report`) or FILE.html.

    A section for each candidate: the verdict, what lacks, the evidence, every requirement with
    its clause, readings, sources, fingerprints, and places for signatures. Exit status: 0 it
    was written, 2 the input or the command is wrong, 3 there was nothing to assess.
    """
    from datetime import datetime

    from libonto.law.editions import ALMATY

    sources = (session.assess(), session.assessor.graph, session.lang)
    assert session.output is not None
    if Path(session.output).suffix.lower() == ".html":
        from libonto.voice.html import to_html

        session.emit(to_html(*sources, session.digests))
        return
    from libonto.voice.pdf import to_pdf

    moment = datetime.now(ALMATY).replace(microsecond=0)
    emit_bytes(to_pdf(*sources, moment=moment, digests=session.digests), session.output)
