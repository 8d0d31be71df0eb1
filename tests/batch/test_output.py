"""Each form of output says what one-by-one assessment says; a workbook is read back."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generator import HEADINGS, people, person, row, triples
from tests.batch.conftest import ON, Batch, errors

from libonto.batch.output.files import ERROR_COLUMNS, list_paths
from libonto.batch.run import Run
from libonto.errors import UsageError, printable
from libonto.locales import LANGUAGES, sentence
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment
from libonto.voice.json import to_object
from libonto.voice.words import Words

COUNT = 40
NT = "".join(triples(one) for one in people(COUNT))
HOSTILE = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def one_by_one(assessor: Assessor) -> list[Assessment]:
    candidates = Reader(assessor.vocabulary).read([Document(NT.encode(), format="ntriples")])
    return assessor.assess(candidates, on=ON)


def test_rows_are_the_same_whatever_is_remembered(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = batch({"people.nt": NT})
    monkeypatch.setattr("libonto.batch.output.forms._FILLED", 1)
    found, _ = batch({"people.nt": NT})
    assert found == expected


def test_csv_has_a_row_for_each_candidate_and_level(
    batch: Batch, one_by_one: list[Assessment]
) -> None:
    lines, _ = batch({"people.nt": NT}, aim=9000)
    rows = list(csv.DictReader(lines))
    expected = []
    for found in one_by_one:
        slugs = {r.iri: r.slug for r in found.rules.requirements}
        expected += [
            {
                "candidate": found.candidate.iri,
                "name": found.candidate.name,
                "position": "librarian",
                "category": c.slug,
                "status": str(c.status),
                "earliestOn": c.earliest_on.isoformat() if c.earliest_on else "",
                "gaps": ";".join(slugs[iri] for iri in c.unmet),
                "dependsOnReadings": ";".join(c.depends_on_readings),
                "asked": str(c.iri == found.candidate.applies_for).lower(),
                "target": str(c.iri == found.target).lower(),
                "edition": "order-338-source",
                "readings": "",
            }
            for c in found.categories
        ]
    assert rows == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_lines_are_the_contract_s_objects(
    batch: Batch, assessor: Assessor, one_by_one: list[Assessment], lang: str
) -> None:
    lines, _ = batch({"people.nt": NT}, form="full", lang=lang, aim=9000)
    words = Words(assessor.graph, lang)
    assert [json.loads(line) for line in lines] == [to_object(one, words) for one in one_by_one]


def test_parquet_has_the_rows_of_csv_in_types_of_its_own(
    batch: Batch, open_run: Callable[..., Run]
) -> None:
    import pyarrow.parquet as pq

    lines, _ = batch({"people.nt": NT})
    run = open_run({"people.nt": NT}, form="parquet")
    run.complete(9000)
    table = pq.read_table(run.order.output)
    expected = list(csv.DictReader(lines))
    for found, wanted in zip(table.to_pylist(), expected, strict=True):
        assert (found["earliestOn"].isoformat() if found["earliestOn"] else "") == wanted[
            "earliestOn"
        ]
        assert ";".join(found["gaps"]) == wanted["gaps"]
        assert ";".join(found["dependsOnReadings"]) == wanted["dependsOnReadings"]
        assert str(found["asked"]).lower() == wanted["asked"]
        for name in ("candidate", "name", "position", "category", "status"):
            assert found[name] == wanted[name]


@pytest.mark.parametrize("form", ["turtle", "ntriples"])
def test_rdf_has_a_report_for_each_candidate(
    open_run: Callable[..., Run], one_by_one: list[Assessment], form: str
) -> None:
    import rdflib
    from rdflib.namespace import RDF, SH

    run = open_run({"people.nt": NT}, form=form)
    run.complete(9000)
    graph = rdflib.Graph().parse(run.order.output, format="turtle" if form == "turtle" else "nt")
    assert len(list(graph.subjects(RDF.type, SH.ValidationReport))) == COUNT
    for found in one_by_one:
        asked = next(c for c in found.categories if c.iri == found.candidate.applies_for)
        focus = rdflib.URIRef(found.candidate.iri)
        results = [
            r
            for r in graph.subjects(SH.focusNode, focus)
            if (r, RDF.type, SH.ValidationResult) in graph
        ]
        said = {
            str(graph.value(r, rdflib.URIRef("https://w3id.org/libonto/ns#requirement")))
            for r in results
        }
        assert said == set(asked.unmet)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_is_for_people(
    open_run: Callable[..., Run], assessor: Assessor, one_by_one: list[Assessment], lang: str
) -> None:
    from openpyxl import load_workbook

    bad = ",".join(HEADINGS) + "\n" + row(person(COUNT + 1)).replace("librarian/", "library/")
    run = open_run({"people.nt": NT, "bad.csv": bad}, form="xlsx", lang=lang)
    run.complete(9000)
    book = load_workbook(run.order.output)
    titles = [sentence(f"batch.sheet-{k}", lang) for k in ("verdicts", "gaps", "errors", "about")]
    assert book.sheetnames == titles
    for sheet in book.worksheets:
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref
    words = Words(assessor.graph, lang)
    rows = list(book[titles[0]].values)
    assert len(rows) == COUNT + 1
    heads, *people_rows = rows
    assert len(heads) == len(set(heads))
    for cells, found in zip(people_rows, one_by_one, strict=True):
        said = dict(zip(heads, cells, strict=True))
        asked = found.category(str(found.candidate.applies_for))
        assert said[sentence("batch.head-name", lang)] == found.candidate.name
        assert said[sentence("batch.head-verdict", lang)] == words.category_status(asked.status)
        assert said[sentence("batch.head-missing", lang)] == len(asked.unmet)
        for category in found.categories:
            assert said[words.short(category.iri)] == words.category_status(category.status)
    gaps = list(book[titles[1]].values)[1:]
    unmet = [len(f.category(str(f.candidate.applies_for)).unmet) for f in one_by_one]
    assert len(gaps) == sum(unmet)
    assert all(isinstance(cells[7], str) and cells[8] for cells in gaps)
    (wrong,) = list(book[titles[2]].values)[1:]
    assert (Path(str(wrong[0])).name, wrong[2]) == ("bad.csv", 2)
    about = [str(cells[0]) for cells in book[titles[3]].values]
    said = words.judged_by(one_by_one[0].notices, one_by_one[0].rules.edition_iri)
    assert about[:2] == [sentence("batch.head-about", lang), said], "the edition comes first"
    assert words.say("report.claims") in about
    assert words.reading("college-service") in about
    assert not (run.order.output.parent / "out.csv.errors.csv").exists()


def test_no_cell_of_a_workbook_or_a_table_is_a_formula(
    open_run: Callable[..., Run], batch: Batch
) -> None:
    from openpyxl import load_workbook

    data = json.dumps({"id": "urn:a:b", "name": HOSTILE}) + "\n"
    run = open_run({"people.jsonl": data}, form="xlsx")
    run.complete()
    sheet = load_workbook(run.order.output).worksheets[0]
    (cell,) = [c for cells in sheet.iter_rows() for c in cells if c.value == HOSTILE]
    assert cell.data_type == "s"
    lines, _ = batch({"people.jsonl": data})
    assert next(csv.DictReader(lines))["name"] == "'" + HOSTILE


NAMES = ["Ким, Анна", 'say "no"', "two\nlines", "semi;colon", "\ttab", "Ünï ©", "  spaces ", "a\rb"]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_survives(name: str, open_run: Callable[..., Run]) -> None:
    data = json.dumps({"id": "urn:a:b", "name": name}) + "\n"
    run = open_run({"people.jsonl": data})
    run.complete()
    with run.order.output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert rows[0]["name"].removeprefix("'") == printable(name)  # on one line, as elsewhere


def test_more_people_than_a_sheet_holds_are_refused_early(
    open_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libonto.batch.output.workbook.MOST_ROWS", 30)
    with pytest.raises(UsageError) as error:
        open_run({"people.nt": NT}, form="xlsx").complete(9000)
    assert error.value.key == "batch-too-many-rows"


def test_a_sheet_that_is_full_is_followed_by_another(
    open_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import load_workbook

    monkeypatch.setattr("libonto.batch.output.workbook.MOST_ROWS", COUNT)
    asked = "https://w3id.org/libonto/id/category/librarian/middle-highest"
    run = open_run({"people.nt": NT}, form="xlsx", asked=asked)
    run.complete()
    book = load_workbook(run.order.output)
    gaps = [sheet for sheet in book.worksheets if sheet.title.startswith("Gaps")]
    assert len(gaps) > 1
    assert all(sheet["A1"].value == "Name" for sheet in gaps)


def test_the_summary_counts_what_the_rows_say(batch: Batch) -> None:
    lines, result = batch({"people.nt": NT})
    rows = list(csv.DictReader(lines))
    counted: dict[str, int] = {}
    for one in rows:
        key = f"librarian/{one['category']} {one['status']}"
        counted[key] = counted.get(key, 0) + 1
    assert dict(result.tally.levels) == counted
    asked = [one for one in rows if one["asked"] == "true"]
    assert result.tally.passed == sum(one["status"] == "met" for one in asked)
    gaps: dict[str, int] = {}
    for one in asked:
        for gap in filter(None, one["gaps"].split(";")):
            gaps[f"librarian/{gap}"] = gaps.get(f"librarian/{gap}", 0) + 1
    assert dict(result.tally.gaps) == gaps
    service = {"experience-3-years", "experience-4-years", "experience-5-years"}
    soon = [
        one
        for one in rows
        if one["gaps"] and set(one["gaps"].split(";")) <= service
        and "2026-11-22" < one["earliestOn"] <= "2027-11-22"
    ]  # fmt: skip
    assert sum(result.tally.soon.values()) == len(soon)
    assert result.tally.next_ones[0][0] == min(one["earliestOn"] for one in soon)


def test_the_list_of_mistakes_goes_when_there_are_none(batch: Batch, tmp_path: Path) -> None:
    batch({"people.nt": NT.replace("education/higher>", "education/highest>", 1)})
    assert errors(tmp_path)
    batch({"people.nt": NT})
    assert not (tmp_path / "out.csv.errors.csv").exists()


def test_a_position_that_others_apply_for_is_a_mistake(batch: Batch, tmp_path: Path) -> None:
    position: Any = "https://w3id.org/libonto/id/position/librarian"
    _, result = batch({"people.nt": NT}, position=position)
    assert result.tally.people == COUNT
    assert errors(tmp_path) == []


def test_what_is_wrong_is_told_file_by_file_and_sheet_by_sheet(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    from openpyxl import Workbook

    lines = [",".join(HEADINGS), *(row(person(n)).strip() for n in range(1, 6))]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Штат"
    for line in [lines[0], "", *lines[3:]]:
        sheet.append(line.split(","))
    book.save(tmp_path / "b.xlsx")
    lines[2] = lines[2].replace("librarian/", "library/")
    lines[5] = lines[5].replace("librarian/", "library/")
    table = "\n".join(lines)
    for aim in (None, 300):
        run = open_run({"a.csv": table}, resume=False)
        assert isinstance(run.order.paths, list)
        run.order.paths.append(str(tmp_path / "b.xlsx"))
        result = run.complete(aim)
        assert result.tally.people == 1
        found = [
            (
                Path(f["file"]).name,
                f["sheet"],
                f["row"],
                f["candidate"],
                "more than" in f["message"],
            )
            for f in csv.DictReader([",".join(ERROR_COLUMNS), *errors(tmp_path)])
        ]
        assert found == [
            ("a.csv", "", "3", "urn:example:candidate:2", False),
            ("a.csv", "", "4", "urn:example:candidate:3", True),
            ("a.csv", "", "5", "urn:example:candidate:4", True),
            ("a.csv", "", "6", "urn:example:candidate:5", False),
            ("a.csv", "", "6", "urn:example:candidate:5", True),
            ("b.xlsx", "Штат", "3", "urn:example:candidate:3", True),
            ("b.xlsx", "Штат", "4", "urn:example:candidate:4", True),
            ("b.xlsx", "Штат", "5", "urn:example:candidate:5", True),
        ]  # fmt: skip
        assert result.faults == len(found)
        assert result.listed == tmp_path / "out.csv.errors.csv"


def test_two_outputs_that_begin_alike_have_lists_of_their_own() -> None:
    north, south = Path("staff.north.csv"), Path("staff.south.csv")
    assert not {*list_paths(north)} & {*list_paths(south)}
    assert list_paths(Path("staff.csv"))[0] == Path("staff.csv.errors.csv")


def test_long_texts_of_a_workbook_have_rows_as_high_as_they_need(
    open_run: Callable[..., Run],
) -> None:
    """Not every program looks itself how high a row has to be."""
    from openpyxl import load_workbook

    run = open_run({"people.nt": NT}, form="xlsx", lang="ru")
    run.complete()
    for sheet in load_workbook(run.order.output).worksheets[:2]:
        columns = sheet.column_dimensions.values()
        widths = {n: c.width for c in columns for n in range(c.min, c.max + 1)}
        for cells in sheet.iter_rows():
            height = sheet.row_dimensions[cells[0].row].height or 15
            for cell in cells:
                width = widths[cell.column]
                if isinstance(cell.value, str) and cell.alignment.wrap_text:
                    assert height / 15 >= len(cell.value) / width


def test_days_of_a_workbook_are_days(open_run: Callable[..., Run]) -> None:
    from openpyxl import load_workbook

    run = open_run({"people.nt": NT}, form="xlsx")
    run.complete()
    heads, *people_rows = load_workbook(run.order.output).worksheets[0].iter_rows()
    place = [head.value for head in heads].index(sentence("batch.head-earliest", "en"))
    days = [cells[place] for cells in people_rows if cells[place].value is not None]
    assert days
    assert all(day.is_date and day.number_format == "yyyy-mm-dd" for day in days)
