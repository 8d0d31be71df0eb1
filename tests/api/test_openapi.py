"""The OpenAPI description: complete, true, and a source of thousands of odd requests."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, given
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from tests import sizes

from libonto.api import models, openapi
from libonto.api.app import create_app
from libonto.api.service import KnowledgeBase
from libonto.pages.routes import add_pages

HIDDEN = {"/api/openapi.json"}
RDF = (
    "text/turtle",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/rdf+xml",
    "application/ld+json",
)


def routes() -> Iterator[tuple[str, str]]:
    """Every address and method that the application answers, the endpoint's and three of pages."""
    yield from (("/sparql", "get"), ("/sparql", "post"))
    yield from (("/", "get"), ("/search.json", "get"), ("/docs", "get"))
    for included in create_app().routes:
        for route in included.original_router.routes:
            for method in route.methods & {"GET", "POST"}:
                if route.path not in HIDDEN:
                    yield route.path.replace(":path", ""), method.lower()


ROUTES = sorted(set(routes()))


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return openapi.description(create_app(None, add_pages), KnowledgeBase(()))


def test_every_route_is_described_and_every_description_is_a_route(
    description: dict[str, Any],
) -> None:
    assert ("/api/assess", "post") in ROUTES
    assert {(p, m) for p, item in description["paths"].items() for m in item} == set(ROUTES)
    assert description["openapi"].startswith("3.1")


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_operation_is_told_in_full(
    description: dict[str, Any], path: str, method: str
) -> None:
    operation = description["paths"][path][method]
    assert operation["summary"]
    assert operation["operationId"]
    assert set(operation["tags"]) <= {tag["name"] for tag in description["tags"]}
    responses = operation["responses"]
    assert {"200", "303"} & responses.keys()
    assert "405" in responses
    for parameter in operation.get("parameters", []):
        assert parameter.get("description") or parameter["in"] == "path", parameter["name"]


def test_the_contract_s_addresses_and_parameters_are_described(description: dict[str, Any]) -> None:
    """Contract, “HTTP”: what is promised there stands here."""
    taken = {
        path: {p["name"] for op in item.values() for p in op.get("parameters", [])}
        for path, item in description["paths"].items()
    }
    promised = {
        "/sparql": {"query"},
        "/api/assess": {"position", "category", "on", "lang", "reading"},
        "/api/positions": set(),
        "/api/positions/{slug}": {"slug"},
        "/api/queries": set(),
        "/api/queries/{name}": {"name"},
        "/api/crosswalk": {"from", "to"},
        "/id/{path}": {"path"},
        "/ns": set(),
        "/": set(),
        "/docs": set(),
        "/search.json": {"q"},
        "/healthz": set(),
        "/metrics": set(),
    }
    assert {path: names - taken.get(path, set()) for path, names in promised.items()} == {
        path: set() for path in promised
    }
    answers = {str(status) for status in (400, 422, 413, 415, 406)}
    assert answers <= description["paths"]["/api/assess"]["post"]["responses"].keys()


