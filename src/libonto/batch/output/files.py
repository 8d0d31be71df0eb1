"""Writes the output, whole: the rows of all parts, what is wrong, and what it comes to.

Parquet is written by pyarrow and not polars: it is what other programs hand Parquet on with, it
writes a file row group by row group, and it reads our rows of CSV without Python touching a cell.
"""

from __future__ import annotations

import heapq
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from libonto.batch.judge import BatchJudge
from libonto.batch.model import BatchSource, Fault, Order, RunResult
from libonto.batch.output.forms import COLUMNS, HEADING, SEPARATOR, line
from libonto.batch.parts import PartFile, named
from libonto.batch.task_log import foreign_terms
from libonto.errors import UsageError
from libonto.files import written_whole
from libonto.locales import sentence

ERROR_COLUMNS = ("file", "sheet", "row", "column", "candidate", "message")
_LIST_HEAD = line(ERROR_COLUMNS).encode()
_LISTS = ("gaps", "dependsOnReadings", "readings")
_BOOLEANS = ("asked", "target")
_WORDS = ("position", "category", "status", "edition", *_LISTS)
"""Columns in which few different values stand."""

Doubled = Mapping[int, tuple[PartFile, Mapping[int, int]]]
"""By the place of a part, the part before persons who are listed twice were left out, and these
persons, each with the source of the other one."""


def write(
    order: Order,
    judge: BatchJudge,
    sources: Sequence[BatchSource],
    parts: Sequence[PartFile],
    doubled: Doubled,
) -> RunResult:
    """Write the output, and the lists of faults and of what was passed over."""
    result = RunResult()
    people: Counter[int] = Counter()
    for part in parts:
        result.tally.add(part.tally)
        for number, count in part.people.items():
            people[sources[number].origin] += count
    result.empty = [
        source.name
        for source in sources
        if source.of is None and source.reader != "joined" and not people[source.number]
    ]
    twice = sum(len(persons) for _, persons in doubled.values())
    result.faults = twice + sum(part.fault_count for part in parts)
    result.tally.wrong += twice
    lists = _Lists(sources, parts, order.lang)
    faults = lists.of("faults", doubled)
    in_a_sheet = order.form == "xlsx"
    with written_whole(order.output) as file:
        _write_output(order, judge, parts, faults, file)
    errors, others = list_paths(order.output)
    foreign = foreign_terms(result.tally.foreign, sources, order.lang)
    listed = _written(errors, [] if in_a_sheet else faults)
    result.listed = order.output if in_a_sheet and result.faults else listed
    result.passed_over = _written(others, chain(foreign, lists.of("passed_over", {})))
    return result


class _Lists:
    """The faults of the parts, or what was passed over: read one after the other."""

    def __init__(
        self, sources: Sequence[BatchSource], parts: Sequence[PartFile], lang: str
    ) -> None:
        self._sources = [source.name for source in sources]
        self._numbers = {source.name: source.number for source in sources if source.of is None}
        self._heads = {source.number: source.head.count(b"\n") for source in sources}
        self._parts = parts
        self._lang = lang

    def of(self, section: str, doubled: Doubled) -> Iterator[Fault]:
        """Those of a section, and of persons listed twice, in the order of the input."""
        for place, part in enumerate(self._parts):
            faults = part.faults(section)
            if place in doubled:
                faults = heapq.merge(faults, self._twice(*doubled[place]), key=self._order)
            for fault in faults:
                yield self._placed(fault, part)

    def _twice(self, part: PartFile, people: Mapping[int, int]) -> Iterator[Fault]:
        """The faults of the persons of a part who are listed twice."""
        names, rows = part.names(), part.numbers("places")
        sheets, owners = part.sheets(), part.owners()
        for person in sorted(people):
            beside = self._sources[people[person]] or "-"
            wording = sentence("errors.candidate-twice", self._lang, other=beside)
            source, sheet = self._sources[owners[person]], sheets.get(person, "")
            yield Fault(source, wording, names[person], sheet, rows[person] or None)

    def _order(self, fault: Fault) -> tuple[int, str, int]:
        return self._numbers.get(fault.source, 0), fault.sheet, fault.row or 0

    def _placed(self, fault: Fault, part: PartFile) -> Fault:
        """The fault, its row counted from the start of its source, each candidate numbered."""
        row = fault.row
        if row is not None and not fault.sheet:
            number = self._numbers.get(fault.source, -1)
            row += part.rows_before.get(number, 0) + self._heads.get(number, 0)
        candidate, message = (
            named(text.encode(), part.before).decode() for text in (fault.candidate, fault.message)
        )
        return replace(fault, row=row, candidate=candidate, message=message)


def _written(path: Path, faults: Iterable[Fault]) -> Path | None:
    """The path of a list, once it is written; an earlier one is deleted where it would be empty."""
    rest = iter(faults)
    first = next(rest, None)
    if first is None:
        check_list(path)
        path.unlink(missing_ok=True)
        return None
    with written_whole(path) as file:
        file.write(_LIST_HEAD)
        for fault in chain([first], rest):
            row = str(fault.row or "")
            cells = (fault.source, fault.sheet, row, fault.column, fault.candidate)
            file.write(line((*cells, fault.message)).encode())
    return path


def _write_output(
    order: Order,
    judge: BatchJudge,
    parts: Sequence[PartFile],
    faults: Iterable[Fault],
    file: BinaryIO,
) -> None:
    if order.form == "xlsx":
        from libonto.batch.output.workbook import Book

        Book(order, judge).write(_lines(parts), _lines(parts), faults, file)
        return
    if order.form == "parquet":
        _write_parquet((part.rows() for part in parts), file)
        return
    if order.form == "csv":
        file.write(HEADING.encode())
    elif order.form == "turtle":
        from libonto.batch.output.forms import prefixes

        file.write(prefixes(judge))
    for part in parts:
        part.copy_rows(file)


def _lines(parts: Sequence[PartFile]) -> Iterator[bytes]:
    for part in parts:
        yield from part.rows().splitlines()


def _write_parquet(parts: Iterable[bytes], file: BinaryIO) -> None:
    """Write rows of CSV, each part as a row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "earliestOn": pa.date32(),
        **{name: pa.bool_() for name in _BOOLEANS},
        **{name: pa.list_(pa.string()) for name in _LISTS},
    }
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    with pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=True) as writer:
        for rows in filter(None, parts):
            writer.write_table(_table(pa, rows, schema))


def _table(pa: Any, rows: bytes, schema: Any) -> Any:
    import pyarrow.compute as pc
    import pyarrow.csv as pv

    words = dict.fromkeys(_WORDS, pa.dictionary(pa.int32(), pa.string()))
    types = dict(zip(schema.names, schema.types, strict=True)) | words
    table = pv.read_csv(
        io.BytesIO(HEADING.encode() + rows),
        parse_options=pv.ParseOptions(newlines_in_values=True),
        convert_options=pv.ConvertOptions(
            column_types=types, strings_can_be_null=False, null_values=[""]
        ),
    )
    columns = []
    for field in schema:
        column = table[field.name].combine_chunks()
        if field.name in _LISTS:
            lists = pc.split_pattern(column.dictionary, SEPARATOR)
            empty = pc.equal(column.dictionary, "")
            lists = pc.if_else(empty, pa.scalar([], type=field.type), lists)
            column = lists.take(column.indices)
        elif field.name in _WORDS:
            column = column.dictionary_decode()
        columns.append(column)
    return pa.table(columns, schema=schema)


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
    if order.form == "parquet" and find_spec("pyarrow") is None:
        raise UsageError("parquet-missing")
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
