"""The data folder of a drafted position: written from the text and the answers, and again.

`draft.json` keeps what is drafted, the answers, and the checksum of each file that was
written, so that a folder whose files were edited by hand is not overwritten.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from libonto.drafting.grammar import language
from libonto.drafting.model import DraftState, PositionSpan
from libonto.drafting.points import Known, Point
from libonto.drafting.position import Position
from libonto.drafting.reader import read
from libonto.drafting.writer import Writer
from libonto.errors import UsageError, why
from libonto.files import written_whole
from libonto.graph.terms import resource
from libonto.locales import counted, sentence

STATE = "draft.json"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LARGEST = 20_000_000  # bytes of a document
_LONGEST_NAME = 100  # characters
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def checked(slug: str, what: str) -> str:
    """A slug as given; UsageError where it is none."""
    if not _SLUG.fullmatch(slug):
        raise UsageError("draft-slug", what=what, value=slug)
    return slug


def text_of(path: Path) -> str:
    """The text of a .txt, .docx or .pdf file; UsageError where it cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError("draft-file-large", path=str(path), limit=_LARGEST)
        data = path.read_bytes()
        if path.suffix.lower() == ".docx":
            return _docx(data)
        if path.suffix.lower() == ".pdf":
            return _pdf(data)
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("unreadable", path=str(path), detail=why(error)) from error
    except ImportError as error:
        raise UsageError("extra-missing", extra="drafting", detail=str(error)) from error


def _docx(data: bytes) -> str:
    from docx import Document

    try:
        return "\n".join(_paragraphs(Document(io.BytesIO(data)).element.body))
    except Exception as error:  # the reader raises anything at all on a damaged document
        raise UsageError("draft-file-broken", detail=str(error)) from error


