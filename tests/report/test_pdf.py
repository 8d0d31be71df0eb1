"""The PDF: PDF/A with embedded fonts, whole in every language, and text is only ever text."""

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
import typst

from libonto.errors import UsageError
from libonto.public import assessor
from libonto.verdict.model import Assessment
from libonto.voice import pdf
from libonto.voice.document import (
    AnswerDocument,
    Block,
    Branch,
    Bullets,
    Definition,
    Definitions,
    Gap,
    Heading,
    Item,
    MarkedText,
    Paragraph,
    Quotation,
    Section,
    Signatures,
    StatusLine,
    StatusList,
    TextTable,
)
from libonto.voice.html import to_page
from libonto.voice.pdf import compiled, to_pdf
from libonto.voice.text import TextWriter

Judged = Callable[..., list[Assessment]]
MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
HOSTILE = '#panic("x") #read("/etc/passwd") $1/0$ *b* _i_ `r` @ref <lab> // c [x] \\ = H "q" /* ]}'


def report(judged: Judged, asked: str | None, lang: str, *changes: dict[str, object]) -> bytes:
    found = judged(*changes, asked=asked)
    digests = {"profile.json": "ab" * 32}
    return to_pdf(found, assessor().graph, lang, moment=MADE, digests=digests)


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


def test_another_mistake_of_the_template_is_not_taken_for_a_letter() -> None:
    wrong = Section("Ә", (Heading("Тақырып", level=0),))
    with pytest.raises(typst.TypstError):
        compiled(AnswerDocument("kk", "Есеп", (wrong,)), MADE, page="бет")


@pytest.mark.parametrize("template", ["document.typ", "document.html"])
def test_a_template_lays_out_every_kind_of_block(template: str) -> None:
    text = (Path(pdf.__file__).parent / "templates" / template).read_text()
    kinds = {kind.__name__ for kind in get_args(Block)} - {"Gap"}  # which only lines can show
    assert {kind for kind in kinds if f'kind == "{kind}"' not in text} == set()
    assert not re.search(r"\beval\(|\bread\(|\bimport\b", text)


def test_a_document_of_every_kind_of_block_can_be_set() -> None:
    line = StatusLine("Талап", "met", "орындалды", "E01", "ескерту", (Definition("а", ("б", "в")),))
    quotation = Quotation(
        (MarkedText("Бас "), MarkedText("тармақ", "E01", "met")), "1–2", (MarkedText("перевод"),)
    )
    blocks: tuple[Block, ...] = (
        Heading("Бөлім", status="not-shown"),
        Heading("Кіші", 3),
        Paragraph("сөз", "faint"),
        Bullets((Item("бір", note="ескерту"),)),
        Definitions((Definition("SHA", ("ab",), "code"), Definition("Мәтін", ("сөз",), lang="kk"))),
        TextTable((("1", "2"), ("3", "4")), ("а", "б")),
        line,
        StatusList((line,)),
        quotation,
        Branch((Heading("Төмен"), quotation)),
        Gap(),
        Heading("Қолдар"),
        Signatures(("Төраға",), ("қолы", "аты", "күні")),
    )
    assert {type(block) for block in blocks} == set(get_args(Block))
    section = Section(
        "Ә", blocks, "urn:x", ("дерек", "тағы"), ("алдында",), "шешім", "met", "қосымша"
    )
    document = AnswerDocument("kk", "Есеп", (section,), "жасаған")
    assert compiled(document, MADE, page="бет").startswith(b"%PDF")
    text = TextWriter(60).write(document)
    page = re.sub(r"<[^>]*>", "", to_page(document))
    for said in (
        "сөз",
        "ескерту",
        "ab",
        "тармақ",
        "перевод",
        "Төмен",
        "алдында",
        "қосымша",
        "тағы",
    ):
        assert said in text and said in page
