"""What a profile consists of, and what it may name: positions, levels, fields, acts, …"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import Any, NamedTuple

from libonto.errors import nearest
from libonto.graph.store import Graph
from libonto.graph.terms import ID, NS, is_ours, slug_of
from libonto.graph.values import framework_levels
from libonto.locales import LANGUAGES
from libonto.profile.model import Candidate, Credential, Part

DETAILS = ("employer", "workload", "awardedBy", "evidence")


class Property(NamedTuple):
    """A property of a candidate, credential, …, as every form of a profile has it.

    `key` is what plain JSON and tables call it, `name` its IRI's local name, and `attribute` the
    one of `model`'s class that holds it. `how` says what its value is: `text`, `date`, `award`
    (a day, month or year), the kind of a resource as in its IRI, or the class of a part.
    """

    key: str
    name: str
    how: str
    attribute: str
    needed: bool = False


_DETAILS = tuple(Property(name, name, "text", "details") for name in DETAILS)
PROPERTIES = {
    "Candidate": (
        Property("name", "name", "text", "name"),
        Property("knowledge", "hasKnowledgeOf", "knowledge", "knowledge"),
        Property("appliesFor", "appliesFor", "category", "applies_for"),
        Property("credentials", "hasCredential", "Credential", "credentials"),
        Property("employments", "hasEmployment", "Employment", "employments"),
        Property("holds", "holdsCategory", "Grant", "holds"),
        Property("documents", "holdsDocument", "HeldDocument", "documents"),
        *_DETAILS,
    ),
    "Credential": (
        Property("level", "educationLevel", "education", "level", needed=True),
        Property("level", "frameworkLevel", "framework", "framework_level"),
        Property("field", "fieldOfStudy", "field", "field", needed=True),
        Property("awarded", "awardedOn", "award", "awarded"),
        Property("country", "country", "text", "country"),
        Property("recognised", "recognisedOn", "date", "recognised"),
        *_DETAILS,
    ),
    "Employment": (
        Property("position", "inPosition", "position", "position", needed=True),
        Property("start", "startedOn", "date", "started", needed=True),
        Property("end", "endedOn", "date", "ended"),
        *_DETAILS,
    ),
    "Grant": (
        Property("category", "category", "category", "category", needed=True),
        Property("granted", "grantedOn", "date", "granted"),
        *_DETAILS,
    ),
    "HeldDocument": (
        Property("kind", "documentKind", "document-kind", "kind", needed=True),
        Property("issued", "issuedOn", "date", "issued"),
        *_DETAILS,
    ),
}
PROFILE_CLASSES = tuple(PROPERTIES)
PROFILE_PROPERTIES = {class_: tuple(p.name for p in ps) for class_, ps in PROPERTIES.items()}
PARTS = {p.name: p.how for p in PROPERTIES["Candidate"] if p.how in PROPERTIES}
"""The properties that link a candidate to its parts, each with the class of the part."""
KEYS = {
    class_: {p.key: p for p in properties if p.how != "framework"}
    for class_, properties in PROPERTIES.items()
}
"""The properties by their keys; a framework's level stands under the key of the level."""


def values_of(part: Candidate | Part) -> Iterator[tuple[Property, Any]]:
    """What a candidate, or a part of one, states: each property that has a value, with the value.

    It is a tuple where there may be several; an award's month or year alone is a text, and an empty
    text is a value.
    """
    for property_ in PROPERTIES[type(part).__name__]:
        value = getattr(part, property_.attribute)
        if property_.attribute == "details":
            value = tuple(text for name, text in value if name == property_.name)
        elif property_.how == "award" and isinstance(part, Credential) and part.precision != "day":
            value = part.awarded_text
        if value or (value == "" and property_.how == "text"):
            yield property_, value


def _instances(class_: str) -> cached_property[frozenset[str]]:
    return cached_property(lambda vocabulary: frozenset(vocabulary.graph.instances(class_)))


