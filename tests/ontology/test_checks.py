"""Our own data pass every check, and every check catches the fault of its fixture.

``checks/NAME.ttl`` belongs to the query ``queries/checks/NAME.rq``, ``faults/NAME.ttl`` to a
check of that name. The comment ``# with: ours`` says that the fixture is added to our own
data, ``# with: nothing`` that it stands alone, ``# place: …`` where the fault is. The checks
on tables of correspondences have their own tests in ``tests/crosswalk``.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import sizes

from libonto.cli.frame import run
from libonto.cli.ontology import check as command
from libonto.graph.catalogue import Catalogue, own_folder
from libonto.locales import LANGUAGES, sentence
from libonto.ontology import checks
from libonto.ontology.checks import CHECKS_FOLDER, GROUPS, Check, Violation, run_checks

HERE = Path(__file__).resolve().parent
ROWS = sorted((HERE / "checks").glob("*.ttl"))
FAULTS = sorted((HERE / "faults").glob("*.ttl"))
OF_TABLES = {"exact-match-without-source", "framework-without-evidence", "unconfirmed-code-in-use"}
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def ours() -> Iterator[list[Check]]:
    """Every check of our data; in the quick run SHACL, nearly all of the work, finds nothing."""
    with pytest.MonkeyPatch.context() as patch:
        if not sizes.full:
            patch.setattr(checks, "faults", lambda *_: [])
        found = run_checks(Catalogue((own_folder(),)))
    yield found


def test_ours_passes_every_check(ours: list[Check]) -> None:
    assert {check.group for check in ours} == set(GROUPS)
    assert [(c.name, c.faults[:3]) for c in ours if not c.passed] == []


def test_every_check_has_a_fixture(ours: list[Check]) -> None:
    names = {check.name for check in ours}
    fixtures = {path.stem for path in (*ROWS, *FAULTS)}
    missing = {name for name in names - fixtures if not name.startswith("mapping-")} - OF_TABLES
    assert missing == set()
    assert fixtures <= names


def folders(tmp_path: Path, fixture: Path, room: str = "ontology") -> Catalogue:
    """A catalogue with the fixture, beside ours or alone but for the checks themselves."""
    added = tmp_path / "added"
    (added / room).mkdir(parents=True)
    shutil.copy(fixture, added / room)
    if lines(fixture, "with") == ["ours"]:
        return Catalogue((own_folder(), added))
    assert lines(fixture, "with") == ["nothing"]
    for part in (CHECKS_FOLDER, "shapes"):
        shutil.copytree(own_folder() / part, added / part, dirs_exist_ok=True)
    return Catalogue((added,))


def lines(fixture: Path, key: str) -> list[str]:
    marks = (line.partition(f"# {key}: ") for line in fixture.read_text("utf-8").splitlines())
    return sorted(value for before, mark, value in marks if mark and not before)


@pytest.mark.parametrize("fixture", [*ROWS, *FAULTS], ids=lambda path: path.stem)
def test_a_check_catches_its_fixture_and_nothing_else(tmp_path: Path, fixture: Path) -> None:
    room = "shapes" if fixture.stem == "shacl-shapes" else "ontology"
    (check,) = run_checks(folders(tmp_path, fixture, room), only={fixture.stem})
    assert check.faults
    if fixture in FAULTS:
        places = lines(fixture, "place")
        assert places and sorted({fault.place for fault in check.faults}) == places


def test_a_text_that_was_edited_is_caught(tmp_path: Path) -> None:
    shutil.copytree(own_folder() / "ontology", tmp_path / "ontology")
    shutil.copytree(own_folder() / "shapes", tmp_path / "shapes")
    shutil.copytree(own_folder() / CHECKS_FOLDER, tmp_path / CHECKS_FOLDER)
    (text,) = (tmp_path / "ontology" / "source").rglob("*.txt")
    text.write_bytes(text.read_bytes().replace("3 жыл".encode(), "2 жыл".encode(), 1))
    names = {"source-text", "quote-not-at-its-place"}
    found = {check.name: check for check in run_checks(Catalogue((tmp_path,)), only=names)}
    assert not found["source-text"].passed
    assert not found["quote-not-at-its-place"].passed  # nothing is compared with another text


def test_every_check_and_group_has_words_in_each_language(ours: list[Check]) -> None:
    for check in ours:
        for lang in LANGUAGES:
            assert sentence(f"check.group-{check.group}", lang)
            if check.query is None:
                assert sentence(f"check.is-{check.name}", lang)
            else:
                assert lang in check.query.summaries


@pytest.fixture
def checked(ours: list[Check], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """The command, with the checks of ours already done, and one fault more if it is wanted."""

    def fail(name: str) -> None:
        found = [
            Check(
                c.group,
                c.name,
                c.where,
                (Violation("lo:Here", "so"),) if c.name == name else (),
                c.query,
            )
            for c in ours
        ]
        monkeypatch.setattr(command, "run_checks", lambda _: found)

    yield fail


def test_the_command_says_all_is_well(checked: Callable[[str], None], capsys: Capture) -> None:
    checked("")
    for lang in LANGUAGES:
        assert run(["ontology", "check", "--lang", lang]) == 0
        out = capsys.readouterr().out
        assert "✗" not in out and "house-style" in out


def test_the_command_says_what_is_wrong_and_where(
    checked: Callable[[str], None], capsys: Capture
) -> None:
    checked("licence")
    assert run(["ontology", "check", "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert out.count("✗") == 1 and "lo:Here" in out
    assert run(["ontology", "check", "--format", "json"]) == 1
    failed = [c for c in json.loads(capsys.readouterr().out) if not c["passed"]]
    assert [c["check"] for c in failed] == ["licence"]
    assert failed[0]["faults"] == [{"place": "lo:Here", "detail": "so"}]
