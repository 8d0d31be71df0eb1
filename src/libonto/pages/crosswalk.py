"""The crosswalk as a picture of frameworks side by side, and the ways from one concept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import pairwise

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from libonto.crosswalk.answer import as_value, correspondences
from libonto.crosswalk.chains import Crosswalk, Relation
from libonto.crosswalk.foreign import Abroad
from libonto.errors import UsageError
from libonto.pages.home import described_positions
from libonto.pages.respond import html, opened
from libonto.pages.site import Page

router = APIRouter(include_in_schema=False)
COLUMNS = ("isced-2011", "education", "kz-nqf", "eqf", "qf-ehea")
"""The frameworks of the picture: neighbours are those between which mappings are stated."""
_STARTS = ("kz-nqf", "eqf", "qf-ehea", "isced-2011", "isco-08", "esco-occupations")
"""The frameworks whose concepts can be chosen, besides positions and levels of education."""
_TOP = 50


@dataclass(frozen=True)
class Size:
    """The measures of a picture in its own units; `letters` fit on a line of a box."""

    width: int
    gap: int
    row: int
    box: int
    letters: int


_WIDE = Size(width=168, gap=56, row=46, box=36, letters=21)
_NARROW = Size(width=156, gap=28, row=48, box=40, letters=19)
"""For two neighbours on a phone: as wide as its screen, with words of the same size."""


@dataclass(frozen=True)
class Box:
    """A concept in the picture; places are in the picture's own units."""

    iri: str
    lines: tuple[str, ...]
    title: str
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """A stated mapping between neighbours; `width` grows with its confidence."""

    x1: int
    y1: int
    x2: int
    y2: int
    width: float
    title: str
    sure: bool


@dataclass(frozen=True)
class Picture:
    """Frameworks side by side: their headings with places, their concepts, and the mappings."""

    id: str
    heads: list[tuple[tuple[str, ...], int]]
    boxes: list[Box]
    lines: list[Line]
    width: int
    height: int
    box: tuple[int, int]


@router.get("/crosswalk")
async def crosswalk_page(request: Request) -> Response:
    """The picture, and what corresponds to the concept that was chosen."""
    page = opened(request)
    chosen = request.query_params.get("from", "")
    content = await asyncio.to_thread(_content, page, chosen)
    return html(content, page)


def _content(page: Page, chosen: str) -> str:
    crosswalk = Crosswalk(page.site.graph)
    abroad = Abroad(crosswalk)
    answer, problem, diplomas = None, "", None
    if chosen:
        try:
            answer = as_value(correspondences(page.site.graph, start=chosen), page.lang)
            chosen = answer["from"]["iri"]
            if abroad.is_level(chosen):
                diplomas = sum(map(len, abroad.on_level(chosen).values()))
        except UsageError as error:
            problem = error.message(page.lang)
    columns = {slug: _concepts(page, crosswalk, slug) for slug in COLUMNS}
    starts = [(iri, page.label(iri)) for iri in described_positions(page)]
    starts += [(iri, page.label(iri)) for iri in columns["education"]]
    starts += [
        (iri, f"{page.label(crosswalk.frameworks.all[slug].iri)}: {page.label(iri)}")
        for slug in _STARTS
        if slug in crosswalk.frameworks.all
        for iri in columns.get(slug) or _concepts(page, crosswalk, slug)
        if crosswalk.links.get(iri)
    ]
    return page.render(
        "crosswalk.html",
        chosen=chosen,
        relations=[relation.value for relation in Relation],
        answer=answer,
        diplomas=diplomas,
        frameworks={
            "education": page.say("crosswalk.education"),
            **{slug: page.label(f.iri) for slug, f in crosswalk.frameworks.all.items()},
        },
        problem=problem,
        wide=_picture(page, crosswalk, columns, "wide", _WIDE),
        pairs=[
            _picture(page, crosswalk, {s: columns[s] for s in pair}, f"pair-{n}", _NARROW)
            for n, pair in enumerate(pairwise(COLUMNS))
        ],
        starts=[{"slug": iri, "label": label} for iri, label in starts],
    )


def _picture(
    page: Page, crosswalk: Crosswalk, columns: dict[str, list[str]], id_: str, size: Size
) -> Picture:
    places = _boxes(page, columns, size)
    step = size.width + size.gap
    return Picture(
        id=id_,
        heads=[
            (_cut(_heading(page, crosswalk, slug), size.letters), n * step)
            for n, slug in enumerate(columns)
        ],
        boxes=list(places.values()),
        lines=_lines(page, crosswalk, places, size),
        width=len(columns) * step - size.gap,
        height=_TOP + size.row * max(len(members) for members in columns.values()) + 8,
        box=(size.width, size.box),
    )


def _concepts(page: Page, crosswalk: Crosswalk, slug: str) -> list[str]:
    """A column's concepts, the highest first."""
    graph = page.site.graph
    framework = crosswalk.frameworks.all.get(slug)
    found = (
        [n.value for n in graph.subjects("skos:inScheme", NamedNode(framework.iri)) if _named(n)]
        if framework
        else graph.instances("lo:EducationLevel")
    )
    return sorted(found, key=lambda i: -graph.number(NamedNode(i), "schema:position"))


def _named(node: object) -> bool:
    return isinstance(node, NamedNode)


def _heading(page: Page, crosswalk: Crosswalk, slug: str) -> str:
    framework = crosswalk.frameworks.all.get(slug)
    return page.say(f"crosswalk.{slug}") if framework is None or slug in COLUMNS else slug


def _boxes(page: Page, columns: dict[str, list[str]], size: Size) -> dict[str, Box]:
    tallest = max(len(members) for members in columns.values())
    found = {}
    for number, members in enumerate(columns.values()):
        offset = (tallest - len(members)) * size.row // 2
        for row, iri in enumerate(members):
            label = page.label(iri)
            x, y = number * (size.width + size.gap), _TOP + offset + row * size.row
            found[iri] = Box(iri, _cut(label, size.letters), label, x, y)
    return found


def _cut(label: str, most: int) -> tuple[str, ...]:
    """A label on at most two lines of a box."""
    lines: list[str] = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], lines[1][: most - 1] + "…"]
    return tuple(lines)


def _lines(page: Page, crosswalk: Crosswalk, places: dict[str, Box], size: Size) -> list[Line]:
    found = []
    for counterpart in crosswalk.stated():
        start, end = places.get(counterpart.start), places.get(counterpart.end)
        if start is None or end is None or abs(start.x - end.x) != size.width + size.gap:
            continue
        left, right = sorted((start, end), key=lambda box: box.x)
        relation = page.say(
            f"crosswalk.{counterpart.links[0].relation.predicate.rpartition('#')[2]}"
        )
        found.append(
            Line(
                left.x + size.width,
                left.y + size.box // 2,
                right.x,
                right.y + size.box // 2,
                1 + 3 * counterpart.strength,
                f"{left.title} – {right.title}: {relation}, {page.number(counterpart.strength)}",
                counterpart.strength >= 0.8,
            )
        )
    return found
