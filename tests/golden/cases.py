"""Which outputs are kept: profiles, commands, languages, pages; and how each is made.

A case makes its output in this process, or asks a running server, and gives text that is stable:
the day is fixed, what is random or tells the version is taken out, IRIs of ours are shortened. In
JSON the sentences are left out, and in pages the quotations: the text of the same profile has them.
"""

import contextlib
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pypdf

from libonto.cli.frame import run

HERE = Path(__file__).resolve().parent
EXPECTED = HERE / "expected"
LANGUAGES = ("kk", "ru", "en")
PROFILES: dict[str, tuple[str, ...]] = {
    "aigul": ("--on", "2026-11-22"),
    "nothing-stated": ("--on", "2026-11-22"),
    "technical-one-year": ("--on", "2026-11-22"),
    "highest-met": ("--on", "2026-11-22"),
    "economist": ("--on", "2020-01-15"),
    "broad-field": (
        "--on",
        "2026-11-22",
        "--reading",
        "truncated-alternative=any-education-in-profile",
    ),
    "post-secondary-first": (
        *("--on", "2026-11-22"),
        *("--reading", "above-technical-on-middle-ladder=accepted"),
        *("--reading", "college-service=counted"),
    ),
    "one-day-short": ("--on", "2026-11-22"),
    "future": ("--on", "2026-11-22"),
    "head-and-overlaps": (
        "--on",
        "2022-03-30",
        "--reading",
        "service-arithmetic=thirty-day-months",
    ),
    "acts-known": ("--on", "2026-11-22", "--category", "higher-first"),
    "before-the-edition": ("--on", "2013-06-01"),
    "both-ladders": ("--on", "2027-03-01"),
}
"""Profile → how it is judged. In the quick run: the first of each language."""
WHOLE = ("aigul", "technical-one-year", "post-secondary-first")
"""Profiles whose outputs are kept in every language; of the others one language."""
QUICK = ("aigul.kk", "technical-one-year.en", "post-secondary-first.ru")
COMMANDS: dict[str, tuple[str, ...]] = {
    "assess": ("assess",),
    "assess-json": ("assess", "--format", "json"),
    "assess-turtle": ("assess", "--format", "turtle"),
    "assess-html": ("assess", "--format", "html"),
    "explain": ("explain",),
    "explain-html": ("explain", "--format", "html"),
    "explain-json": ("explain", "--format", "json"),
    "plan": ("plan",),
    "plan-json": ("plan", "--format", "json"),
    "readings": ("readings",),
    "readings-json": ("readings", "--format", "json"),
    "report-pdf": ("report", ".pdf"),
    "report-html": ("report", ".html"),
    "batch-jsonl": ("batch", ".jsonl"),
    "batch-csv": ("batch", ".csv"),
    "batch-xlsx": ("batch", ".xlsx"),
}
EVERYWHERE = ("assess", "assess-turtle", "plan", "batch-csv")
"""Short outputs that people read: for every profile, and for those of `WHOLE` in every language."""
ONE_LANGUAGE = (*EVERYWHERE, "assess-json")
"""For every profile in one language; what is long only for those of `WHOLE`, in one language."""
PAGES = {
    "home": "/",
    "law": "/law",
    "law-clause": "/law?clause=E02",
    "law-compare": "/law/compare",
    "browse": "/browse",
    "browse-search": "/browse?q=bibliography",
    "clause": "/about?iri=https://w3id.org/libonto/id/clause/order-338/librarian/E02",
    "crosswalk": "/crosswalk",
    "ask": "/ask",
    "ask-answer": "/ask?question=category-levels",
    "check": "/check",
    "check-sample": "/check?sample=1",
    "list": "/list",
}
MANY_TONGUED = ("home", "clause", "check", "list")
"""Pages that are kept in every language; of the others one."""
RESOURCES = {
    "api-positions": "/api/positions",
    "api-position": "/api/positions/librarian",
    "api-assess": "/api/assess",
}


@dataclass(frozen=True)
class Case:
    """One golden file; `make` takes an HTTP client of a running server."""

    name: str
    quick: bool
    make: Callable[[httpx.Client], str]

    @property
    def path(self) -> Path:
        return EXPECTED / f"{self.name}.txt"


