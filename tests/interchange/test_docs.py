"""What docs/profiles.md says is so."""

import json
import re
from pathlib import Path

import pytest

from libonto.cli.frame import run
from libonto.profile.document import KNOWN, Document
from libonto.profile.intake import Reader
from libonto.profile.interchange.names import Names

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "profiles.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_every_format_is_told_of() -> None:
    table = TEXT.partition("### Formats")[2].partition("Workbooks need")[0]
    assert [name for name in KNOWN if f"`{name}`" not in table] == []


def test_the_json_is_a_profile(names: Names) -> None:
    [block] = blocks("json")
    [candidate] = Reader(names.vocabulary).read([Document(block.encode(), format="json")])
    assert candidate.iri == json.loads(block)["id"]


def test_the_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    [block] = blocks("python")
    (tmp_path / "people.csv").write_text("ID,Level,Field\n1,colour,pedagogy\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "docs/profiles.md", "exec"), {})
    assert capfd.readouterr().out.startswith("2 people.csv, 2-жол, B бағаны («Level»)")


def test_the_example_table_is_right() -> None:
    assert run(["profile", "check", str(ROOT / "examples" / "people.csv")]) == 0


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
    for path in re.findall(r"`((?:examples|ontology|src)/[^`*]+)`", TEXT):
        assert (ROOT / path).exists(), path
