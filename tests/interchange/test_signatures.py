"""Signed credentials: verified by the keys of a file, and by nothing else."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from lxml import etree
from tests.interchange.test_brought import BROUGHT

from libonto.cli.frame import run
from libonto.errors import UsageError
from libonto.locales import sentence
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.signatures import TrustedKeys, trusted_keys

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
    [entry] = Intake(names, lang="en", trust=trusted_keys(str(trust))).documents([document])
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
    [entry] = Intake(names, lang="en", trust=trusted_keys(str(trust))).documents([document])
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
    [entry] = Intake(names, lang="en", trust=trusted_keys(str(trust))).documents([document])
    assert entry.candidate
    assert "not-verified" in keys_of(entry.notes)
    assert "signature-valid" not in keys_of(entry.notes)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "neither"),
        ("keys", "neither"),
        ("[]", "neither"),
        ('{"keys": {}}', "neither"),
        ("[" * 100_000, "neither"),
        ('{"keys": []}', "empty"),
        ("-----BEGIN PUBLIC KEY-----\nx\n", "empty"),
        ("{}", "jwk"),
        ('{"keys": ["a"]}', "jwk"),
        ('{"kty": "EC", "crv": "P-999", "x": "", "y": ""}', "jwk"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "pem"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "pem"),
    ],
)
def test_a_file_without_keys_is_refused(tmp_path: Path, lang: str, text: str, said: str) -> None:
    trust = tmp_path / "trust"
    trust.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        trusted_keys(str(trust))
    label = "CERTIFICATE" if "CERTIFICATE" in text else "PUBLIC KEY"
    reason = sentence(f"errors.trust-{said}", lang, number=1, name=label)
    expected = sentence("errors.trust-unreadable", lang, path=str(trust), detail=reason)
    assert caught.value.message(lang) == expected


@pytest.mark.every_case
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("kind", ["oct", "EC", "RSA", "OKP", "pem"])
def test_a_key_that_can_sign_is_no_trusted_key(
    tmp_path: Path, key: ECKey, lang: str, kind: str
) -> None:
    """Whoever has the list could sign by it; the entry is named, beside a good one too."""
    made: dict[str, Any] = {
        "oct": lambda: OctKey.generate_key(256, {"kid": "bad"}),
        "EC": lambda: ECKey.generate_key("P-256", {"kid": "bad"}),
        "RSA": lambda: RSAKey.generate_key(2048, {"kid": "bad"}),
        "OKP": lambda: OKPKey.generate_key("Ed25519", {"kid": "bad"}),
    }
    trust = tmp_path / "trust"
    number, name = 2, "bad"
    if kind == "pem":
        trust.write_bytes(key.as_pem(private=True))
        number, name = 1, "PRIVATE KEY"
    else:
        keys = [key.as_dict(private=False), made[kind]().as_dict(private=True)]
        trust.write_text(json.dumps({"keys": keys}), "utf-8")
    with pytest.raises(UsageError) as caught:
        trusted_keys(str(trust))
    reason = sentence("errors.trust-secret", lang, number=number, name=name)
    assert caught.value.message(lang).endswith(reason + ".")
    if kind not in {"pem", "oct"}:  # without its private part it is a key like any other
        public = [key.as_dict(private=False), made[kind]().as_dict(private=False)]
        trust.write_text(json.dumps({"keys": public}), "utf-8")
        assert trusted_keys(str(trust))


def test_a_command_says_that_a_file_holds_no_keys(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    trust = tmp_path / "trust"
    trust.write_text("{}", "utf-8")
    source = str(BROUGHT / "elm-signed-envelope.json")
    assert run(["assess", source, "--trust", str(trust), "--lang", "en"]) == 2
    assert "holds no key that can be used: key 1 of the JWK Set" in capfd.readouterr().err


def test_a_signature_with_what_jades_adds(names: Names, key: ECKey) -> None:
    """RFC 7797: the payload as it is; ETSI TS 119 182-1: a time, a chain that makes it long."""
    head = {"alg": "ES256", "b64": False, "sigT": "2023-09-27T12:07:01Z", "x5c": ["A" * 3000]}
    member: Any = {"protected": {**head, "crit": ["b64", "sigT"]}}
    registry = jws.JWSRegistry(strict_check_header=False)
    registry.max_header_length = 10_000
    payload = json.dumps(json.loads((BROUGHT / "elm-presentation.json").read_text("utf-8")))
    registry.header_registry["sigT"] = registry.header_registry["kid"]
    signed: Any = jws.serialize_json([member], payload, key, registry=registry)
    assert signed["payload"] == payload
    trusted = TrustedKeys(Document(json.dumps(key.as_dict(private=False)).encode()))
    assert trusted.issuer(signed) == "uni"
    assert trusted.issuer({**signed, "payload": payload.replace("A. B.", "C. D.")}) is None


def test_what_stands_in_a_wrapper_besides_is_passed_over(names: Names, key: ECKey) -> None:
    inner = {**envelope(key), "credentials": [{"level": "higher", "field": "pedagogy"}]}
    outer = {"type": "VerifiablePresentation", "verifiableCredential": [inner], "name": "X"}
    [entry] = Intake(names, lang="en").documents([Document(json.dumps(outer).encode(), "d.json")])
    assert entry.candidate
    passed = {note.place.path for note in entry.notes if note.kind == "ignored"}
    assert {"name", "verifiableCredential[0].credentials"} <= passed
    assert not any(path.endswith(("type", "payload", "signatures")) for path in passed)


def test_a_signed_resume_is_read_and_verified(names: Names, key: ECKey) -> None:
    study = {"studyType": "Bachelor", "area": "library-science", "endDate": "2015-06-30"}
    resume = json.dumps({"basics": {"name": "A. B."}, "education": [study]})
    member: Any = {"protected": {"alg": "ES256"}}
    signed = json.dumps(jws.serialize_json([member], resume, key)).encode()
    trusted = TrustedKeys(Document(json.dumps(key.as_dict(private=False)).encode()))
    [entry] = Intake(names, lang="en", trust=trusted).documents([Document(signed, "d.json")])
    assert entry.candidate and entry.candidate.name == "A. B."
    assert [c.signature for c in entry.candidate.credentials] == ["uni"]


# XML-DSig

SECOND_VERSION = (BROUGHT / "elm-second-version.xml").read_bytes()
DS = "{http://www.w3.org/2000/09/xmldsig#}"
FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"


def signed_xml(
    key: ECKey, *, method: str = "TransformEcdsaSha256", filtered: bool = True, uri: str = ""
) -> bytes:
    """The credential signed in its own wrapping, as Europass did it."""
    root = etree.fromstring(SECOND_VERSION)
    proof = etree.SubElement(root, "{http://data.europa.eu/snb/vp}proof")
    canonical = xmlsec.constants.TransformExclC14N
    sign = getattr(xmlsec.constants, method)
    signature = xmlsec.template.create(root, canonical, sign, ns="ds")
    proof.append(signature)
    digest = xmlsec.constants.TransformSha256
    reference = xmlsec.template.add_reference(signature, digest, uri=uri)
    if filtered:
        transforms = etree.SubElement(reference, DS + "Transforms")
        reference.insert(0, transforms)
        transform = etree.SubElement(transforms, DS + "Transform", Algorithm=FILTER2)
        path = etree.SubElement(transform, f"{{{FILTER2}}}XPath", Filter="subtract")
        path.text = "/descendant::ds:Signature"
    else:
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, canonical)
    context = xmlsec.SignatureContext()
    pem = key.as_pem(private=True)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    if uri:
        xmlsec.tree.add_ids(root, ["id"])
    context.sign(signature)
    return bytes(etree.tostring(root))


def read_xml(names: Names, data: bytes, key: ECKey | None = None) -> Any:
    trust = TrustedKeys(Document(json.dumps(key.as_dict(private=False)).encode())) if key else None
    [entry] = Intake(names, lang="en", trust=trust).documents([Document(data, "credential.xml")])
    return entry


@pytest.mark.parametrize("filtered", [True, False])
def test_a_signed_credential_in_xml(names: Names, key: ECKey, filtered: bool) -> None:
    data = signed_xml(key, filtered=filtered)
    unverified = read_xml(names, data)
    assert "not-verified" in keys_of(unverified.notes)
    assert unverified.candidate.credentials[0].signature == ""
    entry = read_xml(names, data, key)
    assert entry.candidate.name == "A. B."
    assert entry.candidate.credentials[0].signature == "uni"
    assert "signature-valid" in keys_of(entry.notes)


def moved(data: bytes) -> bytes:
    """Another person's claims beside the signed ones, which go where nobody looks."""
    other = SECOND_VERSION.replace(b"A. B.", b"C. D.")
    body = re.search(rb"<europassCredential.*</europassCredential>", other, re.DOTALL)
    assert body
    return data.replace(
        b"</ds:Signature>", b"<ds:Object>" + body[0] + b"</ds:Object></ds:Signature>"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"A. B.", b"C. D."),
        lambda data: data.replace(b"isced-f/0322", b"isced-f/0111"),
        lambda data: re.sub(rb"<ds:SignatureValue>[^<]*", b"<ds:SignatureValue>AAAA", data),
        lambda data: data.replace(b'URI=""', b'URI="file:///etc/passwd"'),
        lambda data: re.sub(rb"<ds:Signature .*</ds:Signature>", b"", data, flags=re.DOTALL),
    ],
    ids=["name", "field", "value", "elsewhere", "none"],
)
def test_xml_that_was_changed_is_not_verified(
    names: Names, key: ECKey, change: Callable[[bytes], bytes]
) -> None:
    entry = read_xml(names, change(signed_xml(key)), key)
    assert "not-verified" in keys_of(entry.notes)
    assert entry.candidate.credentials[0].signature == ""


