"""The folder of a drafted position: it joins the data, says what is open, and can be settled."""

import io
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from tests import sizes
from tests.drafting.test_reader import shuffled
from tests.sizes import examples

from libonto.cli.frame import run
from libonto.drafting.folder import create, draft_state, files_of, load, save, text_of
from libonto.drafting.model import DraftState
from libonto.drafting.points import Known, open_points
from libonto.drafting.position import Position
from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.ontology.checks import run_checks
from libonto.pages import law
from libonto.public import as_object, assess, assessor

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GUIDE = ROOT / "examples/tour-guide.kk.txt"
ON = date(2026, 11, 28)
LATER = DraftState(
    "librarian", "order-338-2022", "ru", text_of(HERE / "librarian-old.ru.txt"), {}, {}
)  # an edition whose text is not held, of a position that is
PERSON = {
    "credentials": [{"level": "higher", "field": "pedagogy", "awarded": "2015-06-30"}],
    "employments": [{"position": "tour-guide", "start": "2018-09-01"}],
    "knowledge": ["pedagogy"],
}


@pytest.fixture(scope="module")
def known() -> Known:
    return Known(Graph(Catalogue.of()))


def drafted(path: Path, known: Known, lang: str = "kk", slug: str = "tour-guide") -> Position:
    return Position(DraftState(slug, f"order-of-{slug}", lang, text_of(path), {}, {}), known)


def settle(position: Position) -> Position:
    """Answer everything, as somebody would who takes the likest proposal, else what comes first."""
    while todo := [point for point in position.open if point.fields]:
        point = todo[0]
        for field in point.missing(position.state.answers):
            fitting = [p.value for p in point.proposals if field.accepts(p.value)]
            choice = next(
                iter([*fitting, *reversed(field.choices)]), f"{point.key} in {field.name}"
            )
            position = position.with_answers({f"{point.key}/{field.name}": choice})
    return position


def verdict(folder: Path, tmp_path: Path, **changes: object) -> dict[str, Any]:
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({**PERSON, **changes}), "utf-8")
    [found] = assess(profile, position="tour-guide", on=ON, data=[str(folder)])
    return as_object(found, lang="en", data=[str(folder)])


def statuses(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(c["category"], c["status"]) for c in found["categories"]]


def test_drafts_join_the_data_and_fail_no_check_but_that_of_their_open_points(
    known: Known, tmp_path: Path
) -> None:
    """Old and new editions in both languages, our own text, and one that is settled: at once."""
    drafts = {
        "methodist": drafted(HERE / "methodist-new.kk.txt", known, slug="methodist"),
        "keeper": drafted(
            ROOT / "ontology/source/order-338/librarian.kk.txt", known, slug="keeper"
        ),
        "settled": settle(drafted(GUIDE, known, slug="settled")),
        "later": Position(LATER, known),
    }
    for name, position in drafts.items():
        create(position, tmp_path / name, "en")
    queries = {path.stem for path in (ROOT / "queries/checks").rglob("*.rq")}
    only = () if sizes.full else {"source-text", *queries}  # SHACL over all of it takes long
    found = run_checks(Catalogue.of([tmp_path / name for name in drafts]), only)
    faults = {c.name: len(c.faults) for c in found if c.faults}
    assert faults == {"open-point": sum(len(position.open) for position in drafts.values())}
    assert drafts["keeper"].open and not drafts["settled"].open


def test_the_likest_known_items_are_those_that_our_own_text_means(known: Known) -> None:
    position = drafted(ROOT / "ontology/source/order-338/librarian.kk.txt", known)
    proposed = {p.key: p.proposals[0].value for p in position.points if p.ask == "knowledge"}
    rules = assessor().positions.rules(assessor().positions.default)
    items = {requirement.item for requirement in rules.requirements if requirement.item}
    assert {f"https://w3id.org/libonto/id/knowledge/{slug}" for slug in proposed.values()} == items


def test_a_verdict_by_a_draft_says_that_it_is_unreviewed(known: Known, tmp_path: Path) -> None:
    create(drafted(GUIDE, known), tmp_path / "guide", "en")
    found = verdict(tmp_path / "guide", tmp_path)
    [notice] = [n for n in found["notices"] if n["kind"] == "unreviewed"]
    assert notice["position"] == "https://w3id.org/libonto/id/position/tour-guide"
    assert [status for _, status in statuses(found)] == ["not-shown", "not-shown"]


def test_a_settled_draft_judges_on_both_sides_of_the_threshold(
    known: Known, tmp_path: Path
) -> None:
    folder = tmp_path / "guide"
    create(drafted(GUIDE, known), folder, "en")
    position = settle(load(folder, known))
    save(position, folder, "en")
    assert load(folder, known).open == []
    knowledge = ["pedagogy", "knowledge-ks01-in-en"]
    for start, expected in (("2024-11-28", "met"), ("2024-11-29", "not-met")):
        employed = [{"position": "tour-guide", "start": start}]
        found = verdict(folder, tmp_path, employments=employed, knowledge=knowledge)
        assert statuses(found) == [("none", "met"), ("second", expected)]
        assert "unreviewed" not in json.dumps(found["notices"])
    [service] = [r for r in found["requirements"] if r["kind"] == "experience"]
    assert service["clauses"][0]["quote"].startswith("экскурсовод қызметіндегі")


