"""The formats besides RDF and our own JSON: their names, file names and media types."""

from __future__ import annotations

import re
from typing import Any

TABLES = ("csv", "tsv", "xlsx", "ods")
FOREIGN = ("elm", "schema-org", "json-resume")

_ELM = re.compile(r"https?://data\.europa\.eu/snb/model/context/")
_SCHEMA_ORG = re.compile(r"https?://schema\.org(/.*)?")

EXTENSIONS = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "ods": "ods",
}
MEDIA_TYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
NAMES = {
    **EXTENSIONS,
    **{name: name for name in (*TABLES, *FOREIGN)},
    "excel": "xlsx",
    "europass": "elm",
    "edc": "elm",
    "schema.org": "schema-org",
    "jsonresume": "json-resume",
}


def charset(media_type: str) -> str | None:
    """The encoding that a media type states (`text/csv; charset=windows-1251`)."""
    found = re.search(r""";\s*charset\s*=\s*"?([^\s";]+)""", media_type, re.IGNORECASE)
    return found[1] if found else None


def is_zip(data: bytes) -> bool:
    """Whether bytes begin as a workbook does: both kinds are ZIP archives."""
    return data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def foreign_kind(value: Any) -> str | None:
    """`elm`, `schema-org` or `json-resume`, or None where it is none of them to be seen."""
    named = _named_contexts(value)
    if any(map(_ELM.match, named)):
        return "elm"
    if any(map(_SCHEMA_ORG.fullmatch, named)):
        return "schema-org"
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict) or "@context" in first:
        return None
    types = first.get("type")
    if "EuropeanDigitalCredential" in (types if isinstance(types, list) else [types]):
        return "elm"
    is_resume = isinstance(first.get("basics"), dict) or "resume" in str(first.get("$schema"))
    return "json-resume" if is_resume else None


def _named_contexts(value: Any) -> list[str]:
    """The addresses that the outermost objects of a document name as their context."""
    found = []
    for member in value if isinstance(value, list) else [value]:
        context = member.get("@context") if isinstance(member, dict) else None
        for item in context if isinstance(context, list) else [context]:
            if isinstance(item, str):
                found.append(item)
    return found
