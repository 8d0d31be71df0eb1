"""The walk-through of the docs leads from a text to a verdict, command by command."""

import json
import re
import shlex
from pathlib import Path

import pytest

from libonto.cli.frame import run

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/drafting.md").read_text("utf-8")
COMMANDS = [
    shlex.split(line)[1:]
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


def test_the_walk_through_leads_to_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setattr("click.prompt", lambda *_, **__: "q")
    printed = []
    for command in COMMANDS:
        if command[:2] == ["ontology", "check"]:  # run once for all drafts, in test_folder.py
            continue
        if ">" in command:
            command = command[: command.index(">")]
        assert run(command) in (0, 1), command
        printed.append(capsys.readouterr().out)
    assert "Nothing is left to do." in printed[-2]
    assert "is a draft" not in printed[-1]
    assert "✓ Tour guide of the second category" in printed[-1]
    state = json.loads((tmp_path / "tour-guide/draft.json").read_text("utf-8"))
    assert state["answers"]["knowledge/KS01/en"] == "History of the museum"
