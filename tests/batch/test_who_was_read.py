"""Who is read, and what of them: the readers of a batch, and of HTTP, against the intake."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st
from tests.sizes import examples

from libonto.api.lists import judge_list
from libonto.errors import LibontoError
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry
from libonto.voice.json import to_object
from libonto.voice.words import Words

ON = date(2026, 11, 22)
IRIS = ["urn:example:1", "urn:example:(1)", "urn:libonto:candidate:2", "https://example.org/ә"]
IDS = [*IRIS, None, "", "(1)", "\u00a0", " ", "urn:example:1 ", "urn:example:\u00a0x", "1"]
NAMES = ["A", "(1)", "\u00a0", "a\rb", "a\r\nb", "\u2028", " A ", "=1", "'A", '"', "#A", ""]
FORMS = ("json", "jsonl", "csv", "xlsx", "turtle", "nquads", "ntriples", "nt-cr")
HEADINGS = ["id", "name", "education level 1", "field of study 1"]
FOREIGN = ["http://xmlns.com/foaf/0.1/age", "urn:example:а", "urn:example:Class"]
Person = tuple[str | None, str, bool]
EVERYBODY = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=4
)


def objects(people: list[Person]) -> list[dict[str, Any]]:
    diploma = {"credentials": [{"level": "higher", "field": "library-science"}]}
    return [
        {**({} if iri is None else {"id": iri}), "name": name, **(diploma if has else {})}
        for iri, name, has in people
    ]


def as_table(people: list[Person]) -> bytes:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(HEADINGS)
    for iri, name, has in people:
        table.writerow([iri or "", name, *(("higher", "library-science") if has else ("", ""))])
    return written.getvalue().encode()


def as_workbook(people: list[Person]) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    for row, (iri, name, has) in enumerate(people, 1):
        cells = [iri or "", name, *(("higher", "library-science") if has else ("", ""))]
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text)
    book.close()
    return written.getvalue()


def as_triples(people: list[Person], end: str) -> bytes:
    ns, kept = "https://w3id.org/libonto/ns#", "https://w3id.org/libonto/id/"
    lines = []
    for number, (iri, name, has) in enumerate(people):
        who = f"<{iri if iri in IRIS else IRIS[0]}>"
        escaped = json.dumps(name)
        lines.append(f"{who} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ns}Candidate> .")
        lines.append(f"{who} <{ns}name> {escaped} .")
        if has:
            node = f"_:c{number}"
            lines += [
                f"{who} <{ns}hasCredential> {node} .",
                f"{node} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ns}Credential> .",
                f"{node} <{ns}educationLevel> <{kept}education/higher> .",
                f"{node} <{ns}fieldOfStudy> <{kept}field/library-science> .",
            ]
    return (end.join(lines) + end).encode()


def written(people: list[Person], form: str) -> bytes:
    if form == "json":
        return json.dumps(objects(people)).encode()
    if form == "jsonl":
        return "".join(json.dumps(one) + "\n" for one in objects(people)).encode()
    if form == "csv":
        return as_table(people)
    if form == "xlsx":
        return as_workbook(people)
    return as_triples(people, "\r" if form == "nt-cr" else "\n")


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor()


def by_the_intake(assessor: Assessor, data: bytes, format_: str) -> dict[str, Any] | None:
    """The object of everybody who was read; None where nobody was."""
    try:
        entries = list(Intake(assessor.vocabulary).documents([Document(data, format=format_)]))
    except LibontoError:
        return None
    candidates = [e.candidate for e in entries if e.candidate is not None and not e.problems]
    found = assessor.assess(candidates, on=ON) if candidates else []
    words = Words(assessor.graph, "en")
    read = [entry.iri for entry in entries]
    return {
        one.candidate.iri: to_object(one, words)
        for one in found
        if read.count(one.candidate.iri) == 1  # a batch judges nobody who stands twice
    } or None


def by_the_batch(assessor: Assessor, data: bytes, format_: str) -> dict[str, Any] | None:
    try:
        found = judge_list(assessor, data, format_, Inquiry(ON), lang="en", form="full")
    except LibontoError:
        return None
    lines = [json.loads(line) for line in found.content.splitlines()]
    return {one["candidate"]: one for one in lines} or None


TERMS = st.lists(
    st.tuples(
        st.sampled_from(["<urn:example:1>", "<urn:example:2>", "_:c0", "<urn:example:nobody>"]),
        st.sampled_from(FOREIGN),
        st.sampled_from(['"44"', "<urn:example:x>", "_:b", "_:c0", '"a"@kk', "<urn:example:1>"]),
    ),
    max_size=4,
)


@pytest.mark.parametrize("form", ["turtle", "nquads", "ntriples"])
@pytest.mark.every_case
@examples(60)
@given(terms=TERMS, sound=st.booleans(), type_=st.booleans())
def test_terms_of_others_are_passed_over_by_name(
    assessor: Assessor, form: str, terms: list[tuple[str, str, str]], sound: bool, type_: bool
) -> None:
    """Wherever they stand: on a candidate, right or wrong, on its credential, on nobody's node."""
    data = as_triples([("urn:example:1", "A", True), ("urn:example:2", "B", False)], "\n")
    lines = [f"{subject} <{iri}> {value} .\n" for subject, iri, value in terms]
    if type_:
        rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
        lines.append(f"<urn:example:1> <{rdf_type}> <{FOREIGN[-1]}> .\n")
    if not sound:
        lines.append('<urn:example:2> <https://w3id.org/libonto/ns#name> "C" .\n')
    data += "".join(lines).encode()
    document = Document(data, format=form)
    entries = list(Intake(assessor.vocabulary).documents([document]))
    found = judge_list(assessor, data, form, Inquiry(ON), lang="en", form="full")
    assert {one.column for one in found.passed_over} == {
        note.value for entry in entries for note in entry.notes
    }


def _number_of_another(people: list[Person]) -> bool:
    """Whether somebody states the IRI of one whose own identifier is a mistake."""
    mistaken = len(people) > 1 and people[1][0] not in (*IRIS, None)
    return mistaken and any(iri == "urn:libonto:candidate:2" for iri, _, _ in people)


@pytest.mark.every_case
@pytest.mark.parametrize(
    "form", ["json", "jsonl", "csv", "xlsx", "turtle", "nquads", "ntriples", "nt-cr"]
)
@examples(60)
@example(people=[(IRIS[0], "A", True), (None, "\u00a0", False), (IRIS[0], "(1)", False)])
@example(people=[(IRIS[0], "A", True), (IRIS[0] + " ", "A", True)])
@given(people=EVERYBODY.filter(lambda people: not _number_of_another(people)))
def test_the_same_people_with_the_same_statements(
    assessor: Assessor, form: str, people: list[Person]
) -> None:
    data = written(people, form)
    format_ = "ntriples" if form == "nt-cr" else form
    # To the intake lines of JSON are an array of objects.
    plain = written(people, "json") if form == "jsonl" else data
    expected = by_the_intake(assessor, plain, "json" if form == "jsonl" else format_)
    assert by_the_batch(assessor, data, format_) == expected
