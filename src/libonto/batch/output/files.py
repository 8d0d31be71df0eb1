"""Writes the output, whole: the rows of all parts, what is wrong, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from libonto.batch.join import Placed, copy_rows, named, rows_of
from libonto.batch.model import Fault, Order, Result, Source
from libonto.batch.output.rows import Rows, line
from libonto.batch.panel import Panel
from libonto.batch.parts import written_whole
from libonto.errors import UsageError

ERROR_COLUMNS = ("file", "sheet", "row", "column", "candidate", "message")


def write(
    order: Order,
    panel: Panel,
    sources: Sequence[Source],
    pieces: Sequence[Placed],
    more: Sequence[tuple[int, Fault]],
) -> Result:
    """Write the output and the list of what is wrong; `more` are faults by the part's place."""
    result = Result()
    people: dict[int, int] = {}
    for piece in pieces:
        result.tally.add(piece.part.tally)
        for number, count in piece.part.people.items():
            of = sources[number].of
            people[number if of is None else of] = people.get(number, 0) + count
    result.empty = [
        source.name
        for source in sources
        if source.of is None and source.reader != "joined" and not people.get(source.number)
    ]
    faults = _Faults(sources, pieces, more)
    result.faults = faults.count()
    result.tally.wrong += len(more)
    with written_whole(order.output) as file:
        _write_output(order, panel, pieces, faults, file)
    errors = errors_path(order.output)
    if result.faults and order.form != "xlsx":
        with written_whole(errors) as file:
            file.write(line(ERROR_COLUMNS).encode())
            for fault in faults:
                row = str(fault.row or "")
                cells = (fault.source, fault.sheet, row, fault.column, fault.candidate)
                file.write(line((*cells, fault.message)).encode())
    else:
        errors.unlink(missing_ok=True)
    return result


def _write_output(
    order: Order,
    panel: Panel,
    pieces: Sequence[Placed],
    faults: Iterable[Fault],
    file: BinaryIO,
) -> None:
    if order.form == "xlsx":
        from libonto.batch.output.workbook import Book

        Book(order, panel).write(_lines(pieces), _lines(pieces), faults, file)
        return
    if order.form == "parquet":
        from libonto.batch.output.parquet import write_parquet

        write_parquet((rows_of(piece) for piece in pieces), file)
        return
    if order.form == "csv":
        file.write(Rows.heading().encode())
    elif order.form == "turtle":
        from libonto.batch.output.full import prefixes

        file.write(prefixes(panel))
    for piece in pieces:
        copy_rows(piece, file)


def _lines(pieces: Sequence[Placed]) -> Iterator[bytes]:
    for piece in pieces:
        yield from rows_of(piece).splitlines()


def check_size(order: Order, people: int) -> None:
    """UsageError for more candidates than the output can hold."""
    if order.form == "xlsx":
        from libonto.batch.output import workbook

        if people > workbook.MOST_ROWS:
            raise UsageError(
                "batch-too-many-rows", path=str(order.output), limit=workbook.MOST_ROWS
            )


def check_form(order: Order) -> None:
    """UsageError where a form of output cannot be written here."""
    if order.form == "parquet":
        from libonto.batch.output.parquet import check_installed

        check_installed()
    if order.form == "xlsx" and find_spec("openpyxl") is None:
        raise UsageError("tables-missing")


def errors_path(output: Path) -> Path:
    """The file that lists what is wrong with the input."""
    return output.with_name(output.name.partition(".")[0] + ".errors.csv")


class _Faults:
    """All that is wrong with the input, in its order."""

    def __init__(
        self, sources: Sequence[Source], pieces: Sequence[Placed], more: Iterable[tuple[int, Fault]]
    ) -> None:
        self._numbers = {source.name: source.number for source in sources if source.of is None}
        self._heads = {source.number: source.head.count(b"\n") for source in sources}
        self._pieces = pieces
        self._more: dict[int, list[Fault]] = {}
        for place, fault in more:
            self._more.setdefault(place, []).append(fault)

    def count(self) -> int:
        """How many there are."""
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Fault]:
        for place, piece in enumerate(self._pieces):
            found = [*piece.part.faults(), *self._more.get(place, [])]
            for fault in sorted(found, key=lambda fault: fault.row or 0):
                yield _placed(fault, piece, self._numbers, self._heads)


def _placed(
    fault: Fault, piece: Placed, numbers: Mapping[str, int], heads: Mapping[int, int]
) -> Fault:
    """A fault with its row counted from the start of its source, and everybody named."""
    row = fault.row
    if row is not None and not fault.sheet:
        number = numbers.get(fault.source, -1)
        row += piece.rows.get(number, 0) + heads.get(number, 0)
    candidate = named(fault.candidate.encode(), piece.before).decode()
    return Fault(fault.source, fault.message, candidate, fault.sheet, row, fault.column)
