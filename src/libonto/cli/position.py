"""`libonto position`: new positions from a text, and positions for other systems."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from libonto.cli.answer import Call, answering, terminal_style
from libonto.cli.frame import LazyGroup, clean, data_option, emit, lang_option
from libonto.errors import UsageError, why
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.locales import sentence
from libonto.ontology.exports import FORMS, export
from libonto.verdict.inquiry import parse_day

if TYPE_CHECKING:  # an export needs neither the extra that drafts need, nor the time to load it
    from libonto.drafting.points import Point, PointField
    from libonto.drafting.position import Position

_STOP = "q"
_AROUND = 60  # characters of the text shown before and after the words of a point


@click.group("position", cls=LazyGroup)
def command() -> None:
    """Draft positions from a text, and export them."""


@command.command("export")
@click.argument("position", required=False)
@click.option("--as", "as_", type=click.Choice(FORMS), default="turtle", show_default=True)
@answering
def export_(call: Call, position: str | None, as_: str) -> None:
    """Write a position with its categories, duties, knowledge and requirements."""
    call.emit(export(call.graph(), position, as_, call.lang))


@command.command("draft")
@click.argument("text")
@click.option("--slug", required=True)
@click.option("--edition", required=True)
@click.option("--from", "since")
@click.option("--until")
@click.option("--text-lang", type=click.Choice(["kk", "ru"]))
@click.option("--position", "number", type=click.IntRange(min=1))
@click.option("-o", "--output", "folder", required=True)
@lang_option
@data_option
def draft(
    text: str,
    slug: str,
    edition: str,
    since: str | None,
    until: str | None,
    text_lang: str | None,
    number: int | None,
    folder: str,
    lang: str,
    data: Sequence[str],
) -> int:
    """Read a qualification characteristic and write a data folder that joins ours."""
    from libonto.drafting.folder import create, draft_state, text_of
    from libonto.drafting.model import ClauseKind
    from libonto.drafting.points import Known
    from libonto.drafting.position import Position

    state = draft_state(
        text_of(Path(text)),
        slug=slug,
        edition=edition,
        lang=text_lang,
        number=number,
        days=(
            parse_day(since).isoformat() if since else None,
            parse_day(until).isoformat() if until else None,
        ),
    )
    position = Position(state, Known(Graph(Catalogue.of(data))))
    create(position, Path(folder), lang)
    counts = {
        "clauses": len(position.draft.clauses),
        "levels": len(position.draft.levels),
        "unread": sum(c.kind is ClauseKind.UNREAD for c in position.draft.clauses),
        "open": len(position.open),
    }
    emit(sentence("draft.written", lang, path=folder, **counts), None)
    return 0


@command.command("review")
@click.argument("folder")
@click.option("--only", multiple=True)
@click.option("--answers")
@click.option("--list", "listed", is_flag=True)
@lang_option
@data_option
def review(
    folder: str,
    only: Sequence[str],
    answers: str | None,
    listed: bool,
    lang: str,
    data: Sequence[str],
) -> int:
    """Ask for what the text does not say, and write the folder again with the answers."""
    from libonto.drafting.folder import load, save
    from libonto.drafting.points import Known

    # What the folder itself says of the position must not count as known already.
    others = (f for f in Catalogue.of(data).folders if f.resolve() != Path(folder).resolve())
    position = load(Path(folder), Known(Graph(Catalogue(tuple(others)))))
    if listed:
        emit("\n".join(_listing(position, only, lang)), None)
        return 1 if position.open else 0
    if answers is not None:
        for line in _lines(answers):
            position = position.with_answers(_checked(position, line))
    else:
        position = _interview(position, only, lang)
    save(position, Path(folder), lang)
    left = len(position.open)
    key = "draft.review-left" if left else "draft.done"
    emit(sentence(key, lang, open=left), None)
    return 1 if left else 0


def _open_points(position: Position, only: Sequence[str]) -> list[Point]:
    return [p for p in position.open if not only or p.ask in only or p.key in only]


def _listing(position: Position, only: Sequence[str], lang: str) -> Iterator[str]:
    """A line for each field that lacks an answer, filled in with the likest proposal.

    `--answers` reads the same form: lines that begin with a hash and empty answers say nothing.
    """
    for point in _open_points(position, only):
        yield f"\n# {sentence(f'draft.ask-{point.ask}', lang)} {clean(_words(position, point))}"
        for field in point.missing(position.state.answers):
            proposals = [p for p in point.proposals if p.value in field.choices]
            if proposals:
                yield "# " + ", ".join(f"{p.value} ({p.certainty}): {p.label}" for p in proposals)
            elif field.choices:
                yield "# " + ", ".join(field.choices)
            yield f"{point.key}/{field.name}={proposals[0].value if proposals else ''}"


def _lines(name: str) -> list[str]:
    """The answers in a file or, for `-`, on standard input; UsageError where it cannot be read."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("unreadable", path=name, detail=why(error)) from error
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and line[0] != "#" and line.partition("=")[2]]


