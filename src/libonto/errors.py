"""The errors that libonto raises, each with what is wrong, where, and the next step.

::

    LibontoError
    ├── UsageError          a wrong command, option or parameter     exit 2, HTTP 400
    ├── SettingsError       a wrong settings file or variable        exit 2, HTTP 500
    ├── DataError           our own or an added data folder          exit 2, HTTP 500
    ├── InputError          what is to be judged                     exit 2
    │   ├── SyntaxFault     it cannot be parsed                      HTTP 400
    │   ├── FormatError     a format that is unknown or not ours     HTTP 415
    │   ├── TooLargeError   more than the limit                      HTTP 413
    │   ├── ProfileError    it can be parsed, but is no profile      HTTP 422
    │   └── NothingToAssess there was no candidate                   exit 3, HTTP 422
    ├── JudgeError          the SHACL engine did not judge           exit 2, HTTP 500
    ├── ReasonerError       the OWL reasoner is missing or failed    exit 2
    ├── RequestError        a request that cannot be answered
    │   ├── RefusedError    a query that reaches out or changes      HTTP 400
    │   ├── NotFoundError   nothing is there                         HTTP 404
    │   ├── MethodError     another method is needed                 HTTP 405
    │   ├── HeadTooLargeError  an address and headers over the limit HTTP 431
    │   ├── LateError       what was to be sent did not come         HTTP 408
    │   └── NotAcceptable   not in any of the forms asked for        HTTP 406
    └── ServiceError        the service cannot answer (now)          exit 2, HTTP 503
        ├── BusyError       too much at once: try again in a while   HTTP 503
        ├── DeadlineError   it took longer than it may               HTTP 503
        ├── StoreError      the store could not answer               HTTP 502
        ├── AnswerTooLarge  more bytes than an answer may have       HTTP 507
        ├── MemoryLimitError  more memory than a worker may take     HTTP 507
        └── WorkerError     the process that worked on it ended      HTTP 500

Every message is a sentence of ``locales/``, so it can be said in kk, ru and en; ``str()``
gives the English one.
"""

from __future__ import annotations

import difflib
import errno
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from libonto.locales import library_words, sentence, size

