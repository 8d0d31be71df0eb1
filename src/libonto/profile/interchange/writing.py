"""Profiles in the form that is asked for, as bytes: what reads back as the same profiles."""

from __future__ import annotations

from collections.abc import Sequence

from libonto.graph.formats import MEDIA_TYPES
from libonto.profile.interchange.names import Names
from libonto.profile.model import Candidate
from libonto.profile.to_json import to_json
from libonto.profile.to_rdf import to_rdf

FORMS = MEDIA_TYPES
"""The forms, each with its media type."""


def to_bytes(
    candidates: Sequence[Candidate], form: str, names: Names, lang: str, *, marked: bool = False
) -> bytes:
    """Profiles in one of FORMS; headings and labels of tables are in `lang`.

    `marked`: delimited text begins with a byte order mark, without which Excel takes it for
    text in an old encoding. Raises ProfileError for what a form cannot hold, UsageError where
    a workbook is asked for and xlsxwriter is missing.
    """
    if form in {"csv", "tsv", "xlsx"}:
        from libonto.profile.interchange.table_writer import TableWriter

        writer = TableWriter(names, lang)
        if form == "xlsx":
            return writer.workbook(candidates)
        text = writer.delimited(candidates, "tab" if form == "tsv" else "comma")
        return text.encode("utf-8-sig" if marked else "utf-8")
    if form == "json":
        return to_json(candidates).encode()
    return to_rdf(candidates, "json" if form == "jsonld" else form).encode()
