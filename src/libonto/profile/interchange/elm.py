"""European Learning Model (Europass Digital Credentials) as profiles: of its third version.

https://europa.eu/europass/elm-browser: a credential's subject is a person whose claims are
learning achievements. An achievement becomes a credential of ours where it is specified by a
whole qualification of formal learning; the level of a part, or of a short course, is a level
of learning and not a level of education.

The XML of its second version, as issued until 2023, becomes the same kind of tree: an element is a
node under the name that the third version has for it. Signatures are no part of what is stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring

from libonto.errors import SyntaxFault, TooLargeError
from libonto.locales import LANGUAGES
from libonto.profile.document import MAX_DEPTH, check_xml, decode
from libonto.profile.interchange.imports import Draft, Import, Lost, NewImport, Resolution
from libonto.profile.interchange.trees import Leaf, Placed, TreeNode, iri_of

ELM = "http://data.europa.eu/snb/model/elm/"
CRED = "https://www.w3.org/2018/credentials#"
DC = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PATRONYMIC = "http://www.w3.org/ns/person#patronymicName"
LEGAL_NAME = "http://www.w3.org/ns/regorg#legalName"

FORMAL = "http://data.europa.eu/snb/learning-setting/6fd4685715"
PROGRAMME = "http://data.europa.eu/snb/learning-opportunity/79343569f3"
"""Formal learning, and an educational programme, in the vocabularies of Europass."""

LOCAL = "urn:epass:"
"""What Europass names so is named within one document: every holder is `urn:epass:person:1`."""

METADATA = frozenset(
    SKOS + name for name in ("prefLabel", "altLabel", "notation", "inScheme", "definition")
)
_CLAIM = ELM + "hasClaim"
_NAMES = (FOAF + "familyName", FOAF + "givenName", PATRONYMIC)
_LEVELS = (ELM + "EQFLevel", ELM + "NQFLevel", ELM + "educationLevel")
_FIELDS = (ELM + "ISCEDFCode", ELM + "educationSubject")


def people(roots: list[TreeNode], new: NewImport) -> Iterator[Import]:
    """The persons whom a document's credentials are about; one person's claims go together."""
    entries: dict[str, Import] = {}
    for root in roots:
        for subject in _subjects(root):
            iri = iri_of(subject)
            key = iri or subject.path
            if key not in entries:
                entries[key] = new(subject.path, None if key.startswith(LOCAL) else iri)
            _Learner(entries[key]).read(subject, root)
    yield from entries.values()


def _subjects(root: TreeNode) -> list[TreeNode]:
    if ELM + "Person" in root.types:
        return [root]
    return [
        subject
        for subject in root.nodes(CRED + "credentialSubject")
        if not subject.types or ELM + "Person" in subject.types
    ]


class _Learner:
    """Reads one person's claims into an import."""

    def __init__(self, entry: Import) -> None:
        self._entry = entry
        self._langs = (entry.lang, *LANGUAGES)

    def read(self, person: TreeNode, credential: TreeNode) -> None:
        if not self._entry.raw.values.get("name"):
            own = Draft("Candidate", person.path)
            own.text("name", *person.name(FOAF + "fullName", _NAMES, *self._langs))
            self._entry.take(own)
        for claim in person.nodes(_CLAIM):
            if ELM + "LearningAchievement" in claim.types:
                with self._entry.part("Credential", claim.path) as draft:
                    self._achievement(draft, claim, credential)
            else:
                self._entry.note("ignored", claim.path, "claim-kind", self._title(claim))
        _ = [person.all(name) for name in _NAMES]
        self._entry.pass_over(person.unused(METADATA))

    def _title(self, node: TreeNode) -> str:
        return str(node.text(DC + "title", *self._langs) or node.iri or "")

    def _achievement(self, draft: Draft, claim: TreeNode, credential: TreeNode) -> None:
        title, resolver = self._title(claim), self._entry.resolver
        specifications = claim.nodes(ELM + "specifiedBy")
        qualifications = [s for s in specifications if ELM + "Qualification" in s.types]
        if len(qualifications) != 1:
            raise Lost(claim.path, "not-a-qualification", title)
        [qualification] = qualifications
        if fault := _partial(qualification):
            raise Lost(*fault, title)
        levels = [node for name in _LEVELS for node in qualification.nodes(name)]
        bodies = claim.nodes(ELM + "awardedBy", ELM + "awardingBody")
        countries = _countries(claim.nodes(ELM + "awardedBy")) or _countries(bodies)
        self._entry.country(draft, countries)
        names = qualification.leaves(DC + "title")
        titles = [] if levels else map(str, names)  # a level that is stated decides
        level = Resolution(
            resolver.level(filter(None, map(iri_of, levels)), titles, draft.country),
            levels[0].path if levels else qualification.path,
            (levels[0].iri or "") if levels else str(names[0]) if names else title,
        )
        _ = level.term  # where it is unknown nothing more is looked at, so that it is listed
        fields = [node for name in _FIELDS for node in qualification.nodes(name)]
        field = resolver.field([iri] for node in fields if (iri := iri_of(node)))
        field_path = fields[0].path if fields else qualification.path
        awarded, by = self._award(claim)
        node = self._entry.credential(
            draft,
            level,
            Resolution(field, field_path, (fields[0].iri or "") if fields else title),
            evidence=[(text, claim.path) for text in (title, credential.iri or "")],
            awarded=awarded,
            by=by,
        )
        matches = [(of, resolver.level([of.iri or ""])) for of in levels]
        matches += [(of, resolver.field([[of.iri or ""]])) for of in fields]
        self._entry.pass_over_unknown(Resolution(m, of.path, of.iri or "…") for of, m in matches)
        node.signature = ""
        self._entry.note("caveat", claim.path, "not-verified")

    def _award(self, claim: TreeNode) -> tuple[list[Placed], Placed | None]:
        """When and by whom it was awarded."""
        days: list[Placed] = []
        for process in claim.nodes(ELM + "awardedBy"):
            if leaf := process.day(ELM + "awardingDate"):
                days.append(leaf.placed)
            for body in process.nodes(ELM + "awardingBody"):
                if name := body.text(LEGAL_NAME, *self._langs):
                    return days, name.placed
        return days, None


