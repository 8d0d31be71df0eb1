"""Frameworks side by side: the crosswalk as a picture, a position beside one, foreign diplomas.

An address about a diploma names a country, a diploma of it or a level, and frameworks, and of the
day of the document only on which side of a change of numbers it lies: nothing of a person.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import Any

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.responses import Response

from libonto.crosswalk.answer import as_value, correspondences
from libonto.crosswalk.chains import Counterpart, Crosswalk, Relation
from libonto.crosswalk.coverage import as_value as as_comparison
from libonto.crosswalk.coverage import compare
from libonto.crosswalk.foreign import HOME, Abroad, Amount
from libonto.errors import NotFoundError, UsageError
from libonto.graph.formats import MEDIA_TYPES, SUFFIXES
from libonto.graph.terms import resource
from libonto.law.editions import today
from libonto.locales import sentence
from libonto.ontology.exports import export
from libonto.pages import choices
from libonto.pages.respond import OpenPage, PageOf, attachment
from libonto.pages.site import Page, Resource, two_lines

router = APIRouter(include_in_schema=False)

# --- the crosswalk ------------------------------------------------------------------------------

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
    lines: list[str]
    title: str
    x: int
    y: int


@router.get("/crosswalk")
async def crosswalk_page(page: PageOf) -> Response:
    """The picture, and what corresponds to the concept that was chosen."""
    return await asyncio.to_thread(_crosswalk, page)


def _crosswalk(page: OpenPage) -> Response:
    start = page.query.get("from", "")
    abroad = choices.abroad(page)
    crosswalk = abroad.crosswalk
    answer, problem, diplomas = None, "", None
    if start:
        try:
            answer = as_value(correspondences(page.graph, start=start), page.lang)
            start = answer["from"]["iri"]
            if abroad.is_level(start):
                diplomas = sum(map(len, abroad.on_level(start).values()))
        except UsageError as error:
            problem = error.message(page.lang)
    known = crosswalk.frameworks.all
    columns = {slug: _concepts(page, crosswalk, slug) for slug in COLUMNS}
    starts = [(iri, page.label(iri)) for iri in (*page.positions.iris, *columns["education"])]
    starts += [
        (iri, f"{page.label(known[slug].iri)}: {page.label(iri)}")
        for slug in _STARTS
        if slug in known
        for iri in columns.get(slug) or _concepts(page, crosswalk, slug)
        if crosswalk.links.get(iri)
    ]
    return page.answer(
        "crosswalk.html",
        chosen=start,
        relations=[relation.value for relation in Relation],
        answer=answer,
        diplomas=diplomas,
        frameworks={
            "education": page.say("crosswalk.education"),
            **{slug: page.label(framework.iri) for slug, framework in known.items()},
        },
        problem=problem,
        wide=_picture(page, crosswalk, columns, "wide", _WIDE),
        pairs=[
            _picture(page, crosswalk, {s: columns[s] for s in pair}, f"pair-{n}", _NARROW)
            for n, pair in enumerate(pairwise(COLUMNS))
        ],
        starts=[{"slug": iri, "label": label} for iri, label in starts],
    )


def _concepts(page: Page, crosswalk: Crosswalk, slug: str) -> list[str]:
    """A column's concepts, the highest first."""
    graph, framework = page.graph, crosswalk.frameworks.all.get(slug)
    if framework is None:
        iris = graph.instances("lo:EducationLevel")
    else:
        nodes = graph.subjects("skos:inScheme", framework.iri)
        iris = [node.value for node in nodes if isinstance(node, NamedNode)]
    return sorted(iris, key=lambda iri: -graph.number(iri, "schema:position"))


