"""Workbook files are ZIP archives: what they unpack to is measured before anyone opens them.

The declared sizes of an archive can lie, so each part is unpacked here in small pieces,
under one limit for all of them, and its real size must be the declared one. XML with a
document type declaration is refused.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from libonto.errors import FormatError, SyntaxFault, TooLargeError

MAX_PARTS = 5000
_CHUNK = 256 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED = 0x1


class Archive:
    """A ZIP archive whose parts unpack to at most `most` bytes together."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        """Read the directory; SyntaxFault when it is none, TooLargeError."""
        self._stream = stream
        self._most = most
        self._unpacked = 0
        try:
            with zipfile.ZipFile(stream) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SyntaxFault("workbook-broken", detail=str(error)) from error
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > most:
            raise TooLargeError("workbook-too-large", limit=most)
        self._infos = {info.filename: info for info in infos}
        if len(self._infos) < len(infos):
            raise SyntaxFault("workbook-broken", detail="a part stands twice in the archive")
        for info in infos:
            if info.flag_bits & _ENCRYPTED:
                raise FormatError("workbook-protected")
            for _ in self.pieces(info.filename):
                pass
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self._infos

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part's bytes, piece by piece; its real size must be the declared one."""
        info = self._infos[name]
        found = 0
        for piece in self._inflated(info):
            found += len(piece)
            self._unpacked += len(piece)
            if self._unpacked > self._most:
                raise TooLargeError("workbook-too-large", limit=self._most)
            yield piece
        if found != info.file_size:
            raise SyntaxFault("workbook-broken", detail=f"{name}: its size is not the stated one")

    def _inflated(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        self._stream.seek(info.header_offset)
        head = self._stream.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
            raise SyntaxFault("workbook-broken", detail=f"{info.filename}: no local header")
        *_, name_length, extra_length = _LOCAL.unpack(head)
        self._stream.seek(name_length + extra_length, io.SEEK_CUR)
        left = info.compress_size
        if info.compress_type == zipfile.ZIP_STORED:
            while left > 0 and (piece := self._stream.read(min(left, _CHUNK))):
                left -= len(piece)
                yield piece
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise FormatError("workbook-compression", name=info.filename)
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            while left > 0 and not inflater.eof and (data := self._stream.read(min(left, _CHUNK))):
                left -= len(data)
                while data and not inflater.eof:
                    yield inflater.decompress(data, _CHUNK)
                    data = inflater.unconsumed_tail
            while piece := inflater.decompress(inflater.unconsumed_tail, _CHUNK):
                yield piece
        except zlib.error as error:
            raise SyntaxFault("workbook-broken", detail=f"{info.filename}: {error}") from error

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Feed a part to a parser; SyntaxFault for bad XML and for a document type."""

        def refuse(*_: object) -> None:
            raise SyntaxFault("workbook-broken", detail=f"{name}: DOCTYPE")

        parser.StartDoctypeDeclHandler = refuse
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise SyntaxFault("workbook-broken", detail=f"{name}: {error}") from error
