"""Whatever an installation can pull in is pinned, by name and version alone."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINNED = [Requirement(line) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()]
VERSIONS: dict[str, set[str]] = {}
for pinned in PINNED:
    VERSIONS.setdefault(canonicalize_name(pinned.name), set()).add(str(pinned.specifier))


def project() -> list[Requirement]:
    """What pyproject.toml asks for, with every extra."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = found["optional-dependencies"].values()
    return [Requirement(text) for group in (found["dependencies"], *optional) for text in group]


def test_a_line_is_a_name_and_a_version() -> None:
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        assert re.fullmatch(r"[a-z0-9.-]+==[A-Za-z0-9.+!-]+( ; [a-z_]+ .+)?", line), line
        assert "://" not in line


def test_what_the_project_asks_for_is_pinned_to_the_same_version() -> None:
    for wanted in project():
        assert str(wanted.specifier) in VERSIONS[canonicalize_name(wanted.name)], wanted


def test_what_is_pulled_in_is_pinned_too() -> None:
    """All that is needed here, from what the project asks for on."""
    waiting = [(wanted.name, frozenset(wanted.extras)) for wanted in project()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        assert canonicalize_name(name) in VERSIONS, name
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:  # of an extra, or a system, that is not this one
            continue
        for text in requires:
            needed = Requirement(text)
            marker = needed.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in (*extras, "")):
                waiting.append((needed.name, frozenset(needed.extras)))
    assert len(seen) > 80
