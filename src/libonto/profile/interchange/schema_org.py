"""schema.org's Person as a profile: `hasCredential`, `hasOccupation`, roles, `knowsAbout`."""

from __future__ import annotations

from collections.abc import Iterator

from libonto.profile.interchange.imports import Draft, Import, NewImport, Resolution
from libonto.profile.interchange.trees import Leaf, TreeNode, iri_of
from libonto.profile.vocabulary import likely_codes

S = "https://schema.org/"
_ROLES = {S + "Role", S + "OrganizationRole", S + "EmployeeRole"}
_NAMES = (S + "url", S + "sameAs", S + "identifier", S + "codeValue")
_AWARDED = (S + "validFrom", S + "dateCreated")
_ABOUT_PEOPLE = ("mainEntity", "itemListElement", "item", "employee", "employees", "member")
_LEVEL_ALIGNMENTS = {"educationallevel", "educationlevel"}
_FIELD_ALIGNMENTS = {"educationalsubject"}


def people(roots: list[TreeNode], new: NewImport) -> Iterator[Import]:
    """The persons among a document's outermost nodes."""
    seen: set[int] = set()
    for person in (person for root in roots for person in _persons(root, seen)):
        made = new(person.path, iri_of(person))
        _Person(made).read(person)
        yield made


def _persons(node: TreeNode, seen: set[int]) -> Iterator[TreeNode]:
    """The persons that a node is, or that it is about: a page, a list, an organisation."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if S + "Person" in node.types:
        yield node
        return
    for name in _ABOUT_PEOPLE:
        for inner in node.nodes(S + name):
            yield from _persons(inner, seen)


class _Person:
    """Reads one person into an import."""

    def __init__(self, made: Import) -> None:
        self._made = made
        self._resolver = made.resolver

    def read(self, person: TreeNode) -> None:
        own = Draft("Candidate", person.path)
        name = _first(person, S + "name")
        if name:
            own.text("name", str(name), name.path)
        else:
            parts = [_first(person, S + key) for key in ("familyName", "givenName")]
            known = [part for part in parts if part]
            if known:
                own.text("name", " ".join(map(str, known)), known[0].path)
        for value in person.all(S + "knowsAbout"):
            item = next(filter(None, map(self._resolver.item, _names_of(value))), None)
            if item:
                own.resource("hasKnowledgeOf", item, value.path)
            else:
                self._made.note("ignored", value.path, "knowledge-unknown", _shown(value))
        self._made.take(own)
        for credential in person.all(S + "hasCredential"):
            self._credential(credential)
        for property_ in ("hasOccupation", "worksFor"):
            for value in person.all(S + property_):
                self._employment(value, S + property_)
        _ = person.all(S + "familyName"), person.all(S + "givenName")
        self._made.pass_over(person.unused())

    def _credential(self, value: Leaf | TreeNode) -> None:
        if isinstance(value, Leaf):
            self._made.lose(value.path, value.path, "level-missing", value)
            return
        title = _first(value, S + "name") or _first(value, S + "credentialCategory")
        stated = [*value.all(S + "educationalLevel"), *_aligned(value, _LEVEL_ALIGNMENTS)]
        draft, issuers = Draft("Credential", value.path), value.nodes(S + "issuedBy")
        if not self._made.country(draft, self._countries(value, issuers)):
            return
        named = [name for item in stated for name in self._names(item)]
        fields = [*value.all(S + "about"), *_aligned(value, _FIELD_ALIGNMENTS)]
        level = self._resolver.level(named, named, draft.country)
        field = self._resolver.field(self._names(item) for item in fields)
        level_, field_ = (
            (of[0].path, _shown(of[0])) if of else (value.path, str(title or ""))
            for of in (stated, fields)
        )
        bodies = [*issuers, *value.nodes(S + "recognizedBy")]
        names = (name for body in bodies if (name := _first(body, S + "name")))
        by = next(names, None)
        days = [leaf for name in _AWARDED if (leaf := value.day(name))]
        self._made.credential(
            draft,
            Resolution(level, *level_),
            Resolution(field, *field_),
            evidence=[(str(title or ""), value.path)],
            awarded=[(str(leaf), leaf.path) for leaf in days[:1]],
            by=(str(by), by.path) if by else None,
        )

    def _countries(self, value: TreeNode, issuers: list[TreeNode]) -> list[tuple[str, str]]:
        """The country of origin, else those of the issuers, each with its path.

        Who recognises a credential may be of another country than the one that issued it.
        """
        stated = value.all(S + "countryOfOrigin")
        for address in (address for body in issuers for address in body.all(S + "address")):
            if isinstance(address, Leaf):
                self._made.note("ignored", address.path, "no-place")
            elif not value.values.get(S + "countryOfOrigin"):
                stated = [*stated, *address.all(S + "addressCountry")]
        return [(_country(country), country.path) for country in stated]

    def _employment(self, value: Leaf | TreeNode, property_: str) -> None:
        if isinstance(value, Leaf):
            self._made.lose(value.path, value.path, "date-missing", value)
            return
        is_role = bool(_ROLES & value.types) or property_ in value.values
        inner = value.nodes(property_) if is_role else [value]
        named: list[Leaf | TreeNode] = [*value.all(S + "roleName")]
        if property_ == S + "hasOccupation":
            named += inner
        organisations = inner if property_ == S + "worksFor" else value.nodes(S + "worksFor")
        if not named and property_ == S + "worksFor":
            self._made.lose(value.path, value.path, "position-missing", _shown(value))
            return
        names = [name for item in named for name in _names_of(item)]
        shown = names[0] if names else _shown(value)
        days = {
            property_: (str(leaf), leaf.path) if leaf else (None, value.path)
            for key, property_ in (("startDate", "startedOn"), ("endDate", "endedOn"))
            for leaf in [value.day(S + key)]
        }
        employers = (name for body in organisations if (name := _first(body, S + "name")))
        employer = next(employers, None)
        self._made.employment(
            value.path,
            Resolution(self._resolver.position(names), value.path, shown),
            days,
            (str(employer), employer.path) if employer else ("", ""),
            _shown(value),
        )

    def _names(self, value: Leaf | TreeNode) -> list[str]:
        """What a value is called: a code of a set of defined terms, IRIs, texts."""
        found: list[str] = []
        if isinstance(value, TreeNode) and (code := _first(value, S + "termCode")):
            for scheme in value.all(S + "inDefinedTermSet"):
                coded = [self._resolver.coded(str(code), name) for name in _names_of(scheme)]
                found += filter(None, coded)
        return found + _names_of(value)


def _aligned(value: TreeNode, kinds: set[str]) -> list[Leaf | TreeNode]:
    """What a credential is aligned to, by the kind of alignment."""
    found: list[Leaf | TreeNode] = []
    for alignment in value.nodes(S + "educationalAlignment"):
        kind = "".join(str(_first(alignment, S + "alignmentType") or "").lower().split())
        if kind in kinds:
            found += [*alignment.all(S + "targetUrl"), *alignment.all(S + "targetName")][:1]
    return found


def _names_of(value: Leaf | TreeNode) -> list[str]:
    """The texts and IRIs by which something is named."""
    if isinstance(value, Leaf):
        return [str(value)]
    iri = iri_of(value)
    found = [iri] if iri else []
    for property_ in _NAMES:
        for item in value.all(property_):
            found += [str(item)] if isinstance(item, Leaf) else filter(None, [iri_of(item)])
    found += [str(leaf) for leaf in value.leaves(S + "name")]
    return found


def _country(value: Leaf | TreeNode) -> str:
    """The name or code of a country that is understood, else the first by which it is named."""
    names = _names_of(value)
    return next((name for name in names if len(likely_codes(name)) == 1), _shown(value))


def _first(node: TreeNode, property_: str) -> Leaf | None:
    leaves = node.leaves(property_)
    return leaves[0] if leaves else None


def _shown(value: Leaf | TreeNode) -> str:
    return next(iter(_names_of(value)), "…")
