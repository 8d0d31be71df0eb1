"""`libonto crosswalk` and `libonto compare`: a concept, or a position, beside other frameworks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import click

from libonto.cli.answer import Call, answering, format_option, terminal_style
from libonto.crosswalk import coverage
from libonto.crosswalk.answer import Correspondences, correspondences, rendered, way
from libonto.crosswalk.chains import Counterpart
from libonto.crosswalk.checks import problems
from libonto.crosswalk.coverage import Comparison, Covered, Figure, OccupationMatch
from libonto.graph.store import Graph
from libonto.locales import sentence
from libonto.verdict.inquiry import parse_day
from libonto.voice import document as doc
from libonto.voice.words import Words


@click.command("crosswalk")
@click.option("--from", "start")
@click.option("--to", multiple=True)
@click.option("--awarded")
@format_option("table", "json", "csv", "sssom", "turtle")
@click.option("--check", is_flag=True)
@answering
def crosswalk(
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
        call.emit("\n".join(_lines(answer, call)))
    else:
        call.emit(rendered(answer, call.format, call.lang))
    return 0


def _lines(answer: Correspondences, call: Call) -> Iterator[str]:
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
            "from": [named(c.start) for c in answer.counterparts],
            "counterpart": [named(c.end) for c in answer.counterparts],
            "framework": [frameworks.of(c.end) for c in answer.counterparts],
            "relation": [say(c.relation.value) for c in answer.counterparts],
            "strength": [f"{c.strength:g}, {say(c.confirmation)}" for c in answer.counterparts],
            "path": [
                say("stated") if c.is_stated else way(c, answer.crosswalk, call.lang)
                for c in answer.counterparts
            ],
        }
        if len({c.start for c in answer.counterparts}) == 1:
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
    if messages := [problem.message(call.lang) for problem in problems(graph)]:
        call.emit("\n".join(messages))
        return 1
    number = sum(len(table.mappings) for table in graph.tables)
    call.emit(sentence("crosswalk.checked", call.lang, number=number, tables=len(graph.tables)))
    return 0


@click.command("compare")
@click.argument("position")
@click.option("--framework", default="esco", show_default=True)
@format_option("text", "json")
@answering
def compare(call: Call, position: str, framework: str) -> None:
    """Compare a position with a framework: what is covered, what lacks, with figures."""
    graph = call.graph()
    comparison = coverage.compare(graph, position, framework)
    if call.format == "json":
        call.write_json(coverage.as_value(comparison, call.lang))
    else:
        call.write(_document(comparison, Words(graph, call.lang)))


def _document(comparison: Comparison, words: Words) -> doc.AnswerDocument:
    framework = words.label(comparison.framework.iri)
    title = _say(
        words, "compare-title", position=words.label(comparison.position), framework=framework
    )
    return doc.AnswerDocument(
        words.lang, title, [doc.Section(title, list(_blocks(comparison, words)))]
    )


def _blocks(comparison: Comparison, words: Words) -> Iterator[doc.Block]:
    for key, part in (("duties", comparison.duties), ("knowledge", comparison.knowledge)):
        wording = _say(words, "with-counterpart", figures=_figures(part, words))
        yield doc.Heading(f"{_say(words, key)} · {wording}")
        yield doc.Bullets(
            [
                doc.Item(
                    words.label(covered.item),
                    "✓" if covered.counterparts else "–",
                    "; ".join(_match(c, c.end, words) for c in covered.counterparts),
                    "met" if covered.counterparts else "not-met",
                )
                for covered in part
            ]
        )
    if not comparison.occupations:
        yield doc.Gap()
        yield doc.Paragraph(_say(words, "no-occupation"))
    for match in comparison.occupations:
        yield from _occupation(match, words)
    yield doc.Gap()
    yield doc.Paragraph(_say(words, "honesty"))


def _occupation(match: OccupationMatch, words: Words) -> Iterator[doc.Block]:
    counterpart = match.counterpart
    occupation = words.label(counterpart.end)
    yield doc.Heading(
        _say(
            words,
            "compare-occupation",
            ladder=words.label(counterpart.start),
            occupation=occupation,
            relation=_say(words, counterpart.relation.value),
            strength=f"{counterpart.strength:g}",
            confirmation=_say(words, counterpart.confirmation),
        )
    )
    if not (match.skills or match.knowledge):
        yield doc.Paragraph(_say(words, "unseen", occupation=occupation))
        return
    for key, part in (
        ("essential-skills", match.skills),
        ("essential-knowledge", match.knowledge),
    ):
        if not part:
            continue
        covered = _say(words, "covered", figures=_figures(part, words))
        yield doc.Heading(f"{_say(words, key, occupation=occupation)} · {covered}", 3)
        items = []
        for essential in sorted(part, key=lambda e: not e.counterparts):
            skill = words.label(essential.item)
            if essential.counterparts:
                by = "; ".join(_match(c, c.start, words) for c in essential.counterparts)
                wording = _say(words, "covered-by", skill=skill, items=by)
                items.append(doc.Item(wording, "✓", status="met"))
            else:
                items.append(doc.Item(f"{skill}: {_say(words, 'lacking')}", "–", status="not-met"))
        yield doc.Bullets(items)
    yield doc.bullets((words.definition(gap) or words.label(gap) for gap in match.gaps), "?")


def _match(counterpart: Counterpart, iri: str, words: Words) -> str:
    relation = _say(words, counterpart.relation.value)
    return f"{words.label(iri)} ({relation}, {counterpart.strength:g})"


def _figures(items: Sequence[Covered], words: Words) -> str:
    figure = Figure.of(items)
    counts = {"covered": figure.covered, "total": figure.total, "percent": figure.percent}
    figures = _say(words, "figures", **counts)
    related = _say(words, "only-related", number=figure.only_related)
    return f"{figures}, {related}" if figure.only_related else figures


def _say(words: Words, key: str, **params: object) -> str:
    return words.say(f"crosswalk.{key}", **params)
