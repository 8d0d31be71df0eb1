"""What people bring: lists that others designed, documents as programs issue them.

Each file of `fixtures/brought` once failed or, worse, passed; its neighbours stand beside it.
"""

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from tests.interchange.test_hostile_tables import cell, open_document, row

from libonto.cli.frame import run
from libonto.graph.terms import ID
from libonto.locales import LANGUAGES
from libonto.profile.account import ProfileEntry, remarks
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.names import Names

BROUGHT = Path(__file__).parents[1] / "fixtures" / "brought"
ISCED = "http://data.europa.eu/snb/isced-f/"
HEADS = ["Табельный номер", "ФИО", "Должность", "Дата приёма", "Дата увольнения", "Телефон"]
ROW = ["007", "Сидорова А. Б.", "Библиотекарь школы", "01.09.2018", "31.08.2021", "8 700"]


@pytest.fixture
def bring(names: Names):
    """The entries of a file, a table's rows or a JSON value."""

    def read(given: Any, name: str = "list.xlsx", edit: Any = None) -> list[ProfileEntry]:
        if isinstance(given, str):
            document = Document((BROUGHT / given).read_bytes(), given)
        elif isinstance(given, bytes):
            document = Document(given, name)
        elif isinstance(given, dict):
            document = Document(json.dumps(given).encode(), "given.json")
        else:
            document = Document(saved(given, edit) if name.endswith("xlsx") else text(given), name)
        return list(Intake(names, lang="en").documents([document]))

    return read


def saved(rows: list[list[Any]], edit: Any = None) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for values in rows:
        sheet.append(values)
    if edit:
        edit(sheet)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def text(rows: list[list[Any]]) -> bytes:
    return "".join(";".join(map(str, row)) + "\n" for row in rows).encode()


def candidates(found: list[ProfileEntry]) -> list[Any]:
    return [entry.candidate for entry in found if entry.candidate]


def problems(found: list[ProfileEntry]) -> str:
    return "\n".join(p.message("en") for e in found for p in (*e.problems, *e.lost))


def passed(found: list[ProfileEntry]) -> list[tuple[int, str]]:
    return [(n.place.row, n.key) for e in found for n in e.notes if n.kind == "ignored"]


# Cells that hold an error


def test_an_error_in_the_place_of_a_last_day(bring) -> None:
    found = bring("error-cell-end-date.xlsx")
    assert not candidates(found)
    assert "row 2, column H (“Дата увольнения”): The cell holds an error (#N/A)" in problems(found)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
@pytest.mark.parametrize("column", range(len(HEADS)))
@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_an_error_in_any_column(bring, error: str, column: int, name: str) -> None:
    found = bring([HEADS, [*ROW[:column], error, *ROW[column + 1 :]]], name)
    assert not candidates(found)
    assert f"column {'ABCDEF'[column]}" in problems(found)
    assert error in problems(found)


@pytest.mark.parametrize(
    ("broken", "shown"),
    [
        ('<c r="E2" t="e"><f>NA()</f><v>#N/A</v></c>', "#N/A"),
        ('<c r="E2" t="e"/>', "#"),
        ('<c r="E2" t="inlineStr"><v>31.08.2021</v></c>', "31.08.2021"),
    ],
    ids=["formula", "empty", "inline"],
)
def test_a_cell_of_which_calamine_says_that_it_is_empty(bring, broken: str, shown: str) -> None:
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved([HEADS, ROW]))) as source,
        zipfile.ZipFile(data, "w") as target,
    ):
        for name in source.namelist():
            content = source.read(name).decode()
            target.writestr(name, re.sub(r'<c r="E2"[^>]*>.*?</c>', broken, content))
    found = bring(data.getvalue())
    assert not candidates(found)
    said = f"column E (“Дата увольнения”): The cell holds an error ({shown})"
    assert said in problems(found)


def test_a_formula_without_a_value(bring) -> None:
    def add(sheet: Any) -> None:
        sheet["E2"] = "=D2+1"

    found = bring([HEADS, ROW], edit=add)
    assert not candidates(found)
    assert "column E (“Дата увольнения”): The cell holds a formula" in problems(found)