def _checked(position: Position, answer: str) -> dict[str, str]:
    """A line with an answer; UsageError for a point or a value that is none."""
    key, _, value = answer.partition("=")
    for point in position.points:
        for field in point.fields:
            if key == f"{point.key}/{field.name}":
                if not field.accepts(value):
                    choices = ", ".join(field.choices)
                    raise UsageError("draft-answer", point=key, value=value, choices=choices)
                return {key: value}
    raise UsageError("draft-point", point=key)


def _interview(position: Position, only: Sequence[str], lang: str) -> Position:
    """Ask for each open point; an empty answer leaves it for later, `q` ends the review."""
    style = terminal_style(None)
    passed: set[str] = set()
    while todo := [p for p in _open_points(position, only) if p.key not in passed]:
        point = todo[0]
        question = sentence(f"draft.ask-{point.ask}", lang)
        place = sentence(
            "draft.review-place",
            lang,
            number=len(passed) + 1,
            total=len(passed) + len(todo),
            question=question,
        )
        emit(f"\n{style(place, 'strong')}\n{clean(_words(position, point))}", None)
        for number, proposal in enumerate(point.proposals, start=1):
            emit(f"  {number}. {proposal.value} – {proposal.label} ({proposal.certainty})", None)
        if not point.fields:
            passed.add(point.key)
        for field in point.missing(position.state.answers):
            value = _value(point, field, lang)
            if value is None:
                return position
            if value:
                position = position.with_answers({f"{point.key}/{field.name}": value})
            else:
                passed.add(point.key)
    return position


def _value(point: Point, field: PointField, lang: str) -> str | None:
    """A valid answer to one field; empty for later, None to stop."""
    if field.choices:
        emit(sentence("draft.review-choices", lang, choices=", ".join(field.choices)), None)
    while True:
        try:
            value = click.prompt(field.name, default="", show_default=False).strip()
        except click.Abort:  # Ctrl-C or the end of input: what was answered is kept
            return None
        if value == _STOP:
            return None
        values = [_numbered(point, part) for part in value.split()] if field.choices else [value]
        value = " ".join(values)
        if not value or field.accepts(value):
            return value
        emit(sentence("draft.review-refused", lang, value=clean(value)), None)


def _numbered(point: Point, part: str) -> str:
    """A proposal by its number."""
    if part.isdecimal() and 1 <= int(part) <= len(point.proposals):
        return point.proposals[int(part) - 1].value
    return part


def _words(position: Position, point: Point) -> str:
    """The words of a point where they stand: «…before [words] after…»."""
    if not point.spans:
        return position.state.slug
    start, end = point.spans[0][0], point.spans[-1][1]
    text = position.draft.text
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return " ".join(f"…{before}[{text[start:end]}]{after}…".split())
