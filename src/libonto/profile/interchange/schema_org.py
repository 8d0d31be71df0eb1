"""schema.org's Person as a profile: `hasCredential`, `hasOccupation`, roles, `knowsAbout`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from libonto.profile.interchange.imports import Draft, Import, Lost, NewImport, Resolution
from libonto.profile.interchange.trees import Leaf, Placed, TreeNode, iri_of
from libonto.profile.vocabulary import likely_codes

S = "https://schema.org/"
_ROLES = {S + "Role", S + "OrganizationRole", S + "EmployeeRole"}
_NAME_PARTS = (S + "familyName", S + "givenName")
_NAMES = (S + "url", S + "sameAs", S + "identifier", S + "codeValue")
_AWARDED = (S + "validFrom", S + "dateCreated")
_ABOUT_PEOPLE = ("mainEntity", "itemListElement", "item", "employee", "employees", "member")
_LEVEL_ALIGNMENTS = {"educationallevel", "educationlevel"}
_FIELD_ALIGNMENTS = {"educationalsubject"}


def people(roots: list[TreeNode], new: NewImport) -> Iterator[Import]:
    """The persons among a document's outermost nodes."""
    visited: set[int] = set()
    for person in (person for root in roots for person in _persons(root, visited)):
        entry = new(person.path, iri_of(person))
        _Person(entry).read(person)
        yield entry


def _persons(node: TreeNode, visited: set[int]) -> Iterator[TreeNode]:
    """The persons that a node is, or that it is about: a page, a list, an organisation."""
    if id(node) in visited:
        return
    visited.add(id(node))
    if S + "Person" in node.types:
        yield node
        return
    for name in _ABOUT_PEOPLE:
        for inner in node.nodes(S + name):
            yield from _persons(inner, visited)


