"""Text from a profile made safe to show: nothing in it can steer a terminal or a reader's eye."""

from __future__ import annotations

import re

# Control characters, lone surrogates, what turns the direction of writing, and what means
# something to its writer only.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffe\uffff\U000f0000-\U0010ffff]"
)


def legible(text: str) -> str:
    """The same text with a replacement character for each one that would steer what shows it."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)
