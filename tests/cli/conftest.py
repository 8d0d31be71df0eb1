"""What the tests of the command share: running it here, and profiles in files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from libonto.cli.frame import run

ROOT = Path(__file__).resolve().parents[2]


class Done(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Cli = Callable[..., Done]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs the command in this process, under an English locale."""
    for name in ("LC_MESSAGES", "LANG", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def cli(*args: object) -> Done:
        capsys.readouterr()
        status = run([str(arg) for arg in args])
        return Done(status, *capsys.readouterr())

    return cli


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a profile, or any text or bytes, to a file."""

    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def aigul() -> dict[str, Any]:
    """The sample librarian: second category of the higher level on 2026-11-22."""
    loaded: dict[str, Any] = json.loads((ROOT / "examples" / "librarian.json").read_text("utf-8"))
    return loaded
