"""The page: it stands alone, it is complete, and nothing in a profile acts as markup."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from libonto.public import assessor
from libonto.verdict.explanation import Explainer
from libonto.verdict.model import Assessment
from libonto.voice.explanation import explanations
from libonto.voice.html import to_html, to_page
from libonto.voice.report import report
from libonto.voice.text import TextWriter
from libonto.voice.words import Words

Judged = Callable[..., list[Assessment]]
LANGUAGES = ["kk", "ru", "en"]
HOSTILE = '</title></style><script>alert(1)</script><img src=x onerror="alert(1)">{{7*7}}{% x %}'
VOID = {"meta", "br", "img", "link"}


class Page(HTMLParser):
    """The tags, their attributes and the text of a page; unclosed tags are gathered."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.wrong: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.wrong += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def pages(judged: Judged, asked: str, lang: str, **change: object) -> list[str]:
    """The report and the explanation of one candidate."""
    found = judged(change, asked=asked)
    words = Words(assessor().graph, lang)
    explained = [Explainer(assessor()).explain(found[0], asked)]
    report = to_html(found, assessor().graph, lang, {"profile.json": "ab" * 32})
    return [report, to_page(explanations(explained, words))]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_stands_alone(judged: Judged, asked: str, lang: str) -> None:
    for page in pages(judged, asked, lang):
        found = Page(page)
        assert found.wrong == []
        assert ("html", {"lang": lang}) in found.tags
        names = {tag for tag, _ in found.tags}
        assert not names & {"script", "link", "img", "iframe", "object", "form", "base"}
        attributes = {name for _, attrs in found.tags for name in attrs}
        assert not attributes & {"src", "href", "srcset", "action", "style"}
        assert not [name for name in attributes if name.startswith("on")]
        css = "".join(re.findall(r"<style>(.*?)</style>", page, re.S))
        assert "url(" not in css and "@import" not in css
        assert "prefers-color-scheme: dark" in css and "size: A4" in css


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_has_all_its_parts(judged: Judged, asked: str, lang: str) -> None:
    page = pages(judged, asked, lang)[0]
    text = " ".join(Page(page).text.split())
    graph = assessor().graph
    words = Words(graph, lang)
    assessment = judged(asked=asked)[0]
    expected = [
        assessment.candidate.name or "",
        words.verdict(assessment),
        words.other_readings(assessment),
        "№ 5 мектеп",
        "Қазақ ұлттық қыздар университеті",
        words.span(assessment.service),
        words.day(assessment.on),
        graph.fingerprint(),
        "ab" * 32,
        words.say("dossier.chair"),
        words.say("dossier.member"),
        words.say("dossier.candidate"),
        *(words.notice(notice) for notice in assessment.notices),
        *(words.short(category.iri) for category in assessment.categories),
        *(words.reading(name) for name in assessment.readings),
    ]
    for finding in assessment.findings:
        if finding.requirement.iri in assessment.category(asked).requirements:
            clause = finding.requirement.clause_for(asked)
            expected += [words.label(finding.requirement.iri), clause.id]
            expected.append(" ".join(clause.quote.split()))
            expected.append(words.translation(clause))
    assert [part for part in expected if part not in text] == []


def test_a_requirement_that_is_not_met_is_told_with_what_is_required_and_found(
    judged: Judged, asked: str
) -> None:
    text = " ".join(Page(pages(judged, asked, "en")[0]).text.split())
    assert "Length of service in the post of school librarian must be at least 4 completed" in text
    assert "3 years 2 months 21 days." in text
    assert "School librarian: 1 September 2023 – still employed — counts" in text
    assert "College librarian: 1 September 2019 – 31 August 2022 — does not count" in text


@pytest.mark.parametrize("name", [HOSTILE, "\u202eevil\x1b[31m\x00", "<b>"])
def test_nothing_in_a_profile_acts_as_markup(judged: Judged, asked: str, name: str) -> None:
    clean = [[tag for tag, _ in Page(page).tags] for page in pages(judged, asked, "ru")]
    for page, tags in zip(pages(judged, asked, "ru", name=name), clean, strict=True):
        found = Page(page)
        assert [tag for tag, _ in found.tags] == tags
        assert not re.search("[\x00-\x08\x1b\u202e]", page)
        if name == HOSTILE:
            assert HOSTILE in found.text


def test_several_candidates_are_several_sections(judged: Judged) -> None:
    found = judged({}, {"iri": "urn:example:candidate:2", "name": "Екінші"})
    page = Page(to_html(found, assessor().graph, "kk"))
    assert [tag for tag, _ in page.tags].count("section") == 2
    assert page.text.count("Комиссия төрағасы") == 2


def test_without_a_category_asked_for_all_requirements_are_told(judged: Judged) -> None:
    text = Page(to_html(judged(), assessor().graph, "en")).text
    words = Words(assessor().graph, "en")
    for requirement in judged()[0].rules.requirements:
        assert words.label(requirement.iri) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_can_be_written_as_text_too(judged: Judged, asked: str, lang: str) -> None:
    words = Words(assessor().graph, lang)
    (found,) = judged({}, asked=asked)
    lines = TextWriter(4000).write(report([found], words)).splitlines()
    for name, option in found.readings.items():  # a table without names of its columns
        assert any(words.reading(name) in x and words.option(name, option) in x for x in lines)