@pytest.mark.parametrize(
    "broken",
    [
        cell("#N/A"),
        cell("", 'table:formula="of:=NA()"').replace("<text:p></text:p>", "<text:p>#N/A</text:p>"),
        '<table:table-cell office:value-type="float" office:value="0">'
        "<text:p>Err:502</text:p></table:table-cell>",
        "<table:table-cell><text:p>31.08.2021</text:p></table:table-cell>",
        *(
            f'<table:table-cell office:value-type="{kind}"><text:p>31.08.2021</text:p>'
            "</table:table-cell>"
            for kind in ("date", "float", "void")
        ),
    ],
    ids=["typed", "cached", "number", "no-type", "no-date", "no-number", "no-value"],
)
def test_an_error_in_an_open_document(bring, broken: str) -> None:
    cells = [*map(cell, ROW[:4]), broken, cell(ROW[5])]
    found = bring(open_document(row(*map(cell, HEADS)), row(*cells)), "list.ods")
    assert not candidates(found)
    assert "column E (“Дата увольнения”): The cell holds" in problems(found)


# Rows that are nobody's


def test_rows_below_the_table_are_passed_over_and_listed(bring) -> None:
    found = bring("rows-below-the-table.xlsx")
    assert len(candidates(found)) == 1
    assert passed(found) == [(4, "row-states-nothing")]
    assert any("row 4" in line for line in remarks(found, "en"))


def test_the_report_says_what_was_passed_over(capfd: pytest.CaptureFixture[str]) -> None:
    source = str(BROUGHT / "rows-below-the-table.xlsx")
    assert run(["profile", "check", source, "--format", "json", "--lang", "en"]) == 0
    [found] = json.loads(capfd.readouterr().out)["inputs"]
    assert len(found["profiles"]) == 1
    [passed_over] = found["passedOver"]
    assert passed_over["place"] == "sheet “Лист1”, row 4"
    assert "states nothing" in passed_over["message"]


@pytest.mark.parametrize(
    "below",
    [
        ["", "Итого: 1 человек"],
        ["Директор", "Иванов И. И. ____________"],
        ["Примечание: список составлен на 1 ноября"],
        ["", "", "", "", "", "директор школы"],
        ["", "Секретарь комиссии"],
    ],
)
@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_row_that_states_nothing_is_judged_by_nobody(bring, below: list[str], name: str) -> None:
    below = below + [""] * (len(HEADS) - len(below))
    found = bring([HEADS, ROW, below], name)
    assert len(candidates(found)) == 1
    assert problems(found) == ""
    assert passed(found)[-1] == (3, "row-states-nothing")


def test_where_nobody_remains_there_is_nothing_to_assess(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text([HEADS, ["1", "Иванов", "", "", "", ""]]))
    assert run(["assess", str(path)]) == 3
    assert run(["profile", "check", str(path)]) == 3


def test_a_row_that_numbers_the_columns_is_passed_over(bring) -> None:
    found = bring([HEADS, [str(n) for n in range(1, 7)], ROW])
    assert len(candidates(found)) == 1
    assert (2, "row-of-numbers") in passed(found)


def test_a_hidden_row_is_taken_and_said(bring) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True

    found = bring([HEADS, ROW], edit=hide)
    assert len(candidates(found)) == 1
    assert [note.key for note in found[-1].notes] == ["row-hidden"]


# Whose row it is


def test_a_name_merged_over_two_jobs_is_one_person(bring) -> None:
    [candidate] = candidates(bring("name-merged-over-two-jobs.xlsx"))
    assert [e.started.year for e in candidate.employments] == [2018, 2021]


TWO_JOBS = [
    ["ФИО", "Должность", "Дата приёма"],
    ["Сидорова А.", "Библиотекарь школы", "01.09.2018"],
    ["", "Библиотекарь школы", "01.09.2021"],
]


