"""The functions that a program calls; `import libonto` offers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from os import PathLike, fspath
from typing import Any

from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue
from libonto.locales import LANGUAGES
from libonto.profile.document import Document, open_document
from libonto.profile.model import Candidate
from libonto.profile.reader import Reader
from libonto.profile.syntax import named_format
from libonto.settings import chosen_readings
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment
from libonto.voice.json import to_object
from libonto.voice.words import Words

Source = str | PathLike[str] | bytes


@cache
def assessor(*data: str) -> Assessor:
    """The assessor for our data and the folders named; made once for each set of folders."""
    return Assessor(Catalogue.of(data))


def read_profiles(
    *sources: Source, format: str | None = None, data: Iterable[str] = ()
) -> list[Candidate]:
    """The candidates in files (paths) or documents (bytes).

    `format` is a name such as `turtle` or `json`; by default it is told from the file's
    name or its beginning. Raises ProfileError, SyntaxFault, NothingToAssess, …
    """
    return Reader(assessor(*data).vocabulary).read(_document(s, format) for s in sources)


def assess(
    *sources: Source,
    position: str | None = None,
    on: date | None = None,
    edition: str | None = None,
    readings: Mapping[str, str] | None = None,
    format: str | None = None,
    data: Iterable[str] = (),
) -> list[Assessment]:
    """An assessment of each candidate in some files (paths) or documents (bytes), in order.

    `position` and `edition` are slugs or IRIs, `on` the day of assessment (by default today in
    Almaty), `readings` maps names to options over the installation's own choices. All or nothing:
    one bad candidate raises ProfileError, no candidate NothingToAssess.
    """
    folders = tuple(data)
    judge = assessor(*folders)
    return judge.assess(
        read_profiles(*sources, format=format, data=folders),
        position=judge.positions.named(position) if position else None,
        edition=judge.positions.editions.named(edition) if edition else None,
        on=on,
        readings={**chosen_readings(judge.readings), **(readings or {})},
    )


def as_object(
    assessment: Assessment, *, lang: str = "kk", data: Iterable[str] = ()
) -> dict[str, Any]:
    """The contract's JSON object of an assessment, its sentences in kk, ru or en.

    `data` names the same folders as in `assess`. UsageError for another language.
    """
    if lang not in LANGUAGES:
        raise UsageError("unknown-language", value=lang)
    return to_object(assessment, Words(assessor(*data).graph, lang))


def _document(source: Source, format_: str | None) -> Document:
    if isinstance(source, bytes):
        return Document(source, format=named_format(format_) if format_ else None)
    return open_document(fspath(source), format_)
