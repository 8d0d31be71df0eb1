"""`libonto show`: what is known about a term or a resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option
from libonto.cli.terminal import write_text
from libonto.locales import LANGUAGES, sentence

if TYPE_CHECKING:
    from libonto.graph.description import Description, Source
    from libonto.graph.store import Graph, Term
    from libonto.voice.document import Block, Document

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
    page = Page(graph, describe(graph, iri), lang)
    if format_ == "json":
        emit(json.dumps(page.value(), ensure_ascii=False, indent=2), output)
    else:
        write_text(page.document(), output)
    return 0


class Page:
    """A description as a page of text, or as a JSON value, in one language."""

    def __init__(self, graph: Graph, about: Description, lang: str) -> None:
        from libonto.graph.wording import Wording

        self.graph, self.about, self.lang = graph, about, lang
        self._label = Wording(graph, lang).word

    def document(self) -> Document:
        """The page for people."""
        from libonto.voice.document import Document, Section

        label, iri = self._label(self.about.iri), self.about.iri
        types = ", ".join(map(self._label, self.about.types))
        facts = (f"{self._say('types')}: {types}",) if types else ()
        blocks = (*self._head(), *self._sources(), *self._statements())
        named = label != self._name(iri)
        section = Section(label if named else iri, blocks, iri if named else "", facts)
        return Document(self.lang, label, (section,))

    def value(self) -> dict[str, Any]:
        """The description as a JSON value; labels and translations in the language."""
        from pyoxigraph import NamedNode

        about, node = self.about, NamedNode(self.about.iri)
        return {
            "iri": about.iri,
            "label": self._label(about.iri),
            "definition": self.graph.definitions(node).get(self.lang),
            "labels": self.graph.translations(node, "skos:prefLabel"),
            "types": [{"iri": t, "label": self._label(t)} for t in about.types],
            "statements": [
                {
                    "property": p,
                    "label": self._label(p),
                    "values": [self._json(v) for v in self._wanted(values)],
                }
                for p, values in about.statements
            ],
            "references": [
                {
                    "property": p,
                    "label": self._label(p),
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

    def _head(self) -> Iterator[Block]:
        from pyoxigraph import NamedNode

        from libonto.voice.document import Gap, Paragraph

        node = NamedNode(self.about.iri)
        definition = self.graph.definitions(node).get(self.lang)
        if definition:
            yield Gap()
            yield Paragraph(definition)

    def _sources(self) -> Iterator[Block]:
        from libonto.voice.document import Bullets, Heading, Item

        if self.about.sources:
            yield Heading(self._say("sources"))
        for found in self.about.sources:
            place = self._say("place", start=found.start, end=found.end)
            quote = f"{found.id} «{found.quote}» ({place})"
            yield Bullets((Item(quote, note=self._translation(found)),))

    def _statements(self) -> Iterator[Block]:
        from libonto.voice.document import Heading, bullets

        wording = [(p, map(self._text, self._wanted(v))) for p, v in self.about.statements]
        referring = [(p, map(self._titled, subjects)) for p, subjects in self.about.references]
        for key, part in (("statements", wording), ("references", referring)):
            if part:
                yield Heading(self._say(key))
            for name, values in part:
                yield Heading(self._label(name), 3)
                yield bullets(values)

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
            f"{self._label(quad.predicate.value)}: {self._text(quad.object, depth + 1)}"
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

    @staticmethod
    def _name(iri: str) -> str:
        from libonto.graph.description import known_as

        return known_as(iri)

    def _translation(self, found: Source) -> str:
        from pyoxigraph import NamedNode

        texts = self.graph.translations(NamedNode(found.iri), "lo:text")
        wording = texts.get(self.lang, "")
        return "" if wording == found.quote else wording

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"show.{key}", self.lang, **params)
