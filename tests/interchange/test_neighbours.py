"""Neighbours of what people bring: each kind of input in several of its forms."""

from pathlib import Path
from typing import Any

import pytest
from tests.interchange.test_brought import BROUGHT, candidates, passed, problems, saved, text

from libonto.cli.frame import run
from libonto.errors import FormatError
from libonto.graph.terms import ID
from libonto.profile.account import ProfileEntry
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange import sheets
from libonto.profile.interchange.headings import meaning_of
from libonto.profile.interchange.layout import nearest_heading
from libonto.profile.interchange.mapping import key_of
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.tables import person_iri

HEADS = ["ФИО", "Должность", "Дата приёма", "Дата увольнения"]
ROW = ["Иванова А.", "школьный библиотекарь", "01.09.2018", "31.08.2021"]
OTHER = ["Петров Б.", *ROW[1:]]
SECOND = ID + "category/librarian/higher-second"


def read(names: Names, rows: list[list[Any]], name: str = "list.csv") -> list[ProfileEntry]:
    data = saved(rows) if name.endswith("xlsx") else text(rows)
    return list(Intake(names, lang="en").documents([Document(data, name)]))


@pytest.mark.parametrize(
    "written",
    [
        *("н.в.", "по н/в", "настоящее время", "сейчас", "продолжает работать", "до сих пор"),
        *("қазіргі уақыт", "бүгінгі күнге дейін", "жұмыс істейді", "till now", "today", "—"),
        *("", "  ", "\u200b", "\u00a0"),
    ],
)
def test_words_for_still_employed(names: Names, written: str) -> None:
    [candidate] = candidates(read(names, [HEADS, [*ROW[:3], written]]))
    assert candidate.employments[0].ended is None


@pytest.mark.parametrize("written", ["...", "…", "?", "нет", "0", "x", "null", "уволена"])
def test_what_does_not_say_so_is_no_last_day(names: Names, written: str) -> None:
    found = read(names, [HEADS, [*ROW[:3], written]])
    assert not candidates(found)
    assert "column D" in problems(found)


@pytest.mark.parametrize(
    "error", ["#ССЫЛКА!", "#Н/Д", "#ДЕЛ/0!", "#ЗНАЧ!", "#ИМЯ?", "#REF!", "#SPILL!", "Ошибка:502"]
)
@pytest.mark.parametrize("column", range(4))
def test_an_error_in_the_words_of_its_spreadsheet(names: Names, error: str, column: int) -> None:
    found = read(names, [HEADS, [*ROW[:column], error, *ROW[column + 1 :]]])
    assert problems(found).count("\n") == 0  # one thing is wrong, and one is said
    assert f"column {'ABCD'[column]}" in problems(found)


