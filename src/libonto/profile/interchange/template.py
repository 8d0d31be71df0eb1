"""The Excel template: sheets with drop-downs in one language, an example, instructions.

What the drop-downs offer comes from the graph. The lists and the instructions stand on sheets
whose names are in parentheses, which are not read.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from libonto.errors import column_letters
from libonto.locales import sentence, sentences
from libonto.profile.interchange.headings import meanings, written
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.table_writer import CellWriter, new_workbook

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ROWS = 1000
"""How many rows below the headings have drop-downs and formats."""

_SHEETS = {
    "candidate": ("id", "name", "appliesFor"),
    "credential": (
        *("level", "field", "awarded", "country", "recognised", "awardedBy"),
        *("evidence", "evidence"),
    ),
    "employment": ("position", "start", "end", "employer", "workload", "evidence"),
    "grant": ("category", "granted", "evidence"),
}
_ELSEWHERE = frozenset({"awardedBy", "evidence", "employer", "workload"})
"""What the table of delimited text leaves out: no verdict rests on it."""
_WIDTHS = {"id": 16, "field": 26, "level": 32, "name": 34, "position": 34}
_WIDTHS |= {"appliesFor": 36, "category": 36}
_WIDEST_ITEM = 14
_FILL = "#DDE7F0"
_OPEN = {"field", "level", "country"}
"""What may be something else than the list has: an ISCED-F address, a framework's level, a code."""
_ANY_DAY: dict[str, object] = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(1900, 1, 1),
    "maximum": date(2100, 1, 1),
}
_LIST_LIMIT = 255  # characters of a list that stands in the validation itself


