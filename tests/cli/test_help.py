"""The helps and click's own sentences, in the user's language."""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from libonto.cli.frame import _CLICK, LazyGroup, libonto
from libonto.locales import LANGUAGES, sentences

Cli = Callable[..., Any]
LOCALES = {"kk": "kk_KZ.UTF-8", "ru": "ru_RU.UTF-8", "en": "en_GB.UTF-8"}


def commands(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command there is, with its place in `help.toml`."""
    yield path or "libonto", command
    if isinstance(command, LazyGroup):
        for name in command.list_commands():
            yield from commands(command.load(name), f"{path}-{name}".lstrip("-"))


def wanted() -> dict[str, list[set[str]]]:
    """The keys that each command needs in `help.toml`: one of each set."""
    found: dict[str, list[set[str]]] = {}
    for path, command in commands(libonto):
        keys = [{path}]
        keys += [{f"{path}-short"}] if path != "libonto" else []
        for param in command.params:
            if isinstance(param, click.Option):
                option = max(param.opts, key=len)
                keys.append({f"{path}{option}", f"any{option}"})
                if isinstance(param.show_default, str):
                    keys.append({f"default{option}"})
            if param.type is click.STRING:
                keys.append({f"{path}-metavar-{param.name}", f"metavar-{param.name}"})
        found[path] = keys
    return found


WANTED = wanted()


@pytest.mark.parametrize("path", WANTED)
def test_every_command_and_option_has_its_help(path: str) -> None:
    helps = sentences("en", "help").keys()
    assert [keys for keys in WANTED[path] if not keys & helps] == []


def test_no_help_is_about_nothing() -> None:
    used = {key for keys in WANTED.values() for alternatives in keys for key in alternatives}
    for path, command in commands(libonto):
        for param in command.params:
            if not isinstance(param.type, click.Choice):
                used |= {f"{path}-metavar-{param.name}", f"metavar-{param.name}"}
    used |= {"libonto-epilog", "metavar-options", "metavar-commands", "metavar-number"}
    assert sentences("en", "help").keys() - used == set()


def test_a_help_that_several_share_is_not_said_again() -> None:
    for lang in LANGUAGES:
        helps = sentences(lang, "help")
        for key, text in helps.items():
            _, dashes, option = key.partition("--")
            if dashes and not key.startswith(("any--", "default--")):
                assert helps.get(f"any--{option}") != text, key


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", WANTED)
def test_every_help_is_in_one_language(
    path: str, lang: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", LOCALES[lang])
    args = [] if path == "libonto" else path.split("-")
    done = cli(*args, "--help")
    assert done.status == 0
    assert done.out.startswith(sentences(lang, "click")["usage"])
    assert sentences(lang, "click")["help-option"] in done.out
    other = next(other for other in LANGUAGES if other != lang)
    text = "".join(done.out.split())  # where lines are broken does not matter
    assert "".join(sentences(lang, "help")[path].split("\n")[0].split()) in text
    assert sentences(other, "click")["help-option"] not in done.out


def test_the_language_of_the_help_can_be_asked_for(cli: Cli) -> None:
    assert "Қолданылуы: libonto assess" in cli("assess", "--lang", "kk", "--help").out
    assert "Использование: libonto assess" in cli("assess", "--lang=ru", "--help").out


MISTAKES = [
    (["asses"], "no-such-command", {"name": "asses"}),
    (["assess", "--caregory", "x"], "no-such-option", {"name": "--caregory"}),
    (["assess", "a", "--on"], "option-needs-value", {"name": "--on"}),
    (["--version=1"], "option-without-value", {"name": "--version"}),
    (["show", "a", "b"], "extra-argument", {"args": "b"}),
    (["show", "a", "b", "c"], "extra-arguments", {"args": "b c"}),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("args", "key", "params"), MISTAKES, ids=lambda value: str(value))
def test_a_wrong_command_line_is_told_in_the_user_s_language(
    args: list[str],
    key: str,
    params: dict[str, str],
    lang: str,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", LOCALES[lang])
    done = cli(*args)
    assert (done.status, done.out) == (2, "")
    said = sentences(lang, "click")
    message = said[key].format(**params)
    assert said["error"].format(message=message) in done.err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missing_argument_and_a_wrong_choice(
    lang: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", LOCALES[lang])
    said = sentences(lang, "click")
    assert said["missing-argument"] in cli("assess").err
    wrong = cli("assess", "a", "--format", "pdf").err
    message = said["not-a-choice"].format(value="pdf", choices="'text', 'json', 'turtle', 'html'")
    assert said["invalid-value-for"].format(param_hint="'--format'", message=message) in wrong


def test_the_nearest_command_and_option_are_suggested(cli: Cli) -> None:
    assert "Did you mean 'assess'?" in cli("asess").err
    assert "Did you mean '--category'?" in cli("assess", "--catgory", "x").err


def test_without_a_command_the_help_is_shown_as_a_mistake(cli: Cli) -> None:
    done = cli()
    assert (done.status, done.out) == (2, "")
    assert "assess" in done.err


# click's sentences


def spoken() -> set[str]:
    """The sentences in click's source that go through gettext."""
    found: set[str] = set()
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        path = importlib.import_module(f"click.{name}").__file__
        assert path
        for node in ast.walk(ast.parse(Path(path).read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in {"_", "ngettext"}:
                assert isinstance(node, ast.Call)
                said = [a.value for a in node.args if isinstance(a, ast.Constant)]
                found |= {text for text in said if isinstance(text, str)}
    return found


def test_every_sentence_of_click_that_is_translated_is_still_there() -> None:
    """A new version of click may say it otherwise."""
    assert _CLICK.keys() - spoken() - {"required"} == set()  # “required” is looked up by a variable


def test_the_keys_are_those_of_the_sentences() -> None:
    assert sorted(_CLICK.values()) == sorted(sentences("en", "click"))


def test_a_translation_has_the_places_of_the_original() -> None:
    for original, key in _CLICK.items():
        places = set(re.findall(r"\{(\w+)", original))
        for lang in LANGUAGES:
            assert set(re.findall(r"\{(\w+)\}", sentences(lang, "click")[key])) == places
