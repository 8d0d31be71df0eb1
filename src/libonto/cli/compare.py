"""`libonto compare`: a position beside a framework, with figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from libonto.cli.answer import Call, answering, format_option
from libonto.crosswalk.chains import Counterpart
from libonto.crosswalk.coverage import (
    Comparison,
    Covered,
    Figure,
    OccupationMatch,
    as_value,
    compare,
)
from libonto.voice import document as doc
from libonto.voice.words import Words


@click.command("compare")
@click.argument("position")
@click.option("--framework", default="esco", show_default=True)
@format_option("text", "json")
@answering
def command(call: Call, position: str, framework: str) -> None:
    """Compare a position with a framework: what is covered, what lacks, with figures."""
    graph = call.graph()
    comparison = compare(graph, position, framework)
    if call.format == "json":
        call.write_json(as_value(comparison, call.lang))
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
                    "; ".join(_match(found, found.end, words) for found in covered.counterparts),
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
    found = match.counterpart
    occupation = words.label(found.end)
    yield doc.Heading(
        _say(
            words,
            "compare-occupation",
            ladder=words.label(found.start),
            occupation=occupation,
            relation=_say(words, found.relation.value),
            strength=f"{found.strength:g}",
            confirmation=_say(words, found.confirmation),
        )
    )
    if not (match.skills or match.knowledge):
        yield doc.Paragraph(_say(words, "unseen", occupation=occupation))
        return
    for key, wanted in (
        ("essential-skills", match.skills),
        ("essential-knowledge", match.knowledge),
    ):
        if not wanted:
            continue
        covered = _say(words, "covered", figures=_figures(wanted, words))
        yield doc.Heading(f"{_say(words, key, occupation=occupation)} · {covered}", 3)
        items = []
        for essential in sorted(wanted, key=lambda e: not e.counterparts):
            skill = words.label(essential.item)
            if essential.counterparts:
                by = "; ".join(_match(c, c.start, words) for c in essential.counterparts)
                wording = _say(words, "covered-by", skill=skill, items=by)
                items.append(doc.Item(wording, "✓", status="met"))
            else:
                items.append(doc.Item(f"{skill}: {_say(words, 'lacking')}", "–", status="not-met"))
        yield doc.Bullets(items)
    yield doc.bullets((words.definition(gap) or words.label(gap) for gap in match.gaps), "?")


def _match(found: Counterpart, iri: str, words: Words) -> str:
    relation = _say(words, found.relation.value)
    return f"{words.label(iri)} ({relation}, {found.strength:g})"


def _figures(items: Sequence[Covered], words: Words) -> str:
    found = Figure.of(items)
    percent = found.percent
    figures = _say(words, "figures", covered=found.covered, total=found.total, percent=percent)
    related = _say(words, "only-related", number=found.only_related)
    return f"{figures}, {related}" if found.only_related else figures


def _say(words: Words, key: str, **params: object) -> str:
    return words.say(f"crosswalk.{key}", **params)
