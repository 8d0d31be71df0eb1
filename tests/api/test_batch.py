"""POST /api/batch: a small list over HTTP, what is wrong beside what is judged."""

import csv
import json
from datetime import date
from typing import Any

import pytest
from benchmarks.generator import HEADINGS, people, row, triples

from libonto.api.lists import judge_list
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry

HEAD = ",".join(HEADINGS) + "\n"
TABLE = HEAD + "".join(row(one) for one in people(12))
ON = {"on": "2026-11-22", "lang": "en"}


def post(server: Any, content: str | bytes, kind: str, **options: Any) -> Any:
    headers = {"Content-Type": kind, "Accept": options.pop("accept", "application/json")}
    return server.http.post(
        "/api/batch", content=content, headers=headers, params={**ON, **options}
    )


def test_a_table_gives_an_object_for_each_row(server: Any) -> None:
    answer = post(server, TABLE, "text/csv")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert len(found["results"]) == 12
    assert found["errors"] == []
    assert found["summary"]["judged"] == 12
    rdf = "".join(triples(one) for one in people(12))
    params = {**ON}
    one_by_one = server.http.post(
        "/api/assess",
        content=rdf.encode(),
        headers={"Content-Type": "application/n-triples"},
        params=params,
    )
    assert found["results"] == one_by_one.json()
    again = post(server, rdf, "application/n-triples")
    assert again.json() == found


def test_a_wrong_row_is_told_by_its_place_and_costs_nobody_else(server: Any) -> None:
    rows = [row(one) for one in people(12)]
    rows[4] = rows[4].replace("librarian/", "library/")
    found = post(server, HEAD + "".join(rows), "text/csv").json()
    assert len(found["results"]) == 11
    (error,) = found["errors"]
    assert error["row"] == 6
    assert error["candidate"] == "urn:example:candidate:5"
    assert error["column"].endswith("category")


def test_whoever_stands_twice_is_not_judged(server: Any) -> None:
    found = post(server, TABLE + row(next(people(1))), "text/csv").json()
    assert [error["row"] for error in found["errors"]] == [2, 14]
    assert len(found["results"]) == 11


def test_people_without_an_identifier_are_numbered(server: Any) -> None:
    text = "\n".join(line.partition(",")[2] for line in TABLE.splitlines())
    found = post(server, text, "text/csv").json()
    assert [one["candidate"] for one in found["results"]] == [
        f"urn:libonto:candidate:{n}" for n in range(1, 13)
    ]


def test_verdicts_can_be_had_as_a_table(server: Any) -> None:
    answer = post(server, TABLE, "text/csv", accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert len(rows) == 96
    assert rows[0]["candidate"] == "urn:example:candidate:1"


def test_a_table_has_no_room_for_mistakes(server: Any) -> None:
    answer = post(server, TABLE.replace("librarian/", "library/", 1), "text/csv", accept="text/csv")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "category" in answer.text


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("", "text/csv", 422),
        (HEAD, "text/csv", 422),
        ("one,two\n1,2\n", "text/csv", 422),
        ("[]", "application/json", 422),
        ("{", "application/json", 422),
        (TABLE, "application/zip", 415),
    ],
)
def test_what_is_no_list_is_refused_or_told(
    server: Any, content: str, kind: str, status: int
) -> None:
    answer = post(server, content, kind)
    if answer.status_code == 200:
        assert answer.json()["errors"]
        assert answer.json()["results"] == []
    else:
        assert answer.status_code in (status, 400)
        assert answer.headers["content-type"] == "application/problem+json"


def test_more_than_a_small_list_is_the_command_s(server: Any) -> None:
    lines = "".join(json.dumps({"id": f"urn:a:{n}"}) + "," for n in range(1001))
    answer = server.patiently(lambda: post(server, f"[{lines[:-1]}]", "application/json"))
    assert answer.status_code == 413
    assert "libonto batch" in answer.text


def test_the_language_and_the_category_are_those_asked_for(server: Any) -> None:
    found = post(server, TABLE, "text/csv", lang="kk", category="middle-highest").json()
    assert {one["lang"] for one in found["results"]} == {"kk"}
    assert found["summary"]["passed"] < 12


def test_json_lines_and_a_table_in_utf_16_are_lists_too(server: Any) -> None:
    expected = post(server, TABLE, "text/csv").json()
    lines = [
        {
            "id": one.iri,
            "name": one.name,
            "credentials": [
                {"level": level, "field": subject, "awarded": str(day) if day else None}
                for level, subject, day in one.credentials
            ],
            "employments": [
                {"position": position, "start": str(start), "end": str(end) if end else None}
                for position, start, end in one.employments
            ],
            "knowledge": one.knowledge,
            "appliesFor": one.applies_for,
        }
        for one in people(12)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    for kind in ("application/x-ndjson", "application/jsonl"):
        assert post(server, text, kind).json() == expected
    wrong = text.replace("librarian/", "library/", 1)
    (error,) = post(server, wrong, "application/x-ndjson").json()["errors"]
    assert error["row"] == 1
    answer = server.http.post(
        "/api/batch",
        content=TABLE.encode("utf-16"),
        headers={"Content-Type": "text/csv", "Accept": "application/json"},
        params=ON,
    )
    assert answer.json() == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_that_cannot_be_decoded_costs_its_row_only(server: Any, end: str) -> None:
    lines = TABLE.encode().splitlines()
    lines[11] = lines[11].replace(b",", b",\xff", 1)
    found = post(server, end.encode().join(lines), "text/csv").json()
    expected = post(server, TABLE, "text/csv").json()
    assert len(found["results"]) == len(expected["results"]) - 1
    (error,) = found["errors"]
    assert error["row"] == 12 and "UTF-8" in error["message"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Идентификатор;ФИО\nA1;Иванова\n".encode("cp1251"), "UTF-8"),
        (TABLE.encode("utf-16")[:-1], "utf-16"),
    ],
)
def test_headings_or_utf_16_that_cannot_be_decoded_are_an_error_of_the_whole(
    server: Any, text: bytes, said: str
) -> None:
    answer = post(server, text, "text/csv")
    assert answer.status_code == 400 and said in answer.text


def test_lines_that_end_with_carriage_returns_are_lines_to_a_byte_that_is_none(
    server: Any,
) -> None:
    lines = TABLE.encode().splitlines()
    lines[11] = lines[11].replace(b",", b",\xff", 1)
    found = post(server, b"\r".join(lines) + b"\r", "text/csv").json()
    assert len(found["results"]) == 11 and [e["row"] for e in found["errors"]] == [12]


def test_whoever_goes_the_slow_way_is_judged_by_pyshacl_too() -> None:
    rows = [f"urn:x:{n},Иванова,высшее,педагогика,2026\n" for n in range(5)]
    text = "ID,ФИО,Образование,Специальность,Дата выдачи\n" + "".join(rows)
    inquiry = Inquiry(date(2026, 11, 22))
    found = judge_list(Assessor(), text.encode(), "csv", inquiry, lang="en", form="csv")
    tally = found.outcome.tally
    assert tally.audited == tally.people == 5
