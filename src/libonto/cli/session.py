"""What the commands that judge profiles share: their options, and one assessment of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.frame import clean, data_option, emit, lang_option, output_option
from libonto.cli.terminal import write_text

if TYPE_CHECKING:
    from libonto.profile.account import Entry
    from libonto.profile.model import Candidate
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.inquiry import Inquiry
    from libonto.verdict.model import Assessment
    from libonto.voice.document import Document

_SHARED = frozenset(
    {
        *("position", "category", "on", "edition", "lang", "input_format", "readings", "data"),
        *("trust", "output", "format"),
    }
)
"""The options that every command has."""

_OPTIONS = (
    click.option("--position"),
    click.option("--category"),
    click.option("--on"),
    click.option("--edition"),
    lang_option,
    click.option("--input-format"),
    click.option("--reading", "readings", multiple=True),
    click.option("--trust"),
    data_option,
)


@dataclass(frozen=True)
class Session:
    """An assessor with the choices of one call, the candidates, and how the answer is written.

    `digests` are the SHA-256 of the documents, by their names.
    """

    assessor: Assessor
    candidates: tuple[Candidate, ...]
    inquiry: Inquiry
    digests: dict[str, str]
    lang: str
    format: str
    output: str | None

    @property
    def asked(self) -> str | None:
        """The IRI of the category asked for."""
        return self.inquiry.category

    def assess(self, candidates: Sequence[Candidate] | None = None) -> list[Assessment]:
        """The assessments of the session's candidates, or of some others in their place."""
        return self.assessor.answer(
            self.candidates if candidates is None else candidates, self.inquiry
        )

    def write(self, document: Document) -> None:
        """Write an answer as text or as a page."""
        if self.format == "html":
            from libonto.voice.html import to_page

            emit(to_page(document), self.output)
        else:
            write_text(document, self.output)

    def write_json(self, objects: Sequence[dict[str, Any]]) -> None:
        """Write one object on many lines, or several with one line each."""
        import json

        indent = 2 if len(objects) == 1 else None
        lines = [json.dumps(o, ensure_ascii=False, indent=indent) for o in objects]
        emit("\n".join(lines), self.output)


def profile_command(
    name: str,
    *formats: str,
    required: bool = True,
    output: Callable[[Any], Any] = output_option,
    options: Sequence[Callable[[Any], Any]] = (),
) -> Callable[[Callable[..., int | None]], click.Command]:
    """A command that judges profiles: the options all of them have, and its own before them.

    The function is called with the session. `formats` are the answer's forms, the first by
    default; without `required` there need be no profile.
    """
    format_option = click.option(
        "--format", type=click.Choice(formats), default=formats[0], show_default=True
    )
    form = {"format": formats[0]}
    shared = [*_OPTIONS, output, *([format_option] if len(formats) > 1 else [])]

    def made(function: Callable[..., int | None]) -> click.Command:
        def command(profiles: Sequence[str], **given: Any) -> int | None:
            own = {key: given.pop(key) for key in list(given) if key not in _SHARED}
            return function(open_session(profiles, needed=required, **{**form, **given}), **own)

        command.__doc__ = function.__doc__
        for option in reversed((*options, *shared)):
            command = option(command)
        argument = click.argument("profiles", nargs=-1, required=required)
        return click.command(name)(argument(command))

    return made


def open_session(
    profiles: Sequence[str],
    *,
    position: str | None,
    category: str | None,
    on: str | None,
    edition: str | None,
    input_format: str | None,
    readings: Sequence[str],
    data: Sequence[str],
    lang: str,
    format: str,
    output: str | None,
    trust: str | None = None,
    needed: bool = True,
) -> Session:
    """Load the data and read the profiles; `needed`: without a candidate it is an error."""
    from hashlib import sha256

    from libonto.graph.catalogue import Catalogue
    from libonto.profile.document import open_document
    from libonto.profile.interchange.signatures import trusted_keys
    from libonto.profile.reader import Reader
    from libonto.settings import chosen_readings
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.inquiry import inquiry

    assessor = Assessor(Catalogue.of(data), whole=False)
    asked = inquiry(
        assessor.positions,
        chosen_readings(assessor.readings),
        position=position,
        category=category,
        edition=edition,
        on=on,
        readings=readings,
    )
    digests: dict[str, str] = {}
    candidates: list[Candidate] = []
    if needed or profiles:
        documents = []
        for path in profiles:
            document = open_document(path, input_format)
            documents.append(document)
            digests[document.name] = sha256(document.data).hexdigest()
        reader = Reader(assessor.vocabulary, lang, trust=trusted_keys(trust))
        candidates = reader.read(documents)
        _tell(reader.entries, lang)
    return Session(assessor, tuple(candidates), asked, digests, lang, format, output)


def _tell(entries: Sequence[Entry], lang: str) -> None:
    """Say on standard error what was passed over, and what to beware of."""
    from libonto.profile.account import Account

    for text in list(Account(entries).lines(lang))[:-1]:
        click.echo(clean(text), err=True)
