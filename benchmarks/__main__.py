"""Runs the benchmarks named on the command line, or all of them."""

import importlib
import pkgutil
import sys
from pathlib import Path


def main() -> None:
    here = [str(Path(__file__).parent)]
    known = sorted(m.name for m in pkgutil.iter_modules(here) if not m.name.startswith("_"))
    wanted = sys.argv[1:] or known
    for name in wanted:
        if name not in known:
            sys.exit(f"There is no benchmark “{name}”. Known: {', '.join(known)}.")
    for name in wanted:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


main()