def _picture(
    page: Page, crosswalk: Crosswalk, columns: dict[str, list[str]], id_: str, size: Size
) -> dict[str, Any]:
    """Frameworks side by side: their headings with places, their concepts, and the mappings."""
    step = size.width + size.gap
    tallest = max(len(members) for members in columns.values())
    boxes = {}
    for number, members in enumerate(columns.values()):
        top = _TOP + (tallest - len(members)) * size.row // 2
        for row, iri in enumerate(members):
            label = page.label(iri)
            lines = two_lines(label, size.letters)
            boxes[iri] = Box(iri, lines, label, number * step, top + row * size.row)
    return {
        "id": id_,
        "heads": [
            (two_lines(page.say(f"crosswalk.{slug}"), size.letters), number * step)
            for number, slug in enumerate(columns)
        ],
        "boxes": list(boxes.values()),
        "lines": _lines(page, crosswalk, boxes, size),
        "width": len(columns) * step - size.gap,
        "height": _TOP + size.row * tallest + 8,
        "box": (size.width, size.box),
    }


def _lines(
    page: Page, crosswalk: Crosswalk, boxes: dict[str, Box], size: Size
) -> list[dict[str, Any]]:
    """The stated mappings between neighbours; the width of a line grows with its confidence."""
    lines = []
    for counterpart in crosswalk.stated_mappings():
        start, end = boxes.get(counterpart.start), boxes.get(counterpart.end)
        if start is None or end is None or abs(start.x - end.x) != size.width + size.gap:
            continue
        left, right = sorted((start, end), key=lambda box: box.x)
        predicate = counterpart.links[0].relation.predicate.rpartition("#")[2]
        relation = page.say(f"crosswalk.{predicate}")
        strength = page.number(counterpart.strength)
        lines.append(
            {
                "x1": left.x + size.width,
                "y1": left.y + size.box // 2,
                "x2": right.x,
                "y2": right.y + size.box // 2,
                "width": 1 + 3 * counterpart.strength,
                "title": f"{left.title} – {right.title}: {relation}, {strength}",
                "sure": counterpart.strength >= 0.8,
            }
        )
    return lines


# --- a position beside a framework --------------------------------------------------------------

_DEFAULT = "esco"
EXPORTS = {
    "elm": ("European Learning Model", "jsonld"),
    "ctdl": ("CTDL", "jsonld"),
    "schema.org": ("schema.org", "jsonld"),
    "protege": ("OWL (Protégé)", "owl"),
    "turtle": ("Turtle", "ttl"),
}
"""The forms that a position is offered in, with the end of the file's name."""
_BY_LANGUAGE = {"Vary": "Accept-Language"}


@router.get("/compare")
async def framework_page(page: PageOf) -> Response:
    """A position beside a framework: what is covered, what lacks; and the position as files."""
    positions = list(map(page.resource, page.positions.iris))
    position = page.query.get("position") or positions[0].slug
    framework = page.query.get("framework") or _DEFAULT
    comparison = await asyncio.to_thread(_beside, page, position, framework)
    return page.answer(
        "framework.html",
        section="/crosswalk",
        comparison=comparison,
        position=position,
        framework=framework,
        positions=positions,
        exports=EXPORTS,
        crosswalk_says=lambda key, **params: sentence(f"crosswalk.{key}", page.lang, **params),
        frameworks=_mapped(page),
    )


@router.get("/compare/{name}")
async def export_file(page: PageOf, name: str) -> Response:
    """`POSITION.FORM`: a position as a file of one of the exports, or its comparison as JSON."""
    slug, _, form = name.partition(".")
    if form == "json":
        framework = page.query.get("framework") or _DEFAULT
        comparison = await asyncio.to_thread(_beside, page, slug, framework)
        content, suffix = json.dumps(comparison, ensure_ascii=False, indent=2), "json"
    elif form in EXPORTS:
        content = await asyncio.to_thread(export, page.graph, slug, form, page.lang)
        suffix = EXPORTS[form][1]
    else:
        raise NotFoundError("nothing-there", path=page.request.url.path)
    stem = slug if suffix == form else f"{slug}-{form.replace('.', '-')}"
    return attachment(content, MEDIA_TYPES[SUFFIXES[suffix]], f"{stem}.{suffix}", _BY_LANGUAGE)


