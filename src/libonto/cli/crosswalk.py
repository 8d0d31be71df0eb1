"""`libonto crosswalk`: what corresponds to a concept in other frameworks, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option
from libonto.cli.terminal import terminal_style, terminal_width
from libonto.locales import sentence

if TYPE_CHECKING:
    from libonto.crosswalk.answer import Answer
    from libonto.graph.store import Graph


@click.command("crosswalk")
@click.option("--from", "start", metavar="CONCEPT", help="An IRI, eqf/6, education/higher, …")
@click.option(
    "--to",
    metavar="FRAMEWORK",
    multiple=True,
    help="Only counterparts in this one: esco, kz-nqf, pl-prk, category, …; may be repeated.",
)
@click.option("--awarded", metavar="DATE")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv", "sssom", "turtle"]),
    default="table",
    show_default=True,
)
@click.option("--check", is_flag=True, help="Check the tables instead; status 1 if one is wrong.")
@lang_option
@data_option
@output_option
def command(
    start: str | None,
    to: Sequence[str],
    awarded: str | None,
    format_: str,
    check: bool,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Show what corresponds to a concept, along mappings and chains of them.

    A concept is named by its IRI, FRAMEWORK/CODE (eqf/6, isced-f/0322, esco/2622.2) or
    KIND/SLUG (education/higher, category/POSITION/LEVEL). Without --from, the mappings
    that the tables state. Each counterpart comes with the strength of its weakest link and
    with the way to it.
    """
    from libonto.crosswalk.answer import correspondences, rendered
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.verdict.inquiry import parse_day

    graph = Graph(Catalogue.of(data))
    if check:
        return _check(graph, lang, output)
    day = parse_day(awarded) if awarded is not None else None
    answer = correspondences(graph, start=start, to=",".join(to) or None, awarded=day)
    if format_ == "table":
        emit("\n".join(_page(answer, lang, output)), output)
    else:
        emit(rendered(answer, format_, lang), output)
    return 0


def _page(answer: Answer, lang: str, output: str | None) -> Iterator[str]:
    from libonto.crosswalk.answer import way
    from libonto.graph.table import table

    graph, frameworks = answer.crosswalk.graph, answer.crosswalk.frameworks
    style, width = terminal_style(output), terminal_width()

    def say(key: str, **params: object) -> str:
        return sentence(f"crosswalk.{key}", lang, **params)

    def named(iri: str) -> str:
        code, label = frameworks.code(iri), graph.label(iri, lang)
        slug = frameworks.of(iri)
        is_telling = code and slug in frameworks.all and code not in label
        return f"{code} {label}" if is_telling and any(map(str.isdigit, code or "")) else label

    if answer.start is not None:
        yield style(graph.label(answer.start, lang), "strong") + f" · {answer.start}\n"
        if answer.found and answer.of_others:
            yield say("none-of-own", label=graph.label(answer.start, lang)) + "\n"
    if not answer.found:
        yield say("none") + "\n"
    else:
        with_start = len({found.start for found in answer.found}) > 1
        columns = ["from"] if with_start else []
        columns += ["counterpart", "framework", "relation", "strength", "path"]
        rows = [
            ([named(found.start)] if with_start else [])
            + [
                named(found.end),
                frameworks.of(found.end),
                say(found.relation.value),
                f"{found.strength:g}, {say(found.confirmation)}",
                say("stated") if found.stated else way(found, answer.crosswalk, lang),
            ]
            for found in answer.found
        ]
        yield table([say(key) for key in columns], rows, width=width, style=style)
        yield say("count", number=len(rows)) + "\n"
    for opened in answer.opened:
        fields = ", ".join(graph.label(field, lang) for field in opened.fields)
        yield say(
            "opened",
            category=graph.label(opened.category, lang),
            education=graph.label(opened.education, lang),
            fields=fields,
            strength=f"{opened.by.strength:g}" if opened.by else "1",
        )
    if answer.opened:
        yield say("opened-besides") + "\n"
    if answer.countries:
        yield say("countries", frameworks=", ".join(answer.countries)) + "\n"
    for title, lines in (
        ("caveats", answer.caveats(lang)),
        ("gaps", [_gap(graph, gap, lang) for gap in answer.gaps]),
    ):
        if lines:
            yield style(say(title), "strong")
            yield "".join(f"  – {line}\n" for line in lines)


def _gap(graph: Graph, iri: str, lang: str) -> str:
    from pyoxigraph import NamedNode

    definition = graph.definitions(NamedNode(iri)).get(lang, "")
    return f"{graph.label(iri, lang)}: {definition}"


def _check(graph: Graph, lang: str, output: str | None) -> int:
    from libonto.crosswalk.checks import problems

    found = problems(graph)
    if found:
        emit("\n".join(problem.message(lang) for problem in found), output)
        return 1
    number = sum(len(table.mappings) for table in graph.tables)
    emit(sentence("crosswalk.checked", lang, number=number, tables=len(graph.tables)), output)
    return 0
