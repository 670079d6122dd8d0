"""Active authentication: a key (DG15) with its length in two bytes before it, and a signature."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kiosk.devices.chip import tlv
from kiosk.devices.chip.active_authentication import parse_dg15, signature_bytes, verify_answer
from kiosk.devices.chip.groups import MalformedGroup
from kiosk.devices.chip.signatures import UnusableSignature

_CHALLENGE = bytes(8)
_KEYS = (ec.derive_private_key(99, ec.SECP256R1()), rsa.generate_private_key(65537, 1024))  # noqa: S505 small: fast


def seeds() -> tuple[bytes, ...]:
    groups = [
        tlv.encode(
            0x6F,
            key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
        )
        for key in _KEYS
    ]
    return tuple(len(group).to_bytes(2, "big") + group + bytes(128) for group in groups)


def one_input(data: bytes) -> None:
    size = int.from_bytes(data[:2], "big")
    group, signature = data[2 : 2 + size][:4096], data[2 + size :][:2048]
    try:
        key = parse_dg15(group)
        assert 0 < signature_bytes(key) <= 1024
        verify_answer(key, _CHALLENGE, signature, "sha256")
    except (MalformedGroup, UnusableSignature):
        return
