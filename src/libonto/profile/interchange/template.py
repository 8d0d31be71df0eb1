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
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from libonto.locales import sentence, sentences
from libonto.profile.account import column_letters
from libonto.profile.interchange.headings import meanings, written
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.table_writer import new_workbook, write_cell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 1000
"""How many rows below the headings have drop-downs and formats."""

_SHEETS = {
    "candidate": ("id", "name", "appliesFor"),
    "credential": ("level", "field", "awarded", "awardedBy", "evidence"),
    "employment": ("position", "start", "end", "employer", "workload", "evidence"),
}
_ELSEWHERE = frozenset({"awardedBy", "evidence", "employer", "workload"})
"""What the table of delimited text leaves out: no verdict rests on it."""
_WIDTHS = {"id": 16, "name": 34, "appliesFor": 36, "level": 32, "field": 26, "position": 34}
_WIDEST_ITEM = 14
_FILL = "DDE7F0"
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
        graph = self._names.vocabulary.graph
        categories = [
            iri
            for iri in self._names.members("category")
            if position in graph.iris(NamedNode(iri), "lo:ofPosition")
        ]
        items = self._items(position)
        rows = self._examples(items, categories)
        heads = [written(f"candidate-{key}", self._lang) for key in _SHEETS["candidate"]]
        heads += [self._names.label("knowledge", item, self._lang) for item in items]
        cells = list(rows["candidate"])
        for part in ("credential", "employment"):
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
        graph = self._names.vocabulary.graph
        book = new_workbook()
        self._instructions(book)
        lists = book.create_sheet(written("sheet-lists", self._lang))
        categories = [
            iri
            for iri in self._names.members("category")
            if position in graph.iris(NamedNode(iri), "lo:ofPosition")
        ]
        self._list(lists, "category", categories)
        self._list(lists, "education", self._names.members("education"))
        self._list(lists, "field", self._names.members("field"))
        self._list(lists, "position", self._names.members("position"))
        lists.sheet_state = "hidden"
        items = self._items(position)
        for place, part in enumerate(_SHEETS, start=1):
            sheet = book.create_sheet(written(f"sheet-{part}", self._lang), place)
            self._sheet(sheet, part, items if part == "candidate" else [])
        self._example(book, items, categories)
        book.active = 1
        data = io.BytesIO()
        book.save(data)
        return data.getvalue()

    def _items(self, position: str) -> list[str]:
        """The knowledge items that some category of the position asks for, in order."""
        graph = self._names.vocabulary.graph
        asked = {
            item
            for requirement in graph.subjects("lo:forPosition", NamedNode(position))
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

    def _list(self, sheet: Worksheet, kind: str, iris: Sequence[str]) -> None:
        """A column of allowed values, and where it stands."""
        column = len(self._lists) + 1
        for row, iri in enumerate(iris, start=1):
            write_cell(sheet, row, column, self._names.label(kind, iri, self._lang))
        letters = column_letters(column - 1)
        title = sheet.title.replace("'", "''")
        self._lists[kind] = f"'{title}'!${letters}$1:${letters}${len(iris)}"

    def _sheet(self, sheet: Worksheet, part: str, items: Sequence[str]) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        known = meanings(part)
        keys = _SHEETS[part] if part == "candidate" else ("id", *_SHEETS[part])
        for column, key in enumerate(keys, start=1):
            own = part if key != "id" else "candidate"
            write_cell(sheet, 1, column, written(f"{own}-{key}", self._lang))
            letters = column_letters(column - 1)
            sheet.column_dimensions[letters].width = _WIDTHS.get(key, 20)
            how = known[key].how
            if how in self._lists:
                self._drop_down(sheet, letters, self._lists[how], key)
            elif how == "date":
                self._dates(sheet, letters)
            elif key == "id":
                self._identifiers(sheet, letters, part)
        for column, item in enumerate(items, start=len(keys) + 1):
            write_cell(sheet, 1, column, self._names.label("knowledge", item, self._lang))
            letters = column_letters(column - 1)
            sheet.column_dimensions[letters].width = _WIDEST_ITEM
            choices = f'"{written("word-yes", self._lang)},{written("word-no", self._lang)}"'
            self._drop_down(sheet, letters, choices, "knowledge")
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor=_FILL)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.row_dimensions[1].height = 62 if items else 32
        sheet.freeze_panes = "C2" if part == "candidate" else "B2"

    def _drop_down(self, sheet: Worksheet, letters: str, formula: str, key: str) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        validation = DataValidation(type="list", formula1=formula, allow_blank=True)
        validation.showErrorMessage = True
        validation.error = sentence("template.choose", self._lang)[:_LIST_LIMIT]
        if key == "field":  # other fields are stated by their ISCED-F address
            validation.errorStyle = "warning"
        validation.add(f"{letters}2:{letters}{ROWS + 1}")
        sheet.add_data_validation(validation)

    def _dates(self, sheet: Worksheet, letters: str) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        validation = DataValidation(
            type="date", operator="between", formula1="1", formula2="73050", allow_blank=True
        )
        validation.showErrorMessage = True
        validation.errorStyle = "warning"
        validation.error = sentence("template.date", self._lang)[:_LIST_LIMIT]
        validation.add(f"{letters}2:{letters}{ROWS + 1}")
        sheet.add_data_validation(validation)
        for row in range(2, ROWS + 2):
            sheet[f"{letters}{row}"].number_format = "yyyy-mm-dd"

    def _identifiers(self, sheet: Worksheet, letters: str, part: str) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        for row in range(2, ROWS + 2):  # as text: a leading zero stays
            sheet[f"{letters}{row}"].number_format = "@"
        if part == "candidate":
            return
        title = written("sheet-candidate", self._lang).replace("'", "''")
        validation = DataValidation(
            type="list", formula1=f"'{title}'!$A$2:$A${ROWS + 1}", allow_blank=True
        )
        validation.showErrorMessage = True
        validation.error = sentence("template.person", self._lang)[:_LIST_LIMIT]
        validation.add(f"{letters}2:{letters}{ROWS + 1}")
        sheet.add_data_validation(validation)

    def _examples(
        self, items: Sequence[str], categories: Sequence[str]
    ) -> dict[str, Sequence[str | date]]:
        """An example of each part, under an identifier in parentheses: it is not read."""
        label = self._names.label

        def say(key: str) -> str:
            return sentence(f"template.{key}", self._lang)

        first: list[str | date] = [
            say("example-id"),
            say("example-name"),
            label("category", categories[0], self._lang) if categories else "",
            *[written("word-yes", self._lang) for _ in items],
        ]
        credential: list[str | date] = [
            say("example-id"),
            label("education", self._names.members("education")[-2], self._lang),
            label("field", self._names.members("field")[0], self._lang),
            date(2015, 6, 30),
            say("example-university"),
            say("example-diploma"),
        ]
        employment: list[str | date] = [
            say("example-id"),
            label("position", self._counted(), self._lang),
            date(2018, 9, 1),
            "",
            say("example-employer"),
            say("example-workload"),
            say("example-order"),
        ]
        return {
            "candidate": first,
            "credential": credential,
            "employment": employment,
        }

    def _example(self, book: Workbook, items: Sequence[str], categories: Sequence[str]) -> None:
        """The example in each sheet."""
        rows = self._examples(items, categories)
        for part, values in rows.items():
            sheet = book[written(f"sheet-{part}", self._lang)]
            for column, value in enumerate(values, start=1):
                if value:
                    write_cell(sheet, 2, column, value)

    def _instructions(self, book: Workbook) -> None:
        from openpyxl.styles import Alignment, Font

        sheet = book.create_sheet(written("sheet-instructions", self._lang))
        write_cell(sheet, 1, 1, sentence("template.title", self._lang))
        sheet["A1"].font = Font(bold=True, size=14)
        sheet.column_dimensions["A"].width = 100
        for row, key in enumerate(_steps(self._lang), start=3):
            write_cell(sheet, row, 1, sentence(f"template.{key}", self._lang))
            sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")


def _steps(lang: str) -> list[str]:
    """The sentences of the instructions, in order."""
    return sorted(key for key in sentences(lang, "template") if key.startswith("step-"))
