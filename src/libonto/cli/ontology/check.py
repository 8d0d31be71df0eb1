"""`libonto ontology check`: is the ontology what it should be?"""

from __future__ import annotations

import click

from libonto.cli.answer import Call, answering, format_option, terminal_style
from libonto.graph.catalogue import Catalogue
from libonto.locales import sentence
from libonto.ontology.checks import Check, run_checks

_MOST_FAULTS = 20
"""Faults of one check in the table; `--all` and JSON have every one."""


@click.command("check")
@format_option("table", "json")
@click.option("--all", "every", is_flag=True)
@answering
def command(call: Call, every: bool) -> int:
    """Check the ontology and the shapes: a line for each check, a line for each fault's place."""
    checks = run_checks(Catalogue.of(call.data))
    if call.format == "json":
        call.write_json([_value(check, call.lang) for check in checks])
    else:
        call.emit(_table(checks, call, every))
    return 0 if all(check.passed for check in checks) else 1


def _table(checks: list[Check], call: Call, every: bool) -> str:
    rows: list[list[str]] = []
    for check in checks:
        group = sentence(f"check.group-{check.group}", call.lang)
        status = "✓" if check.passed else f"✗ {len(check.faults)}"
        rows.append([status, group, _title(check, call.lang), check.where])
        faults = check.faults if every else check.faults[:_MOST_FAULTS]
        rows += [["", "", fault.detail, fault.place] for fault in faults]
        if left := len(check.faults) - len(faults):
            rows.append(["", "", sentence("check.more", call.lang, count=left), "…"])
    columns = [sentence(f"check.{key}", call.lang) for key in ("status", "group", "what", "place")]
    failed = sum(not check.passed for check in checks)
    key, style = ("failed", "not-met") if failed else ("passed", "met")
    summary = sentence(f"check.{key}", call.lang, count=len(checks), failed=failed)
    return f"{call.table(columns, rows)}\n{terminal_style(call.output)(summary, style)}\n"


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
