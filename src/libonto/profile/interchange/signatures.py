"""Whether a signed credential is what a trusted issuer signed: JOSE, offline.

The trusted keys are a JWK or JWK Set (JSON), or certificates or public keys in PEM. Nothing is
fetched: no key, no certificate chain, no list of revoked ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from libonto.errors import UsageError
from libonto.profile.document import open_document

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----[^-]*+-----END \1-----")  # RFC 7468: no hyphen within
_ALGORITHMS = [*("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "EdDSA", "Ed25519"]
_ALGORITHMS += ["ES256", "ES384", "ES512"]


class TrustedKeys:
    """The keys of the issuers that are trusted, each with the issuer's name."""

    def __init__(self, path: str) -> None:
        """Read a file of keys; UsageError where there is none in it, or joserfc is missing."""
        try:
            from joserfc.jwk import import_key
        except ImportError as error:
            raise UsageError("signatures-missing") from error
        text = open_document(path).data.decode("utf-8", errors="replace")
        self._keys: list[tuple[str, Any]] = []
        try:
            if "-----BEGIN" in text:
                for found in _PEM.finditer(text):
                    self._keys.append((_name(found[0], found[1]), _public_key(found[0])))
            else:
                value = json.loads(text)
                for key in value.get("keys", [value]):
                    name = str(key.get("iss") or key.get("kid") or key["kty"])
                    self._keys.append((name, import_key(key)))
        except Exception as error:  # whatever the library says of a key, it cannot be used
            raise UsageError("trust-unreadable", path=path, detail=str(error)) from error
        if not self._keys:
            raise UsageError("trust-unreadable", path=path, detail="-")

    def issuer(self, envelope: Mapping[str, Any]) -> str | None:
        """The issuer whose key made a signature of an envelope; None where no key did."""
        from joserfc import jws
        from joserfc.errors import JoseError

        signatures = envelope.get("signatures") or [
            {key: envelope[key] for key in ("protected", "signature") if key in envelope}
        ]
        payload = envelope.get("payload")
        if not isinstance(payload, str) or not isinstance(signatures, list):
            return None
        for signature in signatures:
            if not isinstance(signature, dict):
                continue
            one = {k: signature[k] for k in ("protected", "signature") if k in signature}
            for name, key in self._keys:
                try:
                    value: Any = {"payload": payload, **one}
                    jws.deserialize_json(value, key, algorithms=_ALGORITHMS)
                except (JoseError, ValueError, TypeError, KeyError):
                    continue  # not by this key
                return name
        return None


def _name(pem: str, label: str) -> str:
    """Whom a certificate names; of a bare key nobody is known."""
    if label != "CERTIFICATE":
        return "PEM"
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(pem.encode()).subject.rfc4514_string()


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
