"""Headings in three languages, and what a number in them means."""

import pytest

from libonto.locales import LANGUAGES, sentences
from libonto.profile.interchange.headings import (
    PARTS,
    meaning_of,
    meanings,
    sheet_kind,
    variants,
    written,
)

EVERY = [
    (part, key, lang) for part in PARTS.values() for key in meanings(part) for lang in LANGUAGES
]


@pytest.mark.parametrize(("part", "key", "lang"), EVERY)
def test_a_heading_that_we_write_means_what_it_says_in_a_table_of_everything(
    part: str, key: str, lang: str
) -> None:
    found = meaning_of(written(f"{part}-{key}", lang), "candidate")
    assert found is not None
    assert (found.part, found.key) == (part, key)


@pytest.mark.parametrize(("part", "key", "lang"), [e for e in EVERY if e[0] != "candidate"])
def test_and_in_a_table_of_its_own_part(part: str, key: str, lang: str) -> None:
    found = meaning_of(written(f"{part}-{key}", lang), part)
    assert found is not None
    assert (found.part, found.key) == (part, key)


@pytest.mark.parametrize("room", ["tables", "interchange", "imports", "template"])
def test_the_languages_have_the_same_keys(room: str) -> None:
    keys = {lang: set(sentences(lang, room)) for lang in LANGUAGES}
    assert keys["kk"] == keys["ru"] == keys["en"]


@pytest.mark.parametrize("key", ["level", "field", "awarded", "country", "recognised"])
def test_what_a_diploma_states_is_called_in_a_table_as_in_json_too(key: str) -> None:
    found = meaning_of(key, "candidate")
    assert found is not None
    assert (found.part, found.key) == ("credential", key)


@pytest.mark.parametrize("room", ["interchange", "imports"])
def test_and_the_same_values_to_fill_in(room: str) -> None:
    import re

    for key in sentences("en", room):
        found = {
            lang: set(re.findall(r"\{(\w+)\}", sentences(lang, room)[key])) for lang in LANGUAGES
        }
        assert found["kk"] == found["ru"] == found["en"], key


@pytest.mark.parametrize(
    "heading",
    ["education LEVEL", "  Level ", "level:", "lo:educationLevel", "«Уровень» образования *"],
)
def test_case_spaces_and_punctuation_do_not_matter(heading: str) -> None:
    found = meaning_of(heading, "candidate")
    assert found is not None
    assert found.property == "educationLevel"


@pytest.mark.parametrize(
    ("heading", "property_", "number"),
    [
        ("Ф.И.О. (полностью)", "name", 1),
        ("Аты-жөні\n(толық)", "name", 1),
        ("Full name (in full)", "name", 1),
        ("Дата приёма (ДД.ММ.ГГГГ)", "startedOn", 1),
        ("Диплом № 2: уровень (по диплому)", "educationLevel", 2),
    ],
)
def test_a_hint_in_parentheses_plays_no_part(heading: str, property_: str, number: int) -> None:
    found = meaning_of(heading, "candidate")
    assert found is not None
    assert (found.property, found.number) == (property_, number)


@pytest.mark.parametrize(
    "heading", ["Должность (желаемая)", "Ф.И.О. (директора)", "(полностью)", "Пол (полностью)"]
)
def test_other_words_in_parentheses_may_say_something_else(heading: str) -> None:
    assert meaning_of(heading, "candidate") is None


@pytest.mark.parametrize(
    ("heading", "number", "value"),
    [
        ("Level", 1, 1),
        ("Level 2", 2, 1),
        ("Credential 3: level", 3, 1),
        ("Диплом № 2: уровень", 2, 1),
        ("2-диплом: деңгейі", 2, 1),
        ("Diploma number 2 3", 2, 3),
    ],
)
def test_a_number_is_the_parts(heading: str, number: int, value: int) -> None:
    found = meaning_of(heading, "candidate")
    assert found is not None
    assert (found.part, found.number, found.value) == ("credential", number, value)


def test_in_a_table_of_its_own_a_number_is_the_values() -> None:
    found = meaning_of("Evidence 2", "credential")
    assert found is not None
    assert (found.part, found.number, found.value) == ("credential", 1, 2)


@pytest.mark.parametrize("heading", ["Level 0", "Level 1 2 3", "Telephone", "", "Levels"])
def test_anything_else_is_unknown(heading: str) -> None:
    assert meaning_of(heading, "candidate") is None


@pytest.mark.parametrize("part", PARTS.values())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_is_known_by_its_name(part: str, lang: str) -> None:
    for name in variants(f"sheet-{part}", lang):
        assert sheet_kind(name) == part
        assert sheet_kind(f"2026 {name.upper()}") == part


def test_a_sheet_of_another_name_is_of_no_kind() -> None:
    assert sheet_kind("Лист1") is None
