"""What could be lost or destroyed without a word: damaged inputs, odd records, files of others."""

import bz2
import gzip
import json
import lzma
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.generator import HEADINGS, people, person, row, triples
from tests.batch.conftest import Batch, errors

from libonto.batch.run import Run
from libonto.errors import SyntaxFault, UsageError

PEOPLE = list(people(6))
NT = "".join(triples(one) for one in PEOPLE)
HEAD = ",".join(HEADINGS) + "\n"
CSV = HEAD + "".join(row(one) for one in PEOPLE)
HALVES = ["".join(map(triples, half)).encode() for half in (PEOPLE[:3], PEOPLE[3:])]


# Compressed inputs.

PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("packed", PACKERS)
def test_streams_that_follow_each_other_are_all_read(batch: Batch, packed: str) -> None:
    expected, _ = batch({"a.nt": NT})
    data = b"".join(PACKERS[packed](half) for half in HALVES)
    found, _ = batch({f"b.nt.{packed}": data})
    assert found == expected


@pytest.mark.every_case
@pytest.mark.parametrize("packed", PACKERS)
@pytest.mark.parametrize("damage", ["header", "body", "cut", "garbage"])
def test_a_second_stream_that_is_damaged_is_an_error(
    batch: Batch, packed: str, damage: str
) -> None:
    first, second = (bytearray(PACKERS[packed](half)) for half in HALVES)
    if damage == "header":
        second[0] ^= 0xFF
    elif damage == "body":
        second[len(second) // 2] ^= 0xFF
    elif damage == "cut":
        second = second[:-9]
    else:
        second = bytearray(b"and no more")
    with pytest.raises(SyntaxFault) as error:
        batch({f"b.nt.{packed}": bytes(first + second)})
    assert error.value.key == "compressed-broken"


def test_the_padding_of_xz_is_no_damage(batch: Batch) -> None:
    expected, _ = batch({"a.nt": NT})
    found, _ = batch({"b.nt.xz": lzma.compress(NT.encode()) + b"\0" * 8})
    assert found == expected


# One odd record costs itself.


@pytest.mark.parametrize("aim", [None, 20_000])
def test_a_line_of_rdf_that_no_parser_takes_costs_its_candidate(
    batch: Batch, tmp_path: Path, aim: int | None
) -> None:
    long = triples(PEOPLE[2]).replace('name> "', 'name> "' + "x" * (17 << 20), 1)
    text = "".join([*map(triples, PEOPLE[:2]), long, *map(triples, PEOPLE[3:])])
    _, result = batch({"a.nt": text}, aim=aim)
    assert result.tally.people == 5
    said = errors(tmp_path)
    assert "16 MiB" in "".join(said)
    assert PEOPLE[2].iri in "".join(said)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_line_of_more_than_a_mebibyte_costs_its_candidate(
    batch: Batch, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libonto.batch.plan._MOST", 2 << 20)
    if name == "a.csv":
        lines = [HEAD, *(row(one) for one in PEOPLE)]
        lines[3] = lines[3].replace(",", ",x" + "y" * (5 << 20), 1)
    else:
        lines = [json.dumps({"id": one.iri}) + "\n" for one in PEOPLE]
        lines[2] = json.dumps({"id": PEOPLE[2].iri, "name": "y" * (5 << 20)}) + "\n"
    for aim in (None, 200):
        _, result = batch({name: "".join(lines)}, aim=aim, resume=False)
        assert result.tally.people == 5
        (said,) = errors(tmp_path)
        assert "1 MiB" in said
        assert said.split(",")[2] == ("4" if name == "a.csv" else "3")


def test_a_name_of_a_file_that_is_not_utf_8_is_read_and_written_down(
    batch: Batch, tmp_path: Path
) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/staff-\xff\xe9.csv")
    Path(path).write_text(CSV + "only one cell\n", "utf-8")
    _, result = batch([path])
    assert result.tally.people == 6
    (said,) = errors(tmp_path)
    assert "staff-" in said


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_carriage_return_ends_a_line_of_triples(batch: Batch, end: str) -> None:
    expected, _ = batch({"a.nt": NT})
    found, result = batch({"b.nt": NT.replace("\n", end)}, aim=20_000)
    assert result.faults == 0
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\t"])
def test_a_name_is_written_as_the_intake_reads_it(batch: Batch, end: str) -> None:
    lines = [{"id": "urn:a:b", "name": f"Aigul{end}Dana"}]
    name = json.dumps(lines[0]["name"])
    ns = "https://w3id.org/libonto/ns#"
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    triples = f"<urn:a:b> <{kind}> <{ns}Candidate> .\n<urn:a:b> <{ns}name> {name} .\n"
    one, _ = batch({"a.jsonl": json.dumps(lines[0]) + "\n"}, form="full")
    two, _ = batch({"a.nt": triples}, form="full")
    three, _ = batch({"a.json": json.dumps(lines)}, form="full")
    names = [json.loads(found[0])["name"] for found in (one, two, three)]
    assert len(set(names)) == 1


# Two people under one IRI, given or given out.


@pytest.mark.parametrize("aim", [None, 100])
def test_an_iri_that_is_given_out_already_is_nobody_s(
    batch: Batch, tmp_path: Path, aim: int | None
) -> None:
    full = {"level": "higher", "field": "library-science"}
    claimed = {"id": "urn:libonto:candidate:4", "credentials": [full]}
    free = {"id": "urn:libonto:candidate:2", "credentials": [full]}
    objects = [{"credentials": [full]}, claimed, {"credentials": [full]}]
    more = [{"credentials": [full]}, free]
    found, result = batch(
        {
            "a.jsonl": "".join(json.dumps(one) + "\n" for one in objects),
            "b.jsonl": "".join(json.dumps(one) + "\n" for one in more),
        },
        aim=aim,
    )
    iris = {line.split(",")[0] for line in found[1:]}
    assert iris == {f"urn:libonto:candidate:{n}" for n in (1, 3, 2)}
    assert [line.split(",")[4] for line in errors(tmp_path)] == ["urn:libonto:candidate:4"] * 2
    assert result.tally.wrong == 2


@pytest.mark.parametrize("iri", ["", "urn:a:c ", " urn:a:c", "\u00a0"])
def test_an_identifier_that_is_none_is_a_mistake(batch: Batch, tmp_path: Path, iri: str) -> None:
    lines = [{"id": iri, "name": "Aigul"}, {"id": "urn:a:b", "name": "Dana"}]
    _, result = batch({"a.jsonl": "".join(json.dumps(one) + "\n" for one in lines)})
    assert result.tally.people == 1
    assert len(errors(tmp_path)) == 1


# Files.


def test_an_output_is_none_of_the_inputs_under_whatever_name(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    given = tmp_path / "given.csv"
    given.write_text(CSV, "utf-8")
    for make in (Path.hardlink_to, Path.symlink_to):
        make(tmp_path / "out.csv", given)
        with pytest.raises(UsageError) as error:
            open_run([str(given)])
        assert error.value.key == "output-is-input"
        assert given.read_text("utf-8") == CSV
        (tmp_path / "out.csv").unlink()
    listed = tmp_path / "out.csv.errors.csv"
    listed.write_text(CSV, "utf-8")
    with pytest.raises(UsageError):
        open_run([str(listed)])


def test_an_output_does_not_lie_among_the_inputs(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "staff.csv").write_text(CSV, "utf-8")
    with pytest.raises(UsageError) as error:
        open_run([str(tmp_path)])
    assert error.value.key == "output-in-input"


@pytest.mark.parametrize("made", ["out.csv.errors.csv", "out.csv.partial/notes.txt"])
def test_what_a_run_did_not_make_stays(
    open_run: Callable[..., Run], tmp_path: Path, made: str
) -> None:
    path = tmp_path / made
    path.parent.mkdir(exist_ok=True)
    path.write_text("of somebody else")
    with pytest.raises(UsageError) as error:
        open_run({"a.csv": CSV}, resume=False)
    assert error.value.key == "batch-foreign-file"
    assert path.read_text() == "of somebody else"


def test_a_file_that_somebody_puts_into_the_folder_of_a_run_stays(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    run = open_run({"a.csv": CSV})
    (tmp_path / "out.csv.partial" / "notes.txt").write_text("mine")
    run.complete()
    assert [p.name for p in (tmp_path / "out.csv.partial").iterdir()] == ["notes.txt"]
    assert run.order.output.exists()


def test_the_mode_of_an_output_stays_and_what_is_unfinished_is_the_owner_s(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    output.write_text("")
    output.chmod(0o600)
    run = open_run({"a.csv": CSV})
    assert stat.S_IMODE(run.folder.stat().st_mode) == 0o700
    run.complete()
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


def test_an_input_exchanged_with_its_size_and_time_kept_is_noticed(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    from tests.batch.test_resume import LINES, begun

    plain, changed = LINES.encode(), LINES.replace("2019", "2018").encode()
    for name, data, other in (
        ("a.nt", plain, changed),
        ("a.nt.gz", gzip.compress(plain, 0), gzip.compress(changed, 0)),
    ):
        first = begun(open_run, {name: data})
        path = tmp_path / name
        assert len(data) == len(other)
        times = path.stat()
        path.write_bytes(other)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        with pytest.raises(UsageError) as error:
            open_run(list(first.order.paths)).complete()
        assert error.value.key == "batch-other-inputs"
        open_run(list(first.order.paths), resume=False).complete()


SLOW = """
import os, sys, time
from pathlib import Path
from libonto.files import written_whole

with written_whole(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.mark.processes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_no_temporary_file(tmp_path: Path, number: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path / "out.csv")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    with process:
        process.stdout.readline()
        assert list(tmp_path.iterdir())
        process.send_signal(number)
        assert process.wait(20) == -number
    assert list(tmp_path.iterdir()) == []


def test_a_command_does_not_write_over_what_it_reads(tmp_path: Path) -> None:
    from libonto.cli.frame import run

    given = tmp_path / "a.json"
    text = json.dumps({"id": person(1).iri, "name": "Aigul"})
    given.write_text(text, "utf-8")
    (tmp_path / "b.json").symlink_to(given)
    status = run(["assess", str(given), "-o", str(tmp_path / "b.json")])
    assert status == 2
    assert given.read_text("utf-8") == text
