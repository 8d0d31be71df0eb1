"""Whether a signed credential is what a trusted issuer signed: JOSE and XML-DSig, offline.

The trusted keys are a JWK or JWK Set (JSON), or certificates or public keys in PEM. Nothing is
fetched: no key, no certificate chain, no time stamp, no list of revoked ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from libonto.errors import UsageError
from libonto.profile.document import Document, limit, open_document

if TYPE_CHECKING:
    from lxml.etree import _Element

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----[^-]*+-----END \1-----")  # RFC 7468: no hyphen within
_ALGORITHMS = [*("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "EdDSA", "Ed25519"]
_ALGORITHMS += ["ES256", "ES384", "ES512"]
_JADES = {
    "sigT": "claimed signing time",
    "adoTst": "time stamp over the payload",
    "srCms": "signer's commitments",
    "sigPl": "signature's place",
}
"""Header parameters of ETSI TS 119 182-1 that change nothing of what is signed."""
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"
_CANONICAL = re.compile(
    r"http://www\.w3\.org/(2001/10/xml-exc-c14n|TR/2001/REC-xml-c14n-20010315|2006/12/xml-c14n11)#?"
)
_STRONG = re.compile(
    r"http://www\.w3\.org/2001/04/xml(dsig-more|enc)#((rsa|ecdsa)-)?sha(256|384|512)"
    r"|http://www\.w3\.org/2007/05/xmldsig-more#sha(256|384|512)-rsa-MGF1"
)
_NEEDED = (
    "joserfc.jws",
    "cryptography.hazmat.backends.openssl.backend",
    "lxml.etree",
    "xmlsec",
)


class TrustedKeys:
    """The keys of the issuers that are trusted, each with the issuer's name."""

    def __init__(self, document: Document) -> None:
        """Read a file of keys; UsageError where there is none in it, or a library is missing."""
        try:  # all of it now: a worker that judges could not load it
            for name in _NEEDED:
                import_module(name)
        except ImportError as error:
            raise UsageError("signatures-missing") from error

        self.document = document
        try:
            text = document.data.decode("utf-8", errors="replace")
            self._keys = list(_pem_keys(text) if "-----BEGIN" in text else _json_keys(text))
            if not self._keys:
                raise UsageError("trust-empty")
        except UsageError as error:
            raise UsageError("trust-unreadable", path=document.name, detail=error) from error

    def __reduce__(self) -> tuple[type[TrustedKeys], tuple[Document]]:
        """To another process go the file's bytes, since the libraries' keys cannot."""
        return TrustedKeys, (self.document,)

    def issuer(self, envelope: Mapping[str, Any] | bytes) -> str | None:
        """The issuer whose key signed an envelope (JSON, or XML as bytes); None where no key did.

        An XML signature counts only if it is over the whole document but for the signatures.
        """
        if isinstance(envelope, bytes):
            return self._xml_issuer(envelope)
        signatures = envelope.get("signatures") or [
            {key: envelope[key] for key in ("protected", "signature") if key in envelope}
        ]
        payload = envelope.get("payload")
        if not isinstance(payload, str) or not isinstance(signatures, list):
            return None
        issuers = (self._jose_issuer(payload, one) for one in signatures if isinstance(one, dict))
        return next(filter(None, issuers), None)

    def _jose_issuer(self, payload: str, signature: Mapping[str, Any]) -> str | None:
        from joserfc import jws
        from joserfc.errors import JoseError
        from joserfc.registry import HeaderParameter

        registry = jws.JWSRegistry(
            {name: HeaderParameter(text, lambda _: None) for name, text in _JADES.items()},
            _ALGORITHMS,
        )
        # a certificate chain and a time stamp stand in the header; the input is bounded already
        registry.max_header_length = registry.max_payload_length = limit()
        value: Any = {k: signature[k] for k in ("protected", "signature") if k in signature}
        value["payload"] = payload
        for name, key in self._keys:
            try:
                jws.deserialize_json(value, key, registry=registry)
            except (JoseError, ValueError, TypeError, KeyError):
                continue  # not by this key
            return name
        return None

    def _xml_issuer(self, data: bytes) -> str | None:
        import xmlsec
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            return None  # it has been read by a stricter parser already
        xmlsec.tree.add_ids(root, ["Id"])
        for signature in root.iter(_DS + "Signature"):
            for name, key in self._keys if _covers_all(signature) else []:
                context = xmlsec.SignatureContext()
                try:
                    pem = key.as_pem(private=False)
                    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
                    context.verify(signature)
                except (xmlsec.Error, ValueError, TypeError, AttributeError):
                    continue  # not by this key, or it is none that XML-DSig knows
                return name
        return None


