"""Why: the tree of requirements, the clauses in their sentences, and the languages."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from libonto.errors import DataError
from libonto.graph.catalogue import own_folder
from libonto.graph.terms import ID
from libonto.graph.texts import Texts
from libonto.law.model import Clause
from libonto.law.passages import Passage, Passages
from libonto.profile.model import Candidate
from libonto.public import assessor
from libonto.verdict.explanation import ExplainedCategory, Explainer, Explanation
from libonto.verdict.model import Assessment, Status
from libonto.voice.explanation import explanation_object, explanations
from libonto.voice.html import to_page
from libonto.voice.text import TextWriter
from libonto.voice.words import Words

TEXT = (own_folder() / "ontology/source/order-338/librarian.kk.txt").read_bytes().decode()
CATEGORIES = [
    f"{ladder}-{step}"
    for ladder in ("higher", "middle")
    for step in ("none", "second", "first", "highest")
]


@pytest.fixture(scope="module")
def explain(candidate: Callable[..., Candidate]) -> Callable[..., Explanation]:
    explainer = Explainer(assessor())

    def explained(category: str, someone: Candidate | None = None, **readings: str) -> Explanation:
        (assessment,) = assessor().assess(
            [someone or candidate(jobs=[("college", "2018-09-01", None)])],
            on=date(2026, 11, 22),
            readings={name.replace("_", "-"): option for name, option in readings.items()},
        )
        return explainer.explain(assessment, f"{ID}category/librarian/{category}")

    return explained


def branches(category: ExplainedCategory | None) -> Iterator[ExplainedCategory]:
    while category:
        yield category
        category = category.inherited


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_tree_has_every_requirement_once(
    explain: Callable[..., Explanation], category: str
) -> None:
    explanation = explain(category)
    found = [
        r.finding.requirement.iri
        for branch in branches(explanation.category)
        for group in branch.groups
        for r in group.requirements
    ]
    assert sorted(found) == sorted(explanation.category.verdict.requirements)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_clause_stands_marked_in_its_sentence_word_for_word(
    explain: Callable[..., Explanation], category: str
) -> None:
    for branch in branches(explain(category).category):
        passages = [group.passage for group in branch.groups]
        if branch.inherited:
            assert branch.inheritance is not None
            passages.append(branch.inheritance)
        for passage in passages:
            whole = "".join(piece.text for piece in passage.runs)
            assert whole.split() == TEXT[passage.start : passage.end].split()
            for clause in passage.clauses:
                assert TEXT[clause.start : clause.end] == clause.quote
            marked = [(p.clause, p.text) for p in passage.runs if p.clause]
            assert marked == [(c, " ".join(c.quote.split())) for c in passage.clauses]
            for pieces in passage.translations.values():
                assert {p.clause for p in pieces if p.clause} == set(passage.clauses)


def test_the_knowledge_clauses_share_the_sentence_they_stand_in(
    explain: Callable[..., Explanation],
) -> None:
    groups = explain("higher-none").category.groups
    assert [len(group.requirements) for group in groups] == [17, 1]
    assert groups[0].passage.runs[0].text == "Білуге міндетті: "
    education = groups[1].passage
    assert "".join(p.text for p in education.runs) == (
        "Біліктілігі жоғары деңгейдегі санаты жоқ маман: жоғары педагогикалық білім немесе"
        " бейіні бойынша жоғары білім."
    )


def test_a_translated_sentence_reads_as_one(explain: Callable[..., Explanation]) -> None:
    group = explain("higher-second").category.groups[0]
    assert "".join(piece.text for piece in group.passage.translations["en"]) == (
        "Qualification requirements: higher pedagogical education or higher education in the"
        " relevant field and length of service in the position of school librarian of not less"
        " than 3 years."
    )


def test_a_translated_sentence_keeps_the_words_that_govern_it(
    explain: Callable[..., Explanation],
) -> None:
    """“білуге міндетті” stands at the end: without it one would “meet” the items of knowledge."""
    translations = explain("higher-first").category.groups[0].passage.translations
    for lang, last in (
        ("ru", "работы с читателями [— всё это] обязан знать."),
        ("en", "work with readers [– all of which the librarian] is obliged to know."),
    ):
        assert "".join(piece.text for piece in translations[lang]).endswith(last)


def test_what_a_level_states_again_is_told_as_such(explain: Callable[..., Explanation]) -> None:
    repeated = explain("higher-first").category.repeated
    found = {r.requirement.rpartition("/")[2]: [c.id for c in r.clauses] for r in repeated}
    assert found == {
        "education-higher": ["E04"],
        "knowledge-bibliography": ["KS10"],
        "knowledge-library-technology-processes": ["KS11"],
        "knowledge-reader-work": ["KS12"],
    }


def test_each_reading_says_what_it_does_here(explain: Callable[..., Explanation]) -> None:
    explanation = explain("higher-second")
    used = {u.reading.name: u for u in explanation.readings}
    assert set(used) == {
        "college-service",
        "service-arithmetic",
        "pedagogical-in-any-subject",
        "service-before-diploma",
        "library-head-service",
        "successor-act",
        "fundamentals-are-one",
        "service-years",
        "foreign-diploma",
    }
    (counted,) = used["college-service"].others
    assert counted.categories == {explanation.category.verdict.iri: Status.MET}
    assert [iri.rpartition("/")[2] for iri in counted.requirements] == ["experience-3-years"]
    (thirty,) = used["service-arithmetic"].others
    assert (thirty.requirements, thirty.categories) == ({}, {})
    assert explanation.category.verdict.status is Status.NOT_MET


def test_the_act_is_cited_in_each_language(explain: Callable[..., Explanation]) -> None:
    explanation = explain("higher-none")
    for lang, words in (("kk", "бұйрығы"), ("ru", "Приказ Министра"), ("en", "of the Minister")):
        (source,) = explanation_object(explanation, Words(assessor().graph, lang))["sources"]
        assert "338" in source["citation"] and words in source["citation"]
        assert source["textSha256"].startswith("4e59a109")


CODES = re.compile(r"SHA-256|libonto|\b[A-Z]{1,2}\d{2}\b|urn:\S+|[0-9a-f]{64}|\d+-[IVX]+")
"""What is no word: fingerprints, our own name, numbers of clauses and laws, identifiers."""
LATIN = re.compile(r"[A-Za-z]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
KAZAKH = re.compile(r"[ӘәҒғҚқҢңӨөҰұҮүҺһ]")


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("category", ["higher-highest", "middle-highest"])
@pytest.mark.parametrize("form", ["text", "html"])
def test_no_word_of_another_language(
    explain: Callable[..., Explanation], lang: str, category: str, form: str
) -> None:
    explanation = explain(category)
    words = Words(assessor().graph, lang)
    if form == "text":
        lines = TextWriter(2000).write(explanations([explanation], words)).splitlines()
        quotations = [line for line in lines if line.strip().startswith("«")]
        assert quotations
        said = "\n".join(line for line in lines if line not in quotations)
    else:
        page = to_page(explanations([explanation], words))
        said = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
        said = re.sub(r'<p lang="kk">.*?</p>', "", said, flags=re.S) if lang != "kk" else said
        said = re.sub(r"<[^>]*>", " ", said)
    said = CODES.sub("", said)
    if lang == "en":
        assert CYRILLIC.findall(said) == []
    else:
        assert LATIN.findall(said) == []
    if lang == "ru":
        assert KAZAKH.findall(said) == []


def test_a_clause_that_is_not_at_its_place_is_an_error() -> None:
    clause = assessor().positions.clause(f"{ID}clause/order-338/librarian/E01")
    moved = Clause(clause.iri, clause.id, clause.quote, clause.start + 1, clause.end + 1)
    with pytest.raises(DataError, match="E01"):
        Passages(assessor().positions).of([moved])


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        ("Бір. Екі! Үш?", ["Бір.", "Екі!", "Үш?"]),
        ("2 т.б. жұмыс істейді. Сонда", ["2 т.б. жұмыс істейді.", "Сонда"]),
        (
            "Тақырып:\nбірінші; екінші\nсол сөйлем;\nүшінші",
            ["Тақырып:", "бірінші; екінші\nсол сөйлем;", "үшінші"],
        ),
        ("\n\n Бос емес.  \n", ["Бос емес."]),
    ],
)
def test_where_sentences_end(content: str, sentences: list[str], tmp_path: Path) -> None:
    from libonto.graph import texts

    found = [content[a:b] for a, b in texts._sentences(content)]
    assert found == sentences


@pytest.mark.parametrize(("url", "error"), [("../secret.txt", "secret"), ("none.txt", "none.txt")])
def test_a_text_outside_its_folder_or_missing_is_not_read(
    url: str, error: str, tmp_path: Path
) -> None:
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph

    (tmp_path / "ontology").mkdir()
    (tmp_path / "secret.txt").write_text("құпия")
    (tmp_path / "ontology" / "x.ttl").write_text(
        f'<urn:x:text> <https://schema.org/contentUrl> "{url}" .'
    )
    with pytest.raises(DataError, match=re.escape(error)):
        Texts(Graph(Catalogue((tmp_path,)))).named("urn:x:text")


def test_a_text_that_was_changed_is_an_error(tmp_path: Path) -> None:
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph

    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "t.txt").write_text("мәтін")
    (tmp_path / "ontology" / "x.ttl").write_text(
        '<urn:x:text> <https://schema.org/contentUrl> "t.txt" ; <https://schema.org/sha256> "00" .'
    )
    with pytest.raises(DataError, match="SHA-256"):
        Texts(Graph(Catalogue((tmp_path,)))).named("urn:x:text")


def test_passages_of_clauses_that_overlap_stand_apart() -> None:
    positions = assessor().positions
    whole = positions.clause(f"{ID}clause/order-338/librarian/E01")
    part = positions.clause(f"{ID}clause/order-338/librarian/E01.1")
    found: list[Passage] = Passages(positions).of([whole, part])
    assert sorted(len(passage.clauses) for passage in found) == [1, 1]


def test_the_assessment_is_the_one_that_is_explained(
    explain: Callable[..., Explanation], assess: Callable[..., Assessment]
) -> None:
    explanation = explain("middle-none")
    assert explanation.category.verdict == explanation.assessment.category(
        explanation.category.verdict.iri
    )
    assert explanation.robustness.status is explanation.category.verdict.status