def _partial(qualification: TreeNode) -> Placed | None:
    """Path and key where this is no whole qualification of formal learning."""
    for leaf in qualification.flags(ELM + "isPartialQualification"):
        if str(leaf) in {"true", "1"}:
            return leaf.path, "partial-qualification"
    for setting in qualification.nodes(ELM + "learningSetting"):
        if setting.iri != FORMAL:
            return setting.path, "not-formal"
    for type_ in qualification.nodes(DC + "type"):
        if type_.iri != PROGRAMME:
            return type_.path, "not-a-programme"
    return None


def _countries(nodes: Iterable[TreeNode]) -> list[Placed]:
    """The codes of the countries in which something is located, each with its path.

    They are concepts of the EU's list of countries, whose addresses end in a code.
    """
    path = (ELM + "location", ELM + "address", ELM + "countryCode")
    countries = [country for node in nodes for country in node.nodes(*path)]
    return [((country.iri or "").rpartition("/")[2], country.path) for country in countries]


_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_CREDENTIAL = "europassCredential"
_CLASSES = {
    "credentialSubject": ELM + "Person",
    "learningAchievement": ELM + "LearningAchievement",
    "learningActivity": ELM + "LearningActivity",
    "entitlement": ELM + "LearningEntitlement",
    "qualification": ELM + "Qualification",
}