def trusted_keys(path: str | None) -> TrustedKeys | None:
    """The keys of a file, where one is given; UsageError where it cannot be used."""
    return TrustedKeys(open_document(path)) if path else None


def _covers_all(signature: _Element) -> bool:
    """Whether a signature is over its whole document, in a way that cannot say something else.

    One reference is to the document, of which nothing is left out but signatures (XML-DSig
    4.4.3.2, XPath Filter 2.0); the others stay within the document.
    """
    signed = signature.find(_DS + "SignedInfo")
    if signed is None:
        return False
    references = signed.findall(_DS + "Reference")
    methods = signed.iter(_DS + "SignatureMethod", _DS + "DigestMethod")
    if not all(_STRONG.fullmatch(method.get("Algorithm", "")) for method in methods):
        return False
    if not all(r.get("URI", "x")[:1] in {"", "#"} for r in references):
        return False
    if not all(_is_harmless(t) for r in references for t in r.iter(_DS + "Transform")):
        return False
    return any(r.get("URI") == "" for r in references)


def _is_harmless(transform: _Element) -> bool:
    algorithm = transform.get("Algorithm", "")
    if algorithm == _FILTER2:
        paths = [(path.get("Filter"), "".join(path.itertext()).strip()) for path in transform]
        return paths == [("subtract", "/descendant::ds:Signature")]
    return algorithm == _ENVELOPED or bool(_CANONICAL.fullmatch(algorithm))


def _json_keys(text: str) -> Iterator[tuple[str, Any]]:
    """The keys of a JWK or JWK Set (RFC 7517) with their issuers; UsageError for another text."""
    from joserfc.jwk import import_key

    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("trust-neither") from error
    keys = value.get("keys", [value]) if isinstance(value, dict) else None
    if not isinstance(keys, list):
        raise UsageError("trust-neither")
    for number, key in enumerate(keys, start=1):
        try:
            name, imported = str(key.get("iss") or key.get("kid") or key["kty"]), import_key(key)
            secret = key["kty"] == "oct" or "d" in key  # RFC 7518, 6.2.2, 6.3.2 and 6.4
        except Exception as error:  # whatever the library says of a key, it cannot be used
            raise UsageError("trust-jwk", number=number) from error
        if secret:  # who can verify by it can sign by it: it tells of no issuer
            raise UsageError("trust-secret", number=number, name=name)
        yield name, imported


def _pem_keys(text: str) -> Iterator[tuple[str, Any]]:
    """The public keys in PEM, each with the subject of its certificate; a bare key has none.

    UsageError for a block without one.
    """
    from cryptography.x509 import load_pem_x509_certificate

    for number, block in enumerate(_PEM.finditer(text), start=1):
        pem, label = block[0], block[1]
        if label.endswith("PRIVATE KEY"):
            raise UsageError("trust-secret", number=number, name=label)
        try:
            name = "PEM"
            if label == "CERTIFICATE":
                name = load_pem_x509_certificate(pem.encode()).subject.rfc4514_string()
            yield name, _public_key(pem)
        except Exception as error:  # the same
            raise UsageError("trust-pem", number=number, name=label) from error


def _public_key(pem: str) -> Any:
    """The key of a certificate or of a bare key, whatever its type; ValueError for another one."""
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    for kind in (RSAKey, ECKey, OKPKey):
        try:
            return kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue  # a key of another type
    raise ValueError(pem.splitlines()[0])
