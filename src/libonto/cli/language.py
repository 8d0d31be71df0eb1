"""The command line's own words in the user's language: helps, and what click says.

`locales/LANG/help.toml` has the helps by place: `assess` is a command's text, `assess-short`
its line in a list of commands, `assess--format` one of its options, `any--lang` an option that
several commands share, `metavar-on` (or `assess-metavar-on`) the word for a value.
`locales/LANG/click.toml` has click's own sentences.
"""

from __future__ import annotations

import sys

import click

from libonto.locales import sentences

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


class Translator:
    """Stands in for gettext's functions, which would choose English where there is no locale."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def one(self, message: str) -> str:
        """In the place of `gettext.gettext`."""
        key = _CLICK.get(message)
        return sentences(self.lang, "click")[key] if key else message

    def some(self, one: str, many: str, number: int) -> str:
        """In the place of `gettext.ngettext`."""
        return self.one(one if number == 1 else many)


def speak(lang: str) -> None:
    """Let click say its own sentences in a language (it has taken `_` from gettext by name)."""
    translator = Translator(lang)
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        module = sys.modules[f"click.{name}"]
        for function, replacement in (("_", translator.one), ("ngettext", translator.some)):
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


def short_help(path: str, lang: str) -> str:
    """A command's line in a list of commands."""
    return sentences(lang, "help").get(f"{path}-short", "")
