"""HermiT finds met what pySHACL does, for each kind of condition of the made-up later edition."""

import json
from datetime import date

from tests.owl.candidates import MET, CandidateClasses
from tests.test_later_edition import LATER, UNMET, profile

from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.public import assessor

NS = "urn:example:candidate:"


def test_the_classes_of_each_kind_of_condition_say_what_the_shapes_say() -> None:
    whole = assessor(str(LATER))
    assessments = []
    for number, (changed, on, _) in enumerate(UNMET):
        stated = json.dumps(profile(**changed, id=f"{NS}{number}")).encode()
        candidates = Reader(whole.vocabulary).read([Document(stated, format="json")])
        assessments += whole.assess(candidates, on=date.fromisoformat(on))
    classes = CandidateClasses(whole.graph, assessments[0].rules)
    answers = classes.answers([a.evidence for a in assessments], refute=False)
    for assessment, answer in zip(assessments, answers, strict=True):
        met = {f.requirement.iri for f in assessment.findings if str(f.status) == "met"}
        met |= {c.iri for c in assessment.categories if str(c.status) == "met"}
        assert {iri for iri, said in answer.of.items() if said == MET} == met
