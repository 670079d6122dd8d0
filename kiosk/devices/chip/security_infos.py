"""SecurityInfos: what EF.CardAccess and DG14 say the chip can do (ICAO Doc 9303-11 section 9.2).

Read with the chip's own TLV parser, one level at a time: EF.CardAccess is read before anything is known of
the card. Entries that the reader has no use for are kept as bytes, so that the two files can be compared.
"""

from dataclasses import dataclass
from enum import Enum

from asn1crypto.keys import PublicKeyInfo

from kiosk.devices.chip import elliptic, tlv
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.curve_table import CURVES, Curve
from kiosk.devices.chip.elliptic import Point, UnknownCurve
from kiosk.devices.chip.signatures import PARSING_ERRORS, UnusableSignature, curve_of_key
from kiosk.devices.chip.tlv import MalformedTlv, Tlv

_SET, _SEQUENCE, _INTEGER, _OID = 0x31, 0x30, 0x02, 0x06
_MOST_INFOS = 32
_MOST_INTEGER_BYTES = 4

_BSI = bytes.fromhex("04007F00070202")
_PUBLIC_KEY_ECDH = _BSI + b"\x01\x02"
_CHIP_AUTHENTICATION_ECDH = _BSI + b"\x03\x02"
_PACE = _BSI + b"\x04"
_ACTIVE_AUTHENTICATION = bytes.fromhex("678108010105")
_PLAIN_ECDSA = bytes.fromhex("04007F000701010401")
_PLAIN_DIGESTS = {1: "sha1", 2: "sha224", 3: "sha256", 4: "sha384", 5: "sha512"}
_DIGEST_ARCS = {name: arc for arc, name in _PLAIN_DIGESTS.items()}

_STANDARD_CURVES = {
    8: "P-192",
    9: "brainpoolP192r1",
    10: "P-224",
    11: "brainpoolP224r1",
    12: "P-256",
    13: "brainpoolP256r1",
    14: "brainpoolP320r1",
    15: "P-384",
    16: "brainpoolP384r1",
    17: "brainpoolP512r1",
    18: "P-521",
}
"""Standardised domain parameters (ICAO Doc 9303-11 section 9.5.1); 0 to 2 are groups without curves."""


class MalformedSecurityInfos(ValueError):
    """The bytes are no SecurityInfos; the text names the rule."""


class Mapping(Enum):
    """How PACE makes its base point; the value is the arc of its name."""

    DH_GENERIC = 1
    ECDH_GENERIC = 2
    DH_INTEGRATED = 3
    ECDH_INTEGRATED = 4
    ECDH_CHIP_AUTHENTICATION = 6


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """One offer of PACE.

    Attributes:
        protocol: the object identifier's content bytes.
        parameters: number of the standardised domain parameters; None where the chip spells out its own.
    """

    protocol: bytes
    mapping: Mapping
    cipher: CipherKind
    parameters: int | None

    @property
    def curve(self) -> Curve | None:
        """The curve meant, None where it is none of the standardised ones."""
        name = _STANDARD_CURVES.get(-1 if self.parameters is None else self.parameters)
        return next((curve for curve in CURVES if curve.name == name), None)

    @property
    def usable(self) -> bool:
        """Whether the reader speaks it: elliptic curves with generic mapping."""
        return self.mapping is Mapping.ECDH_GENERIC and self.curve is not None


@dataclass(frozen=True, slots=True)
class ChipKey:
    """The chip's public key for chip authentication, and the cipher to be used with it."""

    protocol: bytes
    cipher: CipherKind
    curve: Curve
    point: Point
    key_id: int | None


@dataclass(frozen=True, slots=True)
class SecurityInfos:
    """The parsed entries.

    Attributes:
        entries: every entry as it was encoded.
        pace: offers of PACE in the chip's order.
        plain_digest: hash of ECDSA active authentication, None where nothing is said.
        faults: entries of chip authentication that cannot be used, and why.
    """

    entries: frozenset[bytes]
    pace: tuple[PaceInfo, ...] = ()
    chip_keys: tuple[ChipKey, ...] = ()
    plain_digest: str | None = None
    faults: tuple[str, ...] = ()

    @property
    def pace_entries(self) -> frozenset[bytes]:
        """Everything said about PACE, as it was encoded."""
        return frozenset(entry for entry in self.entries if _PACE in entry[:16])


def parse_security_infos(raw: bytes) -> SecurityInfos:
    """Return the entries of a SecurityInfos object (a SET); raise MalformedSecurityInfos."""
    try:
        entries = tlv.parse_exactly(raw, _SET).children()
        if not 1 <= len(entries) <= _MOST_INFOS:
            raise MalformedSecurityInfos("number of security infos")
        parsed = tuple(_entry(entry) for entry in entries)
    except MalformedTlv as problem:
        raise MalformedSecurityInfos(f"security infos: {problem}") from problem
    keys, faults = _chip_keys(parsed)
    return SecurityInfos(
        entries=frozenset(entry.encoded() for entry in entries),
        pace=tuple(info for name, fields in parsed if (info := _pace(name, fields)) is not None),
        chip_keys=keys,
        plain_digest=_plain_digest(parsed),
        faults=faults,
    )


_Entry = tuple[bytes, tuple[Tlv, ...]]


