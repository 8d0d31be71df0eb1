"""Verdicts on foreign credentials (contract, “Foreign credentials”), and on undecided dates."""

import html
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pypdf
import pytest

import libonto
from libonto.cli.frame import run
from libonto.errors import JudgeError
from libonto.graph.terms import slug_of
from libonto.profile.model import Candidate, Credential, flat_profile
from libonto.public import assessor
from libonto.verdict.compiled_judge import CompiledJudge
from libonto.verdict.foreign import Doubt
from libonto.voice.assessment import assessments
from libonto.voice.json import to_object
from libonto.voice.words import Words

ID = "https://w3id.org/libonto/id/"
ON = date(2026, 11, 22)
HIGHER, LIBRARY = ID + "education/higher", ID + "field/library-science"
TYC = ID + "framework/tr-tyc/6"
DQR = ID + "framework/de-dqr/6"
AWARDED = date(2015, 6, 30)
CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"level": HIGHER, "country": "DE"}, "not-shown", "met"),
    ({"level": HIGHER, "country": "KZ"}, "met", "met"),
    ({"level": HIGHER, "country": "DE", "recognised": ON}, "met", "met"),
    ({"level": HIGHER, "country": "DE", "recognised": date(2026, 11, 23)}, "not-shown", "met"),
    ({"level": HIGHER, "country": "DE", "field": ID + "field/other-field"}, "not-met", "not-met"),
    ({"level": "", "framework_level": DQR}, "not-shown", "met"),
    ({"level": HIGHER, "country": "DE", "awarded": date(2026, 11, 23)}, "not-met", "not-met"),
    ({"awarded": date(2026, 12, 31), "precision": "year"}, "not-shown", "not-shown"),
    ({"awarded": date(2026, 11, 30), "precision": "month"}, "not-shown", "not-shown"),
    ({"awarded": date(2027, 12, 31), "precision": "year"}, "not-met", "not-met"),
    ({"awarded": date(2025, 12, 31), "precision": "year"}, "met", "met"),
]


@pytest.mark.parametrize(("stated", "recognised_only", "by_level"), CASES)
def test_what_a_credential_shows(
    stated: dict[str, Any], recognised_only: str, by_level: str
) -> None:
    """In the assessment, and in the compiled path of the batch."""
    judge = assessor()
    credential = Credential(**({"level": HIGHER, "field": LIBRARY, "awarded": AWARDED} | stated))
    person = Candidate("urn:x:1", credentials=(credential,))
    rules = judge.positions.rules(judge.positions.default)
    for option, expected in (("recognised-only", recognised_only), ("by-level", by_level)):
        chosen = {"foreign-diploma": option}
        (found,) = judge.assess([person], on=ON, readings=chosen)
        statuses = {f.requirement.slug: str(f.status) for f in found.findings}
        assert statuses["education-higher"] == expected, option
        depends = found.category(ID + "category/librarian/higher-none").depends_on_readings
        choices = judge.readings.choose(chosen)
        compiled = CompiledJudge(judge, rules, choices, ON).judge(flat_profile(person)).statuses
        assert compiled.categories == {c.iri: c.status for c in found.categories}
        assert compiled.depends_on[ID + "category/librarian/higher-none"] == depends


@pytest.mark.parametrize(
    ("awarded", "earliest"),
    [("2027-06-30", date(2030, 6, 30)), ("2027", date(2030, 12, 31)), ("2024-11-22", None)],
)
def test_days_count_from_a_foreign_diploma_that_is_still_to_come(
    awarded: str, earliest: date | None
) -> None:
    """Under `service-before-diploma` as from a diploma of here, a future one included."""
    for country in ("DE", "KZ"):
        profile = {
            "credentials": [
                {"level": "higher", "field": "library-science", "awarded": awarded}
                | {"country": country}
            ],
            "employments": [{"position": "school-librarian", "start": "2010-01-01"}],
        }
        readings = {"service-before-diploma": "not-counted", "foreign-diploma": "by-level"}
        (found,) = libonto.assess(json.dumps(profile).encode(), on=ON, readings=readings)
        category = found.category(ID + "category/librarian/higher-second")
        assert category.earliest_on == (earliest or date(2027, 11, 22)), country
        statuses = {f.requirement.slug: str(f.status) for f in found.findings}
        assert statuses["experience-3-years"] == "not-met", country


def test_the_judge_must_confirm_what_is_told_of_a_foreign_credential() -> None:
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    credential = Credential(HIGHER, LIBRARY, AWARDED, country="DE")
    evidence = judge.evidence(Candidate("urn:x:1", credentials=(credential,)), rules, ON)
    ((node, fits),) = evidence.alone
    assert fits
    judge.judge(rules).judge([evidence])
    for wrong in (frozenset(), fits | {next(iter(fits)) + "-undecided"}):
        with pytest.raises(JudgeError) as refused:
            judge.judge(rules).judge([replace(evidence, alone=((node, wrong),))])
        assert refused.value.key == "engines-differ"


BROAD = "http://data.europa.eu/snb/isced-f/03"
PENDING = {"awarded": date(2026, 12, 31), "precision": "year"}


