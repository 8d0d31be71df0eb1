"""Profiles as read, and from them well-formed ones, or a list of what is wrong with them.

The rules are those of the contract (“Errors”); `shapes/candidate.ttl` states the same for
other SHACL engines, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from libonto.errors import Place, Problem, printable
from libonto.graph.terms import ID, PREFIXES, is_iri, is_ours
from libonto.profile.account import Note
from libonto.profile.model import (
    PARTIAL_DATE,
    Candidate,
    Details,
    Part,
    Precision,
    last_day,
)
from libonto.profile.vocabulary import (
    DETAILS,
    KEYS,
    PARTS,
    PROPERTIES,
    Property,
    Vocabulary,
    is_country,
    likely_codes,
)

MOST_PROBLEMS = 100
"""More than a person reads at once; beyond it nothing is looked for any more."""

Kind = Literal["iri", "blank", "text", "other"]


@dataclass(frozen=True)
class Value:
    """One value: an IRI, a blank node's name, or a literal with its datatype and language.

    `original` is the text as the input has it, for messages (a slug where JSON has a slug).
    """

    kind: Kind
    value: str
    datatype: str = ""
    language: str = ""
    original: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The text as the input has it."""
        return self.original or self.value


@dataclass
class RawNode:
    """A candidate, credential or employment as read; `values` by the property's local name.

    `named` maps a property to what it is called in the input (`startedOn`, or `start`), `places`
    to where it stands, in formats that have places which people know, such as a sheet's cells;
    `place` is the node's own. `faulty` are the properties that have a problem already;
    `signature` is as in `Credential`. `part` and `number` are the candidate's.
    """

    iri: str | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    place: Place | None = None
    places: dict[str, Place] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    signature: str | None = None
    part: str = ""
    number: int = 0
    _values: set[tuple[str, Value]] = field(default_factory=set)

    def add(self, property_: str, value: Value) -> None:
        """Add a value unless the same one is there (RDF knows no repetition)."""
        if (property_, value) not in self._values:
            self._values.add((property_, value))
            self.values.setdefault(property_, []).append(value)


@dataclass
class RawCandidate(RawNode):
    """A candidate with its parts by their class, in the order in which they stand in the input.

    `label` is what messages call it where it has no IRI.
    """

    label: str = ""
    parts: dict[str, list[RawNode]] = field(default_factory=dict)
    source: str = ""

    def append(self, class_: str, node: RawNode) -> RawNode:
        """Make a node the next part of a class."""
        parts = self.parts.setdefault(class_, [])
        parts.append(node)
        node.part, node.number = class_.lower(), len(parts)
        return node


@dataclass
class RawEntry:
    """One candidate of an input before it is checked, or why it is none.

    `iri` is how the candidate is called. Where there is neither a candidate nor a problem, what
    is at the place was passed over, and the notes say why.
    """

    place: Place
    raw: RawCandidate | None = None
    problems: Sequence[Problem] = ()
    notes: Sequence[Note] = ()
    iri: str = ""


class Problems(list[Problem]):
    """What is wrong, as far as it is worth listing."""

    @property
    def full(self) -> bool:
        """Whether more would only be noise: what is costly to say need not be found out."""
        return len(self) > MOST_PROBLEMS


_XSD = PREFIXES["xsd"]
XSD_DATE = _XSD + "date"
XSD_STRING = _XSD + "string"
AWARD_TYPES = {4: _XSD + "gYear", 7: _XSD + "gYearMonth", 10: XSD_DATE}
"""The datatypes of a credential's award, by the length of their lexical forms."""
_SINGLE = {
    class_: tuple(p.name for p in ps if p.name not in {"hasKnowledgeOf", "evidence", *PARTS})
    for class_, ps in PROPERTIES.items()
}
"""The properties that have one value at most."""
_READ = {
    class_: tuple(p for p in ps if p.how not in {"text", "framework"} or p.name == "country")
    for class_, ps in PROPERTIES.items()
}
"""The properties of parts that a verdict rests on."""
_SENTENCES = {"education": "level", "document-kind": "document", "framework": "framework-level"}
"""How the keys of sentences call the kinds of resources that they call otherwise."""
_CLASSES: dict[str, type[Part]] = {class_.__name__: class_ for class_ in get_args(Part)}
_KNOWLEDGE, _APPLIES_FOR = (KEYS["Candidate"][key] for key in ("knowledge", "appliesFor"))
_ABROAD = next(p for p in PROPERTIES["Credential"] if p.how == "framework")


