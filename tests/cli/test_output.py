"""What the command writes, and where: files, pipes, terminals, full disks, readers that go away."""

import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
Write = Callable[..., Path]
Profile = dict[str, Any]

ON = ("--on", "2026-11-22")
COMMAND = [sys.executable, "-m", "libonto"]
ESCAPE = "\x1b["


@pytest.fixture
def sample(aigul: Profile, write: Write) -> Path:
    return write("sample.json", aigul)


@pytest.fixture
def several(aigul: Profile, write: Write) -> Path:
    """So many candidates that their reports fill every buffer on the way."""
    return write("several.json", [aigul | {"id": f"urn:x:{n}"} for n in range(40)])


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LANG"}}
    return kept | {"LC_ALL": "en_GB.UTF-8"} | more


def process(*args: object, **options: Any) -> subprocess.CompletedProcess[str]:
    options = {"capture_output": True, "env": environment(), "encoding": "utf-8"} | options
    return subprocess.run([*COMMAND, *map(str, args)], check=False, **options)


# A file, whole or not at all


@pytest.mark.parametrize("format_", ["text", "json", "turtle", "html"])
@pytest.mark.parametrize("option", ["-o", "--output"])
def test_output_goes_to_a_file(
    format_: str, option: str, sample: Path, tmp_path: Path, cli: Cli
) -> None:
    out = tmp_path / "out"
    done = cli("assess", sample, *ON, "--format", format_, option, out)
    assert done == (0, "", "")
    printed = cli("assess", sample, *ON, "--format", format_).out
    written = out.read_text("utf-8")
    if format_ == "turtle":  # has the time in it
        assert len(written) == len(printed)
    else:
        assert written == printed
    assert ESCAPE not in written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "sample.json"]


