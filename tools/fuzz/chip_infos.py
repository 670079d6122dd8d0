"""SecurityInfos: as EF.CardAccess (first byte even) and as DG14 (odd), and what the reader makes of them."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.devices.chip import chip_authentication, pace, tlv
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.groups import MalformedGroup
from kiosk.devices.chip.proofs import parse_dg14
from kiosk.devices.chip.security_infos import (
    MalformedSecurityInfos,
    active_authentication_entry,
    build_security_infos,
    chip_authentication_entries,
    pace_entry,
    parse_security_infos,
)

_KEY = ec.derive_private_key(0x1234567, ec.BrainpoolP256R1()).public_key()
_DER = _KEY.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def seeds() -> tuple[bytes, ...]:
    access = build_security_infos(pace_entry(CipherKind.AES_128, 13), pace_entry(CipherKind.AES_256, 15))
    group = build_security_infos(
        pace_entry(CipherKind.AES_128, 13),
        active_authentication_entry("sha256"),
        *chip_authentication_entries(CipherKind.AES_192, _DER, 1),
    )
    return b"\x00" + access, b"\x01" + tlv.encode(0x6E, group)


def one_input(data: bytes) -> None:
    try:
        infos = parse_dg14(data[1:]) if data[:1] and data[0] & 1 else parse_security_infos(data[1:])
    except (MalformedSecurityInfos, MalformedGroup):
        return
    offer = pace.choose(infos.pace)
    assert offer is None or offer.curve is not None
    key = chip_authentication.choose(infos.chip_keys)
    if key is not None:
        secret = chip_authentication.shared_secret(key.curve, 12345, key.point)
        assert len(secret) == key.curve.size