def _beside(page: Page, position: str, framework: str) -> dict[str, Any]:
    return as_comparison(compare(page.graph, position, framework), page.lang)


def _mapped(page: OpenPage) -> list[dict[str, str]]:
    """The frameworks to which something of a position is mapped, and those that have such parts."""
    crosswalk = choices.abroad(page).crosswalk
    frameworks = crosswalk.frameworks
    ends = {
        frameworks.of(match.end)
        for position in page.positions.iris
        for base in crosswalk.bases(position)
        for match in crosswalk.counterparts(base)
    } & frameworks.all.keys()
    return [
        {"slug": slug, "label": page.label(framework.iri)}
        for slug, framework in frameworks.all.items()
        if frameworks.named(slug) & ends and slug not in frameworks.of_countries
    ]


# --- a diploma from another country: what it is here, how surely, what must be recognised --------

MOST = 4
"""Frameworks beside one another."""
_HERE = "kz-nqf"


@router.get("/diploma")
async def diploma_page(page: PageOf) -> Response:
    """Country, diploma, what it amounts to, and frameworks side by side."""
    return await asyncio.to_thread(_diploma, page)


def _diploma(page: OpenPage) -> Response:
    abroad = choices.abroad(page)
    frameworks = abroad.crosswalk.frameworks
    level = _level(abroad, page.query.get("level", ""))
    country = page.query.get("country", "").upper() or (_country_of(abroad, level) if level else "")
    country = country if country in abroad.countries and country != HOME else ""
    diplomas = abroad.diplomas(country)
    diploma = next((d for d in diplomas if d.iri == page.query.get("diploma")), None)
    levels = diploma.levels if diploma else ()
    changes = abroad.changes(levels)
    awarded = _awarded(page, changes)
    amounts = [abroad.amount(of, awarded) for of in levels]
    ways = frozenset(way.end for amount in amounts for way in _ways(amount))
    own = [slug for slug in abroad.frameworks(country) if abroad.levels(slug)]
    known = [slug for slug in sorted(frameworks.of_countries) if abroad.levels(slug)]
    beside = [s for s in page.request.query_params.getlist("beside") if s in known]
    columns = [*dict.fromkeys([_HERE, *own, *beside])][:MOST]
    return page.answer(
        "diploma.html",
        country=country,
        country_iri=abroad.countries.get(country),
        countries=sorted(
            ({"slug": code, "label": page.label(iri)} for code, iri in abroad.countries.items()),
            key=lambda c: c["label"].casefold(),
        ),
        diplomas=choices.labelled_diplomas(page, diplomas),
        chosen=diploma,
        level="" if diploma else level,
        on_level=_on_level(page, abroad, level),
        periods=_periods(page, changes),
        awarded=awarded.isoformat() if awarded else "",
        amounts=[_amount(page, amount) for amount in amounts],
        compared=[page.label(c.end) for c in abroad.compared(diploma.iri)] if diploma else [],
        instruments=abroad.recognition(country, today(), ways) if country else [],
        instrument_type=lambda slug: page.label(resource("instrument-type", slug).value),
        caveats=frameworks.caveats(frozenset([*abroad.frameworks(country), _HERE]), page.lang),
        gaps=_gaps(page, abroad, country),
        columns=[(slug, page.label(frameworks.all[slug].iri)) for slug in columns],
        rows=_rows(page, abroad, columns, levels or (level,)),
        offered=[
            {"slug": slug, "label": page.label(frameworks.all[slug].iri)}
            for slug in known
            if slug not in own
        ],
        beside=[slug for slug in columns if slug not in own and slug != _HERE],
        most_beside=MOST - len({_HERE, *own}),
    )


def _level(abroad: Abroad, name: str) -> str:
    """The IRI of the level that is named; nothing where no diploma can stand on it."""
    if not name:
        return ""
    try:
        level = abroad.crosswalk.frameworks.concept(name)
    except UsageError:
        return ""  # as for a country or a diploma that is not known, nothing is chosen
    return level if abroad.is_level(level) else ""


