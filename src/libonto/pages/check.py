"""“Check one person”: the form, the answer, and the downloads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from libonto.api.exchange import fields_of
from libonto.errors import LibontoError, TooLargeError
from libonto.graph.formats import MEDIA_TYPES
from libonto.law.editions import today
from libonto.pages import choices
from libonto.pages.form import (
    ALL,
    STEPS,
    CandidateForm,
    FieldError,
    FormRow,
    field_errors,
    from_fields,
    from_profile,
    iso_day,
)
from libonto.pages.respond import PRIVATE, OpenPage, PageOf
from libonto.pages.site import Page, from_hidden_field
from libonto.profile.document import guess_format
from libonto.profile.vocabulary import country_name, country_names

router = APIRouter(include_in_schema=False)

DOWNLOADS = {
    "pdf": "application/pdf",
    "html": "text/html",
    "json": MEDIA_TYPES["json"],
    "turtle": MEDIA_TYPES["turtle"],
}
"""The forms of the answer as a file."""
_PARTS = {"education": "credential", "work": "employment"}
"""The part of the form that a step shows."""
LARGEST_CORRECTED = 100_000
"""Bytes of a file with mistakes that is put into the page to be corrected."""
_LONGEST = 100
"""Signs of a name that stand in a file's name, which is sent in a header."""
_FILLED = {"Cache-Control": "private, no-cache"}
"""A form that is being filled in may be kept by the browser, so that Back leads to it."""


@router.get("/check")
@router.get("/check/answer")
async def empty_form(page: PageOf) -> Response:
    """The form, empty or with the sample; a browser may keep it, to fill it in anew.

    An answer's own address leads here: the browser's script restores what it has kept of it.
    """
    form = CandidateForm(category=page.query.get("category", "")[:100])
    if page.query.get("sample"):
        form = from_profile(choices.sample(page.positions.default))
    form = form.at(page.query.get("step", STEPS[0]))
    return await _page(page, form, headers=_FILLED)


@router.post("/check")
async def answer(page: PageOf) -> Response:
    """The answer to a filled form or a pasted document; or the form with a row more or less."""
    fields, (upload, name) = await fields_of(page.request, times=3)
    form = choices.with_levels(page, from_fields(fields))
    entered = dict(fields)
    if entered.get("sample"):
        form = from_profile(choices.sample(page.positions.default))
    for change in ("more", "less"):
        if entered.get(change):
            form = _changed(page, form, change, entered[change]).at(entered.get("step", ""))
            return await _page(page, form, headers=_FILLED)
    if step := entered.get("step"):
        errors = _errors_before(page, form, step)
        form = form if errors else form.at(step)
        return await _page(page, form, errors, headers=_FILLED)
    document = upload or form.document.encode()
    if document.strip():
        return await _judged(page, replace(form, packed="", same=""), document, name)
    if form.is_empty and not form.others:
        return await _page(page, form, [FieldError("", "", page.say("check.nothing-stated"))])
    if errors := list(field_errors(page, form)):
        return await _page(page, form.at(ALL), errors)
    document = form.file(page.service.options.upload) or form.content
    if entered.get("pick", "").isdecimal():
        form = replace(form, number=int(entered["pick"][:6]))
    return await _judged(page, form, document)


@router.post("/check/download")
async def download(page: PageOf) -> Response:
    """The same answer as a file."""
    fields, _ = await fields_of(page.request, times=3)
    form = from_fields(fields)
    format_ = dict(fields).get("format", "")
    if format_ not in DOWNLOADS:
        return RedirectResponse(page.url("/check"), 303)
    most = page.service.options.upload
    document = form.document.encode() or from_hidden_field(form.packed, most)
    if len(document) > most:
        raise TooLargeError("upload-too-large", limit=most)
    header = {"kind": "assess", "form": format_, **_terms(form, document)}
    _, content = await page.work(header, document)
    headers = {
        "Content-Disposition": _disposition(form, "ttl" if format_ == "turtle" else format_),
        "Content-Language": page.lang,
        **PRIVATE,
    }
    return Response(content, headers=headers, media_type=DOWNLOADS[format_])


def _disposition(form: CandidateForm, suffix: str) -> str:
    """A file's name with the person's and the day; without them for who reads only ASCII."""
    on = iso_day(form.on) or today().isoformat()
    name = "".join(c if c.isalnum() or c in " -" else " " for c in form.name[:_LONGEST]).strip()
    full = quote(f"{name} {on}".strip() + f".{suffix}", safe="")
    return f"attachment; filename=\"libonto-{on}.{suffix}\"; filename*=UTF-8''{full}"


def _terms(form: CandidateForm, document: bytes, name: str = "") -> dict[str, Any]:
    """The part of a job that says a document's format, and by what it is judged."""
    return {
        "format": guess_format(document, name),
        "category": form.category,
        "on": iso_day(form.on),
        "edition": form.edition,
        "reading": [f"{name}={option}" for name, option in form.readings.items()],
    }


