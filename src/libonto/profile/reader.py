"""Reads candidates from documents, all or nothing.

One bad candidate, and a ProfileError lists every problem; no candidate at all, and
NothingToAssess is raised (contract, “Errors”).
"""

from __future__ import annotations

from collections.abc import Iterable

from libonto.errors import NothingToAssess, ProfileError
from libonto.locales import LANGUAGES
from libonto.profile.account import ProfileEntry, Unreadable
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.signatures import TrustedKeys
from libonto.profile.model import Candidate
from libonto.profile.raw import MOST_PROBLEMS, Problems
from libonto.profile.vocabulary import Vocabulary


class Reader:
    """Reads documents into candidates against one vocabulary."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        lang: str = LANGUAGES[0],
        *,
        trust: TrustedKeys | None = None,
    ) -> None:
        """Take the vocabulary that the profiles may use; `lang` is for what an import adds.

        `trust` are the keys by which signatures are verified.
        """
        self.trust = trust
        self.vocabulary = vocabulary
        self.lang = lang
        self.entries: list[ProfileEntry] = []
        """What was read last, with the account of it."""

    def read(self, documents: Iterable[Document], *, before: int = 0) -> list[Candidate]:
        """Every candidate of the documents; ProfileError, NothingToAssess, SyntaxFault, …

        `before` is how many candidates the input has before them, where they have no IRI.
        A document without a candidate is NothingToAssess, also where another one has some.
        """
        problems = Problems()
        without: list[NothingToAssess] = []
        self.entries = []
        intake = Intake(self.vocabulary, lang=self.lang, trust=self.trust, before=before)
        for entry in intake.documents(documents):
            self.entries.append(entry)
            for problem in (*entry.problems, *entry.lost):
                if not isinstance(problem, Unreadable):
                    problems.append(problem)
                elif isinstance(problem.error, NothingToAssess):
                    without.append(problem.error)
                elif problem.error:
                    raise problem.error
            if problems.full:
                break
        if problems:
            order: dict[tuple[str, str], int] = {}  # what concerns one candidate stands together
            problems.sort(key=lambda p: order.setdefault((p.source, p.candidate), len(order)))
            raise ProfileError(problems[:MOST_PROBLEMS], more=problems.full)
        candidates = [entry.candidate for entry in self.entries if entry.candidate]
        if without or not candidates:
            raise without[0] if without else NothingToAssess("no-candidate")
        return candidates
