"""Clients that people use, against a running server."""

import importlib.util
import io
import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import RdfFormat, parse

ROOT = Path(__file__).resolve().parents[2]


def npm() -> list[str]:
    """The command npm, as the build of the pages finds it."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "web/build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[str] = module.npm()
    return found


LABELS = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX lo: <https://w3id.org/libonto/ns#>
SELECT ?thing ?label
WHERE { ?thing a lo:Position ; skos:prefLabel ?label FILTER(LANG(?label) = "kk") }
ORDER BY ?thing"""


@pytest.fixture(scope="module")
def expected(server: Any) -> list[tuple[str, str]]:
    bindings = server.ask(LABELS).json()["results"]["bindings"]
    found = [(row["thing"]["value"], row["label"]["value"]) for row in bindings]
    assert ("https://w3id.org/libonto/id/position/librarian", "Кітапханашы") in found
    return found


@pytest.mark.sampled(1)
@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib(server: Any, expected: list[tuple[str, str]], method: str) -> None:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(f"{server.url}/sparql", method=method, returnFormat="xml"))
    assert [(str(row[0]), str(row[1])) for row in graph.query(LABELS)] == expected
    assert len(list(graph.triples((None, None, None)))) > 1000


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", ["JSON", "XML", "CSV", "TSV"])
def test_sparqlwrapper(
    server: Any, expected: list[tuple[str, str]], form: str, method: str
) -> None:
    import SPARQLWrapper

    client = SPARQLWrapper.SPARQLWrapper(f"{server.url}/sparql")
    client.setMethod(method)
    client.setQuery(LABELS)
    client.setReturnFormat(getattr(SPARQLWrapper, form))
    found = client.query().convert()
    labels = [label for _, label in expected]
    if form == "JSON":
        rows = [(r["thing"]["value"], r["label"]["value"]) for r in found["results"]["bindings"]]
        assert rows == expected
    elif form == "XML":
        texts = [node.firstChild.data for node in found.getElementsByTagName("literal")]
        assert texts == labels
    else:
        lines = [line.split(b"," if form == "CSV" else b"\t") for line in found.splitlines()[1:]]
        assert [line[1].decode().removesuffix("@kk").strip('"') for line in lines] == labels


@pytest.mark.parametrize("form", ["TURTLE", "N3", "RDF", "RDFXML", "JSONLD", "XML"])
@pytest.mark.parametrize(
    "text",
    ["DESCRIBE <{0}>", "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{0}> }} ?s ?p ?o }}"],
)
def test_sparqlwrapper_graphs(server: Any, form: str, text: str) -> None:
    import rdflib
    import SPARQLWrapper

    client = SPARQLWrapper.SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(text.format("https://w3id.org/libonto/id/position/librarian"))
    client.setReturnFormat(getattr(SPARQLWrapper, form))
    found = client.queryAndConvert()
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert len(found) > 10


