"""How the inputs are cut into tasks: spans of long sources, and short ones taken together.

A span of lines ends where a candidate is likely to begin; a span of a table ends between two
persons. The cut of a source depends on nothing but its bytes and the size aimed at.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b, file_digest
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from libonto.batch.inputs import write_decompressed
from libonto.batch.model import BatchSource, ByteSpan, Task
from libonto.batch.tables import records
from libonto.batch.triples import MAX_STATEMENT
from libonto.errors import SyntaxFault, TooLargeError, UsageError, why
from libonto.files import written_whole
from libonto.graph.terms import NS, PREFIXES
from libonto.profile.document import FOREIGN, limit, parts_of_one, read_rdf_file
from libonto.profile.interchange.layout import Table, is_id, table_of
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import (
    MAX_LINE,
    delimited_sheet,
    ends_with_returns,
    is_blank,
)

LARGEST = 16 * 1024 * 1024
"""The most bytes that a task aims at, and that a document read at once may have."""
SMALLEST = 128 * 1024
_WINDOW = 256 * 1024
_BEGINS = re.compile(
    rb"\n(?=(<[^>\n]*>) <%stype> <%sCandidate> )" % (PREFIXES["rdf"].encode(), NS.encode())
)
READERS = {
    "ntriples": "triples",
    "nquads": "triples",
    "csv": "table",
    "tsv": "table",
    "jsonl": "lines",
    "xlsx": "book",
    "ods": "book",
}
"""How a source is read, by its format; another one is a document, or converted to triples."""
_LONGEST_LINES = {"triples": MAX_STATEMENT, "lines": MAX_LINE, "table": MAX_LINE}
_HEADING_LINES = 1_000
"""Lines among which the headings of a table are looked for."""
_MOST = LARGEST + 4 * 1024 * 1024
"""Bytes of a span beyond which some line must be too long."""


def sources_of(inputs: Sequence[BatchSource], folder: Path, names: Names) -> list[BatchSource]:
    """The sources with their readers; one that cannot be cut is converted, in `folder`.

    A broken one has its error as a source; raises it where all are broken.
    """
    sources: list[BatchSource] = []
    joined = parts_of_one([(source.name, source.format) for source in inputs])
    for number, source in enumerate(inputs):
        source = replace(source, number=number)
        try:
            source = _source(source, folder, names, joined)
        except (SyntaxFault, TooLargeError) as error:
            error.source = source.name or None
            source = replace(source, path="", reader="broken", error=error)
        sources.append(source)
    if all(source.error for source in sources) and sources[0].error:
        raise sources[0].error
    return sources


def _source(source: BatchSource, folder: Path, names: Names, joined: Sequence[int]) -> BatchSource:
    if source.error:
        raise source.error
    path = Path(source.path)
    if source.compression:
        path = _derived_path("plain", path, folder)
        if not path.exists():
            write_decompressed(source, path)
    size = path.stat().st_size
    reader = _reader(source.format, size)
    encoding = source.encoding if reader == "table" else ""
    source = replace(source, path=str(path), reader=reader, size=size, encoding=encoding)
    if source.number in joined:
        reader = "book" if source.number == min(joined) else "joined"
        return replace(source, reader=reader, joined=tuple(joined))
    if reader == "table":
        return _headed(source, folder, names)
    return _converted(source, folder) if reader == "converted" else source


def _derived_path(what: str, path: Path, folder: Path) -> Path:
    """The path of a file that is derived from another one, by a digest of that one's content.

    A resumed run finds the file of an earlier one, unless the input was exchanged.
    """
    with path.open("rb") as file:
        digest = file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()
    return folder / f"source-{what}-{digest}"


def _reader(format_: str, size: int) -> str:
    if format_ in READERS:
        return READERS[format_]
    if size <= LARGEST:
        return "document"
    if format_ != "json" and format_ not in FOREIGN:
        return "converted"
    if size > limit():
        raise TooLargeError("json-too-large", limit=limit())
    return "document"


def _converted(source: BatchSource, folder: Path) -> BatchSource:
    """A long Turtle, TriG or RDF/XML document as lines of N-Quads."""
    path = _derived_path("quads", Path(source.path), folder)
    if not path.exists():
        with written_whole(path) as file:
            for quad in read_rdf_file(Path(source.path), source.format):
                file.write(f"{quad} .\n".encode())
    return replace(source, path=str(path), reader="triples", size=path.stat().st_size)


def _headed(source: BatchSource, folder: Path, names: Names) -> BatchSource:
    """A table with its headings; one in UTF-16 is copied in UTF-8, with our line ends."""
    path = Path(source.path)
    with path.open("rb") as file:
        start = file.read(MAX_LINE)
    is_wide = start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or source.encoding == "utf-16"
    if is_wide or ends_with_returns(start):
        target = _derived_path("text", path, folder)
        if not target.exists():
            newline = None if ends_with_returns(start.replace(b"\0", b"")) else ""
            with (
                path.open(encoding="utf-16" if is_wide else "latin-1", newline=newline) as text,
                written_whole(target) as plain,
            ):
                _copy_text(text, plain, "utf-8" if is_wide else "latin-1")
        encoding = "" if is_wide else source.encoding
        source = replace(source, path=str(target), encoding=encoding, size=target.stat().st_size)
    with Path(source.path).open("rb") as stream:
        first = islice(_bounded(stream, source.size, MAX_LINE - 2), _HEADING_LINES)
        start = b"".join(line if len(line) < MAX_LINE else b"\n" for line in first)
    sheet = delimited_sheet(io.BytesIO(start), source.name, encoding=source.encoding or None)
    table = table_of(sheet, names)
    if table is None:
        return source
    if table.has_name and not table.has_id and source.size <= limit():
        return replace(source, reader="book")  # persons are told apart by the name, over all rows
    return replace(
        source,
        head=_head(Path(source.path), table),
        delimiter=sheet.delimiter,
        identifier=next((c.index for c in table.columns if is_id(c.meaning)), None),
    )


def _copy_text(text: TextIO, plain: BinaryIO, encoding: str) -> None:
    lines = 1
    try:
        while piece := text.read(1 << 20):
            lines += piece.count("\n")
            plain.write(piece.encode(encoding))
    except UnicodeDecodeError as error:
        raise SyntaxFault("encoding-wrong", line=lines, column=1, encoding="utf-16") from error


def _head(path: Path, table: Table) -> bytes:
    """The bytes up to and with the headings."""
    with path.open("rb") as file:
        head = b""
        for _ in range(table.heading_row):
            line = file.readline()
            head += line
            while head.count(b'"') % 2 and line:
                line = file.readline()
                head += line
    return head


def aim_of(sources: Sequence[BatchSource], jobs: int) -> int:
    """The bytes that a task aims at: a few tasks for each process, none of them large."""
    total = sum(source.size for source in sources)
    return max(SMALLEST, min(LARGEST, total // (jobs * 4) + 1))


def tasks_of(sources: Sequence[BatchSource], aim: int) -> list[Task]:
    """The tasks, in the order of the input."""
    groups: list[list[ByteSpan]] = []
    weight: int | None = None  # the next span begins a new group
    for source in sources:
        if source.joined and source.reader == "book":
            groups.append([ByteSpan(n, 0, sources[n].size, whole=True) for n in source.joined])
            weight = None
            continue
        for span in _spans(source, aim):
            size = span.end - span.start
            if weight is None or (weight and weight + size > aim):
                groups.append([])
                weight = 0
            groups[-1].append(span)
            weight = weight + size if span.whole else None
    return [Task(number, tuple(spans)) for number, spans in enumerate(groups)]


def _spans(source: BatchSource, aim: int) -> Iterator[ByteSpan]:
    if source.reader == "joined":
        return
    begin = len(source.head)
    if source.size - begin <= aim or source.reader in {"document", "book", "broken"}:
        yield ByteSpan(source.number, begin, source.size, whole=True)
        return
    for end in (_record_ends if source.reader == "table" else _line_ends)(source, aim):
        yield ByteSpan(source.number, begin, end)
        begin = end


def _line_ends(source: BatchSource, aim: int) -> Iterator[int]:
    """The ends of spans of lines: before a candidate's first line, if one is near."""
    with Path(source.path).open("rb") as file:
        end = aim
        while end < source.size:
            file.seek(end)
            window = file.read(_WINDOW)
            first = None
            if source.reader == "triples":
                first = next(filter(_is_first, _BEGINS.finditer(window)), None)
            if first:
                end += first.end()
            elif source.reader == "triples" and end + len(window) >= source.size:
                break  # the last candidate
            else:
                while window and b"\n" not in window:
                    end += len(window)
                    window = file.read(_WINDOW)
                end += window.find(b"\n") + 1
            if end >= source.size or not window:
                break
            yield end
            end += aim
    yield source.size


