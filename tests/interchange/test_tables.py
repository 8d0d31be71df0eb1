"""Tables that people fill in: one row a person, further rows, numbered columns, sheets, files."""

import io
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from openpyxl import Workbook
from tests.interchange.conftest import People

from libonto.errors import ProfileError, UsageError
from libonto.graph.terms import ID
from libonto.profile.intake import Intake
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.tables import open_sheets
from libonto.profile.interchange.tables import people as people_of
from libonto.profile.model import Candidate, Credential, Employment

LEVEL = ID + "education/higher"
FIELD = ID + "field/library-science"
POSITION = ID + "position/school-librarian"


def only(found: list[tuple[Candidate | None, list[str]]]) -> Candidate:
    assert [problems for _, problems in found] == [[]]
    candidate = found[0][0]
    assert candidate is not None
    return candidate


def book(**sheets: list[list[object]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def headings_error(people, *args, **options) -> str:
    with pytest.raises(ProfileError) as caught:
        people(*args, **options)
    return caught.value.message("en")


@pytest.mark.parametrize(
    "table",
    [
        "ID,Name,Level,Field,Awarded\n7,Айгүл,Higher education,Library science,2015-06-30\n",
        "Идентификатор;ФИО;Уровень образования;Область образования;Дата выдачи\n"
        "7;Айгүл;высшее  ОБРАЗОВАНИЕ;Библиотечное дело;30.06.2015\n",
        "Идентификатор\tАты-жөні\tБілім деңгейі\tБілім саласы\tБерілген күні\n"
        "7\tАйгүл\tЖоғары білім\tКітапхана ісі\t30.6.2015\n",
        "id|name|level|field|awarded\n7|Айгүл|higher|library-science|2015-06-30 00:00:00\n",
        f"\ufeffsep=;\nID;Name;Level;Field;Awarded\n7;Айгүл;{LEVEL};{FIELD};2015-06-30\n",
        "Список на 2026 год,,,,\n\nID,Name,Level,Field,Awarded\n"
        "7,Айгүл,higher,library-science,2015-06-30\n",
    ],
    ids=["en", "ru", "kk", "keys", "bom-sep-iris", "title-above"],
)
def test_one_row_in_any_language(people, table: str) -> None:
    candidate = only(people(table))
    assert candidate.iri == "urn:libonto:person:7"
    assert candidate.name == "Айгүл"
    assert candidate.credentials == (Credential(LEVEL, FIELD, date(2015, 6, 30)),)


def test_further_rows_of_a_person_add_what_they_say_and_repeat_what_they_repeat(people) -> None:
    candidate = only(
        people(
            "ID,Name,Level,Field,Position,Start,End\n"
            "7,Айгүл,higher,library-science,school-librarian,2018-09-01,2019-08-31\n"
            "7,Айгүл,higher,library-science,school-librarian,2020-09-01,\n"
            "7,,postgraduate,pedagogy,,,\n"
        )
    )
    assert [c.level for c in candidate.credentials] == [LEVEL, ID + "education/postgraduate"]
    assert [e.started.year for e in candidate.employments] == [2018, 2020]


def test_numbered_columns(people) -> None:
    candidate = only(
        people(
            "ID,Level,Field,Level 2,Field 2,Position 1,Start 1,Position 2,Start 2\n"
            "7,higher,pedagogy,higher,pedagogy,school-librarian,2018-09-01,,\n"
        )
    )
    assert len(candidate.credentials) == 2
    assert candidate.employments == (Employment(POSITION, date(2018, 9, 1)),)


def test_without_identifiers_and_names_every_row_is_a_person(people) -> None:
    found = people("Knows\nbibliography\nbibliography\n")
    assert [c.iri for c, _ in found] == ["urn:libonto:candidate:1", "urn:libonto:candidate:2"]


@pytest.mark.parametrize(
    ("written", "iri"),
    [
        ("urn:example:1", "urn:example:1"),
        ("https://example.org/1", "https://example.org/1"),
        (" Т-015/б ", "urn:libonto:person:%D0%A2-015%2F%D0%B1"),
    ],
)
def test_an_identifier_is_an_iri_or_becomes_one(people, written: str, iri: str) -> None:
    assert only(people(f"ID,Knows\n{written},economics\n")).iri == iri


def test_knowledge_as_a_list_as_columns_and_by_act(people) -> None:
    candidate = only(
        people(
            "ID;Knowledge;Knowledge 2;Основы педагогики;fire-safety\n"
            '7;"bibliography; Экономика негіздері\neconomics";'
            "Конституция Республики Казахстан, law-education;да;нет\n"
        )
    )
    slugs = {iri.removeprefix(ID) for iri in candidate.knowledge}
    assert slugs == {
        "knowledge/bibliography",
        "knowledge/economics",
        "knowledge/constitution",
        "knowledge/law-education",
        "knowledge/pedagogy",
    }


@pytest.mark.parametrize(
    "word",
    ["present", "по настоящее время", "н.в.", "по н/в", "қазіргі уақытқа дейін", "—", ""],
)
def test_somebody_who_still_works_there(people, word: str) -> None:
    candidate = only(people(f"ID,Position,Start,End\n7,{POSITION},2018-09-01,{word}\n"))
    assert candidate.employments[0].ended is None


def test_another_position_can_be_said(people) -> None:
    candidate = only(people("ID,Position,Start\n7,Другая должность,2018-09-01\n"))
    assert candidate.employments[0].position == ID + "position/other-position"


def test_what_stands_in_parentheses_is_not_read(people) -> None:
    found = people("ID,Knows,(телефон)\n(example),economics,1\n7,economics,+7 701\n")
    assert only(found).iri == "urn:libonto:person:7"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("06/05/2015", "either of two days: 2015-05-06, 2015-06-05"),
        ("1-9-2015", "either of two days"),
        ("01.09.45", "does not tell the century: 1945, 2045"),
        ("30.06.20155", "is no date"),
        ("31.02.2015", "does not exist"),
        ("2015-06-30T08:30", "has a time of day"),
        ("spring", "is no date"),
    ],
)
def test_a_day_that_could_be_mistaken_is_an_error(people, written: str, said: str) -> None:
    [(candidate, problems)] = people(f"ID,Level,Field,Awarded\n7,higher,pedagogy,{written}\n")
    assert candidate is None
    assert said in problems[0]
    assert "row 2, column D (“Awarded”)" in problems[0]


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("2015", "2015"),
        ("2015-06", "2015-06"),
        ("июнь 2015", "2015-06"),
        ("25/06/2015", "2015-06-25"),
        ("06/25/2015", "2015-06-25"),
        ("25.6.15", "2015-06-25"),
        ("2015-6-25", "2015-06-25"),
        ("25 июня 2015 г.", "2015-06-25"),
        ("2015 жылғы 25 маусым", "2015-06-25"),
        ("2015 ж. 25 маусым", "2015-06-25"),
        ("June 25, 2015", "2015-06-25"),
        ("25.06.2015 0:00:00", "2015-06-25"),
        ("2015-06-24T21:00:00Z", "2015-06-25"),
    ],
)
def test_days_as_people_write_them(people, written: str, stated: str) -> None:
    candidate = only(people(f'ID;Level;Field;Awarded\n7;higher;pedagogy;"{written}"\n'))
    assert candidate.credentials[0].awarded_text == stated


