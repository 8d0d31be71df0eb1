"""What a form of output makes of one candidate, and of all of them."""

from __future__ import annotations

from typing import Protocol

from libonto.batch.judge import BatchJudge
from libonto.batch.output.rows import Rows
from libonto.profile.brief import Brief
from libonto.verdict.outlines import Verdict


class Form(Protocol):
    """Writes candidates, one after the other."""

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The bytes of one candidate; `place` is that of the category asked for."""


def form(name: str, judge: BatchJudge, lang: str) -> Form:
    """The form of output called so."""
    if name in {"csv", "parquet"}:
        return Rows(judge)
    if name == "jsonl":
        from libonto.batch.output.lean import LeanObjects

        return LeanObjects(judge)
    if name == "full":
        from libonto.batch.output.full import Objects

        return Objects(judge, lang)
    if name == "xlsx":
        from libonto.batch.output.cells import Cells

        return Cells(judge, lang)
    from libonto.batch.output.full import Reports

    return Reports(judge, name)
