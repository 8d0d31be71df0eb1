"""`libonto show`, as people call it."""

import json

import pytest
from pyoxigraph import RdfFormat, parse

from libonto.cli.frame import run

Capture = pytest.CaptureFixture[str]


def test_a_clause_is_shown_with_its_translation(capsys: Capture) -> None:
    said = {}
    for lang in ("kk", "ru", "en"):
        assert run(["show", "E02", "--lang", lang]) == 0
        said[lang] = " ".join(capsys.readouterr().out.split())
    for text in said.values():
        assert "бейіні бойынша техникалық және кәсіптік білім" in text
        assert "2106" in text and "2204" in text
    assert "техническое и профессиональное образование" in said["ru"]
    assert "technical and vocational education" in said["en"]
    assert "технич" not in said["kk"].replace("техникалық", "")


def test_labels_and_both_directions(capsys: Capture) -> None:
    assert run(["show", "bibliography", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "Bibliography" in out and "Knowledge item" in out
    assert "requirement/librarian/knowledge-bibliography" in out


def test_a_position_s_slug_means_it_and_not_its_scheme(capsys: Capture) -> None:
    assert run(["show", "librarian", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["iri"].endswith("/id/position/librarian")
    assert run(["show", "scheme/librarian", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["iri"].endswith("/id/scheme/librarian")
    assert run(["show", "education"]) == 2  # a kind of requirement, or the scheme of the levels
    assert "scheme/education" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "iri"), [("de-dqr/6", "qdr/c_6919ed25"), ("eqf/6", "eqf/6")])
def test_a_framework_s_level_is_called_as_in_a_profile(
    capsys: Capture, name: str, iri: str
) -> None:
    assert run(["show", name, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["iri"] == f"http://data.europa.eu/snb/{iri}"


def test_the_value_for_programs(capsys: Capture) -> None:
    assert run(["show", "lo:completedYears", "--format", "json", "--lang", "ru"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["iri"] == "https://w3id.org/libonto/ns#completedYears"
    assert set(found["labels"]) == {"kk", "ru", "en"}
    assert found["label"] == found["labels"]["ru"]
    assert any(s["property"].endswith("#domain") for s in found["statements"])


def test_the_triples(capsys: Capture) -> None:
    assert run(["show", "E02", "--format", "turtle"]) == 0
    out = capsys.readouterr().out
    assert list(parse(out, format=RdfFormat.TURTLE))
    assert run(["show", "E02", "--format", "turtle"]) == 0
    assert capsys.readouterr().out == out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pedagogy", "knowledge/pedagogy"),
        ("bibliografy", "knowledge/bibliography"),
        ("zzzzzzzz", "zzzzzzzz"),
        ("", "known"),
        ("http://example.org/", "http://example.org/"),
        ("\x1b[31m", "known"),
        ("\udcff", "known"),
    ],
)
def test_what_cannot_be_shown_is_one_clear_message(capsys: Capture, name: str, said: str) -> None:
    assert run(["show", name, "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and said in err and "\x1b" not in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("width", [40, 100])
def test_the_page_keeps_to_the_width(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, lang: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for name in ("E02", "lo:Candidate", "eligibility/librarian/higher-first", "K950001000_"):
        assert run(["show", name, "--lang", lang]) == 0
        assert max(map(len, capsys.readouterr().out.splitlines())) <= width
