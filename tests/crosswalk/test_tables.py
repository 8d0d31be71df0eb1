"""Tables of correspondences are read whole, or said to be wrong with file, line and column."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from libonto.errors import DataError
from libonto.graph.catalogue import Catalogue
from libonto.graph.mappings import MappingSet, read_table
from libonto.graph.store import Graph
from libonto.graph.terms import term

HEADER = """\
#mapping_set_id: https://example.org/mappings/test
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  eqf: http://data.europa.eu/snb/eqf/
#  ex: https://example.org/nqf/
"""
COLUMNS = ["subject_id", "predicate_id", "object_id", "mapping_justification", "confidence"]
MANUAL = "semapv:ManualMappingCuration"
GOOD = ("ex:6", "close", "eqf:6", "0.6")


def table(
    *rows: tuple[str, str, str, str], header: str = HEADER, columns: list[str] | None = None
) -> str:
    """Rows of subject, predicate, object and confidence as a table."""
    lines = ["\t".join(columns or COLUMNS)]
    lines += ["\t".join([s, f"skos:{p}Match", o, MANUAL, c]) for s, p, o, c in rows]
    return header + "\n".join(lines) + "\n"


def read(tmp_path: Path, text: str | bytes) -> MappingSet:
    path = tmp_path / "x.sssom.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path)


def fault(tmp_path: Path, text: str | bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    for lang in ("kk", "ru", "en"):
        assert str(tmp_path) in caught.value.message(lang)
    return caught.value


def test_a_row_is_read_with_full_iris(tmp_path: Path) -> None:
    [mapping] = read(tmp_path, table(GOOD)).mappings
    assert mapping.subject == "https://example.org/nqf/6"
    assert mapping.predicate == "http://www.w3.org/2004/02/skos/core#closeMatch"
    assert mapping.object == "http://data.europa.eu/snb/eqf/6"
    assert mapping.confidence == 0.6
    assert mapping.confirmation.endswith("/evidence/received"), "nobody said that it was seen"
    assert mapping.place.line == HEADER.count("\n") + 2


@pytest.mark.parametrize(
    "text",
    [
        table(GOOD, header=HEADER.replace("#", "# ")),
        table(GOOD, header="\ufeff" + HEADER),
        table(GOOD).replace("\n", "\r\n"),
        table(GOOD) + "\n\n",
        table(GOOD, header=HEADER + "#extension_definitions:\n#  - slot_name: ext_a\n#    b: c\n"),
    ],
    ids=["space-after-hash", "bom", "crlf", "empty-lines", "nested-yaml"],
)
def test_the_forms_in_which_others_write_tables_are_read_too(tmp_path: Path, text: str) -> None:
    assert len(read(tmp_path, text).mappings) == 1


def test_what_the_header_states_for_all_rows_holds_for_each(tmp_path: Path) -> None:
    header = HEADER + '#mapping_date: "2026-11-23"\n#author_label: somebody\n'
    [mapping] = read(tmp_path, table(GOOD, header=header)).mappings
    assert (mapping.date, mapping.author) == ("2026-11-23", "somebody")


def test_no_term_found_is_no_statement(tmp_path: Path) -> None:
    rows = table(GOOD, ("ex:1", "exact", "sssom:NoTermFound", "1"))
    assert len(read(tmp_path, rows).mappings) == 1


FIRST = HEADER.count("\n") + 2  # the line of the first row
CASES = [
    ("mapping-prefix", table(("foo:6", "close", "eqf:6", "0.6")), f":{FIRST}:1"),
    ("mapping-prefix", table(GOOD, ("ex:6", "close", "efq:6", "0.6")), f":{FIRST + 1}:3"),
    ("mapping-iri", table(("six", "close", "eqf:6", "0.6")), f":{FIRST}:1"),
    ("mapping-iri", table(("ex:a b", "close", "eqf:6", "0.6")), f":{FIRST}:1"),
    ("mapping-iri", table(("", "close", "eqf:6", "0.6")), f":{FIRST}:1"),
    ("mapping-predicate", table(("ex:6", "near", "eqf:6", "0.6")), f":{FIRST}:2"),
    ("mapping-confidence", table(("ex:6", "close", "eqf:6", "1.1")), f":{FIRST}:5"),
    ("mapping-confidence", table(("ex:6", "close", "eqf:6", "-0.1")), f":{FIRST}:5"),
    ("mapping-confidence", table(("ex:6", "close", "eqf:6", "NaN")), f":{FIRST}:5"),
    ("mapping-confidence", table(("ex:6", "close", "eqf:6", "high")), f":{FIRST}:5"),
    ("mapping-confidence", table(("ex:6", "close", "eqf:6", "")), f":{FIRST}:5"),
    ("mapping-to-itself", table(("ex:6", "close", "ex:6", "0.6")), f":{FIRST}:3"),
    ("mapping-cells", table(GOOD).rstrip("\n") + "\textra\n", f":{FIRST}"),
    ("mapping-cells", table(GOOD).replace("\t0.6", ""), f":{FIRST}"),
    ("mapping-column", table(GOOD).replace("confidence", "confidense"), f":{FIRST - 1}:5"),
    (
        "mapping-column-twice",
        table(GOOD, columns=[*COLUMNS[:4], "subject_id"]),
        f":{FIRST - 1}:5",
    ),
    ("mapping-column-missing", table(GOOD, columns=[*COLUMNS[:4], "other"]), f":{FIRST - 1}"),
    ("mapping-header", table(GOOD, header="#nonsense\n" + HEADER), ":1"),
    ("mapping-header", table(GOOD, header=HEADER + "#curie_map:\n#  ex\n"), f":{FIRST}"),
    ("mapping-iri", table(GOOD, header=HEADER.partition("\n")[2]), ":1"),
    ("mapping-encoding", table(GOOD).encode("utf-16"), ""),
    ("mapping-column-missing", "", ":1"),
    ("mapping-syntax", table(GOOD) + "a" * 200_000 + "\tb\tc\td\te\n", f":{FIRST + 1}"),
]


@pytest.mark.parametrize(("key", "text", "place"), CASES)
def test_a_wrong_cell_is_named_by_file_line_and_column(
    tmp_path: Path, key: str, text: str | bytes, place: str
) -> None:
    error = fault(tmp_path, text)
    if key == "mapping-iri" and place == ":1":  # no mapping_set_id at all
        assert error.params["name"] == "mapping_set_id"
    if text == "":
        assert error.params["name"] == "mapping_set_id" or error.key == key
        return
    assert error.key == key
    assert str(error.params["path"]).endswith(f"x.sssom.tsv{place}")


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("mapping_date", "23.11.2026", "mapping-date"),
        ("mapping_date", "2026-02-30", "mapping-date"),
        ("see_also", "somewhere", "mapping-iri"),
        ("ext_confirmation", "maybe", "mapping-iri"),
        ("predicate_modifier", "Not", "mapping-negated"),
    ],
)
def test_an_optional_cell_is_checked_too(tmp_path: Path, column: str, value: str, key: str) -> None:
    columns = [*COLUMNS, column]
    row = ["ex:6", "skos:closeMatch", "eqf:6", MANUAL, "0.6", value]
    text = HEADER + "\t".join(columns) + "\n" + "\t".join(row) + "\n"
    error = fault(tmp_path, text)
    assert error.key == key
    assert str(error.params["path"]).endswith(f":{FIRST}:6")


def test_a_row_becomes_a_statement_and_an_axiom_with_its_metadata(ours: Graph) -> None:
    higher = NamedNode("https://w3id.org/libonto/id/education/higher")
    eqf = NamedNode("http://data.europa.eu/snb/eqf/6")
    assert eqf in ours.objects(higher, "skos:closeMatch")
    [axiom] = [
        axiom
        for axiom in ours.subjects("owl:annotatedTarget", eqf)
        if ours.one(axiom, "owl:annotatedSource") == higher
    ]
    assert ours.one(axiom, "rdf:type") == term("owl:Axiom")
    assert ours.one(axiom, "owl:annotatedProperty") == term("skos:closeMatch")
    assert ours.one(axiom, "sssom:confidence") == Literal("0.6", datatype=term("xsd:double"))
    assert ours.iris(axiom, "lo:confirmation") == ["https://w3id.org/libonto/id/evidence/inferred"]
    assert ours.text(axiom, "dcterms:created") == "2026-11-23"
    assert ours.iris(axiom, "rdfs:seeAlso")
    assert ours.text(axiom, "rdfs:comment")


def test_a_broken_table_in_a_data_folder_is_an_error_wherever_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    text = table(("ex:6", "close", "eqf:6", "often"))
    (tmp_path / "ontology" / "x.sssom.tsv").write_text(text, "utf-8")
    with pytest.raises(DataError, match=rf"x\.sssom\.tsv:{FIRST}:5"):
        Graph(Catalogue.of([str(tmp_path)]))