def test_a_verdict_that_is_not_met_is_written_too(sample: Path, tmp_path: Path, cli: Cli) -> None:
    out = tmp_path / "out"
    assert cli("assess", sample, *ON, "--category", "higher-first", "-o", out).status == 1
    assert "not shown" in out.read_text("utf-8")


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(
    sample: Path, tmp_path: Path, cli: Cli
) -> None:
    out = tmp_path / "out"
    out.write_text("x" * 100_000)
    out.chmod(0o640)
    assert cli("assess", sample, *ON, "-o", out).status == 0
    assert "Higher level, second category: met." in out.read_text("utf-8")
    assert stat.S_IMODE(out.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_of_the_mask(sample: Path, tmp_path: Path, cli: Cli) -> None:
    before = os.umask(0o027)
    try:
        assert cli("assess", sample, *ON, "-o", tmp_path / "out").status == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o640


def test_a_link_stays_a_link(sample: Path, tmp_path: Path, cli: Cli) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    assert cli("assess", sample, *ON, "-o", link).status == 0
    assert link.is_symlink()
    assert "Higher level" in target.read_text("utf-8")


@pytest.mark.parametrize("wrong", ["bad", "empty"])
def test_a_file_is_left_alone_when_nothing_was_judged(
    wrong: str, write: Write, tmp_path: Path, cli: Cli
) -> None:
    out = tmp_path / "out"
    out.write_text("before")
    path = write("a.json", '{"id": 1}' if wrong == "bad" else "")
    assert cli("assess", path, *ON, "-o", out).status in {2, 3}
    assert out.read_text() == "before"


def test_a_file_is_left_alone_when_the_disk_is_full(
    sample: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = cli("assess", sample, *ON, "-o", out)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"{out} cannot be written: there is no space left.\n"
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "sample.json"]


def test_a_device_stays_a_device(sample: Path, cli: Cli) -> None:
    assert cli("assess", sample, *ON, "-o", os.devnull) == (0, "", "")
    assert Path(os.devnull).is_char_device()
    done = cli("assess", sample, *ON, "-o", "/dev/full")
    assert done == (2, "", "/dev/full cannot be written: there is no space left.\n")


def test_a_dash_is_standard_output(sample: Path, cli: Cli) -> None:
    assert "Higher level" in cli("assess", sample, *ON, "-o", "-").out


# Standard output and standard error


@pytest.mark.processes
def test_standard_output_that_is_full(sample: Path) -> None:
    for args in (["assess", sample, *ON], ["assess", sample, *ON, "--format", "json"], ["--help"]):
        with Path("/dev/full").open("w") as full:
            done = process(*args, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == 2
        assert done.stderr == (
            "The result cannot be written to standard output: there is no space left.\n"
        )


@pytest.mark.processes
def test_standard_streams_that_are_closed(sample: Path) -> None:
    line = f'"{sys.executable}" -m libonto assess --on 2026-11-22'
    done = subprocess.run(
        ["sh", "-c", f"{line} '{sample}' >&-"], capture_output=True, check=False, env=environment()
    )
    assert done.returncode == 2
    assert done.stderr.decode().startswith("The result cannot be written to standard output")
    done = subprocess.run(
        ["sh", "-c", f"{line} - <&-"], capture_output=True, check=False, env=environment()
    )
    assert done.returncode == 2
    assert done.stderr.decode().startswith("Standard input is closed")


@pytest.mark.processes
@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_not_told_anything(
    format_: str, unbuffered: str, several: Path
) -> None:
    """`libonto … | head -1`: no trace, and no status that would be taken for a verdict."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        [*COMMAND, "assess", str(several), *ON, "--format", format_],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(PYTHONUNBUFFERED=unbuffered),
    ) as running:
        os.close(writing)
        os.read(reading, 10)
        os.close(reading)
        _, err = running.communicate()
    assert err == b""
    assert running.returncode == 141


@pytest.mark.processes
def test_an_interruption_ends_it_without_a_trace(tmp_path: Path) -> None:
    waiting = tmp_path / "waiting"
    os.mkfifo(waiting)
    command = subprocess.Popen(
        [*COMMAND, "assess", str(waiting)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    with command as running, waiting.open("wb"):  # opened: it has begun to read
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert (running.returncode, out, err.strip()) == (130, b"", b"")


@pytest.mark.processes
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "koi8-r"])
def test_what_is_piped_is_utf_8_whatever_the_locale(encoding: str, sample: Path) -> None:
    env = environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="kk_KZ")
    done = process("assess", sample, *ON, "--format", "json", env=env)
    assert done.returncode == 0
    assert json.loads(done.stdout)["name"] == "Айгүл Серікқызы"
    wrong = process("assess", sample, "--on", "x", env=env, encoding="utf-8", errors="replace")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "2026-11-22" in wrong.stderr


# A terminal


def on_a_terminal(args: list[str], env: Mapping[str, str]) -> str:
    """What the command writes when it stands before a person."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *args], stdout=terminal, stderr=terminal, stdin=terminal, env=dict(env)
    ) as running:
        os.close(terminal)
        text = b""
        while True:
            ready, _, _ = select.select([controller], [], [], 60)
            try:
                piece = os.read(controller, 65536) if ready else b""
            except OSError:
                break
            if not piece:
                break
            text += piece
        running.wait()
    os.close(controller)
    return text.decode()


@pytest.mark.processes
def test_there_is_colour_on_a_terminal_and_nowhere_else(sample: Path, several: Path) -> None:
    args = ["assess", str(sample), *ON]
    assert ESCAPE in on_a_terminal(args, environment(TERM="xterm"))
    assert ESCAPE not in on_a_terminal(args, environment(TERM="xterm", NO_COLOR="1"))
    assert ESCAPE not in on_a_terminal(args, environment(TERM="dumb"))
    assert ESCAPE in on_a_terminal(args, environment(TERM="xterm", NO_COLOR=""))
    assert ESCAPE not in on_a_terminal([*args, "--format", "json"], environment(TERM="xterm"))
    assert ESCAPE not in process(*args, env=environment(TERM="xterm", FORCE_COLOR="1")).stdout


@pytest.mark.processes
def test_a_name_cannot_take_over_a_terminal(aigul: Profile, write: Write) -> None:
    path = write("a.json", aigul | {"name": "\x1b]0;owned\x07\x1b[2JA\u202e", "evidence": "\x9b2J"})
    shown = on_a_terminal(["assess", str(path), *ON], environment(TERM="xterm", NO_COLOR="1"))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)
    bad = write("b.json", {"na\x1b[2Jme": 1, "id": "urn:\x1b[2J"})
    shown = on_a_terminal(["assess", str(bad)], environment(TERM="xterm"))
    assert "\x1b" not in shown


