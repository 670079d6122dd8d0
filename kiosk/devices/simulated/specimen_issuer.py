"""The specimen state: a signing authority (CSCA), its document signer, and the security objects they sign.

Certificate profiles follow ICAO Doc 9303-12 section 7.1, except that no country is named: the state is Doc
9303's own Utopia, so that nothing made here can pass for real. Private keys lie in files of mode 0600.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from kiosk.devices.chip import tlv
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.security_object import LDS_SECURITY_OBJECT, GroupHash, LdsSecurityObject

_DAY = timedelta(days=1)
_AUTHORITY_BEFORE, _AUTHORITY_AFTER = 3650 * _DAY, 5500 * _DAY
_SIGNER_BEFORE, _SIGNER_AFTER = 365 * _DAY, 4000 * _DAY


@dataclass(frozen=True, slots=True, repr=False)
class Issuer:
    """A document signer with the authority above it, ready to sign.

    Attributes:
        authority_der: the authority's certificate, for a trust store.
    """

    authority_der: bytes
    signer_der: bytes
    signer_key: ec.EllipticCurvePrivateKey

    def security_object(self, groups: Mapping[ChipFile, bytes], *, signed: bool = True) -> bytes:
        """Return EF.SOD over the groups; without a signature where `signed` is false."""
        content = _lds_security_object(groups).dump()
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
                "encap_content_info": {
                    "content_type": LDS_SECURITY_OBJECT,
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [asn1_x509.Certificate.load(self.signer_der)],
                "signer_infos": [self._signature(content)] if signed else [],
            }
        )
        der = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
        return tlv.encode(ChipFile.SOD.tag, der)

    def _signature(self, content: bytes) -> cms.SignerInfo:
        certificate = asn1_x509.Certificate.load(self.signer_der)
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [LDS_SECURITY_OBJECT]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            ]
        )
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
                ),
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self.signer_key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )


def open_issuer(keys: Path, name: str, when: datetime) -> Issuer:
    """Return the issuer kept in `keys` under `name`, made anew where absent or not valid at `when`."""
    paths = [keys / f"{name}-{part}" for part in ("csca.cer", "signer.cer", "signer.key")]
    if all(path.is_file() for path in paths):
        authority, signer, key = (path.read_bytes() for path in paths)
        found = x509.load_der_x509_certificate(signer)
        if found.not_valid_before_utc <= when <= found.not_valid_after_utc:
            return Issuer(authority, signer, _private(key))
    return _make_issuer(keys, name, when)


def _make_issuer(keys: Path, name: str, when: datetime) -> Issuer:
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority_key = ec.generate_private_key(ec.BrainpoolP384R1())
    signer_key = ec.generate_private_key(ec.BrainpoolP256R1())
    title = f"Specimen {name} CSCA"
    authority = _authority(title, authority_key, when)
    signer = _signer(title, name, authority_key, signer_key.public_key(), when)
    write_secret(keys / f"{name}-csca.key", authority_key)
    write_secret(keys / f"{name}-signer.key", signer_key)
    encoded = [certificate.public_bytes(serialization.Encoding.DER) for certificate in (authority, signer)]
    (keys / f"{name}-csca.cer").write_bytes(encoded[0])
    (keys / f"{name}-signer.cer").write_bytes(encoded[1])
    return Issuer(encoded[0], encoded[1], signer_key)


def _authority(title: str, key: ec.EllipticCurvePrivateKey, when: datetime) -> x509.Certificate:
    builder = _builder(title, title, key.public_key(), when - _AUTHORITY_BEFORE, when + _AUTHORITY_AFTER)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA384())
    )


def _signer(
    title: str,
    name: str,
    authority_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePublicKey,
    when: datetime,
) -> x509.Certificate:
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    subject = f"Specimen {name} document signer"
    builder = _builder(title, subject, key, when - _SIGNER_BEFORE, when + _SIGNER_AFTER)
    return (
        builder.add_extension(_usage(certificates=False), critical=True)
        .add_extension(above, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .sign(authority_key, hashes.SHA384())
    )


def _builder(
    issuer: str, subject: str, key: ec.EllipticCurvePublicKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(_name(issuer))
        .subject_name(_name(subject))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Utopia (UTO), specimens only"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _lds_security_object(groups: Mapping[ChipFile, bytes]) -> LdsSecurityObject:
    numbered = sorted((file.short_id, raw) for file, raw in groups.items() if file.group_number is not None)
    return LdsSecurityObject(
        {
            "version": 0,
            "hash_algorithm": {"algorithm": "sha256"},
            "hashes": [
                GroupHash({"number": number, "value": hashlib.sha256(raw).digest()})
                for number, raw in numbered
            ],
        }
    )


def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the specimen signer's key file holds a key of another kind")
    return key


def write_secret(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    """Write a private key as PEM into a file of mode 0600."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