def test_a_second_row_of_nobody_is_an_error(bring) -> None:
    found = bring(TWO_JOBS)
    assert "row 3: The row says whose it is neither by a name nor by an identifier" in problems(
        found
    )
    assert len(candidates(bring(TWO_JOBS, edit=lambda s: s.merge_cells("A2:A3")))) == 1


def test_a_name_that_stands_twice_is_an_error_without_an_identifier(bring) -> None:
    rows = [TWO_JOBS[0], TWO_JOBS[1], ["Сидорова  а.", *TWO_JOBS[2][1:]]]
    assert "stands in row 2 too" in problems(bring(rows))
    numbered = [["ID", *rows[0]], ["1", *rows[1]], ["2", *rows[2]]]
    assert len(candidates(bring(numbered))) == 2


def test_so_it_is_in_a_batch(tmp_path: Path) -> None:
    path, output = tmp_path / "list.csv", tmp_path / "verdicts.jsonl"
    rows = [TWO_JOBS[0], TWO_JOBS[1], ["Сидорова А.", *TWO_JOBS[2][1:]], ["Б.", *TWO_JOBS[1][1:]]]
    path.write_bytes(text(rows))
    assert run(["batch", str(path), "-o", str(output)]) == 2
    [judged] = output.read_text("utf-8").splitlines()  # and nobody of the doubled name
    assert json.loads(judged)["name"] == "Б."


# Headings


def test_headings_in_two_rows(bring) -> None:
    [candidate] = candidates(bring("headings-in-two-rows.xlsx"))
    assert candidate.name == "Сидорова А. Б."
    assert candidate.credentials[0].awarded == date(2015, 6, 30)
    assert candidate.employments[0].ended == date(2021, 8, 31)


def test_headings_in_two_rows_without_merged_cells(bring) -> None:
    rows = [
        ["Таб. №", "ФИО", "Образование", "", "", "Работа", ""],
        ["", "", "Уровень", "Специальность", "Дата выдачи", "Должность", "Дата приёма"],
        ["7", "А.", "Высшее", "Педагогика", "2015", "Школьный библиотекарь", "1.9.2018"],
    ]
    for name in ("list.xlsx", "list.csv"):
        [candidate] = candidates(bring(rows, name))
        assert (len(candidate.credentials), len(candidate.employments)) == (1, 1)


@pytest.mark.parametrize(
    "heading", ["Ф.И.О.", "Ф. И. О.", "фио", "Ф.И.О", "Фамилия,\nимя, отчество", "ФИО работника"]
)
def test_dots_spaces_case_and_line_breaks_play_no_part(bring, heading: str) -> None:
    [candidate] = candidates(bring([["№ п/п", heading, *HEADS[2:]], ["1", *ROW[1:]]]))
    assert candidate.name == "Сидорова А. Б."


def test_the_heading_with_dots(bring) -> None:
    assert len(candidates(bring("heading-with-dots.csv"))) == 1


def test_unneeded_columns_are_passed_over_in_one_line_and_unknown_ones_are_told_once(bring) -> None:
    found = bring([["№ п/п", *HEADS], ["1", *ROW]])
    assert [n.value for e in found for n in e.notes] == ["№ п/п; Телефон"]
    wrong = problems(bring([["Ник", *HEADS, "Звание"], ["", *ROW, ""]]))
    assert wrong.count("Unknown headings") == 1
    assert "A “Ник”" in wrong and "H “Звание”" in wrong


# In people's words


def test_another_field(bring) -> None:
    [candidate] = candidates(bring("another-field.csv"))
    assert candidate.credentials[0].field == ISCED + "0421"


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("Другая область", ID + "field/other-field"),
        ("other-field", ID + "field/other-field"),
        ("0421", ISCED + "0421"),
        ("0322", ISCED + "0322"),
        ("Economics", ISCED + "0311"),
        ("Бухгалтерский учёт", ISCED + "0411"),
        ("Образование", ISCED + "01"),
        ("педагог начальных классов", ISCED + "0113"),
        ("Библиотековедение и библиография", ID + "field/library-science"),
        ("Құқықтану", ISCED + "0421"),
        ("Medicine", ISCED + "0912"),
    ],
)
def test_fields(names: Names, written: str, field: str) -> None:
    assert names.find("field", written) == [field]


