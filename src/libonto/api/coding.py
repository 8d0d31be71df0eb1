"""Compression of what is sent (RFC 9110, section 8.4.1.3)."""

from __future__ import annotations

import gzip

SMALLEST = 1024
"""Bytes from which on compressing is worth its while."""
_LEVEL = 5


def packed(content: bytes) -> bytes:
    """The content in gzip; the same bytes for the same content."""
    return gzip.compress(content, _LEVEL, mtime=0)