def test_a_name_that_begins_like_an_error_is_a_name(names: Names) -> None:
    [candidate] = candidates(read(names, [HEADS, ["#5 Иванова", *ROW[1:]]]))
    assert candidate.name == "#5 Иванова"


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_nobody_of_a_name_that_stands_twice_is_judged(names: Names, name: str) -> None:
    found = read(names, [HEADS, ROW, OTHER, ROW], name)
    assert [c.name for c in candidates(found)] == ["Петров Б."]
    assert "“Иванова А.” stands in row 4 too" in problems(found)
    assert "“Иванова А.” stands in row 2 too" in problems(found)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["1", "2", "3", "4"], "row-of-numbers"),
        (["А", "Б", "1", "2"], "row-of-numbers"),
        (["А", "Б", "В", "Г"], "row-of-numbers"),
        (["(1)", "(2)", "(3)", "(4)"], "row-of-numbers"),
        (HEADS, "row-of-headings"),
        (["Ф.И.О.", "ДОЛЖНОСТЬ", "Дата  приёма", "Дата увольнения"], "row-of-headings"),
        (["Итого:", "", "", ""], "row-states-nothing"),
        (["Школа № 2", "", "", ""], "row-states-nothing"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_rows_that_are_nobody(names: Names, row: list[str], reason: str, first: bool) -> None:
    rows = [row, ROW] if first else [ROW, row]
    found = read(names, [HEADS, *rows])
    assert [c.name for c in candidates(found)] == ["Иванова А."]
    assert not problems(found)
    joined = first and reason == "row-of-headings"  # the two rows are the headings
    assert passed(found) == [(2 if first else 3, reason)] * (not joined)


@pytest.mark.parametrize(
    "row", [["А", "Б", "2", "3"], ["2", "3", "4", "5"], ["Итого", "3", "", ""]]
)
def test_rows_that_may_be_somebody(names: Names, row: list[str]) -> None:
    found = read(names, [HEADS, ROW, row])
    assert len(candidates(found)) == 1
    assert "row 3" in problems(found)


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize(
    "heads",
    [
        ["Фамилия", "Имя", "Отчество"],
        ["Тегі", "Аты", "Әкесінің аты (бар болса)"],
        ["Surname", "First name", "Middle name"],
    ],
)
def test_a_name_in_three_columns(names: Names, heads: list[str], name: str) -> None:
    people = [["Иванова", "А.", ""], ["Иванова", "А.", "Б."], ["Иванова", "", ""]]
    found = read(names, [[*heads, *HEADS[1:]], *([*who, *ROW[1:]] for who in people)], name)
    assert [c.name for c in candidates(found)] == ["Иванова А.", "Иванова А. Б.", "Иванова"]
    in_another_order = [[*reversed(heads), *HEADS[1:]], ["Б.", "А.", "Иванова", *ROW[1:]]]
    assert [c.name for c in candidates(read(names, in_another_order, name))] == ["Иванова А. Б."]
    nobody = read(names, [[*heads, *HEADS[1:]], ["Иванова", "А.", "Б.", "", "", ""]], name)
    assert passed(nobody) == [(2, "row-states-nothing")]


def test_names_in_parts_are_compared_as_a_whole(names: Names) -> None:
    rows = [["Фамилия", "Имя", *HEADS[1:]], *(["Иванова", who, *ROW[1:]] for who in "АБА")]
    found = read(names, rows)
    assert [c.name for c in candidates(found)] == ["Иванова Б"]
    assert "“Иванова А” stands in row 4 too" in problems(found)


def test_a_name_in_parts_beside_another_one_is_an_error(names: Names) -> None:
    rows = [["Фамилия", "ФИО", *HEADS[1:]], ["Иванова", "Петров Б.", *ROW[1:]]]
    assert not candidates(read(names, rows))


def test_a_name_in_parts_below_one_heading_and_by_a_mapping_and_in_a_batch(
    names: Names, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = [["ФИО", "", *HEADS[1:]], ["Фамилия", "Имя", "", "", ""], ["Иванова", "А.", *ROW[1:]]]
    assert [c.name for c in candidates(read(names, rows))] == ["Иванова А."]
    source, mapping, output = (tmp_path / n for n in ("list.csv", "list.toml", "out.jsonl"))
    source.write_bytes(text([["Фамилия", "Имя", *HEADS[1:]], rows[2]]))
    assert run(["profile", "map", str(source), "-o", str(mapping)]) == 0
    for options in ([], ["--map", str(mapping)]):
        run(["batch", str(source), "-o", str(output), "--jobs", "1", *options])
        assert '"name":"Иванова А."' in output.read_text("utf-8")


@pytest.mark.parametrize(
    ("level", "held", "meant"),
    [
        ("высшее", "вторая", "higher-second"),
        ("колледж 3 курс", "вторая", None),
        ("ср.-спец.", "II категория", "middle-second"),
        *(
            ("высшее", words, "higher-second")
            for words in (
                *("II", "ІІ", "Iі", "іІ", "Ⅱ", "ІІ категория", "ІІ санат", "2-санат", "2 санат"),
                *("2 категория", "2-ая категория", "вторая кв. категория", "II кв. категория"),
                *("вторая квалификационная категория", "екінші біліктілік санаты"),
            )
        ),
        ("высшее", "І", "higher-first"),
        ("ср.-спец.", "І категория", "middle-first"),
        ("ср.-спец.", "высшая кв. категория", "middle-highest"),
        ("высшее", "ІІІ", None),
        ("высшее", "ІV", None),
        ("высшее", "3 категория", None),
        ("высшее", "без категории", "higher-none"),
        ("высшее", "нет", ""),
        ("высшее", "-", ""),
        ("высшее", "жоқ", ""),
    ],
)
def test_a_category_held_in_peoples_words(
    names: Names, level: str, held: str, meant: str | None
) -> None:
    heads = ["ФИО", "Образование", "Специальность", "Имеющаяся категория"]
    found = read(names, [heads, ["А.", level, "Библиотечное дело", held]])
    if meant is None:
        assert not candidates(found)
    else:
        held_ones = [g.category.rpartition("/")[2] for g in candidates(found)[0].holds]
        assert held_ones == [meant] * bool(meant)


def test_a_grant_without_its_category_is_an_error(names: Names) -> None:
    heads = ["ФИО", "Образование", "Специальность", "Имеющаяся категория", "Дата присвоения"]
    row = ["А.", "высшее", "Библиотечное дело", "вторая", "20.05.2021"]
    [candidate] = candidates(read(names, [heads, row]))
    assert [(g.category, str(g.granted)) for g in candidate.holds] == [(SECOND, "2021-05-20")]
    found = read(names, [heads, [*row[:3], "нет", row[4]]])
    assert "column D (“Имеющаяся категория”)" in problems(found)


@pytest.mark.parametrize("lang", ["kk", "ru"])
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'{"name": "a",}', "d.json"),
        (b'{"name": "a"} x', "d.json"),
        (b"<a> <b> x:c .", "d.ttl"),
        (b"<urn:a> <urn:b> [ .", "d.ttl"),
        (b"<a/>", "d.rdf"),
        (b"<a><b></a>", "d.rdf"),
        (b"PK\x03\x04xxxx", "d.xlsx"),
        ('ФИО,Должность\n"А",x\rб,x\n'.encode(), "d.csv"),
        ('ФИО,Должность\n"А"б,x\n'.encode(), "d.csv"),
        ('ФИО,Должность\n"А,x\n'.encode(), "d.csv"),
        (b'{"payload": "!", "signatures": []}', "d.json"),
    ],
)
def test_no_library_speaks_english(names: Names, lang: str, data: bytes, name: str) -> None:
    found = list(Intake(names, lang=lang).documents([Document(data, name)]))
    said = "\n".join(p.message(lang) for entry in found for p in entry.problems)
    for known in (name, "RDF/XML", "RDF", "XML", ".xlsx", ".ods", "PREFIX", "UTF-8"):
        said = said.replace(known, "")
    assert said
    assert not any("a" <= letter <= "z" for letter in said.casefold()), said


