"""Tables: a batch reads a piece of one as the intake reads it whole."""

import random
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generator import HEADINGS, people, row
from tests.batch.conftest import Batch, errors

from libonto.batch.inputs import inputs
from libonto.batch.plan import read_span, sources_of, tasks_of
from libonto.batch.tables import TableReader
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.names import Names
from libonto.profile.model import flat_profile
from libonto.verdict.assessment import Assessor

HEAD = ",".join(HEADINGS) + "\n"
ROWS = [row(one) for one in people(150)]
CELLS = [
    "", " ", "higher", "Higher", "Жоғары білім", "highest", "library-science", "Кітапхана ісі",
    "2019-02-28", "2019-02-30", "30.06.2015", "01/09/2018", "18.9.01", "2018-09-01 00:00:00",
    "still working", "қазіргі уақытқа дейін", "-", "school-librarian", "librarian",
    "urn:example:other", "https://w3id.org/libonto/id/education/higher", "#N/A", "'=x", "=1+1",
    "bibliography; psychology", '"bibliography, psychology"', "bibliography;nothing", "\ufffd",
    "librarian/higher-first", "higher-first", '"with ""quotes"""', '"two\nlines"', "\u00a0", "1e1",
    "NaN", "04", "http://data.europa.eu/snb/isced-f/0322", "9999-12-31", "0001-01-01",
]  # fmt: skip


def mutated(seed: int, *, loose_quotes: bool = True) -> str:
    """A table in which many cells, and some rows, are odd.

    A quotation mark without its second swallows rows, until a reader gives up.
    """
    chance = random.Random(seed)
    lines = []
    for text in ROWS:
        cells = text.rstrip("\n").split(",")
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            cells[chance.randrange(len(cells))] = chance.choice(CELLS)
        if chance.random() < 0.05:
            cells = cells[: chance.randrange(1, len(cells))]
        if chance.random() < 0.05:
            cells += ["", "more"][: chance.choice((1, 2))]
        lines.append(",".join(cells) + "\n")
        if chance.random() < 0.15:  # one more row of the same person
            lines.append(lines[-1] if chance.random() < 0.3 else cells[0] + text[text.find(",") :])
        if chance.random() < 0.05:
            lines.append(chance.choice(("\n", ",,,\n", '"\n')[: 2 + loose_quotes]))
    return HEAD + "".join(lines)


def ordinary(assessor: Assessor, text: str) -> dict[int, Any]:
    """By the first row of a person: the profile, or None."""
    found: dict[int, Any] = {}
    for entry in Intake(assessor.vocabulary).documents([Document(text.encode(), "people.csv")]):
        found[entry.place.row] = flat_profile(entry.candidate) if entry.candidate else None
    return found


@pytest.mark.parametrize("seed", range(16))
def test_what_is_read_quickly_is_what_the_ordinary_reader_reads(
    assessor: Assessor, seed: int
) -> None:
    text = mutated(seed)
    expected = ordinary(assessor, text)
    reader = TableReader(HEAD.encode(), "people.csv", None, Names(assessor.vocabulary))
    quick = 0
    seen: set[str] = set()
    for person in reader.read(text[len(HEAD) :]):
        apart = person.iri in seen  # that is found out when all pieces have been read
        seen.add(person.iri)
        if person.profile is not None and not apart:
            assert person.profile == expected[person.number + 1], person
            quick += 1
    assert quick > len(ROWS) // 4


@pytest.mark.parametrize("seed", range(4))
def test_pieces_give_the_verdicts_of_the_whole(
    batch: Batch, assessor: Assessor, seed: int, tmp_path: Path
) -> None:
    text = mutated(seed, loose_quotes=False)
    whole, result = batch({"people.csv": text})
    wrong = errors(tmp_path)
    pieces, in_pieces = batch({"people.csv": text}, aim=4000)
    assert pieces == whole
    assert errors(tmp_path) == wrong
    assert in_pieces.tally.people == result.tally.people
    judged = {line.split(",")[0] for line in whole[1:]}
    readable = [b.iri for b in ordinary(assessor, text).values() if b is not None]
    assert judged <= set(readable)
    twice = {iri for iri in readable if readable.count(iri) > 1}
    apart = {line.split(",")[4] for line in wrong}
    assert set(readable) - judged - twice <= apart


