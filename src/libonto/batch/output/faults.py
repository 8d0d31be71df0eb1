"""What is wrong with the input, in its order: read part by part, never held at once."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence

from libonto.batch.join import Placed, named
from libonto.batch.model import Fault, Source
from libonto.batch.parts import Part
from libonto.locales import sentence


class More:
    """What is wrong with those of a part who stand twice in the input."""

    def __init__(
        self, part: Part, sources: Sequence[str], people: Mapping[int, int], lang: str
    ) -> None:
        """Take the part in which they were judged, the sources' names, and who they are.

        `people` gives for each of them the source of another description.
        """
        self._part = part
        self._sources = sources
        self._people = people
        self._lang = lang

    def __len__(self) -> int:
        """How many they are."""
        return len(self._people)

    def faults(self) -> Iterator[Fault]:
        """One for each, in their order."""
        part = self._part
        names, rows = part.names(), part.numbers("places")
        sheets, owners = part.sheets(), part.owners()
        for person in sorted(self._people):
            beside = self._sources[self._people[person]] or "-"
            said = sentence("errors.candidate-twice", self._lang, other=beside)
            source, sheet = self._sources[owners[person]], sheets.get(person, "")
            yield Fault(source, said, names[person], sheet, rows[person] or None)


class Faults:
    """All that is wrong with the input, in its order; or all that was passed over."""

    def __init__(
        self,
        sources: Sequence[Source],
        pieces: Sequence[Placed],
        more: Sequence[More | None],
        section: str = "faults",
    ) -> None:
        """Take the sources, the parts with their `section`, and what else is wrong with each."""
        self._section = section
        self._numbers = {source.name: source.number for source in sources if source.of is None}
        self._heads = {source.number: source.head.count(b"\n") for source in sources}
        self._pieces = pieces
        self._more = more

    def count(self) -> int:
        """How many there are."""
        own = sum(piece.part.fault_count for piece in self._pieces)
        return own + sum(len(found) for found in self._more if found)

    def __iter__(self) -> Iterator[Fault]:
        """One after the other."""
        for piece, more in zip(self._pieces, self._more, strict=True):
            found: Iterator[Fault] = piece.part.faults(self._section)
            if more:
                found = heapq.merge(found, more.faults(), key=self._order)
            for fault in found:
                yield self._placed(fault, piece)

    def _order(self, fault: Fault) -> tuple[int, str, int]:
        return self._numbers.get(fault.source, 0), fault.sheet, fault.row or 0

    def _placed(self, fault: Fault, piece: Placed) -> Fault:
        """A fault with its row counted from the start of its source, and everybody named."""
        row = fault.row
        if row is not None and not fault.sheet:
            number = self._numbers.get(fault.source, -1)
            row += piece.rows.get(number, 0) + self._heads.get(number, 0)
        candidate, message = (
            named(text.encode(), piece.before).decode() for text in (fault.candidate, fault.message)
        )
        return Fault(fault.source, message, candidate, fault.sheet, row, fault.column)
