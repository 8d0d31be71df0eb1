"""The PDF: PDF/A with embedded fonts, whole in every language, and text is only ever text."""

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst

from libonto.errors import UsageError
from libonto.public import assessor
from libonto.verdict.model import Assessment
from libonto.voice import pdf
from libonto.voice.dossier import Dossiers
from libonto.voice.pdf import compiled, to_pdf
from libonto.voice.words import Words

Judged = Callable[..., list[Assessment]]
MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
HOSTILE = '#panic("x") #read("/etc/passwd") $1/0$ *b* _i_ `r` @ref <lab> // c [x] \\ = H "q" /* ]}'


def report(judged: Judged, asked: str | None, lang: str, *changes: dict[str, object]) -> bytes:
    found = judged(*changes)
    targets = [asked] * len(found)
    return to_pdf(
        found, targets, assessor().graph, lang, made=MADE, digests={"profile.json": "ab" * 32}
    )


def letters(data: bytes) -> str:
    """Every character that the document's fonts map a glyph to (their ToUnicode tables)."""
    found = ""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"beginbfchar" in text or b"beginbfrange" in text:
            for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", text):
                found += bytes.fromhex(code.decode()).decode("utf-16-be", "replace")
    return found


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", data))


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_it_is_pdf_a_with_its_fonts_inside(judged: Judged, asked: str, lang: str) -> None:
    data = report(judged, asked, lang, {"name": KAZAKH})
    assert data.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    fonts = re.findall(rb"/Type\s*/FontDescriptor.*?endobj", data, re.S)
    assert fonts and all(b"/FontFile" in font for font in fonts)
    assert set(KAZAKH) <= set(letters(data))
    assert f"/Lang({lang})".encode() in data.replace(b" ", b"")


def test_the_same_input_gives_the_same_bytes(judged: Judged, asked: str) -> None:
    assert report(judged, asked, "kk") == report(judged, asked, "kk")


def test_text_is_never_markup(judged: Judged, asked: str) -> None:
    employments = judged()[0].candidate.employments
    details = (("employer", HOSTILE), ("workload", "#import"), ("evidence", "$$$"))
    change = {"name": HOSTILE, "employments": (replace(employments[0], details=details),)}
    data = report(judged, asked, "en", change)
    assert set('#$*_`@<>/[]\\="}') <= set(letters(data))


def test_several_candidates_are_several_sections(judged: Judged, asked: str) -> None:
    one = pages(report(judged, asked, "kk"))
    two = pages(report(judged, asked, "kk", {}, {"iri": "urn:example:candidate:2"}))
    assert two == 2 * one


def test_a_name_of_many_letters_does_not_break_the_page(judged: Judged, asked: str) -> None:
    assert pages(report(judged, asked, "kk", {"name": "ұ" * 3000})) < 12


def test_a_letter_that_no_font_has_is_named(judged: Judged, asked: str) -> None:
    unknown = "\u0378"  # Unicode has no letter here, so no font has one
    with pytest.raises(UsageError) as caught:
        report(judged, asked, "en", {"name": f"A{unknown}"})
    assert caught.value.key == "report-letters"
    assert "378" in str(caught.value)


def test_without_typst_the_message_says_what_to_install(
    judged: Judged, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(UsageError, match=r"libonto\[report\]"):
        report(judged, asked, "en")


def test_another_mistake_of_the_template_is_not_taken_for_a_letter(
    judged: Judged, asked: str
) -> None:
    data = Dossiers(assessor().graph, Words(assessor().graph, "en")).report(judged(), [asked])
    del data["say"]
    with pytest.raises(typst.TypstError):
        compiled(data, MADE)


def test_every_text_that_the_template_takes_is_in_the_dossier() -> None:
    template = (Path(pdf.__file__).parent / "templates" / "report.typ").read_text()
    data = Dossiers(assessor().graph, Words(assessor().graph, "en")).report([], [])
    named = set(re.findall(r"say\.([a-z]+(?:-[a-z]+)*)", template))
    assert named and named <= data["say"].keys()
    assert not re.search(r"\beval\(|\bread\(|\binclude\b|\bimport\b", template)
