"""From a sheet to a table: where its headings stand and what each column holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from libonto.errors import InputError, Place, Problem, ProfileError, column_letters, on_one_line
from libonto.locales import LANGUAGES
from libonto.profile.account import Note, problem
from libonto.profile.interchange.headings import (
    Column,
    Meaning,
    all_headings,
    is_comment,
    mapped_key,
    meaning_of,
    meanings,
    name_part,
    normal,
    part_named,
    sheet_kind,
    unneeded,
    written,
)
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import Cell, Row, Sheet, is_blank

_TITLES = 10  # rows above the headings
_SHORT, _LIKE, _LIKE_SHORT = 6, 68, 85
# Where a part has any column, it needs these: nothing could be judged without them.
_NEEDED = {"credential": ("level", "field"), "employment": ("position", "start")}


@dataclass
class Table:
    """A sheet whose headings are known; `rows` are those below them."""

    sheet: Sheet
    columns: list[Column]
    rows: Iterator[Row]
    heading_row: int
    width: int
    unheaded: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    headings: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """The row of the headings."""
        return self.sheet.place(self.heading_row)

    @cached_property
    def groups(self) -> dict[tuple[str, int], list[Column]]:
        """The columns by part and its number, credentials and employments in their order."""
        groups: dict[tuple[str, int], list[Column]] = {}
        for column in sorted(
            self.columns, key=lambda c: (c.meaning.number, c.meaning.value, c.index)
        ):
            groups.setdefault((column.meaning.part, column.meaning.number), []).append(column)
        return groups

    @cached_property
    def id_column(self) -> Column | None:
        """The column that identifies the person."""
        return next((column for column in self.columns if is_id(column.meaning)), None)

    @property
    def has_id(self) -> bool:
        """Whether a column identifies the person."""
        return self.id_column is not None

    @cached_property
    def has_name(self) -> bool:
        """Whether a column names the person."""
        return any(column.meaning.key == "name" for column in self.columns)

    @property
    def id_headings(self) -> dict[str, str]:
        """What the column of the identifier is called, by language."""
        return {lang: written("candidate-id", lang) for lang in LANGUAGES}


def is_id(meaning: Meaning) -> bool:
    """Whether a column identifies the person (not a credential or an employment)."""
    return meaning.part == "candidate" and meaning.key == "id"


def tables_of(
    sheets: Iterable[Sheet], names: Names, *, lenient: bool = False
) -> tuple[list[Table], list[Note]]:
    """The tables of sheets, and the sheets of a workbook that are passed over: free notes.

    Such a sheet has no heading that is known, nor does its name say what it lists, and another
    one of its file is a table. Raises ProfileError with all that is wrong with headings.
    """
    tables: list[Table] = []
    problems: list[Problem] = []
    unread: list[Note] = []
    for sheet in sheets:
        if is_comment(sheet.title):
            unread.append(Note("ignored", sheet.place(), sheet.title, "sheet-in-parentheses"))
            continue
        try:
            table = table_of(sheet, names, lenient=lenient)
        except ProfileError as error:
            problems += error.problems
        except InputError as error:
            error.source = error.source or sheet.file or None
            raise
        else:
            tables += [table] if table else []
    files = {table.sheet.file for table in tables}
    notes = [
        Note("ignored", place, "", "sheet-without-headings")
        for fault in problems
        if fault.key == "interchange.heading-none" and (place := fault.place)
        if place.sheet and sheet_kind(place.sheet) is None and place.file in files
    ]
    if len(problems) > len(notes):
        passed = [note.place for note in notes]
        raise ProfileError([fault for fault in problems if fault.place not in passed])
    return tables, [*unread, *notes]


def table_of(sheet: Sheet, names: Names, *, lenient: bool = False) -> Table | None:
    """The table in a sheet; None when the sheet is empty.

    The headings are the first row in which a heading is known; above it there may be titles.
    The row below it belongs to them where it holds headings too, of which the row above then
    names the part (“Education”, over three columns). Raises ProfileError for headings that
    cannot be understood, unless it is `lenient`: then it leaves those columns out.
    """
    kind = sheet.kind or "candidate"
    first = 0
    titles: list[Note] = []
    problems: list[Problem] = []
    rows = iter(sheet.rows)
    for row in rows:
        if row.fault:
            detail = row.fault.params["detail"]
            raise ProfileError(
                [problem("headings-unreadable", sheet.place(row.number), detail=detail)]
            )
        if row.empty:
            continue
        first = first or row.number
        place = sheet.place(row.number)
        problems += row.error_cells(place, {})
        if _has_headings(row, kind, names):
            if problems and not lenient:
                raise ProfileError(problems)
            table = _table(sheet, row, rows, kind, names, lenient=lenient)
            return replace(table, notes=(*titles, *table.notes))
        titles.append(Note("ignored", place, row.excerpt, "row-above-headings"))
        if row.number - first >= _TITLES:
            break
    if not first:
        return None
    raise ProfileError([_none(sheet.place(first), kind)])


def _has_headings(row: Row, kind: str, names: Names) -> bool:
    """Whether some cell of a row is a heading that we know, or names a part."""
    texts = [text for cell in row.cells if (text := _heading(cell))]
    known = (mapped_key(t) in names.mapping.columns or _meaning(t, kind, names) for t in texts)
    return any(known) or any(map(part_named, texts))


def _are_headings(row: Row, kind: str) -> bool:
    """Whether a row below headings holds headings too: two at least, and most of its cells."""
    texts = [_heading(cell) for cell in row.cells if not is_blank(cell)]
    known = sum(bool(text and (meaning_of(text, kind) or name_part(text))) for text in texts)
    return not row.fault and known > 1 and 2 * known > len(texts)


def _heading(cell: Cell) -> str:
    return " ".join(str(cell).split()) if isinstance(cell, str) else ""


def _table(
    sheet: Sheet, row: Row, rows: Iterator[Row], kind: str, names: Names, *, lenient: bool
) -> Table:
    above: list[str] = []
    problems: list[Problem] = []
    below = next(rows, None)
    if below is not None and _are_headings(below, kind):
        above, row = _spread(row, sheet), below
        problems += row.error_cells(sheet.place(row.number), {})
    elif below is not None:
        rows = chain([below], rows)
    columns: list[Column] = []
    unknown: list[tuple[str, str]] = []
    ignored: dict[str, list[str]] = {}
    place = sheet.place(row.number)
    width = max(len(row.cells), len(above))
    headed = set()
    headings: list[str] = []
    mapped = names.mapping.columns
    parts = [part for cell in row.cells if (part := name_part(_heading(cell)))]
    has_family = any(part.value == 1 for part in parts)
    for index in range(width):
        own = _heading(row.cells[index]) if index < len(row.cells) else ""
        over = above[index] if index < len(above) else ""
        heading = own or over
        if not heading:
            continue
        headed.add(index)
        headings.append(heading)
        key = mapped_key(heading)
        if key in mapped:
            meaning = mapped[key]
            reason = "" if meaning else "column-unneeded"
        else:
            meaning = _below(over, own, kind, names) if over and own != over else None
            meaning = meaning or _meaning(heading, kind, names)
            reason = "column-in-parentheses" if is_comment(heading) else unneeded(heading)
        if has_family and not reason and (meaning is None or meaning.key == "name"):
            meaning = name_part(own) or meaning
        if lenient and reason == "column-knows":
            meaning, reason = meanings("candidate")["knowledge"], ""
        same = next((c for c in columns if c.meaning == meaning), None)
        if reason and (meaning is None or is_comment(heading)):
            ignored.setdefault(reason, []).append(heading)
        elif meaning is None:
            unknown.append((column_letters(index), heading))
        elif same:
            other = column_letters(same.index)
            where = place.at(index)
            problems.append(problem("heading-twice", where, value=heading, other=other))
        else:
            columns.append(Column(index, heading, meaning))
    if not columns:
        raise ProfileError([_none(place, kind)])
    hidden = [c.heading for c in columns if any(c.index in of for of in sheet.hidden_columns)]
    problems += [_unknown(place, unknown, kind)] if unknown else []
    problems += _missing(columns, place)
    if problems and not lenient:
        raise ProfileError(problems)
    return Table(
        sheet,
        columns,
        rows,
        row.number,
        width,
        tuple(index for index in range(len(row.cells)) if index not in headed),
        (
            *(Note("ignored", place, "; ".join(texts), key) for key, texts in ignored.items()),
            *([Note("caveat", place, "; ".join(hidden), "columns-hidden")] if hidden else []),
        ),
        tuple(headings),
    )


def _spread(row: Row, sheet: Sheet) -> list[str]:
    """The upper of two rows of headings: what stands over several columns, over each of them."""
    headings: list[str] = []
    merged = {m[1]: m[3] for m in sheet.merged if m[0] <= row.number <= m[2]}
    until = -1
    for index, cell in enumerate(row.cells):
        own = _heading(cell)
        if own:
            until = merged.get(index, index if sheet.merged else len(row.cells))
        headings.append(own or (headings[-1] if index <= until else ""))
    return headings


def _below(over: str, own: str, kind: str, names: Names) -> Meaning | None:
    """What a heading means below another one, which names the part or begins the words."""
    named = part_named(over)
    meaning = meaning_of(own, named[0]) if named and own else None
    if named and meaning and meaning.part == named[0]:
        return replace(meaning, number=named[1])
    return _meaning(f"{over} {own}", kind, names)


def _meaning(heading: str, kind: str, names: Names) -> Meaning | None:
    """What a heading means; a knowledge item's name heads a column of yes and no."""
    if meaning := meaning_of(heading, kind):
        return meaning
    iris = names.find("knowledge", heading)
    if len(iris) == 1 and iris[0] in names.vocabulary.items:
        return Meaning("candidate", "item", "hasKnowledgeOf", "item", item=iris[0])
    return None


