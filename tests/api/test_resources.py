"""Linked data, positions, saved queries, correspondences, health: what can be looked up."""

import json
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

ROOT = Path(__file__).resolve().parents[2]
ID = "https://w3id.org/libonto/id/"
NS = "https://w3id.org/libonto/ns#"
TWINS = {
    "text/turtle": ("ttl", RdfFormat.TURTLE),
    "application/ld+json": ("jsonld", RdfFormat.JSON_LD),
    "application/rdf+xml": ("rdf", RdfFormat.RDF_XML),
    "application/n-triples": ("nt", RdfFormat.N_TRIPLES),
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "path", ["/id/position/librarian", "/id/clause/order-338/librarian/D01.1", "/ns"]
)
@pytest.mark.parametrize("accept", [*TWINS, "text/html", BROWSER])
def test_a_resource_leads_to_the_document_that_suits(server: Any, path: str, accept: str) -> None:
    suffix = TWINS[accept][0] if accept in TWINS else "html"
    answer = server.http.get(path, headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{path}.{suffix}"
    assert "Accept" in answer.headers["Vary"]
    found = server.http.get(answer.headers["Location"])
    assert found.status_code == 200
    kind = accept if accept in TWINS else "text/html"
    assert found.headers["Content-Type"].partition(";")[0] == kind


@pytest.mark.parametrize("kind", TWINS)
def test_a_document_describes_its_resource(server: Any, kind: str) -> None:
    suffix, form = TWINS[kind]
    answer = server.http.get(f"/id/position/librarian.{suffix}")
    triples = {quad.triple for quad in parse(answer.content, format=form)}
    about = {t for t in triples if t.subject == NamedNode(f"{ID}position/librarian")}
    labels = {t.object.language for t in about if t.predicate.value.endswith("#prefLabel")}
    assert labels == {"kk", "ru", "en"}
    duties = {t.object for t in about if t.predicate.value == f"{NS}hasDuty"}
    assert duties
    assert duties <= {t.subject for t in triples}  # each with its label


def test_the_twins_are_named_and_hold_the_same(server: Any) -> None:
    answer = server.http.get("/id/position/librarian.ttl")
    twins = dict(re.findall(r'<(\S+)>; rel="alternate"; type="([^"]+)"', answer.headers["Link"]))
    assert set(twins.values()) == {*TWINS, "text/html"}
    counts = set()
    for address, kind in twins.items():
        found = server.http.get(address)
        assert found.headers["Content-Type"].partition(";")[0] == kind
        if kind in TWINS:
            counts.add(len({str(q) for q in parse(found.content, format=TWINS[kind][1])}))
    assert len(counts) == 1


def test_labels_come_in_the_language_asked_for(server: Any) -> None:
    answer = server.http.get("/id/position/librarian.nt", params={"lang": "ru"})
    quads = list(parse(answer.content, format=RdfFormat.N_TRIPLES))
    tags = {q.object.language for q in quads if isinstance(q.object, Literal)} - {None}
    assert tags == {"ru"}
    page = server.http.get("/id/position/librarian.html", headers={"Accept-Language": "ru"})
    assert "Библиотекарь" in page.text
    assert page.headers["Content-Language"] == "ru"


def test_the_vocabulary_has_its_terms_and_its_header(server: Any) -> None:
    answer = server.http.get("/ns.ttl")
    subjects = {
        q.subject.value
        for q in parse(answer.content, format=RdfFormat.TURTLE)
        if isinstance(q.subject, NamedNode)
    }
    assert {f"{NS}Candidate", f"{NS}hasCredential", "https://w3id.org/libonto/ns"} <= subjects


@pytest.mark.parametrize(
    "path",
    [
        "/id/position/nobody",
        "/id/",
        "/id/position/librarian.xlsx",
        "/ns.csv",
        "/nowhere",
        "/api/positions/pilot",
        "/api/queries/none",
        "/docs/../../etc/passwd",
        "/docs/passwd",
    ],
)
def test_what_is_not_there_is_404(server: Any, path: str) -> None:
    answer = server.http.get(path, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert "nothing at" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/positions", "/ns.ttl", "/healthz", "/", "/nowhere"])
def test_head_answers_as_get_does_without_content(server: Any, path: str) -> None:
    wanted, answer = server.http.get(path), server.http.head(path)
    assert answer.status_code == wanted.status_code
    assert answer.headers["Content-Type"] == wanted.headers["Content-Type"]
    assert answer.content == b""


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/positions", "GET, HEAD"),
        ("/api/batch", "POST"),
        ("/check", "GET, HEAD, POST"),
        ("/ask", "GET, HEAD, POST"),
    ],
)
def test_another_method_is_told_which_are_allowed(server: Any, path: str, allowed: str) -> None:
    answer = server.http.request("PUT", path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


def test_a_document_is_tagged_and_not_sent_again(server: Any) -> None:
    for path in (
        "/id/position/librarian.ttl",
        "/api/positions",
        "/api/queries/readings",
        "/.well-known/void",
        "/api/crosswalk",
    ):
        first = server.http.get(path)
        assert first.status_code == 200, first.text
        again = server.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = server.http.head(path)
        assert (head.content, head.headers["ETag"]) == (b"", first.headers["ETag"])


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_position_is_whole(server: Any, lang: str) -> None:
    (summary,) = server.http.get("/api/positions", params={"lang": lang}).json()
    found = server.http.get(summary["href"], params={"lang": lang}).json()
    slugs = [category["slug"] for category in found["categories"]]
    assert slugs == [category["slug"] for category in summary["categories"]]
    assert slugs[0] == "higher-none"
    assert slugs[-1] == "middle-highest"
    counts = {key: len(found[key]) for key in ("categories", "duties", "knowledge", "requirements")}
    assert counts == {"categories": 8, "duties": 9, "knowledge": 19, "requirements": 25}
    by_slug = {category["slug"]: category for category in found["categories"]}
    assert by_slug["higher-first"]["inherits"] == "higher-second"
    known = {requirement["iri"] for requirement in found["requirements"]}
    for category in found["categories"]:
        assert set(category["requirements"]) <= known
    text = (ROOT / "ontology/source/order-338/librarian.kk.txt").read_text(encoding="utf-8")
    for item in (*found["duties"], *found["knowledge"], *found["requirements"]):
        assert item["label"]
        assert item["clauses"]
        for clause in item["clauses"]:
            assert text[clause["start"] : clause["end"]] == clause["quote"]


def test_every_saved_query_can_be_asked(server: Any) -> None:
    queries = server.http.get("/api/queries", params={"lang": "en"}).json()
    assert len(queries) >= 15
    needed = {"string": "library", "date": "2026-11-22", "education": "higher"}
    for query in queries:
        assert query["summary"]
        params = {p["name"]: needed[p["type"]] for p in query["parameters"] if p["required"]}
        answer = server.http.get(query["href"], params={**params, "lang": "ru"})
        assert answer.status_code == 200, (query["name"], answer.text)
        graph = query["form"] == "CONSTRUCT"
        kind = "text/turtle" if graph else "application/sparql-results+json"
        assert answer.headers["Content-Type"].partition(";")[0] == kind


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "text"),
        ({"text": "x", "tekst": "y"}, "tekst"),
        ({"text": "x", "format": "pdf"}, "pdf"),
        ({"text": ["x", "y"]}, "text"),
    ],
)
def test_a_wrong_parameter_of_a_saved_query_is_400(
    server: Any, params: dict[str, Any], said: str
) -> None:
    answer = server.http.get("/api/queries/label-search", params={"lang": "en", **params})
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_of_a_saved_query_s_own_reading_the_last_value_counts(server: Any) -> None:
    # To assess, `reading` may be repeated, so that the check for repeated parameters lets it pass.
    address, known = "/api/queries/reading-effects", "truncated-alternative"
    params = {"reading": ["college-service", known], "lang": "en"}
    alone = server.http.get(address, params={**params, "reading": known})
    answer = server.http.get(address, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json() == alone.json()
    wrong = server.http.get(address, params={**params, "reading": [known, "x"]})
    assert wrong.status_code == 400
    assert "“x”" in wrong.json()["detail"]


def test_a_value_never_becomes_part_of_the_query(server: Any) -> None:
    text = "') } SELECT * { ?s ?p ?o } #"
    answer = server.http.get("/api/queries/label-search", params={"text": text})
    assert answer.json()["results"]["bindings"] == []


def test_correspondences(server: Any) -> None:
    params = {"from": "eqf/6", "to": "kz-nqf", "lang": "en"}
    found = server.http.get("/api/crosswalk", params=params)
    assert found.status_code == 200
    assert "kz-nqf" in found.text
    for kind in ("text/csv", "text/turtle", "text/tab-separated-values"):
        answer = server.http.get("/api/crosswalk", params=params, headers={"Accept": kind})
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    wrong = server.http.get("/api/crosswalk", params={"from": "eqf/99", "lang": "en"})
    assert wrong.status_code == 400


@pytest.mark.parametrize(("awarded", "found"), [("2018-12-31", 0), ("2019-01-01", 1), ("", 1)])
def test_the_chain_is_that_of_the_document_s_day(server: Any, awarded: str, found: int) -> None:
    params = {"from": "fr-cncp/6", "to": "eqf", "awarded": awarded}
    answer = server.http.get("/api/crosswalk", params=params).json()
    assert len(answer["correspondences"]) == found
    wrong = server.http.get("/api/crosswalk?from=eqf/6&awarded=2019-02-30&lang=en")
    assert wrong.status_code == 400
    assert "2019-02-30" in wrong.json()["detail"]


def test_health_and_metrics(server: Any) -> None:
    health = server.http.get("/healthz")
    assert (health.status_code, health.json()["status"]) == (200, "ready")
    assert health.json()["lanes"]["workers"] >= 2
    server.ask("ASK {}")
    server.ask("nonsense")
    text = server.http.get("/metrics").text
    for line in (
        r'libonto_requests_total\{method="POST",route="/sparql",status="200"\} [1-9]',
        r'libonto_requests_total\{method="POST",route="/sparql",status="400"\} [1-9]',
        r'libonto_jobs_total\{lane="fast",outcome="done"\} [1-9]',
        r'libonto_now\{what="workers"\} [1-9]',
    ):
        assert re.search(line, text), line


def test_the_api_is_documented_from_our_own_server(server: Any) -> None:
    assert server.http.get("/docs?lang=xx").status_code == 400
    page = server.http.get("/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"(src|href)=.(https?:)?//", page.text)
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert server.http.get(address).status_code == 200, address


# Reload.

POSITION = f"<{ID}position/librarian>"


def test_a_reload_swaps_to_the_new_graph_whole_or_keeps_the_old(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "more.ttl"
    file.write_text("<urn:x:a> <urn:x:b> 1 .", encoding="utf-8")
    server = serve("--load", str(file))
    query = "SELECT ?o { <urn:x:a> <urn:x:b> ?o }"

    def value() -> list[str]:
        return [b["o"]["value"] for b in server.ask(query).json()["results"]["bindings"]]

    def reload() -> dict[str, Any]:
        place = len(server.log)
        server.process.send_signal(signal.SIGHUP)
        limit = {"reloaded", "reload-failed"}
        while not (found := [x for x in server.log[place:] if x["event"] in limit]):
            assert server.ask("ASK {}").status_code == 200  # it goes on answering
        return dict(found[0])

    try:
        assert value() == ["1"]
        tag = server.http.get("/sparql", params={"query": query}).headers["ETag"]
        workers = server.descendants()
        file.write_text("<urn:x:a> <urn:x:b> 2 .", encoding="utf-8")
        assert reload()["event"] == "reloaded"
        assert value() == ["2"]
        answer = server.http.get("/sparql", params={"query": query}, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.headers["ETag"] != tag) == (200, True)
        file.write_text("<urn:x:a> <urn:x:b> 3 . nonsense", encoding="utf-8")
        failed = reload()
        assert failed["event"] == "reload-failed"
        assert "more.ttl" in failed["reason"]
        assert value() == ["2"]
        assert not set(workers) & set(server.descendants())
    finally:
        assert server.stop() == 0


def test_a_reload_finds_what_came_and_went_in_a_folder(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.ttl").write_text("<urn:x:a> <urn:x:file> 1 .", encoding="utf-8")
    (tmp_path / "deep" / "b.trig").write_text(
        "<urn:x:g> { <urn:x:b> <urn:x:file> 1 }", encoding="utf-8"
    )
    (tmp_path / "readme.txt").write_text("no RDF", encoding="utf-8")
    server = serve("--load", str(tmp_path))
    pattern = "{ ?s <urn:x:file> ?n }"
    query = f"SELECT ?s {{ {pattern} UNION {{ GRAPH ?g {pattern} }} }} ORDER BY ?s"

    def found() -> list[str]:
        return [b["s"]["value"] for b in server.ask(query).json()["results"]["bindings"]]

    def after(event: str) -> list[str]:
        place = len(server.log)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(event, after=place)
        return found()

    try:
        assert found() == ["urn:x:a", "urn:x:b"]
        (tmp_path / "a.ttl").unlink()
        (tmp_path / "c.nt").write_text("<urn:x:c> <urn:x:file> <urn:x:d> .", encoding="utf-8")
        assert after("reloaded") == ["urn:x:b", "urn:x:c"]
        (tmp_path / "d.ttl").write_text("nonsense", encoding="utf-8")
        assert after("reload-failed") == ["urn:x:b", "urn:x:c"]
    finally:
        server.stop()


@pytest.mark.full_run
def test_under_a_reload_every_answer_is_of_one_graph(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """Two files say the same number; whoever asks never sees two of them, nor an error."""

    def publish(number: int) -> None:
        for name in ("a", "b"):
            text = f"<urn:x:{name}> <urn:x:number> {number} ."
            (tmp_path / f"{name}.ttl").write_text(text, encoding="utf-8")

    publish(0)
    server = serve("--load", str(tmp_path))
    seen: list[set[str]] = []
    try:
        for number in (1, 2):
            publish(number)
            place = len(server.log)
            server.process.send_signal(signal.SIGHUP)
            while not any(line["event"] == "reloaded" for line in server.log[place:]):
                query = f"SELECT ?n {{ ?s <urn:x:number> ?n }} # {len(seen)}"
                answer = server.ask(query)
                assert answer.status_code == 200
                rows = [b["n"]["value"] for b in answer.json()["results"]["bindings"]]
                assert len(rows) == 2
                seen.append(set(rows))
            last = server.ask("SELECT ?n { ?s <urn:x:number> ?n }").json()["results"]["bindings"]
            assert {row["n"]["value"] for row in last} == {str(number)}
    finally:
        server.stop()
    assert {len(numbers) for numbers in seen} == {1}


def test_a_new_position_needs_files_only(serve: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "ontology").mkdir(parents=True)
    (folder / "ontology" / "more.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f"<{ID}position/tester> a <{NS}Position> ;\n"
        'skos:prefLabel "Тестілеуші"@kk , "Тестировщик"@ru , "Tester"@en .',
        encoding="utf-8",
    )
    server = serve("--data", str(folder))
    try:
        assert "Tester" in server.http.get("/id/position/tester.nt").text
        query = f'ASK {{ <{ID}position/tester> ?p "Tester"@en }}'
        assert server.ask(query).json()["boolean"] is True
        shutil.rmtree(folder)
        place = len(server.log)
        server.process.send_signal(signal.SIGHUP)
        assert "data" in server.wait_for("reload-failed", after=place)["reason"]
        assert server.ask(query).json()["boolean"] is True
    finally:
        server.stop()


def test_the_address_is_that_of_the_proxy(serve: Callable[..., Any]) -> None:
    server = serve("--base-url", "https://data.example.org/")
    try:
        description = server.http.get("/sparql").text
        assert "<https://data.example.org/sparql>" in description
        openapi = json.loads(server.http.get("/api/openapi.json").text)
        assert openapi["servers"] == [{"url": "https://data.example.org"}]
    finally:
        server.stop()