@pytest.mark.parametrize("columns", ["40", "60", "100"])
def test_the_width_of_the_terminal_is_respected(
    columns: str, sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for lang in ("kk", "ru", "en"):
        lines = cli("assess", sample, *ON, "--lang", lang).out.splitlines()
        long = [line for line in lines if len(line) > int(columns) and " " in line.strip()]
        assert long == []
        assert max(map(len, lines)) > int(columns) // 2


@pytest.mark.parametrize("columns", ["0", "-5", "wide", "1", "100000"])
def test_a_width_that_nobody_can_read_does_no_harm(
    columns: str, sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = cli("assess", sample, *ON)
    assert done.status == 0
    assert max(map(len, done.out.splitlines())) <= 100


# The command itself


def test_the_version_is_the_package_s(cli: Cli) -> None:
    done = cli("--version")
    assert done.status == 0
    assert re.fullmatch(r"libonto \d+\.\d+\.\d+\n", done.out)


def test_a_mistake_of_ours_is_one_line_and_status_2(
    sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a b")

    monkeypatch.setattr("libonto.verdict.assessment.Assessor.answer", fail)
    for lang, said in (("kk", "қате бар"), ("ru", "Ошибка"), ("en", "has made a mistake")):
        done = cli("assess", sample, "--lang", lang)
        assert (done.status, done.out) == (2, "")
        assert said in done.err
        assert "ZeroDivisionError: a b" in done.err
        assert done.err.count("\n") == 1
    monkeypatch.setenv("LIBONTO_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli("assess", sample)


HEAVY = {"rdflib", "pyshacl", "pyoxigraph", "owlready2", "jinja2", "fastapi", "httpx", "typst"}


def modules_loaded_by(args: list[str]) -> set[str]:
    """What a command has imported when it ends, in a process of its own."""
    code = (
        "import sys\nfrom libonto.cli.frame import run\n"
        f"run({args!r})\nprint(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.processes
@pytest.mark.parametrize(
    ("args", "needed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        ([], set()),
        (["assess", "--help"], set()),
        (["asses"], set()),
        (["assess"], set()),
    ],
)
def test_what_needs_no_graph_does_not_load_one(args: list[str], needed: set[str]) -> None:
    loaded = modules_loaded_by(args)
    assert "click" in loaded
    assert loaded & HEAVY == needed
    assert not {name for name in loaded if name.startswith("libonto.verdict")}


@pytest.mark.processes
def test_assessing_loads_neither_the_reasoner_nor_the_server(sample: Path) -> None:
    loaded = modules_loaded_by(["assess", str(sample)])
    assert loaded & HEAVY == {"rdflib", "pyshacl", "pyoxigraph"}


@pytest.mark.processes
@pytest.mark.parametrize("args", [["crosswalk", "--from", "eqf/6"], ["ontology", "reason", "-h"]])
def test_what_judges_nobody_loads_no_judge(args: list[str]) -> None:
    loaded = modules_loaded_by(args)
    assert not loaded & {"rdflib", "pyshacl", "libonto.verdict.assessment"}


@pytest.mark.processes
def test_python_can_run_it_as_a_module(sample: Path) -> None:
    done = process("assess", sample, *ON, "--format", "json")
    assert json.loads(done.stdout)["candidate"] == "urn:example:candidate:aigul"
