"""What if: parts of a profile that are assumed, written as on a command line.

``credential=LEVEL/FIELD[@DATE]``, ``knowledge=ITEM``, ``employment=POSITION@START..[END]``.
They are read and checked like a profile, so that they err with the same messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from libonto.errors import ProfileError, UsageError
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate, Credential, Employment
from libonto.profile.vocabulary import Vocabulary

_CREDENTIAL = re.compile(r"([^/@]+)/(.+?)(?:@([^@/]*))?")
_EMPLOYMENT = re.compile(r"(.+)@([^@]*?)(?:\.\.([^@]*))?")


@dataclass(frozen=True)
class Assumptions:
    """Credentials, employments and knowledge (IRIs) that are added to a profile."""

    credentials: tuple[Credential, ...] = ()
    employments: tuple[Employment, ...] = ()
    knowledge: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is assumed."""
        return bool(self.credentials or self.employments or self.knowledge)

    def added_to(self, candidate: Candidate) -> Candidate:
        """The candidate as if all of it were stated too."""
        return replace(
            candidate,
            credentials=(*candidate.credentials, *self.credentials),
            employments=(*candidate.employments, *self.employments),
            knowledge=tuple(sorted({*candidate.knowledge, *self.knowledge})),
        )


def read_assumptions(texts: Sequence[str], vocabulary: Vocabulary) -> Assumptions:
    """The assumptions that some texts state; UsageError for a form that is none, ProfileError."""
    parts = [_read(text, vocabulary) for text in texts]
    return Assumptions(
        credentials=tuple(c for part in parts for c in part.credentials),
        employments=tuple(e for part in parts for e in part.employments),
        knowledge=tuple(k for part in parts for k in part.knowledge),
    )


def _read(text: str, vocabulary: Vocabulary) -> Candidate:
    document = Document(json.dumps(_profile(text)).encode(), name=text, format="json")
    try:
        return Reader(vocabulary).read([document])[0]
    except ProfileError as error:
        problems = [replace(p, candidate="", part="", number=0) for p in error.problems]
        raise ProfileError(problems) from error


def _profile(text: str) -> dict[str, Any]:
    """A plain profile with the one part that a text states."""
    kind, _, value = text.partition("=")
    value = value.strip()
    if kind == "credential" and (match := _CREDENTIAL.fullmatch(value)):
        return {"credentials": [_part(level=match[1], field=match[2], awarded=match[3])]}
    if kind == "knowledge" and value:
        return {"knowledge": [value]}
    if kind == "employment" and (match := _EMPLOYMENT.fullmatch(value)):
        return {"employments": [_part(position=match[1], start=match[2], end=match[3] or None)]}
    raise UsageError("assumption-form", value=text)


def _part(**keys: str | None) -> dict[str, str]:
    return {key: value for key, value in keys.items() if value is not None}
