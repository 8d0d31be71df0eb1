"""“Build with it”: examples that run, the vocabulary in three languages, and the downloads."""

import io
import json
import re
import subprocess
from contextlib import redirect_stdout
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from tests.own_graph import graph
from tests.pages.test_browser import opened
from tests.pages.test_languages import foreign

from libonto.graph.terms import NS
from libonto.locales import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = {
    "assess": ("application/json", '"highest"'),
    "query": ("text/csv", "reading,reading_label"),
    "sparql": ("text/csv", "level,years"),
    "linked": ("text/turtle", "@prefix"),
    "positions": ("application/json", '"categories"'),
    "crosswalk": ("application/json", '"correspondences"'),
}
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_run_and_its_answer_is_shown(server: Any, name: str, lang: str) -> None:
    text = server.http.get(f"/build?run={name}&lang={lang}").text
    kind, part = EXAMPLES[name]
    ran = unescape(text.partition('class="ran"')[2].partition("</div>")[0])
    assert re.search(rf"200, {re.escape(kind)},", ran)
    assert part in ran
    assert 'class="ran"' not in server.http.get(f"/build?lang={lang}").text


@pytest.mark.processes
def test_the_commands_do_what_the_page_shows(server: Any) -> None:
    text = server.http.get("/build?lang=ru").text
    commands = [
        unescape(c) for c in re.findall(r"<code translate=\"no\">(curl .*?)</code>", text, re.S)
    ]
    assert len(commands) == len(EXAMPLES)
    for command, (kind, part) in zip(commands, EXAMPLES.values(), strict=True):
        line = command.replace("curl ", "curl -s -w '\\n%{content_type}' ", 1)
        run = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
        found = run.stdout
        content, _, media = found.rpartition("\n")
        assert media.startswith(kind)
        assert part in content


def test_the_python_example_runs(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = server.http.get("/build?lang=en").text
    (code,) = re.findall(r"<code translate=\"no\">(import libonto.*?)</code>", text, re.S)
    code = unescape(code).replace("profile.ttl", str(ROOT / "examples" / "librarian.ttl"))
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(code, "example", "exec"), {})
    assert "higher" in out.getvalue()


def test_an_example_that_there_is_not_is_not_run(server: Any) -> None:
    assert 'class="ran"' not in server.http.get("/build?run=../metrics").text


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("stem", ["/download/libonto", "/download/shapes", "/ns"])
def test_a_download_is_what_it_says(server: Any, stem: str, suffix: str) -> None:
    response = server.http.get(f"{stem}.{suffix}")
    assert response.status_code == 200
    subjects = {quad.subject for quad in parse(response.content, format=FORMATS[suffix])}
    wanted = {
        "/download/libonto": "https://w3id.org/libonto/id/position/librarian",
        "/download/shapes": "https://w3id.org/libonto/id/shape/librarian/experience-3-years",
        "/ns": NS + "Candidate",
    }[stem]
    assert NamedNode(wanted) in subjects
    if stem.startswith("/download"):
        assert (
            f'filename="{stem.rpartition("/")[2]}.{suffix}"'
            in (response.headers["content-disposition"])
        )
        again = server.http.get(
            f"{stem}.{suffix}", headers={"If-None-Match": response.headers["etag"]}
        )
        assert again.status_code == 304


def test_the_context_is_the_one_that_is_implied(server: Any) -> None:
    found = server.http.get("/download/context.jsonld").json()
    assert found == json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))


@pytest.mark.parametrize("name", ["libonto.exe", "other.ttl", "context.ttl", "..%2Fpyproject.toml"])
def test_nothing_else_is_handed_out(server: Any, name: str) -> None:
    assert server.http.get(f"/download/{name}").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_vocabulary_is_told_in_full(server: Any, lang: str) -> None:
    text = unescape(server.http.get(f"/ns.html?lang={lang}").text)
    terms = [iri for iri in graph().defined if iri.startswith(NS)]
    assert len(terms) > 100
    for iri in terms:
        assert f'id="{iri.removeprefix(NS)}"' in text
        for definition in graph().translations(NamedNode(iri), "skos:definition").values():
            assert definition in text
    assert [w for w in foreign(text, lang) if w not in {"met", "not", "shown", "ISO"}] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_description_of_the_api_says_that_it_is_english(server: Any, lang: str) -> None:
    text = server.http.get(f"/docs?lang={lang}").text
    assert f'<p lang="{lang}"' in text
    assert f'href="/build?lang={lang}"' in text
    assert '<html lang="en">' in text


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/docs", "/ns.html#Candidate", "/build?run=assess"])
def test_reference_pages_work_in_a_browser(browser: Any, server: Any, path: str) -> None:
    path = path.partition("#")[0]
    page, wrong = opened(browser, server, path, "kk", viewport={"width": 375, "height": 800})
    assert wrong == []
    if path != "/docs":
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
