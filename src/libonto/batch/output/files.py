"""Writes the output, whole: the rows of all parts, what is wrong, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from libonto.batch.join import Placed, copy_rows, rows_of
from libonto.batch.judge import BatchJudge
from libonto.batch.model import Fault, Order, Result, Source
from libonto.batch.output.faults import Faults, More
from libonto.batch.output.rows import Rows, line
from libonto.batch.task_log import foreign_terms
from libonto.errors import UsageError
from libonto.files import written_whole

ERROR_COLUMNS = ("file", "sheet", "row", "column", "candidate", "message")
_LIST_HEAD = line(ERROR_COLUMNS).encode()


def write(
    order: Order,
    judge: BatchJudge,
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
    passed_over = chain(
        foreign_terms(result.tally.foreign, sources, order.lang),
        Faults(sources, pieces, [None] * len(pieces), "passed_over"),
    )
    with written_whole(order.output) as file:
        _write_output(order, judge, pieces, faults, file)
    errors, others = list_paths(order.output)
    in_a_sheet = order.form == "xlsx"
    result.listed = order.output if in_a_sheet and result.faults else None
    result.listed = result.listed or _listed(errors, [] if in_a_sheet else faults)
    result.passed_over = _listed(others, passed_over)
    return result


def _listed(path: Path, faults: Iterable[Fault]) -> Path | None:
    """Write a list; one of an earlier run goes where there is nothing to list."""
    found = iter(faults)
    first = next(found, None)
    if first is None:
        check_list(path)
        path.unlink(missing_ok=True)
        return None
    with written_whole(path) as file:
        file.write(_LIST_HEAD)
        for fault in chain([first], found):
            row = str(fault.row or "")
            cells = (fault.source, fault.sheet, row, fault.column, fault.candidate)
            file.write(line((*cells, fault.message)).encode())
    return path


def _write_output(
    order: Order,
    judge: BatchJudge,
    pieces: Sequence[Placed],
    faults: Iterable[Fault],
    file: BinaryIO,
) -> None:
    if order.form == "xlsx":
        from libonto.batch.output.workbook import Book

        Book(order, judge).write(_lines(pieces), _lines(pieces), faults, file)
        return
    if order.form == "parquet":
        from libonto.batch.output.parquet import write_parquet

        write_parquet((rows_of(piece) for piece in pieces), file)
        return
    if order.form == "csv":
        file.write(Rows.heading().encode())
    elif order.form == "turtle":
        from libonto.batch.output.objects import prefixes

        file.write(prefixes(judge))
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
    if order.form == "xlsx" and find_spec("xlsxwriter") is None:
        raise UsageError("tables-missing")


def list_paths(output: Path) -> tuple[Path, Path]:
    """The files that list what is wrong with the input, and what of it was passed over.

    No other output has the same ones.
    """
    errors, others = (output.name + ending for ending in (".errors.csv", ".passed-over.csv"))
    return output.with_name(errors), output.with_name(others)


def check_list(path: Path) -> None:
    """UsageError where something else than such a list stands in its place."""
    try:
        with path.open("rb") as file:
            if file.read(len(_LIST_HEAD)) == _LIST_HEAD:
                return
    except FileNotFoundError:
        return
    except OSError:  # no file, or not ours to read: it is told in the same words
        pass
    raise UsageError("batch-foreign-file", path=str(path))
