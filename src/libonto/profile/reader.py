"""Reads candidates from documents, all or nothing.

One bad candidate, and a ProfileError lists every problem; no candidate at all, and
NothingToAssess is raised (contract, “Errors”).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

from libonto.errors import (
    InputError,
    NothingToAssess,
    Problem,
    ProfileError,
    SyntaxFault,
    on_one_line,
)
from libonto.locales import LANGUAGES
from libonto.profile.checks import Checker
from libonto.profile.document import Document, parts_of_one
from libonto.profile.from_json import JsonProfiles, is_plain
from libonto.profile.from_rdf import RdfProfiles
from libonto.profile.interchange.formats import FOREIGN, TABLES, foreign_kind
from libonto.profile.json_ld import (
    LossFinder,
    completed,
    own_context,
    refuse_remote_contexts,
    without_own_context,
)
from libonto.profile.model import Candidate
from libonto.profile.raw import MOST_PROBLEMS, Problems, RawCandidate
from libonto.profile.syntax import guess_format, read_json, read_rdf
from libonto.profile.vocabulary import Vocabulary


class Reader:
    """Reads documents into candidates against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, lang: str = LANGUAGES[0]) -> None:
        """Take the vocabulary that the profiles may use; `lang` is for what an import adds."""
        self.vocabulary = vocabulary
        self.lang = lang

    def read(self, documents: Iterable[Document], *, before: int = 0) -> list[Candidate]:
        """Every candidate of the documents; ProfileError, NothingToAssess, SyntaxFault, …

        `before` is how many candidates the input has before them, where they have no IRI.
        A document without a candidate is NothingToAssess, also where another one has some.
        """
        problems = Problems()
        raws: list[RawCandidate] = []
        without: list[NothingToAssess] = []
        documents = list(documents)
        joint = parts_of_one(documents)
        for document in documents:
            if document in joint[1:]:  # read together with the first of them
                continue
            try:
                if document in joint:
                    found = self._tables(joint, before + len(raws), problems)
                else:
                    found = self._document(document, before + len(raws), problems)
            except NothingToAssess as error:
                error.source = document.name or None
                without.append(error)
            except InputError as error:
                error.source = error.source or document.name or None
                raise
            else:
                raws += found
        self._check_unique(raws, problems)
        checker = Checker(self.vocabulary)
        candidates: list[Candidate] = []
        for raw in raws:
            candidate = checker.candidate(raw)
            candidates += [candidate] if candidate else []
            if checker.problems.full:
                break
        problems += checker.problems
        if problems:
            order: dict[tuple[str, str], int] = {}  # what concerns one candidate stands together
            problems.sort(key=lambda p: order.setdefault((p.source, p.candidate), len(order)))
            raise ProfileError(problems[:MOST_PROBLEMS], more=problems.full)
        if without or not raws:
            raise without[0] if without else NothingToAssess("no-candidate")
        return candidates

    def _document(self, document: Document, before: int, problems: Problems) -> list[RawCandidate]:
        """A document's candidates; `before` is how many the earlier documents had."""
        if not document.data.strip(b"\xef\xbb\xbf \t\r\n"):
            raise NothingToAssess("empty")
        format_ = document.format or guess_format(document.data, document.name)
        count = len(problems)
        hints: list[str] = []
        if format_ == "json" or format_ in FOREIGN:
            found, hints = self._json(document, before, problems)
        elif format_ in TABLES:
            found = self._tables([document], before, problems)
        else:
            found, hints = self._rdf(document.data, format_, document.name, problems)
        if not found and len(problems) == count:
            if hints:
                raise NothingToAssess("no-candidate-untyped", node=on_one_line(hints[0]))
            raise NothingToAssess("no-person" if format_ in TABLES else "no-candidate")
        return found

    def _rdf(
        self, data: bytes, format_: str, name: str, problems: Problems, *, alone: bool = True
    ) -> tuple[list[RawCandidate], list[str]]:
        profiles = RdfProfiles(read_rdf(data, format_), self.vocabulary, name)
        found = profiles.candidates()
        if not found and not alone:
            profiles.report_loose()
        problems += profiles.problems
        return found, profiles.untyped() if not found else []

    def _tables(
        self, documents: Sequence[Document], before: int, problems: Problems
    ) -> list[RawCandidate]:
        """The persons of a table, or of several that belong together: all or nothing."""
        from libonto.profile.interchange.tables import read_tables

        found: list[RawCandidate] = []
        for result in read_tables(
            [(BytesIO(document.data), document.name) for document in documents],
            self.vocabulary,
            format_=None if len(documents) > 1 else documents[0].format,
            encoding=documents[0].encoding,
            before=before,
        ):
            found += [result.raw] if result.raw else []
            problems += result.problems
            if problems.full:
                break
        return found

    def _json(
        self, document: Document, before: int, problems: Problems
    ) -> tuple[list[RawCandidate], list[str]]:
        value = read_json(document.data)
        if not isinstance(value, dict | list):
            raise SyntaxFault("json-top-level")
        foreign = document.format if document.format in FOREIGN else foreign_kind(value)
        if foreign:
            return self._foreign(value, foreign, document.name, before, problems), []
        refuse_remote_contexts(value)
        catalogue = self.vocabulary.graph.catalogue
        members = value if isinstance(value, list) else [value]
        members = [without_own_context(member, catalogue) for member in members]
        if members and not any(map(is_plain, members)):
            return self._json_ld(members, document.name, problems)
        plain = JsonProfiles(document.name)
        found: list[RawCandidate] = []
        hints: list[str] = []
        for place, member in enumerate(members, start=before + 1):
            if is_plain(member):
                candidate = plain.candidate(member, place)
                found += [candidate] if candidate else []
            else:
                more, untyped = self._json_ld([member], document.name, problems, alone=False)
                found, hints = found + more, hints + untyped
            if plain.problems.full:
                break
        problems += plain.problems
        return found, hints

    def _foreign(
        self, value: Any, kind: str, name: str, before: int, problems: Problems
    ) -> list[RawCandidate]:
        """The persons of a foreign document; a credential or job that is not taken is a problem."""
        from libonto.profile.interchange.foreign import ForeignReader

        found = []
        reader = ForeignReader(self.vocabulary, self.lang)
        for made in reader.read(value, kind, file=name, before=before):
            found.append(made.raw)
            problems += made.lost
        return found

    def _json_ld(
        self, members: list[Any], name: str, problems: Problems, *, alone: bool = True
    ) -> tuple[list[RawCandidate], list[str]]:
        own = own_context(self.vocabulary.graph.catalogue)
        value = completed(members, own)
        lost = list(islice(LossFinder(value, own, name).problems(), MOST_PROBLEMS + 1))
        if lost:
            problems += lost
            return [], []
        return self._rdf(json.dumps(value).encode(), "json", name, problems, alone=alone)

    def _check_unique(self, raws: Sequence[RawCandidate], problems: Problems) -> None:
        seen: dict[str, RawCandidate] = {}
        for raw in raws:
            if raw.iri is None or problems.full:
                continue
            if raw.iri in seen:
                params = {"other": seen[raw.iri].source or "-"}
                problems.append(
                    Problem("candidate-twice", candidate=raw.iri, source=raw.source, params=params)
                )
            seen.setdefault(raw.iri, raw)