@pytest.mark.parametrize(
    ("kind", "written", "slug"),
    [
        ("education", "Арнаулы орта", "technical-vocational"),
        ("education", "ср.-спец.", "technical-vocational"),
        ("education", "среднее специальное", "technical-vocational"),
        ("education", "Высшее", "higher"),
        ("education", "Жоғары", "higher"),
        ("education", "бакалавр", "higher"),
        ("education", "магистратура", "postgraduate"),
        ("position", "Школьный библиотекарь", "school-librarian"),
        ("position", "педагог-библиотекарь", "school-librarian"),
        ("position", "заведующий школьной библиотекой", "school-library-head"),
        ("position", "Учитель", "other-position"),
        ("knowledge", "Техника безопасности", "occupational-safety"),
        ("category", "Высший уровень вторая категория", "librarian/higher-second"),
    ],
)
def test_words(names: Names, kind: str, written: str, slug: str) -> None:
    assert names.find(kind, written) == [f"{ID}{kind}/{slug}"]


@pytest.mark.parametrize(
    ("kind", "written", "choices"),
    [
        ("position", "библиотекарь", {"school-librarian", "college-librarian", "public-librarian"}),
        ("position", "зав. библиотекой", {"school-library-head", "other-position"}),
        ("position", "кітапхана меңгерушісі", {"school-library-head", "other-position"}),
        ("education", "колледж", {"technical-vocational", "post-secondary"}),
        ("education", "среднее", {"technical-vocational", "general-secondary"}),
        ("category", "вторая", {"librarian/higher-second", "librarian/middle-second"}),
        ("category", "II категория", {"librarian/higher-second", "librarian/middle-second"}),
        ("category", "екінші санат", {"librarian/higher-second", "librarian/middle-second"}),
    ],
)
def test_words_that_do_not_tell(names: Names, kind: str, written: str, choices: set[str]) -> None:
    assert {iri.removeprefix(f"{ID}{kind}/") for iri in names.find(kind, written)} == choices


def test_a_job_title_as_people_say_it_and_one_that_does_not_tell(bring) -> None:
    [candidate] = candidates(bring("job-title-as-people-say.csv"))
    assert candidate.employments[0].position == ID + "position/school-librarian"
    heads = ["ФИО", "Должность", "Дата приёма"]
    wrong = problems(bring([heads, ["А.", "библиотекарь", "01.09.2018"]], "list.csv"))
    assert "“библиотекарь” does not tell which is meant" in wrong
    assert "School librarian" in wrong


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_category_is_known_by_the_short_label_of_our_own_tables(names: Names, lang: str) -> None:
    """Somebody copies `Высший · I` out of an answer into the next list."""
    categories = names.members("category")
    shorts = [names.vocabulary.graph.short_label(iri, lang) for iri in categories]
    assert [names.find("category", short) for short in shorts] == [[iri] for iri in categories]


@pytest.mark.parametrize("kind", ["education", "position", "field", "category", "knowledge"])
@pytest.mark.parametrize(
    "written", ["библиотекорь", "колледжь", "втарая", "высшие", "юриспруденцыя"]
)
def test_a_suggestion_is_never_refused(names: Names, kind: str, written: str) -> None:
    nearest = names.nearest(kind, written)
    assert not nearest or len(names.find(kind, nearest)) == 1


def test_the_level_in_the_laws_words(bring) -> None:
    [candidate] = candidates(bring("level-in-the-laws-words.csv"))
    assert candidate.credentials[0].level == ID + "education/technical-vocational"


