"""Runs of batches in a folder of their own, for the tests."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from libonto.batch.model import Order, RunResult
from libonto.batch.progress import Progress
from libonto.batch.run import Run, opened
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry

ON = date(2026, 11, 22)
Batch = Callable[..., tuple[list[str], RunResult]]


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor()


@pytest.fixture
def open_run(assessor: Assessor, tmp_path: Path) -> Callable[..., Run]:
    """A run over files, or over texts by the names that they shall have."""

    def make(given: Any, *, form: str = "csv", resume: bool | None = None, **options: Any) -> Run:
        files = given
        if isinstance(given, dict):
            files = []
            for name, text in given.items():
                path = tmp_path / name
                path.write_bytes(text.encode() if isinstance(text, str) else text)
                files.append(str(path))
        terms = Inquiry(
            options.pop("on", ON), options.pop("position", None), options.pop("asked", None)
        )
        order = Order(
            paths=files,
            output=tmp_path / f"out.{form}",
            form=form,
            inquiry=terms,
            lang=options.pop("lang", "en"),
            audit=True,
            **options,
        )
        return opened(order, assessor, Progress("en", None, bar=False), resume=resume)

    return make


@pytest.fixture
def batch(open_run: Callable[..., Run]) -> Batch:
    """The lines of the output, and the result."""

    def make(given: Any, *, aim: int | None = None, **options: Any) -> tuple[list[str], RunResult]:
        run = open_run(given, **options)
        result = run.complete(aim)
        return run.order.output.read_text("utf-8").splitlines(), result

    return make


def errors(tmp_path: Path) -> list[str]:
    """The list of what is wrong."""
    path = tmp_path / "out.csv.errors.csv"
    return path.read_text("utf-8").splitlines()[1:] if path.exists() else []
