"""JSON Resume 1.0 (https://jsonresume.org/schema) as a profile.

Its levels and positions are free text: taken where the text is a label, slug or IRI that we
or a framework know, and never guessed. Its dates may lack the day; then nothing is made up.
A value of another kind than the schema's is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libonto.profile.account import Unresolved
from libonto.profile.interchange.imports import Draft, Import, NewImport, Resolution
from libonto.profile.interchange.resolver import KnownTerm

_SECTIONS = {"basics", "education", "work", "skills", "$schema", "meta"}


def people(value: Any, new: NewImport) -> Iterator[Import]:
    """The one person of a résumé, or each one of an array of them."""
    members = value if isinstance(value, list) else [value]
    for number, member in enumerate(members):
        path = f"[{number}]" if isinstance(value, list) else ""
        made = new(path, None)
        if isinstance(member, dict):
            _Resume(made).read(member, f"{path}." if path else "")
        else:
            made.unexpected(path, member, "object")
        yield made


class _Resume:
    """Reads one résumé into an import."""

    def __init__(self, made: Import) -> None:
        self._made = made
        self._resolver = made.resolver

    def read(self, resume: dict[str, Any], root: str) -> None:
        own = Draft("Candidate", root)
        basics = resume.get("basics")
        if isinstance(basics, dict):
            own.text("name", self._text(basics, "name", f"{root}basics."), f"{root}basics.name")
            self._unused(basics, {"name"}, f"{root}basics.")
        elif basics is not None:
            self._made.unexpected(f"{root}basics", basics, "object")
        for path, skill in self._entries(resume, "skills", root):
            self._skill(own, skill, path)
        self._made.take(own)
        for path, entry in self._entries(resume, "education", root):
            self._education(entry, path)
        for path, entry in self._entries(resume, "work", root):
            self._work(entry, path)
        self._unused(resume, _SECTIONS, root)

    def _skill(self, own: Draft, skill: dict[str, Any], path: str) -> None:
        keywords = skill.get("keywords") or []
        if not isinstance(keywords, list):
            self._made.unexpected(f"{path}.keywords", keywords, "list")
            return
        texts = {f"{path}.name": self._text(skill, "name", f"{path}.")}
        for number, keyword in enumerate(keywords):
            where = f"{path}.keywords[{number}]"
            texts[where] = keyword.strip() if isinstance(keyword, str) else ""
            if not isinstance(keyword, str):
                self._made.unexpected(where, keyword, "text")
        for where, text in texts.items():
            item = self._resolver.item(text) if text else None
            if item:
                own.resource("hasKnowledgeOf", item, where, text)
            elif text:
                self._made.note("ignored", where, "knowledge-unknown", text)
        self._unused(skill, {"name", "keywords"}, f"{path}.")

    def _education(self, entry: dict[str, Any], path: str) -> None:
        keys = ("studyType", "area", "endDate", "institution", "url")
        study, area, end, institution, url = (self._text(entry, key, f"{path}.") for key in keys)
        level = self._resolver.level([study] if study else [])
        field = self._resolver.field([[area]] if area else [])
        if isinstance(level, KnownTerm) and isinstance(field, KnownTerm) and not end:
            self._made.lose(path, path, "study-without-end", study)
            return
        taken = self._made.credential(
            Draft("Credential", path),
            Resolution(level, f"{path}.studyType", study),
            Resolution(field, f"{path}.area", area),
            evidence=[(url, f"{path}.url")],
            awarded=[(end, f"{path}.endDate")],
            by=(institution, f"{path}.institution"),
        )
        if taken:
            self._made.note("caveat", f"{path}.endDate", "study-end", end)
            self._unused(entry, set(keys), f"{path}.")

    def _work(self, entry: dict[str, Any], path: str) -> None:
        text, start, end, name = (
            self._text(entry, key, f"{path}.", open_=key == "endDate")
            for key in ("position", "startDate", "endDate", "name")
        )
        position = self._resolver.position([text]) if text else Unresolved("position-missing")
        days = {
            "startedOn": (start, f"{path}.startDate"),
            "endedOn": (end or None, f"{path}.endDate"),
        }
        told = Resolution(position, f"{path}.position", text)
        if self._made.employment(path, told, days, (name, f"{path}.name")):
            self._unused(entry, {"position", "startDate", "endDate", "name"}, f"{path}.")

    def _entries(
        self, resume: dict[str, Any], key: str, root: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        values = resume.get(key)
        if values is not None and not isinstance(values, list):
            self._made.unexpected(f"{root}{key}", values, "list")
            return
        for number, entry in enumerate(values or []):
            if isinstance(entry, dict):
                yield f"{root}{key}[{number}]", entry
            else:
                self._made.unexpected(f"{root}{key}[{number}]", entry, "object")

    def _text(self, entry: dict[str, Any], key: str, root: str, *, open_: bool = False) -> str:
        """The text of a key, or nothing; `open_`: words for “still employed” are nothing too."""
        value = entry.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._made.unexpected(f"{root}{key}", value, "text")
            return ""
        return "" if open_ and self._resolver.names.find("ongoing", value) else value.strip()

    def _unused(self, value: dict[str, Any], used: set[str], path: str) -> None:
        self._made.pass_over(
            f"{path}{key}"
            for key, item in value.items()
            if key not in used and item not in (None, "", [], {})
        )
