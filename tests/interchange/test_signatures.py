"""Signed credentials: verified by the keys of a file, and by nothing else."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey
from tests.interchange.test_brought import BROUGHT

from libonto.cli.frame import run
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.names import Names

CREDENTIAL = json.loads((BROUGHT / "elm-signed-envelope.json").read_text("utf-8"))["payload"]


@pytest.fixture
def key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "uni"})


def envelope(key: ECKey) -> dict[str, Any]:
    member: Any = {"protected": {"alg": "ES256"}}
    signed: Any = jws.serialize_json([member], CREDENTIAL, key)
    return dict(signed)


def keys_of(notes: Any) -> set[str]:
    return {note.key for note in notes}


def test_a_signature_of_a_trusted_issuer(names: Names, key: ECKey, tmp_path: Path) -> None:
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), "utf-8")
    document = Document(json.dumps(envelope(key)).encode(), "d.json")
    [entry] = Intake(names, lang="en", trust=str(trust)).documents([document])
    assert "signature-valid" in keys_of(entry.notes)
    assert "not-verified" not in keys_of(entry.notes)
    assert entry.candidate
    evidence = entry.candidate.credentials[0].details
    assert ("evidence", "The signature is valid; issuer: uni.") in evidence


def test_a_certificate_names_the_issuer(names: Names, tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "KazNU")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    trust = tmp_path / "trust.pem"
    trust.write_bytes(certificate.public_bytes(Encoding.PEM))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    document = Document(json.dumps(envelope(ECKey.import_key(pem))).encode(), "d.json")
    [entry] = Intake(names, lang="en", trust=str(trust)).documents([document])
    [note] = [note for note in entry.notes if note.key == "signature-valid"]
    assert note.message("en") == "The signature is valid; issuer: CN=KazNU."


@pytest.mark.parametrize("change", ["key", "payload", "signature", "none"])
def test_any_other_signature_is_not_verified(
    names: Names, key: ECKey, tmp_path: Path, change: str
) -> None:
    trust = tmp_path / "trust.json"
    trusted = ECKey.generate_key("P-256") if change == "key" else key
    trust.write_text(json.dumps(trusted.as_dict(private=False)), "utf-8")
    made = envelope(key)
    if change == "payload":
        made["payload"] = CREDENTIAL.replace("A. B.", "C. D.")
    if change == "signature":
        made["signatures"][0]["signature"] = "AAAA"
    if change == "none":
        made["signatures"][0] = {"protected": "eyJhbGciOiJub25lIn0", "signature": ""}
    document = Document(json.dumps(made).encode(), "d.json")
    [entry] = Intake(names, lang="en", trust=str(trust)).documents([document])
    assert entry.candidate
    assert "not-verified" in keys_of(entry.notes)
    assert "signature-valid" not in keys_of(entry.notes)


@pytest.mark.parametrize("text", ["", "{}", "[]", "-----BEGIN PUBLIC KEY-----\nx\n", "keys"])
def test_a_file_without_keys_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    trust = tmp_path / "trust"
    trust.write_text(text, "utf-8")
    source = str(BROUGHT / "elm-signed-envelope.json")
    assert run(["assess", source, "--trust", str(trust), "--lang", "en"]) == 2
    assert "holds no key that can be used" in capfd.readouterr().err
