"""How a position and a framework cover each other, with figures."""

import json
from pathlib import Path

import pytest

from libonto.cli.frame import run
from libonto.crosswalk.coverage import Figure, as_value, compare
from libonto.errors import UsageError
from libonto.graph.store import Graph

SKILL = "http://data.europa.eu/esco/skill/"


def test_esco_covers_so_many_duties_and_knowledge_items(ours: Graph) -> None:
    value = as_value(compare(ours, "librarian", "esco"), "en")
    figures = {key: (value[key]["covered"], value[key]["total"]) for key in ("duties", "knowledge")}
    assert figures == {"duties": (8, 9), "knowledge": (13, 19)}
    assert [i["label"] for i in value["duties"]["items"] if not i["counterparts"]] == ["Planning"]


def test_each_ladder_is_compared_with_its_occupation(ours: Graph) -> None:
    value = as_value(compare(ours, "librarian", "esco"), "en")
    seen = {
        o["occupation"]["label"]: [
            (o[part]["covered"], o[part]["total"], o[part]["percent"])
            for part in ("essentialSkills", "essentialKnowledge")
        ]
        for o in value["occupations"]
    }
    assert seen == {
        "librarian": [(8, 12, 66), (2, 3, 66)],
        "library assistant": [(9, 11, 81), (0, 1, 0)],
    }


def test_the_essential_skills_that_the_position_lacks_are_named(ours: Graph) -> None:
    value = as_value(compare(ours, "librarian", "esco"), "en")
    [librarian] = [o for o in value["occupations"] if o["for"]["label"] == "Higher ladder"]
    lacking = [i["label"] for i in librarian["essentialSkills"]["items"] if not i["coveredBy"]]
    assert lacking == [
        "develop solutions to information issues",
        "evaluate information services using metrics",
        "negotiate library contracts",
        "perform customer management",
    ]


def test_what_is_only_related_is_counted_apart(ours: Graph) -> None:
    value = as_value(compare(ours, "librarian", "esco"), "en")
    [librarian] = [o for o in value["occupations"] if o["for"]["label"] == "Higher ladder"]
    assert librarian["essentialSkills"]["onlyRelated"] == 5
    assert value["duties"]["onlyRelated"] == 6


def test_a_skill_that_could_not_be_confirmed_is_told_of(ours: Graph) -> None:
    value = as_value(compare(ours, "librarian", "esco"), "en")
    [assistant] = [o for o in value["occupations"] if o["for"]["label"] == "Middle ladder"]
    assert [gap["iri"].rpartition("/")[2] for gap in assistant["gaps"]] == [
        "esco-digital-literacy-skill"
    ]


def test_a_framework_without_essential_skills_gives_no_figures_for_them(ours: Graph) -> None:
    value = as_value(compare(ours, "librarian", "isco-08"), "ru")
    assert len(value["occupations"]) == 3
    assert all(o["essentialSkills"] is None for o in value["occupations"])


@pytest.mark.parametrize(
    ("position", "framework", "key"),
    [
        ("librarian", "eqf", "compare-without-mapping"),
        ("librarian", "esko", "framework-unknown-nearest"),
        ("librarian", "education", "framework-unknown"),
        ("school-librarian", "esco", "position-not-described"),
        ("nobody", "esco", "position-not-described"),
    ],
)
def test_what_cannot_be_compared_is_an_error(
    ours: Graph, position: str, framework: str, key: str
) -> None:
    with pytest.raises(UsageError) as caught:
        compare(ours, position, framework)
    assert caught.value.key == key


def test_a_hundred_percent_means_that_nothing_lacks() -> None:
    assert Figure(199, 200, 0).percent == 99
    assert Figure(3, 3, 0).percent == 100
    assert Figure(0, 0, 0).percent == 0


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_says_the_same_in_every_language(
    lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare", "librarian", "--framework", "esco", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert out.count("✓") == 40
    assert out.count("–") >= 14
    for figure in ("66%", "81%", "88%", "68%", "0%"):
        assert figure in out


def test_a_comparison_is_written_to_a_file_as_json(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    assert run(["compare", "librarian", "--format", "json", "-o", str(path)]) == 0
    assert json.loads(path.read_text("utf-8"))["framework"]["slug"] == "esco"
