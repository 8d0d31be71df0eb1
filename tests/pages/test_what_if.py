"""“What if?”: whatever was given stands in the form, can be changed, and loses nothing."""

import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

TURTLE = """@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix id: <https://w3id.org/libonto/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:example:7> a lo:Candidate ;
    lo:name "Айгүл" ;
    lo:hasCredential [ a lo:Credential ;
        lo:educationLevel <https://w3id.org/libonto/id/education/higher> ;
        lo:fieldOfStudy <http://data.europa.eu/snb/isced-f/0322> ;
        lo:awardedBy "ҚазҰУ" ] ;
    lo:hasEmployment [ a lo:Employment ;
        lo:inPosition <https://w3id.org/libonto/id/position/school-librarian> ;
        lo:startedOn "2018-09-01"^^xsd:date ;
        lo:employer "№ 5 мектеп" ] ;
    lo:hasKnowledgeOf <https://w3id.org/libonto/id/knowledge/bibliography> ,
        <https://w3id.org/libonto/id/act/K2600000000> ;
    lo:appliesFor <https://w3id.org/libonto/id/category/librarian/higher-second> .
"""


class Fields(HTMLParser):
    """What a browser would send with the form “profile” of a page."""

    def __init__(self, form: str = "profile") -> None:
        super().__init__()
        self.form, self.inside, self.select, self.first = form, False, "", True
        self.pairs: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = about.get("id") == self.form
        if not self.inside:
            return
        if tag == "input" and about.get("name"):
            if about.get("type") != "checkbox" or "checked" in about:
                self.pairs.append((about["name"], about.get("value", "")))
        elif tag == "select":
            self.select, self.first = about["name"], True
        elif tag == "option":
            if "selected" in about and not self.first:
                self.pairs.pop()
            if self.first or "selected" in about:
                self.pairs.append((self.select, about["value"]))
            self.first = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def sent(text: str, form: str = "profile") -> dict[str, Any]:
    fields = Fields(form)
    fields.feed(text)
    found: dict[str, Any] = {}
    for name, value in fields.pairs:
        found.setdefault(name, []).append(value)
    return {name: values if name == "knowledge" else values[-1] for name, values in found.items()}


def given(server: Any, content: str, name: str = "p.ttl", lang: str = "en") -> str:
    response = server.http.post(f"/check?lang={lang}", files={"file": (name, content.encode())})
    assert response.status_code == 200, response.text
    text: str = response.text
    return text


def verdict(text: str) -> str:
    found = re.search(r'<span id="verdict-words">(.*?)</span>', text)
    assert found
    return unescape(found[1])


def test_a_profile_in_rdf_stands_in_the_form(server: Any) -> None:
    fields = sent(given(server, TURTLE))
    assert fields["name"] == "Айгүл"
    assert fields["category"] == "librarian/higher-second"
    assert fields["credential-1-field"] == "http://data.europa.eu/snb/isced-f/0322"
    assert fields["employment-1-start"] == "01.09.2018"
    assert set(fields["knowledge"]) >= {"bibliography"}
    assert json.loads(fields["employment-1-rest"])["employer"] == "№ 5 мектеп"


def test_a_changed_field_is_judged_and_the_rest_is_carried_along(server: Any) -> None:
    fields = sent(given(server, TURTLE)) | {"employment-1-start": "01.09.2025", "on": "2026-01-01"}
    text = server.http.post("/check?lang=en", data=fields).text
    assert "<strong>4 months</strong>" in text
    again = sent(text, "kept")
    found = server.http.post("/check/download?lang=en", data={**again, "format": "json"}).json()
    assert found["candidate"] == "urn:example:7"
    assert found["assessedOn"] == "2026-01-01"
    assert found["service"] == {"years": 0, "months": 4, "days": 0}


