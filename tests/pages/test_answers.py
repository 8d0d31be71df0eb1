"""The answer as a file and in another language; a server that is busy says so in a page."""

import json
from typing import Any

import pytest

DOCUMENT = '{"name": "Айгүл", "credentials": [{"level": "higher", "field": "pedagogy"}]}'


@pytest.mark.parametrize(
    ("format_", "media", "start"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        ("html", "text/html", b"<!"),
        ("json", "application/json", b"{"),
        ("turtle", "text/turtle", b"@prefix"),
    ],
)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_answer_is_a_file_in_four_forms_and_three_languages(
    server: Any, format_: str, media: str, start: bytes, lang: str
) -> None:
    data = {"document": DOCUMENT, "format": format_}
    found = server.http.post(f"/check/download?lang={lang}", data=data)
    assert found.status_code == 200
    assert found.headers["content-language"] == lang
    assert found.headers["content-type"].startswith(media)
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.headers["cache-control"] == "no-store"
    assert found.content.lstrip().startswith(start)


def test_an_answer_in_another_language_is_the_same_answer(server: Any) -> None:
    data = {"document": DOCUMENT, "category": "librarian/higher-none", "on": "2024-02-01"}
    text = server.http.post("/check?lang=en", data=data).text
    assert 'form="profile" formaction="/check?lang=kk#content"' in text
    other = server.http.post("/check?lang=kk", data=data).text
    assert "2024 жылғы 1 ақпан" in other
    assert 'name="credential-1-level"' in other
    assert '<option value="pedagogy" selected>' in other  # “what if?” goes on from it


def test_the_switch_keeps_what_was_entered_and_judges_nothing_yet(server: Any) -> None:
    text = server.http.get("/check?lang=en").text
    assert 'form="profile" name="more" value="language" formaction="/check?lang=kk#content"' in text
    entered = {"name": "Айгүл", "employment-1-start": "31.", "more": "language"}
    other = server.http.post("/check?lang=kk", data=entered)
    assert other.status_code == 200
    assert 'value="Айгүл"' in other.text
    assert 'value="31."' in other.text
    assert 'id="answer"' not in other.text


def test_a_busy_server_gets_a_page_that_says_so(serve: Any) -> None:
    server = serve("--deadline", "0.3", "--patience", "0.1", "--slow", "0", "--fast", "1")
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "ru"}
    found = server.http.get("/sparql", params={"query": endless}, headers=headers)
    assert found.status_code == 503
    assert found.headers["content-type"].startswith("text/html")
    assert int(found.headers["retry-after"]) > 0
    assert "Сервер сейчас занят" in found.text
    assert "Повторить" in found.text
    assert 'lang="ru"' in found.text


def test_a_busy_server_keeps_what_was_entered(serve: Any) -> None:
    server = serve("--deadline", "0.1", "--slow", "0", "--fast", "1")
    many = json.dumps([json.loads(DOCUMENT) for _ in range(500)])
    data = {"name": "Айгүл", "on": "01.09.2021", "others": many}
    found = server.http.post("/check?lang=ru", data=data)
    assert found.status_code == 503
    assert int(found.headers["retry-after"]) > 0
    assert "Сервер сейчас занят" in found.text
    assert "Это нужно исправить" not in found.text
    assert 'value="Айгүл"' in found.text
    assert 'value="01.09.2021"' in found.text
    rows = "\n".join(["name,level,field", *["Айгүл,higher,pedagogy"] * 20_000])
    files = {"file": ("p.csv", rows.encode(), "text/csv")}
    found = server.http.post("/list?lang=ru", files=files)
    assert found.status_code == 503
    assert "Введённое сохранилось" in found.text
    assert 'name="kept" value="' in found.text


def test_pages_and_files_are_compressed_where_that_is_taken(server: Any) -> None:
    path = "/law?lang=kk"
    packed = server.http.get(path, headers={"Accept-Encoding": "gzip"})
    plain = server.http.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