def _country_of(abroad: Abroad, level: str) -> str:
    """The country whose framework a level belongs to; nothing for the EQF's."""
    slug = abroad.crosswalk.frameworks.of(level)
    return next((c for c in abroad.countries if slug in abroad.frameworks(c)), "")


def _on_level(page: Page, abroad: Abroad, level: str) -> list[tuple[str, str, list[Resource]]]:
    """By country, its code and its diplomas on a level."""
    countries = [
        (code, page.label(abroad.countries[code]), choices.labelled_diplomas(page, diplomas))
        for code, diplomas in (abroad.on_level(level) if level else {}).items()
    ]
    return sorted(countries, key=lambda country: country[1].casefold())


def _awarded(page: Page, changes: list[date]) -> date | None:
    """The side of a change that is chosen; without one the days since the last change."""
    offered = [day for change in changes for day in (change - timedelta(days=1), change)]
    side = page.query.get("awarded", "")
    return next((d for d in offered if d.isoformat() == side), offered[-1] if offered else None)


def _periods(page: Page, changes: list[date]) -> list[dict[str, str]]:
    periods = []
    for change in changes:
        day, before = page.day(change), (change - timedelta(days=1)).isoformat()
        periods.append({"slug": before, "label": page.say("diploma.before", day=day)})
        periods.append({"slug": change.isoformat(), "label": page.say("diploma.since", day=day)})
    return periods


def _ways(amount: Amount) -> list[Counterpart]:
    """The ways from a level to our education: the sure one, else those that come near."""
    return [way for way in ([amount.sure] if amount.sure else amount.near) if way]


def _amount(page: Page, amount: Amount) -> dict[str, Any]:
    """What a level amounts to here, and each way to it with its weakest link."""
    ways = _ways(amount)
    state = "sure" if amount.sure else "near" if ways else "none"
    return {
        "level": amount.level,
        "state": "other-scale" if amount.other_scale else state,
        "eqf": page.label(amount.eqf.end) if amount.eqf else "",
        "education": ", ".join(page.label(way.end) for way in ways),
        "ways": [
            (way.links, min(way.links, key=lambda link: link.mapping.confidence)) for way in ways
        ],
    }


def _gaps(page: Page, abroad: Abroad, country: str) -> list[str]:
    """What was looked for of the country and its frameworks, and not found."""
    all_ = abroad.crosswalk.frameworks.all
    about = [abroad.countries.get(country, ""), *(all_[s].iri for s in abroad.frameworks(country))]
    gaps = (page.graph.subject_iris("lo:gapFor", iri) for iri in about if iri)
    return sorted(set(chain.from_iterable(gaps)))


def _rows(
    page: Page, abroad: Abroad, columns: list[str], marked: tuple[str, ...]
) -> list[tuple[str, str, list[list[dict[str, Any]]]]]:
    """The EQF's levels, the highest first, each with the levels that correspond to it."""
    crosswalk = abroad.crosswalk
    placed: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for slug in columns:
        for level in reversed(abroad.levels(slug)):
            for link in crosswalk.links.get(level, ()):
                if crosswalk.frameworks.of(link.end) != "eqf":
                    continue
                relation = page.say(f"crosswalk.{link.relation.value}")
                pair = f"{page.label(level)} – {page.label(link.end)}"
                cell = {
                    "iri": level,
                    "code": crosswalk.frameworks.code(level) or page.label(level),
                    "title": f"{pair}: {relation}, {page.number(link.mapping.confidence)}",
                    "sure": link.relation in (Relation.EXACT, Relation.CLOSE),
                    "chosen": level in marked,
                }
                placed.setdefault((link.end, slug), []).append(cell)
    eqf = reversed(abroad.levels("eqf"))
    return [(e, page.label(e), [placed.get((e, slug), []) for slug in columns]) for e in eqf]
