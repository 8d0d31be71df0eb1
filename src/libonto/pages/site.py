"""The frame of every page: its language, its links, its templates and its static files."""

from __future__ import annotations

import asyncio
import base64
import binascii
import gzip
import hashlib
import textwrap
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from libonto.errors import DataError
from libonto.graph.description import Wording
from libonto.graph.store import Graph
from libonto.graph.terms import BASE, ID, NS, resource, slug_of
from libonto.graph.texts import Texts
from libonto.locales import LANGUAGES, decimal, long_date, sentence
from libonto.pages.search import Index

T = TypeVar("T")
LANGUAGE_NAMES = (("kk", "Қазақша"), ("ru", "Русский"), ("en", "English"))
_OF_THINGS = ("/browse", "/id/", "/ns", "/about", "/search.json", "/graph.json")
"""The pages that show things by their labels, in a language of content apart from the page's."""
_TAGS = frozenset({"kaz", "rus", "eng", *LANGUAGES})
MARKS = {"met": "✓", "not-met": "✗", "not-shown": "?"}


def web_folder() -> Path:
    """The folder of templates and styles: inside an installed wheel, else the checkout's."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "web", package.parent.parent / "web"):
        if (folder / "templates").is_dir():
            return folder
    raise DataError("data-missing", path=str(package / "web"))


def host_of(iri: str) -> str:
    """An address of another site as people read it: its host, and the language that it names."""
    parts = urlsplit(iri)
    tags = [part for part in parts.path.split("/") if part in _TAGS]
    return " · ".join([parts.hostname or iri, *tags[:1]])


def packed(data: bytes) -> str:
    """Bytes as the value of a hidden field: a file goes along with its answer, nothing is stored.

    A browser changes the line ends of a text that it sends again; these come back unchanged.
    """
    return base64.b64encode(zlib.compress(data, 6)).decode()


def unpacked(text: str, most: int) -> bytes:
    """The bytes again, at most one more than `most`; none for a value that was not packed here."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), most + 1)
    except (binascii.Error, ValueError, zlib.error):
        return b""


def two_lines(label: str, most: int) -> list[str]:
    """A label in at most two lines of so many characters; what is more of it is cut off."""
    lines = textwrap.wrap(label, most, break_long_words=False, break_on_hyphens=False) or [""]
    if len(lines) > 2:
        lines = [lines[0], lines[1][: most - 1] + "…"]
    return lines


class Assets:
    """Static files by name, each with a fingerprint of its content in its address."""

    def __init__(self, *folders: Path) -> None:
        """Take the folders in which the files lie."""
        self.files = {
            path.name: path for f in folders if f.is_dir() for path in f.iterdir() if path.is_file()
        }
        self._fingerprints: dict[str, str] = {}
        self._packed: dict[str, bytes] = {}

    def packed(self, name: str) -> bytes | None:
        """A file compressed, once for all; None for what compressing would not make smaller."""
        if name not in self._packed:
            content = self.files[name].read_bytes()
            packed = gzip.compress(content, 6, mtime=0)
            self._packed[name] = packed if len(packed) < len(content) else b""
        return self._packed[name] or None

    def address(self, name: str) -> str:
        """`/static/FINGERPRINT/NAME`; a file that was not built has fingerprint 0."""
        if name not in self._fingerprints:
            path = self.files.get(name)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path else "0"
            self._fingerprints[name] = digest
        return f"/static/{self._fingerprints[name]}/{name}"


@dataclass(frozen=True)
class Resource:
    """Something that a page lists: its IRI, its slug and its label."""

    iri: str
    label: str
    slug: str = ""


