"""Notices: the superseded edition, and acts no longer in force on the day (`facts.json`)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import libonto
from libonto.profile.model import Candidate, Credential, Employment
from libonto.verdict.model import Assessment

ID = "https://w3id.org/libonto/id/"
HIGHER, LIBRARY = ID + "education/higher", ID + "field/library-science"
SCHOOL = ID + "position/school-librarian"
OLD_CONSTITUTION, NEW_CONSTITUTION = ID + "act/K950001000_", ID + "act/K2600000000"
OLD_CORRUPTION, NEW_CORRUPTION = ID + "act/Z980000267_", ID + "act/Z1500000410"
CONSTITUTION = (OLD_CONSTITUTION, NEW_CONSTITUTION, "2026-07-01", "seen")
CORRUPTION = (OLD_CORRUPTION, NEW_CORRUPTION, "2016-01-01", "memory-unverified")
DAYS = [
    ("2015-12-31", []),
    ("2016-01-01", [CORRUPTION]),
    ("2026-06-30", [CORRUPTION]),
    ("2026-07-01", [CONSTITUTION, CORRUPTION]),
    ("2026-11-22", [CONSTITUTION, CORRUPTION]),
]


@pytest.fixture
def notices(
    candidate: Callable[..., Any], assess: Callable[..., Assessment]
) -> Callable[..., list[dict[str, Any]]]:
    def said(on: str, lang: str = "en") -> list[dict[str, Any]]:
        found = libonto.as_object(assess(candidate(), on), lang=lang)["notices"]
        assert isinstance(found, list)
        return found

    return said


@pytest.mark.parametrize(("on", "expected"), DAYS)
def test_an_act_is_noticed_from_the_day_it_ceased(
    on: str, expected: list[tuple[str, ...]], notices: Callable[..., list[dict[str, Any]]]
) -> None:
    acts = [notice for notice in notices(on) if notice["kind"] == "act-no-longer-in-force"]
    keys = ("act", "successor", "since", "evidence")
    assert [tuple(notice[key] for key in keys) for notice in acts] == expected


@pytest.mark.parametrize("on", ["2022-03-31", "2022-12-31", "2026-11-22", "2050-01-01"])
def test_the_edition_is_noticed_with_when_and_by_what(
    on: str, notices: Callable[..., list[dict[str, Any]]]
) -> None:
    (edition,) = (n for n in notices(on) if n["kind"] == "edition-superseded")
    assert edition["edition"] == ID + "edition/order-338-source"
    assert edition["successor"] == ID + "edition/order-338-2022"
    assert edition["since"] == "2022-03-31"
    assert edition["evidence"] == "seen"
    assert edition["held"] is False
    current = "2022" if on < "2026-06-19" else "2026-06-19"
    assert edition["inForceOnDay"] == ID + f"edition/order-338-{current}"
    assert "2022" in edition["message"]


@pytest.mark.parametrize(
    ("on", "kinds", "in_force"),
    [
        ("2005-01-01", ["edition-not-yet-in-force"], None),
        ("2009-07-12", ["edition-not-yet-in-force"], None),
        ("2009-07-13", ["edition-not-yet-in-force"], "order-338-2009"),
        ("2014-01-28", ["edition-not-yet-in-force"], "order-338-2009"),
        ("2014-01-29", [], "order-338-source"),
        ("2022-03-30", [], "order-338-source"),
        ("2022-03-31", ["edition-superseded"], "order-338-2022"),
        ("2026-06-18", ["edition-superseded"], "order-338-2022"),
        ("2026-06-19", ["edition-superseded"], "order-338-2026-06-19"),
    ],
)
def test_the_edition_on_a_day(
    on: str,
    kinds: list[str],
    in_force: str | None,
    candidate: Callable[..., Any],
    assess: Callable[..., Assessment],
) -> None:
    found = libonto.as_object(assess(candidate(), on), lang="en")
    assert found["edition"] == {
        "edition": ID + "edition/order-338-source",
        "from": "2014-01-29",
        "until": "2022-03-31",
        "inForce": in_force == "order-338-source",
        "inForceOnDay": in_force and ID + f"edition/{in_force}",
    }
    assert [n["kind"] for n in found["notices"] if n["kind"].startswith("edition")] == kinds
    assert [n["kind"] for n in found["notices"]][: len(kinds)] == kinds


def test_an_act_is_noticed_before_it_was_in_force(notices: Callable[..., Any]) -> None:
    for on, expected in (("2007-07-26", [ID + "act/Z070000319_"]), ("2007-07-27", [])):
        found = [n["act"] for n in notices(on) if n["kind"] == "act-not-yet-in-force"]
        assert found == expected


def test_what_a_profile_states_oddly_is_noticed(assess: Callable[..., Assessment]) -> None:
    person = Candidate(
        "urn:x:1",
        credentials=(Credential(HIGHER, LIBRARY), Credential(HIGHER, LIBRARY, date(2000, 1, 1))),
        employments=(
            Employment(SCHOOL, date(1956, 11, 22)),
            Employment(SCHOOL, date(1956, 11, 21), date(1957, 1, 1)),
        ),
    )
    found = libonto.as_object(assess(person, "2026-11-22"), lang="en")["notices"]
    said = [(n["kind"], n.get("credential", n.get("employment"))) for n in found]
    assert said[-2:] == [("undated-credential", 1), ("implausible-date", 2)]


@pytest.mark.parametrize(
    ("lang", "named", "unsure"),
    [
        ("kk", ["Сыбайлас жемқорлыққа қарсы", "2016"], "дереккөз бойынша тексерілмеген"),
        (
            "ru",
            ["О борьбе с коррупцией", "О противодействии коррупции", "2016"],
            "без проверки по источнику",
        ),
        ("en", ["On the Fight against Corruption", "On Combating Corruption", "2016"], "memory"),
    ],
)
def test_a_notice_says_what_since_when_by_what_and_how_sure_we_are(
    lang: str, named: list[str], unsure: str, notices: Callable[..., list[dict[str, Any]]]
) -> None:
    by_act = {n["act"]: n["message"] for n in notices("2026-11-22", lang) if "act" in n}
    for part in named:
        assert part in by_act[OLD_CORRUPTION]
    assert "2026" in by_act[OLD_CONSTITUTION]
    assert unsure in by_act[OLD_CORRUPTION].lower()
    assert unsure not in by_act[OLD_CONSTITUTION].lower()


def test_the_same_is_noticed_whatever_the_verdict(
    candidate: Callable[..., Any], assess: Callable[..., Assessment]
) -> None:
    on = "2026-11-22"
    whole = assess(candidate([("school", "2000-01-01", None)]), on)
    nothing = assess(candidate([], [], []), on)
    assert whole.highest["higher"] == "higher-highest"
    assert nothing.highest == {"higher": None, "middle": None}
    of_law = [n for n in whole.notices if not n.part]
    assert of_law == list(nothing.notices)
    assert len(of_law) == 3
    assert whole.on == date(2026, 11, 22)