def credentials(data: bytes, terms: Mapping[str, str]) -> tuple[list[TreeNode], list[str]]:
    """The credentials as trees, and the path of what belongs to none of them; SyntaxFault.

    `terms` are those of the third version by the elements' names.
    """
    text = decode(data)
    check_xml(BytesIO(text.encode()))
    root = fromstring(text)
    members = [(root, "")] if _name(root) == _CREDENTIAL else list(_placed(root, ""))
    wholes = [member for member in members if _name(member[0]) == _CREDENTIAL]
    if not wholes:
        raise SyntaxFault("syntax-nowhere", detail=_CREDENTIAL)
    besides = [member[1] for member in members if member not in wholes]
    return [_Credential(*whole, terms).tree() for whole in wholes], besides


class _Credential:
    """One credential, whose elements name each other by `idref`."""

    def __init__(self, root: Element, path: str, terms: Mapping[str, str]) -> None:
        self._terms = terms
        self._root = root
        self._path = path
        self._named: dict[str, tuple[Element, str]] = {}
        self._index(root, path)
        self._nodes: dict[str, TreeNode] = {}
        self._depth = 0

    def _index(self, element: Element, path: str) -> None:
        if name := element.get("id"):
            self._named[name] = (element, path)
        for inner, where in _placed(element, path):
            self._index(inner, where)

    def tree(self) -> TreeNode:
        """Its tree; a list of elements that are referred to elsewhere has only the others."""
        referred = {element.get("idref", "") for element in self._root.iter()}
        node = TreeNode(
            self._path, next((v for k, v in self._root.items() if _local(k) == "id"), None)
        )
        for element, path in _placed(self._root, self._path):
            if not _name(element).endswith("References"):
                self._add(node, element, path)
                continue
            for inner, where in _placed(element, path):
                if inner.get("id", "-") not in referred:
                    self._add(node, inner, where)
        return node

    def _add(self, node: TreeNode, element: Element, path: str) -> None:
        name = self._terms.get(_name(element), _name(element))
        if name == _CLAIM:  # claims have no common name in the second version
            values = [self._value(inner, where) for inner, where in _placed(element, path)]
        else:
            texts = [text for text in element if _name(text) == "text"]
            values = [Leaf(_content(t), path, t.get("lang", "")) for t in texts]
            if not texts or len(texts) < len(element):
                values = [self._value(element, path)]
        node.values.setdefault(name, []).extend(values)
        node.paths.setdefault(name, path)

    def _value(self, element: Element, path: str) -> Leaf | TreeNode:
        """A text, a concept with its IRI, what an `idref` names, or an element with others."""
        if named := self._named.get(element.get("idref", "")):
            element, path = named
        identifier = element.get("id", "")
        if identifier in self._nodes:
            return self._nodes[identifier]
        iri = element.get("uri") or identifier or element.get("idref")
        if not len(element) and not iri:
            return Leaf(_content(element), path)
        node = TreeNode(path, iri)
        if identifier:
            self._nodes[identifier] = node
        if name := _CLASSES.get(_name(element)):
            node.types.add(name)
        self._depth += 1
        if self._depth > MAX_DEPTH:  # by references, since the document itself is not so deep
            raise TooLargeError("too-deep", limit=MAX_DEPTH)
        for inner, where in [] if element.get("uri") else _placed(element, path):
            self._add(node, inner, where)
        self._depth -= 1
        return node


def _placed(element: Element, path: str) -> Iterator[tuple[Element, str]]:
    """The elements within another one, each with its path; signatures are left out."""
    inner = [e for e in element if not _is_signature(e)]
    names = [_name(e) for e in inner]
    totals = Counter(names)
    counted: Counter[str] = Counter()
    for one, name in zip(inner, names, strict=True):
        index = f"[{counted[name]}]" if totals[name] > 1 else ""
        counted[name] += 1
        yield one, f"{path}.{name}{index}" if path else f"{name}{index}"


def _is_signature(element: Element) -> bool:
    """Whether it is a signature, or the wrapping of some."""
    return element.tag == _SIGNATURE or (
        len(element) > 0 and all(e.tag == _SIGNATURE for e in element)
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _name(element: Element) -> str:
    return _local(element.tag)


def _content(element: Element) -> str:
    return "".join(element.itertext()).strip()