def test_what_was_not_changed_is_judged_as_the_very_file(server: Any) -> None:
    content = TURTLE.replace("\n", "\r\n")
    digest = hashlib.sha256(content.encode()).hexdigest()
    page = given(server, content)
    for text in (page, server.http.post("/check?lang=kk", data=sent(page)).text):
        data = {**sent(text, "kept"), "format": "html"}
        report = server.http.post("/check/download?lang=en", data=data).text
        assert digest in report.replace("\n", "").replace(" ", "")
    changed = server.http.post("/check?lang=en", data={**sent(page), "name": "Б"}).text
    data = {**sent(changed, "kept"), "format": "html"}
    assert digest not in server.http.post("/check/download?lang=en", data=data).text


@pytest.mark.parametrize(
    "what",
    ["on=2030-01-01", "knowledge=constitution", "reading-college-service=counted"],
)
def test_one_press_tries_another_day_item_or_reading(server: Any, what: str) -> None:
    fields = sent(given(server, TURTLE))
    text = server.http.post("/check?lang=en", data={**fields, "try": what}).text
    name, _, value = what.partition("=")
    after = sent(text)[name]
    assert value in after if name == "knowledge" else after in (value, "01.01.2030")


def test_a_reading_that_would_change_the_verdict_is_named_with_its_clause(server: Any) -> None:
    college = TURTLE.replace("school-librarian", "college-librarian")
    known = "constitution bibliography"  # enough to be “not shown” in the end
    text = given(server, college.replace("knowledge/bibliography", f"knowledge/{known.split()[0]}"))
    assert "higher-second" in sent(text)["category"]
    assert "not met" in verdict(text)
    assert 'value="reading-college-service=counted"' in text
    assert "мектеп кітапханашысының қызметіндегі еңбек өтілі 3 жылдан кем емес" in text
    other = server.http.post(
        "/check?lang=en", data={**sent(text), "try": "reading-college-service=counted"}
    ).text
    assert "not shown" in verdict(other)
    assert re.search(r'<option value="counted" selected>', other)


def test_of_several_people_one_is_chosen_and_changed_and_the_others_stay(server: Any) -> None:
    people = [
        {"name": "A", "credentials": [{"level": "higher", "field": "pedagogy"}]},
        {"name": "B", "id": "urn:example:b"},
        {"name": "C"},
    ]
    text = given(server, json.dumps(people), "p.json")
    assert sent(text)["name"] == "A"
    text = server.http.post("/check?lang=en", data={**sent(text), "pick": "1"}).text
    assert sent(text)["name"] == "B"
    text = server.http.post("/check?lang=en", data={**sent(text), "name": "B2"}).text
    assert re.findall(r"<strong>(\w+)</strong> <span class=\"small\">", text) == ["A", "B2", "C"]
    data = {**sent(text, "kept"), "format": "json"}
    found = server.http.post("/check/download?lang=en", data=data).json()
    assert [person["name"] for person in found] == ["A", "B2", "C"]
    assert found[1]["candidate"] == "urn:example:b"


def test_a_file_with_mistakes_can_be_put_right_on_the_page(server: Any) -> None:
    files = {"file": ("p.ttl", TURTLE.replace("id/education/higher>", "id/education/hi>").encode())}
    response = server.http.post("/check?lang=ru", files=files)
    assert response.status_code == 422
    assert "credential" not in re.sub("<[^>]*>", "", response.text.partition("<form")[0])
    assert "id/education/hi&gt;" in response.text.partition("<textarea")[2]


def test_what_is_hidden_in_the_page_is_not_trusted(server: Any) -> None:
    fields = sent(given(server, TURTLE))
    for broken in ("%%%", "{", "[]", '{"unknown": 1}', "QUJD"):
        for name in ("rest", "packed", "others", "credential-1-rest"):
            response = server.http.post("/check?lang=en", data={**fields, name: broken})
            assert response.status_code in {200, 422}, (name, broken)
    data = {"packed": "QUJD", "format": "json"}
    assert server.http.post("/check/download", data=data).status_code in {400, 422}