class _Person:
    """Reads one person into an import."""

    def __init__(self, entry: Import) -> None:
        self._entry = entry
        self._resolver = entry.resolver

    def read(self, person: TreeNode) -> None:
        own = Draft("Candidate", person.path)
        own.text("name", *person.name(S + "name", _NAME_PARTS))
        for value in person.all(S + "knowsAbout"):
            item = next(filter(None, map(self._resolver.item, _names_of(value))), None)
            if item:
                own.resource("hasKnowledgeOf", item, value.path)
            else:
                self._entry.note("ignored", value.path, "knowledge-unknown", _text_of(value))
        self._entry.take(own)
        for credential in person.all(S + "hasCredential"):
            with self._entry.part("Credential", credential.path) as draft:
                self._credential(draft, credential)
        for property_ in ("hasOccupation", "worksFor"):
            for value in person.all(S + property_):
                with self._entry.part("Employment", value.path) as draft:
                    self._employment(draft, value, S + property_)
        _ = [person.all(part) for part in _NAME_PARTS]
        self._entry.pass_over(person.unused())

    def _credential(self, draft: Draft, value: Leaf | TreeNode) -> None:
        if isinstance(value, Leaf):
            raise Lost(value.path, "level-missing", value)
        title = value.text(S + "name") or value.text(S + "credentialCategory")
        levels = [*value.all(S + "educationalLevel"), *_aligned(value, _LEVEL_ALIGNMENTS)]
        issuers = value.nodes(S + "issuedBy")
        self._entry.country(draft, self._countries(value, issuers))
        names = [name for level in levels for name in self._names(level)]
        fields = [*value.all(S + "about"), *_aligned(value, _FIELD_ALIGNMENTS)]
        level_place, field_place = (
            (of[0].path, _text_of(of[0])) if of else (value.path, str(title or ""))
            for of in (levels, fields)
        )
        level = Resolution(self._resolver.level(names, names, draft.country), *level_place)
        field = Resolution(self._resolver.field(map(self._names, fields)), *field_place)
        bodies = [*issuers, *value.nodes(S + "recognizedBy")]
        self._entry.credential(
            draft,
            level,
            field,
            evidence=[(str(title or ""), value.path)],
            awarded=[leaf.placed for name in _AWARDED if (leaf := value.day(name))][:1],
            by=_name_of(bodies),
        )
        pairs = [(of, self._names(of)) for of in levels]
        matches = [(of, self._resolver.level(own, own, draft.country)) for of, own in pairs]
        matches += [(of, self._resolver.field([self._names(of)])) for of in fields]
        self._entry.pass_over_unknown(Resolution(m, of.path, _text_of(of)) for of, m in matches)

    def _countries(self, value: TreeNode, issuers: list[TreeNode]) -> list[Placed]:
        """The country of origin, else those of the issuers, each with its path.

        Who recognises a credential may be of another country than the one that issued it.
        """
        origin = value.all(S + "countryOfOrigin")
        countries = list(origin)
        for address in (address for body in issuers for address in body.all(S + "address")):
            if isinstance(address, Leaf):
                self._entry.note("ignored", address.path, "no-place")
            elif not origin:
                countries += address.all(S + "addressCountry")
        return [(_country(country), country.path) for country in countries]

    def _employment(self, draft: Draft, value: Leaf | TreeNode, property_: str) -> None:
        if isinstance(value, Leaf):
            raise Lost(value.path, "date-missing", value)
        is_role = bool(_ROLES & value.types) or property_ in value.values
        inner = value.nodes(property_) if is_role else [value]
        positions = list(value.all(S + "roleName"))
        if property_ == S + "hasOccupation":
            positions += inner
        organisations = inner if property_ == S + "worksFor" else value.nodes(S + "worksFor")
        text = _text_of(value)
        if not positions and property_ == S + "worksFor":
            raise Lost(value.path, "position-missing", text)
        names = [_names_of(position) for position in positions]
        match = self._resolver.position(names)
        each = [
            Resolution(self._resolver.position([own]), position.path, _text_of(position))
            for position, own in zip(positions, names, strict=True)
        ]
        for one in each[-len(inner) :] if len(inner) > 1 and inner is not organisations else ():
            _ = one.term  # of several occupations each may be the one meant
        days = {
            property_: leaf.placed if leaf else (None, value.path)
            for key, property_ in (("startDate", "startedOn"), ("endDate", "endedOn"))
            for leaf in [value.day(S + key)]
        }
        self._entry.employment(
            draft,
            Resolution(match, value.path, next(chain.from_iterable(names), text)),
            days,
            _name_of(organisations),
            text,
        )
        self._entry.pass_over_unknown(each)

    def _names(self, value: Leaf | TreeNode) -> list[str]:
        """What a value is called: a code of a set of defined terms, IRIs, texts."""
        concepts: list[str | None] = []
        if isinstance(value, TreeNode) and (code := value.text(S + "termCode")):
            for scheme in value.all(S + "inDefinedTermSet"):
                concepts += [self._resolver.coded(str(code), name) for name in _names_of(scheme)]
        return [*filter(None, concepts), *_names_of(value)]


def _aligned(value: TreeNode, kinds: set[str]) -> list[Leaf | TreeNode]:
    """What a credential is aligned to, by the kind of alignment."""
    targets: list[Leaf | TreeNode] = []
    for alignment in value.nodes(S + "educationalAlignment"):
        kind = "".join(str(alignment.text(S + "alignmentType") or "").lower().split())
        if kind in kinds:
            targets += [*alignment.all(S + "targetUrl"), *alignment.all(S + "targetName")][:1]
    return targets


def _names_of(value: Leaf | TreeNode) -> list[str]:
    """The texts and IRIs by which something is named."""
    if isinstance(value, Leaf):
        return [str(value)]
    names = [iri_of(value)]
    for item in (item for property_ in _NAMES for item in value.all(property_)):
        names.append(str(item) if isinstance(item, Leaf) else iri_of(item))
    return [*filter(None, names), *map(str, value.leaves(S + "name"))]


def _name_of(bodies: list[TreeNode]) -> Placed | None:
    """The first name of some organisations, with its path."""
    leaves = (leaf for body in bodies if (leaf := body.text(S + "name")))
    return next((leaf.placed for leaf in leaves), None)


def _country(value: Leaf | TreeNode) -> str:
    """The name or code of a country that is understood, else the first by which it is named."""
    names = _names_of(value)
    return next((name for name in names if len(likely_codes(name)) == 1), _text_of(value))


def _text_of(value: Leaf | TreeNode) -> str:
    return next(iter(_names_of(value)), "…")
