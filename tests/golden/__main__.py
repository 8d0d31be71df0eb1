"""Writes the golden files anew: ``python -m tests.golden``, to accept what changed."""

import os
import shutil
from pathlib import Path

from tests.conftest import Served
from tests.golden.cases import EXPECTED, cases


def main() -> None:
    """Make every output, and write the files; what no case asks for goes."""
    for name in [name for name in os.environ if name.startswith("LIBONTO_")]:
        del os.environ[name]
    server = Served()
    try:
        made = {case.path: case.make(server.http) for case in cases()}
    finally:
        server.stop()
    shutil.rmtree(EXPECTED, ignore_errors=True)
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    size = sum(len(text.encode()) for text in made.values())
    print(f"{len(made)} files, {size / 1000:.0f} kB in {EXPECTED.relative_to(Path.cwd())}")


main()