class Site:
    """What all pages share; one for a graph."""

    def __init__(self, graph: Graph, *asset_folders: Path) -> None:
        """Take the graph that the pages describe."""
        self.graph = graph
        self.texts = Texts(graph)
        self.making = asyncio.Lock()
        self.made: dict[str, bytes] = {}
        """The files to take away that have been made, by name."""
        self._kept: dict[str, Any] = {}
        web = web_folder()
        self.assets = Assets(web / "styles", web / "scripts", *asset_folders)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What pages read from the graph and need again, made the first time it is asked for."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    @cached_property
    def index(self) -> Index:
        """What can be found by its name or its text."""
        return Index(self.graph)

    @cached_property
    def environment(self) -> Environment:
        """The templates; everything that is filled in is escaped."""
        environment = Environment(
            loader=FileSystemLoader(web_folder() / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(
            languages=LANGUAGES,
            language_names=LANGUAGE_NAMES,
            asset=self.assets.address,
            assets=self.assets.files,
            mark=MARKS.__getitem__,
            version=version("libonto"),
        )
        return environment


class Page:
    """One page to be rendered: its place and its language."""

    def __init__(
        self, site: Site, lang: str, path: str, query: Mapping[str, str] | None = None
    ) -> None:
        """Take the path and the query of the request."""
        self.site, self.graph, self.lang = site, site.graph, lang
        self.path = "/" + path.lstrip("/\\")  # a link that begins with two leads to another host
        self.query = {key: value for key, value in (query or {}).items() if key != "lang"}
        content = self.query.get("content", "")
        self.content = (
            content if content in LANGUAGES and self.path.startswith(_OF_THINGS) else lang
        )
        """The language of labels and definitions, where another is chosen than the page's."""
        self.wording = Wording(site.graph, self.content)

    def render(self, template: str, **values: Any) -> str:
        """The page's HTML; `section` in the values marks the menu's entry."""
        names = ("url", "here", "link", "described", "day", "number", "short")
        shown: dict[str, Any] = {
            **{name: getattr(self, name) for name in names},
            "lang": self.lang,
            "content_lang": self.content,
            "t": self.say,
            "label_iri": self.label,
            "reading_iri": lambda name: resource("reading", name).value,
            "resubmit": "",
            "judges": True,
            "wrong": {},
            "section": "/" + self.path.strip("/").partition("/")[0],
        }
        return self.site.environment.get_template(template).render({**shown, **values})

    def say(self, key: str, **params: object) -> str:
        """A sentence: `status.*` and `draft.*` of their files, all else of `pages.toml`."""
        if not key.startswith(("status.", "draft.")):
            key = f"pages.{key.replace('.', '-')}"
        return sentence(key, self.lang, **params)

    def label(self, iri: str) -> str:
        """A resource's label in the page's language."""
        return self.wording.label(iri)

    def short(self, iri: str) -> str:
        """A resource's label for tables and pictures; its whole one where it has no short one."""
        return self.graph.short_label(iri, self.content)

    def word(self, iri: str) -> str:
        """A resource's label, also that of a borrowed term; else its name with a prefix."""
        return self.wording.word(iri)

    def label_of(self, kind: str, slug: str) -> str:
        """The label of one of our resources by kind and slug."""
        return self.label(resource(kind, slug).value)

    def resource(self, iri: str, kind: str | None = None) -> Resource:
        """Something to list; with its slug after the `kind` of its IRI, else the last part."""
        slug = slug_of(iri, kind) if kind else iri.rpartition("/")[2]
        return Resource(iri, self.label(iri), slug)

    def definition(self, iri: str) -> str:
        """A resource's definition in the page's language, or nothing."""
        return self.graph.definitions(iri).get(self.lang, "")

    def translation(self, clause: str) -> str:
        """A clause's text (by its IRI) in the language of labels; nothing in the text's own."""
        if self.content == "kk":
            return ""
        return self.graph.translations(clause, "lo:text").get(self.content, "")

    def day(self, day: str | date) -> str:
        """A day as people write it."""
        return long_date(date.fromisoformat(day) if isinstance(day, str) else day, self.lang)

    def number(self, number: float) -> str:
        """A number as people write it."""
        return decimal(str(number), self.lang)

    def url(self, path: str, **params: object) -> str:
        """An address of ours that keeps the language, and that of content where it is shown."""
        if self.content != self.lang and path.startswith(_OF_THINGS):
            params = {**params, "content": self.content}
        return f"{path}?{urlencode({**params, 'lang': self.lang})}"

    def here(self, **params: object) -> str:
        """This page again, with some parameters changed."""
        return f"{self.path}?{urlencode({**self.query, **params})}"

    def described(self, iri: str) -> bool:
        """Whether there is a page about a resource."""
        try:
            return any(self.graph.about(iri))
        except ValueError:
            return False

    def link(self, iri: str) -> str:
        """The page about a resource; of what we do not describe its own address, if it has one."""
        if iri.startswith(ID):
            return self.url(f"/{iri[len(BASE) :]}.html")
        if iri.startswith(NS):
            return self.url(f"/ns/{iri[len(NS) :]}")
        if self.described(iri):
            return self.url("/about", iri=iri)
        return iri if iri.startswith(("https://", "http://")) else ""
