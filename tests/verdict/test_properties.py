"""What must hold of any profile: more never means less, and how it is written decides nothing."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.sizes import examples

import libonto
from libonto.graph.terms import ID, NS
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate, Credential, Employment
from libonto.public import assessor
from libonto.verdict.model import Assessment

DAY = timedelta(days=1)
EARLIEST, LATEST = date(1950, 1, 1), date(2060, 12, 31)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
ME = "urn:example:candidate:1"

judged = examples(40)

LEVELS = [
    f"{ID}education/{slug}"
    for slug in (
        "general-secondary", "technical-vocational", "post-secondary", "higher", "postgraduate",
    )
]  # fmt: skip
FIELDS = [
    ID + "field/library-science",
    ID + "field/pedagogy",
    *(f"http://data.europa.eu/snb/isced-f/{code}" for code in ("0322", "032", "03", "0113", "01")),
    "http://data.europa.eu/esco/isced-f/0311",
    "https://example.org/field",
]
POSTS = [f"{ID}position/{kind}-librarian" for kind in ("school", "college", "public")]
SCHOOL = POSTS[0]
ACTS = [f"{ID}act/{code}" for code in ("K950001000_", "K2600000000", "Z1500000410", "Z070000319_")]


def items() -> list[str]:
    return sorted(assessor().vocabulary.items)


days = st.dates(EARLIEST, LATEST)
credentials = st.builds(
    Credential, st.sampled_from(LEVELS), st.sampled_from(FIELDS), st.none() | days
)


@st.composite
def employments(draw: st.DrawFn, on: date) -> tuple[Employment, ...]:
    """One that is near 3, 4 or 5 years on the day, perhaps with a gap, and others."""
    found = []
    if draw(st.booleans()):
        years = draw(st.sampled_from([3, 4, 5]))
        first = _years_before(on, years) + draw(st.integers(-3, 3)) * DAY
        gap = draw(st.integers(0, 400)) if draw(st.booleans()) else 0
        middle = first + draw(st.integers(1, 900)) * DAY
        found.append(Employment(SCHOOL, first - gap * DAY, middle - (gap + 1) * DAY))
        last = draw(st.none() | st.integers(-3, 3).map(lambda n: on + n * DAY))
        found.append(Employment(SCHOOL, middle, None if last and last < middle else last))
    for _ in range(draw(st.integers(0, 2))):
        first = draw(days)
        length = draw(st.none() | st.integers(0, 2000))
        last = None if length is None else first + length * DAY
        found.append(Employment(draw(st.sampled_from(POSTS)), first, last))
    return tuple(found)


@st.composite
def profiles(draw: st.DrawFn, iri: str = ME) -> tuple[Candidate, date]:
    """Often complete, so that a level is met; and the day of assessment."""
    on = draw(st.dates(date(1960, 1, 1), LATEST))
    held = draw(st.lists(credentials, max_size=3))
    if draw(st.integers(0, 3)):
        level = draw(st.sampled_from(LEVELS[1:4:2]))
        held.append(Credential(level, FIELDS[0], draw(st.none() | st.just(on))))
    missing = draw(st.sets(st.sampled_from(items()), max_size=2)) if draw(st.booleans()) else set()
    known = [item for item in items() if item not in missing]
    known += draw(st.lists(st.sampled_from(ACTS), max_size=2, unique=True))
    return Candidate(
        iri,
        credentials=tuple(held),
        employments=draw(employments(on)),
        knowledge=tuple(known),
    ), on


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def judge(*several: Candidate, on: date) -> list[Assessment]:
    return assessor().assess(several, on=on)


def verdicts(assessment: Assessment) -> dict[str, Any]:
    """All that is said, but whose it is."""
    said = libonto.as_object(assessment, lang="kk")
    del said["candidate"]
    return said


def without_places(said: dict[str, Any]) -> dict[str, Any]:
    """The same, but for what is said of one credential or employment by its place."""
    placed = {"undated-credential", "implausible-date"}
    notices = [notice for notice in said["notices"] if notice["kind"] not in placed]
    return {**said, "notices": notices}


def met(assessment: Assessment) -> set[str]:
    requirements = {f.requirement.iri for f in assessment.findings if f.status == "met"}
    return requirements | {c.iri for c in assessment.categories if c.status == "met"}


# More never means less (default readings, 1950 to 2060)


@judged
@given(profiles(), days)
def test_one_more_day_worked_never_takes_away(profile: tuple[Candidate, date], day: date) -> None:
    candidate, on = profile
    more = replace(candidate, employments=(*candidate.employments, Employment(SCHOOL, day, day)))
    before, after = judge(candidate, more, on=on)
    assert met(before) <= met(after)


@judged
@given(profiles(), st.data())
def test_a_longer_employment_never_takes_away(
    profile: tuple[Candidate, date], data: st.DataObject
) -> None:
    candidate, on = profile
    jobs = list(candidate.employments)
    if not jobs:
        return
    place = data.draw(st.integers(0, len(jobs) - 1))
    job = jobs[place]
    if job.ended and data.draw(st.booleans()):
        jobs[place] = replace(job, ended=job.ended + DAY)
    else:
        jobs[place] = replace(job, started=job.started - DAY)
    before, after = judge(candidate, replace(candidate, employments=tuple(jobs)), on=on)
    assert met(before) <= met(after)


@judged
@given(profiles(), credentials)
def test_one_more_credential_never_takes_away(
    profile: tuple[Candidate, date], credential: Credential
) -> None:
    candidate, on = profile
    more = replace(candidate, credentials=(*candidate.credentials, credential))
    before, after = judge(candidate, more, on=on)
    assert met(before) <= met(after)


@judged
@given(profiles(), st.deferred(lambda: st.sampled_from(items() + ACTS)))
def test_one_more_item_never_takes_away(profile: tuple[Candidate, date], item: str) -> None:
    candidate, on = profile
    more = replace(candidate, knowledge=(*candidate.knowledge, item))
    before, after = judge(candidate, more, on=on)
    assert met(before) <= met(after)


@judged
@given(profiles(), st.integers(0, 800))
def test_time_alone_never_takes_away(profile: tuple[Candidate, date], later: int) -> None:
    candidate, on = profile
    (before,), (after,) = judge(candidate, on=on), judge(candidate, on=on + later * DAY)
    assert met(before) <= met(after)
    for now, then in zip(before.categories, after.categories, strict=True):
        expected = now.earliest_on and max(now.earliest_on, after.on)
        assert then.earliest_on == expected


# How it is written decides nothing


@judged
@given(profiles(), st.data())
def test_splitting_an_employment_changes_nothing(
    profile: tuple[Candidate, date], data: st.DataObject
) -> None:
    candidate, on = profile
    split: list[Employment] = []
    for job in candidate.employments:
        length = ((job.ended or LATEST) - job.started).days
        if length <= 0:
            split.append(job)
            continue
        middle = job.started + data.draw(st.integers(0, length - 1)) * DAY
        split += [replace(job, ended=middle), replace(job, started=middle + DAY)]
    whole, parts = judge(candidate, replace(candidate, employments=tuple(split)), on=on)
    assert without_places(verdicts(whole)) == without_places(verdicts(parts))


@judged
@given(profiles(), st.sampled_from(["urn:x:1", "https://example.org/үміткер?n=1#a", "tag:a,b:c"]))
def test_renaming_the_candidate_changes_nothing(profile: tuple[Candidate, date], name: str) -> None:
    candidate, on = profile
    (one,), (other,) = judge(candidate, on=on), judge(replace(candidate, iri=name), on=on)
    assert other.candidate.iri == name
    assert verdicts(one) == verdicts(other)


@judged
@given(profiles(), st.randoms(use_true_random=False))
def test_the_order_of_triples_changes_nothing(profile: tuple[Candidate, date], chance: Any) -> None:
    candidate, on = profile
    lines = triples(candidate)
    shuffled = list(lines)
    chance.shuffle(shuffled)
    (one,) = judge(*read("\n".join(lines).encode(), "ntriples"), on=on)
    (other,) = judge(*read("\n".join(shuffled).encode(), "ntriples"), on=on)
    (direct,) = judge(candidate, on=on)
    assert without_places(verdicts(one)) == without_places(verdicts(other))
    assert met(direct) == met(one)


@examples(6)
@given(st.lists(profiles(), min_size=2, max_size=6), days)
def test_many_in_one_input_get_the_same_verdicts_as_alone(
    several: list[tuple[Candidate, date]], on: date
) -> None:
    people = [replace(c, iri=f"urn:example:candidate:{n}") for n, (c, _) in enumerate(several)]
    alone = [verdicts(judge(person, on=on)[0]) for person in people]
    whole = judge(*people, on=on)
    assert [a.candidate.iri for a in whole] == [person.iri for person in people]
    assert [verdicts(assessment) for assessment in whole] == alone
    # The same from one document, and from a document each, whose blank nodes are called alike.
    documents = ["\n".join(triples(person)).encode() for person in people]
    in_rdf = [verdicts(judge(*read(document, "ntriples"), on=on)[0]) for document in documents]
    found = judge(*read_all(documents), on=on)
    assert [verdicts(assessment) for assessment in found] == in_rdf
    objects = [as_json(person) for person in people]
    in_json = [verdicts(judge(*read(as_bytes(one), "json"), on=on)[0]) for one in objects]
    assert [verdicts(a) for a in judge(*read(as_bytes(objects), "json"), on=on)] == in_json


def as_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def read(document: bytes, name: str) -> list[Candidate]:
    return Reader(assessor().vocabulary).read([Document(document, format=name)])


def read_all(documents: list[bytes]) -> list[Candidate]:
    reader = Reader(assessor().vocabulary)
    return reader.read(Document(document, format="ntriples") for document in documents)


def triples(candidate: Candidate) -> list[str]:
    """N-Triples, a line each."""
    me = f"<{candidate.iri}>"
    found = [f"{me} <{RDF}type> <{NS}Candidate> ."]

    def say(subject: str, name: str, value: str) -> None:
        found.append(f"{subject} <{NS}{name}> {value} .")

    def dated(day: date) -> str:
        return f'"{day.isoformat()}"^^<{XSD}date>'

    for n, credential in enumerate(candidate.credentials):
        node = f"_:c{n}"
        say(me, "hasCredential", node)
        say(node, "educationLevel", f"<{credential.level}>")
        say(node, "fieldOfStudy", f"<{credential.field}>")
        if credential.awarded:
            say(node, "awardedOn", dated(credential.awarded))
    for n, job in enumerate(candidate.employments):
        node = f"_:e{n}"
        say(me, "hasEmployment", node)
        say(node, "inPosition", f"<{job.position}>")
        say(node, "startedOn", dated(job.started))
        if job.ended:
            say(node, "endedOn", dated(job.ended))
    for item in candidate.knowledge:
        say(me, "hasKnowledgeOf", f"<{item}>")
    return found


def as_json(candidate: Candidate) -> dict[str, Any]:
    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "id": candidate.iri,
        "credentials": [
            {"level": c.level, "field": c.field, "awarded": day(c.awarded)}
            for c in candidate.credentials
        ],
        "employments": [
            {"position": e.position, "start": day(e.started), "end": day(e.ended)}
            for e in candidate.employments
        ],
        "knowledge": list(candidate.knowledge),
    }
