"""The inputs of a batch: files, folders and standard input, compressed or not.

A compressed input, standard input, and what is not written in UTF-8 lines is first written
as a plain file in the run's folder, so that it can be read span by span.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from libonto.batch.model import BatchSource
from libonto.errors import FormatError, SyntaxFault, UsageError, why
from libonto.files import written_whole
from libonto.graph.formats import PROFILE_SUFFIXES, TABLES
from libonto.profile.document import KNOWN, guess_format, named_format
from libonto.profile.interchange.sheets import named_encoding

_LINES = {"jsonl", "ndjson", "jsonlines"}
"""The endings of files of JSON lines."""
_PACKED = {"gz", "bz2", "xz", "zst"}
_MAGIC = (
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
)
_TRIPLE = re.compile(rb'(<[^\x00-\x20<>"{}|^`\\]*>|_:\S+) <[^\x00-\x20<>"{}|^`\\]*> .*\.\s*(#.*)?')
START = 65536
_BLOCK = 1 << 20
_DAMAGED = (EOFError, lzma.LZMAError, zlib.error, ValueError)


def inputs(
    paths: Sequence[str], folder: Path, *, format_: str | None, encoding: str | None
) -> list[BatchSource]:
    """The inputs of a command line; UsageError for one that is unreadable.

    Standard input is written to `folder`. A folder stands for all files in it whose names
    have the ending of a format.
    """
    format_ = _named(format_) if format_ else None
    encoding = named_encoding(encoding) if encoding else ""
    sources: list[BatchSource] = []
    for path in paths:
        if path == "-":
            sources.append(_input("", _standard_input(folder), format_, encoding))
            continue
        try:
            files = _files(Path(path)) if Path(path).is_dir() else [Path(path)]
            sources += [_input(_printable(file), file, format_, encoding) for file in files]
        except (OSError, ValueError) as error:
            raise UsageError("unreadable", path=path, detail=why(error)) from error
    return sources


def _printable(path: Path) -> str:
    """A file's name as it can be written down; names of files need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def _named(name: str) -> str:
    if name.strip().lower() in _LINES:
        return "jsonl"
    try:
        return named_format(name)
    except FormatError as error:
        known = ", ".join((*KNOWN, "jsonl"))
        raise FormatError("format-unknown", name=name, known=known) from error


def _files(folder: Path) -> Iterator[Path]:
    known = {*_LINES, *PROFILE_SUFFIXES}
    for path in sorted(folder.rglob("*")):
        parts = path.name.lower().split(".")
        while len(parts) > 1 and parts[-1] in _PACKED:
            parts.pop()
        if path.is_file() and len(parts) > 1 and parts[-1] in known and parts[0]:
            yield path


def _standard_input(folder: Path) -> Path:
    if sys.stdin is None:
        raise UsageError("no-standard-input")
    path = folder / "source-stdin"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
    return path


def _input(name: str, path: Path, named: str | None, encoding: str) -> BatchSource:
    with path.open("rb") as file:
        start = file.read(START)
    compression = next((kind for magic, kind in _MAGIC if start.startswith(magic)), "")
    plain_name = name
    error: SyntaxFault | None = None
    if compression:
        try:
            start = _start(decompressed(path, compression, name))
        except (OSError, *_DAMAGED) as damage:
            start, error = b"", _broken(name, damage)
        parts = name.rpartition(".")
        plain_name = parts[0] if parts[2].lower() in _PACKED else name
    format_ = named or _guess(start, plain_name)
    return BatchSource(
        0, name, str(path), "", format_, encoding=encoding, compression=compression, error=error
    )


def decompressed(path: Path, compression: str, name: str) -> Iterator[bytes]:
    """The content of a compressed file, in blocks; EOFError, OSError, … where it is damaged."""
    with path.open("rb") as file:
        if compression == "bz2":
            yield from _streams(file, bz2.BZ2Decompressor, b"")
        elif compression == "xz":
            yield from _streams(file, lzma.LZMADecompressor, b"\0")
        else:
            with gzip.open(file) if compression == "gz" else _zstandard(file, name) as stream:
                while block := stream.read(_BLOCK):
                    yield block


def _streams(file: BinaryIO, decompressor: Any, padding: bytes) -> Iterator[bytes]:
    """The streams of a file, one after the other.

    The standard library's own files pass over what follows a stream and is not one: a second
    stream that is damaged would be lost without a word.
    """
    stream = decompressor()
    while True:
        block = b""
        if stream.eof:
            block = stream.unused_data.lstrip(padding)
            while not block:
                if not (more := file.read(_BLOCK)):
                    return
                block = more.lstrip(padding)
            stream = decompressor()
        elif stream.needs_input and not (block := file.read(_BLOCK)):
            raise EOFError("the end of the stream is missing")
        yield stream.decompress(block, _BLOCK)


def _zstandard(file: BinaryIO, name: str) -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise UsageError("zstandard-missing", path=name) from error
    return pyarrow.CompressedInputStream(file, "zstd")


def _start(blocks: Iterator[bytes]) -> bytes:
    start = b""
    for block in blocks:
        start += block
        if len(start) >= START:
            break
    return start[:START]


def _broken(name: str, error: Exception) -> SyntaxFault:
    fault = SyntaxFault("compressed-broken", detail=str(error))
    fault.source = name or None
    return fault


def write_decompressed(source: BatchSource, path: Path) -> None:
    """Write the content of a compressed file to a plain one; SyntaxFault where it is broken."""
    try:
        with written_whole(path) as file:
            file.writelines(decompressed(Path(source.path), source.compression, source.name))
    except (OSError, *_DAMAGED) as error:  # the system's own, in writing, are UsageErrors already
        raise _broken(source.name, error) from error


def _guess(start: bytes, name: str) -> str:
    """The format by the name, else by how the text begins."""
    extension = name.rpartition(".")[2].lower() if "." in Path(name).name else ""
    if extension in _LINES:
        return "jsonl"
    if extension in PROFILE_SUFFIXES:
        known = PROFILE_SUFFIXES[extension]
        return known if known in TABLES else guess_format(start, name)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"  # nothing but a table may be in UTF-16
    if start.startswith(b"PK\x03\x04"):
        return "ods" if b"opendocument.spreadsheet" in start[:200] else "xlsx"
    lines = [line for line in _lines(start) if line.strip() and not line.startswith(b"#")]
    if lines and all(_TRIPLE.fullmatch(line) for line in lines):
        return "nquads"
    format_ = guess_format(start, "")
    if format_ == "json" and len(lines) > 1 and all(_is_object(line) for line in lines[:2]):
        return "jsonl"
    if format_ == "trig" and lines and not re.search(rb"[{}<>]|^\s*@|PREFIX", b"\n".join(lines)):
        return "csv"
    return format_


def _lines(start: bytes) -> Iterable[bytes]:
    lines = start.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return lines[:-1][:20] if len(lines) > 1 else lines


def _is_object(line: bytes) -> bool:
    stripped = line.strip()
    return stripped.startswith(b"{") and stripped.endswith(b"}")
