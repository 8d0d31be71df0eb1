"""European digital credentials of the learning model's second version: XML, as issued until 2023.

An element becomes a node of a tree under the name that the third version has for it, so that
`elm` reads both. What stands in a signature is no part of what is stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, XMLParser

from libonto.errors import SyntaxFault, TooLargeError
from libonto.profile.interchange.elm import CRED, DC, ELM, FOAF, LEGAL_NAME
from libonto.profile.interchange.trees import Leaf, Node
from libonto.profile.syntax import MAX_DEPTH, check_xml_text, decode

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_SUBJECT = "credentialSubject"
_TERMS = {
    _SUBJECT: CRED + _SUBJECT,
    "fullName": FOAF + "fullName",
    "givenNames": FOAF + "givenName",
    "familyName": FOAF + "familyName",
    "title": DC + "title",
    "wasAwardedBy": ELM + "awardedBy",
    "awardingBody": ELM + "awardingBody",
    "date": ELM + "awardingDate",
    "hasLocation": ELM + "location",
    "hasAddress": ELM + "address",
    "country": ELM + "countryCode",
    "prefLabel": LEGAL_NAME,
    "specifiedBy": ELM + "specifiedBy",
    "eqfLevel": ELM + "EQFLevel",
    "nqfLevel": ELM + "NQFLevel",
    "hasISCED-FCode": ELM + "ISCEDFCode",
    "hasEducationSubject": ELM + "educationSubject",
    "isPartialQualification": ELM + "isPartialQualification",
    "learningSettingType": ELM + "learningSetting",
    "type": DC + "type",
}
_CLASSES = {
    _SUBJECT: ELM + "Person",
    "learningAchievement": ELM + "LearningAchievement",
    "learningActivity": ELM + "LearningActivity",
    "entitlement": ELM + "LearningEntitlement",
    "qualification": ELM + "Qualification",
}
_CLAIMS = {"achievements", "activities", "entitlements"}
"""What holds a person's claims in the second version, in which they have no common name."""


def credentials(data: bytes) -> tuple[list[Node], list[str]]:
    """The credentials as trees, and the path of what belongs to none of them; SyntaxFault."""
    text = decode(data)
    check_xml_text(text)
    parser = XMLParser()
    parser.feed(text)
    root: Element = parser.close()
    if _name(root) == "europassCredential":
        return [_Credential(root, "").tree()], []
    held = [
        (element, path)
        for element, path in _placed(root, "")
        if _name(element) == "europassCredential"
    ]
    if not held:
        raise SyntaxFault("syntax-nowhere", detail="europassCredential")
    besides = [path for element, path in _placed(root, "") if (element, path) not in held]
    return [_Credential(element, path).tree() for element, path in held], besides


class _Credential:
    """One credential, whose elements name each other by `idref`."""

    def __init__(self, root: Element, path: str) -> None:
        self._root = root
        self._path = path
        self._named: dict[str, tuple[Element, str]] = {}
        self._index(root, path)
        self._made: dict[str, Node] = {}
        self._depth = 0

    def _index(self, element: Element, path: str) -> None:
        if name := element.get("id"):
            self._named[name] = (element, path)
        for inner, where in _placed(element, path):
            self._index(inner, where)

    def tree(self) -> Node:
        """Its tree; a list of what is named elsewhere is left out, save what nobody names."""
        wanted = {element.get("idref", "") for element in self._root.iter()}
        node = Node(self._path, next((v for k, v in self._root.items() if _local(k) == "id"), None))
        for element, path in _placed(self._root, self._path):
            if not _name(element).endswith("References"):
                self._add(node, element, path)
                continue
            for inner, where in _placed(element, path):
                if inner.get("id", "-") not in wanted:
                    self._add(node, inner, where)
        return node

    def _add(self, node: Node, element: Element, path: str) -> None:
        name = _name(element)
        if name in _CLAIMS:
            values = [self._value(inner, where) for inner, where in _placed(element, path)]
            name = ELM + "hasClaim"
        else:
            texts = [text for text in element if _name(text) == "text"]
            values = [Leaf(_text(t), path, t.get("lang", "")) for t in texts]
            if not texts or len(texts) < len(element):
                values = [self._value(element, path)]
            name = _TERMS.get(name, name)
        node.values.setdefault(name, []).extend(values)
        node.paths.setdefault(name, path)

    def _value(self, element: Element, path: str) -> Leaf | Node:
        """A text, a concept with its IRI, what an `idref` names, or an element with others."""
        if named := self._named.get(element.get("idref", "")):
            element, path = named
        identifier = element.get("id", "")
        if identifier in self._made:
            return self._made[identifier]
        iri = element.get("uri") or identifier or element.get("idref")
        if not len(element) and not iri:
            return Leaf(_text(element), path)
        node = Node(path, iri)
        if identifier:
            self._made[identifier] = node
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
    inner = [e for e in element if e.tag != _SIGNATURE and _holds(e)]
    counted: dict[str, int] = {}
    names = [_name(e) for e in inner]
    for one, name in zip(inner, names, strict=True):
        number = counted[name] = counted.get(name, -1) + 1
        index = f"[{number}]" if names.count(name) > 1 else ""
        yield one, f"{path}.{name}{index}" if path else f"{name}{index}"


def _holds(element: Element) -> bool:
    """Whether it is more than the wrapping of a signature."""
    return len(element) == 0 or any(e.tag != _SIGNATURE for e in element)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _name(element: Element) -> str:
    return _local(element.tag)


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