def test_a_table_and_rdf_of_the_same_people_give_the_same_rows(batch: Batch) -> None:
    from benchmarks.generator import triples

    table, _ = batch({"people.csv": HEAD + "".join(ROWS)})
    rdf, _ = batch({"people.nt": "".join(triples(one) for one in people(150))})
    assert table == rdf


def test_wrong_rows_name_their_place_and_what_is_allowed(batch: Batch, tmp_path: Path) -> None:
    place = next(n for n, text in enumerate(ROWS) if n > 9 and ",library-science," in text)
    bad = ROWS[place].replace(",library-science,", ",alchemy,", 1)
    rows = [*ROWS[:place], bad, *ROWS[place + 1 :]]
    lines, result = batch({"people.csv": HEAD + "".join(rows)}, aim=2000)
    assert result.tally.people == len(ROWS) - 1
    assert len(lines) == 8 * (len(ROWS) - 1) + 1
    (problem,) = errors(tmp_path)
    who = f"{place + 2},D field of study 1,urn:example:candidate:{place + 1}"
    assert problem.startswith(f"{tmp_path}/people.csv,,{who},")
    assert "Library science" in problem


@pytest.mark.parametrize("aim", [None, 2000])
def test_columns_that_are_not_read_are_listed_once_by_the_row_of_the_headings(
    batch: Batch, tmp_path: Path, aim: int | None
) -> None:
    """Whether all rows go the quick way or some, here one that states nothing, do not."""
    rows = [f"{text[:-1]},x\n" for text in ROWS[:20]]
    total = f"total{',' * HEAD.count(',')},20\n"
    for given, more in ((rows, []), ([*rows, total], ["23,,total,"])):
        text = f"List{',' * HEAD.count(',')},\n{HEAD[:-1]},Phone\n{''.join(given)}"
        _, result = batch({"people.csv": text}, aim=aim)
        assert result.tally.people == 20
        listed = (tmp_path / "out.csv.passed-over.csv").read_text("utf-8").splitlines()[1:]
        starts = ["1,,List,", "2,,Phone,", *more]
        assert [
            line.removeprefix(f"{tmp_path}/people.csv,,")[: len(start)]
            for line, start in zip(listed, starts, strict=True)
        ] == starts


def test_rows_without_an_identifier_are_called_by_their_place_in_the_whole_input(
    batch: Batch,
) -> None:
    head = HEAD.split(",", 2)[2]  # without a name either, by which rows would be told apart
    rows = [text.split(",", 2)[2] for text in ROWS]
    text = head + "".join([*rows[:7], "\n", ",,\n", *rows[7:]])
    at_once, _ = batch({"a.csv": text, "b.csv": head + rows[0]})
    pieces, _ = batch({"a.csv": text, "b.csv": head + rows[0]}, aim=3000)
    assert at_once == pieces
    assert pieces[-1].startswith("urn:libonto:candidate:151,")
    assert len({line.split(",")[0] for line in pieces[1:]}) == 151