class Vocabulary:
    """The names of ours that a profile can use, looked up in the graph: sets of IRIs by kind."""

    levels = _instances("lo:EducationLevel")
    fields = _instances("lo:FieldOfStudy")
    positions = _instances("lo:Position")
    categories = _instances("lo:CategoryLevel")
    items = _instances("lo:KnowledgeItem")

    def __init__(self, graph: Graph) -> None:
        """`graph` is read when a set is first needed."""
        self.graph = graph

    @cached_property
    def framework_levels(self) -> dict[str, str]:
        """The IRIs of the frameworks' levels by slug; asking for them loads the frameworks."""
        return framework_levels(self.graph)

    @cached_property
    def countries(self) -> dict[str, dict[str, str]]:
        """The countries that are described: the code, and the name in each language.

        Asking for them loads the frameworks.
        """
        _ = self.graph.tables
        labels, countries = self.graph.translations, self.graph.instances("lo:Country")
        return {slug_of(iri): labels(iri, "skos:prefLabel") for iri in countries}

    @cached_property
    def exact_positions(self) -> frozenset[str]:
        """Those of the positions that an employment can name: not the too general ones."""
        return frozenset(p for p in self.positions if not self.specified_as(p))

    @cached_property
    def document_kinds(self) -> frozenset[str]:
        """The IRIs of the kinds of document that a condition accepts, which alone can be held."""
        kinds = self.graph.instances("lo:DocumentKind")
        return frozenset(k for k in kinds if self.graph.subjects("lo:accepts", k))

    @cached_property
    def by_kind(self) -> dict[str, frozenset[str]]:
        """What a profile can name by the kind of resource: of positions the exact ones."""
        return {
            "education": self.levels,
            "field": self.fields,
            "position": self.exact_positions,
            "category": self.categories,
            "knowledge": self.items,
            "document-kind": self.document_kinds,
        }

    @cached_property
    def acts(self) -> frozenset[str]:
        """The legal acts' IRIs."""
        acts = self.graph.instances("eli:LegalResource")
        return frozenset(iri for iri in acts if iri.startswith(ID + "act/"))

    @cached_property
    def act_addresses(self) -> dict[str, str]:
        """Public addresses of acts (`rdfs:seeAlso`), each with the act's IRI of ours."""
        pages = self.graph.iris
        return {page: act for act in self.acts for page in pages(act, "rdfs:seeAlso")}

    def specified_as(self, position: str) -> list[str]:
        """The positions one of which must be named in the place of a too general one."""
        return self.graph.iris(position, "lo:specifiedAs")

    def nearest(self, iri: str, among: Iterable[str]) -> str:
        """The most similar of some IRIs, as a slug or a prefixed name; empty when none is."""
        return nearest(self.short(iri), map(self.short, among))

    @staticmethod
    def short(iri: str) -> str:
        """An IRI of ours as people write it: `lo:startedOn`, `bibliography`."""
        if iri.startswith(NS):
            return "lo:" + iri[len(NS) :]
        return slug_of(iri) if iri.startswith(ID) else iri

    def undefined(self, iri: str) -> bool:
        """Whether an IRI lies in our namespaces without being defined there."""
        return is_ours(iri) and iri not in self.graph.defined

    def known(self) -> list[str]:
        """Every resource of ours that a profile can name, for suggestions."""
        named = self.levels | self.fields | self.positions | self.categories
        return sorted(named | self.items | self.acts | self.document_kinds)


_NOT_ISO = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
"""What CLDR names besides the countries of ISO 3166-1 and Kosovo, which ISO has no code for."""


@cache
def country_names(lang: str) -> dict[str, str]:
    """The names of the countries of ISO 3166-1 by code, as CLDR has them."""
    from babel import Locale

    return {
        code: name
        for code, name in Locale(lang).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    }


@cache
def _codes() -> dict[str, str]:
    names = [country_names(lang).items() for lang in LANGUAGES]
    return {name.casefold(): code for each in names for code, name in each}


def is_country(code: str) -> bool:
    """Whether a text is a code of ISO 3166-1, in capital letters."""
    return code in country_names("en")


def country_code(text: str) -> str:
    """The code of a country that is named in one of our languages or by its code; else nothing."""
    code = text.strip().upper()
    return code if is_country(code) else _codes().get(text.strip().casefold(), "")


def likely_codes(text: str) -> list[str]:
    """The codes that a text may mean: by a name, by a code of three letters, or by a former one.

    The former and longer codes are CLDR's aliases: `UK`, `GBR`, `SU`.
    """
    from babel.core import get_global

    named = country_code(text)
    aliases = get_global("territory_aliases").get(text.strip().upper(), [])
    return [named] if named else [code for code in aliases if is_country(code)]


def country_name(code: str, lang: str) -> str:
    """A country's name by its code; any other text as it is."""
    return country_names(lang).get(code, code)