def _is_first(match: re.Match[bytes]) -> bool:
    """Whether the line above has another subject."""
    before = match.string.rfind(b"\n", 0, match.start()) + 1
    return not match.string[before : match.start()].startswith(match[1] + b" ")


def _record_ends(source: BatchSource, aim: int) -> Iterator[int]:
    """The ends of spans of a table: after the last row of a person."""
    with Path(source.path).open("rb") as file:
        begin = len(source.head)
        while begin + aim < source.size:
            file.seek(begin)
            data = file.read(aim)
            whole = data.rfind(b"\n") + 1
            if b'"' in data:  # a line end may stand within quotes
                whole = _whole_records(data[:whole], source.delimiter)
            file.seek(begin + whole)
            begin = _end_of_person(file, source)
            if begin >= source.size:
                break
            yield begin
    yield source.size


def _whole_records(data: bytes, delimiter: str) -> int:
    """How many bytes of some lines are whole records; the last one may go on."""
    sign = re.escape(delimiter.encode())
    rest = b"\n" + data
    for first in (b"\n", sign):
        rest = re.sub(rb'%s"(?:[^"]++|"")*+"(?=[%s\r\n])' % (first, sign), b"", rest)
    if b'"' not in rest:  # each cell that begins with a quote ends with one
        return len(data)
    lines = data.split(b"\n")[:-1]
    before = last = 0
    for end, _ in records((line.decode("latin-1") + "\n" for line in lines), delimiter):
        before, last = last, end
    return sum(len(line) + 1 for line in lines[:before])