def test_a_month_is_no_first_day(people) -> None:
    [(candidate, problems)] = people("ID,Position,Start\n7,school-librarian,2018-09\n")
    assert candidate is None
    assert "has no day" in problems[0]


def test_a_bad_row_names_its_place_and_the_allowed_values_and_costs_nobody_else(people) -> None:
    found = people(
        "ID,Name,Level,Field\n1,a,higher,pedagogy\n2,b,Higher eduction,pedagogy\n"
        "3,c,colour,library-science\n4,d,higher,pedagogy\n"
    )
    assert [c.name if c else None for c, _ in found] == ["a", None, None, "d"]
    nearest, unknown = found[1][1][0], found[2][1][0]
    assert nearest.startswith("people.csv, row 3, column C (“Level”): Unknown value")
    assert "Did you mean “higher education”?" in nearest
    assert "General secondary education; Technical and vocational education" in unknown


def test_what_the_checks_find_is_said_at_its_cell(people) -> None:
    found = people(
        "ID,Level,Field,Position,Start,End\n1,higher,,school-librarian,2020-01-01,2019-01-01\n"
    )
    messages = "\n".join(found[0][1])
    assert "row 2, column C (“Field”): This is missing" in messages
    assert "row 2, column F (“End”): The employment ends" in messages


def test_rows_of_one_person_stand_together(people) -> None:
    found = people("ID,Knows\n1,economics\n2,economics\n1,economics\n")
    assert [c is None for c, _ in found] == [False, False, True]
    assert "must stand together" in found[2][1][0]


def test_two_names_of_one_person_are_an_error(people) -> None:
    [(candidate, problems)] = people("ID,Name,Knows\n1,a,economics\n1,b,economics\n")
    assert candidate is None
    assert "there are several" in problems[0]


def test_an_identifier_is_needed_in_every_row(people) -> None:
    found = people("ID,Name,Knows\n1,a,economics\n,b,economics\n")
    assert "row 3, column A (“ID”): The person's identifier is missing" in found[1][1][0]


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        ("ID,Telefone,Name", "row 1: Unknown headings: B “Telefone”"),
        ("ID,Nmae", "B “Nmae” (→ “Name”?)"),
        ("ID,Level,Field,Level", "column D: The column “Level” repeats column B"),
        ("ID,Level", "The column “Field of study” is missing"),
        ("ID,Position", "The column “Started on” is missing"),
        ("a,b,c", "No row of headings was found"),
        ("just text", "No row of headings was found"),
    ],
)
def test_headings_that_are_not_understood(people, headings: str, said: str) -> None:
    assert said in headings_error(people, f"{headings}\n1,2,3,4\n")