LONGEST_VALUE = 200
_OUR_LISTS = {"allowed", "choices", "known"}
_REASONS: dict[int | None, str] = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.EISDIR: "folder",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EROFS: "read-only",
    errno.ENAMETOOLONG: "name",
    errno.EADDRINUSE: "in-use",
    errno.EADDRNOTAVAIL: "no-host",
    -2: "no-host",  # EAI_NONAME, of a name that no server of names knows
}
_ENGINES_NUMBER = re.compile(r"\(os error ([0-9]{1,4})\)$")
"""The RDF engine tells a system error's number in its text alone."""
_SPACES = re.compile(r"[\t\n\r\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class LibontoError(Exception):
    """What libonto raises; `key` names the sentence `errors.KEY`, `params` fill it in."""

    exit_status = 2

    def __init__(self, key: str, /, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(key)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled by what it holds, whatever a subclass is made from."""
        return type(self).__new__, (type(self),), vars(self)

    def message(self, lang: str) -> str:
        """The message in a language (kk, ru or en)."""
        return sentence(f"errors.{self.key}", lang, **self._values(lang))

    def _values(self, lang: str) -> dict[str, object]:
        """The values of the sentence; an error among them speaks the same language."""
        values = {
            name: value.message(lang) if isinstance(value, LibontoError) else value
            for name, value in self.params.items()
        }
        return values | _size(self.params, lang)

    def __str__(self) -> str:
        """The message in English."""
        return self.message("en")


class UsageError(LibontoError):
    """A wrong command, option or parameter."""


def nearest(name: str, names: Iterable[str], cutoff: float = 0.6) -> str:
    """The most similar of some names, from a likeness of `cutoff` (0 to 1) on; else empty."""
    return "".join(difflib.get_close_matches(name, [*names], n=1, cutoff=cutoff))


def unknown(
    key: str,
    value: str,
    known: Iterable[str],
    *,
    like: str | None = None,
    cutoff: float = 0.5,
    **params: object,
) -> UsageError:
    """That a name is none of the known ones: `KEY-nearest` with the most similar, else `KEY`.

    `like` is the part of the name to compare, the whole by default; `cutoff` the likeness from
    0 to 1 from which a name is proposed.
    """
    names = [*known]
    near = nearest(like or value, names, cutoff)
    params = {"value": value, "nearest": near, "known": ", ".join(names), **params}
    return UsageError(f"{key}-nearest" if near else key, **params)


class SettingsError(LibontoError):
    """A settings file or an environment variable that cannot be used."""


class DataError(LibontoError):
    """A data folder, ours or an added one, that is incomplete or contradicts itself."""


class JudgeError(LibontoError):
    """The SHACL engine failed, or did not look at what it was asked to look at."""


class ReasonerError(LibontoError):
    """The OWL reasoner, or the Java that it needs, is not there; or it could not reason."""


class RequestError(LibontoError):
    """A request over HTTP that cannot be answered, or not so."""


class RefusedError(RequestError):
    """A query that would reach outside the graph, change something, or do harm."""


class NotFoundError(RequestError):
    """Nothing has this address."""


class MethodError(RequestError):
    """This address is for other methods; `allowed` names them."""

    def __init__(self, key: str, /, *, allowed: str, **params: object) -> None:
        super().__init__(key, allowed=allowed, **params)
        self.allowed = allowed


class HeadTooLargeError(RequestError):
    """The address and the headers of a request have more bytes than the limit."""


class LateError(RequestError):
    """What was to be sent did not arrive in time."""


class NotAcceptable(RequestError):
    """None of the forms that are asked for can be given."""


class ServiceError(LibontoError):
    """The service cannot answer, or not now."""


class BusyError(ServiceError):
    """There is too much to do at once; `seconds` is when to try again."""

    def __init__(self, key: str, /, *, seconds: int, **params: object) -> None:
        super().__init__(key, seconds=seconds, **params)
        self.seconds = seconds


class DeadlineError(ServiceError):
    """It took longer than it may, and was ended."""


class StoreError(ServiceError):
    """The store failed, or its answer cannot be trusted to be whole."""


class AnswerTooLarge(ServiceError):
    """The answer has more bytes than the limit; no part of it is given."""


class MemoryLimitError(ServiceError):
    """It needed more memory than a worker may take."""


class WorkerError(ServiceError):
    """The process that worked on it ended; `status` is minus the signal, where known."""

    def __init__(self, status: int | None, key: str = "worker-ended") -> None:
        super().__init__(key)
        self.status = status


class InputError(LibontoError):
    """Something is wrong with what is to be judged; `source` names the file."""

    source: str | None = None

    def message(self, lang: str) -> str:
        """The message in a language, the file first where it is known."""
        text = super().message(lang)
        return f"{printable(self.source)}: {text}" if self.source else text

    def _values(self, lang: str) -> dict[str, object]:
        return displayable(self.params, lang)


class SyntaxFault(InputError):
    """The input cannot be parsed; the message gives line and column where they are known."""


class FormatError(InputError):
    """A format that is unknown, or a form of input that is refused on purpose."""


class TooLargeError(InputError):
    """The input has more bytes, or is nested deeper, than the limit."""


class NothingToAssess(InputError):
    """The input holds no candidate, so nothing can be judged, and nothing passes."""

    exit_status = 3


def column_letters(index: int) -> str:
    """A column's name in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True)
class Place:
    """Where something stands; rows count from 1 as spreadsheets show them, columns from 0.

    `path` is the place in a JSON document, such as `work[0].position`.
    """

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: int | None = None
    heading: str = ""
    path: str = ""

    def at(self, column: int, heading: str = "") -> Place:
        """The same row in a column."""
        return Place(self.file, self.sheet, self.row, column, heading, self.path)

    @property
    def cell(self) -> str:
        """The cell's name, such as C5; the row's number where no column is meant."""
        letters = "" if self.column is None else column_letters(self.column)
        return f"{letters}{self.row}" if self.row else letters

    def __str__(self) -> str:
        """In no language: file, sheet and cell."""
        return ":".join(part for part in (self.file, self.sheet, self.cell, self.path) if part)

    def message(self, lang: str) -> str:
        """In words: the file, the sheet, the row, the column with its heading."""
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(sentence("interchange.place-sheet", lang, sheet=self.sheet))
        if self.row:
            parts.append(sentence("interchange.place-row", lang, row=self.row))
        if self.column is not None:
            key = "place-column" if self.heading else "place-column-bare"
            letters = column_letters(self.column)
            parts.append(sentence(f"interchange.{key}", lang, column=letters, heading=self.heading))
        parts += [on_one_line(self.path)] if self.path else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a profile: which candidate, which part of it, which property.

    Where its `place` is known, the message has that in their stead. `key` names a sentence of
    `errors.toml`, or of another file: `file.name`.
    """

    key: str
    candidate: str = ""
    part: str = ""
    number: int = 0
    property: str = ""
    source: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    place: Place | None = None

    def message(self, lang: str) -> str:
        """One line: the place, then what is wrong and what to do."""
        key = self.key if "." in self.key else f"errors.{self.key}"
        text = sentence(key, lang, **displayable(self.params, lang))
        if self.place is not None:
            return ": ".join(filter(None, (self.place.message(lang), text)))
        place = []
        if self.candidate:
            place.append(sentence("places.candidate", lang, candidate=on_one_line(self.candidate)))
        if self.part:
            place.append(sentence(f"places.{self.part}", lang, number=self.number))
        if self.property:
            place.append(on_one_line(self.property))
        source = printable(self.source)
        return ": ".join(filter(None, (source, ", ".join(place), text)))


class ProfileError(InputError):
    """The input can be parsed but is no well-formed profile; it has one problem at least.

    `more` says that there were others, too many to list.
    """

    def __init__(self, problems: Sequence[Problem], *, more: bool = False) -> None:
        self.problems = tuple(problems)
        self.more = more
        super().__init__(self.problems[0].key)

    def message(self, lang: str) -> str:
        """One line for each problem."""
        lines = [problem.message(lang) for problem in self.problems]
        if self.more:
            lines.append(sentence("errors.more-problems", lang))
        return "\n".join(lines)


def _size(params: Mapping[str, object], lang: str) -> dict[str, object]:
    """A limit of bytes among the values, as people write it."""
    limit = params.get("limit")
    return {"limit_size": size(limit, lang)} if isinstance(limit, int) else {}


def why(error: OSError | ValueError) -> LibontoError:
    """What the system says when a file cannot be read or written, as a sentence of ours."""
    number = error.errno if isinstance(error, OSError) else None
    if number is None and (match := _ENGINES_NUMBER.search(str(error))):
        number = int(match[1])
    if number in _REASONS:
        return LibontoError(f"os-{_REASONS[number]}")
    return LibontoError("os-other", detail=getattr(error, "strerror", None) or str(error))


def on_one_line(text: str) -> str:
    """A text from outside as a message can show it: short, and nothing that moves a cursor."""
    return printable(text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…")


def printable(text: str) -> str:
    """A text without line ends and without what a terminal could take for commands."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _SPACES.sub(" ", text))


def displayable(params: Mapping[str, object], lang: str) -> dict[str, object]:
    """The values of a sentence about an input: what comes from outside short and harmless.

    Of a mapping by language the language's own text is meant; our own lists stay whole.
    """
    values: dict[str, object] = {}
    for name, value in params.items():
        if isinstance(value, LibontoError):
            values[name] = on_one_line(value.message(lang))
        elif isinstance(value, Mapping):
            values[name] = value[lang]
        elif name == "detail":
            values[name] = on_one_line(library_words(str(value), lang))
        elif isinstance(value, str) and name not in _OUR_LISTS:
            values[name] = on_one_line(value)
        else:
            values[name] = value
    return values | _size(params, lang)
