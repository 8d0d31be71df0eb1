"""`libonto compare`: a position beside a framework, with figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option
from libonto.cli.terminal import terminal_style
from libonto.locales import sentence

if TYPE_CHECKING:
    from libonto.crosswalk.chains import Counterpart
    from libonto.crosswalk.coverage import Comparison, Covered, Figure, OccupationMatch


@click.command("compare")
@click.argument("position", metavar="POSITION")
@click.option("--framework", default="esco", show_default=True, metavar="FRAMEWORK")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
@lang_option
@data_option
@output_option
def command(
    position: str,
    framework: str,
    format_: str,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Compare a position with a framework: what is covered, what lacks, with figures."""
    from libonto.crosswalk.coverage import as_value, compare
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph

    comparison = compare(Graph(Catalogue.of(data)), position, framework)
    if format_ == "json":
        emit(json.dumps(as_value(comparison, lang), ensure_ascii=False, indent=2), output)
    else:
        emit("\n".join(_Page(comparison, lang, output).lines()), output)
    return 0


class _Page:
    """A comparison as a page of text."""

    def __init__(self, comparison: Comparison, lang: str, output: str | None) -> None:
        self.comparison, self.lang = comparison, lang
        self.graph = comparison.crosswalk.graph
        self.style = terminal_style(output)

    def lines(self) -> Iterator[str]:
        from libonto.crosswalk.coverage import figure

        title = self._say(
            "compare-title",
            position=self._label(self.comparison.position),
            framework=self._label(self.comparison.framework.iri),
        )
        yield self.style(title, "strong") + "\n"
        for key, part in (
            ("duties", self.comparison.duties),
            ("knowledge", self.comparison.knowledge),
        ):
            said = self._say("with-counterpart", figures=self._figures(figure(part)))
            yield self.style(self._say(key), "strong") + f" · {said}"
            for covered in part:
                yield from self._covered(covered)
            yield ""
        if not self.comparison.occupations:
            yield self._say("no-occupation") + "\n"
        for match in self.comparison.occupations:
            yield from self._occupation(match)
        yield self._say("honesty")

    def _covered(self, covered: Covered) -> Iterator[str]:
        mark = self.style("✓", "good") if covered.counterparts else self.style("–", "bad")
        yield f"  {mark} {self._label(covered.item)}"
        for found in covered.counterparts:
            yield f"      {self._match(found, found.end)}"

    def _occupation(self, match: OccupationMatch) -> Iterator[str]:
        from libonto.crosswalk.coverage import essential_figure

        found = match.counterpart
        occupation = self._label(found.end)
        yield self._say(
            "compare-occupation",
            ladder=self._label(found.start),
            occupation=self.style(occupation, "strong"),
            relation=self._say(found.relation.value),
            strength=f"{found.strength:g}",
            confirmation=self._say(found.confirmation),
        )
        if not match.essential:
            yield "  " + self._say("unseen", occupation=occupation) + "\n"
            return
        for key, knowledge in (("essential-skills", False), ("essential-knowledge", True)):
            wanted = [e for e in match.essential if e.is_knowledge is knowledge]
            if not wanted:
                continue
            figures = self._figures(essential_figure(match, knowledge=knowledge))
            yield f"  {self._say(key, occupation=occupation)} · " + self._say(
                "covered", figures=figures
            )
            for essential in sorted(wanted, key=lambda e: not e.covered_by):
                if essential.covered_by:
                    items = "; ".join(self._match(c, c.start) for c in essential.covered_by)
                    said = self._say("covered-by", skill=self._label(essential.skill), items=items)
                    yield f"    {self.style('✓', 'good')} {said}"
                else:
                    lacking = f"{self._label(essential.skill)}: {self._say('lacking')}"
                    yield f"    {self.style('–', 'bad')} {lacking}"
        for gap in match.gaps:
            yield f"    {self.style('?', 'faint')} {self._definition(gap)}"
        yield ""

    def _match(self, found: Counterpart, iri: str) -> str:
        relation = self._say(found.relation.value)
        return f"{self._label(iri)} ({relation}, {found.strength:g})"

    def _figures(self, found: Figure) -> str:
        said = self._say("figures", covered=found.covered, total=found.total, percent=found.percent)
        if not found.only_related:
            return said
        return said + ", " + self._say("only-related", number=found.only_related)

    def _definition(self, iri: str) -> str:
        from pyoxigraph import NamedNode

        said = self.graph.translations(NamedNode(iri), "skos:definition")
        return said.get(self.lang) or self._label(iri)

    def _label(self, iri: str) -> str:
        return self.graph.label(iri, self.lang)

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"crosswalk.{key}", self.lang, **params)
