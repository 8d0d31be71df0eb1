"""The table of a judged list: whom it says ✓ to, its order, its filter, its reasons, on paper."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.pages.test_lists import kept, table
from tests.pages.test_pages import GENERAL

KNOWN = ";".join(GENERAL)
SECOND = f"1,Айгүл Қасымова,higher,library-science,2010-06-30,school-librarian,2010-09-01,,{KNOWN},"
NEW = "2,Ёлкин Пётр,higher,library-science,2010-06-30,,,,bibliography,librarian/higher-second"
MIDDLE = f"10,Серік,technical-vocational,library-science,2010-06-30,,,,{KNOWN},"
PEOPLE = (SECOND, NEW, MIDDLE)
DAY = {"on": "2026-11-22"}


def test_who_meets_a_category_is_told_so_where_none_was_asked(server: Any) -> None:
    text = server.http.post("/list?lang=en", files=table(*PEOPLE), data=DAY).text
    assert text.count('<tr data-status="met">') == 2
    assert text.count('<tr data-status="not-shown">') == 1, "the category that was applied for"
    asked = {**DAY, "category": "librarian/higher-first"}
    text = server.http.post("/list?lang=en", files=table(SECOND), data=asked).text
    assert '<tr data-status="not-shown">' in text


def test_a_row_number_is_a_number_in_the_workbook(server: Any) -> None:
    data = kept(server.http.post("/list?lang=kk", files=table(*PEOPLE)).text)
    found = server.http.post("/list/download?lang=kk", data={**data, "format": "xlsx"})
    sheet = load_workbook(io.BytesIO(found.content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == [2, 3, 4]


@pytest.mark.browser
def test_the_table_filters_sorts_and_leads_to_the_reasons(browser: Any, server: Any) -> None:
    page = browser.page(viewport={"width": 1280, "height": 800})
    page.goto(f"{server.url}/list?lang=ru", wait_until="load")
    content = table(*PEOPLE)["file"]
    page.set_input_files(
        "input[type=file]", {"name": content[0], "mimeType": content[2], "buffer": content[1]}
    )
    page.click("#upload button.primary")
    page.wait_for_selector("#people .sort")

    def names() -> list[str]:
        return page.locator("#people tbody tr:visible th").all_inner_texts()

    for typed, wanted in (("кас", "Айгүл Қасымова"), ("елкин", "Ёлкин Пётр"), ("сері", "Серік")):
        page.fill("#people-filter", typed)
        assert names() == [wanted]
    page.fill("#people-filter", "")
    page.click("#people thead th:nth-child(6) .sort")
    assert names() == ["Ёлкин Пётр", "Айгүл Қасымова", "Серік"], "by the ladder, then by the step"
    with page.context.expect_page() as opened:
        page.locator("#people tr", has_text="Қасымова").locator("button[name=document]").click()
    opened.value.wait_for_selector("#verdict")
    assert "Айгүл Қасымова" in opened.value.inner_text("#answer")
    page.set_viewport_size({"width": 640, "height": 800})
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(people.tHead).display") == "table-header-group"


@pytest.mark.parametrize(("lang", "short"), [("kk", "Жоғары · I"), ("ru", "Высший · I")])
def test_a_category_has_a_short_name_in_the_table_and_its_whole_one_behind(
    server: Any, lang: str, short: str
) -> None:
    text = server.http.post(f"/list?lang={lang}", files=table(SECOND), data=DAY).text
    assert f">{short}</abbr>" in text
