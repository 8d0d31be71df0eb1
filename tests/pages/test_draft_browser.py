"""The walk-through of the docs in a real browser: a text is drafted, and its verdict read."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from tests.pages.test_browser import opened

from libonto.cli.frame import run
from libonto.drafting.folder import load
from libonto.drafting.points import Known
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph

pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_a_text_is_drafted_reviewed_and_downloaded(
    browser: Any, server: Any, tmp_path: Path
) -> None:
    page, wrong = opened(browser, server, "/draft", "en")
    page.fill("input[name=slug]", "tour-guide")
    page.fill("input[name=edition]", "order-2-2026")
    page.fill("textarea[name=text]", (EXAMPLES / "tour-guide.kk.txt").read_text("utf-8"))
    page.click("button:has-text('Draft')")
    beside = page.locator(".drafted-clause", has_text="педагогика негіздерін")
    beside.locator("select").first.select_option("pedagogy")
    page.click("button:has-text('Take the answers') >> nth=0")
    assert page.locator("fieldset.point.done legend", has_text="known item").count() == 1
    with page.expect_download() as download:
        page.click("button[name=download] >> nth=0")
    with ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    known = Known(Graph(Catalogue.of()))
    assert load(tmp_path / "tour-guide", known).state.answers["knowledge/KS02/same"] == "pedagogy"
    assert wrong == []


def test_the_last_step_of_the_walk_through_shows_the_verdict(
    browser: Any, serve: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "tour-guide"
    text, answers = EXAMPLES / "tour-guide.kk.txt", EXAMPLES / "tour-guide.answers.txt"
    named = ["--slug", "tour-guide", "--edition", "order-2-2026"]
    assert run(["position", "draft", str(text), *named, "-o", str(folder)]) == 0
    assert run(["position", "review", str(folder), "--answers", str(answers)]) == 0
    server = serve("--port", "0", "--data", str(folder))
    page, wrong = opened(browser, server, "/", "en")
    page.click("a:has-text('Assess one person') >> nth=0")
    profile = (EXAMPLES / "tour-guide.json").read_text("utf-8")
    page.fill("textarea[name=document]", json.dumps(json.loads(profile), ensure_ascii=False))
    page.click("#paste button:has-text('Assess')")
    page.wait_for_selector("#verdict")
    assert re.search(r"Tour guide of the second category: met", page.inner_text("#verdict"))
    said = page.text_content("main")
    assert "экскурсовод қызметіндегі еңбек өтілі 2 жылдан кем емес" in said
    assert "is a draft" not in said
    assert wrong == []
