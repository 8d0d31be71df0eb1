"""The OpenAPI description: complete, true, and a source of thousands of odd requests."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from libonto.api.app import create_app

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = json.loads((ROOT / "src/libonto/api/openapi.json").read_text(encoding="utf-8"))
HIDDEN = {"/api/openapi.json", "/docs", "/docs/{name}", "/ns/{version}", "/mappings/{path}"}
HIDDEN |= {"/context.jsonld", "/problem/{key}", "/dump.nq.gz"}
METHODS = {"GET", "POST"}
RDF = (
    "text/turtle",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/rdf+xml",
    "application/ld+json",
)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in DESCRIPTION["paths"].items()
        for method, operation in item.items()
    ]


def test_every_route_is_described_and_every_description_is_a_route() -> None:
    routes = {
        (re.sub(r":path", "", route.path), method)
        for included in create_app().routes
        for route in included.original_router.routes
        for method in route.methods
        if method in METHODS
    }
    assert ("/api/assess", "POST") in routes
    routes = {(path, method) for path, method in routes if path not in HIDDEN}
    described = {(path, method.upper()) for path, method, _ in operations()}
    assert described - {("/sparql", "GET"), ("/sparql", "POST")} == routes


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_every_operation_is_told_in_full(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["operationId"]
    assert set(operation["tags"]) <= {tag["name"] for tag in DESCRIPTION["tags"]}
    responses = operation["responses"]
    assert {"200", "303"} & responses.keys()
    assert "405" in responses
    for parameter in operation.get("parameters", []):
        found = parameter
        if "$ref" in parameter:
            name = parameter["$ref"].rpartition("/")[2]
            found = DESCRIPTION["components"]["parameters"][name]
        assert found.get("description") or found["in"] == "path", (path, found["name"])


def resolved(found: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` leads to."""
    while "$ref" in found:
        node: Any = DESCRIPTION
        for step in found["$ref"].split("/")[1:]:
            node = node[step]
        found = node
    return found


def examples(described: dict[str, Any]) -> list[Any]:
    several = [resolved(example)["value"] for example in described.get("examples", {}).values()]
    return ([described["example"]] if "example" in described else []) + several


PARSED: dict[str, Any] = {
    **{kind: RdfFormat.from_media_type(kind) for kind in RDF},
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}


def check_example(kind: str, described: dict[str, Any]) -> None:
    """An example is of the type that it stands for, and fits its schema."""
    for example in examples(described):
        text = example if isinstance(example, str) else json.dumps(example)
        form = PARSED.get(kind)
        if isinstance(form, RdfFormat) and kind != "application/ld+json":
            assert list(parse(text, format=form))
        elif isinstance(form, QueryResultsFormat):
            parse_query_results(text, format=form)
        elif "json" in kind:
            schema = {**described["schema"], "components": DESCRIPTION["components"]}
            jsonschema_rs.Draft202012Validator(schema).validate(example)


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_everything_has_an_example(path: str, method: str, operation: dict[str, Any]) -> None:
    parts: dict[str, dict[str, Any]] = {}
    for parameter in map(resolved, operation.get("parameters", [])):
        parts[f"parameter {parameter['name']}"] = parameter
    contents = {"request": operation.get("requestBody", {})}
    for status, response in operation["responses"].items():
        contents[status] = resolved(response)
        for name, header in resolved(response).get("headers", {}).items():
            parts[f"{status} {name}"] = header
    for place, described in contents.items():
        for kind, content in described.get("content", {}).items():
            parts[f"{place} {kind}"] = content
            check_example(kind, content)
    assert [place for place, described in parts.items() if not examples(described)] == []


def test_the_examples_of_requests_are_true(server: Any) -> None:
    for path in ("/api/assess", "/api/batch", "/api/profile/convert", "/api/profile/check"):
        body = DESCRIPTION["paths"][path]["post"]["requestBody"]["content"]
        for kind, described in body.items():
            (example,) = examples(described)
            content = example if isinstance(example, str) else json.dumps(example)
            headers = {"Content-Type": kind}
            answer = server.http.post(path, content=content.encode(), headers=headers)
            assert answer.status_code == 200, (path, kind, answer.text)
    query = DESCRIPTION["paths"]["/sparql"]["get"]["parameters"][0]
    for example in query["examples"].values():
        answer = server.http.get("/sparql", params={"query": example["value"]})
        assert answer.status_code == 200, answer.text
    assert server.http.get("/api/crosswalk", params={"from": "eqf/6", "to": "kz-nqf"}).is_success


def test_the_description_served_is_this_one(server: Any) -> None:
    served = server.http.get("/api/openapi.json").json()
    assert served["paths"] == DESCRIPTION["paths"]
    assert served["info"]["version"] != "0"
    assert served["servers"] == [{"url": server.url}]


EXAMPLES = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), [(path, method) for path, method, _ in operations()])
def test_no_request_that_fits_or_almost_fits_does_harm(
    server: Any, path: str, method: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_dict(DESCRIPTION)[path][method.upper()]
    if mode is GenerationMode.NEGATIVE and not DESCRIPTION["paths"][path][method].get("parameters"):
        pytest.skip("there is nothing to get wrong")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case) -> None:
        answer = case.call(base_url=server.url, timeout=20)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            kind = answer.headers["content-type"][0]
            assert kind == "application/problem+json" or b"Invalid HTTP request" in answer.content

    run()