def test_the_page_of_the_law_keeps_to_its_text_beside_a_drafted_one(
    known: Known, tmp_path: Path
) -> None:
    create(drafted(GUIDE, known), tmp_path / "guide", "en")
    both = Graph(Catalogue.of([tmp_path / "guide"]))
    assert [c.iri for c in law.clauses(both)] == [c.iri for c in law.clauses(known.graph)]


def test_another_edition_of_a_position_is_judged_by_on_its_days(
    known: Known, tmp_path: Path
) -> None:
    create(Position(LATER, known), tmp_path / "later", "en")
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"knowledge": ["bibliography"]}), "utf-8")
    levels = {}
    for day in (date(2022, 3, 30), date(2022, 3, 31)):
        [found] = assess(profile, position="librarian", on=day, data=[str(tmp_path / "later")])
        levels[day.day] = [category.iri.rpartition("id/")[2] for category in found.categories]
    assert len(levels[30]) == 8 and "category/librarian/higher-highest" in levels[30]
    assert levels[31] == [
        f"category/librarian/order-338-2022/{slug}"
        for slug in ("higher-none", "higher-second", "higher-first", "middle-none")
    ]


def test_what_may_be_an_alternative_is_no_requirement_until_it_is_answered(known: Known) -> None:
    [path] = (ROOT / "tests/fixtures/texts").glob("special*.txt")
    position = drafted(path, known)
    assert [p.key for p in position.points if p.ask == "join"] == [
        "join/E02",
        "join/P01",
        "join/P02",
        "join/G01",
    ]
    shapes = files_of(position, "en")["shapes/positions/tour-guide.ttl"].decode()
    assert "minInclusive" not in shapes and "qualifiedMinCount" not in shapes
    both = position.with_answers({"join/G01/by": "and"})
    shapes = files_of(both, "en")["shapes/positions/tour-guide.ttl"].decode()
    assert "sh:minInclusive 3" in shapes and "sh:minInclusive 1" in shapes  # nested: one of its own


def test_alternatives_of_the_same_fields_are_one_and_others_stand_apart(known: Known) -> None:
    text = (
        "Біліктілікке қойылатын талаптар: педагогикалық жоғары білім немесе бейіні бойынша "
        "техникалық және кәсіптік білім."
    )
    position = Position(DraftState("guide", "order", "kk", text, {}, {}), known)
    answers = {f"education/E01/{n}/fields": "pedagogy" for n in (1, 2)}
    answers |= {"education/E01/1/levels": "higher", "education/E01/2/levels": "postgraduate"}
    ways = {}
    for fields in ("pedagogy", "library-science", "any"):
        other = position.with_answers({**answers, "education/E01/2/fields": fields})
        assert not [p for p in other.open if p.ask in ("education", "unstated")]
        written = files_of(other, "en")["shapes/positions/guide.ttl"].decode()
        ways[fields] = written.count("sh:order"), written.count("lo:undecidedShape")
    assert ways == {"pedagogy": (1, 1), "library-science": (2, 2), "any": (2, 1)}


def test_words_answered_for_an_unread_clause_become_that_kind(known: Known) -> None:
    position = drafted(HERE / "methodist-new.ru.txt", known, "ru")
    more = position.with_answers({"unread/U01/type": "duty"})
    assert len(more.draft.clauses) == len(position.draft.clauses)
    assert [p.key for p in more.points if p.ask == "duty"][-1] == "duty/U01"
    assert "unread/U01" not in [p.key for p in more.open]


@pytest.mark.parametrize(
    ("sentence", "is_judged"),
    [("педагогикалық жоғары білім.", True), ("тәртіпті, ұқыпты адам.", False)],
)
def test_a_text_by_whose_level_all_would_suffice_is_not_judged_by(
    sentence: str, is_judged: bool, known: Known, tmp_path: Path
) -> None:
    """The folder joins ours nevertheless, for whatever else is asked of the data."""
    text = f"Экскурсовод\nБіліктілікке қойылатын талаптар:\nСанаты жоқ экскурсовод: {sentence}"
    state = DraftState("tour-guide", "order-1", "kk", text, {}, {})
    create(Position(state, known), tmp_path / "draft", "kk")
    positions = assessor(str(tmp_path / "draft")).positions
    described = [iri.rpartition("/")[2] for iri in positions.iris]
    assert described == ["librarian", *["tour-guide"] * is_judged]
    assert all(positions.rules(iri).categories for iri in positions.iris)


def test_an_edition_by_which_all_would_suffice_leaves_the_position_to_the_one_held(
    known: Known, tmp_path: Path
) -> None:
    text = "Кітапханашы\nБіліктілікке қойылатын талаптар:\nСанаты жоқ кітапханашы: ұқыпты адам."
    state = DraftState("librarian", "order-338-2022", "kk", text, {}, {})
    create(Position(state, known), tmp_path / "draft", "kk")
    positions = assessor(str(tmp_path / "draft")).positions
    assert len(positions.rules(positions.default, on=ON).categories) == 8
    [check] = run_checks(Catalogue.of([tmp_path / "draft"]), ["said-otherwise"])
    assert check.passed


