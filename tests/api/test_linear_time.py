"""What comes from outside is read in linear time: every regular expression, every parser."""

import ast
import contextlib
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import libonto
from libonto.api import exchange, negotiation
from libonto.locales import pick
from libonto.pages import form, site

_compiler, _constants, _parser = (
    importlib.import_module(f"re.{name}") for name in ("_compiler", "_constants", "_parser")
)
SHORT, LONG = 2000, 8000
SLOW = 0.0005
"""Seconds for SHORT characters below which nothing need be compared: quadratic takes more."""
OWN = ("libonto.ontology.", "libonto.cli")
"""Where only our own files are looked at, or what a user types at his own machine."""
METHODS = {"fullmatch", "match", "search", "sub", "subn", "split", "findall", "finditer"}
ALPHABET = " \n\ta0A.,;-_%+=:/'\"\\<>()[]{}&#@é"


def seconds(work: Callable[[int], object], count: int) -> float:
    start = time.thread_time()
    work(count)
    return time.thread_time() - start


def grows_too_fast(work: Callable[[int], object]) -> bool:
    """Whether four times the input takes far more than four times the time (16 if quadratic)."""
    for count in (8, 14, 18, 22, 26):  # what doubles with each character shows itself here
        if seconds(work, count) > 0.05 and seconds(work, count) > 0.05:
            return True
    if seconds(work, SHORT) < SLOW:
        return False
    short = min(seconds(work, SHORT) for _ in range(3))
    return short > SLOW and min(seconds(work, LONG) for _ in range(2)) > 9 * short


# Regular expressions, found in the source.


def expressions() -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """Every regular expression of the package with the way in which it is used."""
    names = sorted(m.name for m in pkgutil.walk_packages(libonto.__path__, "libonto."))
    for name in names:
        if name.startswith(OWN) or name.endswith("__main__"):
            continue
        module = importlib.import_module(name)
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner, method = node.func.value, node.func.attr
            if method not in METHODS or not isinstance(owner, ast.Name):
                continue
            found = getattr(module, owner.id, None)
            if isinstance(found, re.Pattern):
                yield f"{name}.{owner.id}.{method}", found, method
            elif found is re:
                code = compile(ast.Expression(node.args[0]), name, "eval")
                try:
                    text = eval(code, vars(module))
                except NameError:  # made of what was loaded from the graph, not of what is sent
                    continue
                pattern = re.compile(text) if isinstance(text, str | bytes) else text
                yield f"{name}:{node.lineno}.{method}", pattern, method


def sample(parsed: Any) -> str:
    """A short text that a parsed expression matches, near enough."""
    text = ""
    for kind, value in parsed:
        if kind in (_constants.LITERAL,):
            text += chr(value)
        elif kind is _constants.NOT_LITERAL or kind is _constants.ANY:
            text += "a" if value != ord("a") else "b"
        elif kind is _constants.IN:
            text += next((c for c in ALPHABET if _in(value, c)), "a")
        elif kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
            text += sample(value[2]) * max(1, value[0])
        elif kind is _constants.SUBPATTERN:
            text += sample(value[3])
        elif kind is _constants.ATOMIC_GROUP:
            text += sample(value)
        elif kind is _constants.BRANCH:
            text += sample(value[1][0])
    return text


def _in(items: Any, char: str) -> bool:
    parsed = _parser.SubPattern(_parser.State(), [(_constants.IN, items)])
    compiled = _compiler.compile(parsed)
    return bool(compiled.match(char))


