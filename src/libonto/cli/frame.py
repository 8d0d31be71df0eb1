"""The frame of the command line: lazy subcommands, languages, errors and exit statuses."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from libonto.cli.language import short_help, speak, translate
from libonto.errors import LibontoError, UsageError, why
from libonto.files import refuse_inputs, written_whole
from libonto.locales import LANGUAGES, pick, sentence

COMMANDS = (
    "assess",
    "batch",
    "explain",
    "plan",
    "readings",
    "report",
    "query",
    "show",
    "ontology",
    "crosswalk",
    "compare",
    "position",
    "profile",
    "serve",
    "mcp",
)
"""The subcommands; each is the object `command` of the module of its name.

What they are for is said in `locales/LANG/help.toml`, at `NAME-short`.
"""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class LazyGroup(click.Group):
    """A group that imports a subcommand's module only when that subcommand is called.

    `table` has the subcommands' names; each has been added, or is the object `command` of the
    module of its name in `package`. Their one-line helps are in `locales/LANG/help.toml`.
    """

    def __init__(
        self, *args: Any, table: Iterable[str], package: str = "libonto.cli", **attrs: Any
    ) -> None:
        super().__init__(*args, **attrs)
        self.table = tuple(table)
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, imported now, its helps in the user's language."""
        if cmd_name not in self.table:
            return None
        command = super().get_command(ctx, cmd_name)
        if command is None:
            command = importlib.import_module(f"{self.package}.{cmd_name}").command
        translate(command, _path(ctx, cmd_name), _lang(ctx))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand called; the nearest name where there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=self.table, ctx=ctx
            ) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        lang = _lang(ctx)
        rows = [(name, short_help(_path(ctx, name), lang)) for name in self.table]
        with formatter.section(sentence("click.commands", lang)):
            formatter.write_dl(rows)


def _path(ctx: click.Context, name: str) -> str:
    """A subcommand's place in `help.toml`: `ontology-export`."""
    return "-".join([*ctx.command_path.split()[1:], name])


def _lang(ctx: click.Context) -> str:
    lang: str | None = ctx.find_root().obj
    return lang or locale_language()


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"libonto {version('libonto')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
)
def libonto() -> None:
    """Qualification requirements as a knowledge graph, and verdicts with the clause behind them."""


def locale_language() -> str:
    """The locale's language where it is one of ours, else Kazakh."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return pick(os.environ[name])
    return LANGUAGES[0]


def run(args: Sequence[str]) -> int:
    """Run the command; every error becomes one message on standard error and a status."""
    lang = _language(args)
    try:
        speak(lang)
        translate(libonto, "libonto", lang)
        status = libonto.main(args=list(args), prog_name="libonto", standalone_mode=False, obj=lang)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except LibontoError as error:
        _say(error.message(lang))
        return error.exit_status
    except (_OutputClosed, BrokenPipeError, SystemExit):  # click exits on a broken pipe
        _forget_output()
        return 141
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None:  # standard output is full
            _forget_output()
            _say(UsageError("no-standard-output", detail=why(error)).message(lang))
            return 2
        if os.environ.get("LIBONTO_DEBUG"):
            raise
        said = f"{type(error).__name__}: {error}"
        _say(LibontoError("mistake", detail=said).message(lang))
        return 2


def _forget_output() -> None:
    """Standard output has no reader: what is still to be written must not be tried at the exit."""
    # Where standard output is closed or no file, there is nothing that the exit could write to it.
    with Path(os.devnull).open("wb") as nowhere, contextlib.suppress(OSError, ValueError):
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _language(args: Sequence[str]) -> str:
    """The language of messages, also where the command line could not be parsed."""
    for place, arg in enumerate(args):
        value = ""
        if arg == "--lang" and place + 1 < len(args):
            value = args[place + 1]
        elif arg.startswith("--lang="):
            value = arg.partition("=")[2]
        if value in LANGUAGES:
            return value
    return locale_language()


def clean(text: str) -> str:
    """A text without control characters, which a terminal could take for commands."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _say(text: str) -> None:
    click.echo(clean(text), err=True)


def emit(text: str, output: str | None) -> None:
    """Print a result, or write it whole: to a temporary file that then takes the name.

    What is no file (a device, a pipe) is written to as it is. UsageError when it cannot be.
    """
    text = text if text.endswith("\n") else text + "\n"
    if output is None or output == "-":
        _print(text)
        return
    emit_bytes(text.encode(), output)


def emit_bytes(data: bytes, output: str) -> None:
    """Write a file as `emit` does; UsageError when it cannot be written, or is an input."""
    path = Path(output)
    try:
        refuse_inputs(path, _inputs())
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        with written_whole(path) as file:
            file.write(data)
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
        raise UsageError("output-unwritable", path=output, detail=why(error)) from error


def _inputs() -> Iterator[Path]:
    """What the command's arguments name; whether there is such a file is not looked at."""
    context = click.get_current_context(silent=True)
    for param in context.command.params if context else ():
        if context and isinstance(param, click.Argument):
            given = context.params.get(param.name or "")
            yield from map(Path, (given,) if isinstance(given, str) else given or ())


def _print(text: str) -> None:
    """On a terminal in its encoding, else always in UTF-8, whatever the locale says."""
    if sys.stdout is None:
        raise UsageError("no-standard-output", detail=LibontoError("os-closed"))
    if not isinstance(sys.stdout, io.TextIOWrapper):  # a caller has put something else there
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
    left = memoryview(text.encode(encoding, "replace"))
    try:
        while left:  # unbuffered (PYTHONUNBUFFERED), one call may not write everything
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        raise _OutputClosed from error  # which click would take for a success


class _OutputClosed(Exception):
    """Standard output has lost its reader: `libonto … | head`."""


def check_output(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """A place that cannot be written to is told before the work, not after it."""
    if value is not None and value != "-":
        reason = None
        if Path(value).is_dir():
            reason = LibontoError("os-folder")
        elif not Path(value).parent.is_dir():
            reason = LibontoError("os-missing")
        if reason:
            raise UsageError("output-unwritable", path=value, detail=reason)
    return value


data_option = click.option("--data", "data", multiple=True)
output_option = click.option("-o", "--output", callback=check_output)
lang_option = click.option(
    "--lang", type=click.Choice(LANGUAGES), default=locale_language, show_default="LANG"
)
# How inputs are read.
encoding_option = click.option("--encoding")
input_format_option = click.option("--input-format")
mapping_option = click.option("--map", "mapping")
trust_option = click.option("--trust")
