"""What is said in one language has no word of another, but for what is quoted."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from libonto.graph.terms import ID
from libonto.profile.model import Candidate, Credential, Grant, Precision
from libonto.public import assessor
from libonto.verdict.assumptions import read_assumptions
from libonto.verdict.explanation import effects_on, register
from libonto.verdict.model import Assessment
from libonto.verdict.plan import Planner
from libonto.voice.assessment import assessments
from libonto.voice.document import AnswerDocument
from libonto.voice.explanation import register_document
from libonto.voice.plan import PlanWords, plans
from libonto.voice.text import TextWriter
from libonto.voice.words import Words, lowered, raised

WIDE = TextWriter(width=4000)
CODES = re.compile(
    r"\[[a-z=-]+\]|\[[A-Z0-9, ]+\]|\b[A-Z]{1,2}\d{2}\b|urn:\S+|\d+-[IVX]+|\b(?:I|II)\b"
    r"|SHACL|ISCED-F"
)
LATIN, CYRILLIC = re.compile(r"[A-Za-z]+"), re.compile(r"[\u0400-\u04ff]+")
KAZAKH = re.compile(r"\w*[ӘәҒғҚқҢңӨөҰұҮүҺһІі]\w*")


@pytest.fixture(scope="module")
def judged(candidate: Callable[..., Candidate], common: list[str]) -> Assessment:
    someone = candidate(
        jobs=[("school", "2019-01-01", "2020-06-30"), ("college", "2021-01-01", None)],
        diplomas=[
            ("higher", "http://data.europa.eu/snb/isced-f/03", None),
            ("technical-vocational", "library-science", "2028-06-30"),
        ],
        knowledge=[*common[1:], "Z1500000410"],
    )
    return assessor().assess([someone], on=date(2026, 11, 22))[0]


def without_clauses(document: AnswerDocument) -> str:
    return re.sub(r"[A-Z]{1,2}\d\d «.*» \(\d+–\d+\)", "", WIDE.write(document))


def plan_said(judged: Assessment, lang: str) -> str:
    plan = Planner(assessor()).plan(judged)
    assumed = read_assumptions(
        ["credential=higher/pedagogy@2027-01-01", "employment=school-librarian@2026-12-01.."],
        assessor().vocabulary,
    )
    words = PlanWords(assessor().graph, lang)
    categories = tuple(category.iri for category in judged.categories)
    changes = plan.moments[0].changes
    plan = replace(plan, categories=categories, assumptions=assumed, changed=changes)
    return WIDE.write(plans([plan], words))


def register_said(judged: Assessment, lang: str) -> str:
    entries = register(assessor(), judged.rules, {})
    found = [(judged, effects_on(assessor(), judged, entries))]
    return without_clauses(register_document(entries, Words(assessor().graph, lang), found))


def assessment_said(judged: Assessment, lang: str) -> str:
    return without_clauses(assessments([judged], Words(assessor().graph, lang)))


@pytest.mark.parametrize("said", [plan_said, register_said, assessment_said])
def test_kazakh_has_no_latin_word(judged: Assessment, said: Callable[..., str]) -> None:
    text = re.sub(r"\[[a-z0-9-]+=?[a-z0-9-]*\]", "", said(judged, "kk"))
    assert LATIN.findall(CODES.sub("", text)) == []


@pytest.mark.parametrize("said", [plan_said, register_said, assessment_said])
def test_russian_has_no_latin_word_and_no_kazakh_one_unquoted(
    judged: Assessment, said: Callable[..., str]
) -> None:
    text = re.sub(r"\[[a-z0-9-]+=?[a-z0-9-]*\]", "", said(judged, "ru"))
    assert LATIN.findall(CODES.sub("", text)) == []
    assert KAZAKH.findall(re.sub(r"«[^«»]*»", "", text)) == []


@pytest.mark.parametrize("said", [plan_said, register_said, assessment_said])
def test_english_has_no_cyrillic_word_unquoted(
    judged: Assessment, said: Callable[..., str]
) -> None:
    text = said(judged, "en")
    assert CYRILLIC.findall(re.sub(r"“[^“”]*”", "", text)) == []


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_quotation_of_the_kazakh_text_comes_with_its_translation(
    judged: Assessment, lang: str
) -> None:
    text = register_said(judged, lang)
    quoted = r"«([^«»]*)»([^«»]{0,3})" if lang == "ru" else r"“([^“”]*)”([^“”]{0,3})"
    kazakh = [(q, after) for q, after in re.findall(quoted, text) if KAZAKH.search(q)]
    assert kazakh
    assert [q for q, after in kazakh if not after.startswith((" (", " («"))] == []


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_no_sentence_ends_in_two_stops(judged: Assessment, lang: str) -> None:
    for said in (plan_said, register_said, assessment_said):
        assert not re.search(r"\.\.(?!\.)|;\.|,\.", said(judged, lang))


@pytest.mark.parametrize(
    ("number", "kk", "ru", "en"),
    [
        (0, "0 жыл", "0 лет", "0 years"),
        (1, "1 жыл", "1 год", "1 year"),
        (2, "2 жыл", "2 года", "2 years"),
        (5, "5 жыл", "5 лет", "5 years"),
        (11, "11 жыл", "11 лет", "11 years"),
        (12, "12 жыл", "12 лет", "12 years"),
        (21, "21 жыл", "21 год", "21 years"),
        (24, "24 жыл", "24 года", "24 years"),
        (111, "111 жыл", "111 лет", "111 years"),
    ],
)
def test_a_number_takes_the_right_form_of_its_noun(number: int, kk: str, ru: str, en: str) -> None:
    graph = assessor().graph
    said = [Words(graph, lang).count("year", number) for lang in ("kk", "ru", "en")]
    assert said == [kk, ru, en]


def test_labels_inside_a_sentence_keep_names_and_abbreviations() -> None:
    assert lowered("Высшее образование") == "высшее образование"
    assert lowered("ISCED-F 0322") == "ISCED-F 0322"
    assert lowered("«Заң»") == "«Заң»"
    assert (raised("кітап"), raised("")) == ("Кітап", "")


def test_quotation_marks_inside_others_are_inner_ones() -> None:
    words = Words(assessor().graph, "ru")
    assert words.quoted("Тождество двух «основ»") == "«Тождество двух „основ“»"
    assert Words(assessor().graph, "en").quoted("Law “On X”") == "“Law ‘On X’”"


@pytest.mark.parametrize(
    ("awarded", "precision", "said"),
    [
        (date(2026, 6, 30), "day", "awarded 30 June 2026"),
        (date(2026, 6, 30), "month", "awarded June 2026"),
        (date(2026, 12, 31), "year", "awarded 2026: perhaps only after the day of assessment"),
        (date(2026, 11, 30), "month", "awarded November 2026: perhaps only after the day"),
        (date(2027, 12, 31), "year", "awarded 2027: after the day of assessment, does not count"),
    ],
)
def test_a_date_is_told_as_far_as_it_is_stated(
    awarded: date, precision: Precision, said: str
) -> None:
    level, field = f"{ID}education/higher", f"{ID}field/pedagogy"
    credential = Credential(level, field, awarded, precision=precision)
    words = Words(assessor().graph, "en")
    assert said in words.credential(credential, date(2026, 11, 22))


def test_a_foreign_credential_is_told_with_its_country_and_recognition() -> None:
    field = f"{ID}field/pedagogy"
    credential = Credential("", field, None, country="DE", recognised=date(2020, 1, 2))
    said = Words(assessor().graph, "ru").credential(credential, date(2026, 11, 22))
    assert said.endswith("; страна: DE; признано 2 января 2020 г.")


def test_categories_held_are_told_apart_from_those_met(judged: Assessment) -> None:
    grants = (Grant(f"{ID}category/librarian/higher-second", date(2021, 5, 20)),)
    held = replace(judged, candidate=replace(judged.candidate, holds=grants))
    said = WIDE.write(assessments([held], Words(assessor().graph, "en")))
    assert "Categories held: Higher level, second category (granted on 20 May 2021)" in said
    assert "Categories held" not in WIDE.write(assessments([judged], Words(assessor().graph, "en")))
