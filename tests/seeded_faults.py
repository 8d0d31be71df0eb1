"""Whether the quick run finds what it should: ``python -m tests.seeded_faults [NAME…]``.

A dozen faults are seeded one at a time into a copy of the checkout, and the test files that ought
to find each are run as the quick run runs them. Prints what was found and what was not; exit
status 1 when something was not. It takes some minutes, and is run by hand after the tests or the
samples have been changed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("src", "ontology", "shapes", "queries", "web", "tests", "benchmarks", "examples")
LIBRARIAN = "ontology/positions/librarian.ttl"


@dataclass(frozen=True)
class Fault:
    """The first `old` of a file becomes `new`; `found_by` must fail."""

    name: str
    path: str
    old: str
    new: str
    found_by: tuple[str, ...]


FAULTS = (
    Fault(
        "threshold",
        "shapes/positions/librarian.ttl",
        "sh:minInclusive 4 ;",
        "sh:minInclusive 3 ;",
        ("tests/positions/test_profiles.py",),
    ),
    Fault(
        "threshold of the OWL classes",
        LIBRARIAN,
        "xsd:minInclusive 5",
        "xsd:minInclusive 6",
        ("tests/owl/test_two_witnesses.py", "tests/ontology/test_checks.py"),
    ),
    Fault(
        "default of a reading",
        LIBRARIAN,
        r"lo:defaultOption reading:college-service\/not-counted",
        r"lo:defaultOption reading:college-service\/counted",
        ("tests/positions/test_profiles.py",),
    ),
    Fault(
        "label",
        LIBRARIAN,
        '"Стаж работы в колледже"@ru',
        '"Стаж работы в школе"@ru',
        ("tests/golden",),
    ),
    Fault(
        "span of a clause",
        LIBRARIAN,
        "oa:start 3060 ; oa:end 3124",
        "oa:start 3061 ; oa:end 3124",
        ("tests/ontology/test_checks.py",),
    ),
    Fault(
        "day of an act",
        "ontology/acts.ttl",
        'eli:date_no_longer_in_force "2026-07-01"',
        'eli:date_no_longer_in_force "2026-12-01"',
        ("tests/verdict/test_notices.py",),
    ),
    Fault(
        "status of a level",
        "src/libonto/verdict/statuses.py",
        "return Status.NOT_SHOWN if Status.NOT_SHOWN in statuses else Status.MET",
        "return Status.MET if Status.MET in statuses else Status.NOT_SHOWN",
        ("tests/positions/test_profiles.py", "tests/verdict/test_contract_oracle.py"),
    ),
    Fault(
        "exit status",
        "src/libonto/errors.py",
        "exit_status = 3",
        "exit_status = 2",
        ("tests/cli/test_exit_statuses.py",),
    ),
    Fault(
        "media type",
        "src/libonto/api/problems.py",
        'MEDIA_TYPE = "application/problem+json"',
        'MEDIA_TYPE = "application/json"',
        ("tests/api/test_assess.py",),
    ),
    Fault(
        "limit",
        "src/libonto/graph/questions.py",
        "MAX_BYTES = 64 * 1024",
        "MAX_BYTES = 64 * 1024 * 1024",
        ("tests/graph/test_tokens.py", "tests/sandbox/test_attacks.py"),
    ),
    Fault(
        "sentence",
        "src/libonto/locales/kk/message.toml",
        "{expected}",
        "{expect}",
        ("tests/test_locales.py",),
    ),
    Fault(
        "saved query",
        "queries/questions/experience-thresholds.rq",
        "ORDER BY ?step",
        "ORDER BY DESC(?step)",
        ("tests/queries/test_questions.py",),
    ),
)


def main(names: list[str]) -> int:
    """Seed each fault, and say which the tests found."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(ROOT / name, copy / name, ignore=ignored)
        for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
            shutil.copy(ROOT / name, copy)
        for fault in FAULTS:
            if not names or fault.name in names:
                failed = found(copy, fault)
                print(f"{'found ' if failed else 'MISSED'} {fault.name}{failed}", flush=True)
                missed += not failed
    return 1 if missed else 0


def found(copy: Path, fault: Fault) -> str:
    """By which test a fault is found; empty when by none."""
    path = copy / fault.path
    sound = path.read_text("utf-8")
    assert fault.old in sound, f"{fault.path} has no {fault.old}"
    path.write_text(sound.replace(fault.old, fault.new, 1), "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", *fault.found_by],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.write_text(sound, "utf-8")
    if done.returncode == 0:
        return ""
    lines = [s for s in done.stdout.splitlines() if s.startswith(("FAILED", "ERROR"))]
    return f": {lines[0].split(' - ')[0][:140]}" if lines else f": {done.stdout[-300:]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
