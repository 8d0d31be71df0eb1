"""A text read into clauses: the sections, and what each unit of them says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from libonto.drafting.grammar import Grammar, Unit, end_of, grammar, start_of
from libonto.drafting.model import (
    Alternative,
    ClauseKind,
    Content,
    DraftClause,
    Education,
    Experience,
    Inheritance,
    Knowledge,
    Level,
    ParsedText,
    PositionSpan,
    Span,
    slug,
)

if TYPE_CHECKING:
    from lark import Token, Tree

_IDS = {
    ClauseKind.HEADING: "H",
    ClauseKind.DUTY: "D",
    ClauseKind.KNOWLEDGE_LAW: "KL",
    ClauseKind.KNOWLEDGE_SUBJECT: "KS",
    ClauseKind.EDUCATION: "E",
    ClauseKind.EXPERIENCE: "X",
    ClauseKind.DOCUMENT: "P",
    ClauseKind.CATEGORY_HELD: "G",
    ClauseKind.COMPETENCE: "C",
    ClauseKind.INHERITANCE: "I",
    ClauseKind.CONNECTIVE: "W",
    ClauseKind.UNREAD: "U",
}
_RULES = {  # the rule of the grammar that reads a section, after the rule `heading`
    "duties": ("duty",),
    "knowledge": ("knowledge",),
    "requirements": ("requirement",),
    "competences": ("requirement", "competence"),
}
_PARTS = {**_RULES, "knowledge": ("knowledge_part",)}  # the rules that read a part of a unit
_CUTS = frozenset({"COMMA", "AND", "JOINT", "OR", "AND_OR"})  # where a part of a unit can end
_CUTS_OF_LISTS = {"kk": _CUTS, "ru": frozenset({"COMMA"})}  # «и» stands within an item too
_MOST_PARTS = 24  # of one unit; what comes after them is unread
_CONDITIONS = frozenset({"FOR", "UNDER"})
_JOINING = {"OR": "or", "AND_OR": "either"}
_PHRASES = {
    "education": ClauseKind.EDUCATION,
    "experience": ClauseKind.EXPERIENCE,
    "no_service": ClauseKind.EXPERIENCE,
    "document": ClauseKind.DOCUMENT,
    "category_held": ClauseKind.CATEGORY_HELD,
}

_LONGEST_NAME = 120
_NUMBER = re.compile(r"^\d{1,4}[.)]\s*")
_BARE = 2  # a heading's own words and its colon


def read(text: str, lang: str) -> ParsedText:
    """Read a text; UsageError where it is too long or the grammar's reader is not installed."""
    reader = _Reader(text, lang, grammar(lang))
    for unit in reader.grammar.units(text):
        reader.unit(unit)
    clauses = sorted(reader.clauses, key=lambda c: (c.start, c.end))
    return ParsedText(
        text, lang, tuple(_named(clauses)), tuple(reader.levels), tuple(_parts(reader, clauses))
    )


def _parts(reader: _Reader, clauses: Sequence[DraftClause]) -> Iterator[PositionSpan]:
    """The positions of a text; what says something before the first one is of another."""
    parts = reader.parts
    first = parts[0].span[0] if parts else len(reader.text)
    before = any(
        c.start < first and c.kind not in (ClauseKind.HEADING, ClauseKind.UNREAD) for c in clauses
    )
    if before or not parts:
        titles = [span for start, span in reader.titles.items() if start < first]
        parts = [PositionSpan((0, first), next(iter(titles), None)), *parts]
    ends = [*(part.span[0] for part in parts[1:]), len(reader.text)]
    for number, (part, end) in enumerate(zip(parts, ends, strict=True)):
        yield replace(part, span=(part.span[0] if number else 0, end))


def _named(clauses: Sequence[DraftClause]) -> Iterator[DraftClause]:
    counts: dict[str, int] = {}
    for clause in clauses:
        prefix = _IDS[clause.kind]
        counts[prefix] = counts.get(prefix, 0) + 1
        yield replace(clause, id=f"{prefix}{counts[prefix]:02}")


