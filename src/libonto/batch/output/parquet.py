"""Rows as Parquet, through pyarrow.

pyarrow and not polars: it is what other programs hand Parquet on with, it writes a file
row group by row group, and it reads our rows of CSV without Python touching a cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any, BinaryIO

from libonto.batch.output.rows import COLUMNS, SEPARATOR, Rows
from libonto.errors import UsageError

LISTS = ("gaps", "dependsOnReadings", "readings")
_BOOLEANS = ("asked", "target")
_WORDS = ("position", "category", "status", "edition", *LISTS)
"""Columns in which few different values stand."""


def check_installed() -> None:
    """UsageError where pyarrow is missing."""
    if find_spec("pyarrow") is None:
        raise UsageError("parquet-missing")


def write_parquet(parts: Iterable[bytes], file: BinaryIO) -> None:
    """Write rows of CSV, each part as a row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(pa)
    with pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=True) as writer:
        for rows in parts:
            if rows:
                writer.write_table(_table(pa, rows, schema))


def _schema(pa: Any) -> Any:
    types = {
        "earliestOn": pa.date32(),
        **{name: pa.bool_() for name in _BOOLEANS},
        **{name: pa.list_(pa.string()) for name in LISTS},
    }
    return pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])


def _table(pa: Any, rows: bytes, schema: Any) -> Any:
    import pyarrow.compute as pc
    import pyarrow.csv as pv

    plain = {name: pa.string() for name in COLUMNS}
    plain |= {"earliestOn": pa.date32(), **{name: pa.bool_() for name in _BOOLEANS}}
    plain |= {name: pa.dictionary(pa.int32(), pa.string()) for name in _WORDS}
    table = pv.read_csv(
        io.BytesIO(Rows.heading().encode() + rows),
        parse_options=pv.ParseOptions(newlines_in_values=True),
        convert_options=pv.ConvertOptions(
            column_types=plain, strings_can_be_null=False, null_values=[""]
        ),
    )
    columns = []
    for field in schema:
        column = table[field.name].combine_chunks()
        if field.name in LISTS:
            words = pc.split_pattern(column.dictionary, SEPARATOR)
            empty = pc.equal(column.dictionary, "")
            words = pc.if_else(empty, pa.scalar([], type=field.type), words)
            column = words.take(column.indices)
        elif field.name in _WORDS:
            column = column.dictionary_decode()
        columns.append(column)
    return pa.table(columns, schema=schema)
