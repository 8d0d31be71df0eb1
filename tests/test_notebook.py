"""Results show themselves in a notebook, go to pandas in one call; the example notebook runs."""

import html
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import libonto

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
ON = date(2026, 11, 22)


def test_an_answer_shows_itself_in_a_frame_of_its_own() -> None:
    found = libonto.assess(EXAMPLES / "librarian.ttl", on=ON)
    shown = found._repr_html_()
    assert shown.startswith('<iframe srcdoc="') and shown.count('"') == 8  # nothing breaks out
    assert "<h1" in html.unescape(shown)
    assert found.objects("en") == [libonto.as_object(found[0], lang="en")]


def test_verdicts_are_a_table_with_a_row_for_each_category() -> None:
    found = libonto.assess(EXAMPLES / "people.csv", on=ON)
    frame = found.frame("en")
    assert len(frame) == sum(len(one.categories) for one in found)
    first = found[0].categories[0]
    assert dict(frame.iloc[0])["status"] == str(first.status)
    assert set(frame["status"]) <= {"met", "not-met", "not-shown"}


def test_a_saved_query_is_a_table() -> None:
    rows = libonto.table("experience-thresholds", lang="en")
    assert {"3", "4"} <= set(rows.astype(str).to_numpy().ravel())
    with pytest.raises(libonto.LibontoError):
        libonto.table("no-such-query")


def test_the_example_notebook_runs() -> None:
    notebook = nbformat.read(EXAMPLES / "libonto.ipynb", as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(EXAMPLES)}})
    done = client.execute()
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("text/html" in output.get("data", {}) for output in outputs)