@dataclass
class _Reader:
    """Where in the text we are: the section, and the level that its clauses are about."""

    text: str
    lang: str
    grammar: Grammar
    clauses: list[DraftClause] = field(default_factory=list)
    levels: dict[Level, None] = field(default_factory=dict)
    titles: dict[int, Span] = field(default_factory=dict)
    """The words that name a position, by where the heading begins that has them."""
    parts: list[PositionSpan] = field(default_factory=list)
    section: str | None = None
    level: Level | None = None

    def unit(self, unit: Unit) -> None:
        """Read one unit; each letter of it that no rule takes is in an unread clause."""
        before = len(self.clauses)
        tokens = unit.tokens
        whole = not unit.broken or tokens[-1].type == "COLON"
        tree = self._heading_of(tokens) if whole else None
        if tree is not None:
            self._heading(tree, unit)
        elif self._asks and tokens[0].type == "NUMBERED" and tokens[-1].type == "COLON":
            self.section = None  # another level, it may be: nothing is read as one of the last
        else:
            self._content(tokens, whole=whole)
        self._rest(tokens, self.clauses[before:])

    def _heading_of(self, tokens: Sequence[Token]) -> Tree[Token] | None:
        tree = self.grammar.parse("heading", tokens) or self.grammar.parse("level_name", tokens)
        other = tree is not None and tree.data == "other_heading"
        return None if other and self.section != "competences" else tree

    def _content(self, tokens: Sequence[Token], *, whole: bool) -> None:
        """Read a unit by the rules of its section, else the parts of it that its marks cut out.

        Of a unit that breaks off nothing after its last comma is read, and no requirement at
        all: it may say something else in the words that are lost. So may one that holds under
        a condition.
        """
        rules = _RULES.get(self.section or "", ())
        if self._asks:
            tokens = [*_titles(tokens)]
        if whole and self._fits(rules, tokens):
            return
        if self._asks and (not whole or any(token.type in _CONDITIONS for token in tokens)):
            return
        parts = _PARTS.get(self.section or "", ())
        cuts = _CUTS if self._asks else _CUTS_OF_LISTS[self.lang]
        for _ in range(_MOST_PARTS):
            length = max(
                (self.grammar.longest(rule, tokens, whole=whole, cuts=cuts) for rule in parts),
                default=0,
            )
            if whole and length == len(tokens) - 1:
                self._fits(parts, tokens)
            elif length:
                end = tokens[length - 1].update(type="SEMI")
                self._fits(parts, [*tokens[:length], end], part=True)
            commas = (n for n in range(length, len(tokens)) if tokens[n].type == "COMMA")
            tokens = tokens[next(commas, len(tokens)) + 1 :]
            if not tokens or self.section != "knowledge":  # only items of a list stand alone
                return

    @property
    def _asks(self) -> bool:
        """Whether it is a section of requirements."""
        return self.section in ("requirements", "competences")

    def _fits(self, rules: Iterable[str], tokens: Sequence[Token], *, part: bool = False) -> bool:
        """Whether one of the rules reads the words; then their clauses are found.

        A part's last token is an end that stands for the mark after it.
        """
        for rule in rules:
            tree = self.grammar.parse(rule, tokens)
            if tree is not None:
                self._read(tree, tokens[:-1] if part else tokens)
                return True
        return False

    def _heading(self, tree: Tree[Token], unit: Unit) -> None:
        level = next(tree.find_data("level"), None) or next(tree.find_data("named"), None)
        if tree.data == "other_heading":
            name = next(t for t in unit.tokens if t.type == "QUOTED")
            self.level = Level(None, slug(self.text[start_of(name) : end_of(name)]))
            self.levels.setdefault(self.level)
        elif tree.data == "level_heading" and level is not None:
            self.level = _level(level)
            self.levels.setdefault(self.level)
            if self.section not in ("requirements", "competences"):
                self.section = "requirements"
        elif tree.data == "title":
            self.section, self.level = None, None
            if len(unit.tokens) > 1:
                self.titles[unit.start] = start_of(unit.tokens[1]), unit.end
        else:
            if tree.data in ("duties", "knowledge") or len(tree.children) > _BARE:
                self.level = None  # a heading in more words than its own opens a part of its own
            self.section = str(tree.data)
        if tree.data == "duties":
            self._name(unit)
            self._begin(unit)
        self._add(ClauseKind.HEADING, (unit.start, unit.end))

    def _name(self, heading: Unit) -> None:
        """A short line of its own above a heading of duties is the position's name."""
        last = self.clauses[-1] if self.clauses else None
        if last is None or last.kind is not ClauseKind.UNREAD or last.start in self.titles:
            return
        before, line = self.text[: last.start], self.text[last.start : last.end]
        alone = not before.strip(" ") or before.rstrip(" ").endswith("\n")
        name = _NUMBER.sub("", line)
        if (
            alone
            and "\n" in self.text[last.end : heading.start]
            and "\n" not in line
            and len(line) <= _LONGEST_NAME
            and not name[:1].islower()
        ):
            self.titles[last.start] = last.end - len(name), last.start + len(line.rstrip("."))
            self.clauses[-1] = replace(last, kind=ClauseKind.HEADING, level=None)

    def _begin(self, duties: Unit) -> None:
        """A heading of duties begins a position, with the titles that stand before it."""
        start, title = duties.start, None
        for clause in reversed(self.clauses):
            if clause.start not in self.titles:
                break
            start, title = clause.start, title or self.titles[clause.start]
        self.parts.append(PositionSpan((start, len(self.text)), title))

    def _read(self, tree: Tree[Token], tokens: Sequence[Token]) -> None:
        whole = start_of(tokens[0]), end_of(tokens[-1])
        if tree.data == "duty":
            self._add(ClauseKind.DUTY, whole)
        elif tree.data == "competence":
            self._add(ClauseKind.COMPETENCE, whole)
        else:
            self._parts(tree, whole)

    def _parts(self, tree: Tree[Token], whole: Span) -> None:
        """The clauses of a list of knowledge or of requirements, one after the other."""
        from lark import Token, Tree

        joined: str | None = None
        for number, child in enumerate(tree.children):
            if not isinstance(child, Tree):
                if child.type == "COMMA" and joined is None:
                    joined = "comma"
                elif child.type in ("AND", "MUST_KNOW", "MODAL"):
                    self._add(ClauseKind.CONNECTIVE, (start_of(child), end_of(child)))
                continue
            span = _span(child)
            name = str(child.data)
            if name in _PHRASES:
                self._requirement(child, span, joined)
                joined = None
            elif name in ("joint", "or", "either"):
                joined = name
                self._add(ClauseKind.CONNECTIVE, span)
            elif name == "truncated":
                if not self._truncated(child, span[1]):
                    return
            elif name == "inheritance":
                level = next(child.find_data("level"), None) or next(child.find_data("named"))
                self._add(ClauseKind.INHERITANCE, span, Inheritance(_level(level)))
            elif name == "must":
                ends = all(
                    isinstance(c, Token) and c.type != "COMMA" for c in tree.children[number + 1 :]
                )
                self._extend(whole[1] if ends else span[1])
            elif name in ("also", "also_know"):
                self._add(ClauseKind.CONNECTIVE, span)
                if name == "also_know":  # a list of knowledge in units of its own
                    self.section = "knowledge"
            elif name == "modal_duty":
                duty = self.section != "competences"
                self._add(ClauseKind.DUTY if duty else ClauseKind.COMPETENCE, whole)
            elif name == "tail":
                self._extend(span[1])
            elif name == "laws":
                self._add(ClauseKind.HEADING, span)
            elif name == "titled":  # «Қазақстан Республикасының "Білім туралы" …»
                quoted = child.children[-1]
                words = child.children[-2]
                assert not isinstance(quoted, Tree) and not isinstance(words, Tree)
                act = (start_of(quoted), end_of(quoted))
                self._add(ClauseKind.HEADING, (span[0], end_of(words)))
                self._add(ClauseKind.KNOWLEDGE_LAW, act, Knowledge(act))
            else:
                self._item(child, span)
        if self.clauses[-1].kind in _PHRASES.values():
            self.clauses[-1] = replace(self.clauses[-1], end=whole[1])

    def _requirement(self, tree: Tree[Token], span: Span, joined: str | None) -> None:
        kind = _PHRASES[str(tree.data)]
        content: Content = None
        if kind is ClauseKind.EDUCATION:
            content = Education(tuple(_alternatives(tree)))
            before = self.clauses[-2] if joined == "or" and len(self.clauses) > 1 else None
            if before is not None and isinstance(before.content, Education):
                del self.clauses[-2:]
                merged = Education(before.content.alternatives + content.alternatives)
                self._add(kind, (before.start, span[1]), merged, before.joined)
                return
        elif kind is ClauseKind.EXPERIENCE:
            content = _experience(tree)
        self._add(kind, span, content, joined)

    def _extend(self, end: int) -> None:
        """The last clause goes on to a place."""
        last = self.clauses.pop()
        self._add(last.kind, (last.start, end), last.content)

    def _truncated(self, tree: Tree[Token], end: int) -> bool:
        """The last clause with the alternative that breaks off; False where no rule reads it."""
        last = self.clauses.pop()
        if last.kind is ClauseKind.CONNECTIVE:  # the «or» before it belongs to the phrase
            last = self.clauses.pop()
        if not _hollow(tree):
            self.clauses.append(last)
            return False
        content = last.content
        if isinstance(content, Education):
            content = Education((*content.alternatives, *_alternatives(tree)))
        self._add(last.kind, (last.start, end), content)
        return True

    def _item(self, tree: Tree[Token], span: Span) -> None:
        """An item of knowledge; the grammar tells acts and rules by the word that they end on."""
        tokens = [t for t in tree.children if not hasattr(t, "data")]
        quoted = next(((start_of(t), end_of(t)) for t in tokens if t.type == "QUOTED"), None)
        proper = span if any(t.type == "NAMED_ACT" for t in tokens) and tree.data == "law" else None
        legal = quoted is not None or tree.data == "law"
        kind = ClauseKind.KNOWLEDGE_LAW if legal else ClauseKind.KNOWLEDGE_SUBJECT
        self._add(kind, span, Knowledge(quoted or proper))

    def _add(
        self, kind: ClauseKind, span: Span, content: Content = None, joined: str | None = None
    ) -> None:
        self.clauses.append(DraftClause("", kind, *span, self.level, content, joined))

    def _rest(self, tokens: Sequence[Token], clauses: Sequence[DraftClause]) -> None:
        """Words of a unit that no clause has are unread."""
        spans = sorted((c.start, c.end) for c in clauses)
        run: list[Token] = []
        at = 0
        for token in tokens:
            while at < len(spans) and spans[at][1] <= start_of(token):
                at += 1
            free = at == len(spans) or end_of(token) <= spans[at][0]
            if free:
                run.append(token)
            elif run:
                self._unread(run)
                run = []
        self._unread(run)

    def _unread(self, run: Sequence[Token]) -> None:
        """Words that no rule reads; whether they may be an alternative to a requirement is kept."""
        words = [*run]
        while words and words[-1].type == "COMMA":
            words.pop()
        while words and words[0].type == "COMMA":
            words.pop(0)
        if any(c.isalnum() for token in words for c in token):
            joined = _JOINING.get(words[0].type) if self._asks else None
            span = start_of(words[0]), end_of(words[-1])
            self._add(ClauseKind.UNREAD, span, joined=joined)