@pytest.mark.parametrize(
    ("level", "category"),
    [("высшее", "librarian/higher-second"), ("ср.-спец.", "librarian/middle-second"), ("", None)],
)
def test_the_education_decides_the_ladder_of_a_category(bring, level: str, category: str) -> None:
    heads = ["ФИО", "Образование", "Специальность", "Претендует на категорию"]
    field = "Библиотечное дело" if level else ""
    found = bring([heads, ["А.", level, field, "вторая"]], "list.csv")
    if category:
        assert candidates(found)[0].applies_for == f"{ID}category/{category}"
    else:
        assert "Higher level, second category; Middle level, second category" in problems(found)


# A mapping


def test_a_commissions_list_with_a_mapping_of_few_decisions(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source, path = str(BROUGHT / "commission-list.xlsx"), tmp_path / "list.map.toml"
    assert run(["profile", "map", source, "-o", str(path), "--lang", "en"]) == 0
    mapping = path.read_text("utf-8")
    decisions = {
        '# dates = "day-first"': 'dates = "day-first"',
        '# "да" = ': '"да" = ',
        '# "колледж" = ""': '"колледж" = "technical-vocational"',
        '# "Казахский язык и литература" = ""': '"Казахский язык и литература" = "pedagogy"',
        '# "библиотекарь" = ""': '"библиотекарь" = "school-librarian"',
        '# "зав. библиотекой" = ""': '"зав. библиотекой" = "school-library-head"',
    }
    for left_open, decided in decisions.items():
        assert mapping.count(left_open) == 1
        mapping = mapping.replace(left_open, decided)
    path.write_text(mapping, "utf-8")
    assert run(["profile", "check", source, "--map", str(path), "--lang", "en"]) == 2
    said = capfd.readouterr().out.splitlines()
    wrong = [line for line in said if "column G" in line]
    assert len(wrong) == 10
    assert all("has no day" in line or "is missing" in line for line in wrong)
    assert said[-1] == "Profiles: 20 right, 10 wrong."


def test_a_mapping_leaves_open_what_is_not_certain_and_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "list.xlsx"
    heads = ["ФИО", "Категория", "Заявляемая категория", "Знания"]
    known = ["Библиография; Основы педагогики", "Библиография; Основы кулинарии"]
    rows = [[name, "вторая", "первая", known] for name, known in zip("АБ", known, strict=True)]
    source.write_bytes(saved([heads, *rows]))
    assert run(["profile", "map", str(source), "--lang", "en"]) == 0
    proposed = capfd.readouterr().out
    assert '\n"ФИО" = "candidate-name"\n' in proposed
    assert '# "Категория" = ' in proposed  # of two columns that mean the same one does not
    assert '# "Заявляемая категория" = ' in proposed
    assert "педагогики" not in proposed  # a list of known items needs no decision
    assert '# "Библиография; Основы кулинарии" = ' in proposed


def test_without_a_mapping_what_is_certain_is_understood(bring) -> None:
    found = bring("commission-list.xlsx")
    assert len(candidates(found)) == 5
    assert len([e for e in found if e.problems]) == 25
    assert ("column-knows") in {key for _, key in passed(found)}


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("a = [", "no TOML"),
        ("a = " + "[" * 5000, "no TOML"),
        ("[colums]", "no part “colums”"),
        ('[columns]\n"ФИО" = "nmae"', "cannot say “nmae”"),
        ('[values.credential-level]\n"x" = "colour"', "cannot say “colour”"),
        ('[values.employment-position]\n"x" = "librarian"', "cannot say “librarian”"),
        ('dates = "year"', "cannot say “year”"),
    ],
)
def test_a_mapping_is_checked(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], mapping: str, said: str
) -> None:
    path = tmp_path / "m.toml"
    path.write_text(mapping, "utf-8")
    command = ["profile", "check", str(BROUGHT / "another-field.csv"), "--map", str(path)]
    assert run([*command, "--lang", "en"]) == 2
    assert said in capfd.readouterr().err


# Documents of others


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("json-resume-end-date-number.json", "work[0].endDate: Unexpected value 2021"),
        ("json-resume-work-object.json", "work: Unexpected value {"),
    ],
)
def test_a_value_of_another_kind_is_an_error(bring, name: str, said: str) -> None:
    found = bring(name)
    assert not candidates(found)
    assert said in problems(found)