def test_what_stands_in_a_signature_is_not_read(names: Names, key: ECKey) -> None:
    entry = read_xml(names, moved(signed_xml(key)), key)
    assert entry.candidate.name == "A. B."


def test_a_signature_over_a_part_or_by_another_is_not_enough(names: Names, key: ECKey) -> None:
    part = signed_xml(key, uri="#urn:epass:person:1", filtered=False)
    assert read_xml(names, part, key).candidate.credentials[0].signature == ""
    other = ECKey.generate_key("P-256")
    assert read_xml(names, signed_xml(other), key).candidate.credentials[0].signature == ""
    weak = signed_xml(key, method="TransformEcdsaSha1")
    assert read_xml(names, weak, key).candidate.credentials[0].signature == ""


def test_xml_with_a_document_type_is_refused(names: Names) -> None:
    bomb = SECOND_VERSION.replace(b"?>\n", b'?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n', 1)
    entry = read_xml(names, bomb.replace(b"A. B.", b"&a;"))
    assert entry.candidate is None
    assert "DOCTYPE" in entry.problems[0].message("en")


def test_references_that_go_in_a_ring_or_on_and_on(names: Names) -> None:
    ring = SECOND_VERSION.replace(
        b'<awardingBody idref="urn:epass:org:1"/>',
        b'<awardingBody idref="urn:epass:awardingProcess:1"/>',
    )
    assert read_xml(names, ring).candidate
    chain = "".join(
        f'<organization id="o{n}"><hasUnit idref="o{n + 1}"/></organization>' for n in range(5000)
    ).encode()
    long = SECOND_VERSION.replace(b"<agentReferences>", b"<agentReferences>" + chain)
    deep = long.replace(b'awardingBody idref="urn:epass:org:1"', b'awardingBody idref="o0"')
    assert "nested" in read_xml(names, deep).problems[0].message("en")


