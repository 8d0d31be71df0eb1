"""“Check a list”: a template, a table that comes back judged, and its mistakes by cell."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from libonto.api.exchange import fields_of
from libonto.api.problems import http_problem
from libonto.errors import LibontoError, NotFoundError, TooLargeError
from libonto.graph.formats import MEDIA_TYPES, TABLE_SUFFIXES
from libonto.pages import choices
from libonto.pages.form import iso_day, no_day, read_day, readings_of
from libonto.pages.respond import BUSY, PRIVATE, OpenPage, PageOf, attachment
from libonto.pages.site import from_hidden_field, to_hidden_field
from libonto.profile.document import is_zip
from libonto.profile.interchange.mapping import written_mapping
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.table_writer import TemplateWriter

router = APIRouter(include_in_schema=False)
_MOST_CAUSES = 60
_EXAMPLES = {
    "level": "lo:EducationLevel",
    "field": "lo:FieldOfStudy",
    "category": "lo:CategoryLevel",
}
DOWNLOADS = {"xlsx": MEDIA_TYPES["xlsx"], "csv": "text/csv; charset=utf-8"}


@router.get("/list")
async def empty_list(page: PageOf) -> Response:
    """What a list must look like, the template, and the upload."""
    return _page(page, {})


@router.get("/list/template.{suffix}")
async def template(page: PageOf, suffix: str) -> Response:
    """The template to be filled in, in the page's language: a workbook or delimited text."""
    if suffix not in DOWNLOADS:
        raise NotFoundError("nothing-there", path=page.request.url.path)
    writer = TemplateWriter(Names(page.service.knowledge.vocabulary), page.lang)
    write = writer.workbook if suffix == "xlsx" else writer.delimited
    content = await asyncio.to_thread(write, page.positions.default)
    headers = {"Content-Language": page.lang, **PRIVATE}
    return attachment(content, DOWNLOADS[suffix], f"libonto-{page.lang}.{suffix}", headers)


@router.post("/list")
async def answer(page: PageOf) -> Response:
    """The people of an uploaded table with their findings, and the rows that are wrong."""
    fields, data, name = await _upload(page)
    if not data.strip():
        return _page(page, fields, problems=[page.say("list.no-file")], status=422)
    carried = {**fields, "name": name, "kept": to_hidden_field(data)}
    day = fields.get("on", "").strip()
    if day and read_day(day) is None:
        message = no_day(page, day)
        return _page(page, carried, problems=[message], wrong={"on": message}, status=422)
    try:
        table = json.loads(await _judged(page, fields, data, name))
    except LibontoError as error:
        again = carried if http_problem(error, page.lang).status in BUSY else fields
        return _page(page, again, problems=error.message(page.lang).split("\n"), error=error)
    return _page(page, carried, table)


@router.post("/list/download")
async def download(page: PageOf) -> Response:
    """The same as a file: the table comes with the request, since nothing of it is stored."""
    fields, data, name = await _upload(page)
    form = fields.get("format", "")
    if form == "toml":
        return attachment(_mapping(fields), "application/toml", "libonto.map.toml")
    if not data or form not in DOWNLOADS:
        return RedirectResponse(page.url("/list"), 303)
    content = await _judged(page, fields, data, name, form)
    return attachment(content, DOWNLOADS[form], f"libonto.{form}")


async def _judged(
    page: OpenPage, fields: Mapping[str, str], data: bytes, name: str, form: str = "json"
) -> bytes:
    """What comes of a table: for the page, or as a file."""
    header = {
        "kind": "list",
        "form": form,
        "name": name,
        "category": fields.get("category"),
        "on": iso_day(fields.get("on", "").strip()),
        "edition": fields.get("edition"),
        "reading": [f"{key}={value}" for key, value in readings_of(fields.items()).items()],
        "mapping": _mapping(fields),
        "look": bool(fields.get("look")),
    }
    _, content = await page.work(header, data)
    return content


def _mapping(fields: Mapping[str, str]) -> str:
    """The mapping that the page's choices come to, else the one that came with them."""
    if "heading-0" not in fields:
        return fields.get("mapping", "")
    columns, values = {}, []
    for key, text in fields.items():
        kind, _, number = key.rpartition("-")
        if kind == "heading":
            columns[text] = fields.get(f"column-{number}", "")
        elif kind == "word":
            of, value = fields.get(f"of-{number}", ""), fields.get(f"value-{number}", "")
            values.append((of, text, value))
    return written_mapping(columns, values, fields.get("dates", ""))


async def _upload(page: OpenPage) -> tuple[dict[str, str], bytes, str]:
    """The fields, and the table with its name: a file, else what the page carried along.

    Raises TooLargeError for a table that is longer than the server takes.
    """
    pairs, (data, name) = await fields_of(page.request, times=2)
    fields, most = dict(pairs), page.service.options.upload
    if not data and fields.get("kept"):
        name = fields.get("name", "")
        data = from_hidden_field(fields["kept"], most)
    if len(data) > most:
        raise TooLargeError("upload-too-large", limit=most)
    suffix = name.rpartition(".")[2].lower()
    if suffix not in TABLE_SUFFIXES:
        name = f"{name[:100]}.{'xlsx' if is_zip(data) else 'csv'}"
    return fields, data, name


def _page(
    page: OpenPage,
    fields: Mapping[str, str],
    table: Mapping[str, Any] | None = None,
    **answer: Any,
) -> Response:
    errors = table["errors"] if table else []
    examples = {  # what a cell may hold, for those who write the table themselves
        name: list(map(page.label, page.graph.in_order(page.graph.instances(class_))))
        for name, class_ in _EXAMPLES.items()
    }
    return page.answer(
        "list.html",
        **{"problems": (), **answer},
        table=table,
        mapping=_mapping(fields),
        causes=_causes(errors),
        counts=Counter(person["status"] for person in (table["people"] if table else ())),
        wrong_rows=len({(error["sheet"], error["row"]) for error in errors}),
        fields=fields,
        most=page.service.options.upload // (1024 * 1024),
        examples=examples,
        resubmit="kept" if table else "upload" if page.request.method == "POST" else "",
        **choices.terms(page),
    )


def _causes(errors: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The mistakes by their cause, each with its cells, and the first of them."""
    causes: dict[tuple[str, str, str], list[str]] = {}
    for error in errors:
        cause = (error["sheet"], error["heading"], error["message"])
        causes.setdefault(cause, []).append(f"{error['column']}{error['row']}")
    return [
        {"sheet": sheet, "heading": heading, "message": message, "cells": cells}
        for (sheet, heading, message), cells in islice(causes.items(), _MOST_CAUSES)
    ]
