"""The JSON object, key by key (contract, “Verdicts”); all that is expected comes from the text."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import libonto
from libonto.cli.frame import run

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "ontology/source/order-338/librarian.kk.txt").read_text(encoding="utf-8")
REQUIREMENT = "https://w3id.org/libonto/id/requirement/librarian/"

# The contract's own candidate, who knows what the second category of the higher ladder asks.
CONTRACT = {
    "id": "urn:example:candidate:1",
    "credentials": [{"level": "higher", "field": "library-science", "awarded": "2015-06-30"}],
    "employments": [
        {"position": "school-librarian", "start": "2018-09-01", "end": "2021-08-31"},
        {"position": "school-librarian", "start": "2026-09-01"},
    ],
    "knowledge": [
        "constitution", "law-education", "law-child-rights", "law-languages",
        "law-anti-corruption", "education-regulations", "library-guidance",
        "library-work-fundamentals", "bibliography", "library-technology-processes", "reader-work",
        "pedagogy", "psychology", "economics", "labour-legislation", "occupational-safety",
        "fire-safety",
    ],
    "appliesFor": "librarian/higher-second",
}  # fmt: skip

CATEGORIES = [
    # category, what it inherits
    ("higher-none", None),
    ("higher-second", "higher-none"),
    ("higher-first", "higher-second"),
    ("higher-highest", "higher-first"),
    ("middle-none", None),
    ("middle-second", "middle-none"),
    ("middle-first", "middle-second"),
    ("middle-highest", "middle-first"),
]
# Every requirement with the clauses that state it, from the analysis of the text.
CLAUSES = {
    "knowledge-constitution": "KL01",
    "knowledge-law-education": "KL02",
    "knowledge-law-child-rights": "KL03",
    "knowledge-law-languages": "KL04",
    "knowledge-law-anti-corruption": "KL05",
    "knowledge-education-regulations": "KL06",
    "knowledge-library-guidance": "KL07",
    "knowledge-library-work-fundamentals": "KS01",
    "knowledge-bibliography": "KS02 KS10 KS15 KS20 KS25 KS30",
    "knowledge-library-technology-processes": "KS03 KS11 KS16 KS21 KS26 KS31",
    "knowledge-reader-work": "KS04 KS12 KS17 KS22 KS27 KS32",
    "knowledge-pedagogy": "KS05",
    "knowledge-psychology": "KS06",
    "knowledge-economics": "KS07",
    "knowledge-labour-legislation": "KL08",
    "knowledge-occupational-safety": "KL09",
    "knowledge-fire-safety": "KL10",
    "knowledge-library-work-issues": "KS08 KS13 KS18 KS23 KS28",
    "knowledge-librarianship-fundamentals": "KS09 KS14 KS19 KS24 KS29",
    "education-higher": "E01 E03 E04 E05",
    "education-middle-none": "E02",
    "education-middle": "E06 E07 E08",
    "experience-3-years": "X01 X04",
    "experience-4-years": "X02 X05",
    "experience-5-years": "X03 X06",
}
COMMON = {f"knowledge-{slug}" for slug in CONTRACT["knowledge"]}
ADDED = {"knowledge-library-work-issues", "knowledge-librarianship-fundamentals"}
OWN = {
    "higher-none": COMMON | {"education-higher"},
    "higher-second": {"education-higher", "experience-3-years"},
    "higher-first": {"education-higher", "experience-4-years"} | ADDED,
    "higher-highest": {"education-higher", "experience-5-years"} | ADDED,
    "middle-none": COMMON | {"education-middle-none"},
    "middle-second": {"education-middle", "experience-3-years"} | ADDED,
    "middle-first": {"education-middle", "experience-4-years"} | ADDED,
    "middle-highest": {"education-middle", "experience-5-years"} | ADDED,
}
NUMBER = {
    "higher-none": 18, "higher-second": 19, "higher-first": 22, "higher-highest": 23,
    "middle-none": 18, "middle-second": 22, "middle-first": 23, "middle-highest": 24,
}  # fmt: skip
READINGS = {
    "college-service": "not-counted",
    "service-arithmetic": "end-to-end",
    "truncated-alternative": "ignored",
    "post-secondary-on-middle-ladder": "accepted",
    "above-technical-on-middle-ladder": "not-accepted",
    "pedagogical-in-any-subject": "accepted",
    "service-before-diploma": "counted",
    "library-head-service": "not-counted",
    "successor-act": "accepted",
    "fundamentals-are-one": "separate",
    "service-years": "total",
    "foreign-diploma": "recognised-only",
    "safety-clause-scope": "all-levels",
}


def slug(iri: str) -> str:
    assert iri.startswith(REQUIREMENT)
    return iri.removeprefix(REQUIREMENT)


@pytest.fixture(scope="module", params=["kk", "ru", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def result(lang: str) -> dict[str, Any]:
    (assessment,) = libonto.assess(json.dumps(CONTRACT).encode(), on=date(2026, 11, 22))
    return libonto.as_object(assessment, lang=lang)


def test_its_keys_are_the_contract_s(result: dict[str, Any]) -> None:
    assert result.keys() >= {
        "candidate", "position", "assessedOn", "service", "readings", "highest",
        "requirements", "categories", "notices",
    }  # fmt: skip
    for requirement in result["requirements"]:
        assert requirement.keys() >= {
            "requirement", "kind", "status", "expected", "found", "message", "clauses",
        }  # fmt: skip
        for clause in requirement["clauses"]:
            assert clause.keys() == {"id", "quote", "start", "end"}
    for category in result["categories"]:
        assert category.keys() >= {
            "category", "status", "inherits", "requirements", "unmet", "earliestOn",
            "dependsOnReadings",
        }  # fmt: skip
    for notice in result["notices"]:
        assert notice.keys() >= {"kind", "message"}


def test_it_says_who_for_what_and_when(result: dict[str, Any]) -> None:
    assert result["candidate"] == "urn:example:candidate:1"
    assert result["position"] == "librarian"
    assert result["assessedOn"] == "2026-11-22"
    assert result["service"] == {"years": 3, "months": 2, "days": 21}
    assert result["readings"] == READINGS
    assert list(result["readings"]) == list(READINGS)
    assert result["highest"] == {"higher": "higher-second", "middle": None}


def test_it_is_json(result: dict[str, Any]) -> None:
    assert json.loads(json.dumps(result, ensure_ascii=False)) == result


def test_every_requirement_stands_once_with_its_kind_and_clauses(result: dict[str, Any]) -> None:
    found = {
        slug(r["requirement"]): " ".join(c["id"] for c in r["clauses"])
        for r in result["requirements"]
    }
    assert found == CLAUSES
    assert len(result["requirements"]) == len(CLAUSES)
    for requirement in result["requirements"]:
        assert slug(requirement["requirement"]).startswith(requirement["kind"] + "-")


def test_every_clause_is_a_span_of_the_text(result: dict[str, Any]) -> None:
    analysis = {
        "X02": (3060, 3124), "E02": (2106, 2204), "KL01": (1213, 1253), "KS32": (5160, 5220),
    }  # fmt: skip
    seen = {}
    for requirement in result["requirements"]:
        for clause in requirement["clauses"]:
            assert TEXT[clause["start"] : clause["end"]] == clause["quote"]
            assert clause["quote"].strip()
            seen[clause["id"]] = (clause["start"], clause["end"])
    assert len(seen) == 10 + 32 + 8 + 6  # KL, KS, E, X
    assert {id_: seen[id_] for id_ in analysis} == analysis
    assert "4 жылдан кем емес" in TEXT[slice(*seen["X02"])]


def test_all_eight_categories_stand_in_order(result: dict[str, Any]) -> None:
    assert [(c["category"], c["inherits"]) for c in result["categories"]] == CATEGORIES


def test_a_category_s_requirements_include_those_that_it_inherits(result: dict[str, Any]) -> None:
    whole: dict[str | None, set[str]] = {None: set()}
    for category in result["categories"]:
        name = category["category"]
        whole[name] = OWN[name] | whole[category["inherits"]]
        assert {slug(iri) for iri in category["requirements"]} == whole[name]
        assert len(category["requirements"]) == NUMBER[name] == len(whole[name])


def test_the_contract_s_candidate_gets_the_verdicts_that_follow(result: dict[str, Any]) -> None:
    found = {
        c["category"]: (c["status"], {slug(iri) for iri in c["unmet"]}, c["earliestOn"])
        for c in result["categories"]
    }
    middle = {"education-middle-none"}
    assert found == {
        "higher-none": ("met", set(), "2026-11-22"),
        "higher-second": ("met", set(), "2026-11-22"),
        # 1461 days from 2018-09-01 make four years; 1096 are done, 365 more end with 2027-08-31.
        "higher-first": ("not-met", ADDED | {"experience-4-years"}, "2027-09-01"),
        # 1826 days make five; the 730th day from 2026-09-01 on is 2028-08-30.
        "higher-highest": (
            "not-met", ADDED | {"experience-4-years", "experience-5-years"}, "2028-08-31",
        ),
        "middle-none": ("not-met", middle, "2026-11-22"),
        "middle-second": ("not-met", middle | ADDED | {"education-middle"}, "2026-11-22"),
        "middle-first": (
            "not-met", middle | ADDED | {"education-middle", "experience-4-years"}, "2027-09-01",
        ),
        "middle-highest": (
            "not-met",
            middle | ADDED | {"education-middle", "experience-4-years", "experience-5-years"},
            "2028-08-31",
        ),
    }  # fmt: skip


def test_unmet_is_what_is_not_met(result: dict[str, Any]) -> None:
    statuses = {r["requirement"]: r["status"] for r in result["requirements"]}
    for category in result["categories"]:
        open_ = [iri for iri in category["requirements"] if statuses[iri] != "met"]
        assert category["unmet"] == open_


def test_sentences_are_said_in_the_language(lang: str, result: dict[str, Any]) -> None:
    by_slug = {slug(r["requirement"]): r for r in result["requirements"]}
    four = by_slug["experience-4-years"]
    assert "4" in four["expected"]
    for number in ("3", "2", "21"):
        assert number in four["found"]
    name = {"kk": "Кітапхана ісі", "ru": "Библиотечное дело", "en": "Library science"}
    assert name[lang].lower() in by_slug["education-higher"]["found"].lower()
    for requirement in result["requirements"]:
        for key in ("expected", "found", "message"):
            said = requirement[key]
            assert said.strip() == said != ""
            assert "{" not in said
            if lang != "en":
                assert not any("a" <= letter.lower() <= "z" for letter in said), said


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        (["K950001000_", "K2600000000"], "1995"),  # the act named goes first
        (["K2600000000"], "2026"),
        (["K950001000_"], "1995"),
    ],
)
def test_an_act_that_the_text_names_goes_before_its_successor(acts: list[str], said: str) -> None:
    known = [slug for slug in CONTRACT["knowledge"] if slug != "constitution"]
    known += [f"https://w3id.org/libonto/id/act/{act}" for act in acts]
    (assessment,) = libonto.assess(
        json.dumps(CONTRACT | {"knowledge": known}).encode(), on=date(2026, 11, 22)
    )
    found = libonto.as_object(assessment, lang="en")["requirements"]
    (constitution,) = (r for r in found if r["requirement"].endswith("/knowledge-constitution"))
    assert constitution["status"] == "met"
    assert said in constitution["found"]


def test_one_candidate_is_one_object_and_several_are_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(json.dumps(CONTRACT), encoding="utf-8")
    others = [{"id": "urn:example:candidate:2"}, {"id": "urn:example:candidate:3"}]
    two.write_text(json.dumps(others), encoding="utf-8")
    command = ["--on", "2026-11-22", "--format", "json", "--lang", "en"]
    assert run(["assess", str(one), *command]) == 0
    (alone,) = libonto.assess(one, on=date(2026, 11, 22))
    assert json.loads(capsys.readouterr().out) == libonto.as_object(alone, lang="en")
    assert run(["assess", str(one), str(two), *command]) == 1
    lines = capsys.readouterr().out.strip().split("\n")
    assert [json.loads(line)["candidate"][-1] for line in lines] == ["1", "2", "3"]
    assert json.loads(lines[0]) == libonto.as_object(alone, lang="en")
