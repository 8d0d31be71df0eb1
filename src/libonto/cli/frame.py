"""The frame of the command line: lazy subcommands, languages, errors and exit statuses.

`locales/LANG/help.toml` has the helps by place: `assess` is a command's text, `assess-short`
its line in a list of commands, `assess--format` one of its options, `any--lang` an option that
several commands share, `metavar-on` (or `assess-metavar-on`) the word for a value.
`locales/LANG/click.toml` has click's own sentences.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import click

from libonto.errors import LibontoError, UsageError, why
from libonto.files import refuse_inputs, written_whole
from libonto.locales import LANGUAGES, pick, sentence, sentences

COMMANDS = {
    "assess": "assessment:assess",
    "batch": "batch:command",
    "explain": "assessment:explain",
    "plan": "assessment:plan",
    "readings": "assessment:readings",
    "report": "assessment:report",
    "query": "query:command",
    "show": "show:command",
    "ontology": "ontology:command",
    "crosswalk": "crosswalk:crosswalk",
    "compare": "crosswalk:compare",
    "position": "position:command",
    "profile": "profile:command",
    "serve": "serve:serve",
    "mcp": "serve:mcp",
}
"""The subcommands, with the modules and the names in them.

Their one-line helps are in `locales/LANG/help.toml`, at `NAME-short`.
"""

_CLICK = {
    "Usage:": "usage",
    "Options": "options",
    "Commands": "commands",
    "Error: {message}": "error",
    "Try '{command} {option}' for help.": "try-help",
    "Show this message and exit.": "help-option",
    "default: {default}": "default",
    "required": "required",
    "Missing command.": "missing-command",
    "Missing argument": "missing-argument",
    "Missing option": "missing-option",
    "No such option {name!r}.": "no-such-option",
    "No such command {name!r}.": "no-such-command",
    "Did you mean {possibility}?": "did-you-mean",
    "(Did you mean one of: {possibilities}?)": "did-you-mean-one-of",
    "Option {name!r} requires an argument.": "option-needs-value",
    "Option {name!r} does not take a value.": "option-without-value",
    "Got unexpected extra argument ({args})": "extra-argument",
    "Got unexpected extra arguments ({args})": "extra-arguments",
    "Invalid value: {message}": "invalid-value",
    "Invalid value for {param_hint}: {message}": "invalid-value-for",
    "{value!r} is not {choice}.": "not-the-choice",
    "{value!r} is not one of {choices}.": "not-a-choice",
    "Choose from:\n\t{choices}": "choose-from",
    "{value!r} is not a valid {number_type}.": "not-a-number",
    "{value} is not in the range {range}.": "not-in-range",
}
"""click's sentences that a user of ours can meet, by their keys in `click.toml`."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def speak(lang: str) -> None:
    """Let click say its own sentences in a language (it has taken `_` from gettext by name).

    gettext itself would choose English where there is no locale.
    """

    def one(message: str) -> str:
        key = _CLICK.get(message)
        return sentences(lang, "click")[key] if key else message

    def some(singular: str, plural: str, number: int) -> str:
        return one(singular if number == 1 else plural)

    for name in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        module = sys.modules[f"click.{name}"]
        for function, replacement in (("_", one), ("ngettext", some)):
            if hasattr(module, function):
                setattr(module, function, replacement)


def translate(command: click.Command, path: str, lang: str) -> None:
    """Give a command, called by the path `ontology-export`, its helps in a language."""
    helps = sentences(lang, "help")
    command.help = helps.get(path, command.help)
    command._help_option = None  # click keeps it, with its help in the language of the time
    command.epilog = helps.get(f"{path}-epilog", command.epilog)
    command.options_metavar = helps["metavar-options"]
    if isinstance(command, click.Group):
        command.subcommand_metavar = helps["metavar-commands"]
    for param in command.params:
        number = isinstance(param.type, click.types.IntParamType | click.types.FloatParamType)
        usual = helps["metavar-number"] if number else param.metavar
        if not isinstance(param.type, click.Choice):  # whose choices stand in its place
            shared = helps.get(f"metavar-{param.name}", usual)
            param.metavar = helps.get(f"{path}-metavar-{param.name}", shared)
        if isinstance(param, click.Option):
            option = max(param.opts, key=len)
            param.help = helps.get(f"{path}{option}", helps.get(f"any{option}", param.help))
            if isinstance(param.show_default, str):
                param.show_default = helps.get(f"default{option}", param.show_default)


class LazyGroup(click.Group):
    """A group that imports a subcommand's module only when that subcommand is called.

    `table` has the names of those that are not added, with `MODULE:NAME` below `libonto.cli`.
    """

    def __init__(
        self, *args: Any, table: Mapping[str, str] = MappingProxyType({}), **attrs: Any
    ) -> None:
        super().__init__(*args, **attrs)
        self.table = table

    def list_commands(self, ctx: click.Context | None = None) -> list[str]:
        """The names, in the order of the table and of the definitions."""
        return [*self.table, *self.commands]

    def load(self, name: str) -> click.Command:
        """The subcommand of a name, imported now."""
        if name in self.commands:
            return self.commands[name]
        module, _, attribute = self.table[name].partition(":")
        loaded = importlib.import_module(f"libonto.cli.{module}")
        return cast(click.Command, getattr(loaded, attribute))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, its helps in the user's language."""
        if cmd_name not in self.list_commands():
            return None
        command = self.load(cmd_name)
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
                error.command_name, possibilities=self.list_commands(), ctx=ctx
            ) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        lang = _lang(ctx)
        helps = sentences(lang, "help")
        rows = [(name, helps.get(f"{_path(ctx, name)}-short", "")) for name in self.list_commands()]
        with formatter.section(sentence("click.commands", lang)):
            formatter.write_dl(rows)


def _path(ctx: click.Context, name: str) -> str:
    """A subcommand's place in `help.toml`: `ontology-export`."""
    return "-".join([*ctx.command_path.split()[1:], name])


def _lang(ctx: click.Context) -> str:
    lang: str | None = ctx.find_root().obj
    return lang or locale_language()


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(None, "--version", package_name="libonto", message="libonto %(version)s")
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
        detail = f"{type(error).__name__}: {error}"
        _say(LibontoError("mistake", detail=detail).message(lang))
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
            value = context.params.get(param.name or "")
            yield from map(Path, (value,) if isinstance(value, str) else value or ())


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
    """The place of an output; UsageError before the work where it cannot be written to."""
    if value is not None and value != "-":
        path = Path(value)
        if path.is_dir() or not path.parent.is_dir():
            reason = LibontoError("os-folder" if path.is_dir() else "os-missing")
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
