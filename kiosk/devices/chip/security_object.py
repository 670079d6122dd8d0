"""EF.SOD: the signed list of the groups' hashes (ICAO Doc 9303-10 section 4.6.2, 9303-12 section 4.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from asn1crypto import cms, core
from asn1crypto.algos import DigestAlgorithm
from asn1crypto.x509 import Certificate

from kiosk.devices.chip import tlv
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.signatures import DIGESTS, PARSING_ERRORS, UnusableSignature, digest, verify

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
_MOST_GROUPS = 16
_MOST_CERTIFICATES = 8
_SET = b"\x31"


class MalformedSecurityObject(ValueError):
    """The file is no security object; the text is for the technician."""


class GroupHash(core.Sequence):  # type: ignore[misc] # asn1crypto carries no types
    """DataGroupHash: number and digest of one group."""

    _fields: ClassVar[list[Any]] = [("number", core.Integer), ("value", core.OctetString)]


class _GroupHashes(core.SequenceOf):  # type: ignore[misc] # asn1crypto carries no types
    _child_spec = GroupHash


class LdsSecurityObject(core.Sequence):  # type: ignore[misc] # asn1crypto carries no types
    """LDSSecurityObject: what the document signer signs."""

    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("hash_algorithm", DigestAlgorithm),
        ("hashes", _GroupHashes),
        ("lds_version", core.Any, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """A parsed security object: what it claims, and the parts needed to check the claim.

    Attributes:
        digest_name: hash of the groups, e.g. ``sha256``.
        hashes: hash by group number (1 to 16).
        signer: the document signer's certificate that the object carries.
    """

    digest_name: str
    hashes: Mapping[int, bytes]
    signer: Certificate
    content: bytes
    signer_info: cms.SignerInfo

    @property
    def groups(self) -> frozenset[ChipFile]:
        """The groups that are signed and that the reader knows."""
        return frozenset(file for file in ChipFile if file.group_number in self.hashes)

    def covers(self, file: ChipFile, raw: bytes) -> bool:
        """Return whether a group's file is the one that was signed."""
        number = file.group_number
        return number is not None and self.hashes.get(number) == digest(self.digest_name, raw)

    def signature_fault(self) -> str | None:
        """Return None where the signer signed exactly this list, else what is wrong.

        The signature is over the signed attributes, re-tagged as a SET (RFC 5652 section 5.4); they in turn
        hold the digest of the list. Raises UnusableSignature where nobody can say.
        """
        try:
            attributes, signed = self._attributes()
            name = str(self.signer_info["digest_algorithm"]["algorithm"].native)
            if attributes.get("content_type") != LDS_SECURITY_OBJECT:
                return "signed attributes name another content type"
            if attributes.get("message_digest") != digest(name, self.content):
                return "content differs from the signed digest"
            algorithm, value = self.signer_info["signature_algorithm"], self.signer_info["signature"].native
            return (
                None if verify(self.signer.public_key, algorithm, name, signed, value) else "signature wrong"
            )
        except PARSING_ERRORS as problem:
            if isinstance(problem, UnusableSignature):
                raise
            raise UnusableSignature(f"signer information: {type(problem).__name__}") from problem

    def _attributes(self) -> tuple[dict[str, object], bytes]:
        listed = self.signer_info["signed_attrs"]
        if not isinstance(listed, cms.CMSAttributes) or not len(listed):
            raise UnusableSignature("no signed attributes")
        found: dict[str, object] = {}
        for attribute in listed:
            kind, values = attribute["type"].native, attribute["values"]
            if kind in found or len(values) != 1:
                raise UnusableSignature("a signed attribute more than once")
            found[kind] = values[0].dotted if kind == "content_type" else values[0].native
        return found, _SET + listed.dump()[1:]


def parse_security_object(raw: bytes) -> SecurityObject:
    """Return the parsed EF.SOD; raise MalformedSecurityObject."""
    try:
        return _parse(tlv.parse_exactly(raw, ChipFile.SOD.tag).value)
    except MalformedSecurityObject:
        raise
    except PARSING_ERRORS as problem:
        raise MalformedSecurityObject(f"security object: {type(problem).__name__}") from problem


def _parse(der: bytes) -> SecurityObject:
    info = cms.ContentInfo.load(der, strict=True)
    if info["content_type"].native != "signed_data":
        raise MalformedSecurityObject("no signed data")
    signed = info["content"]
    wrapped = signed["encap_content_info"]
    if wrapped["content_type"].dotted != LDS_SECURITY_OBJECT:
        raise MalformedSecurityObject("signed data of another content type")
    content = _octets(wrapped["content"])
    if len(signed["signer_infos"]) != 1:
        raise MalformedSecurityObject("not exactly one signer")
    signer_info = signed["signer_infos"][0]
    name, hashes = _hashes(content)
    return SecurityObject(name, hashes, _signer(signed, signer_info), content, signer_info)


def _octets(content: Any) -> bytes:
    """Return the encapsulated octets, also of old objects that count themselves as version 1."""
    if isinstance(content, core.Any):
        content = content.parse(core.OctetString)
    return bytes(content)


def _hashes(content: bytes) -> tuple[str, Mapping[int, bytes]]:
    listed = LdsSecurityObject.load(content, strict=True)
    name = str(listed["hash_algorithm"]["algorithm"].native)
    if name not in DIGESTS:
        raise MalformedSecurityObject(f"hash algorithm {name:.40}")
    entries = listed["hashes"]
    if not 1 <= len(entries) <= _MOST_GROUPS:
        raise MalformedSecurityObject("number of group hashes")
    hashes = {int(entry["number"].native): bytes(entry["value"].native) for entry in entries}
    if len(hashes) != len(entries) or not all(1 <= number <= _MOST_GROUPS for number in hashes):
        raise MalformedSecurityObject("group numbers")
    return name, hashes


def _signer(signed: Any, signer_info: Any) -> Certificate:
    certificates = signed["certificates"]
    if not isinstance(certificates, cms.CertificateSet) or not 1 <= len(certificates) <= _MOST_CERTIFICATES:
        raise MalformedSecurityObject("no document signer's certificate")
    wanted = signer_info["sid"]
    for choice in certificates:
        if choice.name == "certificate" and _identified(choice.chosen, wanted):
            return choice.chosen
    raise MalformedSecurityObject("the signer's certificate is not among those carried")


def _identified(certificate: Certificate, wanted: Any) -> bool:
    if wanted.name == "subject_key_identifier":
        return bool(certificate.key_identifier == wanted.chosen.native)
    by_number = wanted.chosen
    return bool(
        certificate.serial_number == by_number["serial_number"].native
        and certificate.issuer == by_number["issuer"]
    )
