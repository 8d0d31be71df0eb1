"""How the processes speak.

Server and worker: frames of a JSON header and a body of bytes; eight bytes give the two lengths.
A worker has run what came from outside, so nothing that it sends is ever unpickled. Server and
parent: lines of JSON, which wait where the socket has no room.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
from collections import deque
from time import monotonic
from typing import Any

_LENGTHS = struct.Struct("!II")
HEAD = _LENGTHS.size
NOTHING = b"{}"
AT_ONCE = 64 * 1024
"""Bytes of a body up to which it is sent together with its header."""

Header = dict[str, Any]

_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_value = json.JSONDecoder().decode


def encode(header: Header) -> bytes:
    """A header as it is sent."""
    return _text(header).encode() if header else NOTHING


def frame(header: bytes, body: bytes = b"") -> bytes:
    """A whole frame, of a header that has been encoded."""
    return _LENGTHS.pack(len(header), len(body)) + header + body


def decode(header: bytes | bytearray) -> Header:
    """A header; ValueError where it is not a JSON object."""
    if header == NOTHING:  # what most answers have to say beside their body
        return {}
    value = _value(header.decode())
    if not isinstance(value, dict):
        raise ValueError("a frame's header must be an object")
    return value


class Frames:
    """Frames out of bytes as they come, none longer than `most`."""

    def __init__(self, most: int = sys.maxsize) -> None:
        self._most = most
        self._buffer = bytearray()
        self._need = HEAD

    def __bool__(self) -> bool:
        """Whether there are bytes that have not been taken."""
        return bool(self._buffer)

    def add(self, data: bytes | memoryview) -> None:
        """Append some bytes."""
        self._buffer += data

    def take(self) -> tuple[Header, bytes] | None:
        """The next frame, None until it is whole; ValueError for one that is none."""
        buffer = self._buffer
        if len(buffer) < self._need:
            return None
        header_length, body_length = _LENGTHS.unpack_from(buffer)
        start = HEAD + header_length
        self._need = end = start + body_length
        if end > self._most:
            raise ValueError("a frame is too long")
        if len(buffer) < end:
            return None
        header, body = decode(buffer[HEAD:start]), bytes(buffer[start:end])
        del buffer[:end]
        self._need = HEAD
        return header, body


class LineWriter:
    """Lines for a non-blocking socket, written in their order as it takes them; none is lost."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._waiting: deque[tuple[bytes, socket.socket | None, float]] = deque()

    def add(self, line: Header, carried: socket.socket | None = None) -> None:
        """Have a line written by the next `flush`; `carried` goes with it and is closed here."""
        self._waiting.append((encode(line) + b"\n", carried, monotonic()))

    def flush(self) -> bool:
        """Write what there is room for; whether that was all. OSError: the other end has gone."""
        while self._waiting:
            line, carried, since = self._waiting[0]
            try:
                if carried is None:
                    sent = self._connection.send(line)
                else:
                    sent = socket.send_fds(self._connection, [line], [carried.fileno()])
            except BlockingIOError:
                return False
            if carried is not None:
                carried.close()
            if sent < len(line):
                self._waiting[0] = (line[sent:], None, since)
            else:
                self._waiting.popleft()
        return True

    @property
    def delay(self) -> float:
        """Seconds that the oldest line has waited."""
        return monotonic() - self._waiting[0][2] if self._waiting else 0.0

    def close(self) -> None:
        """Forget what waits, and what would have been carried."""
        for _, carried, _ in self._waiting:
            if carried is not None:
                carried.close()
        self._waiting.clear()


def send(connection: socket.socket, header: Header, body: bytes = b"") -> None:
    """Send one frame on a blocking socket: as one message where it fits, to wake the other once."""
    text = encode(header)
    start = _LENGTHS.pack(len(text), len(body)) + text
    # A long body is not copied: that would count against the worker's memory.
    together = len(body) <= AT_ONCE
    connection.sendall(start + body if together else start)
    if not together:
        connection.sendall(body)
