"""From what was read to a well-formed profile, or to a list of what is wrong with it.

The rules are those of the contract (“Errors”); `shapes/candidate.ttl` states the same for
other SHACL engines, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pyoxigraph import NamedNode

from libonto.errors import Problem, printable
from libonto.graph.terms import ID, is_ours
from libonto.profile.countries import is_country, meant
from libonto.profile.model import (
    PARTIAL_DATE,
    Candidate,
    Credential,
    Details,
    Employment,
    Grant,
    HeldDocument,
    Precision,
    last_day,
)
from libonto.profile.raw import Problems, RawCandidate, RawNode, Value
from libonto.profile.vocabulary import DETAILS, Vocabulary

_XSD = "http://www.w3.org/2001/XMLSchema#"
XSD_DATE = _XSD + "date"
XSD_STRING = _XSD + "string"
AWARD_TYPES = {4: _XSD + "gYear", 7: _XSD + "gYearMonth", 10: XSD_DATE}
"""The datatypes of a credential's award, by the length of their lexical forms."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DETAILS_SINGLE = ("employer", "workload", "awardedBy")
_SINGLE = {
    "candidate": ("name", "appliesFor", *_DETAILS_SINGLE),
    "credential": (
        *("educationLevel", "frameworkLevel", "fieldOfStudy", "awardedOn"),
        *("country", "recognisedOn", *_DETAILS_SINGLE),
    ),
    "employment": ("inPosition", "startedOn", "endedOn", *_DETAILS_SINGLE),
    "grant": ("category", "grantedOn", *_DETAILS_SINGLE),
    "helddocument": ("documentKind", "issuedOn", *_DETAILS_SINGLE),
}


