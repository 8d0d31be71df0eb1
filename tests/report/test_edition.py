"""The first page says by which text is judged, before the verdict, in each language."""

import io
import json
from datetime import UTC, date, datetime

import pypdf
import pytest

import libonto
from libonto.public import assessor
from libonto.voice.pdf import to_pdf
from libonto.voice.words import Words

MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROFILE = {"credentials": [{"level": "higher", "field": "library-science"}]}


def squeezed(text: str) -> str:
    """Without the spaces, of which a line of print has others than a sentence."""
    return "".join(text.split())


@pytest.mark.every_case
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    ("on", "kind"),
    [
        ("2014-01-28", "edition-not-yet-in-force"),
        ("2014-01-29", None),
        ("2022-03-30", None),
        ("2022-03-31", "edition-superseded"),
    ],
)
def test_the_first_page_names_the_edition_before_the_verdict(
    lang: str, on: str, kind: str | None
) -> None:
    found = libonto.assess(json.dumps(PROFILE).encode(), on=date.fromisoformat(on))
    assert [n.kind for n in found[0].notices if n.about_edition] == ([kind] if kind else [])
    words = Words(assessor().graph, lang)
    said = words.judged_by(found[0].notices, found[0].rules.edition_iri)
    assert words.label(found[0].rules.edition_iri or "") in said
    pages = pypdf.PdfReader(io.BytesIO(to_pdf(found, assessor().graph, lang, moment=MADE))).pages
    first = squeezed(pages[0].extract_text())
    assert 0 < first.find(squeezed(said)) < first.find(squeezed(words.verdict(found[0])))
