"""A period in one cell: its first and last day, by the same rules as days in cells of their own."""

import io
from datetime import date
from typing import Any

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st
from tests.interchange.test_brought import saved, text
from tests.sizes import examples

from libonto.locales import LANGUAGES
from libonto.profile.account import Unresolved
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.dates import (
    written_day,
    written_end,
    written_period,
)
from libonto.profile.interchange.headings import variants
from libonto.profile.interchange.layout import table_of
from libonto.profile.interchange.mapping import propose, read_mapping
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.tables import open_sheets

HEADS = ["Табельный номер", "ФИО", "Должность", "Период работы"]
FIRST, LAST = "2018-09-01", "2021-08-31"
PERIODS = {
    "01.09.2018 – 31.08.2021": LAST,
    "01.09.2018-31.08.2021": LAST,
    "01.09.18 — 31.08.21": LAST,
    "2018-09-01 - 2021-08-31": LAST,
    "2018-09-01-2021-08-31": LAST,
    "с 1 сентября 2018 г. по 31 августа 2021 г.": LAST,
    "С 01.09.2018 г.\nпо 31.08.2021 г.": LAST,
    "2018 ж. 1 қыркүйек – 2021 ж. 31 тамыз": LAST,
    "2018 жылғы 1 қыркүйек – 2021 жылғы 31 тамыз": LAST,
    "from 1 September 2018 to 31 August 2021": LAST,
    "с 01.09.2018 по н/в": None,
    "01.09.2018 – н.в.": None,
    "01.09.2018 - по настоящее время": None,
    "2018-09-01 – present": None,
    "2018 ж. 1 қыркүйек – қазіргі уақытқа дейін": None,
    "01.09.2018-ден қазіргі уақытқа дейін": None,
    "01.09.2018 through 31.08.2021": LAST,
    "2018 жылдың 1 қыркүйегінен бастап қазіргі уақытқа дейін": None,
}
WRONG = {
    "01.09.2018": "does not say a first and a last day",
    "2018-09-01": "does not say a first and a last day",
    "с 01.09.2018": "does not say a first and a last day",
    "01.09.2018 –": "does not say a first and a last day",
    "– 31.08.2021": "does not say a first and a last day",
    "н.в.": "does not say a first and a last day",
    "1–30 сентября 2018": "does not say a first and a last day",
    "01.09.2018 – 31.08.2021 – 01.09.2022": "does not say a first and a last day",
    "2018–2021": "has no day, and none is made up",
    "09.2018 – 08.2021": "has no day, and none is made up",
    "03/04/2018 – 31.08.2021": "may be either of two days: 2018-04-03, 2018-03-04",
    "01.09.2018 – 31.09.2021": "is a day that does not exist",
    "01.09.2018 8:30 – 31.08.2021": "time",
    "31.08.2021 – 01.09.2018": "",
    "с 01.09.2018 до 31.08.2021": "2021-08-30, 2021-08-31",
    "01.09.2018-ден 31.08.2021-ге дейін": "2021-08-30, 2021-08-31",
    "2018 жылдың 1 қыркүйегінен 2021 жылдың 31 тамызына дейін": "2021-08-30, 2021-08-31",
    "from 01.09.2018 until 31.08.2021": "2021-08-30, 2021-08-31",
    "01.09.2018 31.08.2021": "does not say a first and a last day",
    "01.09.2018 н.в.": "does not say a first and a last day",
}


def entries(names: Names, value: Any, name: str = "list.csv", mapping: str = "") -> list[Any]:
    rows = [HEADS, ["1", "А. Б.", "Библиотекарь школы", value]]
    data = saved(rows) if name.endswith("xlsx") else text(rows).replace(b"\n\xd0\xbf", b" \xd0\xbf")
    if mapping:
        names = Names(names.vocabulary, read_mapping(mapping, names))
    return list(Intake(names, lang="en").documents([Document(data, name)]))


