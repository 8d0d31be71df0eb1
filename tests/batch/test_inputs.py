"""Whatever form people come in: files, folders, standard input, packed or not."""

import bz2
import gzip
import io
import json
import lzma
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generator import HEADINGS, Person, people, row, triples
from pyoxigraph import RdfFormat, parse, serialize
from tests.batch.conftest import Batch, errors

from libonto.batch.run import Run
from libonto.errors import FormatError, LibontoError, SyntaxFault, TooLargeError, UsageError
from libonto.graph.formats import PROFILES
from libonto.profile.document import read_rdf, read_rdf_file

PEOPLE = list(people(30))
NT = "".join(triples(one) for one in PEOPLE)
CSV = ",".join(HEADINGS) + "\n" + "".join(row(one) for one in PEOPLE)


def as_object(one: Person) -> dict[str, Any]:
    return {
        "id": one.iri,
        "name": one.name,
        "credentials": [
            {"level": level, "field": subject, "awarded": str(day) if day else None}
            for level, subject, day in one.credentials
        ],
        "employments": [
            {"position": position, "start": str(start), "end": str(end) if end else None}
            for position, start, end in one.employments
        ],
        "knowledge": one.knowledge,
        "appliesFor": one.applies_for,
    }


OBJECTS = [as_object(one) for one in PEOPLE]
JSONL = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in OBJECTS)


def in_syntax(form: RdfFormat) -> bytes:
    data = serialize(parse(NT, format=RdfFormat.N_TRIPLES), format=form)
    assert data is not None
    return data


def xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in CSV.splitlines():
        sheet.append(line.split(","))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FORMS: dict[str, Callable[[], str | bytes]] = {
    "people.nt": lambda: NT,
    "people.csv": lambda: CSV,
    "people.jsonl": lambda: JSONL,
    "people.json": lambda: json.dumps(OBJECTS),
    "people.xlsx": xlsx,
    "people.nt.gz": lambda: gzip.compress(NT.encode()),
    "people.csv.bz2": lambda: bz2.compress(CSV.encode()),
    "people.jsonl.xz": lambda: lzma.compress(JSONL.encode()),
    "packed": lambda: gzip.compress(NT.encode()),
    "no-extension": lambda: NT,
    "a-table": lambda: CSV,
    "some-lines": lambda: JSONL,
}
UNORDERED: dict[str, Callable[[], str | bytes]] = {
    "people.ttl": lambda: in_syntax(RdfFormat.TURTLE),
    "people.trig": lambda: in_syntax(RdfFormat.TRIG),
    "people.nq": lambda: in_syntax(RdfFormat.N_QUADS),
    "people.rdf": lambda: in_syntax(RdfFormat.RDF_XML),
    "people.jsonld": lambda: in_syntax(RdfFormat.JSON_LD),
    "people.ttl.gz": lambda: gzip.compress(in_syntax(RdfFormat.TURTLE)),
}


@pytest.mark.parametrize("name", [*FORMS, *UNORDERED])
@pytest.mark.parametrize("aim", [None, 5000])
def test_every_form_gives_the_same_rows(batch: Batch, name: str, aim: int | None) -> None:
    expected, _ = batch({"expected.nt": NT})
    found, result = batch({name: {**FORMS, **UNORDERED}[name]()}, aim=aim)
    assert result.faults == 0
    if name in FORMS:
        assert found == expected
    else:
        assert sorted(found) == sorted(expected)


def test_zstandard_is_unpacked(batch: Batch) -> None:
    import pyarrow

    expected, _ = batch({"expected.nt": NT})
    packed = pyarrow.compress(NT.encode(), codec="zstd", asbytes=True)
    found, _ = batch({"people.nt.zst": packed})
    assert found == expected


