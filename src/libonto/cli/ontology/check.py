"""`libonto ontology check`: is the ontology what it should be?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option
from libonto.cli.terminal import terminal_style, terminal_width
from libonto.locales import sentence

if TYPE_CHECKING:
    from libonto.graph.table import Style
    from libonto.ontology.checks import Check

_SHOWN = 20
"""Faults of one check in the table; `--all` and JSON have every one."""


@click.command("check")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
)
@click.option("--all", "every", is_flag=True, help=f"Show every place, not the first {_SHOWN}.")
@lang_option
@data_option
@output_option
def command(format_: str, every: bool, lang: str, data: Sequence[str], output: str | None) -> int:
    """Check the ontology and the shapes: a line for each check, a line for each fault's place.

    House style, rows that must be empty, the source text, SHACL's own shapes, OWL 2 DL (with
    xsd:date as the one exception), and the pitfalls that OOPS! and FOOPS! name critical or
    important. Exit status: 0 all is well, 1 something is not, 2 the data cannot be read.
    """
    from libonto.graph.catalogue import Catalogue
    from libonto.ontology.checks import run_checks

    found = run_checks(Catalogue.of(data))
    if format_ == "json":
        emit(json.dumps([_value(c, lang) for c in found], ensure_ascii=False, indent=2), output)
    else:
        style = terminal_style(output)
        emit(_table(found, lang, every, terminal_width(), style), output)
    return 0 if all(check.passed for check in found) else 1


def _table(found: Sequence[Check], lang: str, every: bool, width: int, style: Style) -> str:
    from libonto.graph.table import table

    rows: list[list[str]] = []
    for check in found:
        group = sentence(f"check.group-{check.group}", lang)
        status = "✓" if check.passed else f"✗ {len(check.faults)}"
        rows.append([status, group, _title(check, lang), check.where])
        shown = check.faults if every else check.faults[:_SHOWN]
        for fault in shown:
            rows.append(["", "", fault.detail, fault.place])
        if len(shown) < len(check.faults):
            more = sentence("check.more", lang, count=len(check.faults) - len(shown))
            rows.append(["", "", more, "…"])
    columns = [sentence(f"check.{key}", lang) for key in ("status", "group", "what", "place")]
    text = table(columns, rows, width=width, style=style)
    failed = sum(not check.passed for check in found)
    key = "check.failed" if failed else "check.passed"
    summary = sentence(key, lang, count=len(found), failed=failed)
    return text + "\n" + style(summary, "bad" if failed else "good") + "\n"


def _title(check: Check, lang: str) -> str:
    if check.query is not None:
        return f"{check.name}: {check.query.summary(lang)}"
    return f"{check.name}: {sentence(f'check.is-{check.name}', lang)}"


def _value(check: Check, lang: str) -> dict[str, object]:
    return {
        "check": check.name,
        "group": check.group,
        "title": _title(check, lang).partition(": ")[2],
        "where": check.where,
        "passed": check.passed,
        "faults": [{"place": f.place, "detail": f.detail} for f in check.faults],
    }