@pytest.mark.parametrize(("until", "is_right"), [("2026-01-01", False), ("2026-01-02", True)])
def test_an_edition_ends_after_it_has_begun(until: str, is_right: bool) -> None:
    days = ("2026-01-01", until)
    if is_right:
        assert draft_state("Экскурсовод", slug="a", edition="b", lang="kk", days=days).days == days
        return
    with pytest.raises(UsageError) as caught:
        draft_state("Экскурсовод", slug="a", edition="b", lang="kk", days=days)
    assert caught.value.key == "draft-days"


def test_a_folder_is_never_written_over(known: Known, tmp_path: Path) -> None:
    folder = tmp_path / "guide"
    position = drafted(GUIDE, known)
    create(position, folder, "en")
    with pytest.raises(UsageError, match="guide"):
        create(position, folder, "en")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    edited = folder / "ontology/positions/tour-guide.ttl"
    edited.write_text(edited.read_text("utf-8") + "# by hand\n", "utf-8")
    with pytest.raises(UsageError, match=r"tour-guide\.ttl"):
        save(load(folder, known).with_answers({"position/en": "Guide"}), folder, "en")
    assert {p: p.read_bytes() for p in before if p != edited} == {
        p: data for p, data in before.items() if p != edited
    }


def answers_of(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "draft.json").read_text("utf-8"))["answers"]
    return found


def asked(monkeypatch: pytest.MonkeyPatch, lines: Iterable[str]) -> None:
    """What is typed; then the end of input."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_the_commands_draft_and_review(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "guide"
    draft = ["position", "draft", str(GUIDE), "--slug", "tour-guide", "--edition", "order-2-2026"]
    assert run([*draft, "-o", str(folder), "--lang", "en"]) == 0
    assert "16 clauses, 2 levels, 0 unread" in capsys.readouterr().out
    assert run([*draft, "-o", str(folder), "--lang", "en"]) == 2
    review = ["position", "review", str(folder), "--lang", "en"]
    assert run([*review, "--list", "--only", "knowledge"]) == 1
    listed = capsys.readouterr().out
    assert "knowledge/KS02/same=pedagogy\n" in listed and "pedagogy (0.98)" in listed
    asked(monkeypatch, ["1", "", "nonsense"])  # a proposal, later, refused, and no more
    assert run([*review, "--only", "education", "--only", "knowledge"]) == 1
    assert answers_of(folder) == {"education/E01/1/levels": "higher"}
    assert "none of these" in capsys.readouterr().out
    answers = tmp_path / "answers.txt"
    for line, status in (
        ("# a note\n\nposition/kk=\nknowledge/KS02/same=pedagogy\n", 1),
        ("knowledge/KS02/same=nonsense", 2),
        ("knowledge/KS99/same=new", 2),
    ):
        answers.write_text(line, "utf-8")
        assert run([*review, "--answers", str(answers)]) == status
        assert answers_of(folder)["knowledge/KS02/same"] == "pedagogy"
    assert run([*review, "--answers", str(tmp_path / "missing")]) == 2
    description = folder / "ontology/positions/tour-guide.ttl"
    before = description.read_bytes()
    monkeypatch.setenv("LIBONTO_DATA", str(folder))  # in use while it is reviewed
    answers.write_text("knowledge/KS02/same=pedagogy", "utf-8")
    assert run([*review, "--answers", str(answers)]) == 1
    assert description.read_bytes() == before
    assert run([*draft[:4], "no slug", *draft[5:], "-o", str(tmp_path / "x")]) == 2


def test_a_word_document_and_a_pdf_are_read(known: Known, tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for line in GUIDE.read_text("utf-8").splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "guide.docx"))
    assert text_of(tmp_path / "guide.docx") == GUIDE.read_text("utf-8").rstrip("\n")
    (tmp_path / "guide.pdf").write_bytes(b"no pdf")
    (tmp_path / "broken.docx").write_bytes(b"no zip")
    for broken in ("guide.pdf", "broken.docx", "missing.txt"):
        with pytest.raises(UsageError):
            text_of(tmp_path / broken)
    position = drafted(tmp_path / "guide.docx", known)
    assert not open_points([p for p in position.points if p.ask == "unread"], {})


@examples(40)
@given(shuffled())
def test_a_folder_is_written_of_any_text_answered_or_not(
    known: Known, case: tuple[str, str]
) -> None:
    lang, text = case
    try:
        order = draft_state(text, slug="post", edition="order-1", lang=lang, number=1)
    except UsageError:
        assert not any(c.isalnum() for c in text)
        return
    position = Position(order, known)
    for one in (position, settle(position)):
        for name, data in files_of(one, "en").items():
            if name.endswith(".ttl"):
                assert list(ox.parse(data, format=ox.RdfFormat.TURTLE))