@pytest.mark.every_case
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("written", PERIODS)
def test_a_period_is_its_first_and_its_last_day(names: Names, written: str, name: str) -> None:
    [entry] = entries(names, written, name)
    assert entry.candidate, [problem.message("en") for problem in entry.problems]
    [employment] = entry.candidate.employments
    last = PERIODS[written]
    assert employment.started == date.fromisoformat(FIRST)
    assert employment.ended == (date.fromisoformat(last) if last else None)


@pytest.mark.every_case
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_period_is_an_error_with_its_place(
    names: Names, written: str, name: str
) -> None:
    [entry] = entries(names, written, name)
    assert entry.candidate is None
    said = "\n".join(problem.message("en") for problem in entry.problems)
    assert "row 2, column D (“Период работы”)" in said
    assert WRONG[written] in said


def with_days(names: Names, first: str, last: str) -> Any:
    heads = [*HEADS[:3], "Дата приёма", "Дата увольнения"]
    data = text([heads, ["1", "А. Б.", "Библиотекарь школы", first, last]])
    [entry] = Intake(names, lang="en").documents([Document(data, "list.csv")])
    return entry


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("с 01.09.2018", "по 31.08.2021"),
        ("со 01.09.2018 г.", "по 31.08.2021 г."),
        ("С 1 сентября 2018", "По 31 августа 2021 года"),
        ("01.09.2018-ден", "31.08.2021"),
        ("2018 жылғы 1 қыркүйектен бастап", "31.08.2021"),
        ("2018 жылдың 1 қыркүйегінен бастап", "2021 жылдың 31 тамызы"),
        ("2018 ж. 1 қыркүйегінен", "31.08.2021"),
        ("с 1-го сентября 2018 года", "по 31-е августа 2021 г."),
        ("01.09.2018 күнінен бастап", "31.08.2021"),
        ("from 2018-09-01", "to 2021-08-31"),
        ("2018-09-01", "through 31 August 2021"),
    ],
)
def test_the_word_of_a_first_or_last_day_stands_with_it(
    names: Names, first: str, last: str
) -> None:
    [employment] = with_days(names, first, last).candidate.employments
    assert employment.started == date.fromisoformat(FIRST)
    assert employment.ended == date.fromisoformat(LAST)


@pytest.mark.parametrize(
    "last",
    [
        "до 31.08.2021",
        "31.08.2021-ге дейін",
        "31.08.2021 күніне дейін",
        "2021 жылғы 31 тамызына дейін",
        "until 2021-08-31",
    ],
)
def test_until_a_day_names_both_days_in_every_language(names: Names, last: str) -> None:
    entry = with_days(names, "01.09.2018", last)
    assert entry.candidate is None
    [problem] = entry.problems
    for lang in LANGUAGES:
        assert "2021-08-30, 2021-08-31" in problem.message(lang)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("по 01.09.2018", "31.08.2021"),
        ("до 01.09.2018", "31.08.2021"),
        ("01.09.2018", "с 31.08.2021"),
        ("01.09.2018", "31.08.2021-ден"),
        ("01.09.2018", "до 2021"),
        ("01.09.2018", "до 01.01.0001"),
        ("с", "31.08.2021"),
    ],
)
def test_the_word_of_the_other_day_is_an_error(names: Names, first: str, last: str) -> None:
    assert with_days(names, first, last).candidate is None


@pytest.mark.parametrize("value", [2018, 43344.5, date(2018, 9, 1), True])
def test_a_cell_that_is_no_text_is_no_period(names: Names, value: Any) -> None:
    [entry] = entries(names, value, "list.xlsx")
    assert "column D (“Период работы”)" in entry.problems[0].message("en")


def test_an_empty_period_leaves_the_start_unsaid(names: Names) -> None:
    [entry] = entries(names, "")
    assert entry.candidate is None
    assert "column D (“Период работы”)" in entry.problems[0].message("en")