class Checker:
    """Checks candidates one by one and gathers every problem it finds in `problems`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Start without problems."""
        self.vocabulary = vocabulary
        self.problems = Problems()
        self._candidate = ""
        self._source = ""
        self._placed: Callable[[Problem], Problem] | None = None

    def candidate(self, raw: RawCandidate) -> Candidate | None:
        """The candidate, or None when something is wrong with it (see `problems`)."""
        before = len(self.problems)
        self._candidate, self._source = raw.iri or raw.label, raw.source
        self._placed = raw.placed
        if raw.iri is None:
            self._report("candidate-blank", raw)
        else:
            self._check_iri(raw.iri, raw)
        self._check_single(raw, "candidate")
        credentials = [self._credential(c, n) for n, c in enumerate(raw.credentials, start=1)]
        employments = [self._employment(e, n) for n, e in enumerate(raw.employments, start=1)]
        grants = [self._grant(g, n) for n, g in enumerate(raw.grants, start=1)]
        documents = [self._document(d, n) for n, d in enumerate(raw.documents, start=1)]
        knowledge = [self._knowledge(raw, value) for value in raw.values.get("hasKnowledgeOf", [])]
        applies_for = self._member(raw, "appliesFor", "category", self.vocabulary.categories)
        made = Candidate(
            iri=raw.iri or "",
            name=next(iter(self._texts(raw, "name", "candidate")), None) or None,
            credentials=tuple(c for c in credentials if c),
            employments=tuple(e for e in employments if e),
            knowledge=tuple(sorted({k for k in knowledge if k})),
            holds=tuple(g for g in grants if g),
            documents=tuple(d for d in documents if d),
            applies_for=applies_for,
            details=self._details(raw, "candidate"),
            source=raw.source,
        )
        return made if len(self.problems) == before else None

    def _report(
        self,
        key: str,
        node: RawNode,
        property_: str = "",
        part: str = "",
        number: int = 0,
        **params: object,
    ) -> None:
        problem = Problem(
            key,
            candidate=self._candidate,
            part=part,
            number=number,
            property=node.named.get(property_, f"lo:{property_}") if property_ else "",
            source=self._source,
            params=params,
        )
        self.problems.append(self._placed(problem) if self._placed else problem)

    def _check_iri(self, iri: str, node: RawNode) -> None:
        if not _is_iri(iri):
            self._report("id-relative", node, "id" if "id" in node.named else "", value=iri)
        elif is_ours(iri):
            self._report("candidate-ours", node, value=iri)

    def _check_single(self, node: RawNode, part: str, number: int = 0) -> None:
        for name in _SINGLE[part]:
            values = node.values.get(name, [])
            if len(values) > 1:
                shown = " · ".join(sorted(str(value) for value in values))
                label = part if part != "candidate" else ""
                self._report("two-values", node, name, label, number, values=shown)

    def _check_part(self, node: RawNode, part: str, number: int) -> None:
        if node.iri is not None and not _is_iri(node.iri):
            name = "id" if "id" in node.named else ""
            self._report("id-relative", node, name, part, number, value=node.iri)
        self._check_single(node, part, number)

    def _only(
        self, node: RawNode, name: str, part: str, number: int, *, needed: bool
    ) -> Value | None:
        values = node.values.get(name, [])
        if not values and needed and name not in node.faulty:
            self._report("missing", node, name, part, number)
        return values[0] if len(values) == 1 else None

    def _credential(self, raw: RawNode, number: int) -> Credential | None:
        before = len(self.problems)
        self._check_part(raw, "credential", number)
        level, framework_level = self._level(raw, number)
        field = self._field(raw, number)
        awarded, precision = self._award(raw, number)
        made = Credential(
            level=level or "",
            field=field or "",
            awarded=awarded,
            precision=precision,
            country=self._country(raw, number),
            framework_level=framework_level,
            recognised=self._date(raw, "recognisedOn", "credential", number, needed=False),
            details=self._details(raw, "credential", number),
            node=raw.iri,
            signature=raw.signature,
        )
        return made if len(self.problems) == before else None

    def _level(self, raw: RawNode, number: int) -> tuple[str | None, str | None]:
        """The level of education, or the framework's level that stands in its place.

        Plain JSON writes either under one key, so that `kz-nqf/6` comes as an education level.
        """
        levels = self.vocabulary.levels
        stated = raw.values.get("frameworkLevel", [])
        place = ("credential", number)
        value = self._only(raw, "educationLevel", *place, needed=not stated)
        if stated and raw.values.get("educationLevel"):
            values = " · ".join(map(str, [*raw.values["educationLevel"], *stated]))
            self._report("two-values", raw, "educationLevel", *place, values=values)
            return None, None
        if stated:
            frameworks = self.vocabulary.framework_levels
            known = frozenset(frameworks.values())
            ours = frozenset(f"{ID}framework/{slug}" for slug in frameworks)
            level = self._member(raw, "frameworkLevel", "framework-level", known | ours, *place)
            return None, frameworks.get((level or "").removeprefix(f"{ID}framework/"), level)
        if value is None or _is_one_of(value, levels):
            return value.value if value else None, None
        frameworks = self.vocabulary.framework_levels
        slug = value.value.removeprefix(f"{ID}education/").removeprefix(f"{ID}framework/")
        level = frameworks.get(slug, value.value) if value.kind == "iri" else ""
        if level in frameworks.values():
            return None, level
        self._unknown(raw, "educationLevel", *place, "level", value, levels)
        return None, None

    def _country(self, raw: RawNode, number: int) -> str | None:
        value = self._only(raw, "country", "credential", number, needed=False)
        if value is None:
            return None
        code = value.value
        if value.kind == "text" and (is_country(code) or code in self.vocabulary.countries):
            return code
        near = ", ".join(meant(code)) if value.kind == "text" else ""
        key = "country-code-nearest" if near else "country-code"
        place = ("country", "credential", number)
        self._report(key, raw, *place, value=str(value), nearest=near)
        return None

    def _award(self, raw: RawNode, number: int) -> tuple[date | None, Precision]:
        """A day, or a month or a year alone; a text has the datatype of its form.

        (The published JSON-LD context leaves the date of an award without a datatype.)
        """
        place = ("awardedOn", "credential", number)
        value = self._only(raw, *place, needed=False)
        if value is None:
            return None, "day"
        form = AWARD_TYPES.get(len(value.value))
        if value.kind != "text" or value.datatype not in {XSD_STRING, *AWARD_TYPES.values()}:
            self._report("date-type", raw, *place, value=str(value))
        elif value.datatype not in {XSD_STRING, form}:
            self._report("award-form", raw, *place, value=str(value))
        else:
            try:
                return last_day(value.value)
            except ValueError:
                written = PARTIAL_DATE.fullmatch(value.value)
                key = "date-impossible" if written else "award-form"
                self._report(key, raw, *place, value=str(value))
        return None, "day"

    def _grant(self, raw: RawNode, number: int) -> Grant | None:
        before = len(self.problems)
        self._check_part(raw, "grant", number)
        categories = self.vocabulary.categories
        category = self._member(
            raw, "category", "category", categories, "grant", number, needed=True
        )
        made = Grant(
            category=category or "",
            granted=self._date(raw, "grantedOn", "grant", number, needed=False),
            details=self._details(raw, "grant", number),
            node=raw.iri,
        )
        return made if len(self.problems) == before else None

    def _document(self, raw: RawNode, number: int) -> HeldDocument | None:
        before = len(self.problems)
        place = ("helddocument", number)
        self._check_part(raw, *place)
        kinds = self.vocabulary.document_kinds
        kind = self._member(raw, "documentKind", "document", kinds, *place, needed=True)
        made = HeldDocument(
            kind=kind or "",
            issued=self._date(raw, "issuedOn", *place, needed=False),
            details=self._details(raw, *place),
            node=raw.iri,
        )
        return made if len(self.problems) == before else None

    def _employment(self, raw: RawNode, number: int) -> Employment | None:
        before = len(self.problems)
        self._check_part(raw, "employment", number)
        position = self._position(raw, number)
        started = self._date(raw, "startedOn", "employment", number, needed=True)
        ended = self._date(raw, "endedOn", "employment", number, needed=False)
        if started and ended and ended < started:
            self._report(
                "end-before-start", raw, "endedOn", "employment", number, start=started, end=ended
            )
        made = Employment(
            position=position or "",
            started=started or date.min,
            ended=ended,
            details=self._details(raw, "employment", number),
            node=raw.iri,
        )
        return made if len(self.problems) == before else None

    def _unknown(
        self,
        node: RawNode,
        name: str,
        part: str,
        number: int,
        what: str,
        value: Value,
        known: frozenset[str],
    ) -> None:
        if self.problems.full:
            return
        members = sorted(known)
        nearest = self.vocabulary.nearest(value.value, members)
        if value.kind == "text":  # its slug may be right: to call it unknown would mislead
            meant = next(
                (m for m in members if self.vocabulary.short(m) == nearest), "".join(members[:1])
            )
            self._report("iri-expected", node, name, part, number, value=str(value), example=meant)
            return
        names = ", ".join(self.vocabulary.short(m) for m in members if is_ours(m)) or "–"
        key = f"unknown-{what}" + ("-nearest" if nearest else "")
        self._report(
            key, node, name, part, number, value=str(value), nearest=nearest, allowed=names
        )

    def _member(
        self,
        node: RawNode,
        name: str,
        what: str,
        known: frozenset[str],
        part: str = "",
        number: int = 0,
        *,
        needed: bool = False,
    ) -> str | None:
        value = self._only(node, name, part, number, needed=needed)
        if value is None:
            return None
        if not _is_one_of(value, known):
            self._unknown(node, name, part, number, what, value, known)
            return None
        return value.value

    def _field(self, node: RawNode, number: int) -> str | None:
        value = self._only(node, "fieldOfStudy", "credential", number, needed=True)
        fields = self.vocabulary.fields
        if value is None or _is_foreign(value) or _is_one_of(value, fields):
            return value.value if value else None
        self._unknown(node, "fieldOfStudy", "credential", number, "field", value, fields)
        return None

    def _position(self, node: RawNode, number: int) -> str | None:
        value = self._only(node, "inPosition", "employment", number, needed=True)
        known = self.vocabulary.exact_positions
        if value is None or _is_foreign(value) or _is_one_of(value, known):
            return value.value if value else None
        place = (node, "inPosition", "employment", number)
        if _is_one_of(value, self.vocabulary.positions):
            kinds = self.vocabulary.specified_as(value.value)
            choices = ", ".join(self.vocabulary.short(kind) for kind in kinds)
            self._report("position-too-general", *place, value=str(value), choices=choices)
        else:
            self._unknown(*place, "position", value, known)
        return None

    def _knowledge(self, node: RawNode, value: Value) -> str | None:
        items = self.vocabulary.items
        if _is_one_of(value, items) or _is_one_of(value, self.vocabulary.acts):
            return value.value
        act = self.vocabulary.act_addresses.get(value.value)
        if act:
            self._report("knowledge-address", node, "hasKnowledgeOf", value=str(value), act=act)
        else:
            self._unknown(node, "hasKnowledgeOf", "", 0, "knowledge", value, items)
        return None

    def _date(
        self, node: RawNode, name: str, part: str, number: int, *, needed: bool
    ) -> date | None:
        value = self._only(node, name, part, number, needed=needed)
        if value is None:
            return None
        if value.kind != "text" or value.datatype != XSD_DATE:
            self._report("date-type", node, name, part, number, value=str(value))
            return None
        if not _DATE.fullmatch(value.value):
            self._report("date-form", node, name, part, number, value=str(value))
            return None
        try:
            return date.fromisoformat(value.value)
        except ValueError:
            self._report("date-impossible", node, name, part, number, value=str(value))
            return None

    def _details(self, node: RawNode, part: str, number: int = 0) -> Details:
        return tuple(
            (name, text) for name in DETAILS for text in self._texts(node, name, part, number)
        )

    def _texts(self, node: RawNode, name: str, part: str, number: int = 0) -> tuple[str, ...]:
        values = node.values.get(name, [])
        for value in values:
            if value.kind not in {"text", "iri"} or (name == "name" and value.kind != "text"):
                label = part if part != "candidate" else ""
                self._report("text-expected", node, name, label, number, value=str(value))
        return tuple(sorted(printable(value.value) for value in values))


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _is_foreign(value: Value) -> bool:
    """Whether a value is an IRI that is not ours to define."""
    return value.kind == "iri" and not is_ours(value.value) and _is_iri(value.value)


def _is_one_of(value: Value, known: frozenset[str]) -> bool:
    return value.kind == "iri" and value.value in known
