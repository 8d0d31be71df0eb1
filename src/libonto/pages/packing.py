"""A file inside a page: what was sent goes along with the answer, since nothing of it is stored.

A browser changes the line ends of a text that it sends again; packed bytes come back unchanged.
"""

from __future__ import annotations

import base64
import binascii
import zlib


def packed(data: bytes) -> str:
    """The bytes as the value of a hidden field."""
    return base64.b64encode(zlib.compress(data, 6)).decode()


def unpacked(text: str, most: int) -> bytes:
    """The bytes again, at most one more than `most`; none for a value that was not packed here."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), most + 1)
    except (binascii.Error, ValueError, zlib.error):
        return b""
