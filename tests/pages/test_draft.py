"""“Draft a position”: the text in its clauses, the points beside them, the folder as a file."""

import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from libonto.drafting.folder import load
from libonto.drafting.points import Known
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.locales import LANGUAGES, sentence

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "examples/tour-guide.kk.txt").read_text("utf-8")
FORM = {"slug": "tour-guide", "edition": "order-2-2026", "text": TEXT.replace("\n", "\r\n")}


def sent(server: Any, lang: str = "en", **more: str) -> Any:
    return server.http.post(f"/draft?lang={lang}", data={**FORM, **more})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_is_shown_clause_by_clause_with_its_points_beside_it(
    server: Any, lang: str
) -> None:
    page = sent(server, lang)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    shown = unescape(page.text)
    clause = re.search(
        r'<div class="drafted-clause knowledge-subject">.*?мұражай тарихын.*?</div>',
        shown,
        re.DOTALL,
    )
    assert clause and "answer:knowledge/KS01/same" in clause[0]
    labels = set(re.findall(r"<label><span>(.*?)</span>", shown))
    assert {sentence(f"draft.answer-{name}", lang) for name in (*LANGUAGES, "same")} < labels
    assert not {*LANGUAGES, "same"} & labels
    for line in TEXT.split("\n"):
        assert all(word in shown for word in line.split())


def test_answers_come_back_and_settle_points(server: Any) -> None:
    before = re.search(r"(\d+) points? (?:is|are) still open", sent(server).text)
    page = sent(server, **{"answer:knowledge/KS02/same": "pedagogy"}).text
    after = re.search(r"(\d+) points? (?:is|are) still open", page)
    assert before and after and int(after[1]) == int(before[1]) - 1
    assert re.search(r"<option selected>pedagogy</option>", page)


def test_the_folder_is_a_file_that_the_command_goes_on_with(server: Any, tmp_path: Path) -> None:
    answer = sent(server, download="zip", **{"answer:knowledge/KS02/same": "pedagogy"})
    assert answer.headers["Content-Type"] == "application/zip"
    ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    folder = tmp_path / "tour-guide"
    position = load(folder, Known(Graph(Catalogue.of([folder]))))
    assert position.state.answers == {"knowledge/KS02/same": "pedagogy"}
    assert position.state.text == TEXT
    state = json.loads((folder / "draft.json").read_text("utf-8"))
    assert all((folder / name).is_file() for name in state["files"])


@pytest.mark.parametrize(
    "wrong", [{"slug": "No slug"}, {"slug": "../../etc"}, {"text": "а" * 100_001}]
)
def test_what_is_wrong_is_told_and_the_text_stays(server: Any, wrong: dict[str, str]) -> None:
    page = sent(server, **wrong)
    assert page.status_code in (400, 422)
    assert 'role="alert"' in page.text
    assert wrong.get("text", "Келушілерге")[:1000] in page.text


def test_nothing_that_is_sent_gets_out_of_its_place(server: Any) -> None:
    page = sent(server, text='Білуге міндетті: "><script>alert(1)</script>.').text
    assert "<script>alert" not in page
