"""RDF in any order: the same rows as in order, whatever a piece of the file can see."""

import random
import resource
from pathlib import Path

import pytest
from benchmarks.generator import people, triples
from tests.batch.conftest import Batch, errors

COUNT = 220
AIM = 60_000
BLOCKS = [triples(one) for one in people(COUNT)]
LINES = "".join(BLOCKS).splitlines(keepends=True)


def a_few_elsewhere() -> list[str]:
    chance = random.Random(7)
    lines = list(LINES)
    for _ in range(25):
        line = lines.pop(chance.randrange(len(lines)))
        lines.insert(chance.randrange(len(lines)), line)
    return lines


ORDERS = {
    "sorted": sorted(LINES),
    "reversed": LINES[::-1],
    "shuffled": random.Random(1).sample(LINES, len(LINES)),
    "a few elsewhere": a_few_elsewhere(),
    "parts first": sorted(LINES, key=lambda line: not line.startswith("_:")),
    "first lines first": sorted(LINES, key=lambda line: "#type>" not in line),
    "everybody's items last": sorted(LINES, key=lambda line: "#hasKnowledgeOf>" in line),
    "one line far away": [*LINES[1:], LINES[0]],
    "the last item far away": [LINES[20], *LINES[:20], *LINES[21:]],
}


@pytest.mark.parametrize("name", ORDERS)
def test_the_order_of_statements_changes_no_row(batch: Batch, name: str) -> None:
    in_order, _ = batch({"people.nt": "".join(LINES)})
    found, result = batch({"people.nt": "".join(ORDERS[name])}, aim=AIM)
    assert sorted(found) == sorted(in_order)
    assert result.tally.people == COUNT
    assert result.faults == 0
    assert sum(v for k, v in result.tally.levels.items()) == 8 * COUNT


def test_terms_of_others_are_counted_over_all_pieces_of_any_order(
    batch: Batch, tmp_path: Path
) -> None:
    age, likes = "http://xmlns.com/foaf/0.1/age", "urn:example:likes"
    mine = [f'{line.split(" ")[0]} <{age}> "44" .\n' for line in LINES if "#Candidate>" in line]
    beside = f'<urn:example:club> <{likes}> "books" .\n<urn:example:hall> <{likes}> "tea" .\n'
    lines = [*LINES, *mine, *beside.splitlines(keepends=True)]
    for seed in range(2):
        _, result = batch({"people.nt": "".join(lines)}, aim=AIM)
        assert result.faults == 0
        assert result.tally.foreign == {f"0 {age}": COUNT, f"0 {likes}": 2}
        assert result.tally.passed_over == {"A profile has no place for this.": COUNT + 2}
        listed = (tmp_path / "out.csv.passed-over.csv").read_text("utf-8").splitlines()
        assert len(listed) == 3
        assert f"Passed over ({COUNT}): A profile has no place for this." in "".join(listed)
        lines = random.Random(seed).sample(lines, len(lines))


def test_what_is_held_of_terms_of_others_is_bounded(batch: Batch, tmp_path: Path) -> None:
    """A term for every candidate: each is listed, few are added up."""
    own = [f'<urn:example:thing:{n}> <urn:example:property:{n}> "{n}" .\n' for n in range(150)]
    _, result = batch({"people.nt": "".join([*LINES, *own])})
    assert len(result.tally.foreign) == 100
    listed = (tmp_path / "out.csv.passed-over.csv").read_text("utf-8")
    assert all(f"urn:example:property:{n}," in listed for n in range(150))


def test_pieces_and_processes_change_nothing_not_even_the_order(batch: Batch) -> None:
    at_once, _ = batch({"people.nt": "".join(LINES)})
    in_pieces, _ = batch({"people.nt": "".join(LINES)}, aim=AIM)
    by_two, _ = batch({"people.nt": "".join(LINES)}, aim=AIM, jobs=2)
    assert at_once == in_pieces == by_two
    assert len(at_once) == 8 * COUNT + 1


def test_a_second_start_far_away_is_found_out(batch: Batch, tmp_path: Path) -> None:
    """The person looks complete in one piece; another one contradicts it."""
    node = next(line for line in LINES if "#startedOn>" in line).split(" ")[0]
    second = next(line for line in LINES if "#startedOn>" in line).replace('"20', '"19')
    lines = [*LINES, second]
    found, result = batch({"people.nt": "".join(lines)}, aim=AIM)
    assert result.tally.people == COUNT - 1
    assert result.tally.wrong == 1
    assert not any(row.startswith("urn:example:candidate:1,") for row in found)
    assert [row for row in errors(tmp_path) if "urn:example:candidate:1," in row], node