@pytest.mark.parametrize(("order", "month"), [("day-first", 4), ("month-first", 3)])
def test_a_mapping_says_which_number_is_the_month(names: Names, order: str, month: int) -> None:
    mapping = f'dates = "{order}"\n[columns]\n"Период работы" = "employment-period"\n'
    [entry] = entries(names, "03/04/2018 – 31.08.2021", mapping=mapping)
    assert entry.candidate.employments[0].started == date(2018, month, 7 - month)


def test_a_proposal_knows_the_column_and_asks_for_the_order(names: Names) -> None:
    rows = [HEADS, ["1", "А. Б.", "Библиотекарь школы", "03/04/2018 – 31.08.2021"]]
    [sheet] = open_sheets(io.BytesIO(text(rows)), "list.csv")
    table = table_of(sheet, names)
    assert table is not None
    found = propose([table], names)
    assert found.columns[3].key == "employment-period"
    assert found.ambiguous_days == ("03/04/2018 – 31.08.2021",)


@pytest.mark.parametrize(
    "heading", [h for lang in LANGUAGES for h in variants("employment-period", lang)]
)
def test_every_heading_of_a_period(names: Names, heading: str) -> None:
    data = text([[*HEADS[:3], heading], ["1", "А.", "Библиотекарь школы", "01.09.2018 – н.в."]])
    [entry] = Intake(names, lang="en").documents([Document(data, "list.csv")])
    assert entry.candidate
    assert entry.candidate.employments[0].started == date(2018, 9, 1)


DAYS = st.dates(date(1960, 1, 1), date(2035, 12, 31))
FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%Y.%m.%d")


@examples(100)
@given(
    DAYS,
    DAYS,
    st.sampled_from(FORMS),
    st.sampled_from(FORMS),
    st.sampled_from("-–—"),
    st.booleans(),
)
def test_no_dash_within_a_day_is_taken_for_the_one_between_two(
    first: date, last: date, one: str, other: str, dash: str, spaced: bool
) -> None:
    between = f" {dash} " if spaced else dash
    begun, ended = written_period(f"{first:{one}}{between}{last:{other}}", lambda _: False)
    assert (begun.text, ended and ended.text) == (first.isoformat(), last.isoformat())


@pytest.mark.parametrize("blanks", [1, 300])
def test_what_stands_after_a_day_is_not_left_out_however_far_away(blanks: int) -> None:
    for last in ("31.08.2021", "по 31.08.2021", "31.08.2021 г."):
        assert written_end(last + " " * blanks, is_first=False).text == LAST
        with pytest.raises(Unresolved):
            written_end(f"{last}{' ' * blanks}уволен", is_first=False)
        with pytest.raises(Unresolved):
            written_period(f"01.09.2018 – {last}{' ' * blanks}уволен", lambda _: False)


@examples(100)
@given(st.text("0123456789-–./ спо", max_size=30))
def test_whatever_is_written_is_a_period_or_a_fault(written: str) -> None:
    try:
        begun, ended = written_period(written, lambda text: text == "с")
    except Unresolved:
        return
    assert begun.whole
    assert ended is None or ended.whole


def test_every_month_in_the_kazakh_possessive() -> None:
    """Both with an ending of its own and without: 2018 жылдың 1 шілдесі, …нен, …не дейін."""
    endings = "ы ы ы і ы ы сі ы і ы сы ы".split()
    named = get_month_names("wide", "stand-alone", "kk")
    for number, (name, ending) in enumerate(zip(named.values(), endings, strict=True), start=1):
        month = f"2018 жылдың 1 {name.replace('йек', 'йег')}{ending}"
        after = "нен" if ending in {"і", "сі"} else "нан"
        assert written_day(month).text == f"2018-{number:02}-01"
        assert written_end(month + after, is_first=True).text == f"2018-{number:02}-01"
        with pytest.raises(Unresolved, match="date-until"):
            written_end(f"{month}{after[:-1]} дейін", is_first=False)
