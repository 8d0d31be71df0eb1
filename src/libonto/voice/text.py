"""A document as plain text: lines of a given width, styled where they are shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from libonto.graph.table import Style, plain, table
from libonto.voice import document as doc

OPENED, CLOSED = "⟦", "⟧"
"""What stands before and after a marked clause."""
NARROW = 24
"""Columns below which text no longer hangs beside its head."""
STEP = 2
"""Columns by which what belongs to something is indented."""


@dataclass(frozen=True)
class TextWriter:
    """Writes documents for a place of a width in columns, and with its styles.

    The styles are `strong`, `faint`, `met`, `not-met` and `not-shown`. Places to be signed are
    left out: they are for paper.
    """

    width: int = 80
    style: Style = plain

    def write(self, document: doc.AnswerDocument) -> str:
        """The sections below each other, a rule between them; ends in a line end."""
        rule = "\n" + "─" * self.width + "\n\n"
        return rule.join("\n".join(self._section(s)) + "\n" for s in document.sections)

    def _section(self, section: doc.Section) -> Iterator[str]:
        for wording in section.before:
            yield from self._wrap(wording)
            yield ""
        if section.verdict:
            first = f"{doc.MARKS[section.status]} {section.verdict} {section.more}".rstrip()
            yield from self._wrap(first, section.status)
            yield ""
        yield from self._wrap(" · ".join(filter(None, [section.name, section.iri])), "strong")
        for place, fact in enumerate(section.facts):
            yield from self._wrap(fact, "" if place else "faint")
        yield from self._blocks(section.blocks, STEP)

    def _blocks(self, blocks: Iterable[doc.Block], indent: int) -> Iterator[str]:
        """What stands below each other at one indent; a list under a level 3 one step deeper."""
        inside = 0
        for block in blocks:
            if isinstance(block, doc.Heading):
                inside = STEP if block.level > 2 else 0
            yield from self._block(
                block, indent + (inside if isinstance(block, doc.Bullets) else 0)
            )

    def _block(self, block: doc.Block, indent: int) -> Iterator[str]:
        match block:
            case doc.Heading(text=text, level=2, status=status):
                yield ""
                head = f"{doc.MARKS[status]} {text}" if status else text
                yield from self._wrap(head, status or "strong", indent - STEP)
            case doc.Heading(text=text):
                yield from self._wrap(text, "strong", indent)
            case doc.Paragraph(text=text, style=style):
                yield from self._wrap(text, style, indent)
            case doc.Bullets(items=items):
                for item in items:
                    mark = self.style(item.mark, item.status) if item.status else item.mark
                    yield from self._hang(f"{' ' * indent}{mark} ", indent + 2, item.text)
                    if item.note:
                        yield from self._wrap(item.note, "faint", indent + 2)
            case doc.Definitions(rows=rows):
                yield from self._rows(rows, indent)
            case doc.TextTable(rows=rows, columns=()):
                pairs = [doc.Definition(name, (text,)) for name, text in rows]
                yield from self._rows(pairs, indent)
            case doc.TextTable(rows=rows, columns=columns):
                lines = table(columns, rows, width=self.width - indent, style=self.style)
                yield from (" " * indent + line for line in lines.splitlines())
            case doc.StatusLine():
                yield from self._status_line(block, indent)
            case doc.StatusList(lines=lines):
                width = max(len(line.label) for line in lines)
                for line in lines:
                    mark = self.style(doc.MARKS[line.status], line.status)
                    head = f"{' ' * indent}{mark} {line.label.ljust(width)}  "
                    wording = " · ".join(filter(None, [line.wording, line.note]))
                    yield from self._hang(head, indent + width + 4, wording)
            case doc.Quotation(spans=spans, place=place, translation=translation):
                yield from self._marked(f"«{marked(spans)}» ({place})", indent)
                if translation:
                    yield from self._marked(f"{block.translated}: {marked(translation)}", indent)
            case doc.Branch(blocks=blocks):
                yield from self._blocks(blocks, indent + STEP)
            case doc.Gap():
                yield ""

    def _status_line(self, line: doc.StatusLine, indent: int) -> Iterator[str]:
        reference = f" [{line.reference}]" if line.reference else ""
        mark = self.style(doc.MARKS[line.status], line.status)
        wording = f"{line.label} — {line.wording}{reference}"
        yield from self._hang(f"{' ' * indent}{mark} ", indent + 2, wording)
        if line.note:
            yield from self._wrap(line.note, "faint", indent + 4)
        yield from self._rows(line.rows, indent + 4)

    def _wrap(self, text: str, style: str = "", indent: int = 0) -> Iterator[str]:
        for line in _wrapped(text, self.width - indent):
            yield " " * indent + (self.style(line, style) if style else line)

    def _hang(self, head: str, indent: int, text: str) -> Iterator[str]:
        """Text behind a head that takes `indent` columns; further lines stand below it."""
        if self.width - indent < NARROW:  # too narrow to hang: the text goes below the head
            yield head.rstrip()
            yield from self._wrap(text, indent=4)
            return
        first, *rest = _wrapped(text, self.width - indent)
        yield head + first
        yield from (" " * indent + line for line in rest)

    def _rows(self, rows: Iterable[doc.Definition], indent: int) -> Iterator[str]:
        """The names in one column; the same name twice in succession stands once."""
        named = [(row.name, text) for row in rows for text in row.texts]
        width = max((len(name) for name, _ in named), default=0)
        last = None
        for name, text in named:
            head = " " * width if name in ("", last) else self.style(name.ljust(width), "faint")
            yield from self._hang(f"{' ' * indent}{head}  ", indent + width + 2, text)
            last = name

    def _marked(self, text: str, indent: int) -> Iterator[str]:
        """A text whose marked parts are strong, also where they run over several lines."""
        inside = False
        for line in _wrapped(text, self.width - indent):
            cut = line.replace(OPENED, f"\0{OPENED}").replace(CLOSED, f"{CLOSED}\0")
            styled = ""
            for part in filter(None, cut.split("\0")):
                inside = inside or part.startswith(OPENED)
                styled += self.style(part, "strong") if inside else part
                inside = inside and not part.endswith(CLOSED)
            yield " " * indent + styled


def marked(spans: Iterable[doc.MarkedText]) -> str:
    """A sentence in which each clause stands in brackets behind its number."""
    return "".join(
        f"{OPENED}{span.clause} {span.text}{CLOSED}" if span.clause else span.text for span in spans
    ).strip()


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(doc.legible(text), max(width, 20), break_on_hyphens=False) or [""]
