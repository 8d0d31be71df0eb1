"""The plainest pages, for an application without the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pyoxigraph import Literal, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.locales import sentence

_FORM = """<form action="/sparql" method="get">
<p><label for="query">{label}</label></p>
<p><textarea id="query" name="query" rows="12" cols="90">{query}</textarea></p>
<p><select name="format" aria-label="format">{formats}</select> <button>{run}</button></p>
</form>"""
_SAMPLE = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label
WHERE {{ ?thing skos:prefLabel ?label FILTER(LANG(?label) = "{lang}") }}
ORDER BY ?label
LIMIT 20"""
_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1>
{content}
</main></body>
</html>
"""


def query_form(lang: str) -> str:
    """A form that asks a query and shows the answer as the browser shows data."""
    formats = "".join(f"<option>{name}</option>" for name in ("csv", "json", "xml", "turtle"))
    content = _FORM.format(
        label=escape(sentence("api.editor-query", lang)),
        query=escape(_SAMPLE.format(lang=lang)),
        formats=formats,
        run=escape(sentence("api.editor-run", lang)),
    )
    return _PAGE.format(
        lang=lang, title=escape(sentence("api.editor-title", lang)), content=content
    )


def resource_page(graph: Graph, iri: str, found: Sequence[Triple], lang: str) -> str:
    """What is stated about a resource, as a table."""
    facts = [t for t in found if isinstance(t.subject, NamedNode) and t.subject.value == iri]
    cells = [(_shown(graph, t.predicate, lang), _shown(graph, t.object, lang)) for t in facts]
    rows = "\n".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in cells)
    content = f"<p><code>{escape(iri)}</code></p>\n<table>\n{rows}\n</table>"
    return _PAGE.format(lang=lang, title=escape(graph.label(iri, lang)), content=content)


def _shown(graph: Graph, value: object, lang: str) -> str:
    if isinstance(value, Literal):
        return escape(value.value)
    if isinstance(value, NamedNode):
        label = escape(graph.label(value.value, lang))
        return f'<span title="{escape(value.value)}">{label}</span>'
    return "[ ]"