def test_what_the_second_version_has_besides_is_passed_over(names: Names) -> None:
    entry = read_xml(names, SECOND_VERSION)
    [credential] = entry.candidate.credentials
    assert (str(credential.awarded), credential.field[-4:]) == ("2015-06-30", "0322")
    assert ("awardedBy", "Uni") in credential.details
    passed = {note.place.path for note in entry.notes if note.kind == "ignored"}
    inner = "europassCredential."
    assert {"type", inner + "issued", inner + "credentialSubject.dateOfBirth"} <= passed
    assert inner + "credentialSubject.entitlements.entitlement" in passed
    assert inner + "learningSpecificationReferences.learningSpecification" in passed


# Every face


def test_batch_the_service_and_the_page_verify_too(
    serve: Any, key: ECKey, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    trust, source = tmp_path / "trust.json", tmp_path / "credential.json"
    trust.write_text(json.dumps(key.as_dict(private=False)), "utf-8")
    source.write_text(json.dumps(envelope(key)), "utf-8")
    said = "signature valid, issuer uni"
    output = tmp_path / "out.jsonl"
    command = ["batch", str(source), "--trust", str(trust), "--full", "-o", str(output)]
    run([*command, "--lang", "en", "--jobs", "1"])
    assert said in output.read_text("utf-8")
    xml = signed_xml(key)
    served = serve("--trust", str(trust))
    english = {"lang": "en"}
    for data, kind in ((source.read_bytes(), "application/json"), (xml, "application/xml")):
        headers = {"Content-Type": kind}
        answer = served.http.post("/api/assess", content=data, headers=headers, params=english)
        found = [r["found"] for r in answer.json()["requirements"] if r["kind"] == "education"]
        assert any(said in text for text in found)
        upload = {"file": (f"credential.{kind.partition('/')[2]}", data)}
        assert said in served.http.post("/check", files=upload, params=english).text


def test_a_server_says_at_the_start_that_keys_cannot_be_used(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "trust").write_text("{}", "utf-8")
    assert run(["serve", "--trust", str(tmp_path / "trust"), "--port", "0"]) == 2
