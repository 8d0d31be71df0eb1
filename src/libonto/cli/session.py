"""What the commands that judge profiles share: their options, and one assessment of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.answer import Call, format_option
from libonto.cli.frame import (
    clean,
    data_option,
    input_format_option,
    lang_option,
    output_option,
    trust_option,
)

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

    def made(function: Callable[..., int | None]) -> click.Command:
        def command(
            *,
            profiles: Sequence[str],
            lang: str,
            input_format: str | None,
            trust: str | None,
            data: Sequence[str],
            output: str | None,
            form: str = forms[0],
            **given: Any,
        ) -> int | None:
            choices = {name: given.pop(name) for name in (*_CHOICES, "readings")}
            assessor, inquiry = open_inquiry(data, **choices)
            candidates, digests = _read(profiles, input_format, assessor, lang, trust)
            call = (lang, data, output, form)
            return function(Session(*call, assessor, candidates, inquiry, digests), **given)

        command.__doc__ = function.__doc__
        for option in reversed((*options, *shared)):
            command = option(command)
        argument = click.argument("profiles", nargs=-1, required=required)
        return click.command(name)(argument(command))

    return made


def _read(
    profiles: Sequence[str], format_: str | None, assessor: Assessor, lang: str, trust: str | None
) -> tuple[tuple[Candidate, ...], dict[str, str]]:
    """The candidates of some documents, and the documents' digests; neither for no document.

    What was passed over, and what to beware of, is said on standard error.
    """
    from hashlib import sha256

    from libonto.profile.account import Account
    from libonto.profile.document import open_document
    from libonto.profile.intake import Reader
    from libonto.profile.interchange.signatures import trusted_keys

    if not profiles:
        return (), {}
    documents = [open_document(path, format_) for path in profiles]
    reader = Reader(assessor.vocabulary, lang, trust=trusted_keys(trust))
    candidates = reader.read(documents)
    for text in list(Account(reader.entries).lines(lang))[:-1]:
        click.echo(clean(text), err=True)
    digests = {document.name: sha256(document.data).hexdigest() for document in documents}
    return tuple(candidates), digests