def cases() -> Iterator[Case]:
    """All golden files, in order."""
    for place, profile in enumerate(PROFILES):
        for lang in LANGUAGES:
            quick = f"{profile}.{lang}" in QUICK
            names: tuple[str, ...] = tuple(COMMANDS) if quick else ()
            if not quick and profile in WHOLE:
                names = EVERYWHERE
            elif not quick and LANGUAGES[place % 3] == lang:
                names = ONE_LANGUAGE
            for name in names:
                yield Case(f"{profile}/{name}.{lang}", quick, _command(profile, name, lang))
            if quick:
                yield Case(f"{profile}/check-page.{lang}", quick, _filled_form(profile, lang))
    for place, name in enumerate(PAGES):
        for lang in LANGUAGES:
            quick = LANGUAGES[place % 3] == lang
            if quick or name in MANY_TONGUED:
                yield Case(f"pages/{name}.{lang}", quick, _page(PAGES[name], lang))
    for name, path in RESOURCES.items():
        yield Case(f"http/{name}", True, _resource(path))
    yield Case("lists/everybody-xlsx.kk", False, _everybody("kk"))
    for lang in LANGUAGES:
        yield Case(f"lists/list-page.{lang}", lang == "ru", _list_page(lang))


# --- commands, in this process -------------------------------------------------------------


def called(*args: str) -> str:
    """What a command prints; its exit status on the last line."""
    kept, written = dict(os.environ), io.BytesIO()
    out = io.TextIOWrapper(written, encoding="utf-8")
    os.environ.update({"LC_ALL": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1"})
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
            status = run(list(args))
    finally:
        os.environ.clear()
        os.environ.update(kept)
    out.flush()
    assert status in (0, 1), f"{args}: {err.getvalue()}"
    said = written.getvalue().decode("utf-8")
    return f"{said}{err.getvalue()}exit status {status}\n"


def _command(profile: str, name: str, lang: str) -> Callable[[httpx.Client], str]:
    command, *rest = COMMANDS[name]
    file = str(HERE / "profiles" / f"{profile}.json")

    def make(_: httpx.Client) -> str:
        args = [*PROFILES[profile], "--lang", lang]
        if command in ("report", "batch"):
            return _written(command, rest[0], file, args)
        return _plain(called(command, file, *args, *rest), name)

    return make


def _written(command: str, suffix: str, file: str, args: list[str]) -> str:
    """What a command writes to a file, as text."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / f"out{suffix}"
        if command == "batch":
            source = Path(folder) / "people.jsonl"
            source.write_text(_line(Path(file)), "utf-8")
            file, args = str(source), [*args, "--jobs", "1", "--no-audit"]
        printed = called(command, file, "-o", str(output), *args).replace(folder, "DIR")
        if suffix == ".pdf":
            text = "\n".join(page.extract_text() for page in pypdf.PdfReader(output).pages)
            return _FOOTER.sub("(footer with the day)", _short(text))
        if suffix == ".xlsx":
            return _cells(output) + printed
        return _plain(output.read_text("utf-8-sig"), suffix[1:]) + printed


def _line(profile: Path) -> str:
    """A profile as a line of JSON."""
    return json.dumps(json.loads(profile.read_text("utf-8")), ensure_ascii=False) + "\n"


def _everybody(lang: str) -> Callable[[httpx.Client], str]:
    def make(_: httpx.Client) -> str:
        with tempfile.TemporaryDirectory() as folder:
            source, output = Path(folder) / "people.jsonl", Path(folder) / "out.xlsx"
            people = [_line(HERE / "profiles" / f"{name}.json") for name in PROFILES]
            source.write_text("".join(people), "utf-8")
            args = ["--on", "2026-11-22", "--lang", lang, "--jobs", "1", "--no-audit"]
            printed = called("batch", str(source), "-o", str(output), *args)
            return _cells(output) + printed.replace(folder, "DIR")

    return make


# --- a running server ----------------------------------------------------------------------


def _page(path: str, lang: str) -> Callable[[httpx.Client], str]:
    def make(http: httpx.Client) -> str:
        separator = "&" if "?" in path else "?"
        return _markup(http.get(f"{path}{separator}lang={lang}").raise_for_status().text)

    return make


def _day(profile: str) -> str:
    options = PROFILES[profile]
    return options[options.index("--on") + 1]


def _filled_form(profile: str, lang: str) -> Callable[[httpx.Client], str]:
    def make(http: httpx.Client) -> str:
        document = (HERE / "profiles" / f"{profile}.json").read_text("utf-8")
        data = {"document": document, "on": _day(profile), "lang": lang}
        return _markup(http.post(f"/check?lang={lang}", data=data).raise_for_status().text)

    return make


def _list_page(lang: str) -> Callable[[httpx.Client], str]:
    def make(http: httpx.Client) -> str:
        table = HERE.parents[1] / "examples" / "people.csv"
        file = ("people.csv", table.read_bytes(), "text/csv")
        data = {"on": "2026-11-22", "lang": lang}
        answer = http.post(f"/list?lang={lang}", data=data, files={"file": file})
        return f"status {answer.status_code}\n{_markup(answer.text)}"

    return make


def _resource(path: str) -> Callable[[httpx.Client], str]:
    def make(http: httpx.Client) -> str:
        if path == "/api/assess":
            document = (HERE / "profiles" / "aigul.json").read_text("utf-8")
            wanted = {"on": "2026-11-22", "lang": "en", "category": "higher-first"}
            answer = http.post(
                path, params=wanted, content=document, headers={"Content-Type": "application/json"}
            )
        else:
            answer = http.get(path, params={"lang": "en"})
        headers = [f"{k}: {answer.headers.get(k)}" for k in ("content-type", "content-language")]
        return "\n".join((str(answer.status_code), *headers, _plain(answer.text, "json")))

    return make


# --- as stable text ------------------------------------------------------------------------

_IRIS = re.compile(r"https://w3id\.org/libonto/(id/|ns#)")
_MOMENT = re.compile(r"(?<=endedAtTime )\S+")
_FOOTER = re.compile(r"^.*\blibonto \d+\.\d+\.\d+.*$", re.MULTILINE)
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def _short(text: str) -> str:
    """The same with the IRIs of ours abbreviated, and without moments and fingerprints."""
    text = _DIGEST.sub("(sha256)", _MOMENT.sub("(now)", text))
    text = _IRIS.sub(lambda match: "id:" if match[1] == "id/" else "lo:", text)
    return re.sub(r"\bid:(requirement|shape|category)/librarian/", r"\1:", text)


def _plain(text: str, name: str) -> str:
    """Text as it is, HTML as its elements, JSON with a line for each short object."""
    if name.endswith("html"):
        return _markup(text)
    if name.endswith(("json", "jsonl")):
        return _objects(text)
    return _short(text)


def _objects(text: str) -> str:
    """JSON documents, one line for what is short, sentences cut; then what follows them."""
    decoder, documents = json.JSONDecoder(), ""
    while text.startswith(("{", "[")):
        value, end = decoder.raw_decode(text)
        documents += _laid_out(_cut(value), 0) + "\n"
        text = text[end:].lstrip("\n")
    return _short(documents + text)


def _cut(value: Any) -> Any:
    """The same with sentences reduced to an ellipsis."""
    if isinstance(value, dict):
        return {key: _cut(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_cut(member) for member in value]
    return "…" if isinstance(value, str) and " " in value else value


def _laid_out(value: Any, depth: int) -> str:
    """JSON with a line for every value that fits into one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + depth <= 400 or not isinstance(value, dict | list) or not value:
        return line
    indent = " " * (depth + 1)
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(member, depth + 1)}"
            for key, member in value.items()
        ]
        return "{\n" + ",\n".join(indent + part for part in parts) + "\n" + " " * depth + "}"
    parts = [_laid_out(member, depth + 1) for member in value]
    return "[\n" + ",\n".join(indent + part for part in parts) + "\n" + " " * depth + "]"