@pytest.mark.parametrize(
    ("stated", "option", "doubts"),
    [
        ([{"field": BROAD}], "recognised-only", ("field",)),
        ([PENDING], "recognised-only", ("pending",)),
        ([PENDING, {"field": BROAD}], "recognised-only", ("pending", "field")),
        ([{"country": "DE"}], "recognised-only", ("unrecognised",)),
        ([{"country": "DE", "recognised": ON, "field": BROAD}], "recognised-only", ("field",)),
        ([{"country": "DE", "recognised": ON} | PENDING], "recognised-only", ("pending",)),
        ([{"country": "DE", "field": ID + "field/other-field"}, PENDING], "by-level", ("pending",)),
        ([{"level": "", "framework_level": TYC, "country": "TR"}], "by-level", ("level",)),
        ([{"level": "", "framework_level": TYC, "country": "KZ"}], "recognised-only", ("level",)),
        ([{"country": "KZ"}], "recognised-only", ()),
    ],
)
def test_why_it_cannot_be_told_is_said_and_nothing_else(
    stated: list[dict[str, Any]], option: str, doubts: tuple[str, ...]
) -> None:
    usual = {"level": HIGHER, "field": LIBRARY, "awarded": AWARDED}
    person = Candidate("urn:x:1", credentials=tuple(Credential(**(usual | s)) for s in stated))
    (found,) = assessor().assess([person], on=ON, readings={"foreign-diploma": option})
    (finding,) = [f for f in found.findings if f.requirement.slug == "education-higher"]
    assert finding.doubts == doubts
    words = Words(assessor().graph, "en")
    every = {doubt: words.say(f"message.doubt-{doubt}") for doubt in get_args(Doubt)}
    message = words.message(finding, ON)
    assert {doubt for doubt, text in every.items() if text in message} == set(doubts)


def test_a_profile_says_so_in_json() -> None:
    document = b"""{"credentials": [{"level": "de-dqr/6", "field": "library-science"}]}"""
    (found,) = libonto.assess(document, on=ON)
    category = found.category(ID + "category/librarian/higher-none")
    assert category.status == "not-shown"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_answer_tells_the_chain_its_weakest_link_and_the_recognition(lang: str) -> None:
    document = (
        b'{"credentials": [{"level": "higher", "field": "pedagogy", "country": "KZ"},'
        b' {"level": "de-dqr/6", "field": "library-science", "country": "DE"}]}'
    )
    (found,) = libonto.assess(document, on=ON)
    words = Words(assessor().graph, lang)
    (told,) = to_object(found, words)["foreign"]
    assert told["credential"] == 2 and told["sure"] is True
    assert [step["confidence"] for step in told["chain"]] == [0.9, 0.6]
    assert told["weakest"] == told["chain"][1]
    assert [i["instrument"].rpartition("/")[2] for i in told["recognition"]] == ["order-268-2023"]
    section = assessments([found], words)
    said = str(section)
    assert words.say("report.foreign") in said
    assert words.label(told["recognition"][0]["instrument"]) in said


def test_a_level_may_be_named_by_an_address_of_ours_where_the_official_one_is_another() -> None:
    for level in (DQR, "http://data.europa.eu/snb/qdr/c_6919ed25"):
        document = f'{{"credentials": [{{"level": "{level}", "field": "library-science"}}]}}'
        by_level = {"foreign-diploma": "by-level"}
        (found,) = libonto.assess(document.encode(), on=ON, readings=by_level)
        statuses = {f.requirement.slug: str(f.status) for f in found.findings}
        assert statuses["education-higher"] == "met", level


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    ("option", "status", "rests"),
    [("by-level", "met", True), ("recognised-only", "not-shown", False)],
)
def test_every_face_says_that_a_verdict_rests_on_the_level(
    server: Any, tmp_path: Path, option: str, status: str, rests: bool, lang: str
) -> None:
    """The page's answer, the PDF, the text and the lean line of a batch; by default none does."""
    items = [slug_of(i) for i in assessor().graph.instances("lo:KnowledgeItem")]
    credential = {"level": "de-dqr/6", "country": "DE", "field": "library-science"}
    profile = {"credentials": [credential | {"awarded": "2015-06-30"}], "knowledge": items}
    document = json.dumps(profile)
    (found,) = libonto.assess(document.encode(), on=ON, readings={"foreign-diploma": option})
    words = Words(assessor().graph, lang)
    chosen = words.chosen_readings(found)
    assert bool(chosen) is rests
    data = {"document": document, "on": ON.isoformat(), "reading-foreign-diploma": option}
    page = server.http.post(f"/check?lang={lang}", data=data).text
    pdf = server.http.post(f"/check/download?lang={lang}", data=data | {"format": "pdf"}).content
    printed = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    start = words.say("report.readings-chosen", readings=".").partition(".")[0]
    for face in (html.unescape(page), printed, str(assessments([found], words))):
        squeezed = "".join(face.split())
        assert ("".join(start.split()) in squeezed) is rests
        assert "".join(chosen.split()) in squeezed
    source = tmp_path / "one.json"
    source.write_text(document, "utf-8")
    command = ["batch", str(source), "-o", str(tmp_path / "out.jsonl"), "--lang", lang]
    command += ["--on", ON.isoformat(), "--reading", f"foreign-diploma={option}"]
    assert (run(command) == 0) is rests
    line = json.loads((tmp_path / "out.jsonl").read_text("utf-8").splitlines()[0])
    assert line["readings"]["foreign-diploma"] == option
    first = line["categories"][0]
    assert (first["status"], first["dependsOnReadings"]) == (status, ["foreign-diploma"])
