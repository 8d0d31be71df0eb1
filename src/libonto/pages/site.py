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
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from libonto.errors import DataError
from libonto.graph.description import Wording
from libonto.graph.store import Graph
from libonto.graph.terms import BASE, ID, NS, resource, slug_of, term
from libonto.graph.texts import Texts
from libonto.locales import LANGUAGES, decimal, long_date, sentence
from libonto.pages.search import Index
from libonto.voice.document import MARKS

T = TypeVar("T")
LANGUAGE_NAMES = (("kk", "Қазақша"), ("ru", "Русский"), ("en", "English"))
_OF_THINGS = ("/browse", "/id/", "/ns", "/about", "/search.json", "/graph.json")
"""The pages that show things by their labels, in a language of content apart from the page's."""
_TAGS = frozenset({"kaz", "rus", "eng", *LANGUAGES})


def iris_of(*names: str) -> frozenset[str]:
    """The IRIs of terms by their prefixed names."""
    return frozenset(term(name).value for name in names)


OF_EVERYTHING = iris_of("rdf:type", "rdfs:isDefinedBy", "lo:confirmation")
"""Relations that everything has."""


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


def to_hidden_field(data: bytes) -> str:
    """Bytes as the value of a hidden field: a file goes along with its answer, nothing is stored.

    A browser changes the line ends of a text that it sends again; these come back unchanged.
    """
    return base64.b64encode(zlib.compress(data, 6)).decode()


def from_hidden_field(text: str, most: int) -> bytes:
    """The bytes again, at most one more than `most`; none for a value that was not written here."""
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


@dataclass(frozen=True)
class Resource:
    """Something that a page lists: its IRI, its slug and its label."""

    iri: str
    label: str
    slug: str = ""


class Site:
    """What all pages of a graph share; `files` are the static files by name."""

    def __init__(self, graph: Graph, *asset_folders: Path) -> None:
        self.graph, self.texts = graph, Texts(graph)
        self.exporting = asyncio.Lock()
        self._once: dict[str, Any] = {}
        web = web_folder()
        folders = filter(Path.is_dir, (web / "styles", web / "scripts", *asset_folders))
        self.files = {path.name: path for f in folders for path in f.iterdir() if path.is_file()}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What pages need again, made the first time; of one name there is one thing."""
        if name not in self._once:
            self._once[name] = make()
        return cast(T, self._once[name])

    def compressed(self, name: str) -> bytes:
        """A static file compressed; empty for what compressing would not make smaller."""

        def compress() -> bytes:
            content = self.files[name].read_bytes()
            smaller = gzip.compress(content, 6, mtime=0)
            return smaller if len(smaller) < len(content) else b""

        return self.once(f"compressed {name}", compress)

    def asset(self, name: str) -> str:
        """`/static/FINGERPRINT/NAME`; a file that was not built has fingerprint 0."""

        def fingerprint() -> str:
            path = self.files.get(name)
            return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path else "0"

        return f"/static/{self.once(f'fingerprint {name}', fingerprint)}/{name}"

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
            asset=self.asset,
            assets=self.files,
            mark=MARKS.__getitem__,
            version=version("libonto"),
        )
        return environment


class Page:
    """One page to be rendered: its path, query and language."""

    def __init__(
        self, site: Site, lang: str, path: str, query: Mapping[str, str] | None = None
    ) -> None:
        self.site, self.graph, self.lang = site, site.graph, lang
        self.path = "/" + path.lstrip("/\\")  # a link that begins with two leads to another host
        self.query = {key: value for key, value in (query or {}).items() if key != "lang"}
        content = self.query.get("content", "")
        has_own = content in LANGUAGES and self.path.startswith(_OF_THINGS)
        self.content = content if has_own else lang
        """The language of labels and definitions, where another is chosen than the page's."""
        self.wording = Wording(site.graph, self.content)
        self.label, self.word = self.wording.label, self.wording.word

    def render(self, template: str, **values: Any) -> str:
        """The page's HTML; `section` in the values marks the menu's entry."""
        defaults = {
            "page": self,
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
        for name in ("url", "here", "link", "described", "day", "number", "short"):
            defaults[name] = getattr(self, name)
        return self.site.environment.get_template(template).render({**defaults, **values})

    def say(self, key: str, **params: object) -> str:
        """A sentence: `status.*` and `draft.*` of their files, all else of `pages.toml`."""
        if not key.startswith(("status.", "draft.")):
            key = f"pages.{key.replace('.', '-')}"
        return sentence(key, self.lang, **params)

    def short(self, iri: str) -> str:
        """A resource's label for tables and pictures; its whole one where it has no short one."""
        return self.graph.short_label(iri, self.content)

    def resource(self, iri: str, kind: str | None = None) -> Resource:
        """Something to list; with its slug after the `kind` of its IRI, else the last part."""
        slug = slug_of(iri, kind) if kind else iri.rpartition("/")[2]
        return Resource(iri, self.label(iri), slug)

    def definition(self, iri: str) -> str:
        """A resource's definition in the page's language, or nothing."""
        return self.graph.definitions(iri).get(self.lang, "")

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