def test_an_instant_is_the_day_in_almaty(bring) -> None:
    found = bring("instant-in-utc.json")
    assert candidates(found)[0].employments[0].started == date(2023, 11, 22)
    assert "time-zone" in {note.key for note in found[0].notes}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("elm-signed-envelope.json", "payload.credentialSubject"),
        ("elm-presentation.json", "verifiableCredential[0].credentialSubject"),
    ],
)
def test_a_credential_in_a_wrapper(bring, name: str, path: str) -> None:
    found = bring(name)
    assert candidates(found)[0].credentials[0].field == ISCED + "0322"
    assert found[0].place.path == path
    assert "not-verified" in {note.key for note in found[0].notes}


def test_a_credential_in_turtle(bring) -> None:
    found = bring(CREDENTIAL.encode(), "credential.ttl")
    [credential] = candidates(found)[0].credentials
    assert (credential.field, credential.awarded) == (ISCED + "0322", date(2015, 6, 30))
    assert "not-verified" in {note.key for note in found[0].notes}
    assert "credentialSubject.birthDate" in {note.place.path for note in found[0].notes}


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_two_fields_are_named_in_every_language(bring, lang: str) -> None:
    [lost] = bring("schema-org-two-fields.json")[0].lost
    said = {"kk": "Кітапхана ісі", "ru": "Библиотечное дело", "en": "Library science"}[lang]
    assert said in lost.message(lang)


CREDENTIAL = """
@prefix elm: <http://data.europa.eu/snb/model/elm/> .
@prefix dc: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:credential:1> a elm:EuropeanDigitalCredential ;
    <https://www.w3.org/2018/credentials#credentialSubject> <urn:epass:person:1> .
<urn:epass:person:1> a elm:Person ; foaf:fullName "A. B."@en ; elm:birthDate "1990" ;
    elm:hasClaim [ a elm:LearningAchievement ; dc:title "Bachelor"@en ;
        elm:awardedBy [ elm:awardingDate "2015-06-30T00:00:00+02:00"^^xsd:dateTime ] ;
        elm:specifiedBy [ a elm:Qualification ;
            elm:EQFLevel <http://data.europa.eu/snb/eqf/6> ;
            elm:ISCEDFCode <http://data.europa.eu/snb/isced-f/0322> ] ] .
"""


def person() -> dict[str, Any]:
    role = {"@type": "Role", "roleName": "School librarian", "startDate": "2018-09-01"}
    return {"@type": "Person", "name": "А.", "hasOccupation": [role]}


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": person()},
        {"@context": {"@vocab": "https://schema.org/"}, **person()},
        {"@context": "https://schema.org", "@type": "Organization", "employee": [person()]},
        {
            "@context": "https://schema.org",
            "@type": "ItemList",
            "itemListElement": [{"@type": "ListItem", "position": 1, "item": person()}],
        },
        {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": person()},
    ],
)
def test_persons_wherever_schema_org_has_them(bring, document: dict[str, Any]) -> None:
    [candidate] = candidates(bring(document))
    assert candidate.employments[0].started == date(2018, 9, 1)


def test_a_web_page_under_the_name_of_a_workbook(tmp_path: Path, capfd: Any) -> None:
    for name in ("list.xls", "list.xlsx", "list"):
        path = tmp_path / name
        path.write_bytes((BROUGHT / "html-named-xls.xls").read_bytes())
        assert run(["assess", str(path), "--lang", "en"]) == 2
        assert "This is a web page (HTML) under the name of a workbook" in capfd.readouterr().err


def test_a_start_in_the_first_year_is_noticed(capfd: pytest.CaptureFixture[str]) -> None:
    run(["assess", str(BROUGHT / "start-in-year-one.json"), "--format", "json"])
    notices = json.loads(capfd.readouterr().out)["notices"]
    assert "implausible-date" in {notice["kind"] for notice in notices}
