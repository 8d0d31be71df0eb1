"""The functions that a program calls; `import libonto` offers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from html import escape
from io import StringIO
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from libonto.errors import UsageError
from libonto.graph.answers import write
from libonto.graph.catalogue import Catalogue
from libonto.graph.queries import named, run, saved_queries
from libonto.locales import LANGUAGES
from libonto.profile.document import Document, named_format, open_document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate
from libonto.settings import chosen_readings
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment
from libonto.voice.html import to_html
from libonto.voice.json import to_object
from libonto.voice.words import Words

if TYPE_CHECKING:
    import pandas

Source = str | PathLike[str] | bytes


class Assessments(list[Assessment]):
    """The assessments of one call: a list that a notebook shows as the pages do."""

    def __init__(self, assessments: Iterable[Assessment], data: Iterable[str] = ()) -> None:
        """`data` are the data folders by which the assessments were made."""
        super().__init__(assessments)
        self.data = tuple(data)

    def html(self, lang: str = LANGUAGES[0]) -> str:
        """The report on all of them as a page that stands alone."""
        return to_html(self, assessor(*self.data).graph, lang)

    def objects(self, lang: str = LANGUAGES[0]) -> list[dict[str, Any]]:
        """The contract's JSON object of each."""
        return [as_object(assessment, lang=lang, data=self.data) for assessment in self]

    def frame(self, lang: str = LANGUAGES[0]) -> pandas.DataFrame:
        """A pandas table with a row for each candidate and category."""
        import pandas

        label = assessor(*self.data).graph.label
        return pandas.DataFrame(
            {
                "candidate": assessment.candidate.iri,
                "name": assessment.candidate.name,
                "position": assessment.rules.slug,
                "assessedOn": assessment.on,
                "category": verdict.slug,
                "label": label(verdict.iri, lang),
                "status": str(verdict.status),
                "gaps": len(verdict.unmet),
                "earliestOn": verdict.earliest_on,
            }
            for assessment in self
            for verdict in assessment.categories
        )

    def _repr_html_(self) -> str:
        """The report in a frame of its own, so that neither style reaches the other."""
        page = escape(self.html(), quote=True)
        return f'<iframe srcdoc="{page}" width="100%" height="640" style="border:0"></iframe>'


@cache
def assessor(*data: str) -> Assessor:
    """The assessor for our data and the folders named; made once for each set of folders."""
    return Assessor(Catalogue.of(data))


def read_profiles(
    *sources: Source, format: str | None = None, data: Iterable[str] = ()
) -> list[Candidate]:
    """The candidates in files (paths) or documents (bytes).

    `format` is a name such as `turtle` or `json`; by default it is the one of the file's
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
) -> Assessments:
    """An assessment of each candidate in some files (paths) or documents (bytes), in order.

    `position` and `edition` are slugs or IRIs, `on` the day of assessment (by default today in
    Almaty), `readings` maps names to options over the installation's own choices. All or nothing:
    one bad candidate raises ProfileError, no candidate NothingToAssess.
    """
    folders = tuple(data)
    judge = assessor(*folders)
    assessments = judge.assess(
        read_profiles(*sources, format=format, data=folders),
        position=judge.positions.named(position) if position else None,
        edition=judge.positions.editions.named(edition) if edition else None,
        on=on,
        readings={**chosen_readings(judge.readings), **(readings or {})},
    )
    return Assessments(assessments, folders)


def table(query: str, *, data: Iterable[str] = (), **values: str) -> pandas.DataFrame:
    """The answer of a saved query as a pandas table; `values` are for its parameters.

    UsageError for an unknown query or parameter, and for one that answers a graph.
    """
    import pandas

    judge = assessor(*data)
    result = run(named(saved_queries(judge.graph.catalogue), query), values, judge.graph)
    return pandas.read_csv(StringIO(write(result, "csv")))


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
