"""Two formalisms, one law: HermiT and pySHACL say the same of every candidate.

Each candidate is stated as a class and classified among the eligibility classes; the SHACL
verdicts are those of `libonto assess` by the default readings, which the classes state too.
"""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import owlready2
import pytest
from pyoxigraph import Literal, Triple
from tests.owl.candidates import MET, NOT_KNOWN, NOT_MET, Answers, CandidateClasses
from tests.owl.statements import terminology
from tests.sizes import size, some

from libonto.errors import ReasonerError
from libonto.graph.store import Graph
from libonto.graph.terms import ID, term
from libonto.law.model import PositionRules
from libonto.ontology.reasoner import java, n_triples
from libonto.profile.document import open_document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate, Credential, Employment
from libonto.public import assessor
from libonto.verdict.model import Assessment, Status

ROOT = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 22)
SEEDS = range(10)
GENERATED = size(200, 100)
"""Generated candidates of each seed; the quick run takes one of the seeds."""
REFUTED = size(200, 30)
"""Of how many generated candidates “not met” is proven too, which takes twice as long."""

CLOSED_WORLD = {Status.MET: MET, Status.NOT_MET: NOT_MET, Status.NOT_SHOWN: NOT_KNOWN}
"""What OWL says where SHACL gives a status: it cannot know what is not shown."""

ISCED = "http://data.europa.eu/snb/isced-f/"


@pytest.fixture(scope="module")
def classes(graph: Graph, rules: PositionRules, ontology: list[Triple]) -> CandidateClasses:
    return CandidateClasses(graph, rules, ontology)


