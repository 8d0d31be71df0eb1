"""Errors as `application/problem+json` (RFC 9457): one table from an error's class to a status."""

from __future__ import annotations

import json
from typing import Any

from libonto import errors
from libonto.errors import (
    BusyError,
    InputError,
    LateError,
    LibontoError,
    MethodError,
    ProfileError,
    TooLargeError,
    UsageError,
)
from libonto.locales import sentence

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[str, int] = {
    "UsageError": 400,
    "SettingsError": 500,
    "DataError": 500,
    "SyntaxFault": 400,
    "FormatError": 415,
    "TooLargeError": 413,
    "ProfileError": 422,
    "NothingToAssess": 422,
    "JudgeError": 500,
    "RequestError": 400,
    "RefusedError": 400,
    "NotFoundError": 404,
    "MethodError": 405,
    "LateError": 408,
    "NotAcceptable": 406,
    "ServiceError": 503,
    "BusyError": 503,
    "DeadlineError": 503,
    "StoreError": 502,
    "AnswerTooLarge": 507,
    "MemoryLimitError": 507,
    "WorkerError": 500,
}
"""The status of each class of errors; a class that is not here has that of the nearest above."""


class HttpProblem(Exception):
    """An answer that is an error: a status, its problem object, and headers of its own."""

    def __init__(self, status: int, problem: dict[str, Any], headers: dict[str, str]) -> None:
        """Take what will be answered."""
        super().__init__(problem.get("detail", ""))
        self.status = status
        self.problem = problem
        self.headers = headers

    @property
    def body(self) -> bytes:
        """The problem as JSON."""
        return json.dumps(self.problem, ensure_ascii=False).encode()


def status_of(name: str) -> int:
    """The status of an error's class, by the class's name."""
    class_ = getattr(errors, name, None)
    if isinstance(class_, type):
        for ancestor in class_.__mro__:
            if ancestor.__name__ in STATUSES:
                return STATUSES[ancestor.__name__]
    return STATUSES.get(name, 500)


def refusal(error: LibontoError | HttpProblem, lang: str) -> HttpProblem:
    """The answer to a request that ended in an error, in words if it is not yet."""
    if isinstance(error, HttpProblem):
        return error
    headers = {}
    if isinstance(error, MethodError):
        headers["Allow"] = error.allowed
    found = described(error, lang)
    if isinstance(error, BusyError):
        headers["Retry-After"] = str(error.seconds)
    elif status_of(found["class"]) == 503:
        headers["Retry-After"] = "5"
    if isinstance(error, TooLargeError | LateError):
        headers["Connection"] = "close"  # the rest of the body is not read
    return of_description(found, lang, headers)


def of_description(
    found: dict[str, Any], lang: str, headers: dict[str, str] | None = None
) -> HttpProblem:
    """The answer to an error that a worker has described."""
    status = status_of(found["class"])
    problem: dict[str, Any] = {
        "type": f"https://w3id.org/libonto/problem/{found['key']}",
        "title": sentence(f"api.status-{status}", lang),
        "status": status,
        "detail": found["message"],
    }
    for member in ("line", "column", "problems"):
        if member in found:
            problem[member] = found[member]
    return HttpProblem(status, problem, {"Content-Language": lang, **(headers or {})})


def described(error: LibontoError, lang: str) -> dict[str, Any]:
    """An error as plain values: its class by name, its sentence, and each problem of a profile."""
    found: dict[str, Any] = {
        "class": type(error).__name__,
        "key": error.key,
        "message": error.message(lang),
    }
    if isinstance(error, ProfileError):
        found["problems"] = [
            {
                "message": problem.message(lang),
                **({"candidate": problem.candidate} if problem.candidate else {}),
                **({"part": problem.part, "number": problem.number} if problem.part else {}),
                **({"property": problem.property} if problem.property else {}),
            }
            for problem in error.problems
        ]
    elif isinstance(error, InputError | UsageError) and "line" in error.params:
        found["line"] = int(str(error.params["line"]))
        if "column" in error.params:
            found["column"] = int(str(error.params["column"]))
    return found
