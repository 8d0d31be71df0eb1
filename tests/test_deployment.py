"""The container, the unit and the redirects say what the command and the ontology know."""

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import venv
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from libonto.cli.frame import libonto
from libonto.graph.terms import BASE, ID, NS

ROOT = Path(__file__).resolve().parent.parent
CONTAINER = (ROOT / "Containerfile").read_text("utf-8")
UNIT = (ROOT / "deploy/libonto.service").read_text("utf-8")
REDIRECTS = (ROOT / "deploy/w3id/.htaccess").read_text("utf-8")


def options_of(command: list[str]) -> set[str]:
    known = libonto.load(command[0])
    names = {option for parameter in known.params for option in parameter.opts}
    return {word for word in command[1:] if word.startswith("--")} - names


def test_the_container_starts_a_command_that_exists_as_nobody_special() -> None:
    entry = re.search(r"^ENTRYPOINT (\[.*\])$", CONTAINER, re.MULTILINE)
    assert entry
    program, *command = json.loads(entry[1])
    assert program == "libonto" and options_of(command) == set()
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", CONTAINER, re.MULTILINE)
    assert "HEALTHCHECK" in CONTAINER and "/healthz" in CONTAINER
    for name in re.findall(r"([\w-]+)==([\d.]+)", CONTAINER):
        assert "==".join(name) in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_unit_starts_a_command_that_exists_with_its_hardening() -> None:
    settings = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))
    program, *command = shlex.split(settings["ExecStart"])
    assert program.endswith("/libonto") and options_of(command) == set()
    assert settings["ProtectSystem"] == "strict" and settings["NoNewPrivileges"] == "yes"
    assert settings["CapabilityBoundingSet"] == ""


def test_systemd_finds_nothing_wrong_with_the_unit_and_little_exposed(tmp_path: Path) -> None:
    """Where systemd is installed; the program is another, since libonto is not in /opt here."""
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        return
    unit = tmp_path / "libonto.service"
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT), "utf-8")
    for check in (["verify"], ["security", "--offline=true", "--threshold=25"]):
        done = subprocess.run(
            [analyse, *check, str(unit)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("iri", [NS.rstrip("#"), f"{ID}position/librarian", f"{ID}clause/a/b/E02"])
def test_every_address_of_ours_is_redirected_to_the_same_path(iri: str) -> None:
    path = iri.removeprefix(BASE)
    rules = re.findall(r"^RewriteRule (\S+) (\S+) \[R=303,L\]$", REDIRECTS, re.MULTILINE)
    [target] = [
        target.replace("$1", match[1] if match.groups() else "")
        for pattern, target in rules
        if (match := re.match(pattern, path))
    ]
    assert target == f"https://libonto.example.org/{path}"


def ran(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.full_run
def test_the_wheel_has_all_that_is_read_and_serves_on_a_fresh_machine(tmp_path: Path) -> None:
    """It is installed there with the extra of the service, and started."""
    ran(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    names = set(ZipFile(wheel).namelist())
    for room in ("ontology", "shapes", "queries"):
        for path in (ROOT / room).rglob("*.*"):
            assert f"libonto/data/{path.relative_to(ROOT).as_posix()}" in names, path
    assert {"libonto/drafting/kk.lark", "libonto/locales/kk/draft.toml"} <= names
    installed(wheel, tmp_path)


def installed(wheel: Path, folder: Path) -> None:
    venv.create(folder / "fresh", with_pip=True)
    program = folder / "fresh/bin"
    ran(program / "pip", "install", "--quiet", f"{wheel}[serve]", cwd=folder)
    sample = (ROOT / "examples/librarian.json").read_text("utf-8")
    (folder / "profile.json").write_text(sample, "utf-8")
    judged = ran(program / "libonto", "assess", "profile.json", "--format", "json", cwd=folder)
    assert json.loads(judged)["requirements"][0]["clauses"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = subprocess.Popen([program / "libonto", "serve", "--port", port], cwd=folder)
    try:
        for _ in range(300):
            with (
                suppress(OSError),
                urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer,
            ):
                assert answer.status == 200
                return
            time.sleep(0.1)  # not listening yet
        pytest.fail("the service does not answer")
    finally:
        server.terminate()
        server.wait(30)