def test_a_part_that_two_have_counts_for_both(batch: Batch) -> None:
    node = next(line for line in LINES if "#hasCredential>" in line).split(" ")[2]
    predicate = "<https://w3id.org/libonto/ns#hasCredential>"
    link = f"<urn:example:candidate:{COUNT}> {predicate} {node} .\n"
    at_once, _ = batch({"people.nt": "".join([*LINES, link])})
    in_pieces, _ = batch({"people.nt": "".join([*LINES, link])}, aim=AIM)
    assert sorted(at_once) == sorted(in_pieces)


def test_the_same_person_in_two_files_is_judged_in_neither(batch: Batch, tmp_path: Path) -> None:
    files = {"a.nt": "".join(BLOCKS[:60]), "b.nt": "".join(BLOCKS[59:])}
    found, result = batch(files, aim=AIM)
    assert result.tally.people == COUNT - 1
    assert not any(row.startswith("urn:example:candidate:60,") for row in found)
    wrong = [row for row in errors(tmp_path) if "urn:example:candidate:60," in row]
    assert len(wrong) == 2
    assert "a.nt" in wrong[0]
    assert "b.nt" in wrong[1]


def test_blank_nodes_of_the_same_name_in_two_files_are_two(batch: Batch) -> None:
    other = BLOCKS[0].replace("candidate:1>", "candidate:9999>")
    together, result = batch({"a.nt": BLOCKS[0], "b.nt": other})
    assert result.tally.people == 2
    assert result.faults == 0
    assert together[1].split(",")[1:] == together[9].split(",")[1:]


def test_what_nobody_has_is_a_mistake_and_costs_nobody_else(batch: Batch, tmp_path: Path) -> None:
    day = '"2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    loose = f"_:loose <https://w3id.org/libonto/ns#startedOn> {day} .\n"
    _, result = batch({"people.nt": loose + "".join(LINES)}, aim=AIM)
    assert result.tally.people == COUNT
    assert result.faults == 1
    assert "loose" in errors(tmp_path)[0]


def test_a_broken_line_names_its_place_and_its_person_is_not_judged(
    batch: Batch, tmp_path: Path
) -> None:
    lines = list(LINES)
    place = next(n for n, line in enumerate(lines) if n > 4000 and "#name>" in line)
    subject = lines[place].split(" ")[0]
    lines[place] = lines[place].replace(" .", "")
    _, result = batch({"people.nt": "".join(lines)}, aim=AIM)
    assert result.tally.people == COUNT - 1
    file, _, row, *_ = errors(tmp_path)[0].split(",")
    assert (Path(file).name, int(row)) == ("people.nt", place + 1)
    assert subject[1:-1] in errors(tmp_path)[0]


def test_a_file_cut_in_the_middle_of_a_line_spoils_its_last_person_only(batch: Batch) -> None:
    data = "".join(LINES[:2000])
    whole, _ = batch({"people.nt": data})
    cut, result = batch({"people.nt": data[:-30]})
    assert result.faults
    assert set(cut) < set(whole)
    assert len(whole) - len(cut) == 8


@pytest.mark.parametrize("limit", [1000, 40_000])
def test_comparing_in_buckets_finds_the_same(
    batch: Batch, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_order, _ = batch({"people.nt": "".join(LINES)})
    monkeypatch.setattr("libonto.batch.reconcile.KEYS", limit // 100)
    monkeypatch.setattr("libonto.batch.reconcile.BUCKET", limit)
    found, _ = batch({"people.nt": "".join(ORDERS["shuffled"])}, aim=AIM)
    assert sorted(found) == sorted(in_order)


def test_digests_that_do_not_tell_cost_time_only(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_order, _ = batch({"people.nt": "".join(LINES)})
    for module in ("task_log", "work", "reconcile"):
        monkeypatch.setattr(f"libonto.batch.{module}.digest", lambda name: len(name))
    found, result = batch({"people.nt": "".join(LINES)}, aim=AIM)
    assert sorted(found) == sorted(in_order)
    assert result.faults == 0


def test_bringing_people_together_opens_no_more_files_than_a_process_may(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_order, _ = batch({"people.nt": "".join(LINES)})
    monkeypatch.setattr("libonto.batch.reconcile.BUCKET", 1)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_now = max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 240, before[1]))
    try:
        found, _ = batch({"people.nt": "".join(ORDERS["shuffled"])}, aim=AIM)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert sorted(found) == sorted(in_order)


def test_an_input_whose_last_statements_are_of_no_candidate_is_not_empty(batch: Batch) -> None:
    """Each person is a task by itself, and the last task has none."""
    level = "https://w3id.org/libonto/id/education/higher"
    loose = f"_:loose <https://w3id.org/libonto/ns#educationLevel> <{level}> .\n"
    lines = "".join(BLOCKS[:3]).splitlines(keepends=True)
    _, result = batch({"people.nt": "".join([*sorted(lines), loose])}, aim=300)
    assert result.tally.people == 3
    assert result.empty == []
