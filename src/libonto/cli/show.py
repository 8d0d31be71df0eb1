"""`libonto show`: what is known about a term or a resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.frame import clean, data_option, emit, lang_option, output_option
from libonto.cli.terminal import terminal_style, terminal_width
from libonto.cli.terms import in_words
from libonto.graph.table import Style, plain
from libonto.locales import LANGUAGES, sentence

if TYPE_CHECKING:
    from libonto.graph.description import Description, Source
    from libonto.graph.store import Graph, Term

INDENT = "  "
_DEEPEST = 6


@click.command("show")
@click.argument("name", metavar="IRI-OR-SLUG")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "turtle", "json"]),
    default="text",
    show_default=True,
)
@lang_option
@data_option
@output_option
def command(name: str, format_: str, lang: str, data: Sequence[str], output: str | None) -> int:
    """Show what is known about a term or a resource, in both directions, with its clauses.

    It can be named by its IRI, a prefixed name (lo:Candidate), a clause's id (E02), a slug
    (bibliography) or, where several things have the same slug, KIND/SLUG.
    """
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.description import bounded, describe, find
    from libonto.graph.store import Graph
    from libonto.graph.turtle import to_text

    graph = Graph(Catalogue.of(data))
    iri = find(graph, name)
    if format_ == "turtle":
        emit(to_text(bounded(graph, iri), first=(iri,)), output)
        return 0
    page = Page(graph, describe(graph, iri), lang, terminal_width(), terminal_style(output))
    text = (
        json.dumps(page.value(), ensure_ascii=False, indent=2) if format_ == "json" else str(page)
    )
    emit(text, output)
    return 0


class Page:
    """A description as a page of text, or as a JSON value, in one language."""

    def __init__(
        self, graph: Graph, about: Description, lang: str, width: int = 100, style: Style = plain
    ) -> None:
        """Take what is known of a term; width and style are for text."""
        self.graph, self.about, self.lang = graph, about, lang
        self.width, self.style = min(width, 100), style

    def __str__(self) -> str:
        sections = (self._head(), self._sources(), self._statements(), self._references())
        return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"

    def value(self) -> dict[str, Any]:
        """The description as a JSON value; labels and translations in the language."""
        from pyoxigraph import NamedNode

        about, node = self.about, NamedNode(self.about.iri)
        return {
            "iri": about.iri,
            "label": self._label(about.iri),
            "definition": self.graph.translations(node, "skos:definition").get(self.lang),
            "labels": self.graph.translations(node, "skos:prefLabel"),
            "types": [{"iri": t, "label": self._label(t)} for t in about.types],
            "statements": [
                {
                    "property": p,
                    "label": self._property(p),
                    "values": [self._json(v) for v in self._wanted(values)],
                }
                for p, values in about.statements
            ],
            "references": [
                {
                    "property": p,
                    "label": self._property(p),
                    "subjects": [{"iri": s, "label": self._label(s)} for s in subjects],
                }
                for p, subjects in about.references
            ],
            "sources": [
                {
                    "iri": s.iri,
                    "id": s.id,
                    "quote": s.quote,
                    "start": s.start,
                    "end": s.end,
                    "translation": self._translation(s) or None,
                }
                for s in about.sources
            ],
        }

    def _head(self) -> Iterator[str]:
        from pyoxigraph import NamedNode

        node = NamedNode(self.about.iri)
        label = self._label(self.about.iri)
        if label != self._name(self.about.iri):
            yield from self._wrap(label, "strong")
        yield from self._wrap(self.about.iri, "faint")
        types = [self._label(t) for t in self.about.types]
        if types:
            yield from self._wrap(f"{self._say('types')}: {', '.join(types)}")
        definition = self.graph.translations(node, "skos:definition").get(self.lang)
        if definition:
            yield ""
            yield from self._wrap(definition)

    def _sources(self) -> Iterator[str]:
        if self.about.sources:
            yield self.style(self._say("sources"), "strong")
        for found in self.about.sources:
            place = self._say("place", start=found.start, end=found.end)
            head = f"{found.id}  "
            yield from self._hanging(f"«{found.quote}»", head)
            translation = self._translation(found)
            if translation:
                yield from self._hanging(f"— {translation}", " " * len(head))
            yield from self._hanging(place, " " * len(head), "faint")

    def _statements(self) -> Iterator[str]:
        lines = [
            (self._property(p), self._text(value))
            for p, values in self.about.statements
            for value in self._wanted(values)
        ]
        if lines:
            yield self.style(self._say("statements"), "strong")
            yield from self._pairs(lines)

    def _references(self) -> Iterator[str]:
        lines = [
            (self._property(p), self._titled(subject))
            for p, subjects in self.about.references
            for subject in subjects
        ]
        if lines:
            yield self.style(self._say("references"), "strong")
            yield from self._pairs(lines)

    def _pairs(self, lines: Sequence[tuple[str, str]]) -> Iterator[str]:
        before = ""
        for name, text in lines:
            if name != before:
                yield from self._wrap(f"{INDENT}{name}", "faint")
            before = name
            yield from self._hanging(text, INDENT * 2)

    def _wanted(self, values: Sequence[Term]) -> list[Term]:
        """The values in the language; all of them where none is in it, or none has any."""
        from pyoxigraph import Literal

        tagged = [v for v in values if isinstance(v, Literal) and v.language in LANGUAGES]
        kept = [v for v in tagged if isinstance(v, Literal) and v.language == self.lang]
        return [v for v in values if v not in tagged or v in (kept or tagged)]

    def _text(self, value: Term, depth: int = 0) -> str:
        from pyoxigraph import BlankNode, Literal, NamedNode

        from libonto.graph.description import members

        if isinstance(value, Literal):
            if value.datatype.value.endswith("#boolean"):
                return sentence(
                    "query.yes" if value.value in {"true", "1"} else "query.no", self.lang
                )
            return value.value
        if isinstance(value, NamedNode):
            return self._titled(value.value) if depth == 0 else self._label(value.value)
        if not isinstance(value, BlankNode) or depth > _DEEPEST:
            return str(value)
        listed = members(self.graph, value)
        if listed is not None:
            return "( " + " · ".join(self._text(member, depth + 1) for member in listed) + " )"
        parts = [
            f"{self._property(quad.predicate.value)}: {self._text(quad.object, depth + 1)}"
            for quad in self.graph.store.quads_for_pattern(value, None, None)
        ]
        return "[ " + "; ".join(sorted(parts)) + " ]"

    def _json(self, value: Term) -> dict[str, Any]:
        from pyoxigraph import Literal, NamedNode

        if isinstance(value, Literal):
            found = {"value": value.value}
            return found | ({"lang": value.language} if value.language else {})
        if isinstance(value, NamedNode):
            return {"iri": value.value, "label": self._label(value.value)}
        return {"value": self._text(value)}

    def _titled(self, iri: str) -> str:
        label, name = self._label(iri), self._name(iri)
        return name if label == name else f"{label} ({name})"

    def _label(self, iri: str) -> str:
        from pyoxigraph import NamedNode

        label = self.graph.label(iri, self.lang)
        if label != iri:
            return label
        for name in ("sh:name", "dcterms:title"):  # a shape, and the ontology
            names = self.graph.translations(NamedNode(iri), name)
            if self.lang in names:
                return names[self.lang]
        return in_words(iri, self.lang)

    def _property(self, iri: str) -> str:
        return self._label(iri)

    @staticmethod
    def _name(iri: str) -> str:
        from libonto.graph.description import known_as

        return known_as(iri)

    def _translation(self, found: Source) -> str:
        from pyoxigraph import NamedNode

        texts = self.graph.translations(NamedNode(found.iri), "lo:text")
        said = texts.get(self.lang, "")
        return "" if said == found.quote else said

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"show.{key}", self.lang, **params)

    def _wrap(self, text: str, style: str = "") -> Iterator[str]:
        from libonto.graph.table import wrapped

        indent = len(text) - len(text.lstrip())
        for line in wrapped(clean(text.strip()), self.width - indent):
            line = " " * indent + line
            yield self.style(line, style) if style else line

    def _hanging(self, text: str, head: str, style: str = "") -> Iterator[str]:
        """A text after a head, its next lines indented like the first; control marks dropped."""
        from libonto.graph.table import wrapped

        flat = clean(" ".join(text.split()))
        for number, line in enumerate(wrapped(flat, max(self.width - len(head), 20))):
            said = self.style(line, style) if style else line
            yield (head if number == 0 else " " * len(head)) + said
