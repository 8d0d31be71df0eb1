"""`libonto show`: what is known about a term or a resource."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click
from pyoxigraph import BlankNode, Literal, NamedNode

from libonto.cli.answer import Call, answering, format_option
from libonto.graph.description import (
    Description,
    Wording,
    bounded,
    describe,
    find,
    known_as,
    titled,
)
from libonto.graph.store import Graph
from libonto.graph.terms import Term
from libonto.graph.turtle import to_text
from libonto.locales import LANGUAGES, sentence
from libonto.voice import document as doc

_DEEPEST = 6


@click.command("show")
@click.argument("name")
@format_option("text", "turtle", "json")
@answering
def command(call: Call, name: str) -> None:
    """Show what is known about a term or a resource, in both directions, with its clauses."""
    graph = call.graph()
    iri = find(graph, name)
    page = DescriptionView(graph, describe(graph, iri), call.lang)
    if call.format == "turtle":
        call.emit(to_text(bounded(graph, iri), first=(iri,)))
    elif call.format == "json":
        call.write_json(page.value())
    else:
        call.write(page.document())


class DescriptionView:
    """A description as a page of text, or as a JSON value, in one language."""

    def __init__(self, graph: Graph, about: Description, lang: str) -> None:
        self.graph, self.about, self.lang = graph, about, lang
        self._wording = Wording(graph, lang)
        self._label = self._wording.word
        self._definition = graph.definitions(about.iri).get(lang)

    def document(self) -> doc.AnswerDocument:
        """The page for people."""
        label, iri = self._label(self.about.iri), self.about.iri
        types = ", ".join(map(self._label, self.about.types))
        facts = (f"{self._say('types')}: {types}",) if types else ()
        named = label != known_as(iri)
        blocks = list(self._blocks())
        section = doc.Section(label if named else iri, blocks, iri if named else "", facts)
        return doc.AnswerDocument(self.lang, label, [section])

    def value(self) -> dict[str, Any]:
        """The description as a JSON value; labels and translations in the language."""
        about = self.about
        return {
            **self._named(about.iri),
            "definition": self._definition,
            "labels": self.graph.translations(about.iri, "skos:prefLabel"),
            "types": [self._named(type_) for type_ in about.types],
            "statements": [
                {
                    "property": p,
                    "label": self._label(p),
                    "values": [self._json(v) for v in self._in_language(values)],
                }
                for p, values in about.statements
            ],
            "references": [
                {
                    "property": p,
                    "label": self._label(p),
                    "subjects": [self._named(subject) for subject in subjects],
                }
                for p, subjects in about.references
            ],
            "sources": [
                {**vars(s), "translation": self._wording.translation(s) or None}
                for s in about.sources
            ],
        }

    def _blocks(self) -> Iterator[doc.Block]:
        about = self.about
        if self._definition:
            yield doc.Gap()
            yield doc.Paragraph(self._definition)
        if about.sources:
            yield doc.Heading(self._say("sources"))
        for source in about.sources:
            place = self._say("place", start=source.start, end=source.end)
            quote = f"{source.id} «{source.quote}» ({place})"
            translation = self._wording.translation(source)
            yield doc.Bullets((doc.Item(quote, note=translation),))
        wording = [(p, map(self._text, self._in_language(v))) for p, v in about.statements]
        referring = [(p, map(self._titled, subjects)) for p, subjects in about.references]
        for key, part in (("statements", wording), ("references", referring)):
            if part:
                yield doc.Heading(self._say(key))
            for name, values in part:
                yield doc.Heading(self._label(name), 3)
                yield doc.bullets(values)

    def _in_language(self, values: Sequence[Term]) -> list[Term]:
        """The values in the language; all of them where none is in it, or none has any."""
        tagged = [v for v in values if isinstance(v, Literal) and v.language in LANGUAGES]
        own = [v for v in tagged if v.language == self.lang]
        return [v for v in values if v not in tagged or v in (own or tagged)]

    def _text(self, value: Term, depth: int = 0) -> str:
        if isinstance(value, Literal):
            if value.datatype.value.endswith("#boolean"):
                return sentence(
                    f"query.{'yes' if value.value in {'true', '1'} else 'no'}", self.lang
                )
            return value.value
        if isinstance(value, NamedNode):
            return self._titled(value.value) if depth == 0 else self._label(value.value)
        if not isinstance(value, BlankNode) or depth > _DEEPEST:
            return str(value)
        listed = self.graph.members(value)
        if listed is not None:
            return "( " + " · ".join(self._text(member, depth + 1) for member in listed) + " )"
        parts = [
            f"{self._label(quad.predicate.value)}: {self._text(quad.object, depth + 1)}"
            for quad in self.graph.store.quads_for_pattern(value, None, None)
        ]
        return "[ " + "; ".join(sorted(parts)) + " ]"

    def _json(self, value: Term) -> dict[str, Any]:
        if isinstance(value, Literal):
            return {"value": value.value} | ({"lang": value.language} if value.language else {})
        if isinstance(value, NamedNode):
            return self._named(value.value)
        return {"value": self._text(value)}

    def _named(self, iri: str) -> dict[str, str]:
        return {"iri": iri, "label": self._label(iri)}

    def _titled(self, iri: str) -> str:
        return titled(iri, self._label(iri))

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"show.{key}", self.lang, **params)