def _entry(entry: Tlv) -> _Entry:
    if entry.tag != _SEQUENCE:
        raise MalformedSecurityInfos("security info that is no sequence")
    fields = entry.children()
    if not 2 <= len(fields) <= 3 or fields[0].tag != _OID or not fields[0].value:
        raise MalformedSecurityInfos("security info without protocol and data")
    return fields[0].value, fields[1:]


def _number(field: Tlv) -> int:
    if field.tag != _INTEGER or not 1 <= len(field.value) <= _MOST_INTEGER_BYTES:
        raise MalformedSecurityInfos("no number where one belongs")
    number = int.from_bytes(field.value, "big", signed=True)
    if number < 0:
        raise MalformedSecurityInfos("a negative number")
    return number


def _cipher(name: bytes) -> CipherKind | None:
    try:
        return CipherKind(name[-1])
    except ValueError:
        return None


def _pace(name: bytes, fields: tuple[Tlv, ...]) -> PaceInfo | None:
    """Return the offer of an entry; None for entries of other protocols or of a version to come."""
    cipher = _cipher(name)
    if len(name) != len(_PACE) + 2 or not name.startswith(_PACE) or cipher is None or _number(fields[0]) != 2:
        return None
    try:
        mapping = Mapping(name[-2])
    except ValueError:
        return None
    return PaceInfo(name, mapping, cipher, _number(fields[1]) if len(fields) > 1 else None)


_Protocol = tuple[bytes, CipherKind]
_OF_EARLY_CHIPS: _Protocol = (_CHIP_AUTHENTICATION_ECDH + b"\x01", CipherKind.TRIPLE_DES)


def _chip_keys(entries: tuple[_Entry, ...]) -> tuple[tuple[ChipKey, ...], tuple[str, ...]]:
    """Return the keys with the protocol that goes with each, by key number (section 9.2.6).

    Early chips name no protocol: theirs is 3DES, the only one of that time (BSI TR-03110 version 1).
    """
    named = _agreement_protocols(entries)
    keys: list[ChipKey] = []
    faults: list[str] = []
    for name, fields in entries:
        if name != _PUBLIC_KEY_ECDH:
            continue
        key_id = _number(fields[1]) if len(fields) > 1 else None
        fitting = [protocol for protocol, wanted in named if wanted == key_id]
        try:
            curve, point = _public_key(fields[0])
        except (UnknownCurve, *PARSING_ERRORS) as problem:
            faults.append(_fault(problem))
            continue
        keys += [ChipKey(*found, curve, point, key_id) for found in (fitting if named else [_OF_EARLY_CHIPS])]
    return tuple(keys), tuple(faults)


def _agreement_protocols(entries: tuple[_Entry, ...]) -> list[tuple[_Protocol, int | None]]:
    found: list[tuple[_Protocol, int | None]] = []
    for name, fields in entries:
        cipher = _cipher(name)
        if name[:-1] == _CHIP_AUTHENTICATION_ECDH and cipher is not None and _number(fields[0]) == 1:
            found.append(((name, cipher), _number(fields[1]) if len(fields) > 1 else None))
    return found


def _public_key(field: Tlv) -> tuple[Curve, Point]:
    key = PublicKeyInfo.load(field.encoded(), strict=True)
    curve = curve_of_key(key)
    return curve, elliptic.decode_point(curve, bytes(key["public_key"].native))


def _fault(problem: Exception) -> str:
    if isinstance(problem, UnusableSignature | UnknownCurve):
        return f"chip authentication key: {problem}"
    return f"chip authentication key: {type(problem).__name__}"


def _plain_digest(entries: tuple[_Entry, ...]) -> str | None:
    for name, fields in entries:
        if name == _ACTIVE_AUTHENTICATION and len(fields) == 2 and fields[1].tag == _OID:
            scheme = fields[1].value
            if scheme[:-1] == _PLAIN_ECDSA:
                return _PLAIN_DIGESTS.get(scheme[-1])
    return None


def build_security_infos(*entries: bytes) -> bytes:
    """Return SecurityInfos of encoded entries, in the order that DER asks of a set."""
    return tlv.encode(_SET, b"".join(sorted(entries)))


def pace_entry(cipher: CipherKind, parameters: int, mapping: Mapping = Mapping.ECDH_GENERIC) -> bytes:
    """Return an encoded offer of PACE."""
    return _sequence(
        _PACE + bytes((mapping.value, cipher.value)), _encoded_number(2), _encoded_number(parameters)
    )


def chip_authentication_entries(cipher: CipherKind, key_der: bytes, key_id: int) -> tuple[bytes, bytes]:
    """Return the encoded protocol and the encoded key of chip authentication."""
    number = _encoded_number(key_id)
    return (
        _sequence(_CHIP_AUTHENTICATION_ECDH + bytes([cipher.value]), _encoded_number(1), number),
        _sequence(_PUBLIC_KEY_ECDH, key_der, number),
    )


def active_authentication_entry(digest_name: str) -> bytes:
    """Return the encoded hash of ECDSA active authentication."""
    scheme = _PLAIN_ECDSA + bytes([_DIGEST_ARCS[digest_name]])
    return _sequence(_ACTIVE_AUTHENTICATION, _encoded_number(1), tlv.encode(_OID, scheme))


def _sequence(name: bytes, *fields: bytes) -> bytes:
    return tlv.encode(_SEQUENCE, tlv.encode(_OID, name) + b"".join(fields))


def _encoded_number(number: int) -> bytes:
    return tlv.encode(_INTEGER, bytes([number]))
