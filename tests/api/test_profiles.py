"""`/api/profile/…`: the same as `libonto profile`, by media type."""

import io
import json
from typing import Any

import openpyxl
import pytest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROFILE = {
    "id": "urn:example:candidate:1",
    "credentials": [{"level": "higher", "field": "pedagogy", "awarded": "2015-06-30"}],
    "employments": [{"position": "school-librarian", "start": "2018-09-01"}],
    "knowledge": ["bibliography"],
}
RDF = ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]


def convert(server: Any, content: bytes, kind: str, accept: str) -> Any:
    headers = {"Content-Type": kind, "Accept": accept, "Accept-Language": "en"}
    return server.http.post("/api/profile/convert", content=content, headers=headers)


@pytest.mark.parametrize("form", [*RDF, "text/csv"])
def test_a_profile_goes_out_and_comes_back(server: Any, form: str) -> None:
    out = convert(server, json.dumps(PROFILE).encode(), "application/json", form)
    assert out.status_code == 200
    assert out.headers["content-type"].startswith(form)
    back = convert(server, out.content, form, "application/json").json()
    found = back[0] if isinstance(back, list) else back
    assert {key: found[key] for key in PROFILE} == PROFILE


def test_a_wrong_profile_is_not_converted(server: Any) -> None:
    wrong = {**PROFILE, "employments": [{"position": "school-librarian", "start": "2018-02-30"}]}
    answer = convert(server, json.dumps(wrong).encode(), "application/json", "text/turtle")
    assert answer.status_code == 422
    assert "2018-02-30" in answer.json()["detail"]


def test_a_form_that_is_not_written_is_refused(server: Any) -> None:
    assert convert(server, b"{}", "application/json", XLSX).status_code == 406


def test_the_check_tells_the_right_from_the_wrong(server: Any) -> None:
    wrong = {"id": "urn:example:candidate:2", "credentials": [{"level": "hihger"}]}
    headers = {"Content-Type": "application/json", "Accept-Language": "en"}
    for profile, counts in ((PROFILE, (1, 0)), (wrong, (0, 1))):
        content = json.dumps(profile).encode()
        answer = server.http.post("/api/profile/check", content=content, headers=headers)
        assert answer.status_code == 200
        found = answer.json()
        assert (found["good"], found["bad"]) == counts
    assert "higher" in json.dumps(found["inputs"])


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_template_is_a_workbook_in_the_language(server: Any, lang: str) -> None:
    answer = server.http.get(f"/api/profile/template?lang={lang}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == lang
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert any(sheet.data_validations.dataValidation for sheet in book.worksheets)


def test_an_unknown_position_is_refused(server: Any) -> None:
    answer = server.http.get("/api/profile/template?position=pilot&lang=en")
    assert answer.status_code == 400
