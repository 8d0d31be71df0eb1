"""The grammars of characteristics, and a text cut into the units that they read.

A grammar is one file for `lark` a language (`kk.lark`, `ru.lark`), read by LALR: the time is
linear in the text, whatever the text is. A unit ends with a full stop, a semicolon, a colon, a
blank line, or where a numbered paragraph or a chapter begins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from libonto.errors import UsageError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

STARTS = (
    "heading",
    "level_name",
    "duty",
    "knowledge",
    "knowledge_part",
    "requirement",
    "competence",
)
_FARTHEST = 120  # tokens of such a part
LONGEST = 100_000  # code points; a text beyond that is no characteristic of a position
_ENDS = frozenset({"SEMI", "STOP", "COLON"})
_OPENERS = frozenset({"NUMBERED", "CHAPTER", "DUTIES", "KNOWLEDGE"})  # at the head of a line
_ALIKE = str.maketrans("aceiopxyhё", "асеіорхуһе")  # Latin letters that look like Cyrillic ones


@dataclass(frozen=True)
class Unit:
    """Words up to an end; `broken` where the text stops before one."""

    tokens: tuple[Token, ...]
    broken: bool

    @property
    def start(self) -> int:
        """Where its first word begins."""
        return start_of(self.tokens[0])

    @property
    def end(self) -> int:
        """Where its last word or mark ends."""
        return end_of(self.tokens[-1])


def start_of(token: Token) -> int:
    """The place of a token's first character."""
    return token.start_pos or 0


def end_of(token: Token) -> int:
    """The place after a token's last character."""
    return token.end_pos or 0


class Grammar:
    """The grammar of one language."""

    def __init__(self, lang: str) -> None:
        """Read the grammar's file; UsageError where `lark` is not installed."""
        try:
            from lark import Lark
        except ImportError as error:
            raise UsageError("extra-missing", extra="drafting", detail=str(error)) from error

        home = Path(__file__).parent
        self._lark: Lark = Lark(
            (home / f"{lang}.lark").read_text("utf-8"),
            parser="lalr",
            lexer="basic",
            start=list(STARTS),
            propagate_positions=True,
            maybe_placeholders=False,
            import_paths=[str(home)],
        )

    def units(self, text: str) -> Iterator[Unit]:
        """The units of a text, in order; UsageError for a text that is too long."""
        if len(text) > LONGEST:
            raise UsageError("draft-too-long", length=len(text), longest=LONGEST)
        current: list[Token] = []
        chapter = False
        at = 0
        for token in self._lark.lex(_plain(text)):
            gap = text[at : start_of(token)]
            first_in_line = at == 0 or "\n" in gap
            at = end_of(token)
            opens = first_in_line and token.type in _OPENERS
            if current and (opens or gap.count("\n") > 1 or (chapter and first_in_line)):
                yield Unit(tuple(current), broken=not chapter)
                current, chapter = [], False
            chapter = chapter or (not current and opens and token.type == "CHAPTER")
            current.append(token)
            if not chapter and token.type in _ENDS and not _abbreviation(text, token):
                yield Unit(tuple(current), broken=False)
                current = []
        if current:
            yield Unit(tuple(current), broken=not chapter)

    def parse(self, start: str, tokens: Sequence[Token]) -> Tree[Token] | None:
        """The tree of a unit by one rule of the grammar; None where it does not fit."""
        from lark import Tree, UnexpectedToken

        parser = self._lark.parse_interactive(start=start)
        try:
            for token in tokens:
                parser.feed_token(token)
            tree = parser.feed_eof(tokens[-1] if tokens else None)
        except UnexpectedToken:  # the unit is another kind of clause, or an unread one
            return None
        return tree if isinstance(tree, Tree) else None

    def longest(
        self, start: str, tokens: Sequence[Token], *, whole: bool, cuts: Collection[str]
    ) -> int:
        """How many tokens, up to one of the types `cuts`, a rule can read; 0: none.

        With `whole` all of them too, which then end with an end.
        """
        from lark import Token, UnexpectedToken

        parser = self._lark.parse_interactive(start=start)
        length = 0
        for at, token in enumerate(tokens[:_FARTHEST]):
            last = whole and at == len(tokens) - 1
            if token.type in cuts or last:
                ahead = parser.copy(deepcopy_values=False)
                try:
                    ahead.feed_token(Token("SEMI", ";"))
                    ahead.feed_eof()
                    length = at
                except UnexpectedToken:  # it does not end here
                    pass
            try:
                parser.feed_token(token)
            except UnexpectedToken:  # it reads no further
                break
        return length


def language(text: str) -> str:
    """The language of a text, by its letters: those that only Kazakh has are frequent in it."""
    return (
        "kk" if sum(text.lower().count(letter) for letter in "әғқңөұүі") * 50 > len(text) else "ru"
    )


@cache
def grammar(lang: str) -> Grammar:
    """The grammar of a language, read once."""
    return Grammar(lang)


def _plain(text: str) -> str:
    """The text in small letters, character for character, each of the alphabet that it looks."""
    small = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return re.sub(r"[^\W_]+", lambda word: word[0].translate(_ALIKE), small)


def _abbreviation(text: str, token: Token) -> bool:
    """Whether a full stop is followed by a small letter in its line, so that it ends nothing."""
    if token.type != "STOP":
        return False
    rest = text[end_of(token) : end_of(token) + 3]
    return bool(rest[:1] == " " and rest[1:].strip()[:1].islower())
