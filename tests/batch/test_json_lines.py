"""Lean lines of JSON say what the whole object says, in slugs, days and numbers."""

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generator import people, triples
from tests.batch.conftest import ON, Batch

from libonto.cli.frame import run
from libonto.locales import LANGUAGES
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry
from libonto.voice.json import to_object
from libonto.voice.words import Words

ODD = [
    {"credentials": [{"level": "higher", "field": "pedagogy", "awarded": "2015"}]},
    {"name": "100 % \"named\"", "credentials": [{"level": "higher", "field": "library-science"}],
     "employments": [{"position": "school-librarian", "start": "1931-01-01", "end": "1990-01-01"}]},
    {"holds": [{"category": "librarian/higher-second"}], "knowledge": ["bibliography"]},
    {"credentials": [{"level": "higher", "field": "pedagogy", "awarded": "2015-06-30"}],
     "employments": [{"position": "school-librarian", "start": "2020-01-01"}]},
]  # fmt: skip
NT = "".join(triples(one) for one in people(60))
HOLES = '"requirements": "\\u0000", "categories": "\\u0000"'
SUBJECTS = ("act", "edition", "credential", "employment")
FACTS = ("candidate", "name", "position", "assessedOn", "edition", "readings", "service",
         "highest", "target")  # fmt: skip


def lean(whole: dict[str, Any]) -> dict[str, Any]:
    """What the contract asks of a lean line, taken from the whole object."""
    slugs = {r["requirement"]: r["requirement"].rpartition("/")[2] for r in whole["requirements"]}
    return {
        **{name: whole[name] for name in FACTS},
        "categories": [
            {
                "category": c["category"],
                "status": c["status"],
                "gaps": [slugs[iri] for iri in c["unmet"]],
                "earliestOn": c["earliestOn"],
                "dependsOnReadings": c["dependsOnReadings"],
            }
            for c in whole["categories"]
        ],
        "notices": [
            {name: notice[name] for name in ("kind", *SUBJECTS) if name in notice}
            for notice in whole["notices"]
        ],
    }


@pytest.mark.parametrize("category", [None, "middle-first"])
def test_a_line_says_what_the_whole_object_says(
    batch: Batch, assessor: Assessor, category: str | None
) -> None:
    asked = f"https://w3id.org/libonto/id/category/librarian/{category}" if category else None
    odd = "".join(json.dumps(one) + "\n" for one in ODD)
    lines, result = batch({"a.nt": NT, "b.jsonl": odd}, form="jsonl", asked=asked)
    assert result.faults == 0
    found = [json.loads(line) for line in lines]
    reader = Reader(assessor.vocabulary)
    documents = [Document(NT.encode(), "a.nt"), Document(json.dumps(ODD).encode(), "b.json")]
    inquiry = Inquiry(ON, category=asked)
    words = Words(assessor.graph, "en")
    wholes = assessor.answer(reader.read(documents), inquiry)
    assert found == [lean(to_object(whole, words)) for whole in wholes]
    kinds = {notice["kind"] for one in found for notice in one["notices"]}
    assert {"undated-credential", "implausible-date", "edition-superseded"} <= kinds
    assert max(len(line.encode()) for line in lines[:60]) < 4096


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_object_is_that_of_the_ordinary_judge_byte_for_byte(
    batch: Batch, assessor: Assessor, lang: str
) -> None:
    """What is said of many is written once, and nobody is told what is another's."""
    odd = "".join(json.dumps(one) + "\n" for one in (*ODD, {"name": HOLES}))
    lines, result = batch({"a.nt": NT, "b.jsonl": odd}, form="full", lang=lang)
    assert result.faults == 0
    reader = Reader(assessor.vocabulary)
    document = Document(json.dumps([*ODD, {"name": HOLES}]).encode(), "b.json")
    candidates = reader.read([Document(NT.encode(), "a.nt"), document])
    wholes = assessor.answer(candidates, Inquiry(ON))
    words = Words(assessor.graph, lang)
    assert lines == [json.dumps(to_object(one, words), ensure_ascii=False) for one in wholes]


def test_the_whole_object_is_written_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text(NT, "utf-8")
    args = ["batch", str(tmp_path / "a.nt"), "-o", str(tmp_path / "o.jsonl"), "--jobs", "1"]
    assert run([*args, "--on", "2026-11-22", "--full"]) == 1
    first = json.loads((tmp_path / "o.jsonl").read_text("utf-8").splitlines()[0])
    assert first["requirements"][0]["clauses"]
    assert run([*args[:3], str(tmp_path / "o.csv"), "--full"]) == 2


def test_an_edition_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.nt").write_text(NT, "utf-8")
    args = ["batch", str(tmp_path / "a.nt"), "-o", str(tmp_path / "o.jsonl"), "--jobs", "1"]
    args += ["--lang", "en", "--on", "2026-11-22", "--edition"]
    assert run([*args, "order-338-source"]) == 1
    first = json.loads((tmp_path / "o.jsonl").read_text("utf-8").splitlines()[0])
    assert first["edition"]["edition"].endswith("edition/order-338-source")
    said = capsys.readouterr().err
    assert said.index("2022") < said.index("Candidates judged")
    assert run([*args, "order-1"]) == 2