def resolved(description: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` leads to."""
    while "$ref" in found:
        node: Any = description
        for step in found["$ref"].split("/")[1:]:
            node = node[step]
        found = node
    return found


def examples(described: dict[str, Any]) -> list[Any]:
    """Those of a parameter, a header or a body."""
    if "example" in described:
        return [described["example"]]
    return list(described.get("schema", {}).get("examples", []))


PARSED: dict[str, Any] = {
    **{kind: RdfFormat.from_media_type(kind) for kind in RDF},
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}


def check_example(description: dict[str, Any], kind: str, content: dict[str, Any]) -> None:
    """An example is of the type that it stands for, and fits its schema."""
    for example in examples(content):
        text = example if isinstance(example, str) else json.dumps(example)
        form = PARSED.get(kind)
        if isinstance(form, RdfFormat) and kind != "application/ld+json":
            assert list(parse(text, format=form))
        elif isinstance(form, QueryResultsFormat):
            parse_query_results(text, format=form)
        elif "json" in kind:
            schema = {**content["schema"], "components": description["components"]}
            jsonschema_rs.Draft202012Validator(schema).validate(example)


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_everything_has_an_example(description: dict[str, Any], path: str, method: str) -> None:
    operation = description["paths"][path][method]
    parts: dict[str, dict[str, Any]] = {}
    for parameter in operation.get("parameters", []):
        parts[f"parameter {parameter['name']}"] = parameter
    contents = {"request": operation.get("requestBody", {})}
    for status, response in operation["responses"].items():
        contents[status] = resolved(description, response)
        for name, header in contents[status].get("headers", {}).items():
            parts[f"{status} {name}"] = header
    for place, told in contents.items():
        for kind, content in told.get("content", {}).items():
            parts[f"{place} {kind}"] = content
            check_example(description, kind, content)
    assert [place for place, told in parts.items() if not examples(told)] == []


def test_the_examples_of_requests_are_true(server: Any, description: dict[str, Any]) -> None:
    paths = description["paths"]
    for path in ("/api/assess", "/api/batch", "/api/profile/convert", "/api/profile/check"):
        for kind, told in paths[path]["post"]["requestBody"]["content"].items():
            (example,) = examples(told)
            content = example if isinstance(example, str) else json.dumps(example)
            headers = {"Content-Type": kind}
            answer = server.http.post(path, content=content.encode(), headers=headers)
            assert answer.status_code == 200, (path, kind, answer.text)
    for path, method in ROUTES:
        if method == "get":
            told = paths[path]["get"].get("parameters", [])
            values = {p["name"]: examples(p)[0] for p in told if examples(p)}
            address = path.format(**{k: v for k, v in values.items() if isinstance(v, str)})
            query = {p["name"]: values[p["name"]] for p in told if p["in"] == "query"}
            query |= query.pop("parameters", {})  # an object that is spread out in the address
            answer = server.http.get(address, params=query, follow_redirects=True)
            assert answer.status_code == 200, (path, answer.text)


def test_the_answers_fit_their_models(server: Any, description: dict[str, Any]) -> None:
    profile = description["paths"]["/api/assess"]["post"]["requestBody"]["content"]
    content = json.dumps(profile["application/json"]["example"]).encode()
    headers = {"Content-Type": "application/json"}
    models.Profile.model_validate_json(content)
    models.Assessment.model_validate_json(
        server.http.post("/api/assess", content=content, headers=headers).content
    )
    models.ListAssessment.model_validate_json(
        server.http.post("/api/batch", content=content, headers=headers).content
    )
    models.CheckReport.model_validate_json(
        server.http.post("/api/profile/check", content=content, headers=headers).content
    )
    (summary,) = server.http.get("/api/positions").json()
    position = models.Position.model_validate(server.http.get(summary["href"]).json())
    assert "validity" in [question.slug for question in position.undecided]
    models.PositionSummary.model_validate(summary)
    for query in server.http.get("/api/queries").json():
        models.SavedQuery.model_validate(query)
    models.Correspondences.model_validate(server.http.get("/api/crosswalk?from=eqf/6").json())
    found = models.SearchResults.model_validate(
        server.http.get("/search.json?q=библиография").json()
    )
    assert found.total > len(found.results) == 8 and found.results[0].kind
    models.Health.model_validate(server.http.get("/healthz").json())
    models.Problem.model_validate(server.http.get("/api/positions?x=1").json())


def test_the_description_served_is_this_one(server: Any, description: dict[str, Any]) -> None:
    served = server.http.get("/api/openapi.json").json()
    assert served["paths"] == description["paths"]
    assert served["servers"] == [{"url": server.url}]


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_no_request_that_fits_or_almost_fits_does_harm(
    server: Any, description: dict[str, Any], path: str, method: str, mode: str
) -> None:
    import schemathesis  # here: it takes a second, and each worker collects this file
    from schemathesis import GenerationMode, checks

    operation = schemathesis.openapi.from_dict(description)[path][method.upper()]
    told = description["paths"][path][method].get("parameters", [])
    if mode == "negative" and all(p["in"] == "path" for p in told):
        return  # any text is a path: there is nothing to get wrong
    wanted = [
        checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]

    @sizes.examples(
        20,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def run(case: schemathesis.Case) -> None:
        answer = case.call(base_url=server.url, timeout=20)
        case.validate_response(answer, checks=wanted)
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0] == "application/problem+json"

    run()