def _titles(tokens: Sequence[Token]) -> Iterator[Token]:
    """The words of a requirement, titles in a row («"А", "Б" немесе "В"») as one of them."""
    words = [*tokens]
    if any(token.type in ("KNOW", "MUST_KNOW") for token in words):  # the titles of acts
        yield from words
        return
    at = 0
    while at < len(words):
        end = at
        while (
            words[at].type == "QUOTED"
            and end + 2 < len(words)
            and words[end + 1].type in ("COMMA", "OR", "AND", "AND_OR")
            and words[end + 2].type == "QUOTED"
        ):
            end += 2
        title = words[at].update(type=words[at].type)
        title.end_pos = words[end].end_pos
        yield title
        at = end + 1


def _span(tree: Tree[Token]) -> Span:
    return tree.meta.start_pos, tree.meta.end_pos


def _level(tree: Tree[Token]) -> Level:
    names = [str(t.data) for t in tree.iter_subtrees_topdown()][1:]
    ladders = [n.removeprefix("ladder_") for n in names if n.startswith("ladder_")]
    categories = [n for n in names if not n.startswith("ladder_")]
    return Level(next(iter(ladders), None), next(iter(categories), None))


def _alternatives(tree: Tree[Token]) -> list[Alternative]:
    """The alternatives of an education phrase; words after its noun speak of the last one."""
    alternatives = []
    for alternative in _in_order(tree, "alternative"):
        degrees = [_span(c) for c in alternative.children if not isinstance(c, str)]
        words = [c for c in alternative.children if isinstance(c, str) and c.type != "GLOSS"]
        field = _runs([(start_of(c), end_of(c)) for c in words])
        cut = tree.data == "truncated"
        alternatives.append(Alternative(_span(alternative), tuple(degrees), tuple(field), cut))
    for specialism in _in_order(tree, "specialism"):
        last = alternatives[-1]
        alternatives[-1] = replace(last, field=(*last.field, _span(specialism)))
    return alternatives


