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

from libonto.errors import SettingsError, UsageError
from libonto.rules.readings import Readings, parse_choices


def settings_file() -> Path | None:
    """The settings file, or None where there is none; SettingsError if the named one is missing."""
    named = os.environ.get("LIBONTO_SETTINGS")
    if named:
        if not Path(named).is_file():
            raise SettingsError("settings-unreadable", path=named, detail="no such file")
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
    path = Path(home) / "libonto" / "settings.toml"
    return path if path.is_file() else None


def chosen_readings(readings: Readings) -> dict[str, str]:
    """The installation's choices, by reading; SettingsError for one that does not exist."""
    chosen: dict[str, str] = {}
    path = settings_file()
    if path:
        chosen |= _from_file(path)
        _check(readings, chosen, str(path))
    text = os.environ.get("LIBONTO_READINGS", "")
    if text.strip():
        try:
            named = parse_choices(part.strip() for part in text.split(",") if part.strip())
        except UsageError as error:
            raise SettingsError(
                "settings-reading", path="LIBONTO_READINGS", detail=error
            ) from error
        _check(readings, named, "LIBONTO_READINGS")
        chosen |= named
    return chosen


def _check(readings: Readings, chosen: dict[str, str], where: str) -> None:
    try:
        readings.choose(chosen)
    except UsageError as error:
        raise SettingsError("settings-reading", path=where, detail=error) from error


def _from_file(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("settings-unreadable", path=str(path), detail=str(error)) from error
    for key in content:
        if key != "readings":
            raise SettingsError("settings-unknown-key", path=str(path), key=key)
    table = content.get("readings", {})
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise SettingsError("settings-form", path=str(path))
    return dict(table)