def _allowed(kind: str) -> dict[str, str]:
    return {lang: "; ".join(all_headings(kind, lang)) for lang in LANGUAGES}


def _none(place: Place, kind: str) -> Problem:
    return problem("heading-none", place, allowed=_allowed(kind))


def _unknown(place: Place, unknown: list[tuple[str, str]], kind: str) -> Problem:
    """The unknown headings, each with the nearest known one, in one problem."""
    headings = []
    for column, heading in unknown:
        near, _ = nearest_heading(heading, kind)
        nearest = f" (→ “{near}”?)" if near else ""
        headings.append(f"{column} “{on_one_line(heading)}”{nearest}")
    return problem("heading-unknown", place, known="; ".join(headings), allowed=_allowed(kind))


def nearest_heading(heading: str, kind: str) -> tuple[str, int]:
    """The heading of ours that is most like another, and how like it is, of 100; or nothing.

    Of a short one more must be the same, since a few letters are like much; one slip of a typist
    (a letter more, less, wrong, or two exchanged) in four letters or more is like enough.
    """
    known = {
        normal(text): text for lang in LANGUAGES for text in all_headings(kind, lang, every=True)
    }
    least = _LIKE_SHORT if len(normal(heading)) < _SHORT else _LIKE
    near = process.extractOne(
        normal(heading), list(known), scorer=fuzz.token_sort_ratio, score_cutoff=least
    )
    if near is None and len(normal(heading)) >= 4:
        slip = process.extractOne(normal(heading), list(known), scorer=OSA.distance, score_cutoff=1)
        near = (slip[0], least, 0) if slip else None
    return (known[near[0]], int(near[1])) if near else ("", 0)


def _missing(columns: list[Column], place: Place) -> Iterator[Problem]:
    for part, keys in _NEEDED.items():
        own = {c.meaning.key for c in columns if c.meaning.part == part}
        own |= {"start"} if "period" in own else set()
        for key in keys:
            if own and key not in own:
                value = {lang: written(f"{part}-{key}", lang) for lang in LANGUAGES}
                yield problem("heading-missing", place, value=value)
