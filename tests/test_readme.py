"""The README says what is true: its sample, its commands and its links."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from libonto.cli.frame import run

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def libonto(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "libonto", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"COLUMNS": "80", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        check=False,
    )


def test_the_sample_is_what_the_command_prints() -> None:
    block = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert block
    command, *shown = block.group(1).splitlines()
    printed = libonto(*shlex.split(command)[2:]).stdout.splitlines()
    place = 0
    for line in shown:
        if line != "…":
            assert line in printed[place:], line
            place = printed.index(line, place) + 1
    assert len(shown) > 10


def test_every_command_exists() -> None:
    named = {
        tuple(re.findall(r"[a-z]+", words)[:2])
        for block in SHELL
        for words in re.findall(r"^libonto ((?:[a-z]+ ?){1,2})", block, re.MULTILINE)
    }
    assert len(named) > 8
    for words in sorted(named):
        assert run([words[0], "--help"]) == 0, words


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_architecture_names_every_room_and_only_what_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    package = ROOT / "src" / "libonto"
    named = set(re.findall(r"`([a-z_/]+(?:\.[a-z]+)?/?)`", text))
    rooms = {path.name for path in package.iterdir() if path.is_dir() and path.name[0] != "_"}
    assert {room for room in rooms if f"{room}/" not in named} == set()
    below = [package / room for room in ("", "voice", "verdict", "ontology", "profile/interchange")]
    places = [ROOT, *below]
    lost = {name for name in named if not any((place / name).exists() for place in places)}
    assert lost == set()
