"""How the server and a worker speak: frames of a JSON header and a body of bytes.

Eight bytes give the two lengths. A worker has run what came from outside, so nothing that
it sends is ever unpickled.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct("!II")
HEAD = _LENGTHS.size

Header = dict[str, Any]


def encode(header: Header, body: bytes = b"") -> list[bytes]:
    """The parts of a frame, to be written one after the other."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    parts = [_LENGTHS.pack(len(text), len(body)) + text]
    if body:
        parts.append(body)
    return parts


def lengths(head: bytes | bytearray | memoryview) -> tuple[int, int]:
    """The lengths of header and body, from the first HEAD bytes of a frame."""
    header, body = _LENGTHS.unpack(bytes(head[:HEAD]))
    return int(header), int(body)


def decode(header: bytes | bytearray) -> Header:
    """A header; ValueError where it is not a JSON object."""
    value = json.loads(bytes(header))
    if not isinstance(value, dict):
        raise ValueError("a frame's header must be an object")
    return value


def receive(connection: socket.socket) -> tuple[Header, bytes] | None:
    """The next frame of a blocking socket; None when the other side has closed it."""
    head = _exactly(connection, HEAD)
    if head is None:
        return None
    header_length, body_length = lengths(head)
    header = _exactly(connection, header_length)
    body = _exactly(connection, body_length)
    if header is None or body is None:
        return None
    return decode(header), bytes(body)


def send(connection: socket.socket, header: Header, body: bytes = b"") -> None:
    """Send one frame on a blocking socket."""
    for part in encode(header, body):
        connection.sendall(part)


def _exactly(connection: socket.socket, count: int) -> bytearray | None:
    found = bytearray(count)
    view = memoryview(found)
    while view:
        received = connection.recv_into(view)
        if not received:
            return None
        view = view[received:]
    return found
