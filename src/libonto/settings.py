"""An installation's own choices of readings: a settings file and an environment variable.

`LIBONTO_SETTINGS` names the file; else it is `libonto/settings.toml` in the user's
configuration folder (`XDG_CONFIG_HOME`, by default `~/.config`)::

    [readings]
    college-service = "counted"

`LIBONTO_READINGS` (`college-service=counted,successor-act=not-accepted`) goes before the
file, and a command's or request's own choice before both.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from libonto.errors import LibontoError, SettingsError, UsageError, why
from libonto.law.readings import Readings, parse_choices


def chosen_readings(readings: Readings) -> dict[str, str]:
    """The installation's choices, by reading; SettingsError for one that does not exist."""
    choices: dict[str, str] = {}
    path, content = _settings()
    if content:
        choices |= _readings_of(content, path)
        _check(readings, choices, str(path))
    text = os.environ.get("LIBONTO_READINGS", "")
    if text.strip():
        try:
            named = parse_choices(part.strip() for part in text.split(",") if part.strip())
        except UsageError as error:
            raise SettingsError(
                "settings-reading", path="LIBONTO_READINGS", detail=error
            ) from error
        _check(readings, named, "LIBONTO_READINGS")
        choices |= named
    return choices


def _check(readings: Readings, choices: dict[str, str], where: str) -> None:
    try:
        readings.choose(choices)
    except UsageError as error:
        raise SettingsError("settings-reading", path=where, detail=error) from error


def _settings() -> tuple[Path, dict[str, Any]]:
    """The settings file and what is in it: nothing where the user has none.

    SettingsError when it cannot be read, or when the one that is named is missing.
    """
    named = os.environ.get("LIBONTO_SETTINGS")
    home = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("HOME", "/") + "/.config"
    path = Path(named or f"{home}/libonto/settings.toml")
    try:
        return path, tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        if not named and isinstance(error, FileNotFoundError | NotADirectoryError):
            return path, {}
        raise SettingsError("settings-unreadable", path=str(path), detail=why(error)) from error
    except UnicodeDecodeError as error:
        detail = LibontoError("settings-not-utf8")
        raise SettingsError("settings-unreadable", path=str(path), detail=detail) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        detail = LibontoError("settings-syntax", detail=str(error))
        raise SettingsError("settings-unreadable", path=str(path), detail=detail) from error


def _readings_of(content: dict[str, Any], path: Path) -> dict[str, str]:
    for key in content:
        if key != "readings":
            raise SettingsError("settings-unknown-key", path=str(path), key=key)
    table = content["readings"]
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise SettingsError("settings-form", path=str(path))
    return table
