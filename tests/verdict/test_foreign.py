"""What a credential from another country comes to, under either option of `foreign-diploma`."""

from datetime import date

import pytest

from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.terms import ID
from libonto.profile.model import Credential
from libonto.profile.vocabulary import Vocabulary
from libonto.verdict.foreign import ForeignCredentials

ON = date(2026, 11, 22)
BEFORE, AFTER = date(2026, 11, 21), date(2026, 11, 23)
HIGHER, POSTGRADUATE = ID + "education/higher", ID + "education/postgraduate"


@pytest.fixture(scope="module")
def foreign() -> ForeignCredentials:
    return ForeignCredentials(Graph(Catalogue.of(), whole=False))


@pytest.fixture(scope="module")
def levels() -> dict[str, str]:
    return Vocabulary(Graph(Catalogue.of())).framework_levels


def stated(levels: dict[str, str], level: str, **more: object) -> Credential:
    framework = levels.get(level)
    return Credential(
        level="" if framework else ID + "education/" + level,
        field=ID + "field/library-science",
        framework_level=framework,
        awarded=date(2021, 6, 30),
        **more,
    )


@pytest.mark.parametrize(
    ("level", "country", "is_foreign"),
    [
        ("higher", None, False),
        ("higher", "KZ", False),
        ("higher", "RU", True),
        ("kz-nqf/6", None, False),
        ("eqf/6", None, True),
        ("de-dqr/6", None, True),
        ("de-dqr/6", "KZ", False),
        ("kz-nqf/6", "DE", True),
    ],
)
def test_what_is_foreign(
    foreign: ForeignCredentials,
    levels: dict[str, str],
    level: str,
    country: str | None,
    is_foreign: bool,
) -> None:
    assert foreign.is_foreign(stated(levels, level, country=country)) is is_foreign


@pytest.mark.parametrize(
    ("level", "country", "recognised", "by_level", "counted", "left_open"),
    [
        ("higher", None, None, False, [HIGHER], []),
        ("kz-nqf/6", None, None, False, [HIGHER], []),
        ("higher", "RU", None, False, [], [HIGHER]),
        ("higher", "RU", ON, False, [HIGHER], []),
        ("higher", "RU", AFTER, False, [], [HIGHER]),
        ("higher", "RU", None, True, [HIGHER], []),
        ("de-dqr/6", "DE", None, False, [], [HIGHER]),
        ("de-dqr/6", "DE", BEFORE, False, [HIGHER], []),
        ("de-dqr/6", "DE", None, True, [HIGHER], []),
        ("de-dqr/7", "DE", None, True, [], [POSTGRADUATE]),  # a link is not close
        ("de-dqr/7", "DE", BEFORE, True, [POSTGRADUATE], []),
        ("ie-nfq/8", "IE", None, True, [], [HIGHER]),
        ("fr-cncp/6", "FR", None, True, [HIGHER], []),
    ],
)
def test_it_counts_by_recognition_or_by_a_sure_chain_and_is_else_left_open(
    foreign: ForeignCredentials,
    levels: dict[str, str],
    level: str,
    country: str | None,
    recognised: date | None,
    by_level: bool,
    counted: list[str],
    left_open: list[str],
) -> None:
    credential = stated(levels, level, country=country, recognised=recognised)
    effect = foreign.effect(credential, ON, by_level=by_level)
    assert [c.level for c in effect.counted] == counted
    assert [c.level for c in effect.open] == left_open


def test_a_level_of_which_nothing_is_known_leaves_everything_open(
    foreign: ForeignCredentials, levels: dict[str, str]
) -> None:
    effect = foreign.effect(stated(levels, "tr-tyc/6", country="TR"), ON, by_level=True)
    assert effect.counted == () and len(effect.open) == 5


def test_what_is_awarded_later_neither_counts_nor_leaves_open(
    foreign: ForeignCredentials, levels: dict[str, str]
) -> None:
    credential = stated(levels, "de-dqr/6", country="DE")
    effect = foreign.effect(credential, date(2021, 6, 29), by_level=True)
    assert effect.counted == effect.open == ()


def test_the_evidence_names_the_chain_its_weakest_link_and_the_recognition(
    foreign: ForeignCredentials, levels: dict[str, str]
) -> None:
    found = foreign.evidence(stated(levels, "de-dqr/6", country="DE"), ON, "en")
    assert [step["confidence"] for step in found["chain"]] == [0.9, 0.6]
    assert found["weakest"] == found["chain"][1]
    assert found["sure"] is True and found["recognisedOn"] is None
    labels = [i["label"] for i in found["recognition"]]
    assert labels == ["Order No. 268 of 12 June 2023"]
    russian = foreign.evidence(stated(levels, "higher", country="RU"), ON, "en")
    assert russian["chain"] == []
    kinds = {i["kind"] for i in russian["recognition"]}
    assert {"national-procedure", "agreement", "union-treaty", "convention"} <= kinds


def test_nothing_of_the_frameworks_is_loaded_for_a_domestic_credential(
    levels: dict[str, str],
) -> None:
    graph = Graph(Catalogue.of(), whole=False)
    plain = stated(levels, "higher")
    foreign = ForeignCredentials(graph)
    assert not foreign.is_foreign(plain)
    assert foreign.effect(plain, ON, by_level=False).counted == (plain,)
    assert not graph.is_a(ID + "country/DE", "lo:Country")
    assert foreign.is_foreign(stated(levels, "de-dqr/6"))
    assert graph.is_a(ID + "country/DE", "lo:Country")
