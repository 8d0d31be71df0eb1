"""Reports as PDF/A, set by typst with fonts of its own, which have every Kazakh letter.

The extra `report` brings typst. Texts reach it as JSON and are placed as strings, so that
nothing in a profile can act as markup; the template reads no file and no network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from libonto.errors import UsageError
from libonto.graph.store import Graph
from libonto.verdict.model import Assessment
from libonto.voice.document import AnswerDocument, as_data
from libonto.voice.report import report
from libonto.voice.words import Words

_UNKNOWN = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_UNBROKEN = re.compile(r'[^\s"\\]{70}(?=[^\s"\\])')
"""A stretch after which a line may break, in a word that would run off the page."""


def to_pdf(
    assessments: Sequence[Assessment],
    graph: Graph,
    lang: str,
    *,
    moment: datetime,
    digests: Mapping[str, str] | None = None,
) -> bytes:
    """The report on some candidates; UsageError without the extra `report`.

    `moment` is when it is made, `digests` the SHA-256 of the documents that were read.
    """
    words = Words(graph, lang)
    document = report(assessments, words, digests, moment)
    return compiled(document, moment, page=words.say("dossier.page"))


@cache
def template() -> bytes:
    """The template in which every document is set."""
    return (Path(__file__).parent / "templates" / "document.typ").read_bytes()


def compiled(document: AnswerDocument, moment: datetime, *, page: str) -> bytes:
    """A document as PDF; UsageError for a letter that no font of the machine has.

    `page` is the word for a page in its language.
    """
    try:
        import typst
    except ImportError as error:
        raise UsageError("report-extra-missing") from error
    data = json.dumps({**as_data(document), "page": page}, ensure_ascii=False)
    inputs = {"data": _UNBROKEN.sub(r"\g<0>\\u200b", data)}
    # The fonts that typst brings have all that our own texts need, and look the same on every
    # machine; only a name in another script is set in the machine's fonts.
    for own_fonts in (True, False):
        compiler = typst.Compiler(template(), ignore_system_fonts=own_fonts, sys_inputs=inputs)
        try:
            # PDF/A-2a for keeping, with text that can be copied; PDF/UA to be read aloud.
            pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=moment)
        except typst.TypstError as error:
            letter = _UNKNOWN.search(str(error))
            if letter is None:
                raise
            unknown = letter[1]
            continue
        assert isinstance(pdf, bytes)
        return pdf
    raise UsageError("report-letters", text=unknown)
