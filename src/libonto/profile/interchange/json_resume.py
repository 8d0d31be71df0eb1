"""JSON Resume (https://jsonresume.org/schema) as a profile.

Its levels and positions are free text: taken where the text is a label, slug or IRI that we
or a framework know, and never guessed. Its dates may lack the day; then nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libonto.profile.interchange.imports import Draft, Import
from libonto.profile.interchange.resolver import Resolver, Unresolved, day_of

_SECTIONS = {"basics", "education", "work", "skills", "$schema", "meta"}


def people(value: Any, resolver: Resolver, file: str, before: int, lang: str) -> Iterator[Import]:
    """The one person of a résumé, or each one of an array of them."""
    members = value if isinstance(value, list) else [value]
    for number, member in enumerate(members):
        if isinstance(member, dict):
            path = f"[{number}]" if len(members) > 1 else ""
            made = Import(file, path, f"urn:libonto:candidate:{before + number + 1}")
            _Resume(made, resolver, lang).read(member, f"{path}." if path else "")
            yield made


class _Resume:
    """Reads one résumé into an import."""

    def __init__(self, made: Import, resolver: Resolver, lang: str) -> None:
        self._made = made
        self._resolver = resolver
        self._lang = lang

    def read(self, resume: dict[str, Any], root: str) -> None:
        own = Draft("", root)
        basics = resume.get("basics")
        if isinstance(basics, dict):
            own.text("name", _text(basics.get("name")), f"{root}basics.name")
            self._unused(basics, {"name"}, f"{root}basics.")
        for path, skill in _entries(resume, "skills", root):
            self._skill(own, skill, path)
        self._made.take(own)
        for path, entry in _entries(resume, "education", root):
            self._education(entry, path)
        for path, entry in _entries(resume, "work", root):
            self._work(entry, path)
        self._unused(resume, _SECTIONS, root)

    def _skill(self, own: Draft, skill: dict[str, Any], path: str) -> None:
        keywords = skill.get("keywords")
        texts = [
            _text(skill.get("name")),
            *map(_text, keywords if isinstance(keywords, list) else []),
        ]
        for text in filter(None, texts):
            item = self._resolver.item(text)
            if item:
                own.resource("hasKnowledgeOf", item, path, text)
            else:
                self._made.note("ignored", path, "knowledge-unknown", text)

    def _education(self, entry: dict[str, Any], path: str) -> None:
        study, area = _text(entry.get("studyType")), _text(entry.get("area"))
        level = self._resolver.level([study] if study else [])
        if isinstance(level, Unresolved):
            self._made.lose(path, f"{path}.studyType", level.key, study, **level.params)
            return
        field = self._resolver.field([[area]] if area else [])
        if isinstance(field, Unresolved):
            self._made.lose(path, f"{path}.area", field.key, area, **field.params)
            return
        end = _text(entry.get("endDate"))
        if not end:
            self._made.lose(path, path, "study-without-end", study)
            return
        found = day_of(end)
        if isinstance(found, Unresolved):
            self._made.lose(path, f"{path}.endDate", found.key, end)
            return
        draft = Draft("credential", path)
        draft.resource("educationLevel", level.iri, f"{path}.studyType", study)
        draft.resource("fieldOfStudy", field.iri, f"{path}.area", area)
        draft.day("awardedOn", found.day, f"{path}.endDate", end)
        draft.text("awardedBy", _text(entry.get("institution")), f"{path}.institution")
        draft.text("evidence", _text(entry.get("url")), f"{path}.url")
        for known, key in ((level, "studyType"), (field, "area")):
            draft.text("evidence", self._resolver.evidence(known, self._lang), f"{path}.{key}")
        self._made.take(draft)
        self._made.note("caveat", f"{path}.endDate", "study-end", end)
        for caveat in self._resolver.caveats(level):
            self._made.note("caveat", f"{path}.studyType", "caveat", study, caveat=caveat)
        used = {"studyType", "area", "endDate", "institution", "url"}
        self._unused(entry, used, f"{path}.")

    def _work(self, entry: dict[str, Any], path: str) -> None:
        text = _text(entry.get("position"))
        position = self._resolver.position([text] if text else [])
        if isinstance(position, Unresolved):
            key = position.key if text else "position-missing"
            self._made.lose(path, f"{path}.position", key, text, **position.params)
            return
        draft = Draft("employment", path)
        draft.resource("inPosition", position, f"{path}.position", text)
        for key, property_ in (("startDate", "startedOn"), ("endDate", "endedOn")):
            stated = _text(entry.get(key))
            if not stated and property_ == "endedOn":
                continue
            found = day_of(stated) if stated else Unresolved("date-missing", {})
            if isinstance(found, Unresolved):
                self._made.lose(path, f"{path}.{key}", found.key, stated)
                return
            draft.day(property_, found.day, f"{path}.{key}", stated)
        draft.text("employer", _text(entry.get("name")), f"{path}.name")
        self._made.take(draft)
        self._unused(entry, {"position", "startDate", "endDate", "name"}, f"{path}.")

    def _unused(self, value: dict[str, Any], used: set[str], path: str) -> None:
        self._made.pass_over(
            f"{path}{key}"
            for key, item in value.items()
            if key not in used and item not in (None, "", [], {})
        )


def _entries(resume: dict[str, Any], key: str, root: str) -> Iterator[tuple[str, dict[str, Any]]]:
    values = resume.get(key)
    for number, entry in enumerate(values if isinstance(values, list) else []):
        if isinstance(entry, dict):
            yield f"{root}{key}[{number}]", entry


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