@pytest.mark.parametrize("value", ["nonsense", "", "csv", "text/html"])
def test_a_format_that_does_not_fit_leaves_the_choice_to_accept(server: Any, value: str) -> None:
    text = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } LIMIT 1"
    parameters = {"query": text, "format": value, "output": value}
    accept = {"Accept": "application/n-triples"}
    answer = server.http.get("/sparql", params=parameters, headers=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/n-triples"


def test_the_first_format_that_is_known_counts(server: Any) -> None:
    parameters = [
        ("query", "ASK {}"),
        ("format", "nonsense"),
        ("format", "xml"),
        ("format", "json"),
    ]
    answer = server.http.get("/sparql", params=parameters, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/sparql-results+xml"


@pytest.mark.parametrize("name", ["<http://example.org/f>", "<https://w3id.org/libonto/ns#f>"])
def test_a_function_that_the_engine_lacks_is_the_query_s_fault(server: Any, name: str) -> None:
    answer = server.http.get("/sparql", params={"query": f"SELECT ({name}(1) AS ?x) {{}}"})
    assert answer.status_code == 400
    assert name in answer.json()["detail"]


def test_pandas(server: Any, expected: list[tuple[str, str]]) -> None:
    import pandas

    options = {"Accept": "text/csv"}
    address = f"{server.url}/sparql?{urlencode({'query': LABELS})}"
    table = pandas.read_csv(address, storage_options=options)
    assert [tuple(row) for row in table.itertuples(index=False)] == expected
    plain = pandas.read_csv(f"{address}&format=csv")
    assert plain.equals(table)


NODE = """
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
import SimpleClient from "sparql-http-client/SimpleClient.js";
const [endpoint, select, describe] = process.argv.slice(2);
const fetcher = new SparqlEndpointFetcher();
const rows = [];
for await (const row of await fetcher.fetchBindings(endpoint, select)) {
  rows.push([row.thing.value, row.label.value]);
}
let triples = 0;
for await (const _ of await fetcher.fetchTriples(endpoint, describe)) triples += 1;
const truth = await fetcher.fetchAsk(endpoint, "ASK { ?s ?p ?o }");
const client = new SimpleClient({ endpointUrl: endpoint });
const simple = [];
for (const operation of ["get", "postDirect", "postUrlencoded"]) {
  const answer = await client.query.select(select, { operation });
  const found = (await answer.json()).results.bindings;
  simple.push(found.map((row) => [row.thing.value, row.label.value]));
}
console.log(JSON.stringify({ rows, triples, truth, simple }));
"""


@pytest.mark.full_run
def test_clients_of_javascript(
    server: Any, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    packages = ["fetch-sparql-endpoint@7.2.0", "sparql-http-client@3.1.0"]
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    command = [*npm(), "install", *flags, *packages]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "clients.mjs").write_text(NODE)
    node = shutil.which("node") or npm()[0]
    arguments = [f"{server.url}/sparql", LABELS, f"DESCRIBE <{expected[0][0]}>"]
    run = subprocess.run(
        [node, "clients.mjs", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    rows = [list(row) for row in expected]
    assert found["rows"] == rows
    assert found["simple"] == [rows, rows, rows]
    assert found["truth"] is True
    assert found["triples"] > 10


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
class TestCurl:
    """The commands of the README."""

    def curl(self, *args: str) -> bytes:
        run = subprocess.run(
            ["curl", "-sS", "--fail-with-body", *args], capture_output=True, check=True
        )
        return run.stdout

    def test_a_query(self, server: Any, expected: list[tuple[str, str]]) -> None:
        found = self.curl(
            f"{server.url}/sparql", "--data-urlencode", f"query={LABELS}", "-H", "Accept: text/csv"
        )
        assert found.decode().splitlines()[1] == ",".join(expected[0])

    def test_a_file_with_a_query(self, server: Any, tmp_path: Any) -> None:
        file = tmp_path / "q.rq"
        file.write_text(LABELS, encoding="utf-8")
        kind = "Content-Type: application/sparql-query"
        assert b"bindings" in self.curl(
            f"{server.url}/sparql", "--data-binary", f"@{file}", "-H", kind
        )

    def test_a_profile(self, server: Any) -> None:
        found = self.curl(
            f"{server.url}/api/assess?lang=en&on=2026-11-22",
            "-H",
            "Content-Type: application/json",
            "-d",
            '{"credentials": [{"level": "higher", "field": "library-science"}]}',
        )
        assert b'"highest"' in found

    def test_a_resource(self, server: Any) -> None:
        address = f"{server.url}/id/position/librarian"
        found = self.curl("-L", "-H", "Accept: application/ld+json", address)
        assert len(list(parse(io.BytesIO(found), format=RdfFormat.JSON_LD))) > 10


def readme_commands() -> list[str]:
    """The lines of the README that begin with curl, continued lines joined."""
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    lines = text.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("curl ")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_commands_of_the_readme(server: Any) -> None:
    commands = readme_commands()
    assert len(commands) >= 3
    for command in commands:
        words = [word.replace("http://127.0.0.1:8000", server.url) for word in shlex.split(command)]
        run = subprocess.run(
            [*words, "-sS", "--fail-with-body"],
            capture_output=True,
            check=False,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert run.returncode == 0, (command, run.stdout, run.stderr)
        assert run.stdout
