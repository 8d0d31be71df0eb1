"""The errors that libonto raises, each with what is wrong, where, and the next step.

::

    LibontoError
    ├── UsageError          a wrong command, option or parameter     exit 2, HTTP 400
    ├── SettingsError       a wrong settings file or variable        exit 2, HTTP 500
    ├── DataError           our own or an added data folder          exit 2, HTTP 500
    ├── InputError          what was given to be judged              exit 2
    │   ├── SyntaxFault     it cannot be parsed                      HTTP 400
    │   ├── FormatError     a format that is unknown or not ours     HTTP 415
    │   ├── TooLargeError   more than the limit                      HTTP 413
    │   ├── ProfileError    it can be parsed, but is no profile      HTTP 422
    │   └── NothingToAssess there was no candidate                   exit 3, HTTP 422
    └── JudgeError          the SHACL engine did not judge           exit 2, HTTP 500

Every message is a sentence of ``locales/``, so it can be said in kk, ru and en; ``str()``
gives the English one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from libonto.locales import sentence


class LibontoError(Exception):
    """What libonto raises; `key` names the sentence, `params` fill it in."""

    exit_status = 2

    def __init__(self, key: str, /, **params: object) -> None:
        """Take the sentence ``errors.KEY`` of the locales and the values it names."""
        self.key = key
        self.params = params
        super().__init__(key)

    def message(self, lang: str) -> str:
        """The message in a language (kk, ru or en)."""
        return sentence(f"errors.{self.key}", lang, **self.params)

    def __str__(self) -> str:
        """The message in English."""
        return self.message("en")


class UsageError(LibontoError):
    """A wrong command, option or parameter."""


class SettingsError(LibontoError):
    """A settings file or an environment variable that cannot be used."""


class DataError(LibontoError):
    """A data folder, ours or an added one, that is incomplete or contradicts itself."""


class JudgeError(LibontoError):
    """The SHACL engine failed, or did not look at what it was asked to look at."""


class InputError(LibontoError):
    """Something is wrong with what was given to be judged; `source` names the file."""

    source: str | None = None

    def message(self, lang: str) -> str:
        """The message in a language, the file first where it is known."""
        text = super().message(lang)
        return f"{self.source}: {text}" if self.source else text


class SyntaxFault(InputError):
    """The input cannot be parsed; the message gives line and column where they are known."""


class FormatError(InputError):
    """A format that is unknown, or a form of input that is refused on purpose."""


class TooLargeError(InputError):
    """The input has more bytes, or is nested deeper, than the limit."""


class NothingToAssess(InputError):
    """The input holds no candidate, so nothing can be judged, and nothing passes."""

    exit_status = 3


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a profile: which candidate, which part of it, which property."""

    key: str
    candidate: str = ""
    part: str = ""
    number: int = 0
    property: str = ""
    source: str = ""
    params: dict[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """One line: the place, then what is wrong and what to do."""
        place = []
        if self.candidate:
            place.append(sentence("places.candidate", lang, candidate=self.candidate))
        if self.part:
            place.append(sentence(f"places.{self.part}", lang, number=self.number))
        if self.property:
            place.append(self.property)
        said = sentence(f"errors.{self.key}", lang, **self.params)
        head = f"{self.source}: " if self.source else ""
        return head + (", ".join(place) + ": " + said if place else said)


class ProfileError(InputError):
    """The input can be parsed but is no well-formed profile; every problem is listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Take at least one problem."""
        self.problems = tuple(problems)
        super().__init__(self.problems[0].key)

    def message(self, lang: str) -> str:
        """One line for each problem."""
        return "\n".join(problem.message(lang) for problem in self.problems)
