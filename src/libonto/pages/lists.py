"""“Check a list”: a template, a table that comes back judged, and its mistakes by cell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from libonto.api.exchange import fields_of
from libonto.api.problems import Refusal, refusal
from libonto.api.service import Service
from libonto.errors import LibontoError, NotFoundError, TooLargeError
from libonto.pages import dates
from libonto.pages.choices import choices, editions, installed
from libonto.pages.faults import no_day
from libonto.pages.packing import packed, unpacked
from libonto.pages.respond import BUSY, html, opened
from libonto.pages.site import Page
from libonto.profile.interchange.formats import EXTENSIONS, TABLES, is_zip
from libonto.profile.interchange.mapping import written_mapping

router = APIRouter(include_in_schema=False)
_MOST_CAUSES = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOWNLOADS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}


@router.get("/list")
async def empty_list(request: Request) -> Response:
    """What a list must look like, the template, and the upload."""
    return _page(request, opened(request), {})


@router.get("/list/template.{suffix}")
async def template(request: Request, suffix: str) -> Response:
    """The template to be filled in, in the page's language: a workbook or delimited text."""
    page = opened(request)
    if suffix not in DOWNLOADS:
        raise NotFoundError("nothing-there", path=request.url.path)
    service: Service = request.app.state.service
    content = await asyncio.to_thread(_template, service, page.lang, suffix)
    headers = {"Content-Language": page.lang, "Cache-Control": "no-store"}
    return _file(content, DOWNLOADS[suffix], f"libonto-{page.lang}.{suffix}", headers)


@router.post("/list")
async def answer(request: Request) -> Response:
    """The people of an uploaded table with their findings, and the rows that are wrong."""
    page = opened(request)
    pairs, upload = await fields_of(request, times=2)
    fields = dict(pairs)
    data, name = _table(fields, upload, request)
    if not data.strip():
        problems = [page.say("list.no-file")]
        return _page(request, page, fields, problems=problems, status=422)
    if fields.get("on", "").strip() and dates.read(fields["on"].strip()) is None:
        wrong = {"on": no_day(page, fields["on"].strip())}
        fields |= {"name": name, "kept": packed(data)}
        return _page(request, page, fields, problems=[*wrong.values()], wrong=wrong, status=422)
    try:
        table = json.loads(await _judged(request, page, fields, (data, name)))
    except (LibontoError, Refusal) as error:
        found = error if isinstance(error, Refusal) else refusal(error, page.lang)
        if found.status in BUSY:
            fields |= {"name": name, "kept": packed(data)}
        return _page(
            request,
            page,
            fields,
            problems=str(found.problem.get("detail", "")).split("\n"),
            status=found.status,
            headers=found.headers,
        )
    return _page(request, page, {**fields, "name": name, "kept": packed(data)}, table=table)


@router.post("/list/download")
async def download(request: Request) -> Response:
    """The same as a file: the table comes with the request, since nothing of it is stored."""
    page = opened(request)
    pairs, upload = await fields_of(request, times=2)
    fields = dict(pairs)
    data, name = _table(fields, upload, request)
    format_ = fields.get("format", "")
    if format_ == "toml":
        content = _mapping(fields).encode()
        return _file(content, "application/toml", "libonto.map.toml", {"Cache-Control": "no-store"})
    if not data or format_ not in DOWNLOADS:
        return RedirectResponse(page.url("/list"), 303)
    content = await _judged(request, page, fields, (data, name), format_)
    return _file(content, DOWNLOADS[format_], f"libonto.{format_}", {"Cache-Control": "no-store"})


async def _judged(
    request: Request,
    page: Page,
    fields: Mapping[str, str],
    table: tuple[bytes, str],
    form: str = "json",
) -> bytes:
    """What comes of a table: for the page, or as a file."""
    service: Service = request.app.state.service
    data, name = table
    day = fields.get("on", "").strip()
    found = dates.read(day)
    header = {
        "kind": "list",
        "form": form,
        "name": name,
        "lang": page.lang,
        "category": fields.get("category"),
        "on": found.isoformat() if found else day,
        "edition": fields.get("edition"),
        "reading": [
            f"{key.removeprefix('reading-')}={value}"
            for key, value in fields.items()
            if key.startswith("reading-") and value
        ],
        "mapping": _mapping(fields),
        "look": bool(fields.get("look")),
    }
    _, (content, _) = await service.do_for(request, header, data)
    return content