def _paragraphs(body: Any) -> Iterator[str]:
    """The words of each paragraph, those in tables, frames, fields and insertions included."""
    from docx.oxml.ns import qn

    text, others = qn("w:t"), {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n"}
    words: dict[Any, list[str]] = {paragraph: [] for paragraph in body.iter(qn("w:p"))}
    for part in body.iter(text, *others):
        holders = [*part.iterancestors()]
        if any(holder.tag == _FALLBACK for holder in holders):
            continue  # the same words again, for programs that cannot show the frame
        paragraph = next((holder for holder in holders if holder in words), None)
        if paragraph is not None:
            words[paragraph].append((part.text or "") if part.tag == text else others[part.tag])
    return ("".join(parts) for parts in words.values())


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader

    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    except Exception as error:  # likewise
        raise UsageError("draft-file-broken", detail=str(error)) from error


def draft_state(
    text: str,
    *,
    slug: str,
    edition: str,
    lang: str | None = None,
    number: int | None = None,
    answers: Mapping[str, str] | None = None,
    days: tuple[str | None, str | None] = (None, None),
) -> DraftState:
    """The state of a draft of the one position of a text, or that with this number, from 1 on.

    UsageError where the text describes several and no number is given, where it has none with
    that number, for slugs that are none, and for days of which the end is not after the start.
    """
    since, until = days
    if since and until and until <= since:
        raise UsageError("draft-days", since=since, until=until)
    if not any(c.isalnum() for c in text):
        raise UsageError("draft-no-text")
    spoken = lang or language(text)
    parts = read(text, spoken).parts
    names = [_called(text, part) for part in parts]
    if len(parts) > 1 and number is None:
        listed = "; ".join(f"{n}. {name}" for n, name in enumerate(names, start=1))
        raise UsageError("draft-several", count=len(parts), listed=listed)
    if number is not None and not 1 <= number <= len(parts):
        raise UsageError("draft-no-position", number=number, count=len(parts))
    start, end = parts[(number or 1) - 1].span
    return DraftState(
        slug=checked(slug, "--slug"),
        edition=checked(edition, "--edition"),
        lang=spoken,
        text=text[start:end],
        answers=answers or {},
        written={},
        days=days,
    )


def _called(text: str, part: PositionSpan) -> str:
    """The words that name a position, else those that its part of the text begins with."""
    start, end = part.title or part.span
    words = " ".join(text[start:end].split())
    return words if len(words) <= _LONGEST_NAME else words[:_LONGEST_NAME].rstrip() + "…"


def files_of(position: Position, lang: str) -> dict[str, bytes]:
    """Every file of a draft's folder; `lang` is the language of its README."""
    state, writer = position.state, Writer(position)
    name = state.slug if not writer.described else f"{state.slug}-{state.edition}"
    files = {
        f"ontology/{writer.source}": state.text.encode(),
        f"ontology/positions/{name}.ttl": writer.description().encode(),
        f"shapes/positions/{name}.ttl": writer.shapes().encode(),
        "README.md": _readme(position, lang).encode(),
    }
    saved: dict[str, Any] = {
        "slug": state.slug,
        "edition": state.edition,
        "lang": state.lang,
        "days": state.days,
        "text": f"ontology/{writer.source}",
        "answers": dict(sorted(state.answers.items())),
        "files": {name: sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    files[STATE] = (json.dumps(saved, ensure_ascii=False, indent=2) + "\n").encode()
    return files


def _readme(position: Position, lang: str) -> str:
    state, remaining = position.state, position.open
    lines = [
        sentence("draft.readme-title", lang, slug=state.slug),
        "",
        sentence("draft.readme-what", lang, edition=state.edition),
        "",
        counted("draft.readme-open", len(remaining), lang)
        if remaining
        else sentence("draft.done", lang),
    ]
    for ask in dict.fromkeys(point.ask for point in remaining):
        lines += ["", "## " + sentence(f"draft.ask-{ask}", lang), ""]
        for point in (p for p in remaining if p.ask == ask):
            words = " … ".join(position.draft.quote(span) for span in point.spans)
            clauses = ", ".join(point.clauses) or "–"
            lines.append(f"- `{point.key}` ({clauses}): {' '.join(words.split()) or state.slug}")
    return "\n".join(lines) + "\n"


def create(position: Position, folder: Path, lang: str) -> None:
    """Write a new folder, whole or not at all; UsageError where there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("draft-folder-taken", path=str(folder))
    try:
        parent = folder.resolve().parent
        with TemporaryDirectory(dir=parent, prefix=".libonto-") as temporary:
            draft = Path(temporary) / "draft"
            for name, data in files_of(position, lang).items():
                path = draft / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            draft.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            draft.rename(folder)
    except OSError as error:
        raise UsageError("output-unwritable", path=str(folder), detail=why(error)) from error


def load(folder: Path, known: Known) -> Position:
    """The draft in a folder; UsageError where there is none, or its text was changed."""
    path = folder / STATE
    try:
        saved = json.loads(path.read_text("utf-8"))
        text = (folder / saved["text"]).read_bytes().decode("utf-8")
        state = DraftState(
            slug=checked(saved["slug"], "--slug"),
            edition=checked(saved["edition"], "--edition"),
            lang=saved["lang"],
            text=text,
            answers=dict(saved["answers"]),
            written=dict(saved["files"]),
            days=(saved["days"][0], saved["days"][1]),
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        detail = why(error) if isinstance(error, OSError) else str(error)
        raise UsageError("draft-no-folder", path=str(path), detail=detail) from error
    return Position(state, known)


def save(position: Position, folder: Path, lang: str) -> None:
    """Write the folder again with the answers; UsageError where a file was edited by hand."""
    for name, digest in position.state.written.items():
        path = folder / name
        if path.exists() and sha256(path.read_bytes()).hexdigest() != digest:
            raise UsageError("draft-edited", path=str(path))
    files = files_of(position, lang)
    try:
        for name, data in files.items():  # the state comes last: it says what was written
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(path) as file:
                file.write(data)
    except OSError as error:
        raise UsageError("output-unwritable", path=str(folder), detail=why(error)) from error


def position_of(form: Mapping[str, Any], known: Known) -> Position:
    """The draft that a form asks for; UsageError for a slug that is none, or too long a text."""
    text = str(form["text"]).replace("\r\n", "\n")  # a form sends every line so
    number = str(form["position"])
    state = draft_state(
        text,
        slug=str(form["slug"]),
        edition=str(form["edition"]),
        number=int(number) if number.isdecimal() else None,
        answers=dict(form["answers"]),
    )
    return Position(state, known)


def archive(position: Position, lang: str) -> bytes:
    """The data folder as a ZIP file."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, data in files_of(position, lang).items():
            archive.writestr(f"{position.state.slug}/{name}", data)
    return written.getvalue()


def sheet(position: Position, lang: str) -> dict[str, Any]:
    """The clauses of the text in order, with their points, and the points of no clause."""
    beside: dict[str, list[dict[str, Any]]] = {}
    for point in position.points:
        place = point.clauses[0] if point.clauses else ""
        beside.setdefault(place, []).append(_point(position, point, lang))
    draft, label = position.draft, position.known.graph.label
    passages: list[dict[str, Any]] = []
    at = 0
    for clause in draft.clauses:
        kind = resource("clause-type", clause.kind).value
        passages += [
            {"text": draft.text[at : clause.start], "id": "", "points": []},
            {
                "text": draft.quote(clause),
                "id": clause.id,
                "kind": str(clause.kind),
                "label": label(kind, lang),
                "points": beside.get(clause.id, []),
            },
        ]
        at = clause.end
    return {
        "first": beside.pop("", []),
        "pieces": [*passages, {"text": draft.text[at:], "id": "", "points": []}],
        "lang": position.state.lang,
        "open": len(position.open),
        "levels": len(draft.levels),
    }


def _point(position: Position, point: Point, lang: str) -> dict[str, Any]:
    answers = position.state.answers
    return {
        "key": point.key,
        "question": sentence(f"draft.ask-{point.ask}", lang),
        "clauses": point.clauses,
        "open": bool(point.missing(answers)) or not point.fields,
        "proposals": [f"{p.value} ({p.certainty}): {p.label}" for p in point.proposals],
        "fields": [
            {
                "name": f"{point.key}/{field.name}",
                "label": sentence(f"draft.answer-{field.name}", lang),
                "choices": field.choices,
                "many": field.many,
                "value": answers.get(f"{point.key}/{field.name}", ""),
            }
            for field in point.fields
        ],
    }
