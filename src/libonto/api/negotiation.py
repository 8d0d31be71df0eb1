"""Content negotiation (RFC 9110, section 12): which of the forms that we have is wanted most."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from functools import lru_cache

from libonto.errors import NotAcceptable, UsageError

LONGEST = 4096
"""Characters of a header that are looked at."""
SMALLEST = 1024
"""Bytes from which on content is compressed."""
_LEVEL = 5


def ranges(header: str) -> tuple[tuple[str, float], ...]:
    """The ranges of an Accept header with their q-values (0 for one that is no number)."""
    return _ranges(header[:LONGEST])


def negotiate(accept: str | None, offers: Mapping[str, str], what: str) -> str:
    """The offer that is wanted most; NotAcceptable, with what there is of `what`, for none."""
    form = choose(accept, offers)
    if form is None:
        raise NotAcceptable("not-acceptable", what=what, known=", ".join(offers))
    return form


def form_of(
    format_: str | None,
    accept: str | None,
    offers: Mapping[str, str],
    what: str,
    names: Mapping[str, str],
) -> str:
    """The form that `format` names, for clients that cannot set Accept; else as `negotiate`.

    UsageError for what is neither one of `names` nor a media type.
    """
    if format_:
        accept = names.get(format_.lower(), format_ if "/" in format_ else "")
        if not accept:
            raise UsageError("format-param", value=format_, known=", ".join(names))
    return negotiate(accept, offers, what)


@lru_cache(maxsize=256)
def _ranges(header: str) -> tuple[tuple[str, float], ...]:
    accepted = []
    for item in header.split(","):
        name, *parameters = [part.strip().lower() for part in item.split(";")]
        if not name or len(name.split(None, 1)) > 1:
            continue
        pairs = (parameter.partition("=") for parameter in parameters)
        weights = (_weight(value) for key, _, value in pairs if key.rstrip() == "q")
        accepted.append((name, next(weights, 1.0)))
    return tuple(accepted)


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return min(weight, 1.0) if weight > 0 else 0.0  # NaN is above nothing


def quality(media_type: str, accepted: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """How much a media type is wanted, and how closely it is named (2 exactly, 0 by */*)."""
    closeness = {"*/*": 0, media_type.partition("/")[0] + "/*": 1, media_type: 2}
    named = ((closeness[name], weight) for name, weight in accepted if name in closeness)
    close, weight = max(named, default=(-1, 0.0))
    return weight, close


def choose(accept: str | None, offers: Mapping[str, str]) -> str | None:
    """The offer (media type → its name) that is wanted most; the first one where all are equal.

    None where none is acceptable. An absent or empty header accepts everything.
    """
    if not accept or not accept.strip():
        return next(iter(offers.values()))
    qualities = {media_type: quality(media_type, ranges(accept)) for media_type in offers}
    best = max(qualities, key=qualities.__getitem__)
    return offers[best] if qualities[best][0] > 0 else None


def accepts_gzip(header: str | None) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    if not header:
        return False
    weights = dict(ranges(header))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def gzipped(content: bytes) -> bytes:
    """The content in gzip (RFC 9110, 8.4.1.3); the same bytes for the same content."""
    return gzip.compress(content, _LEVEL, mtime=0)


def prefers_html(accept: str | None) -> bool:
    """Whether a page is wanted more than data: a browser asks for text/html by name."""
    if not accept:
        return False
    accepted = ranges(accept)
    weight, close = quality("text/html", accepted)
    data = ("text/turtle", "application/ld+json", "application/rdf+xml")
    rival = max(quality(name, accepted) for name in data)
    return close == 2 and weight > 0 and (weight, close) >= rival