def _cells(path: Path) -> str:
    """The cells of a workbook that hold something, a row a line."""
    lines: list[str] = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        lines.append(f"# {sheet.title}")
        for row in sheet.iter_rows():
            cells = [f"{cell.coordinate}={cell.value}" for cell in row if cell.value is not None]
            if cells:
                lines.append(" | ".join(cells).replace("\n", "⏎"))
    return _short("\n".join(lines) + "\n")


class _Elements(HTMLParser):
    """The visible text of a page, a line for each stretch, headings, links and fields marked."""

    SILENT = frozenset({"style", "script", "svg", "template", "blockquote", "datalist"})
    BLOCKS = frozenset(
        "p li td th dt dd h1 h2 h3 h4 h5 tr section article nav header footer main table ul ol dl "
        "div label legend fieldset option select textarea button summary details caption".split()
    )
    KEPT = ("id", "name", "value", "href", "action", "lang", "aria-label")

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.text = ""
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silent += 1
        kept = "".join(f" {name}={value}" for name, value in attrs if name in self.KEPT)
        shown = tag in ("input", "h1", "h2", "h3", "form", "button", "option", "select", "a")
        if tag in self.BLOCKS or (shown and tag != "a"):
            self.end()
        if not self.silent and (shown or kept) and tag not in ("link", "html"):
            checked = "".join(
                f" {name}" for name, _ in attrs if name in ("checked", "selected", "disabled")
            )
            self.text += f"<{tag}{kept}{checked}>"

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self.silent -= 1
        if tag in self.BLOCKS:
            self.end()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text += data

    def end(self) -> None:
        if line := " ".join(self.text.split()):
            self.lines.append(line)
        self.text = ""


_STATIC = re.compile(r"/static/[0-9a-f]+/")
_PACKED = re.compile(r"(name=(?:packed|same|rest|kept)) value=\S+?>")


def _markup(text: str) -> str:
    """A page's visible text with its fields and links; addresses of files without fingerprints."""
    elements = _Elements()
    elements.feed(text)
    elements.end()
    found = _STATIC.sub("/static/…/", "\n".join(elements.lines) + "\n")
    return _short(_PACKED.sub(r"\1 value=…>", found))
