"""The command `libonto`; each subcommand's module is imported when it is called."""

from __future__ import annotations

import sys


def main(args: list[str] | None = None) -> None:
    """Run the command and exit with its status (contract, “Command line”)."""
    from libonto.cli.frame import run

    sys.exit(run(sys.argv[1:] if args is None else args))