async def _judged(
    page: OpenPage, entered: CandidateForm, document: bytes, name: str = ""
) -> Response:
    """The answer to a document, with the form that says what it says, for “what if?”."""
    from_form = not name and not entered.document
    try:
        terms = _terms(replace(entered, category="") if from_form else entered, document, name)
        header = {"kind": "answer", "number": entered.number, **terms}
        facts, result = await page.work(header, document)
    except LibontoError as error:
        if name and len(document) < LARGEST_CORRECTED:
            entered = replace(entered, document=document.decode("utf-8", "replace"))
        errors = [FieldError("", "", line) for line in error.message(page.lang).split("\n")]
        return await _page(page, entered.at(ALL), errors, error=error)
    profiles = facts["profiles"]
    number = min(entered.number, len(profiles) - 1)
    form = from_profile(profiles[number])
    form = replace(
        form,
        category=form.category if from_form else entered.category or form.category,
        on=entered.on,
        edition=entered.edition,
        readings=entered.readings,
        others=json.dumps(profiles, ensure_ascii=False) if len(profiles) > 1 else "",
        number=number,
    ).with_rows()
    if not from_form or document != entered.content:
        form = form.of_file(document)
    return await _page(page, form, result=result.decode())


def _changed(page: OpenPage, form: CandidateForm, change: str, name: str) -> CandidateForm:
    """The form with a row more or less, or with items ticked, for a browser without scripts."""
    part, _, rest = name.partition("-")
    if change == "less" and rest.isdecimal() and len(rest) < 4:
        return form.without(part, int(rest))
    if part == "knowledge":
        return replace(form, knowledge=form.knowledge.union(_group(page, rest)))
    return form.with_rows(one_more=part)


def _group(page: OpenPage, slug: str = "") -> Iterable[str]:
    """The slugs of a group of knowledge items, or of all."""
    for group in choices.offered(page)["knowledge"]:
        if slug in ("", group["slug"]):
            yield from (item["slug"] for item in group["items"])


async def _page(
    page: OpenPage,
    form: CandidateForm,
    errors: Sequence[FieldError] = (),
    *,
    result: str = "",
    **answer: Any,
) -> Response:
    """The form, below an answer or what is wrong (status 422, where a problem has no other)."""
    offered, terms = choices.offered(page), choices.terms(page)
    form = form.with_rows()
    return page.answer(
        "check.html",
        **{"status": 422 if errors else 200, **answer},
        form=form,
        result=result,
        problems=errors,
        wrong={error.id: error.message for error in errors if error.id},
        resubmit="paste" if form.document else "profile",
        judges=bool(result or errors) and not (form.is_empty and not form.document),
        steps=STEPS,
        summary={step: _summary(page, form.rows[part]) for step, part in _PARTS.items()},
        items=len([*_group(page)]),
        bearing=await _bearing(page, form) if form.step == STEPS[-1] else [],
        countries=sorted(country_names(page.lang).values()),
        country_name=lambda code: country_name(code, page.lang),
        diplomas=partial(choices.diplomas_of, page),
        levels_of=lambda row: [*offered["levels"], *choices.levels_of(page, row)],
        otherwise={n: o for n, o in form.readings.items() if o != terms["installed"].get(n)},
        # What a profile states as known that is no item of ours: acts by their IRIs.
        more_knowledge=sorted(form.knowledge.difference(_group(page))),
        **offered | terms,
    )


def _errors_before(page: Page, form: CandidateForm, step: str) -> list[FieldError]:
    """What is wrong in the step that is shown, where a later one is to be shown."""
    if form.step == ALL or step not in STEPS or STEPS.index(step) <= STEPS.index(form.step):
        return []
    part = _PARTS.get(form.step, "on")
    return [error for error in field_errors(page, form) if error.id.startswith(part)]


async def _bearing(page: OpenPage, form: CandidateForm) -> list[str]:
    """The readings by which the verdict on some category would be another one."""
    if form.is_empty or any(field_errors(page, form)):
        return []
    document = json.dumps(form.profile()).encode()
    terms = _terms(replace(form, category=""), document)
    try:
        _, content = await page.work({"kind": "assess", "form": "json", **terms}, document)
    except LibontoError:
        return []  # the form's button says what is wrong; until then the readings stand folded
    verdicts = json.loads(content)["categories"]
    return sorted({name for verdict in verdicts for name in verdict["dependsOnReadings"]})


def _summary(page: OpenPage, rows: Iterable[FormRow]) -> list[str]:
    """What rows of the form state so far, a line for each."""
    offered = choices.offered(page)
    known = [*offered["levels"], *offered["fields"], *offered["employment_positions"]]

    def line(row: FormRow) -> str:
        labels = {item.slug: item.label for item in (*known, *choices.levels_of(page, row))}
        days = f"{row['start']} – {row['end'] or '…'}" if row.get("start") else ""
        texts = [row.get(key, "") for key in ("level", "field", "position", "awarded", "evidence")]
        country = country_name(row.get("country", ""), page.lang)
        return ", ".join(filter(None, [*(labels.get(t, t) for t in texts), country, days]))

    return list(filter(None, map(line, rows)))