@pytest.mark.parametrize(
    ("heading", "guess"),
    [
        *((short, "") for short in ("Год", "Жыл", "Year", "Пол", "Стаж", "Район", "ВУЗ", "Кат.")),
        *((long, "") for long in ("Примечание к стажу", "Общий стаж", "Что-то другое")),
        ("Дата увольн.", "employment-end"),
        ("Место роботы", "employment-employer"),
        ("Должнасть", "employment-position"),
        ("Спицеальность", "credential-field"),
    ],
)
def test_what_a_heading_is_guessed_to_be(names: Names, heading: str, guess: str) -> None:
    assert not meaning_of(heading, "candidate")
    found, certainty = nearest_heading(heading, "candidate")
    meaning = meaning_of(found, "candidate") if found else None
    assert (key_of(meaning) if meaning else "") == guess
    assert bool(certainty) == bool(guess)


def test_a_batch_says_that_a_hidden_row_was_taken(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True

    (tmp_path / "list.xlsx").write_bytes(saved([HEADS, ROW, OTHER], hide))
    output = tmp_path / "out.csv"
    run(["batch", str(tmp_path / "list.xlsx"), "-o", str(output), "--lang", "en", "--jobs", "1"])
    assert "Beware: 1 (The row is hidden" in capfd.readouterr().err
    assert output.read_text("utf-8").count("urn:libonto:candidate:1,") == 8


def test_a_credential_that_cannot_be_taken_is_an_error_in_a_batch_too(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.jsonl"
    source = str(BROUGHT / "schema-org-two-fields.json")
    assert run(["batch", source, "-o", str(output), "--lang", "en", "--jobs", "1"]) == 2
    assert not output.read_text("utf-8")
    assert "Several fields are stated" in (tmp_path / "out.jsonl.errors.csv").read_text("utf-8")


@pytest.mark.parametrize("name", ["list.csv", "list.xls.csv", "list.tsv", "list.xls", "list"])
def test_a_web_page_under_the_name_of_a_table(names: Names, name: str) -> None:
    data = (BROUGHT / "html-named-xls.xls").read_bytes()
    with pytest.raises(FormatError, match="web page"):
        list(Intake(names, lang="en").documents([Document(data, name)]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("last", ["", "\r"])
def test_lines_that_end_with_a_carriage_return_alone(
    names: Names, tmp_path: Path, encoding: str, last: str
) -> None:
    people = [["ID", *HEADS], ["1", *ROW], ["2", *OTHER]]
    rows = "\r".join([";".join(row) for row in people]) + last
    data = rows.replace("Иванова А.", '"Иванова А."').encode(encoding)
    stated = "windows-1251" if encoding == "cp1251" else None
    found = list(Intake(names, lang="en", encoding=stated).documents([Document(data, "list.csv")]))
    assert [c.name for c in candidates(found)] == [ROW[0], OTHER[0]]
    source, output = tmp_path / "list.csv", tmp_path / "out.jsonl"
    source.write_bytes(data)
    options = ["--encoding", stated] if stated else []
    run(["batch", str(source), "-o", str(output), "--jobs", "1", *options])
    assert output.read_text("utf-8").count('"name":') == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("size", [sheets.MAX_LINE, sheets.MAX_LINE * 3])
def test_a_long_file_of_carriage_returns(names: Names, encoding: str, size: int) -> None:
    row = [ROW[0] + " " * 1000, *ROW[1:]]
    many = size // len(";".join(row).encode()) + 2
    people = [["ID", *HEADS], *([str(n), *row] for n in range(many))]
    data = "\r".join(";".join(row) for row in people).encode(encoding)
    found = list(Intake(names, lang="en").documents([Document(data, "list.csv")]))
    assert len(candidates(found)) == many
    assert not problems(found)


def test_a_line_too_long_among_carriage_returns(names: Names) -> None:
    data = ";".join(HEADS).encode() + b"\r" + b"x" * (2 * sheets.MAX_LINE)
    found = list(Intake(names, lang="en").documents([Document(data, "list.csv")]))
    assert "line 2" in problems(found)


DASHES = ["Вакансия", "-", "–", "—"]


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("first", [True, False])
def test_a_row_of_dashes_is_passed_over(names: Names, name: str, first: bool) -> None:
    found = read(names, [HEADS, *([DASHES, ROW] if first else [ROW, DASHES])], name)
    assert len(candidates(found)) == 1
    assert not problems(found)
    assert passed(found) == [(2 if first else 3, "row-of-dashes")]


@pytest.mark.parametrize("index", [1, 2])
def test_a_dash_beside_other_statements_is_an_error(names: Names, index: int) -> None:
    row = [*ROW[:index], "-", *ROW[index + 1 :]]
    assert not candidates(found := read(names, [HEADS, row]))
    assert f"column {'ABC'[index]}" in problems(found)


@pytest.mark.parametrize("first", [True, False])
def test_a_batch_passes_a_row_of_dashes_over(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], first: bool
) -> None:
    heads, person, vacancy = ["ID", *HEADS], ["1", *ROW], ["2", *DASHES]
    source, output = tmp_path / "list.csv", tmp_path / "out.jsonl"
    source.write_bytes(text([heads, *([vacancy, person] if first else [person, vacancy])]))
    status = run(["batch", str(source), "-o", str(output), "--lang", "en", "--jobs", "1"])
    assert status != 2
    assert output.read_text("utf-8").count('"name":') == 1
    assert "only dashes" in capfd.readouterr().err


def two_sheets(title: str, rows: list[list[Any]], *, first: bool) -> Any:
    def add(sheet: Any) -> None:
        other = sheet.parent.create_sheet(title, 0 if first else 1)
        for row in rows:
            other.append(row)

    return add


FREE_NOTES = [["Составила: Петрова"], ["Уточнить стаж у Ивановой", "до пятницы"]]


@pytest.mark.parametrize("first", [True, False])
def test_a_sheet_of_free_notes_beside_a_list_is_passed_over(names: Names, first: bool) -> None:
    edit = two_sheets("Лист2", FREE_NOTES, first=first)
    document = Document(saved([HEADS, ROW], edit), "list.xlsx")
    found = list(Intake(names, lang="en").documents([document]))
    assert len(candidates(found)) == 1
    notes = [note for entry in found for note in entry.notes]
    assert [(n.place.sheet, n.key) for n in notes] == [("Лист2", "sheet-without-headings")]


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("Места работы", FREE_NOTES),  # it says by its name what it lists
        ("Лист2", [["ФИО", "Неведомое"], ["А.", "x"]]),
    ],
)
def test_a_sheet_that_looks_like_a_list_is_none_of_free_notes(
    names: Names, title: str, rows: list[list[Any]]
) -> None:
    edit = two_sheets(title, rows, first=False)
    document = Document(saved([HEADS, ROW], edit), "list.xlsx")
    found = list(Intake(names, lang="en").documents([document]))
    assert not candidates(found)
    assert title in problems(found)


def test_free_notes_alone_are_an_error(names: Names) -> None:
    assert "No row of headings" in problems(read(names, FREE_NOTES, "list.xlsx"))


@pytest.mark.parametrize("written", ["'007", "''7", "’7"])
def test_an_apostrophe_that_a_spreadsheet_shows_is_kept(names: Names, written: str) -> None:
    rows = [["ID", *HEADS], [written, *ROW]]
    for name in ("list.csv", "list.xlsx"):
        [candidate] = candidates(read(names, rows, name))
        assert candidate.iri == person_iri(written)


def test_a_mapping_keeps_the_numbers_of_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list that is read without a mapping is read alike by the one that is proposed for it."""
    source, mapping = tmp_path / "list.csv", tmp_path / "list.map.toml"
    source.write_text(
        "ID,Evidence,Evidence 2,Education level,Field of study,Education level 2,Field of study 2,"
        "Evidence of the credential 2,Evidence of the credential 2 2\n"
        "1,a,b,higher,pedagogy,technical-vocational,library-science,c,d\n"
    )
    convert = ["profile", "convert", str(source), "--to", "json", "--lang", "en"]
    assert run(convert) == 0
    expected = capsys.readouterr().out
    assert expected.count('"level"') == 2
    assert run(["profile", "map", str(source), "-o", str(mapping)]) == 0
    assert run([*convert, "--map", str(mapping)]) == 0
    assert capsys.readouterr().out == expected
    columns = '[columns]\n"Post 1" = "employment-position"\n"Post 2" = "-"\n'
    mapping.write_text(columns + '"From" = "employment-start"\n', encoding="utf-8")
    source.write_text("ID,Post 1,Post 2,From\n1,school-librarian,x,2018-09-01\n")
    assert run([*convert, "--map", str(mapping)]) == 0
    assert "school-librarian" in capsys.readouterr().out