def test_a_value_below_no_heading_is_not_lost(people) -> None:
    found = people("ID,Knows,\n1,economics,\n2,economics,stray\n")
    assert found[0][1] == []
    assert "column C: The column has no heading" in found[1][1][0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2,b", "has 2 cells, the heading 3"),
        ("2,b,higher,x", "has 4 cells, the heading 3"),
        ('2,"b"c,d', "quotation marks are wrong"),
    ],
)
def test_a_broken_row(people, row: str, said: str) -> None:
    found = people(f"ID,Name,Knowledge\n1,a,economics\n{row}\n3,c,economics\n")
    assert [c.name if c else None for c, _ in found] == ["a", None, "c"]
    assert said in found[1][1][0]


def test_a_quotation_mark_that_is_never_closed_is_said(people) -> None:
    found = people('ID,Knows\n1,economics\n2,"b\n3,c\n')
    assert found[0][0] is not None
    assert "quotation marks are wrong" in found[1][1][0]


def test_an_empty_table_has_nobody(people) -> None:
    assert people("") == []
    assert people("ID,Name\n\n,\n") == []


# Files


def write(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return sorted(map(str, folder.glob("*.csv")))


def test_files_joined_by_their_names(tmp_path: Path, names: Names) -> None:
    paths = write(
        tmp_path,
        persons="ID,Name\n1,a\n2,b\n",
        credentials="ID;Level;Field\n2;higher;pedagogy\n",
        employments="ID\tPosition\tStart\n1\tschool-librarian\t2018-09-01\n",
    )
    found = [entry.candidate for entry in Intake(names).files(paths)]
    assert [(len(c.credentials), len(c.employments)) for c in found if c] == [(0, 1), (1, 0)]


def test_a_file_of_grants_is_joined_too(tmp_path: Path, names: Names) -> None:
    paths = write(
        tmp_path,
        persons="ID,Knows\n1,economics\n",
        grants="ID,Category held\n1,librarian/higher-second\n",
    )
    [entry] = Intake(names).files(paths)
    assert entry.candidate is not None
    assert [grant.category for grant in entry.candidate.holds] == [
        f"{ID}category/librarian/higher-second"
    ]


def test_files_of_other_names_are_people_of_their_own(tmp_path: Path, names: Names) -> None:
    paths = write(tmp_path, school1="Knows\neconomics\n", school2="Knows\neconomics\neconomics\n")
    found = [entry.iri for entry in Intake(names).files(paths) if not entry.passed_over]
    assert found == [f"urn:libonto:candidate:{number}" for number in (1, 2, 3)]


def test_a_file_that_is_not_there(names: Names, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(Intake(names).files([str(tmp_path / "none.csv")]))


def test_a_delimited_file_is_read_as_it_comes(names: Names) -> None:
    class Endless(io.RawIOBase):
        """A file that never ends: whoever holds it whole never comes back."""

        def __init__(self) -> None:
            self.number = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.number += 1
            line = b"ID,Knows\n" if self.number == 1 else f"{self.number},economics\n".encode()
            buffer[: len(line)] = line
            return len(line)

    stream = Endless()
    results = people_of(open_sheets(cast(BinaryIO, stream), "endless.csv"), names)
    assert next(results).raw is not None
    assert next(results).raw is not None
    assert stream.number < 50


@pytest.mark.parametrize("shown", ["8,80101E+11", "8.80101E+11", "1E+15", "1,23457E+15"])
def test_an_identifier_that_a_spreadsheet_has_rounded_makes_nobody(
    people: People, shown: str
) -> None:
    row = f'"{shown}",higher,pedagogy\n'
    found = people(f"ID,Level,Field\n{row}{row}7E2,higher,pedagogy\n")
    [right] = [candidate.iri for candidate, _ in found if candidate]
    assert right.endswith(":7E2")
    wrong = [text for candidate, problems in found if candidate is None for text in problems]
    assert wrong and all("last digits a spreadsheet has dropped" in text for text in wrong)


@pytest.mark.parametrize(("number", "right"), [(999_999_999_999_999, True), (10**15, False)])
def test_a_number_of_sixteen_digits_is_no_identifier(
    people: People, number: int, right: bool
) -> None:
    data = book(people=[["ID", "Level", "Field"], [number, "higher", "pedagogy"]])
    [(candidate, problems)] = people(data, "people.xlsx")
    assert (candidate is not None) == right
    assert right or f"“{number}” is a number whose last digits" in problems[0]
