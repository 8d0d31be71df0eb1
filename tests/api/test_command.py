"""`libonto serve` as a command: what keeps it from starting is said in one line."""

import os
import subprocess
import sys
from typing import Any

import pytest

from libonto.cli import frame

pytestmark = pytest.mark.processes


def run(code: str, *args: str, lang: str = "en_GB.UTF-8") -> subprocess.CompletedProcess[str]:
    start = f"{code}; import sys; from libonto.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", start, "serve", *args],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "LC_ALL": lang},
    )


@pytest.mark.parametrize(
    ("lang", "said"), [("en_GB.UTF-8", "cannot fork"), ("ru_RU.UTF-8", "fork")]
)
def test_without_fork_it_does_not_start(lang: str, said: str) -> None:
    found = run("import os; del os.fork", lang=lang)
    assert found.returncode == 2
    assert said in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_without_the_extra_it_says_how_to_get_it() -> None:
    hide = "import sys, importlib.util as u; f = u.find_spec; "
    hide += "u.find_spec = lambda n, *a: None if n == 'fastapi' else f(n, *a)"
    found = run(hide)
    assert found.returncode == 2
    assert "pip install 'libonto[serve]'" in found.stderr


def test_an_address_that_is_taken(server: Any) -> None:
    found = run("pass", "--port", server.url.rpartition(":")[2])
    assert found.returncode == 2
    assert "Nothing can listen" in found.stderr
    assert "another program listens there already" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.every_case
@pytest.mark.parametrize(
    "address",
    ["example.org", "//example.org", "ftp://example.org", "http://", "http://x y", "http://x/?a"],
)
def test_a_public_address_that_is_none(capsys: pytest.CaptureFixture[str], address: str) -> None:
    assert frame.run(["serve", "--port", "0", "--base-url", address]) == 2
    assert address in capsys.readouterr().err


def test_tools_for_assistants_do_not_listen_where_a_server_does(
    capsys: pytest.CaptureFixture[str], server: Any
) -> None:
    assert frame.run(["mcp", "--http", "--port", server.url.rpartition(":")[2]]) == 2
    said = capsys.readouterr().err
    assert server.url.rpartition(":")[2] in said and len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "args", [["--port", "70000"], ["--deadline", "0"], ["--memory", "1"], ["--slow", "-1"]]
)
def test_a_limit_that_makes_no_sense(args: list[str]) -> None:
    found = run("pass", *args)
    assert found.returncode == 2
    assert args[0] in found.stderr


@pytest.mark.parametrize("lang", ["kk_KZ.UTF-8", "ru_RU.UTF-8", "en_GB.UTF-8"])
def test_every_option_is_explained(lang: str) -> None:
    found = run("pass", "--help", lang=lang)
    assert found.returncode == 0
    options = [line for line in found.stdout.splitlines() if line.strip().startswith("--")]
    assert len(options) > 12
    for line in options:
        assert len(line.split("  ")) > 2, f"{line}: nothing is said of it"
