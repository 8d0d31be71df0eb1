"""A draft for a page: the text cut into its clauses, each with the points that are asked of it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from libonto.drafting.folder import Position, order_of
from libonto.drafting.points import Known, Point
from libonto.graph.terms import resource
from libonto.locales import sentence


def position_of(asked: Mapping[str, Any], known: Known) -> Position:
    """The draft that a form asks for; UsageError for a slug that is none, or too long a text."""
    text = str(asked["text"]).replace("\r\n", "\n")  # a form sends every line so
    number = str(asked["position"])
    order = order_of(
        text,
        slug=str(asked["slug"]),
        edition=str(asked["edition"]),
        number=int(number) if number.isdecimal() else None,
        answers=dict(asked["answers"]),
    )
    return Position(order, known)


def archive(position: Position, lang: str) -> bytes:
    """The data folder as a ZIP file."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, data in position.files(lang).items():
            archive.writestr(f"{position.order.slug}/{name}", data)
    return written.getvalue()


def sheet(position: Position, lang: str) -> dict[str, Any]:
    """The pieces of the text in order, and the points that belong to none of them."""
    beside: dict[str, list[dict[str, Any]]] = {}
    for point in position.points:
        place = point.clauses[0] if point.clauses else ""
        beside.setdefault(place, []).append(_point(position, point, lang))
    return {
        "first": beside.pop("", []),
        "pieces": list(_pieces(position, beside, lang)),
        "lang": position.order.lang,
        "open": len(position.open),
        "levels": len(position.draft.levels),
    }


def _pieces(
    position: Position, beside: Mapping[str, list[dict[str, Any]]], lang: str
) -> Iterator[dict[str, Any]]:
    draft, at = position.draft, 0
    for clause in draft.clauses:
        yield {"text": draft.text[at : clause.start], "id": "", "points": []}
        label = position.known.graph.label(resource("clause-type", clause.kind).value, lang)
        yield {
            "text": draft.quote(clause),
            "id": clause.id,
            "kind": str(clause.kind),
            "label": label,
            "points": beside.get(clause.id, []),
        }
        at = clause.end
    yield {"text": draft.text[at:], "id": "", "points": []}


def _point(position: Position, point: Point, lang: str) -> dict[str, Any]:
    answers = position.order.answers
    return {
        "key": point.key,
        "question": sentence(f"draft.ask-{point.ask}", lang),
        "clauses": point.clauses,
        "open": bool(point.missing(answers)) or not point.fields,
        "proposals": [f"{p.value} ({p.certainty}): {p.label}" for p in point.proposals],
        "fields": [
            {
                "name": f"{point.key}/{field.name}",
                "label": field.name,
                "choices": field.choices,
                "many": field.many,
                "value": answers.get(f"{point.key}/{field.name}", ""),
            }
            for field in point.fields
        ],
    }