def _mapping(fields: Mapping[str, str]) -> str:
    """The mapping that the page's choices come to, else the one that was given with them."""
    if "heading-0" not in fields:
        return fields.get("mapping", "")
    columns, values = {}, []
    for key, text in fields.items():
        what, _, number = key.rpartition("-")
        if what == "heading":
            columns[text] = fields.get(f"column-{number}", "")
        elif what == "word":
            meant = fields.get(f"value-{number}", "")
            values.append((fields.get(f"of-{number}", ""), text, meant))
    return written_mapping(columns, values, fields.get("dates", ""))


def _table(
    fields: Mapping[str, str], upload: tuple[bytes, str], request: Request
) -> tuple[bytes, str]:
    """The table's bytes and its name: from the upload, else from what the page kept.

    Raises TooLargeError for a table that is longer than the server takes.
    """
    service: Service = request.app.state.service
    most = service.options.upload
    data, name = upload
    if not data and fields.get("kept"):
        name = fields.get("name", "")
        data = unpacked(fields["kept"], most)
    if len(data) > most:
        raise TooLargeError("upload-too-large", limit=most)
    suffix = name.rpartition(".")[2].lower()
    if EXTENSIONS.get(suffix) not in TABLES:
        name = f"{name[:100]}.{'xlsx' if is_zip(data) else 'csv'}"
    return data, name


def _template(service: Service, lang: str, suffix: str) -> bytes:
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.template import TemplateWriter

    knowledge = service.knowledge
    writer = TemplateWriter(Names(knowledge.vocabulary), lang)
    position = knowledge.positions.default
    return writer.workbook(position) if suffix == "xlsx" else writer.delimited(position)


def _file(content: bytes, media_type: str, name: str, headers: dict[str, str]) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(
        content, headers={"Content-Disposition": disposition, **headers}, media_type=media_type
    )


def _page(
    request: Request,
    page: Page,
    fields: Mapping[str, str],
    *,
    table: Mapping[str, Any] | None = None,
    problems: list[str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    service: Service = request.app.state.service
    offered = choices(page)
    content = page.render(
        "list.html",
        table=table,
        mapping=_mapping(fields),
        causes=_causes(table),
        counts=_counts(table),
        only_look=bool(fields.get("look")),
        fields=fields,
        problems=problems or [],
        busy=status in BUSY,
        seconds=(headers or {}).get("Retry-After", ""),
        wrong=wrong or {},
        most=service.options.upload // (1024 * 1024),
        examples=_examples(page),
        resubmit="kept" if table else "upload" if request.method == "POST" else "",
        categories=offered["categories"],
        editions=editions(page, service.knowledge.positions),
        readings=offered["readings"],
        installed=installed(page, service.knowledge.choices),
    )
    return html(content, page, status=status, headers=headers)


def _causes(table: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The mistakes by their cause, each with how many cells it has, and the first of them."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for error in table["errors"] if table else []:
        cause = (error["sheet"], error["heading"], error["message"])
        found.setdefault(cause, []).append(f"{error['column']}{error['row']}")
    return [
        {"sheet": sheet, "heading": heading, "message": message, "cells": cells}
        for (sheet, heading, message), cells in list(found.items())[:_MOST_CAUSES]
    ]


def _counts(table: Mapping[str, Any] | None) -> dict[str, int]:
    """How many people there are by status, and how many rows are wrong."""
    if table is None:
        return {}
    found = {"met": 0, "not-met": 0, "not-shown": 0}
    for person in table["people"]:
        found[person["status"]] += 1
    rows = {(error["sheet"], error["row"]) for error in table["errors"]}
    return {"people": len(table["people"]), "wrong": len(rows), **found}


def _examples(page: Page) -> dict[str, list[str]]:
    """What a cell of the template may hold, for those who write the table themselves."""
    graph = page.site.graph
    kinds = {
        "level": "lo:EducationLevel",
        "field": "lo:FieldOfStudy",
        "category": "lo:CategoryLevel",
    }
    return {
        name: [
            page.label(iri)
            for iri in sorted(
                graph.instances(class_),
                key=lambda iri: (graph.number(NamedNode(iri), "schema:position"), iri),
            )
        ]
        for name, class_ in kinds.items()
    }
