"""Workbooks that people fill in: sheets, dates, numbers, merged cells."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from libonto.errors import ProfileError
from libonto.graph.terms import ID
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.names import Names
from libonto.profile.model import Candidate, Credential

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


def test_sheets_joined_by_the_identifier(people) -> None:
    data = book(
        Адамдар=[["Идентификатор", "Аты-жөні"], ["01", "Айгүл"], ["02", "Бек"]],
        Білімі=[
            ["Идентификатор", "Деңгейі", "Саласы", "Берілген күні"],
            ["02", "Жоғары білім", "Педагогика", date(2015, 6, 30)],
        ],
        Работа=[
            ["ID", "Должность", "Начало", "Окончание"],
            ["01", "Библиотекарь школы", datetime(2018, 9, 1), None],
            ["02", "Библиотекарь школы", "01.09.2018", "по настоящее время"],
        ],
    )
    found = people(data, "people.xlsx")
    first, second = (candidate for candidate, _ in found)
    assert first and second
    assert (first.name, len(first.credentials), len(first.employments)) == ("Айгүл", 0, 1)
    assert second.credentials == (Credential(LEVEL, ID + "field/pedagogy", date(2015, 6, 30)),)


def test_parts_of_a_person_who_is_not_there(people) -> None:
    data = book(
        Persons=[["ID", "Name", "Knows"], ["1", "a", "economics"]],
        Employments=[["ID", "Position", "Start"], ["2", "school-librarian", "2018-09-01"]],
    )
    found = people(data, "people.xlsx")
    assert found[0][0] is not None
    assert "sheet “Employments”, row 2, column A (“ID”): The person “2”" in found[1][1][0]


def test_sheets_without_a_table_of_persons(people) -> None:
    data = book(
        Credentials=[
            ["ID", "Level", "Field"],
            ["1", "higher", "pedagogy"],
            ["2", "higher", "pedagogy"],
            ["1", "postgraduate", "pedagogy"],
        ],
        Employments=[["ID", "Position", "Start"], ["1", "school-librarian", "2018-09-01"]],
    )
    found = people(data, "people.xlsx")
    assert [(len(c.credentials), len(c.employments)) for c, _ in found if c] == [(2, 1), (1, 0)]


def test_sheets_need_the_identifier(people) -> None:
    data = book(
        Persons=[["Name"], ["a"]],
        Credentials=[["ID", "Level", "Field"], ["1", "higher", "pedagogy"]],
    )
    assert "has no column with an identifier" in headings_error(people, data, "people.xlsx")


def test_numbers_as_excel_stores_them(people) -> None:
    rows = [
        ["ID", "Position", "Start", "Workload"],
        [17, "school-librarian", date(2018, 9, 1), 0.5],
    ]
    candidate = only(people(book(Persons=rows), "people.xlsx"))
    assert candidate.iri == "urn:libonto:person:17"
    assert candidate.employments[0].details == (("workload", "0.5"),)


def test_an_undefined_iri_of_a_diploma_is_told_with_its_cell(people) -> None:
    rows = [["ID", "Level", "Field", "Credential ID"], ["1", "higher", "0322", ID + "diploma/7"]]
    [(candidate, problems)] = people(book(Persons=rows), "people.xlsx")
    assert candidate is None
    place = "people.xlsx, sheet “Persons”, row 2, column D (“Credential ID”)"
    assert problems == [f"{place}: {ID}diploma/7 is not defined by libonto."]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (43344, "is a number, not a date"),
        (datetime(2015, 6, 30, 8, 30), "has a time of day"),
        (True, "is no date"),
    ],
)
def test_a_cell_that_is_no_day(people, value: object, said: str) -> None:
    data = book(Persons=[["ID", "Level", "Field", "Awarded"], ["1", "higher", "pedagogy", value]])
    [(candidate, problems)] = people(data, "people.xlsx")
    assert candidate is None
    assert said in problems[0]


# 42185 is 30 June 2015, from 1904 on 40723; what is shown of it is what is stated.
@pytest.mark.parametrize(
    ("number", "shown", "awarded"),
    [
        (42185, "dd.mm.yyyy", "2015-06-30"),
        (42185, "d mmm", "2015-06-30"),
        (42185, '[$-419]mmmm\\ yyyy"d";@', "2015-06"),
        (42185, "mmm-yy", "2015-06"),  # number 17 of those that are built in
        (42185, "yyyy", "2015"),
        (42185, "[<1]hh:mm;dd.mm.yyyy", "2015-06-30"),
        (1899, "dd.mm.yyyy", "1905-03-13"),
        (1900, "dd.mm.yyyy", "1900"),
        (2100, "yyyy", "2100"),
        (2101, "dd.mm.yyyy", "1905-10-01"),
        (42185, "hh:mm", None),
        (42185, "mmmm", None),
    ],
)
@pytest.mark.parametrize("from_1904", [False, True])
def test_a_number_is_a_day_where_its_format_shows_one(
    people, number: int, shown: str, awarded: str | None, from_1904: bool
) -> None:
    workbook = Workbook()
    if from_1904:
        workbook.epoch = CALENDAR_MAC_1904
        number -= 1462 if number > 3000 else 0
        awarded = awarded and awarded.replace("1905-03-13", "1909-03-14")
        awarded = awarded and awarded.replace("1905-10-01", "1909-10-02")
    sheet = workbook.worksheets[0]
    sheet.append(["ID", "Level", "Field", "Awarded", "Position", "Start"])
    sheet.append(["1", "higher", "pedagogy", number])
    sheet.append(["2", None, None, None, "school-librarian", number])
    for cell in ("D2", "F3"):
        sheet[cell].number_format = shown
    data = io.BytesIO()
    workbook.save(data)
    [(diploma, problems), (job, wrong)] = people(data.getvalue(), "people.xlsx")
    if awarded is None:
        assert "is a number, not a date" in problems[0]
    else:
        assert diploma is not None and diploma.credentials[0].awarded_text == awarded
    if awarded and len(awarded) == 10:
        assert job is not None and job.employments[0].started.isoformat() == awarded
    else:
        assert job is None and wrong[0].startswith("people.xlsx, sheet “Sheet”, row 3, column F")


def test_a_conditional_format_does_not_change_that_of_other_cells(people) -> None:
    rows = [
        ["ID", "Position", "Start"],
        ["1", "school-librarian", date(2018, 9, 1)],  # openpyxl numbers its format 164
    ]
    workbook = load_workbook(io.BytesIO(book(Persons=rows)))
    style = DifferentialStyle(numFmt=NumberFormat(164, "mmm yyyy"))
    rule = Rule(type="expression", formula=["TRUE"], dxf=style)
    workbook.worksheets[0].conditional_formatting.add("A1:A9", rule)
    data = io.BytesIO()
    workbook.save(data)
    candidate = only(people(data.getvalue(), "people.xlsx"))
    assert candidate.employments[0].started == date(2018, 9, 1)


def test_what_stands_above_the_headings_or_in_parentheses_is_listed(names: Names) -> None:
    rows = [["List"], ["as of 2026", None, "7"], ["ID", "Level", "Field"], ["1", "higher", "0322"]]
    data = book(**{"(Notes)": [["x"]], "Persons": rows})
    entries = list(Intake(names).documents([Document(data, "people.xlsx")]))
    assert {str(n.place): n.message("en") for e in entries for n in e.notes} == {
        "people.xlsx:Persons:1": "The row stands above the headings (“List”).",
        "people.xlsx:Persons:2": "The row stands above the headings (“as of 2026”).",
        "people.xlsx:(Notes)": "The sheet's name stands in parentheses.",
    }
    assert [e.candidate.iri for e in entries if e.candidate] == ["urn:libonto:person:1"]


@pytest.mark.parametrize("row", [0, 1, 2])
@pytest.mark.parametrize("fault", ["#REF!", "#Н/Д"])
def test_an_error_above_or_in_the_headings_is_one(people, row: int, fault: str) -> None:
    rows: list[list[object]] = [
        ["List"],
        [None, "Education", "Education"],
        ["ID", "Level", "Field"],
        ["1", "higher", "pedagogy"],
    ]
    rows[row].append(fault)
    column = "ABCD"[len(rows[row]) - 1]
    said = headings_error(people, book(Persons=rows), "people.xlsx")
    assert f"row {row + 1}, column {column}: The cell holds an error ({fault})" in said


def test_a_cell_merged_downwards_counts_for_each_of_its_rows(people) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (
        ["ID", "Name", "Level", "Field"],
        ["1", "a", "higher", "pedagogy"],
        [None, None, "postgraduate", "pedagogy"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    data = io.BytesIO()
    workbook.save(data)
    assert len(only(people(data.getvalue(), "people.xlsx")).credentials) == 2


def test_a_table_that_starts_further_down_and_to_the_right(people) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet["C4"], sheet["D4"], sheet["C5"], sheet["D5"] = "ID", "Level", "1", "colour"
    sheet["E4"], sheet["E5"] = "Field", "pedagogy"
    data = io.BytesIO()
    workbook.save(data)
    [(_, problems)] = people(data.getvalue(), "people.xlsx")
    assert "row 5, column D (“Level”)" in problems[0]
