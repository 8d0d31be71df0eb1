"""Content negotiation (RFC 9110, section 12): which of the forms that we have is wanted most."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

_ITEM = re.compile(r"\s*([^;,\s]+)\s*((?:;[^,]*)?)\s*")
_QUALITY = re.compile(r";\s*q\s*=\s*([^;\s]*)", re.IGNORECASE)


LONGEST = 4096
"""Characters of a header that are looked at."""


@lru_cache(maxsize=256)
def ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their q-values, in lower case."""
    found = []
    for item in accept[:LONGEST].split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            continue
        quality = _QUALITY.search(match[2])
        try:
            weight = min(max(float(quality[1]), 0.0), 1.0) if quality else 1.0
        except ValueError:
            weight = 0.0
        found.append((match[1].lower(), weight))
    return tuple(found)


def quality(media_type: str, accepted: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """How much a media type is wanted, and how closely it is named (2 exactly, 0 by */*)."""
    best = (-1, 0.0)
    kind = media_type.partition("/")[0]
    for name, weight in accepted:
        if name == media_type:
            closeness = 2
        elif name == f"{kind}/*":
            closeness = 1
        elif name == "*/*":
            closeness = 0
        else:
            continue
        best = max(best, (closeness, weight))
    return best[1], best[0]


def choose(accept: str | None, offers: Mapping[str, str]) -> str | None:
    """The offer (media type → its name) that is wanted most; the first one where all are equal.

    None where none is acceptable. An absent or empty header accepts everything.
    """
    if not accept or not accept.strip():
        return next(iter(offers.values()))
    accepted = ranges(accept)
    best: tuple[float, int] = (0.0, -1)
    chosen = None
    for media_type, name in offers.items():
        wanted = quality(media_type, accepted)
        if wanted[0] > 0 and wanted > best:
            best, chosen = wanted, name
    return chosen


@lru_cache(maxsize=256)
def accepts_gzip(header: str | None) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    if not header:
        return False
    weights = dict(ranges(header))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def prefers_html(accept: str | None) -> bool:
    """Whether a page is wanted more than data: a browser asks for text/html by name."""
    if not accept:
        return False
    accepted = ranges(accept)
    html = quality("text/html", accepted)
    if html[1] != 2 or html[0] <= 0:
        return False
    rival = max(
        quality(name, accepted)
        for name in ("text/turtle", "application/ld+json", "application/rdf+xml")
    )
    return html >= rival
