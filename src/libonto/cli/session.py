"""What the commands that judge profiles share: their options, and one assessment of all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from libonto.cli.frame import data_option, lang_option, locale_language, output_option
from libonto.cli.terminal import has_colours
from libonto.errors import UsageError

if TYPE_CHECKING:
    from libonto.profile.model import Candidate
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.model import Assessment
    from libonto.voice.page import Page

_Function = TypeVar("_Function", bound=Callable[..., Any])
_COLOURS: dict[str, dict[str, Any]] = {
    "strong": {"bold": True},
    "met": {"fg": "green", "bold": True},
    "not-met": {"fg": "red", "bold": True},
    "not-shown": {"fg": "yellow"},
    "faint": {"dim": True},
}
WIDEST = 100
"""Columns of text beyond which a line is tiring to read."""

_OPTIONS = (
    click.option("--position"),
    click.option("--category"),
    click.option("--on"),
    lang_option,
    click.option("--input-format"),
    click.option("--reading", "readings", multiple=True),
    data_option,
    output_option,
)


def session_options(command: _Function) -> _Function:
    """The options of every command that judges profiles, in the order of the help."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Session:
    """An assessor with the choices of one call, the candidates, and what is asked about them.

    `asked` is a category's IRI; `digests` are the SHA-256 of the documents, by their names.
    """

    assessor: Assessor
    candidates: tuple[Candidate, ...]
    position: str | None
    asked: str | None
    on: date | None
    choices: dict[str, str]
    digests: dict[str, str]

    def assess(self, candidates: Sequence[Candidate] | None = None) -> list[Assessment]:
        """The assessments of the session's candidates, or of some others in their place."""
        return self.assessor.assess(
            self.candidates if candidates is None else candidates,
            position=self.position,
            on=self.on,
            readings=self.choices,
        )

    def targets(self, assessments: Sequence[Assessment]) -> list[str | None]:
        """For each candidate the category asked for, else the one applied for, else None."""
        return [self.asked or assessment.candidate.applies_for for assessment in assessments]


def open_session(
    profiles: Sequence[str],
    *,
    position: str | None,
    category: str | None,
    on: str | None,
    input_format: str | None,
    readings: Sequence[str],
    data: Sequence[str],
    needed: bool = True,
    lang: str | None = None,
) -> Session:
    """Load the data and read the profiles; `needed`: without a candidate it is an error.

    `lang` is for what an import of foreign formats adds, by default the locale's.
    """
    from hashlib import sha256

    from libonto.graph.catalogue import Catalogue
    from libonto.law.readings import parse_choices
    from libonto.profile.document import open_document
    from libonto.profile.reader import Reader
    from libonto.settings import chosen_readings
    from libonto.verdict.assessment import Assessor

    day = parse_day(on) if on is not None else None
    chosen = parse_choices(readings)
    assessor = Assessor(Catalogue.of(data), whole=False)
    wanted = assessor.positions.named(position) if position is not None else None
    asked = None
    if category is not None:
        asked, wanted = assessor.positions.category(category, wanted)
    choices = {**chosen_readings(assessor.readings), **chosen}
    assessor.readings.choose(choices)
    digests: dict[str, str] = {}
    candidates: list[Candidate] = []
    if needed or profiles:
        documents = []
        for path in profiles:
            document = open_document(path, input_format)
            documents.append(document)
            digests[document.name] = sha256(document.data).hexdigest()
        candidates = Reader(assessor.vocabulary, lang or locale_language()).read(documents)
    return Session(assessor, tuple(candidates), wanted, asked, day, choices, digests)


def parse_day(text: str) -> date:
    """A day written as year, month and day; UsageError for anything else."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):  # 2026-W47-7 is no such day
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("bad-date-option", value=text) from error


def text_page(output: str | None) -> Page:
    """The page that text is laid out on: as wide as the terminal, with its colours."""
    from libonto.voice.page import Page, plain

    coloured = has_colours(output)
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    return Page(width=width, style=_coloured if coloured else plain)


def joined(pages: Sequence[str], page: Page) -> str:
    """Pages of several candidates below each other, with a rule between them."""
    return ("\n" + "─" * page.width + "\n\n").join(pages)


def json_lines(objects: Sequence[dict[str, Any]]) -> str:
    """One object on many lines, or several with one line each."""
    import json

    indent = 2 if len(objects) == 1 else None
    return "\n".join(json.dumps(o, ensure_ascii=False, indent=indent) for o in objects)


def _coloured(text: str, style: str) -> str:
    return click.style(text, **_COLOURS[style])
