"""Writes the output, whole: the rows of all parts, what is wrong, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from libonto.batch.join import Placed, copy_rows, rows_of
from libonto.batch.model import Fault, Order, Result, Source
from libonto.batch.output.faults import Faults, More
from libonto.batch.output.rows import Rows, line
from libonto.batch.panel import Panel
from libonto.errors import UsageError
from libonto.files import written_whole

ERROR_COLUMNS = ("file", "sheet", "row", "column", "candidate", "message")
_ERROR_HEAD = line(ERROR_COLUMNS).encode()


def write(
    order: Order,
    panel: Panel,
    sources: Sequence[Source],
    pieces: Sequence[Placed],
    more: Sequence[More | None],
) -> Result:
    """Write the output and the list of what is wrong; `more` is wrong beside it, part by part."""
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
    faults = Faults(sources, pieces, more)
    result.faults = faults.count()
    result.tally.wrong += sum(len(found) for found in more if found)
    with written_whole(order.output) as file:
        _write_output(order, panel, pieces, faults, file)
    errors = errors_path(order.output)
    result.listed = order.output if result.faults else None
    if result.faults and order.form != "xlsx":
        result.listed = errors
        with written_whole(errors) as file:
            file.write(_ERROR_HEAD)
            for fault in faults:
                row = str(fault.row or "")
                cells = (fault.source, fault.sheet, row, fault.column, fault.candidate)
                file.write(line((*cells, fault.message)).encode())
    elif errors.exists():
        check_errors_path(order.output)
        errors.unlink()
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
    """The file that lists what is wrong with the input: no other output has the same one."""
    return output.with_name(output.name + ".errors.csv")


def check_errors_path(output: Path) -> None:
    """UsageError where something else than such a list stands in its place."""
    path = errors_path(output)
    try:
        with path.open("rb") as file:
            if file.read(len(_ERROR_HEAD)) == _ERROR_HEAD:
                return
    except FileNotFoundError:
        return
    except OSError:  # no file, or not ours to read: it is told in the same words
        pass
    raise UsageError("batch-foreign-file", path=str(path))
