"""What a drafted position and its parts are called: IRIs, and words in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from pyoxigraph import NamedNode

from libonto.drafting.meaning import Meaning
from libonto.drafting.model import Clause, Level, slug
from libonto.drafting.points import alike
from libonto.drafting.turtle import Value, every, field_of
from libonto.graph.terms import resource
from libonto.locales import LANGUAGES, sentence


class Namer:
    """Names the parts of one draft; `edition` is the slug of the edition of its text."""

    def __init__(self, meaning: Meaning, edition: str) -> None:
        """Take the meaning."""
        self.meaning, self.edition = meaning, edition
        self.draft, self.answers = meaning.draft, meaning.answers
        self.slug = meaning.position
        self.graph = meaning.known.graph
        held = resource("position", self.slug).value in self.graph.instances("lo:Position")
        # Another edition of a position that is described puts its slug after the position's.
        self.path = f"{self.slug}/{edition}" if held else self.slug
        self.described = held

    def _own(self, kind: str, name: str) -> NamedNode:
        return resource(kind, f"{self.path}/{name}")

    def _clause(self, clause: Clause) -> NamedNode:
        return resource("clause", f"{self.edition}/{self.slug}/{clause.id}")

    def _cited(self, clauses: Iterable[Clause]) -> list[Value]:
        return [self._clause(clause) for clause in clauses]

    def _category(self, level: Level) -> NamedNode:
        return self._own("category", level.slug or self.slug)

    def _ladder(self, level: Level) -> NamedNode:
        return self._own("ladder", level.ladder or self.slug)

    @property
    def _position(self) -> NamedNode:
        return resource("position", self.slug)

    @property
    def _edition(self) -> NamedNode:
        return resource("edition", self.edition)

    @property
    def _text(self) -> NamedNode:
        return resource("text", f"{self.edition}-{self.slug}")

    @property
    def source(self) -> str:
        """Where the text lies, from `ontology/` on."""
        return f"source/{self.edition}/{self.slug}.{self.draft.lang}.txt"

    def _worded(self, key: str, words: str) -> dict[str, str]:
        """The answered words in each language; the text's own words stand in."""
        return {lang: self.answers.get(f"{key}/{lang}") or words for lang in LANGUAGES}

    def _said(self, key: str, **params: Mapping[str, str] | object) -> dict[str, str]:
        """A sentence of `draft.toml` in each language."""
        found = {}
        for lang in LANGUAGES:
            values = {k: v[lang] if isinstance(v, Mapping) else v for k, v in params.items()}
            found[lang] = sentence(f"draft.{key}", lang, **values)
        return found

    def _labels(self, iris: Iterable[NamedNode]) -> dict[str, str]:
        nodes = list(iris)
        names = dict(self._names)
        return {
            lang: ", ".join(
                names[n.value][lang] if n.value in names else self.graph.label(n.value, lang)
                for n in nodes
            )
            for lang in LANGUAGES
        }

    @property
    def _title(self) -> str:
        return self.draft.quote(self.draft.title) if self.draft.title else self.slug

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """The names of what the graph does not know yet: the position, fields, documents."""
        names = {self._position.value: self._worded("position", self._title)}
        for level in self.meaning.levels:
            names[self._category(level).value] = self._category_label(level)
        for need in self.meaning.needs():
            for condition in (one for way in need.ways for one in way):
                for code in filter(str.isdecimal, condition.fields):
                    names[field_of(code).value] = self._said("field-label", code=code)
        for words in self.meaning.documents().values():
            names[resource("document-kind", slug(words["en"])).value] = words
        return names

    def _named(
        self, label: Mapping[str, str], definition: Mapping[str, str]
    ) -> dict[str, list[Value]]:
        return {"skos:prefLabel": every(label), "skos:definition": every(definition)}

    def _heading_of(self, level: Level) -> list[Clause]:
        return [c for c in self.draft.clauses if c.level == level and c.kind == "heading"][:1]

    def _category_label(self, level: Level) -> dict[str, str]:
        known = self._known_label("lo:CategoryLevel", level.slug)
        heading = self._heading_of(level)
        if known or not heading:
            return known or self._worded("position", self._title)
        return {lang: text.strip(" :") for lang, text in self._texts(heading[0]).items()}

    def _known_label(self, class_: str, notation: str | None) -> dict[str, str] | None:
        """The labels of a ladder or a level of this name in the positions that are described."""
        for iri in sorted(self.graph.instances(class_)):
            node = NamedNode(iri)
            if notation and self.graph.text(node, "skos:notation") == notation:
                return self.graph.translations(node, "skos:prefLabel")
        return None

    def _texts(self, clause: Clause) -> dict[str, str]:
        """A clause's words in each language: known ones, answered ones, else those of the text."""
        quote = self.draft.quote(clause)
        same = alike(quote)
        first = next(c for c in self.draft.clauses if alike(self.draft.quote(c)) == same)
        texts = self.meaning.known.texts.get(same) or self._worded(f"text/{first.id}", quote)
        return {**texts, self.draft.lang: quote}