def test_a_long_document_is_laid_down_as_lines(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = batch({"expected.nt": NT})
    monkeypatch.setattr("libonto.batch.plan.LARGEST", 1000)
    for name in ("people.ttl", "people.rdf"):
        found, _ = batch({name: UNORDERED[name]()}, aim=5000)
        assert sorted(found) == sorted(expected)


def test_a_folder_stands_for_the_files_in_it(batch: Batch, tmp_path: Path) -> None:
    folder = tmp_path / "staff"
    (folder / "below").mkdir(parents=True)
    (folder / "a.nt").write_text("".join(triples(one) for one in PEOPLE[:10]), "utf-8")
    (folder / "below" / "b.csv").write_text(
        ",".join(HEADINGS) + "\n" + "".join(map(row, PEOPLE[10:20])), "utf-8"
    )
    (folder / "c.jsonl").write_text("".join(JSONL.splitlines(keepends=True)[20:]), "utf-8")
    (folder / "notes.md").write_text("nothing to judge")
    expected, _ = batch({"expected.nt": NT})
    found, result = batch([str(folder)])
    assert sorted(found) == sorted(expected)
    assert result.faults == 0


def test_many_small_files_are_done_together(batch: Batch) -> None:
    files = {f"{n:03}.ttl": triples(one) for n, one in enumerate(PEOPLE)}
    expected, _ = batch({"expected.nt": NT})
    found, _ = batch(files)
    assert found == expected


def test_objects_without_an_id_are_called_by_their_place_in_the_whole_input(batch: Batch) -> None:
    nameless = [{k: v for k, v in value.items() if k != "id"} for value in OBJECTS]
    lines = "".join(json.dumps(value) + "\n" for value in nameless)
    found, _ = batch({"a.nt": NT, "b.jsonl": lines, "c.json": json.dumps(nameless[:2])}, aim=5000)
    iris = list(dict.fromkeys(line.split(",")[0] for line in found[1:]))
    assert iris[30:] == [f"urn:libonto:candidate:{n}" for n in range(31, 63)]


def test_tables_of_parts_are_joined(batch: Batch) -> None:
    persons = "id,name,knowledge\nP1,Aigul,bibliography;psychology\nP2,Dana,\n"
    credentials = "id,education level,field of study\nP1,higher,library-science\n"
    jobs = "id,position,start\nP2,school-librarian,2001-09-01\nP1,school-librarian,2015-09-01\n"
    found, result = batch(
        {"persons.csv": persons, "credentials.csv": credentials, "employments.csv": jobs}
    )
    assert result.tally.people == 2
    assert result.faults == 0
    assert "education-higher" not in found[1].split(",")[6].split(";")
    assert "education-higher" in found[9].split(",")[6].split(";")


def test_a_table_of_grants_is_joined_as_the_intake_joins_it(batch: Batch) -> None:
    persons = "id,name,knowledge\nP1,Aigul,bibliography\nP2,Dana,psychology\n"
    grants = "id,Category held,Granted on\nP1,librarian/higher-second,2021-05-20\n"
    _, result = batch({"persons.csv": persons, "grants.csv": grants})
    assert (result.tally.people, result.faults) == (2, 0)


BROKEN = {
    "packed": ("people.nt.gz", gzip.compress(NT.encode())[:-40]),
    "not packed at all": ("people.xz", b"\xfd7zXZ\x00 but no more"),
    "a workbook that is none": ("people.xlsx", b"PK\x03\x04 and no more"),
    "an old workbook": ("people.xlsx", b"\xd0\xcf\x11\xe0 and no more"),
    "turtle": ("people.ttl", NT[:5000]),
    "json": ("people.json", "[{]"),
    "xml with a document type": ("people.rdf", "<?xml version='1.0'?><!DOCTYPE a []><a/>"),
    "headings nobody knows": ("people.csv", "one,two\n1,2\n"),
    "an array of numbers": ("people.json", "[1, 2]"),
    "a remote context": ("people.json", '{"@context": "http://example.org/c", "id": "urn:a:b"}'),
    "not utf-8": ("people.ttl", b"\xff\xff\xff"),
    "deep json": ("people.jsonl", "[" * 100_000 + "\n"),
    "garbage": ("people.nt", "garbage\n" * 50),
    "a wrong key": ("people.jsonl", '{"id": "urn:a:b", "levl": "higher"}\n'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_input_is_said_and_costs_nobody_else(
    batch: Batch, name: str, tmp_path: Path
) -> None:
    file, data = BROKEN[name]
    try:
        found, result = batch({"good.nt": NT, file: data})
    except LibontoError as error:
        assert file in error.message("en"), error
        return
    assert result.tally.people == 30
    assert len(found) == 241
    assert result.faults >= 1
    said = errors(tmp_path)
    assert file in said[0]
    assert "Traceback" not in "".join(said)


def test_an_input_in_which_nobody_is_stands_out(batch: Batch) -> None:
    _, result = batch({"good.nt": NT, "empty.csv": "", "head.csv": ",".join(HEADINGS) + "\n"})
    assert [Path(name).name for name in result.empty] == ["empty.csv", "head.csv"]


def test_a_file_that_is_not_there_is_an_error(open_run: Callable[..., Run]) -> None:
    with pytest.raises(UsageError):
        open_run(["nowhere.nt"]).complete()


def test_a_format_that_nobody_knows_is_an_error(open_run: Callable[..., Run]) -> None:
    with pytest.raises(FormatError) as error:
        open_run({"people.nt": NT}, input_format="docx").complete()
    assert "jsonl" in error.value.message("en")


def long_document(tmp_path: Path, form: RdfFormat) -> Path:
    data = "".join(triples(one) for one in people(600))
    path = tmp_path / f"long.{form.file_extension}"
    path.write_bytes(serialize(parse(data, format=RdfFormat.N_TRIPLES), format=form) or b"")
    return path


@pytest.mark.parametrize("form", [RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML])
def test_a_long_document_is_never_held_whole(tmp_path: Path, form: RdfFormat) -> None:
    path = long_document(tmp_path, form)
    name = next(name for name, known in PROFILES.items() if known == form)
    tracemalloc.start()
    count = sum(1 for _ in read_rdf_file(path, name))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == sum(1 for _ in read_rdf(path.read_bytes(), name))
    assert most < path.stat().st_size / 2


def test_a_long_document_is_refused_for_the_same_reasons(tmp_path: Path) -> None:
    head = '<?xml version="1.0"?>\n'
    path = tmp_path / "long.rdf"
    path.write_text(head + '<!DOCTYPE a [<!ENTITY b "c">]>\n<a/>')
    with pytest.raises(SyntaxFault) as refused:
        list(read_rdf_file(path, "rdfxml"))
    place = {"line": 2, "column": 1}
    assert (refused.value.key, refused.value.params) == ("doctype", place)
    path.write_text(head + "<a>" * 300 + "</a>" * 300)
    with pytest.raises(TooLargeError):
        list(read_rdf_file(path, "rdfxml"))
    path.write_text("<a:b> <a:c> " + "<<( <a:b> <a:c> " * 300 + "1" + " )>>" * 300 + " .")
    with pytest.raises(TooLargeError):
        list(read_rdf_file(path, "turtle"))
    path.write_bytes(b'\xef\xbb\xbf<a:b> <a:c> "\xff" .')
    with pytest.raises(SyntaxFault):
        list(read_rdf_file(path, "turtle"))


LOST: dict[str, tuple[str, bytes]] = {
    "cut short": ("b.nt.gz", gzip.compress(NT.encode())[:-40]),
    "cut short at the start": ("b.nt.xz", lzma.compress(NT.encode())[:30]),
    "a long document": ("b.ttl", in_syntax(RdfFormat.TURTLE)[:-40]),
    "half a character": ("b.csv", CSV.encode("utf-16")[:-1]),
}


@pytest.mark.parametrize("name", LOST)
def test_a_file_that_cannot_be_read_costs_no_other_one(
    batch: Batch, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libonto.batch.plan.LARGEST", 10_000)
    file, data = LOST[name]
    lines, result = batch({"a.nt": NT, file: data})
    assert len(lines) == 8 * len(PEOPLE) + 1
    (fault,) = errors(tmp_path)
    assert Path(fault.partition(",")[0]).name == file
    assert result.faults == 1
    with pytest.raises(SyntaxFault) as alone:
        batch({file: data}, resume=False)
    assert file in alone.value.message("en")
