"""`libonto crosswalk`: what corresponds to a concept in other frameworks, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import click

from libonto.cli.answer import Call, answering, format_option, terminal_style
from libonto.crosswalk.answer import Correspondences, correspondences, rendered, way
from libonto.crosswalk.checks import problems
from libonto.graph.store import Graph
from libonto.locales import sentence
from libonto.verdict.inquiry import parse_day


@click.command("crosswalk")
@click.option("--from", "start")
@click.option("--to", multiple=True)
@click.option("--awarded")
@format_option("table", "json", "csv", "sssom", "turtle")
@click.option("--check", is_flag=True)
@answering
def command(
    call: Call, start: str | None, to: Sequence[str], awarded: str | None, check: bool
) -> int:
    """Show what corresponds to a concept, along mappings and chains of them.

    Without --from, the mappings that the tables state.
    """
    graph = call.graph()
    if check:
        return _check(graph, call)
    day = parse_day(awarded) if awarded is not None else None
    answer = correspondences(graph, start=start, to=",".join(to) or None, awarded=day)
    if call.format == "table":
        call.emit("\n".join(_page(answer, call)))
    else:
        call.emit(rendered(answer, call.format, call.lang))
    return 0


def _page(answer: Correspondences, call: Call) -> Iterator[str]:
    graph, frameworks = answer.crosswalk.graph, answer.crosswalk.frameworks
    style, label = terminal_style(call.output), partial(graph.label, lang=call.lang)

    def say(key: str, **params: object) -> str:
        return sentence(f"crosswalk.{key}", call.lang, **params)

    def defined(iri: str) -> str:
        return graph.definitions(iri).get(call.lang, "")

    def named(iri: str) -> str:
        code = frameworks.code(iri) or ""
        is_telling = frameworks.of(iri) in frameworks.all and code not in label(iri)
        return f"{code} {label(iri)}" if is_telling and any(map(str.isdigit, code)) else label(iri)

    if answer.start is not None:
        yield style(label(answer.start), "strong") + f" · {answer.start}\n"
        if answer.counterparts and answer.of_others:
            yield say("none-of-own", label=label(answer.start)) + "\n"
    if answer.counterparts:
        cells = {
            "from": [named(found.start) for found in answer.counterparts],
            "counterpart": [named(found.end) for found in answer.counterparts],
            "framework": [frameworks.of(found.end) for found in answer.counterparts],
            "relation": [say(found.relation.value) for found in answer.counterparts],
            "strength": [f"{f.strength:g}, {say(f.confirmation)}" for f in answer.counterparts],
            "path": [
                say("stated") if found.is_stated else way(found, answer.crosswalk, call.lang)
                for found in answer.counterparts
            ],
        }
        if len({found.start for found in answer.counterparts}) == 1:
            del cells["from"]
        yield call.table([say(key) for key in cells], list(zip(*cells.values(), strict=True)))
        yield say("count", number=len(answer.counterparts)) + "\n"
    else:
        yield say("none") + "\n"
    for opened in answer.categories:
        yield say(
            "opened",
            category=label(opened.category),
            education=label(opened.education),
            fields=", ".join(map(label, opened.fields)),
            strength=f"{opened.by.strength:g}" if opened.by else "1",
        )
    if answer.categories:
        yield say("opened-besides") + "\n"
    if answer.countries:
        yield say("countries", frameworks=", ".join(answer.countries)) + "\n"
    for title, lines in (
        ("caveats", answer.caveats(call.lang)),
        (
            "gaps",
            [f"{label(gap)}: {graph.definitions(gap).get(call.lang, '')}" for gap in answer.gaps],
        ),
    ):
        if lines:
            yield style(say(title), "strong")
            yield "".join(f"  – {line}\n" for line in lines)


def _check(graph: Graph, call: Call) -> int:
    found = problems(graph)
    if found:
        call.emit("\n".join(problem.message(call.lang) for problem in found))
        return 1
    number = sum(len(table.mappings) for table in graph.tables)
    call.emit(sentence("crosswalk.checked", call.lang, number=number, tables=len(graph.tables)))
    return 0