def test_a_cut_never_falls_into_a_record_or_between_the_rows_of_one_person(
    assessor: Assessor, tmp_path: Path
) -> None:
    chance = random.Random(3)
    lines = []
    for text in ROWS:
        name = '"' + "\n".join(["x" * chance.randrange(60)] * chance.randrange(1, 6)) + '"'
        cells = text.split(",")
        cells[1] = name
        blank = "\u00a0" + "," * (len(HEADINGS) - 1) + "\n"  # no end of a person
        rows = [",".join(cells)] * chance.choice((1, 1, 2, 5))
        lines += [line for one in rows for line in (blank, one)][chance.randrange(2) :]
    path = tmp_path / "people.csv"
    path.write_text(HEAD + "".join(lines), "utf-8")
    names = Names(assessor.vocabulary)
    given = inputs([str(path)], tmp_path, format_=None, encoding=None)
    sources = sources_of(given, tmp_path, names)
    for aim in (300, 1000, 5000):
        tasks = tasks_of(sources, aim)
        assert len(tasks) > 5
        seen: set[str] = set()
        pieces = []
        for task in tasks:
            (span,) = task.spans
            data = read_span(sources[0], span).decode()
            pieces.append(data)
            assert data.count('"') % 2 == 0
            own = {line.split(",")[0] for line in data.split("\n") if line.startswith("urn:")}
            assert not own & seen
            seen |= own
        assert "".join(pieces) == "".join(lines)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("people.csv", lambda text: text),
        ("semicolons.csv", lambda text: text.replace(";", "|").replace(",", ";").replace("|", ",")),
        ("tabs.tsv", lambda text: text.replace(",", "\t")),
        ("bom.csv", lambda text: "\ufeff" + text),
        ("crlf.csv", lambda text: text.replace("\n", "\r\n")),
        ("sep.csv", lambda text: "sep=,\n" + text),
        ("title.csv", lambda text: "Our staff" + "," * (len(HEADINGS) - 1) + "\n" + text),
    ],
)  # fmt: skip
def test_every_dialect_gives_the_same_rows(batch: Batch, name: str, change: Any) -> None:
    text = HEAD + "".join(ROWS[:40])
    expected, _ = batch({"plain.csv": text})
    found, result = batch({name: change(text)}, aim=3000)
    assert found == expected
    assert result.faults == 0


def test_utf_16_and_windows_1251_are_read(batch: Batch) -> None:
    text = HEAD + "".join(ROWS[:40]).replace("Қ", "К").replace("ұ", "у").replace("ә", "а")
    for letter in "ғүіөһңқӘҒҮҰІӨҺҢ":
        text = text.replace(letter, "и")
    expected, _ = batch({"plain.csv": text})
    wide, _ = batch({"wide.csv": text.encode("utf-16")}, aim=3000)
    old, _ = batch({"old.csv": text.encode("cp1251")}, aim=3000, encoding="windows-1251")
    assert wide == expected == old


def test_the_encoding_is_that_of_each_table_that_is_read_together(batch: Batch) -> None:
    tables = {
        "persons.csv": "Идентификатор;ФИО\nA1;Иванова\n",
        "credentials.csv": "Идентификатор;Уровень;Специальность;Дата выдачи\n"
        "A1;высшее;педагогика;2015-06-30\n",
    }
    expected, _ = batch(tables)
    old = {name: text.encode("cp1251") for name, text in tables.items()}
    found, result = batch(old, encoding="windows-1251")
    assert found == expected and result.tally.people == 1 and result.faults == 0


def test_a_byte_that_is_no_utf_8_costs_its_row_only(batch: Batch, tmp_path: Path) -> None:
    rows = [text.encode() for text in ROWS[:40]]
    rows[20] = rows[20].replace(b",", b",\xff", 1)
    _, result = batch({"people.csv": HEAD.encode() + b"".join(rows)}, aim=3000)
    assert result.tally.people == 39
    assert errors(tmp_path)[0].split(",")[2] == "22"


@pytest.mark.parametrize("encoding", ["windows-1251", "kz-1048"])
def test_a_table_with_names_and_no_identifiers_is_read_in_its_encoding(
    batch: Batch, encoding: str
) -> None:
    text = "ФИО;Уровень;Специальность;Дата выдачи\nИванова;высшее;педагогика;2015-06-30\n"
    text += "Петрова;высшее;педагогика;2016-06-30\n"
    codec = {"windows-1251": "cp1251"}.get(encoding, encoding)
    expected, _ = batch({"plain.csv": text})
    found, result = batch({"old.csv": text.encode(codec)}, encoding=encoding)
    assert found == expected and result.tally.people == 2 and result.faults == 0
