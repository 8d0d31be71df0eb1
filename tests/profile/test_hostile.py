"""Input that is made to harm: too large, too deep, reaching out, or simply not text."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from libonto.errors import LibontoError, ProfileError, SettingsError, SyntaxFault, TooLargeError
from libonto.profile.document import DEFAULT_LIMIT, limit, open_document

Read = Callable[..., list[Any]]
Refuse = Callable[..., LibontoError]
Turtle = Callable[..., str]

NS = "https://w3id.org/libonto/ns#"
HEAD = '<?xml version="1.0" encoding="{}"?>\n'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    f' xmlns:lo="{NS}"><lo:Candidate rdf:about="urn:x:1" lo:name="{{}}"/></rdf:RDF>'
)
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


# Document type declarations


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE rdf:RDF>",
        '<!DOCTYPE rdf:RDF SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE rdf:RDF [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rdf:RDF [<!ENTITY % e SYSTEM "http://127.0.0.1:9/e"> %e;]>',
        f'<!DOCTYPE rdf:RDF [<!ENTITY e0 "lol">{BOMB}]>',
        '<!DOCTYPE rdf:RDF [<!ENTITY lo "https://w3id.org/libonto/ns#">]>',
    ],
    ids=["bare", "external", "external entity", "parameter entity", "entity bomb", "prefix"],
)
@pytest.mark.parametrize("before", ["", "<!-- one\ntwo -->", "<?target?>"])
def test_a_document_type_declaration_is_refused(before: str, doctype: str, refuse: Refuse) -> None:
    error = refuse(HEAD.format("utf-8") + before + doctype + RDF.format("&e;"))
    assert isinstance(error, SyntaxFault)
    line = 3 if "\n" in before else 2
    column = len(before.rpartition("\n")[2]) + 1
    assert error.message("en").startswith(
        f"line {line}, column {column}: A document type declaration (DOCTYPE) is not accepted."
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])
def test_a_declaration_cannot_hide_in_another_encoding(encoding: str, refuse: Refuse) -> None:
    text = HEAD.format(encoding) + "<!DOCTYPE rdf:RDF>" + RDF.format("A")
    assert isinstance(refuse(text.encode(encoding), format="rdfxml"), SyntaxFault)


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1251", "iso-8859-1", "utf-7", "nonsense"])
def test_only_utf_8_is_read_whatever_the_declaration_says(encoding: str, refuse: Refuse) -> None:
    error = refuse(HEAD.format(encoding) + RDF.format("A"), format="rdfxml")
    assert isinstance(error, SyntaxFault)
    assert "not UTF-8" in error.message("en")


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8"])
def test_utf_8_may_be_declared(encoding: str, read: Read) -> None:
    (found,) = read(HEAD.format(encoding) + RDF.format("A"), format="rdfxml")
    assert found.name == "A"


def test_an_entity_that_nobody_declared_is_an_error(refuse: Refuse) -> None:
    assert isinstance(refuse(RDF.format("&e;"), format="rdfxml"), SyntaxFault)


# Nesting

DEEP = 100_000
OPEN_XML = "<a:b xmlns:a='urn:a:'><a:c>"
TOO_DEEP = {
    "json": ("[" * DEEP, "json"),
    "closed json": ('{"a":' * DEEP + "1" + "}" * DEEP, "json"),
    "json-ld": ('{"@context":{},"urn:p":' * DEEP + "1" + "}" * DEEP, "json"),
    "a context": ('{"@context":[' * DEEP + "]}" * DEEP, "json"),
    "rdf/xml": (OPEN_XML * DEEP, "rdfxml"),
    "triple terms in turtle": (
        "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * DEEP + "1" + " )>>" * DEEP + " .",
        "turtle",
    ),
    "triple terms in n-triples": (
        "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * DEEP + '"1"' + " )>>" * DEEP + " .",
        "ntriples",
    ),
    "triple terms that are never closed": ("<urn:a> <urn:b> " + "<<( <urn:a> " * DEEP, "trig"),
    "triple terms behind strings that seem to close them": (
        "<urn:a> <urn:b> "
        + '<<( <urn:a> <urn:b> <<( <urn:a> ")>>" <<( ")>> )>>" \')>>\' #)>> )>>\n' * DEEP,
        "turtle",
    ),
}


@pytest.mark.parametrize("case", TOO_DEEP)
def test_what_is_nested_too_deep_is_refused(case: str, refuse: Refuse) -> None:
    text, format_ = TOO_DEEP[case]
    error = refuse(text, format=format_)
    assert isinstance(error, TooLargeError)
    assert "nested more than 200 levels deep" in error.message("en")


@pytest.mark.parametrize(
    "inner",
    ["[ <urn:p> " * DEEP + "1" + " ]" * DEEP, "( " * DEEP + ")" * DEEP],
    ids=["blank nodes", "lists"],
)
def test_depth_in_turtle_is_no_danger(inner: str, turtle: Turtle, read: Read) -> None:
    (found,) = read(turtle(f"<urn:p> {inner}"))
    assert found.iri == "urn:x:1"


def test_brackets_in_turtle_that_are_never_closed(refuse: Refuse, turtle: Turtle) -> None:
    assert isinstance(refuse(turtle("<urn:p> " + "[ <urn:p> " * DEEP)), SyntaxFault)


def test_many_triple_terms_beside_each_other_are_no_danger(turtle: Turtle, read: Read) -> None:
    (found,) = read(turtle("<urn:p> " + "<<( <urn:a> <urn:b> <urn:c> )>> , " * 1000 + "1"))
    assert found.iri == "urn:x:1"


# Size


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("LIBONTO_MAX_INPUT_BYTES", "1000")
    return 1000


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(
    tmp_path: Path, small_limit: int
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b" " * small_limit)
    assert len(open_document(str(path)).data) == small_limit
    path.write_bytes(b" " * (small_limit + 1))
    with pytest.raises(TooLargeError, match="more than 1000 B") as caught:
        open_document(str(path))
    assert caught.value.message("en").startswith(f"{path}: ")


@pytest.mark.parametrize("value", ["0", "-1", "64 MB", "1e6", "٣", "1_000", "9" * 30])
def test_a_limit_that_is_no_number_is_a_wrong_setting(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBONTO_MAX_INPUT_BYTES", value)
    with pytest.raises(SettingsError, match=f"LIBONTO_MAX_INPUT_BYTES: “{value}” is no whole"):
        limit()


def test_without_a_setting_the_limit_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBONTO_MAX_INPUT_BYTES", " ")
    assert limit() == DEFAULT_LIMIT


ASSESS = [sys.executable, "-m", "libonto", "assess", "--lang", "en"]
MEMORY = 700 * 1024 * 1024
"""Enough for the command and one document at the limit, far less than twice 200 MB more."""


def in_little_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.processes
def test_200_mb_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "huge.ttl"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    run = subprocess.run(
        [*ASSESS, str(path)], capture_output=True, check=False, preexec_fn=in_little_memory
    )
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.decode() == (
        f"{path}: The input has more than 64 MiB. Split it, or raise LIBONTO_MAX_INPUT_BYTES.\n"
    )


@pytest.mark.processes
def test_standard_input_without_an_end() -> None:
    """`yes` would write for ever: the command stops reading when it has seen too much."""
    with subprocess.Popen(["yes", "<urn:a> <urn:b> <urn:c> ."], stdout=subprocess.PIPE) as source:
        run = subprocess.run(
            [*ASSESS, "-"],
            stdin=source.stdout,
            capture_output=True,
            check=False,
            preexec_fn=in_little_memory,
        )
        source.kill()
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.decode().startswith("The input has more than 64 MiB.")


@pytest.mark.processes
def test_a_device_without_an_end() -> None:
    run = subprocess.run([*ASSESS, "/dev/zero"], capture_output=True, check=False)
    assert run.returncode == 2
    assert run.stderr.decode().startswith("/dev/zero: The input has more than")


# What is no text


@pytest.mark.parametrize(
    ("data", "format_", "place"),
    [
        (b"<urn:a> <urn:b>\n \xff .", "turtle", "line 2, column 2: "),
        (b'{"name": "\xc3\x28"}', "json", "line 1, column 11: "),
        (b'{"name": "\xed\xa0\x80"}', "json", "line 1, column 11: "),
        (b'<a b="\xe0\x80"/>', "rdfxml", "line 1, column 7: "),
        ('{"name": "Айгүл"}'.encode("utf-16"), "json", "line 1, column 1: "),
        ('<urn:a> <urn:b> "Алия" .'.encode("cp1251"), "ntriples", "line 1, column 18: "),
    ],
)
def test_what_is_not_utf_8_is_told_with_its_place(
    data: bytes, format_: str, place: str, refuse: Refuse
) -> None:
    error = refuse(data, format=format_)
    assert isinstance(error, SyntaxFault)
    assert error.message("en") == place + "The text is not UTF-8. Save it as UTF-8."


@pytest.mark.parametrize("format_", ["turtle", "trig", "ntriples", "nquads", "rdfxml", "json"])
@pytest.mark.parametrize("data", [b"\0", b"\0" * 4096, b"<urn:a\0> <urn:b> 1 .", b"{\0}"])
def test_nul_bytes_are_no_profile(data: bytes, format_: str, refuse: Refuse) -> None:
    assert isinstance(refuse(data, format=format_), SyntaxFault)


def test_a_picture_is_no_profile(refuse: Refuse) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + os.urandom(2000)
    assert isinstance(refuse(picture), SyntaxFault)


def test_escaped_nul_characters_are_shown_as_what_they_are_not(turtle: Turtle, read: Read) -> None:
    (found,) = read(turtle('lo:name "A\\u0000B"'))
    assert found.name == "A\ufffdB"


@pytest.mark.parametrize("letters", ["\\uD800", "\\uDFFF", "\\U00110000"])
def test_code_points_that_are_no_characters(letters: str, turtle: Turtle, refuse: Refuse) -> None:
    assert isinstance(refuse(turtle(f'lo:name "{letters}"')), SyntaxFault)


# Numbers and lengths


@pytest.mark.parametrize(
    "said",
    ["9" * 1_000_000, "1" + "0" * 400 + "e400", "0." + "0" * 100_000 + "1", "-1e-999999999"],
    ids=["long", "infinite", "small", "smallest"],
)
def test_enormous_numbers_in_turtle_are_texts_where_a_text_is_meant(
    said: str, turtle: Turtle, read: Read
) -> None:
    (found,) = read(turtle(f"lo:workload {said}"))
    assert found.details == (("workload", said),)


def test_an_enormous_number_where_a_date_is_meant(turtle: Turtle, refuse: Refuse) -> None:
    part = f'[ lo:inPosition <urn:p> ; lo:startedOn "{"9" * 1_000_000}"^^xsd:date ]'
    message = refuse(turtle(f"lo:hasEmployment {part}")).message("en")
    assert "is no date" in message
    assert len(message) < 500


def test_a_candidate_with_a_hundred_thousand_knowledge_items(read: Read, refuse: Refuse) -> None:
    known = ["bibliography", "psychology"] * 50_000
    (found,) = read({"id": "urn:x:1", "knowledge": known})
    assert len(found.knowledge) == 2
    unknown = [f"item-{n}" for n in range(100_000)]
    assert isinstance(refuse({"id": "urn:x:1", "knowledge": unknown}), ProfileError)


def test_a_hundred_thousand_problems_of_form(refuse: Refuse) -> None:
    error = refuse(json.dumps([5] * 100_000), format="json")
    assert isinstance(error, ProfileError)
    assert len(error.problems) == 100
    assert error.more


def test_a_hundred_thousand_unknown_properties(refuse: Refuse) -> None:
    lines = "".join(f"<urn:x:1> <{NS}p{n}> 1 .\n" for n in range(100_000))
    error = refuse(f"<urn:x:1> a <{NS}Candidate> .\n{lines}")
    assert isinstance(error, ProfileError)
    assert len(error.problems) == 100
