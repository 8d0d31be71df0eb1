"""The plainest pages, for a server without the real ones: a query form, and a resource's facts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pyoxigraph import Literal, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import BASE, PREFIXES
from libonto.locales import sentence


def query_form(lang: str) -> str:
    """A form that asks a query and shows the answer as the browser shows data."""
    sample = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        f'SELECT ?thing ?label WHERE {{ ?thing skos:prefLabel ?label FILTER(LANG(?label) = "{lang}") '
        "}\nORDER BY ?label LIMIT 20"
    )
    return _page(
        sentence("api.editor-title", lang),
        lang,
        f'<form action="/sparql" method="get"><p><label for="query">'
        f"{escape(sentence('api.editor-query', lang))}</label></p>"
        f'<p><textarea id="query" name="query" rows="12" cols="90">{escape(sample)}</textarea></p>'
        '<p><select name="format" aria-label="format"><option>csv</option><option>json</option>'
        "<option>xml</option><option>tsv</option><option>turtle</option></select> "
        f"<button>{escape(sentence('api.editor-run', lang))}</button></p></form>",
    )


def resource_page(graph: Graph, iri: str, found: Sequence[Triple], lang: str) -> str:
    """What is stated about a resource, as a table."""
    rows = "".join(
        f"<tr><td>{_shown(graph, t.predicate, lang)}</td><td>{_shown(graph, t.object, lang)}</td></tr>"
        for t in found
        if isinstance(t.subject, NamedNode) and t.subject.value == iri
    )
    return _page(
        graph.label(iri, lang),
        lang,
        f"<p><code>{escape(iri)}</code></p><table>{rows}</table>",
    )


def _shown(graph: Graph, value: object, lang: str) -> str:
    if isinstance(value, Literal):
        tag = f' lang="{value.language}"' if value.language else ""
        return f"<span{tag}>{escape(value.value)}</span>"
    if not isinstance(value, NamedNode):
        return "[ ]"
    iri = value.value
    if iri.startswith(BASE):
        label = graph.label(iri, lang)
        return f'<a href="/{escape(iri[len(BASE) :])}">{escape(label)}</a>'
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return escape(f"{prefix}:{iri[len(namespace) :]}")
    return escape(iri)


def _page(title: str, lang: str, content: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>{content}"
        "</main></body></html>"
    )
