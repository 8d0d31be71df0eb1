"""Readings: what there is to choose, and what happens with a choice that is not there."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from pyoxigraph import NamedNode
from tests.verdict.conftest import ADDED, COMMON

from libonto.errors import UsageError
from libonto.graph.terms import ID
from libonto.law.readings import Readings, parse_choices
from libonto.profile.model import Candidate, Grant
from libonto.public import assessor
from libonto.voice.words import Words

# The contract's table, the default first, and the two that were proposed beside it.
OPTIONS = {
    "college-service": ["not-counted", "counted"],
    "service-arithmetic": ["end-to-end", "thirty-day-months"],
    "truncated-alternative": ["ignored", "technical-pedagogical", "any-education-in-profile"],
    "post-secondary-on-middle-ladder": ["accepted", "not-accepted"],
    "above-technical-on-middle-ladder": ["not-accepted", "accepted"],
    "pedagogical-in-any-subject": ["accepted", "not-accepted"],
    "service-before-diploma": ["counted", "not-counted"],
    "library-head-service": ["not-counted", "counted"],
    "successor-act": ["accepted", "not-accepted"],
    "fundamentals-are-one": ["separate", "same"],
    "service-years": ["total", "since-previous-category"],
    "foreign-diploma": ["recognised-only", "by-level"],
    "safety-clause-scope": ["all-levels", "higher-ladder", "higher-highest", "college"],
}
CLAUSES = {
    "college-service": {"X01", "X02", "X03", "X04", "X05", "X06", "S01"},
    "service-arithmetic": {"X01", "X02", "X03", "X04", "X05", "X06"},
    "truncated-alternative": {"E02"},
    "post-secondary-on-middle-ladder": {"E02", "E06", "E07", "E08"},
    "above-technical-on-middle-ladder": {"E02", "E06", "E07", "E08"},
    "pedagogical-in-any-subject": {"E01", "E03", "E04", "E05"},
    "service-before-diploma": {"X01", "X02", "X03", "X04", "X05", "X06"},
    "library-head-service": {"X01", "X02", "X03", "X04", "X05", "X06"},
    "service-years": {"X01", "X02", "X03", "X04", "X05", "X06"},
    "successor-act": {"KL01", "KL05"},
}


@pytest.fixture(scope="module")
def readings() -> Readings:
    return assessor().readings


def test_the_register_is_the_contract_s(readings: Readings) -> None:
    found = {reading.name: [option.name for option in reading.options] for reading in readings.all}
    assert found == OPTIONS
    assert list(found) == list(OPTIONS)
    for reading in readings.all:
        assert reading.default == reading.options[0]


def test_every_reading_names_its_clauses(readings: Readings) -> None:
    for reading in readings.all:
        clauses = {iri.rpartition("/")[2] for iri in reading.clauses}
        assert clauses == CLAUSES.get(reading.name, clauses)
        assert clauses
    fundamentals = {c.rpartition("/")[2] for c in readings.by_name["fundamentals-are-one"].clauses}
    assert {"KS01", "KS09"} <= fundamentals


def test_nothing_chosen_is_every_default(readings: Readings) -> None:
    chosen = {name: option.name for name, option in readings.choose().items()}
    assert chosen == {name: options[0] for name, options in OPTIONS.items()}


def test_a_choice_overrides_the_default_and_the_last_one_goes_first(readings: Readings) -> None:
    site = {"college-service": "counted", "successor-act": "not-accepted"}
    own = {"college-service": "not-counted"}
    chosen = readings.choose(site, own)
    assert chosen["college-service"].name == "not-counted"
    assert chosen["successor-act"].name == "not-accepted"
    assert chosen["fundamentals-are-one"].name == "separate"


def test_a_choice_can_be_made_without_changing_the_others(readings: Readings) -> None:
    base = readings.choose()
    reading = readings.by_name["college-service"]
    other = base.but({reading.name: reading.option("counted")})
    assert base["college-service"].name == "not-counted"
    assert other["college-service"].name == "counted"
    assert {name for name in base if base[name] != other[name]} == {"college-service"}


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"colege-service": "counted"}, "college-service"),  # the nearest is suggested
        ({"zzz": "counted"}, "service-arithmetic"),  # else all are listed
        ({"college-service": "yes"}, "not-counted, counted"),
        ({"college-service": ""}, "not-counted, counted"),
        ({"service-years": "since-then"}, "since-previous-category"),
    ],
)
def test_a_choice_that_is_not_there_is_refused(
    readings: Readings, choice: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError) as refused:
        readings.choose(choice)
    for lang in ("kk", "ru", "en"):
        assert said in refused.value.message(lang)


def test_pairs_are_read(readings: Readings) -> None:
    assert parse_choices(["a=b", "c=d", "a=b"]) == {"a": "b", "c": "d"}
    assert parse_choices([]) == {}


@pytest.mark.parametrize("pairs", [["a"], ["=b"], ["a="], [""], ["a=b", "a=c"]])
def test_what_is_no_pair_or_contradicts_another_is_refused(pairs: list[str]) -> None:
    with pytest.raises(UsageError) as refused:
        parse_choices(pairs)
    assert refused.value.message("en")


def test_each_option_states_on_which_requirements_it_bears(readings: Readings) -> None:
    """Read from the ontology alone; the shapes must agree (the check option-without-effect)."""
    graph = assessor().graph
    stated = {
        f"{reading.name}={option.name}": {
            iri.rpartition("/")[2] for iri in graph.iris(NamedNode(option.iri), "lo:bearsOn")
        }
        for reading in readings.all
        for option in reading.options
    }
    assert stated["truncated-alternative=any-education-in-profile"] == {"education-middle-none"}
    assert stated["pedagogical-in-any-subject=accepted"] == {"education-higher"}
    assert stated["service-years=since-previous-category"] == {
        "experience-4-years",
        "experience-5-years",
    }
    of_readings = {
        reading.name: set().union(*(stated[f"{reading.name}={o.name}"] for o in reading.options))
        for reading in readings.all
    }
    assert {name for name, found in of_readings.items() if not found} == {"safety-clause-scope"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"post-secondary-on-middle-ladder": "not-accepted"}, 0),
        ({"above-technical-on-middle-ladder": "accepted"}, 0),
        (
            {
                "post-secondary-on-middle-ladder": "not-accepted",
                "above-technical-on-middle-ladder": "accepted",
            },
            1,
        ),
    ],
)
def test_options_at_odds_are_noticed_together_and_not_alone(
    candidate: Callable[..., Candidate], options: dict[str, str], expected: int
) -> None:
    (found,) = assessor().assess(
        [candidate()], position=f"{ID}position/librarian", on=date(2026, 11, 22), readings=options
    )
    assert [n.kind for n in found.notices].count("readings-at-odds") == expected


@pytest.mark.parametrize(
    ("awarded", "granted", "status", "missing"),
    [
        ("2022-11-22", None, "not-shown", {"previous-category"}),
        ("2022-11-23", None, "not-met", {"previous-category"}),  # whenever it was granted
        ("", "2022-11-22", "not-shown", {"diploma"}),
        ("", "2022-11-23", "not-met", {"diploma"}),
        ("", None, "not-shown", {"diploma", "previous-category"}),
        ("2022-11-22", "2022-11-22", "met", set()),
    ],
)
def test_years_that_lack_since_one_day_lack_whatever_the_other_is(
    candidate: Callable[..., Candidate],
    awarded: str,
    granted: str | None,
    status: str,
    missing: set[str],
) -> None:
    second = f"{ID}category/librarian/higher-second"
    someone = replace(
        candidate(
            diplomas=[("higher", "library-science", awarded)] if awarded else [],
            jobs=[("school", "2010-01-01", None)],
        ),
        holds=(Grant(second, date.fromisoformat(granted) if granted else None),),
    )
    chosen = {
        "service-before-diploma": "not-counted",
        "service-years": "since-previous-category",
    }
    (found,) = assessor().assess([someone], on=date(2026, 11, 22), readings=chosen)
    finding = found.finding(f"{ID}requirement/librarian/experience-4-years")
    assert finding.status.value == status
    assert finding.counted is not None and finding.counted.missing == missing
    assert found.category(f"{ID}category/librarian/higher-first").earliest_on == (
        None if missing else found.on
    )
    said = Words(assessor().graph, "en").evidence(finding, found.on)
    assert ("award of the diploma" in said) is ("diploma" in missing and status == "not-shown")


@pytest.mark.parametrize(
    ("post", "start", "end", "said"),
    [
        ("school", "2010-01-01", None, "whether service suffices cannot be told"),
        ("school", "2022-11-23", None, "when service will suffice cannot be told"),
        ("school", "2022-11-23", "2026-11-22", "when service will suffice cannot be told"),
        ("school", "2022-11-23", "2026-11-21", "will not be reached"),
        ("public", "2022-11-23", None, "will not be reached"),  # a post that does not count
    ],
)
def test_years_whose_beginning_is_not_stated_are_not_said_never_to_come(
    candidate: Callable[..., Candidate], post: str, start: str, end: str | None, said: str
) -> None:
    someone = candidate(jobs=[(post, start, end)])
    chosen = {"service-years": "since-previous-category"}
    (found,) = assessor().assess([someone], on=date(2026, 11, 22), readings=chosen)
    verdict = found.category(f"{ID}category/librarian/higher-first")
    assert verdict.earliest_on is None
    assert said in Words(assessor().graph, "en").earliest(verdict, found)


@pytest.mark.parametrize(
    ("granted", "said"),
    [
        (None, "By the reading “Where service begins to count” it cannot be told"),
        (date(2025, 1, 1), "Another reading would change this: “Where service begins to count”"),
        (date(2015, 1, 1), None),
    ],
)
def test_a_missing_day_is_told_apart_from_a_reading_that_turns_the_verdict(
    candidate: Callable[..., Candidate], granted: date | None, said: str | None
) -> None:
    second = f"{ID}category/librarian/higher-second"
    person = replace(
        candidate(jobs=[("school", "2014-01-01", None)], knowledge=COMMON + ADDED),
        applies_for=f"{ID}category/librarian/higher-first",
        holds=(Grant(second, granted),) if granted else (),
    )
    (found,) = assessor().assess(
        [person], position=f"{ID}position/librarian", on=date(2026, 11, 22)
    )
    told = Words(assessor().graph, "en").other_readings(found)
    if said is None:
        assert "Where service begins" not in told
    else:
        assert said in told


def test_the_reason_of_a_reading_rests_on_what_is_stated_as_data(readings: Readings) -> None:
    """Each clause that a reason names is a source or a reference of the reading, and an act is."""
    graph = assessor().graph
    for reading in readings.all:
        node = NamedNode(reading.iri)
        sources = graph.iris(node, "dcterms:source")
        assert sources, reading.name
        stated = {
            iri.rpartition("/")[2] for iri in (*sources, *graph.iris(node, "dcterms:references"))
        }
        for lang, reason in graph.translations(node, "lo:reason").items():
            named = set(re.findall(r"\b(?:E|X|S|KL|KS)\d\d\b", reason))
            assert named <= stated, (reading.name, lang, named - stated)
            if re.search("Labour Code|Трудового кодекса|Еңбек кодекс", reason):
                assert "K1500000414" in stated, (reading.name, lang)