class TemplateWriter:
    """Writes the template in one language."""

    def __init__(self, names: Names, lang: str) -> None:
        """Take the names, and the language (kk, ru or en)."""
        self._names = names
        self._lang = lang
        self._lists: dict[str, str] = {}

    def delimited(self, position: str) -> bytes:
        """The same as one table of delimited text that Excel opens: a line for each person.

        It has one diploma and one employment, and an example that is not read.
        """
        items = self._items(position)
        rows = self._examples(items, self._categories(position))
        heads = [written(f"candidate-{key}", self._lang) for key in _SHEETS["candidate"]]
        heads += [self._names.label("knowledge", item, self._lang) for item in items]
        cells = list(rows["candidate"])
        for part in ("credential", "employment", "grant"):
            keys = [key for key in _SHEETS[part] if key not in _ELSEWHERE]
            heads += [written(f"{part}-{key}", self._lang) for key in keys]
            given = dict(zip(_SHEETS[part], rows[part][1:], strict=True))
            cells += [given[key] for key in keys]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(heads)
        writer.writerow([c.isoformat() if isinstance(c, date) else c for c in cells])
        return text.getvalue().encode("utf-8-sig")

    def workbook(self, position: str) -> bytes:
        """The template for those who apply for a position's categories (its IRI)."""
        data = io.BytesIO()
        book = new_workbook(data)
        self._instructions(book)
        names, categories, items = self._names, self._categories(position), self._items(position)
        levels = names.vocabulary.framework_levels.values()
        lists = {
            kind: [names.label(kind, iri, self._lang) for iri in iris]
            for kind, iris in (
                ("category", categories),
                *((kind, names.members(kind)) for kind in ("education", "field", "position")),
            )
        }
        lists["education"] += sorted(names.label("education", iri, self._lang) for iri in levels)
        lists["country"] = sorted(names.countries(self._lang))
        title = written("sheet-lists", self._lang)
        for column, (kind, values) in enumerate(lists.items()):
            letters, quoted = column_letters(column), title.replace("'", "''")
            self._lists[kind] = f"='{quoted}'!${letters}$1:${letters}${len(values)}"
        examples = self._examples(items, categories)
        for part in _SHEETS:
            self._sheet(book, part, items if part == "candidate" else [], examples[part])
        sheet = book.add_worksheet(title)
        write = CellWriter(book, sheet)
        for column, values in enumerate(lists.values()):
            for row, text in enumerate(values):
                write.cell(row, column, text)
        sheet.hide()
        book.close()
        return data.getvalue()

    def _categories(self, position: str) -> list[str]:
        """The categories of the position, in order."""
        of, members = self._names.vocabulary.graph.iris, self._names.members("category")
        return [iri for iri in members if position in of(iri, "lo:ofPosition")]

    def _items(self, position: str) -> list[str]:
        """The knowledge items that some category of the position asks for, in order."""
        graph = self._names.vocabulary.graph
        asked = {
            item
            for requirement in graph.subjects("lo:forPosition", position)
            for item in graph.iris(requirement, "lo:requiresKnowledge")
        }
        return [iri for iri in self._names.members("knowledge") if iri in asked]

    def _counted(self) -> str:
        """The position that the most requirements count."""
        counted = Counter(
            value.value
            for _, value in self._names.vocabulary.graph.pairs("lo:countsPosition")
            if isinstance(value, NamedNode)
        )
        return max(counted, key=lambda iri: (counted[iri], iri))

    def _sheet(
        self, book: Workbook, part: str, items: Sequence[str], example: Sequence[str | date]
    ) -> None:
        """The sheet of one part, with its headings, drop-downs, and an example."""
        sheet = book.add_worksheet(written(f"sheet-{part}", self._lang))
        head = book.add_format(
            {"bold": True, "bg_color": _FILL, "text_wrap": True, "valign": "vcenter"}
        )
        day, text = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "@"))
        keys = _SHEETS[part] if part == "candidate" else ("id", *_SHEETS[part])
        hows = [meanings(part)[key].how for key in keys]
        yes_no = [written(f"word-{word}", self._lang) for word in ("yes", "no")]
        for column, (key, how) in enumerate(zip(keys, hows, strict=True)):
            own = part if key != "id" else "candidate"
            heading = written(f"{own}-{key}", self._lang)
            heading += f" {keys[:column].count(key) + 1}" if key in keys[:column] else ""
            sheet.write_string(0, column, heading, head)
            form = day if how in {"date", "award"} else text if key == "id" else None
            sheet.set_column(column, column, _WIDTHS.get(key, 20), form)
            if (kind := "country" if key == "country" else how) in self._lists:
                self._drop_down(sheet, column, self._lists[kind], open_=key in _OPEN)
            elif how in {"date", "award"}:
                self._check(sheet, column, "date", **_ANY_DAY, error_type="warning")
            elif key == "id" and part != "candidate":
                title = written("sheet-candidate", self._lang).replace("'", "''")
                persons = f"='{title}'!$A$2:$A${ROWS + 1}"
                self._check(sheet, column, "person", validate="list", source=persons)
        for column, item in enumerate(items, start=len(keys)):
            label = self._names.label("knowledge", item, self._lang)
            sheet.write_string(0, column, label, head)
            sheet.set_column(column, column, _WIDEST_ITEM)
            self._drop_down(sheet, column, yes_no)
        sheet.set_row(0, 62 if items else 32)
        sheet.freeze_panes(1, 2 if part == "candidate" else 1)
        write = CellWriter(book, sheet)
        for column, value in enumerate(example):
            if value:
                write.cell(1, column, value)
        if part == "candidate":
            sheet.activate()

    def _drop_down(
        self, sheet: Any, column: int, source: str | list[str], *, open_: bool = False
    ) -> None:
        """A list to choose from; where it is `open_`, something else is allowed, with a warning."""
        kind = "warning" if open_ else "stop"
        self._check(sheet, column, "choose", validate="list", source=source, error_type=kind)

    def _check(self, sheet: Any, column: int, said: str, **rule: object) -> None:
        """A check of what is written into a column."""
        error = sentence(f"template.{said}", self._lang)[:_LIST_LIMIT]
        sheet.data_validation(1, column, ROWS, column, {**rule, "error_message": error})

    def _examples(
        self, items: Sequence[str], categories: Sequence[str]
    ) -> dict[str, Sequence[str | date]]:
        """An example of each part, under an identifier in parentheses: it is not read."""

        def say(key: str) -> str:
            return sentence(f"template.{key}", self._lang)

        def label(kind: str, iris: Sequence[str]) -> str:
            return self._names.label(kind, iris[0], self._lang) if iris else ""

        own = say("example-id")
        yes = [written("word-yes", self._lang) for _ in items]
        level = label("education", self._names.members("education")[-2:])
        field = label("field", self._names.members("field"))
        diploma = ("", "", say("example-university"), say("example-diploma"), "")
        employer = (say("example-employer"), say("example-workload"), say("example-order"))
        position = label("position", [self._counted()])
        held = label("category", categories[1:])
        return {
            "candidate": [own, say("example-name"), label("category", categories), *yes],
            "credential": [own, level, field, date(2015, 6, 30), *diploma],
            "employment": [own, position, date(2018, 9, 1), "", *employer],
            "grant": [own, held, date(2021, 5, 20), ""],
        }

    def _instructions(self, book: Workbook) -> None:
        sheet = book.add_worksheet(written("sheet-instructions", self._lang))
        title = book.add_format({"bold": True, "font_size": 14})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, sentence("template.title", self._lang), title)
        sheet.set_column(0, 0, 100)
        steps = sorted(k for k in sentences(self._lang, "template") if k.startswith("step-"))
        for row, key in enumerate(steps, start=2):
            sheet.write_string(row, 0, sentence(f"template.{key}", self._lang), text)
