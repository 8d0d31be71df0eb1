"""The formats besides RDF and our own JSON: their names, file names and media types."""

from __future__ import annotations

import re

TABLES = ("csv", "tsv", "xlsx", "ods")
FOREIGN = ("elm", "schema-org", "json-resume")

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
_CREDENTIAL = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--(?:[^-]|-(?!->))*+-->\s*)*+"
    rb"<(?:\w+:)?(?:europassCredential|verifiablePresentation)\b[^>]*http://data\.europa\.eu/snb"
)

_WEB_PAGE = re.compile(
    rb"<(!doctype html|html|head|body|table|meta)\b|MIME-Version:", re.IGNORECASE
)


def charset(media_type: str) -> str | None:
    """The encoding that a media type states (`text/csv; charset=windows-1251`)."""
    found = re.search(r""";\s*charset\s*=\s*"?([^\s";]+)""", media_type, re.IGNORECASE)
    return found[1] if found else None


def is_web_page(data: bytes) -> bool:
    """Whether a file is a web page, as some programs write under the name of a workbook."""
    return bool(_WEB_PAGE.match(data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")))


def is_zip(data: bytes) -> bool:
    """Whether bytes begin as a workbook does: both kinds are ZIP archives."""
    return data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def is_xml_credential(data: bytes) -> bool:
    """Whether XML is a European digital credential, or a presentation of some, and no RDF."""
    return bool(_CREDENTIAL.match(data[:4096]))
