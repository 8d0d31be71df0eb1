"""“Check one person”: the form, the answer, and the downloads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from libonto.api.exchange import fields_of
from libonto.api.problems import Refusal, refusal
from libonto.api.service import Service
from libonto.errors import LibontoError, TooLargeError
from libonto.law.editions import today
from libonto.pages.choices import (
    choices,
    diplomas_of,
    editions,
    installed,
    levels_of,
    sample,
    with_levels,
)
from libonto.pages.faults import Fault, faults
from libonto.pages.form import ALL, MOST_ROWS, STEPS, Form, Row, from_fields, from_profile
from libonto.pages.packing import unpacked
from libonto.pages.respond import BUSY, html, opened
from libonto.pages.site import Page
from libonto.profile.countries import country_name, country_names
from libonto.profile.syntax import guess_format

router = APIRouter(include_in_schema=False)

DOWNLOADS = {
    "pdf": ("application/pdf", "pdf", "pdf"),
    "html": ("text/html", "html", "html"),
    "json": ("application/json", "", "json"),
    "turtle": ("text/turtle", "turtle", "ttl"),
}
"""The forms of the answer as a file: media type, report, suffix."""
_PARTS = {"education": "credential", "work": "employment"}
"""How the fields of a step begin."""
SHOWN = 100_000
"""Bytes of a file with mistakes that are shown to be put right."""
_FILLED = {"Cache-Control": "private, no-cache"}
"""A form that is being filled in may be kept by the browser, so that Back leads to it."""


@router.get("/check")
@router.get("/check/answer")
async def empty_form(request: Request) -> Response:
    """The form, empty or with the sample; a browser may keep it, to fill it in anew.

    An answer's own address leads here: the browser's script restores what it has kept of it.
    """
    page = opened(request)
    form = Form(category=request.query_params.get("category", "")[:100])
    if request.query_params.get("sample"):
        service: Service = request.app.state.service
        positions = service.knowledge.positions
        form = from_profile(sample(positions.default.rpartition("/")[2]))
    form = form.at(request.query_params.get("step", STEPS[0])).with_rows()
    return await _page(request, form, page=page, headers=_FILLED)


@router.post("/check")
async def answer(request: Request) -> Response:
    """The answer to a filled form or a pasted document; or the form with a row more or less."""
    page = opened(request)
    fields, (upload, name) = await fields_of(request, times=3)
    form = with_levels(page, from_fields(fields))
    entered = dict(fields)
    if entered.get("sample"):
        positions = request.app.state.service.knowledge.positions
        form = from_profile(sample(positions.default.rpartition("/")[2]))
    for change in ("more", "less"):
        if entered.get(change):
            form = _changed(page, form, change, entered[change]).at(entered.get("step", ""))
            return await _page(request, form, page=page, headers=_FILLED)
    if step := entered.get("step"):
        wrong = _holding_back(page, form, step)
        moved = form if wrong else form.at(step)
        status = 422 if wrong else 200
        return await _page(
            request,
            moved.with_rows(),
            page=page,
            problems=wrong,
            status=status,
            headers=_FILLED,
        )
    document = upload or form.document.encode()
    if document.strip():
        return await _judged(request, page, replace(form, packed="", same=""), document, name)
    if form.is_empty and not form.others:
        problems = [Fault("", "", page.say("check.nothing-stated"))]
        return await _page(request, form.with_rows(), page=page, problems=problems, status=422)
    if wrong := faults(page, form):
        whole = form.with_rows().at(ALL)
        return await _page(request, whole, page=page, problems=wrong, status=422)
    document = form.file(_most(request)) or form.content
    if entered.get("pick", "").isdecimal():
        form = replace(form, chosen=int(entered["pick"][:6]))
    return await _judged(request, page, form, document)


@router.post("/check/download")
async def download(request: Request) -> Response:
    """The same answer as a file."""
    page = opened(request)
    fields, _ = await fields_of(request, times=3)
    form = from_fields(fields)
    format_ = dict(fields).get("format", "")
    if format_ not in DOWNLOADS:
        return RedirectResponse(page.url("/check"), 303)
    media_type, report, suffix = DOWNLOADS[format_]
    service: Service = request.app.state.service
    document = form.document.encode() or unpacked(form.packed, _most(request))
    if len(document) > _most(request):
        raise TooLargeError("upload-too-large", limit=_most(request))
    header = {"kind": "assess", "report": report or None, **_terms(page, form, document)}
    _, (content, _) = await service.do_for(request, header, document)
    headers = {
        "Content-Disposition": _disposition(form, suffix),
        "Content-Language": page.lang,
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=media_type)


def _disposition(form: Form, suffix: str) -> str:
    """A file's name with the person's and the day; without them for who reads only ASCII."""
    on = form.day or today().isoformat()
    name = "".join(c if c.isalnum() or c in " -" else " " for c in form.name).strip()
    full = quote(f"{name} {on}".strip() + f".{suffix}", safe="")
    return f"attachment; filename=\"libonto-{on}.{suffix}\"; filename*=UTF-8''{full}"


def _terms(page: Page, form: Form, document: bytes, name: str = "") -> dict[str, Any]:
    """What a worker is told of a document: its format, and by what it is judged."""
    return {
        "format": guess_format(document, name),
        "lang": page.lang,
        "category": form.category,
        "on": form.day or form.on,
        "edition": form.edition,
        "reading": [f"{name}={option}" for name, option in form.readings.items()],
    }


async def _judged(
    request: Request, page: Page, entered: Form, document: bytes, name: str = ""
) -> Response:
    """The answer to a document, with the form that says what it says, for “what if?”."""
    service: Service = request.app.state.service
    from_form = not name and not entered.document
    try:
        terms = _terms(page, entered, document, name)
        if from_form:
            terms["category"] = ""
        header = {"kind": "answer", "chosen": entered.chosen, **terms}
        told, (result, _) = await service.do_for(request, header, document)
    except (LibontoError, Refusal) as error:
        refused = error if isinstance(error, Refusal) else refusal(error, page.lang)
        lines = str(refused.problem.get("detail", "")).split("\n")
        if name and len(document) < SHOWN:  # to be put right on the page
            entered = replace(entered, document=document.decode("utf-8", "replace"))
        return await _page(
            request,
            entered.with_rows().at(ALL),
            page=page,
            problems=[Fault("", "", line) for line in lines],
            status=refused.status,
            headers=refused.headers,
        )
    profiles = told["profiles"]
    chosen = min(entered.chosen, len(profiles) - 1)
    form = from_profile(profiles[chosen])
    form = replace(
        form,
        category=form.category if from_form else entered.category or form.category,
        on=entered.on,
        edition=entered.edition,
        readings=entered.readings,
        others=json.dumps(profiles, ensure_ascii=False) if len(profiles) > 1 else "",
        chosen=chosen,
    ).with_rows()
    is_file = not from_form or document != entered.content
    return await _page(
        request,
        form.of_file(document) if is_file else form,
        page=page,
        result=result.decode(),
    )


def _most(request: Request) -> int:
    """Bytes that a profile may have."""
    service: Service = request.app.state.service
    return service.options.upload


def _changed(page: Page, form: Form, change: str, what: str) -> Form:
    """The form with a row more or less, or with items ticked, for a browser without scripts."""
    part, _, rest = what.partition("-")
    if change == "less" and rest.isdecimal():
        return form.without(part, int(rest)).with_rows()
    if part == "credential":
        return form.with_rows(credentials=min(len(form.credentials) + 1, MOST_ROWS))
    if part == "employment":
        return form.with_rows(employments=min(len(form.employments) + 1, MOST_ROWS))
    if part == "knowledge":
        return replace(form, knowledge=form.knowledge.union(_group(page, rest))).with_rows()
    return form.with_rows()


def _group(page: Page, slug: str) -> Iterable[str]:
    for group in choices(page)["knowledge"]:
        if slug in ("", group["slug"]):
            yield from (item["slug"] for item in group["items"])


async def _page(
    request: Request,
    form: Form,
    *,
    page: Page,
    result: str = "",
    problems: Sequence[Fault] = (),
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    service: Service = request.app.state.service
    options = installed(page, service.knowledge.choices)
    content = page.render(
        "check.html",
        form=form,
        result=result,
        problems=problems,
        wrong={problem.id: problem.message for problem in problems if problem.id},
        busy=status in BUSY,
        seconds=(headers or {}).get("Retry-After", ""),
        resubmit="paste" if form.document else "profile",
        judges=bool(result or problems) and not (form.is_empty and not form.document),
        installed=options,
        steps=STEPS,
        summary=_summary(page, form),
        items=len([*_group(page, "")]),
        bearing=await _bearing(request, page, form) if form.step == STEPS[-1] else [],
        editions=editions(page, service.knowledge.positions),
        countries=sorted(country_names(page.lang).values()),
        country_name=lambda code: country_name(code, page.lang),
        diplomas=lambda row: diplomas_of(page, row),
        levels_of=lambda row: [*choices(page)["levels"], *levels_of(page, row)],
        otherwise={n: o for n, o in form.readings.items() if o != options.get(n)},
        more_knowledge=_more_knowledge(page, form),
        **choices(page),
    )
    return html(content, page, status=status, headers=headers)


def _holding_back(page: Page, form: Form, step: str) -> list[Fault]:
    """What is wrong in the step that is shown, where a later one is to be shown."""
    if form.step == ALL or step not in STEPS or STEPS.index(step) <= STEPS.index(form.step):
        return []
    part = _PARTS.get(form.step, "on")
    return [fault for fault in faults(page, form) if fault.id.startswith(part)]


async def _bearing(request: Request, page: Page, form: Form) -> list[str]:
    """The readings by which the verdict on some category would be another one."""
    if form.is_empty or faults(page, form):
        return []
    service: Service = request.app.state.service
    try:
        document = json.dumps(form.profile()).encode()
        terms = {**_terms(page, form, document), "category": ""}
        _, (content, _) = await service.do({"kind": "assess", "report": None, **terms}, document)
    except (LibontoError, Refusal):
        return []  # the form's button says what is wrong; until then the readings stand folded
    verdicts = json.loads(content)["categories"]
    return sorted({name for verdict in verdicts for name in verdict["dependsOnReadings"]})


def _summary(page: Page, form: Form) -> dict[str, list[str]]:
    """What the form states so far, a line for each row."""
    offered = choices(page)
    known = {
        item.slug: item.label
        for item in (*offered["levels"], *offered["fields"], *offered["employment_positions"])
    }

    def said(row: Row) -> str:
        names = known | {level.slug: level.label for level in levels_of(page, row)}
        days = f"{row['start']} – {row['end'] or '…'}" if row.get("start") else ""
        shown = [row.get(key, "") for key in ("level", "field", "position", "awarded", "evidence")]
        country = country_name(row.get("country", ""), page.lang)
        parts = [names.get(value, value) for value in shown]
        return ", ".join(filter(None, [*parts, country, days]))

    return {
        "education": [line for row in form.credentials if (line := said(row))],
        "work": [line for row in form.employments if (line := said(row))],
    }


def _more_knowledge(page: Page, form: Form) -> list[dict[str, str]]:
    """What a profile states as known that is no item of ours: acts by their IRIs."""
    ours = set(_group(page, ""))
    return [{"slug": iri, "label": page.label(iri)} for iri in sorted(form.knowledge - ours)]
