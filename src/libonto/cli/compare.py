"""`libonto compare`: a position beside a framework, with figures."""

from __future__ import annotations

from collections.abc import Iterator

import click

from libonto.cli.answer import Call, answering, format_option
from libonto.crosswalk.chains import Counterpart
from libonto.crosswalk.coverage import (
    Comparison,
    Figure,
    OccupationMatch,
    as_value,
    compare,
    essential_figure,
    figure,
)
from libonto.voice.document import (
    Block,
    Bullets,
    Document,
    Gap,
    Heading,
    Item,
    Paragraph,
    Section,
    bullets,
)
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


def _document(comparison: Comparison, words: Words) -> Document:
    framework = words.label(comparison.framework.iri)
    title = _say(
        words, "compare-title", position=words.label(comparison.position), framework=framework
    )
    return Document(words.lang, title, (Section(title, tuple(_blocks(comparison, words))),))


def _blocks(comparison: Comparison, words: Words) -> Iterator[Block]:
    for key, part in (("duties", comparison.duties), ("knowledge", comparison.knowledge)):
        wording = _say(words, "with-counterpart", figures=_figures(figure(part), words))
        yield Heading(f"{_say(words, key)} · {wording}")
        yield Bullets(
            tuple(
                Item(
                    words.label(covered.item),
                    "✓" if covered.counterparts else "–",
                    "; ".join(_match(found, found.end, words) for found in covered.counterparts),
                    "met" if covered.counterparts else "not-met",
                )
                for covered in part
            )
        )
    if not comparison.occupations:
        yield Gap()
        yield Paragraph(_say(words, "no-occupation"))
    for match in comparison.occupations:
        yield from _occupation(match, words)
    yield Gap()
    yield Paragraph(_say(words, "honesty"))


def _occupation(match: OccupationMatch, words: Words) -> Iterator[Block]:
    found = match.counterpart
    occupation = words.label(found.end)
    yield Heading(
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
    if not match.essential:
        yield Paragraph(_say(words, "unseen", occupation=occupation))
        return
    for key, knowledge in (("essential-skills", False), ("essential-knowledge", True)):
        wanted = [e for e in match.essential if e.is_knowledge is knowledge]
        if not wanted:
            continue
        figures = _figures(essential_figure(match, knowledge=knowledge), words)
        covered = _say(words, "covered", figures=figures)
        yield Heading(f"{_say(words, key, occupation=occupation)} · {covered}", 3)
        items = []
        for essential in sorted(wanted, key=lambda e: not e.covered_by):
            skill = words.label(essential.skill)
            if essential.covered_by:
                by = "; ".join(_match(c, c.start, words) for c in essential.covered_by)
                wording = _say(words, "covered-by", skill=skill, items=by)
                items.append(Item(wording, "✓", status="met"))
            else:
                items.append(Item(f"{skill}: {_say(words, 'lacking')}", "–", status="not-met"))
        yield Bullets(tuple(items))
    yield bullets((words.definition(gap) or words.label(gap) for gap in match.gaps), "?")


def _match(found: Counterpart, iri: str, words: Words) -> str:
    relation = _say(words, found.relation.value)
    return f"{words.label(iri)} ({relation}, {found.strength:g})"


def _figures(found: Figure, words: Words) -> str:
    percent = found.percent
    figures = _say(words, "figures", covered=found.covered, total=found.total, percent=percent)
    related = _say(words, "only-related", number=found.only_related)
    return f"{figures}, {related}" if found.only_related else figures


def _say(words: Words, key: str, **params: object) -> str:
    return words.say(f"crosswalk.{key}", **params)