def _end_of_person(file: BinaryIO, source: BatchSource) -> int:
    """From the end of a record on, the first place between two persons."""
    ends = [file.tell()]

    def lines() -> Iterator[str]:
        for line in _bounded(file, source.size, MAX_LINE):
            ends.append(file.tell())
            yield line.decode("latin-1")  # quotes and delimiters are ASCII in every encoding

    before = 0
    previous: str | None = None
    identifier = source.identifier
    for end, cells in records(lines(), source.delimiter):
        if identifier is None:
            return ends[end]
        texts = [
            cell.encode("latin-1").decode(source.encoding or "utf-8", errors="replace")
            for cell in cells or ()
        ]
        if not all(map(is_blank, texts)) or not cells:
            own = " ".join(texts[identifier].split()) if identifier < len(texts) else ""
            if previous is not None and (own != previous or not own):
                return ends[before]
            previous = own
        before = end
    return ends[-1]


def read_spans(sources: Sequence[BatchSource], task: Task) -> list[bytes]:
    """The bytes of a task's spans."""
    return [read_span(sources[span.source], span) for span in task.spans]


def read_span(source: BatchSource, span: ByteSpan) -> bytes:
    """The bytes of a span; of a line that is too long, only so many that it is seen to be."""
    if source.error is not None:
        return b""
    longest = _LONGEST_LINES.get(source.reader)
    try:
        with Path(source.path).open("rb") as file:
            file.seek(span.start)
            if longest is None or span.end - span.start <= _MOST:
                return file.read(span.end - span.start)
            return b"".join(_bounded(file, span.end, longest))
    except OSError as error:
        raise UsageError("unreadable", path=source.name, detail=why(error)) from error


def _bounded(file: BinaryIO, end: int, longest: int) -> Iterator[bytes]:
    while file.tell() < end and (line := file.readline(longest + 2)):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(_WINDOW)
        yield line if line.endswith(b"\n") or not rest else line + b"\n"
