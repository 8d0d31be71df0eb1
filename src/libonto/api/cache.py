"""Finished answers, kept while the graph is unchanged, up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

OVERHEAD = 512
"""Bytes that an entry takes beside its content, roughly."""

Content = tuple[bytes, str]
"""A body and its content coding (empty for none)."""


class Cache:
    """The answers used last; one that is larger than an eighth of the whole is not kept."""

    def __init__(self, most: int) -> None:
        """Take the most bytes to be kept; 0 keeps nothing."""
        self.most = most
        self.size = 0
        self.hits = 0
        self._kept: OrderedDict[Hashable, tuple[Content, int]] = OrderedDict()

    def get(self, key: Hashable) -> Content | None:
        """The answer kept under a key, or None."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self._kept.move_to_end(key)
        self.hits += 1
        return kept[0]

    def put(self, key: Hashable, content: Content) -> None:
        """Keep an answer; the ones not used for longest go."""
        size = len(content[0]) + OVERHEAD
        if size > self.most // 8 or key in self._kept:
            return
        self._kept[key] = (content, size)
        self.size += size
        while self.size > self.most:
            _, (_, freed) = self._kept.popitem(last=False)
            self.size -= freed

    def clear(self) -> None:
        """Forget everything: the graph has changed."""
        self._kept.clear()
        self.size = 0
