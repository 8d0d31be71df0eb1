"""A diploma from another country: what it is here, how surely, and what must be recognised.

The address names a country, a diploma of it or a level, and frameworks, and of the day of the
document only on which side of a change of numbers it lies: nothing of a person.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from libonto.crosswalk.chains import Counterpart, Crosswalk, Relation
from libonto.crosswalk.foreign import HOME, Abroad, Amount, Diploma
from libonto.errors import UsageError
from libonto.law.editions import today
from libonto.pages.choices import named
from libonto.pages.respond import html, opened
from libonto.pages.site import Item, Page

router = APIRouter(include_in_schema=False)
MOST = 4
"""Frameworks beside one another."""
_HERE = "kz-nqf"


@dataclass(frozen=True)
class Cell:
    """A level of a framework in the row of the EQF level that it corresponds to."""

    iri: str
    code: str
    title: str
    sure: bool
    chosen: bool


@router.get("/diploma")
async def diploma_page(request: Request) -> Response:
    """Country, diploma, what it amounts to, and frameworks side by side."""
    page = opened(request)
    beside = request.query_params.getlist("beside")
    return html(await asyncio.to_thread(_content, page, beside), page)


def _content(page: Page, beside: list[str]) -> str:
    abroad = Abroad(Crosswalk(page.site.graph))
    level = _level(abroad, page.query.get("level", ""))
    country = page.query.get("country", "").upper() or (_country_of(abroad, level) if level else "")
    country = country if country in abroad.countries and country != HOME else ""
    diplomas = abroad.diplomas(country)
    chosen = next((d for d in diplomas if d.iri == page.query.get("diploma")), None)
    changes = abroad.changes(chosen.levels) if chosen else []
    awarded = _awarded(page, changes)
    own = [slug for slug in abroad.frameworks(country) if abroad.levels(slug)]
    known = [s for s in sorted(abroad.crosswalk.frameworks.of_countries) if abroad.levels(s)]
    shown = [*dict.fromkeys([_HERE, *own, *(s for s in beside if s in known)])][:MOST]
    return page.render(
        "diploma.html",
        country=country,
        countries=sorted(
            ({"slug": code, "label": page.label(iri)} for code, iri in abroad.countries.items()),
            key=lambda c: c["label"].casefold(),
        ),
        diplomas=[{"slug": d.iri, "label": named(page, d)} for d in diplomas],
        chosen=chosen,
        level=level if chosen is None else "",
        on_level=_on_level(page, abroad, level),
        periods=_periods(page, changes),
        awarded=awarded.isoformat() if awarded else "",
        found=_found(page, abroad, country, chosen, awarded) if chosen else None,
        instruments=[
            {
                "iri": i.iri,
                "kind": page.label_of("instrument-type", i.kind),
                "since": i.since,
                "force_seen": i.force_seen,
                "what": _definition(page, i.iri),
            }
            for i in abroad.recognition(country, today(), _education(abroad, chosen, awarded))
        ]
        if country
        else [],
        caveats=abroad.crosswalk.frameworks.caveats(
            frozenset([*abroad.frameworks(country), _HERE]), page.lang
        ),
        gaps=_gaps(page, abroad, country),
        columns=[(s, page.label(abroad.crosswalk.frameworks.all[s].iri)) for s in shown],
        rows=_rows(page, abroad, shown, chosen.levels if chosen else (level,)),
        offered=[
            {"slug": s, "label": page.label(abroad.crosswalk.frameworks.all[s].iri)}
            for s in known
            if s not in own
        ],
        beside=[s for s in shown if s not in own and s != _HERE],
        room=MOST - len({_HERE, *own}),
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


def _on_level(page: Page, abroad: Abroad, level: str) -> list[tuple[str, str, list[Item]]]:
    """By country, its code and its diplomas on a level."""
    found = abroad.on_level(level).items() if level else ()
    names = [
        (code, page.label(abroad.countries[code]), [Item(d.iri, named(page, d), "") for d in ds])
        for code, ds in found
    ]
    return sorted(names, key=lambda country: country[1].casefold())


def _definition(page: Page, iri: str) -> str:
    return page.site.graph.definitions(NamedNode(iri)).get(page.lang, "")


def _awarded(page: Page, changes: list[date]) -> date | None:
    """The side of a change that is chosen; without one the days since the last change."""
    offered = [day for change in changes for day in (change - timedelta(days=1), change)]
    side = page.query.get("awarded", "")
    return next((d for d in offered if d.isoformat() == side), offered[-1] if offered else None)


def _periods(page: Page, changes: list[date]) -> list[dict[str, str]]:
    found = []
    for change in changes:
        day, before = page.day(change), (change - timedelta(days=1)).isoformat()
        found.append({"slug": before, "label": page.say("diploma.before", day=day)})
        found.append({"slug": change.isoformat(), "label": page.say("diploma.since", day=day)})
    return found


def _education(abroad: Abroad, chosen: Diploma | None, awarded: date | None) -> frozenset[str]:
    """The levels of education that the diploma may come to; none where that is not known."""
    if chosen is None:
        return frozenset()
    amounts = [abroad.amount(level, awarded) for level in chosen.levels]
    ways = [w for a in amounts for w in ((a.sure,) if a.sure else a.near) if w]
    return frozenset(way.end for way in ways)


def _found(
    page: Page, abroad: Abroad, country: str, diploma: Diploma, awarded: date | None
) -> dict[str, Any]:
    graph = page.site.graph
    note = graph.translations(NamedNode(diploma.iri), "skos:editorialNote").get(page.lang)
    return {
        "label": page.label(diploma.iri),
        "kind": page.label(diploma.kind),
        "confirmation": diploma.confirmation,
        "note": note,
        "sources": graph.iris(NamedNode(diploma.iri), "dcterms:source"),
        "amounts": [_told(page, abroad.amount(level, awarded)) for level in diploma.levels],
        "compared": [page.label(c.end) for c in abroad.compared(diploma.iri)],
        "country": page.label(abroad.countries[country]),
    }


def _told(page: Page, amount: Amount) -> dict[str, Any]:
    ways = [amount.sure] if amount.sure else list(amount.near)
    return {
        "level": amount.level,
        "state": "other-scale"
        if amount.other_scale
        else "sure"
        if amount.sure
        else "near"
        if ways
        else "none",
        "eqf": page.label(amount.eqf.end) if amount.eqf else "",
        "ways": [_way(page, way) for way in ways if way],
    }


def _way(page: Page, way: Counterpart) -> dict[str, Any]:
    weakest = min(way.links, key=lambda link: link.mapping.confidence)
    return {
        "education": page.label(way.end),
        "iri": way.end,
        "steps": [
            {
                "from": page.label(link.start),
                "to": page.label(link.end),
                "relation": link.relation.value,
                "confidence": link.mapping.confidence,
                "confirmation": link.confirmation,
                "weakest": link is weakest,
                "sources": link.mapping.see_also,
            }
            for link in way.links
        ],
        "strength": way.strength,
        "confirmation": way.confirmation,
    }


def _gaps(page: Page, abroad: Abroad, country: str) -> list[tuple[str, str]]:
    """What was looked for of the country and its frameworks, and not found."""
    graph, all_ = page.site.graph, abroad.crosswalk.frameworks.all
    about = [abroad.countries.get(country, ""), *(all_[s].iri for s in abroad.frameworks(country))]
    found = {
        gap.value
        for iri in about
        if iri
        for gap in graph.subjects("lo:gapFor", NamedNode(iri))
        if isinstance(gap, NamedNode)
    }
    return [(page.label(gap), _definition(page, gap)) for gap in sorted(found)]


def _rows(
    page: Page, abroad: Abroad, shown: list[str], chosen: tuple[str, ...]
) -> list[tuple[str, str, list[list[Cell]]]]:
    """The EQF's levels, the highest first, each with the levels that correspond to it."""
    crosswalk = abroad.crosswalk
    placed: dict[tuple[str, str], list[Cell]] = {}
    for slug in shown:
        for level in reversed(abroad.levels(slug)):
            for link in crosswalk.links.get(level, ()):
                if crosswalk.frameworks.of(link.end) == "eqf":
                    sure = link.relation in (Relation.EXACT, Relation.CLOSE)
                    relation = page.say(f"crosswalk.{link.relation.value}")
                    strength = page.number(link.mapping.confidence)
                    pair = f"{page.label(level)} – {page.label(link.end)}"
                    cell = Cell(
                        iri=level,
                        code=crosswalk.frameworks.code(level) or page.label(level),
                        title=f"{pair}: {relation}, {strength}",
                        sure=sure,
                        chosen=level in chosen,
                    )
                    placed.setdefault((link.end, slug), []).append(cell)
    eqf = reversed(abroad.levels("eqf"))
    return [(e, page.label(e), [placed.get((e, slug), []) for slug in shown]) for e in eqf]
