"""The page on a diploma from another country: chain, recognition, frameworks side by side."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from tests.pages.test_browser import opened

ID = "https://w3id.org/libonto/id/"
BACHELOR = ID + "qualification/fr-cncp/licence-professional-licence-ma-trise"


def shown(server: Any, **params: Any) -> str:
    answer = server.http.get("/diploma", params={"lang": "en", **params})
    assert answer.status_code == 200
    text: str = answer.text
    return text


def test_a_diploma_is_told_with_its_chain_its_weakest_link_and_what_recognises_it(
    server: Any,
) -> None:
    text = shown(server, country="PL", diploma=ID + "qualification/pl-prk/licencjat")
    assert "Dyplom licencjat" in text
    assert "PRK level 6: by its level it is Higher education" in text
    assert text.count("the weakest link") == 1
    assert "EQF level 6 → Higher education: close, 0.6, inferred — the weakest link" in text
    assert "Order No. 268" in text and "Order No. 230" not in text, "higher education only"
    assert "Agreement of 24 November 1998" not in text
    assert "A level is no recognition." in text


@pytest.mark.parametrize(
    ("awarded", "sentence"),
    [
        ("2018-12-31", "the levels were others then"),
        ("2019-01-01", "by its level it is Higher education"),
        ("", "by its level it is Higher education"),
    ],
)
def test_the_side_of_a_change_of_numbers_decides(server: Any, awarded: str, sentence: str) -> None:
    text = shown(server, country="FR", diploma=BACHELOR, awarded=awarded)
    assert sentence in text
    assert "before 1 January 2019" in text


def test_what_is_not_known_is_said_and_so_is_what_may_not_be_decided(server: Any) -> None:
    text = shown(server, country="RU", diploma=ID + "qualification/ru-nrk/specialist")
    assert "On which level it stands is not known" in text
    assert "compares it with EQF level 6, EQF level 7" in text
    assert "in force since 1 October 1999" in text
    assert "save for pedagogical" in text and "it is not decided here" in text


@pytest.mark.parametrize(
    ("country", "gap", "diploma"),
    [
        ("MN", "Levels of Mongolia", None),
        ("BY", "Levels of BelQF", None),
        ("TM", "National qualifications framework of Turkmenistan", None),
        ("TJ", "National qualifications framework of Tajikistan", None),
        ("CN", "National qualifications framework of China", "cn/master-programme"),
        ("UZ", "Levels of Uzbekistan", "uz-nqf/master"),
        ("KG", "Levels of Kyrgyzstan", "kg-nqf/master"),
        ("AM", "Levels of Armenia", "am-nqf/master"),
        ("GE", "Levels of Georgia", "ge-nqf/master"),
        ("RU", "Levels of Russia", "ru-nrk/master"),
    ],
)
def test_where_no_level_is_known_the_gap_is_told_in_its_place(
    server: Any, country: str, gap: str, diploma: str | None
) -> None:
    """Nothing of these countries is placed on a level, nor do their frameworks stand in it."""
    text = shown(server, country=country)
    assert gap in text and "Order No. 268" in text
    assert ("What is known of recognition stands below" in text) is (diploma is None)
    if diploma:
        text = shown(server, country=country, diploma=f"{ID}qualification/{diploma}")
        assert "On which level it stands is not known" in text and gap in text
    assert "by its level it is" not in text
    assert text.count('<th scope="col">') == 2  # the EQF and Kazakhstan's


@pytest.mark.parametrize(
    ("level", "named", "country", "diploma"),
    [
        ("de-dqr/6", "http://data.europa.eu/snb/qdr/c_6919ed25", "DE", "de-dqr/bachelor"),
        ("fr-cncp/6", ID + "framework/fr-cncp/6", "FR", "fr-cncp/licence"),
    ],
)
def test_a_level_and_the_diplomas_on_it_lead_to_one_another(
    server: Any, level: str, named: str, country: str, diploma: str
) -> None:
    crosswalk = server.http.get("/crosswalk", params={"lang": "en", "from": level}).text
    assert ">Education in Kazakhstan</td>" in crosswalk
    to_diplomas, back = quote(named, safe=""), f"from={quote(named, safe='')}"
    assert f"/diploma?level={to_diplomas}" in crosswalk
    for text in (shown(server, level=level), shown(server, level=named)):
        assert f"/diploma?country={country}&amp;diploma={quote(ID, safe='')}" in text
        assert quote(f"qualification/{diploma}", safe="") in text and back in text
        assert quote("qualification/pl-prk/", safe="") not in text
        assert 'aria-current="true"' in text, "the level stands out in the comparison"
        assert f'<option value="{country}" selected' in text
    chosen = shown(server, country="FR", diploma=BACHELOR)
    level_6 = quote(ID + "framework/fr-cncp/6", safe="")
    assert f"/diploma?level={level_6}" in chosen and f"/crosswalk?from={level_6}" in chosen


def test_on_a_level_of_the_eqf_stand_the_diplomas_of_every_country(server: Any) -> None:
    text = shown(server, level="eqf/6")
    for diploma in ("de-dqr/bachelor", "pl-prk/licencjat", "cz-nsk/bachelor", "ie-nfq/honours"):
        assert quote(f"qualification/{diploma}", safe="") in text, diploma
    assert quote("qualification/de-dqr/doctorate", safe="") not in text
    assert quote("qualification/ru-nrk/", safe="") not in text, "on no level that is known"


@pytest.mark.parametrize("level", ["kz-nqf/6", "education/higher", "de-dqr/9", "<b>"])
def test_a_level_on_which_no_diploma_can_stand_is_none(server: Any, level: str) -> None:
    text = shown(server, level=level)
    assert "Diplomas on" not in text and "<b>" not in text
    crosswalk = server.http.get("/crosswalk", params={"lang": "en", "from": level}).text
    assert "/diploma?level=" not in crosswalk


def test_up_to_four_frameworks_stand_side_by_side(server: Any) -> None:
    beside = ["ie-nfq", "pl-prk", "tr-tyc", "at-nqr", "nothing"]
    text = shown(server, country="DE", beside=beside)
    assert text.count('<th scope="col">') == 5  # the EQF and four
    assert "National Framework of Qualifications" in text
    assert "≈ 8" in text, "an Irish 8 is half of EQF 6"


@pytest.mark.parametrize("country", ["", "XX", "KZ", "<b>", "TM"])
def test_a_country_without_diplomas_is_no_error(server: Any, country: str) -> None:
    text = shown(server, country=country, diploma="x", awarded="soon")
    assert "<b>" not in text
    assert ("Agreement with Turkmenistan" in text) is (country == "TM")


@pytest.mark.browser
def test_the_page_is_shared_and_printed_without_anything_of_a_person(
    browser: Any, server: Any
) -> None:
    path = f"/diploma?country=FR&diploma={BACHELOR}&awarded=2018-12-31"
    page, wrong = opened(browser, server, path, "kk")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("delete Navigator.prototype.share; window.print = () => { window.printed = 1 }")
    page.click("#share")
    page.wait_for_selector("#shared:not(:empty)")
    shared = page.evaluate("navigator.clipboard.readText()")
    assert set(parse_qs(urlsplit(shared).query)) == {"country", "diploma", "awarded", "lang"}
    page.click("#print")
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    assert not page.is_visible("main form")
    assert page.is_visible("table.levels")
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_way_from_a_country_to_its_diploma_its_level_and_back(
    browser: Any, server: Any, lang: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    page, wrong = opened(browser, server, "/diploma", lang, viewport=size)
    page.select_option("select[name=country]", "DE")
    page.click("main form button[type=submit]")
    page.select_option("select[name=diploma]", ID + "qualification/de-dqr/bachelor")
    page.click("main form button[type=submit]")
    assert page.inner_text("#diploma-name") == "Bachelor"
    assert page.locator(".chain .weakest").count() == 1
    page.select_option("select[name=beside] >> nth=0", "pl-prk")
    page.click("main form button[type=submit] >> nth=1")
    assert page.locator("table.levels thead th").count() == 4
    assert page.inner_text("#diploma-name") == "Bachelor", "what was chosen is kept"
    page.click("table.levels a.is-chosen")
    assert urlsplit(page.url).path == "/crosswalk"
    page.click("main a[href^='/diploma?level=']")
    page.click("section.diploma li a:has-text('Bachelor')")
    assert page.inner_text("#diploma-name") == "Bachelor"
    page.click("section.diploma a[href^='/crosswalk?from=']")
    assert urlsplit(page.url).path == "/crosswalk"
    assert page.get_attribute("html", "lang") == lang
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []
