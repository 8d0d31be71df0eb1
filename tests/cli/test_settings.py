"""An installation's own readings: the settings file and the environment, and what goes first."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
Profile = dict[str, Any]


@pytest.fixture
def sample(aigul: Profile, write: Callable[..., Path]) -> Path:
    return write("sample.json", aigul)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's configuration folder, empty."""
    folder = tmp_path / "config"
    (folder / "libonto").mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    for name in ("LIBONTO_SETTINGS", "LIBONTO_READINGS"):
        monkeypatch.delenv(name, raising=False)
    return folder / "libonto" / "settings.toml"


def used(cli: Cli, sample: Path, *args: str) -> dict[str, str]:
    done = cli("assess", sample, "--on", "2026-11-22", "--format", "json", *args)
    assert done.err == ""
    readings: dict[str, str] = json.loads(done.out)["readings"]
    return readings


def test_without_settings_the_defaults_are_used(home: Path, sample: Path, cli: Cli) -> None:
    readings = used(cli, sample)
    assert readings["college-service"] == "not-counted"
    assert readings["service-arithmetic"] == "end-to-end"
    assert readings["successor-act"] == "accepted"


def test_the_user_s_file_is_found(home: Path, sample: Path, cli: Cli) -> None:
    home.write_text('[readings]\ncollege-service = "counted"\n')
    assert used(cli, sample)["college-service"] == "counted"


def test_the_file_in_the_home_folder_is_found(
    home: Path, sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_text('[readings]\ncollege-service = "counted"\n')
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(home.parent.parent.parent))
    assert used(cli, sample)["college-service"] == "not-counted"
    (home.parent.parent).rename(home.parent.parent.parent / ".config")
    assert used(cli, sample)["college-service"] == "counted"


def test_what_goes_before_what(
    home: Path, sample: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command's own option, then the variable, then the named file; the user's not at all."""
    home.write_text('[readings]\nfundamentals-are-one = "same"\n')
    named = tmp_path / "named.toml"
    named.write_text(
        '[readings]\ncollege-service = "counted"\nservice-arithmetic = "thirty-day-months"\n'
        'successor-act = "not-accepted"\n'
    )
    monkeypatch.setenv("LIBONTO_SETTINGS", str(named))
    monkeypatch.setenv(
        "LIBONTO_READINGS", " service-arithmetic=end-to-end , successor-act=accepted ,"
    )
    readings = used(cli, sample, "--reading", "successor-act=not-accepted")
    assert readings["college-service"] == "counted"
    assert readings["service-arithmetic"] == "end-to-end"
    assert readings["successor-act"] == "not-accepted"
    assert readings["fundamentals-are-one"] == "separate"


@pytest.mark.parametrize("content", ["", "# nothing\n", "[readings]\n", "\ufeff[readings]\n"])
def test_a_file_may_choose_nothing(content: str, home: Path, sample: Path, cli: Cli) -> None:
    home.write_text(content, "utf-8")
    assert used(cli, sample)["college-service"] == "not-counted"


WRONG_FILES = {
    "no toml": (b"[readings\n", "cannot be used: it is not TOML (Expected ']'"),
    "a key twice": (b'[readings]\na = "b"\na = "c"\n', "cannot be used: it is not TOML ("),
    "not utf-8": (b"[readings]\n# \xff\n", "cannot be used: it is not UTF-8."),
    "too deep": (b"a = " + b"[" * 100_000, "cannot be used: it is not TOML ("),
    "unknown key": (b"[reading]\n", "has an unknown key “reading”. Known: readings."),
    "no table": (b'readings = "counted"\n', "the readings must be a table of NAME"),
    "no text": (b"[readings]\ncollege-service = true\n", "the readings must be a table of NAME"),
    "unknown reading": (
        b'[readings]\ncolege-service = "counted"\n',
        "Unknown reading “colege-service”. Did you mean “college-service”?",
    ),
    "unknown option": (
        b'[readings]\ncollege-service = "yes"\n',
        "The reading “college-service” has no option “yes”. Its options: not-counted, counted.",
    ),
}


@pytest.mark.parametrize("case", WRONG_FILES)
@pytest.mark.parametrize("named", [True, False])
def test_a_wrong_file_is_named_with_what_is_wrong(
    case: str,
    named: bool,
    home: Path,
    sample: Path,
    tmp_path: Path,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content, said = WRONG_FILES[case]
    path = tmp_path / "named.toml" if named else home
    path.write_bytes(content)
    if named:
        monkeypatch.setenv("LIBONTO_SETTINGS", str(path))
    done = cli("assess", sample, "--on", "2026-11-22")
    assert (done.status, done.out) == (2, "")
    assert str(path) in done.err
    assert said in done.err


def test_a_named_file_must_be_there(
    home: Path, sample: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, said in [
        (tmp_path / "none.toml", "there is no such file or folder"),
        (tmp_path, "it is a folder"),
    ]:
        monkeypatch.setenv("LIBONTO_SETTINGS", str(path))
        done = cli("assess", sample, "--on", "2026-11-22")
        assert (done.status, done.out) == (2, "")
        assert done.err == f"The settings file {path} cannot be used: {said}.\n"


def test_a_configuration_folder_that_is_a_file_holds_no_settings(
    home: Path, sample: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    assert used(cli, sample)["college-service"] == "not-counted"


WRONG_VARIABLES = {
    "college-service": "LIBONTO_READINGS: “college-service” is no choice of a reading.",
    "college-service:counted": "LIBONTO_READINGS: “college-service:counted” is no choice",
    "a=b": "LIBONTO_READINGS: Unknown reading “a”.",
    "college-service=yes": "LIBONTO_READINGS: The reading “college-service” has no option “yes”.",
    "college-service=counted,college-service=not-counted": "LIBONTO_READINGS: The reading"
    " “college-service” is given two different options. Keep one.",
}


@pytest.mark.parametrize("value", WRONG_VARIABLES)
def test_a_wrong_variable_is_named_with_what_is_wrong(
    value: str, home: Path, sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBONTO_READINGS", value)
    done = cli("assess", sample, "--on", "2026-11-22")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(WRONG_VARIABLES[value])


def test_what_is_wrong_in_settings_is_said_in_one_language(
    home: Path, sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBONTO_READINGS", "colege-service=counted")
    said = cli("assess", sample, "--lang", "kk").err
    assert said.startswith("LIBONTO_READINGS: «colege-service» түсіндірмесі белгісіз.")
    home.write_bytes(b"\xff")
    said = cli("assess", sample, "--lang", "ru").err
    assert said == f"Файл настроек {home} непригоден: он не в кодировке UTF-8.\n"


def test_wrong_settings_are_told_even_where_the_command_chooses_itself(
    home: Path, sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBONTO_READINGS", "college-service=yes")
    assert cli("assess", sample, "--reading", "college-service=counted").status == 2