class Generator:
    """Candidates at and around every threshold, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        vocabulary = assessor().vocabulary
        self.random = random.Random(seed)
        self.items = sorted(vocabulary.items)
        self.acts = sorted(vocabulary.acts)
        self.levels = sorted(vocabulary.levels)
        self.fields = [
            *sorted(vocabulary.fields),
            *(ISCED + code for code in ("0322", "032", "03", "01", "011", "0114", "0321")),
            "urn:example:field",
        ]
        self.positions = [
            *[f"{ID}position/school-librarian"] * 5,
            f"{ID}position/college-librarian",
            f"{ID}position/public-librarian",
            "urn:example:position",
        ]

    def candidate(self, number: int) -> Candidate:
        return Candidate(
            iri=f"urn:example:candidate:{number}",
            credentials=tuple(self.credential() for _ in range(self.one_of(0, 1, 1, 1, 2, 3))),
            employments=tuple(self.employment() for _ in range(self.one_of(0, 1, 1, 1, 2))),
            knowledge=self.knowledge(),
        )

    def credential(self) -> Credential:
        fit = self.random.random() < 0.6
        level = self.one_of("higher", "technical-vocational", "postgraduate")
        return Credential(
            level=f"{ID}education/{level}" if fit else self.one_of(*self.levels),
            field=f"{ID}field/library-science" if fit else self.one_of(*self.fields),
            awarded=self.one_of(None, date(2015, 6, 30), ON, ON + timedelta(1)),
        )

    def employment(self) -> Employment:
        years = self.one_of(1, 3, 4, 5, 6)
        started = ON.replace(year=ON.year - years) + timedelta(self.one_of(-1, 0, 1, 200))
        ended = started + timedelta(self.random.randrange(2500))
        return Employment(self.one_of(*self.positions), started, self.one_of(None, None, ended))

    def knowledge(self) -> tuple[str, ...]:
        known = set(self.items)
        how = self.random.random()
        if how < 0.2:
            known = set(self.random.sample(self.items, self.random.randrange(len(self.items))))
        elif how < 0.5:
            known -= set(self.random.sample(self.items, self.one_of(1, 1, 2, 3)))
        if self.random.random() < 0.5:
            known |= set(self.random.sample(self.acts, self.one_of(1, 3)))
        return tuple(sorted(known))

    def one_of(self, *choices: object) -> object:
        return self.random.choice(choices)


def generated(count: int, seed: int) -> list[Candidate]:
    generator = Generator(seed)
    found = [generator.candidate(number) for number in range(count)]
    kinds = {(c.credentials, c.employments, c.knowledge) for c in found}
    assert len(kinds) > count * 0.95, "they are different candidates"
    return found


def judged(candidates: Sequence[Candidate]) -> list[Assessment]:
    judge = assessor()
    return judge.assess(candidates, position=judge.positions.default, on=ON)


def statuses(assessment: Assessment) -> dict[str, Status]:
    found = {f.requirement.iri: f.status for f in assessment.findings}
    return found | {c.iri: c.status for c in assessment.categories}


def differences(
    assessments: Sequence[Assessment], answers: Sequence[Answers], *, refute: bool = True
) -> list[tuple[str, str, str, str]]:
    """Where the witnesses differ; without `refute` only on whether it is met."""
    found = []
    for assessment, answer in zip(assessments, answers, strict=True):
        assert assessment.candidate.iri == answer.candidate
        assert statuses(assessment).keys() == answer.of.keys()
        for iri, status in statuses(assessment).items():
            expected = CLOSED_WORLD[status]
            said = answer.of[iri]
            if (expected != said) if refute else ((expected == MET) != (said == MET)):
                found.append((answer.candidate, iri, str(status), said))
    return found


@pytest.mark.reasoner
@pytest.mark.sampled(1)
@pytest.mark.parametrize("seed", SEEDS)
def test_thousands_of_generated_candidates(classes: CandidateClasses, seed: int) -> None:
    candidates = generated(GENERATED, seed=338 + seed)
    evidences = [
        assessor().evidence(c, assessor().positions.rules(assessor().positions.default), ON)
        for c in candidates
    ]
    with ThreadPoolExecutor(1) as pool:  # HermiT on one core, pySHACL on the other
        proving = pool.submit(classes.answers, evidences, refute=False)
        assessments = judged(candidates)
        answers = proving.result()
    assert differences(assessments, answers, refute=False) == []
    met = Counter(c.slug for a in assessments for c in a.categories if c.status is Status.MET)
    assert len(met) >= 7, met


@pytest.mark.reasoner
def test_the_three_statuses_of_generated_candidates(classes: CandidateClasses) -> None:
    """Below the class: met. Below its complement: not met. Neither: OWL does not know."""
    assessments = judged(generated(REFUTED, seed=2009))
    answers = classes.answers([a.evidence for a in assessments])
    assert differences(assessments, answers) == []
    seen = Counter(status for a in assessments for status in statuses(a).values())
    assert min(seen[status] for status in Status) > REFUTED / 2


@pytest.mark.reasoner
def test_every_test_profile(classes: CandidateClasses) -> None:
    judge = assessor()
    paths = sorted((ROOT / "tests" / "positions" / "librarian").rglob("*.ttl"))
    assert len(paths) > 100
    candidates = [
        replace(candidate, iri=f"urn:example:{path.parent.name}:{path.stem}")
        for path in some(paths, 30)
        for candidate in Reader(judge.vocabulary).read([open_document(str(path))])
    ]
    assert candidates
    assessments = judged(candidates)
    assert differences(assessments, classes.answers([a.evidence for a in assessments])) == []


def profile(**parts: object) -> Assessment:
    (found,) = judged([replace(Candidate("urn:example:one"), **parts)])
    return found


@pytest.mark.reasoner
def test_where_owl_can_only_say_not_known(classes: CandidateClasses, rules: PositionRules) -> None:
    """The closed-world statuses, one by one, beside what OWL can say of the same facts."""
    level, field = f"{ID}education/higher", f"{ID}field/library-science"
    school = f"{ID}position/school-librarian"
    nothing = profile()
    too_broad = profile(credentials=(Credential(level, ISCED + "032"),))
    other_field = profile(credentials=(Credential(level, "urn:example:field"),))
    not_yet = profile(credentials=(Credential(level, field, ON + timedelta(1)),))
    too_short = profile(employments=(Employment(school, ON - timedelta(10)),))
    elsewhere = profile(employments=(Employment("urn:example:post", date(2000, 1, 1)),))
    cases = [nothing, too_broad, other_field, not_yet, too_short, elsewhere]
    answers = classes.answers([a.evidence for a in cases])
    education = f"{ID}requirement/librarian/education-higher"
    service = f"{ID}requirement/librarian/experience-3-years"
    knowledge = f"{ID}requirement/librarian/knowledge-bibliography"
    assert [a.of[education] for a in answers] == [
        NOT_KNOWN,  # nothing is stated: there may be a diploma
        NOT_KNOWN,  # the field may be the one that is asked for
        NOT_MET,  # these are all the diplomas, and none fits
        NOT_MET,  # what does not count yet is stated, and does not count
        NOT_KNOWN,
        NOT_KNOWN,
    ]
    assert [a.of[service] for a in answers] == [
        NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN,
        NOT_MET,  # this is all the service
        NOT_MET,  # all of it is in posts that do not count
    ]  # fmt: skip
    assert {a.of[knowledge] for a in answers} == {NOT_KNOWN}  # absence of proof refutes nothing
    assert differences(cases, answers) == []


@pytest.mark.reasoner
def test_a_wrong_threshold_in_the_classes_sets_the_witnesses_apart(
    graph: Graph, rules: PositionRules, ontology: list[Triple]
) -> None:
    facet, integer = term("xsd:minInclusive"), term("xsd:integer")
    wrong = [
        Triple(t.subject, facet, Literal("4", datatype=integer))
        if t.predicate == facet and t.object == Literal("3", datatype=integer)
        else t
        for t in ontology
    ]
    school = f"{ID}position/school-librarian"
    three = profile(employments=(Employment(school, ON.replace(year=ON.year - 3)),))
    answers = CandidateClasses(graph, rules, wrong).answers([three.evidence])
    found = {iri.rpartition("/")[2] for _, iri, _, _ in differences([three], answers)}
    assert "experience-3-years" in found


@pytest.mark.reasoner
def test_facts_that_nobody_can_have_are_an_error(
    graph: Graph, rules: PositionRules, ontology: list[Triple]
) -> None:
    """A contradiction is below every class; it must not pass for somebody who meets all."""
    impossible = Triple(term("lo:Candidate"), term("rdfs:subClassOf"), term("owl:Nothing"))
    classes = CandidateClasses(graph, rules, [*ontology, impossible])
    with pytest.raises(ReasonerError) as caught:
        classes.answers([profile().evidence])
    assert caught.value.key == "candidate-impossible"


@pytest.mark.reasoner
def test_a_handful_as_individuals_through_owlready2_s_objects(
    rules: PositionRules, ontology: list[Triple], classes: CandidateClasses
) -> None:
    import io

    assessments = [a for a in judged(generated(size(60, 30), seed=7)) if any(a.highest.values())]
    assessments = assessments[: size(4, 2)]
    assessments += judged(generated(3, seed=1))
    owlready2.JAVA_EXE = java()
    world = owlready2.World()
    lo = world.get_ontology("https://w3id.org/libonto/ns#")
    lo.load(fileobj=io.BytesIO(n_triples(terminology(ontology))))
    people = []
    with lo:
        for number, assessment in enumerate(assessments):
            person = lo.Candidate(f"candidate{number}")
            for credential in assessment.evidence.counted:
                paper = lo.Credential()
                paper.educationLevel = world[credential.level]
                inside, _ = assessor().deriver.fields.place(credential.field)
                paper.inField = [world[iri] for iri in inside]
                person.countedCredential.append(paper)
            if assessment.candidate.employments:
                person.service.append(lo.ServiceRecord(completedYears=assessment.service.years))
            for shown in assessment.evidence.knowledge:
                through = "ThroughSuccessor" if shown.through_successor else ""
                getattr(person, f"showsKnowledge{through}").append(world[shown.item])
            people.append(person)
    owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    for person, assessment in zip(people, assessments, strict=True):
        found = {class_.iri for class_ in person.INDIRECT_is_a if hasattr(class_, "iri")}
        for iri, status in statuses(assessment).items():
            assert (classes.classes[iri].value in found) is (status is Status.MET), iri