def _runs(words: Sequence[Span]) -> Iterator[Span]:
    """Words that follow each other as one span each."""
    if not words:
        return
    start = words[0][0]
    for (_, end), (following, _) in pairwise(words):
        if following - end > 1:  # something else stands between: a level, a gloss
            yield start, end
            start = following
    yield start, words[-1][1]


def _hollow(truncated: Tree[Token]) -> bool:
    """Whether words are an education phrase without its noun: a level, or «in the profile»."""
    return all(
        not isinstance(part, str) or part.type in ("BY", "PROFILE", "GLOSS", "AND")
        for alternative in truncated.find_data("alternative")
        for part in alternative.children
    )


def _experience(tree: Tree[Token]) -> Experience:
    years = map(_count, _in_order(tree, "years"))
    posts = (
        tuple(_span(post) for name in names for post in _in_order(tree, name))
        for names in (("alternative", "post"), ("nested_post",))
    )
    pairs = zip(years, posts, strict=False)  # years are nested in no more than one other
    return Experience(tuple((number, post) for number, post in pairs if number))


def _count(years: Tree[Token]) -> int:
    """The number of years: digits, or a word whose terminal of the grammar ends in its value."""
    token = next(t for t in years.children if not hasattr(t, "data") and t.type[:2] in ("NU", "N_"))
    return int(token) if token.type == "NUMBER" else int(token.type[2:])


def _in_order(tree: Tree[Token], name: str) -> list[Tree[Token]]:
    """The parts of a tree with a name, as they stand in the text."""
    return sorted(tree.find_data(name), key=_span)
