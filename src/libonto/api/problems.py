"""Errors as `application/problem+json` (RFC 9457): one table from an error's class to a status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from libonto import errors
from libonto.errors import InputError, LibontoError, ProfileError, UsageError
from libonto.locales import sentence

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[LibontoError], int] = {
    LibontoError: 500,
    errors.UsageError: 400,
    errors.SettingsError: 500,
    errors.DataError: 500,
    errors.SyntaxFault: 400,
    errors.FormatError: 415,
    errors.TooLargeError: 413,
    errors.ProfileError: 422,
    errors.NothingToAssess: 422,
    errors.JudgeError: 500,
    errors.RequestError: 400,
    errors.RefusedError: 400,
    errors.NotFoundError: 404,
    errors.MethodError: 405,
    errors.HeadTooLargeError: 431,
    errors.LateError: 408,
    errors.NotAcceptable: 406,
    errors.ServiceError: 503,
    errors.BusyError: 503,
    errors.DeadlineError: 503,
    errors.StoreError: 502,
    errors.AnswerTooLarge: 507,
    errors.MemoryLimitError: 507,
    errors.WorkerError: 500,
}
"""The status of each class of errors; a class that is not here has that of the nearest above."""


class HttpProblem(LibontoError):
    """A response that is an error: its problem details in a language, and headers of its own."""

    def __init__(
        self, problem: dict[str, Any], lang: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(problem["detail"])
        self.problem = problem
        self.status: int = problem["status"]
        self.headers = {"Content-Language": lang, **(headers or {})}

    def message(self, lang: str) -> str:
        """The sentence of the problem details, in the language that they are in."""
        return str(self.problem["detail"])

    @property
    def body(self) -> bytes:
        """The problem details as JSON."""
        return json.dumps(self.problem, ensure_ascii=False).encode()


def http_problem(error: LibontoError, lang: str) -> HttpProblem:
    """The response to a request that ended in an error, in words if it is not yet."""
    if isinstance(error, HttpProblem):
        return error
    details, headers = problem_details(error, lang), {}
    if isinstance(error, errors.MethodError):
        headers["Allow"] = error.allowed
    if details["status"] == 503:
        headers["Retry-After"] = str(error.seconds if isinstance(error, errors.BusyError) else 5)
    if isinstance(error, errors.TooLargeError | errors.LateError):
        headers["Connection"] = "close"  # the rest of the body is not read
    return HttpProblem(details, lang, headers)


def problem_details(error: LibontoError, lang: str) -> dict[str, Any]:
    """An error as a problem details object, with each problem of a profile or the place."""
    status = next(STATUSES[class_] for class_ in type(error).__mro__ if class_ in STATUSES)
    details: dict[str, Any] = {
        "type": f"https://w3id.org/libonto/problem/{error.key}",
        "title": sentence(f"api.status-{status}", lang),
        "status": status,
        "detail": error.message(lang),
    }
    if isinstance(error, ProfileError):
        details["problems"] = [
            {
                "message": problem.message(lang),
                **({"candidate": problem.candidate} if problem.candidate else {}),
                **({"part": problem.part, "number": problem.number} if problem.part else {}),
                **({"property": problem.property} if problem.property else {}),
            }
            for problem in error.problems
        ]
    elif isinstance(error, InputError | UsageError) and "line" in error.params:
        place = (name for name in ("line", "column") if name in error.params)
        details |= {name: int(str(error.params[name])) for name in place}
    return details
