"""JSON Resume 1.0 (https://jsonresume.org/schema) as a profile.

Its levels and positions are free text: taken where the text is a label, slug or IRI that we
or a framework know, and never guessed. Its dates may lack the day; then nothing is made up.
A value of another kind than the schema's is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libonto.profile.interchange.imports import Draft, Import
from libonto.profile.interchange.resolver import Resolver, Unresolved

_SECTIONS = {"basics", "education", "work", "skills", "$schema", "meta"}


def people(value: Any, resolver: Resolver, file: str, before: int, lang: str) -> Iterator[Import]:
    """The one person of a résumé, or each one of an array of them."""
    members = value if isinstance(value, list) else [value]
    for number, member in enumerate(members):
        path = f"[{number}]" if isinstance(value, list) else ""
        made = Import(file, path, f"urn:libonto:candidate:{before + number + 1}")
        if isinstance(member, dict):
            _Resume(made, resolver, lang).read(member, f"{path}." if path else "")
        else:
            made.unexpected(path, member, "object")
        yield made


class _Resume:
    """Reads one résumé into an import."""

    def __init__(self, made: Import, resolver: Resolver, lang: str) -> None:
        self._made = made
        self._resolver = resolver
        self._lang = lang

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
        study = self._text(entry, "studyType", f"{path}.")
        area = self._text(entry, "area", f"{path}.")
        end = self._text(entry, "endDate", f"{path}.")
        level = self._resolver.level([study] if study else [])
        if isinstance(level, Unresolved):
            self._made.lose(path, f"{path}.studyType", level.key, study, **level.params)
            return
        field = self._resolver.field([[area]] if area else [])
        if isinstance(field, Unresolved):
            self._made.lose(path, f"{path}.area", field.key, area, **field.params)
            return
        if not end:
            self._made.lose(path, path, "study-without-end", study)
            return
        draft = Draft("Credential", path)
        draft.resource(*self._resolver.stated_level(level), f"{path}.studyType", study)
        draft.resource("fieldOfStudy", field.iri, f"{path}.area", area)
        if not self._made.day(draft, "awardedOn", end, f"{path}.endDate"):
            return
        draft.text("awardedBy", self._text(entry, "institution", f"{path}."), f"{path}.institution")
        draft.text("evidence", self._text(entry, "url", f"{path}."), f"{path}.url")
        for known, key in ((level, "studyType"), (field, "area")):
            draft.text("evidence", self._resolver.evidence(known, self._lang), f"{path}.{key}")
        self._made.take(draft)
        self._made.note("caveat", f"{path}.endDate", "study-end", end)
        for caveat in self._resolver.caveats(level):
            self._made.note("caveat", f"{path}.studyType", "caveat", study, caveat=caveat)
        self._unused(entry, {"studyType", "area", "endDate", "institution", "url"}, f"{path}.")

    def _work(self, entry: dict[str, Any], path: str) -> None:
        text = self._text(entry, "position", f"{path}.")
        days = {
            key: self._text(entry, key, f"{path}.", open_=key == "endDate")
            for key in ("startDate", "endDate")
        }
        position = self._resolver.position([text] if text else [])
        if isinstance(position, Unresolved):
            key = position.key if text else "position-missing"
            self._made.lose(path, f"{path}.position", key, text, **position.params)
            return
        draft = Draft("Employment", path)
        draft.resource("inPosition", position, f"{path}.position", text)
        if not days["startDate"]:
            self._made.lose(path, f"{path}.startDate", "date-missing")
            return
        for key, property_ in (("startDate", "startedOn"), ("endDate", "endedOn")):
            if days[key] and not self._made.day(draft, property_, days[key], f"{path}.{key}"):
                return
        draft.text("employer", self._text(entry, "name", f"{path}."), f"{path}.name")
        self._made.take(draft)
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
