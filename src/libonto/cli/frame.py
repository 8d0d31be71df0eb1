"""The frame of the command line: lazy subcommands, languages, errors and exit statuses."""

from __future__ import annotations

import importlib
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from libonto.errors import LibontoError, UsageError
from libonto.locales import LANGUAGES, pick

COMMANDS = {
    "assess": "Judge candidates, and show why with the clause.",
    "query": "Ask a saved or your own SPARQL query.",
    "show": "Show what is known about a term or a resource.",
    "ontology": "Check and export the ontology and its shapes.",
    "profile": "Show what follows from a profile before it is judged.",
}
"""The subcommands; each is the object `command` of the module of its name."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class LazyGroup(click.Group):
    """A group that imports a subcommand's module only when that subcommand is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"libonto.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"libonto {version('libonto')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="libonto COMMAND --help explains one command.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
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
    try:
        status = libonto.main(args=list(args), prog_name="libonto", standalone_mode=False)
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
        _say(error.message(_language(args)))
        return error.exit_status
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone: nothing is left to say
        return 0
    except Exception as error:
        if os.environ.get("LIBONTO_DEBUG"):
            raise
        _say(
            f"libonto: {type(error).__name__}: {error}\n"
            "This is a mistake of libonto's. LIBONTO_DEBUG=1 shows where it happened."
        )
        return 2


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
    """Print a result, or write it whole: to a temporary file that then takes the name."""
    if output is None or output == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    path = Path(output)
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                file.write(text if text.endswith("\n") else text + "\n")
                file.flush()
                os.fsync(file.fileno())
                temporary.chmod(0o666 & ~_umask())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UsageError(
            "output-unwritable", path=output, detail=error.strerror or str(error)
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


data_option = click.option(
    "--data",
    "data",
    multiple=True,
    metavar="DIR",
    help="A folder whose ontology, shapes and queries join ours (also LIBONTO_DATA).",
)
output_option = click.option(
    "-o", "--output", metavar="FILE", help="Write to a file, whole or not at all."
)


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=locale_language,
    show_default="the locale's, else kk",
    help="The language of labels and sentences.",
)