def pumps(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """What may be repeated, and what may stand before it: beginnings of a match."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    parsed = _parser.parse(text, pattern.flags & ~re.UNICODE if "L" in text else pattern.flags)
    whole = sample(parsed)
    used = [c for c in dict.fromkeys(ALPHABET + whole) if c in whole or c in " \n\ta0.;,\\\"'<-"]
    before = list(dict.fromkeys(whole[:place] for place in range(min(len(whole), 8) + 1)))
    yield from product(used, before)
    pairs = [a + b for a, b in product([*dict.fromkeys(whole + " a")][:8], repeat=2) if a != b]
    yield from product([*pairs, whole or "a"], before[:2])


def works(pattern: re.Pattern[Any], method: str) -> Iterator[tuple[object, Callable[[int], None]]]:
    """Uses of an expression on hostile texts of any length."""
    use = getattr(pattern, method)
    empty = ("",) if method in {"sub", "subn"} else ()
    for (pump, before), after in product(pumps(pattern), ("\x00", "!", "")):

        def work(count: int, start: str = before, pump: str = pump, end: str = after) -> None:
            given: tuple[Any, ...] = (*empty, start + pump * (count // len(pump)) + end)
            if isinstance(pattern.pattern, bytes):
                given = tuple(part.encode() for part in given)
            found = use(*given)
            if method == "finditer":
                for _ in found:
                    pass

        yield (before, pump, after), work


def test_every_regular_expression() -> None:
    names = set()
    for name, pattern, method in dict.fromkeys(expressions()):
        names.add(name.rpartition(".")[0])
        quadratic = next((text for text, work in works(pattern, method) if grows_too_fast(work)), 0)
        assert not quadratic, (name, pattern.pattern)
    assert len(names) > 40
    assert {"libonto.pages.form._COMMON", "libonto.graph.questions._TOKEN"} <= names


@pytest.mark.parametrize(
    "text", [r"([0-9]{1,2})\s*[., ]\s*([0-9]{4})", r"\s*([^;,\s]+)\s*((?:;[^,]*)?)\s*", "(a+)+"]
)
def test_one_that_is_quadratic_would_be_found(text: str) -> None:
    assert any(grows_too_fast(work) for _, work in works(re.compile(text), "fullmatch"))


# Parsers.


def _form(text: str) -> object:
    return form.from_fields(exchange.urlencoded(text.encode("utf-8", "replace")))


PARSERS: dict[str, Callable[[str], object]] = {
    "a day": form.typed_day,
    "the form of a day": form.read_day,
    "a form": _form,
    "what a form tries": lambda text: form.from_fields([("try", text)]),
    "many things that a form tries": lambda text: form.from_fields(
        [("try", "&".join(f"knowledge={n}" for n in range(len(text) // 4)))]
    ),
    "days in a form": lambda text: form.from_fields([("employment-1-start", text), ("on", text)]),
    "what a form carries": lambda text: (
        form.from_fields([("rest", text), ("others", text)]).content
    ),
    "a file in a form": lambda text: site.from_hidden_field(text, 1 << 20),
    "Accept": lambda text: negotiation.choose(text, {"text/html": "html", "a/b": "b"}),
    "Accept as a whole": negotiation._ranges.__wrapped__,
    "Accept-Encoding": negotiation.accepts_gzip,
    "a browser's Accept": negotiation.prefers_html,
    "Accept-Language": pick,
    "If-None-Match": lambda text: exchange.matches(text, '"x"'),
}


def tolerant(parser: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(libonto.errors.LibontoError):  # refused, which is an answer
        parser(text)


BEFORE = ["", "on=1", "a;q=", "1", "knowledge="]
PUMPS = [*ALPHABET, "%20", "+1", "&a", "&on=1", "a=1&", "&knowledge=a", "a,", ";q=1", "[[", '{"a":']


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser(name: str) -> None:
    parser = PARSERS[name]
    for before, pump, after in product(BEFORE, PUMPS, ("x", "\x00")):
        assert not grows_too_fast(
            lambda n, start=before, pump=pump, end=after: tolerant(parser, start + pump * n + end)
        ), (before, pump, after)


@settings(deadline=None, max_examples=15)
@given(
    st.text(ALPHABET, max_size=6), st.text(ALPHABET, min_size=1, max_size=4), st.text(max_size=3)
)
def test_any_text_repeated(before: str, pump: str, after: str) -> None:
    for name, parser in PARSERS.items():
        assert not grows_too_fast(
            lambda n, parser=parser: tolerant(parser, before + pump * n + after)
        ), name
