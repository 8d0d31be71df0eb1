"""JSON Resume 1.0 (https://jsonresume.org/schema) as a profile.

Its levels and positions are free text: taken where the text is a label, slug or IRI that we
or a framework know, and never guessed. Its dates may lack the day; then nothing is made up.
A value of another kind than the schema's is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libonto.profile.account import Unresolved
from libonto.profile.interchange.imports import Draft, Import, Lost, NewImport, Resolution
from libonto.profile.interchange.resolver import KnownTerm

_SECTIONS = {"basics", "education", "work", "skills", "$schema", "meta"}


def people(value: Any, new: NewImport, within: str = "") -> Iterator[Import]:
    """The one person of a résumé, or each one of an array of them; `within` is their place."""
    for number, member in enumerate(value if isinstance(value, list) else [value]):
        path = f"{within}[{number}]" if isinstance(value, list) else within
        entry = new(path, None)
        if isinstance(member, dict):
            _Resume(entry).read(member, f"{path}." if path else "")
        else:
            entry.unexpected(path, member, "object")
        yield entry


class _Resume:
    """Reads one résumé into an import."""

    def __init__(self, entry: Import) -> None:
        self._entry = entry
        self._resolver = entry.resolver

    def read(self, resume: dict[str, Any], root: str) -> None:
        own = Draft("Candidate", root)
        basics = resume.get("basics")
        if isinstance(basics, dict):
            own.text("name", self._text(basics, "name", f"{root}basics."), f"{root}basics.name")
            self._unused(basics, {"name"}, f"{root}basics.")
        elif basics is not None:
            self._entry.unexpected(f"{root}basics", basics, "object")
        for path, skill in self._members(resume, "skills", root):
            self._skill(own, skill, path)
        self._entry.take(own)
        for path, study in self._members(resume, "education", root):
            with self._entry.part("Credential", path) as draft:
                self._education(draft, study, path)
        for path, work in self._members(resume, "work", root):
            with self._entry.part("Employment", path) as draft:
                self._work(draft, work, path)
        self._unused(resume, _SECTIONS, root)

    def _skill(self, own: Draft, skill: dict[str, Any], path: str) -> None:
        keywords = skill.get("keywords") or []
        if not isinstance(keywords, list):
            self._entry.unexpected(f"{path}.keywords", keywords, "list")
            return
        texts = {f"{path}.name": self._text(skill, "name", f"{path}.")}
        for number, keyword in enumerate(keywords):
            where = f"{path}.keywords[{number}]"
            if isinstance(keyword, str):
                texts[where] = keyword.strip()
            else:
                self._entry.unexpected(where, keyword, "text")
        for where, text in texts.items():
            if item := self._resolver.item(text) if text else None:
                own.resource("hasKnowledgeOf", item, where, text)
            elif text:
                self._entry.note("ignored", where, "knowledge-unknown", text)
        self._unused(skill, {"name", "keywords"}, f"{path}.")

    def _education(self, draft: Draft, study: dict[str, Any], path: str) -> None:
        keys = ("studyType", "area", "endDate", "institution", "url")
        type_, area, end, institution, url = (self._text(study, key, f"{path}.") for key in keys)
        level = self._resolver.level([type_] if type_ else [])
        field = self._resolver.field([[area]] if area else [])
        if isinstance(level, KnownTerm) and isinstance(field, KnownTerm) and not end:
            raise Lost(path, "study-without-end", type_)
        self._entry.credential(
            draft,
            Resolution(level, f"{path}.studyType", type_),
            Resolution(field, f"{path}.area", area),
            evidence=[(url, f"{path}.url")],
            awarded=[(end, f"{path}.endDate")],
            by=(institution, f"{path}.institution"),
        )
        self._entry.note("caveat", f"{path}.endDate", "study-end", end)
        self._unused(study, set(keys), f"{path}.")

    def _work(self, draft: Draft, work: dict[str, Any], path: str) -> None:
        keys = ("position", "startDate", "endDate", "name")
        text, start, end, name = (self._text(work, key, f"{path}.") for key in keys)
        if self._resolver.names.is_ongoing(end):
            end = ""
        position = self._resolver.position([[text]]) if text else Unresolved("position-missing")
        days = {
            "startedOn": (start, f"{path}.startDate"),
            "endedOn": (end or None, f"{path}.endDate"),
        }
        resolution = Resolution(position, f"{path}.position", text)
        self._entry.employment(draft, resolution, days, (name, f"{path}.name"))
        self._unused(work, set(keys), f"{path}.")

    def _members(
        self, resume: dict[str, Any], key: str, root: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        values = resume.get(key)
        if values is not None and not isinstance(values, list):
            self._entry.unexpected(f"{root}{key}", values, "list")
            return
        for number, member in enumerate(values or []):
            if isinstance(member, dict):
                yield f"{root}{key}[{number}]", member
            else:
                self._entry.unexpected(f"{root}{key}[{number}]", member, "object")

    def _text(self, member: dict[str, Any], key: str, root: str) -> str:
        """The text of a key, or nothing."""
        value = member.get(key)
        if isinstance(value, str):
            return value.strip()
        if value is not None:
            self._entry.unexpected(f"{root}{key}", value, "text")
        return ""

    def _unused(self, value: dict[str, Any], used: set[str], path: str) -> None:
        self._entry.pass_over(
            f"{path}{key}"
            for key, item in value.items()
            if key not in used and item not in (None, "", [], {})
        )
