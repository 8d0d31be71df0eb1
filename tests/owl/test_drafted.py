"""The two witnesses agree on a position that was drafted, each kind of alternative included."""

import json
from datetime import date
from pathlib import Path

from tests.drafting.judged import CASES, settled
from tests.owl.candidates import CandidateClasses
from tests.owl.test_two_witnesses import differences, statuses

from libonto.drafting.folder import create
from libonto.drafting.points import Known
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.terms import resource
from libonto.public import assess, assessor
from libonto.verdict.model import Status


def test_hermit_and_the_shapes_give_the_same_verdicts_by_a_draft(tmp_path: Path) -> None:
    folder = tmp_path / "methodist"
    create(settled(Known(Graph(Catalogue.of()))), folder, "en")
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps([given for given, _, _ in CASES.values()]), "utf-8")
    found = assess(profile, position="methodist", on=date(2026, 11, 28), data=[str(folder)])
    judge = assessor(str(folder))
    rules = judge.positions.rules(resource("position", "methodist").value)
    classes = CandidateClasses(judge.graph, rules)
    answers = classes.answers([one.evidence for one in found], refute=False)
    assert differences(found, answers, refute=False) == []
    assert {Status.MET, Status.NOT_SHOWN} <= {s for one in found for s in statuses(one).values()}