class Checker:
    """Checks candidates one by one and gathers every problem it finds in `problems`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Start without problems."""
        self.vocabulary = vocabulary
        self.problems = Problems()
        self._raw = RawCandidate()

    def candidate(self, raw: RawCandidate) -> Candidate | None:
        """The candidate, or None when something is wrong with it (see `problems`)."""
        before = len(self.problems)
        self._raw = raw
        if raw.iri is None:
            self._report("candidate-blank", raw)
        elif self._check_iri(raw) and is_ours(raw.iri):
            self._report("candidate-ours", raw, value=raw.iri)
        self._check_single(raw, "Candidate")
        parts: dict[str, Any] = {
            p.attribute: tuple([self._part(n, p.how) for n in raw.parts.get(p.how, ())])
            for p in PROPERTIES["Candidate"]
            if p.how in _CLASSES
        }
        knowledge = [self._knowledge(raw, value) for value in raw.values.get("hasKnowledgeOf", [])]
        candidate = Candidate(
            iri=raw.iri or "",
            name=next(iter(self._texts(raw, "name")), None) or None,
            knowledge=tuple(sorted({k for k in knowledge if k})),
            applies_for=self._resource(raw, _APPLIES_FOR),
            details=self._details(raw),
            source=raw.source,
            **parts,
        )
        return candidate if len(self.problems) == before else None

    def _report(self, key: str, node: RawNode, property_: str = "", **params: object) -> None:
        place = node.places.get(property_, node.place or self._raw.place)
        named = node.named.get(property_, f"lo:{property_}") if property_ else ""
        of = (self._raw.iri or self._raw.label, node.part, node.number)
        self.problems.append(Problem(key, *of, named, self._raw.source, params, place))

    def _check_iri(self, node: RawNode) -> bool:
        if node.iri is None or is_iri(node.iri):
            return True
        self._report("id-relative", node, "id" if "id" in node.named else "", value=node.iri)
        return False

    def _check_defined(self, node: RawNode, iri: str, property_: str) -> None:
        if self.vocabulary.undefined(iri):
            nearest = self.vocabulary.nearest(iri, self.vocabulary.known())
            key = "unknown-iri-nearest" if nearest else "unknown-iri"
            self._report(key, node, property_, value=iri, nearest=nearest)

    def _check_single(self, node: RawNode, class_: str) -> None:
        for name in _SINGLE[class_]:
            values = node.values.get(name, ())
            if len(values) > 1:
                listed = " · ".join(sorted(str(value) for value in values))
                self._report("two-values", node, name, values=listed)

    def _only(self, node: RawNode, property_: Property) -> Value | None:
        """The one value of a property; a problem where one is needed and there is none."""
        values = node.values.get(property_.name, [])
        if not values and property_.needed and property_.name not in node.faulty:
            self._report("missing", node, property_.name)
        return values[0] if len(values) == 1 else None

    def _part(self, node: RawNode, class_: str) -> Part | None:
        """A credential, an employment, …; None when something is wrong with it."""
        before = len(self.problems)
        if self._check_iri(node) and node.iri:
            self._check_defined(node, node.iri, "id" if "id" in node.places else "")
        self._check_single(node, class_)
        values: dict[str, Any] = {"node": node.iri}
        if class_ == "Credential":
            values["signature"] = node.signature
        for property_ in _READ[class_]:
            if property_.how == "education":
                values["level"], values["framework_level"] = self._level(node, property_)
            elif property_.how in {"award", "date"}:
                values[property_.attribute], precision = self._day(node, property_)
                values |= {"precision": precision} if property_.how == "award" else {}
            elif property_.name == "country":
                values["country"] = self._country(node, property_)
            else:
                values[property_.attribute] = self._resource(node, property_)
        start, end = values.get("started"), values.get("ended")
        if start and end and end < start:
            self._report("end-before-start", node, "endedOn", start=start, end=end)
        values["details"] = self._details(node)
        return _CLASSES[class_](**values) if len(self.problems) == before else None

    def _level(self, node: RawNode, property_: Property) -> tuple[str, str | None]:
        """The level of education, or the framework's level that stands in its place.

        Plain JSON writes either under one key, so that `kz-nqf/6` comes as an education level.
        """
        levels, abroad = (node.values.get(name, []) for name in ("educationLevel", _ABROAD.name))
        value = self._only(node, property_._replace(needed=not abroad))
        if abroad and levels:
            values = " · ".join(map(str, [*levels, *abroad]))
            self._report("two-values", node, property_.name, values=values)
            return "", None
        if not abroad and (value is None or _is_one_of(value, self.vocabulary.levels)):
            return value.value if value else "", None
        frameworks = self.vocabulary.framework_levels
        if value is None:
            level = self._resource(node, _ABROAD) or ""
            return "", frameworks.get(level.removeprefix(f"{ID}framework/"), level)
        slug = value.value.removeprefix(f"{ID}education/").removeprefix(f"{ID}framework/")
        level = frameworks.get(slug, value.value) if value.kind == "iri" else ""
        if level in frameworks.values():
            return "", level
        self._unknown(node, property_, value, self.vocabulary.levels)
        return "", None

    def _known(self, how: str) -> frozenset[str]:
        """The IRIs of a kind that may stand as a value."""
        if how == "framework":
            frameworks = self.vocabulary.framework_levels
            return frozenset([*frameworks.values(), *(f"{ID}framework/{s}" for s in frameworks)])
        return self.vocabulary.by_kind[how]

    def _resource(self, node: RawNode, property_: Property) -> str | None:
        """The IRI of a property; fields and positions may also be others than ours."""
        value = self._only(node, property_)
        known = self._known(property_.how) if value else frozenset()
        if value is None or _is_one_of(value, known):
            return value.value if value else None
        if property_.how in {"field", "position"} and _is_foreign(value):
            return value.value
        if property_.how == "position" and _is_one_of(value, self.vocabulary.positions):
            kinds = map(self.vocabulary.short, self.vocabulary.specified_as(value.value))
            choices = {"value": str(value), "choices": ", ".join(kinds)}
            self._report("position-too-general", node, property_.name, **choices)
        else:
            self._unknown(node, property_, value, known)
        return None

    def _unknown(
        self, node: RawNode, property_: Property, value: Value, known: frozenset[str]
    ) -> None:
        if self.problems.full:
            return
        short, members = self.vocabulary.short, sorted(known)
        nearest = self.vocabulary.nearest(value.value, members)
        params = {"value": str(value)}
        if value.kind == "text":  # its slug may be right: to call it unknown would mislead
            first = "".join(members[:1])
            params["example"] = next((m for m in members if short(m) == nearest), first)
            self._report("iri-expected", node, property_.name, **params)
            return
        params["allowed"] = ", ".join(short(m) for m in members if is_ours(m)) or "–"
        key = f"unknown-{_SENTENCES.get(property_.how, property_.how)}" + (
            "-nearest" if nearest else ""
        )
        self._report(key, node, property_.name, nearest=nearest, **params)

    def _knowledge(self, node: RawNode, value: Value) -> str | None:
        items = self.vocabulary.items
        if _is_one_of(value, items) or _is_one_of(value, self.vocabulary.acts):
            return value.value
        act = self.vocabulary.act_addresses.get(value.value)
        if act:
            self._report("knowledge-address", node, _KNOWLEDGE.name, value=str(value), act=act)
        else:
            self._unknown(node, _KNOWLEDGE, value, items)
        return None

    def _country(self, node: RawNode, property_: Property) -> str | None:
        value = self._only(node, property_)
        if value is None:
            return None
        code = value.value
        if value.kind == "text" and (is_country(code) or code in self.vocabulary.countries):
            return code
        near = ", ".join(likely_codes(code)) if value.kind == "text" else ""
        key = "country-code-nearest" if near else "country-code"
        self._report(key, node, property_.name, value=str(value), nearest=near)
        return None

    def _day(self, node: RawNode, property_: Property) -> tuple[date | None, Precision]:
        """A day; of an award a month or a year alone too, as a text or by the datatype of its form.

        (The published JSON-LD context leaves the date of an award without a datatype.)
        """
        value = self._only(node, property_)
        if value is None:
            return None, "day"
        form, key = AWARD_TYPES.get(len(value.value)), f"{property_.how}-form"
        types = {XSD_STRING, *AWARD_TYPES.values()} if property_.how == "award" else {XSD_DATE}
        if value.kind != "text" or value.datatype not in types:
            key = "date-type"
        elif value.datatype in {XSD_STRING, form}:
            try:
                return last_day(value.value)
            except ValueError:
                key = "date-impossible" if PARTIAL_DATE.fullmatch(value.value) else key
        self._report(key, node, property_.name, value=str(value))
        return None, "day"

    def _details(self, node: RawNode) -> Details:
        names = [name for name in DETAILS if name in node.values]
        return tuple([(name, text) for name in names for text in self._texts(node, name)])

    def _texts(self, node: RawNode, name: str) -> tuple[str, ...]:
        values = node.values.get(name, [])
        for value in values:
            if value.kind not in {"text", "iri"} or (name == "name" and value.kind != "text"):
                self._report("text-expected", node, name, value=str(value))
            elif value.kind == "iri":
                self._check_defined(node, value.value, name)
        return tuple(sorted(printable(value.value) for value in values))


def _is_foreign(value: Value) -> bool:
    """Whether a value is an IRI that is not ours to define."""
    return value.kind == "iri" and not is_ours(value.value) and is_iri(value.value)


def _is_one_of(value: Value, known: frozenset[str]) -> bool:
    return value.kind == "iri" and value.value in known
