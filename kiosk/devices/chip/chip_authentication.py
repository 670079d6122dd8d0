"""Chip authentication (ICAO Doc 9303-11 section 6.2): the chip proves that it holds the key of DG14.

The reader's key, drawn for this read, and the chip's lasting key agree on a new session. A copy of the files
has no such key: it cannot answer the next command. The key agreement itself is the cryptography library's
where it knows the curve.
"""

import contextlib
from collections.abc import Awaitable, Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.devices.chip import elliptic, tlv
from kiosk.devices.chip.apdu import Command, Response
from kiosk.devices.chip.bac import RandomSource
from kiosk.devices.chip.ciphers import CipherKind
from kiosk.devices.chip.curve_table import Curve
from kiosk.devices.chip.elliptic import Point
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.security_infos import ChipKey
from kiosk.devices.chip.signatures import LIBRARY_CURVES

DYNAMIC_DATA = 0x7C
PROTOCOL, KEY_REFERENCE, READER_KEY, KEY_OF_THE_OLD_FORM = 0x80, 0x84, 0x80, 0x91


class NoAgreement(Exception):
    """The two keys give no shared secret, or the chip refuses; the text is for the technician."""


def choose(keys: tuple[ChipKey, ...]) -> ChipKey | None:
    """Return the key to use: the strongest cipher, then the chip's own order."""
    return max(keys, key=lambda key: key.cipher.value, default=None)


def shared_secret(curve: Curve, private: int, other: Point) -> bytes:
    """Return the shared x-coordinate; raise NoAgreement for a point that gives none."""
    known = LIBRARY_CURVES.get(curve.name)
    if known is not None:
        with contextlib.suppress(UnsupportedAlgorithm):  # a library built without this curve
            return _by_library(known, private, other)
    shared = elliptic.multiply(curve, private, other)
    if shared is None:
        raise NoAgreement("no shared secret")
    return shared.x.to_bytes(curve.size, "big")


def _by_library(curve: ec.EllipticCurve, private: int, other: Point) -> bytes:
    try:
        own = ec.derive_private_key(private, curve)
        theirs = ec.EllipticCurvePublicNumbers(other.x, other.y, curve).public_key()
        return own.exchange(ec.ECDH(), theirs)
    except ValueError as problem:
        raise NoAgreement("public key not on its curve") from problem


def channel(cipher: CipherKind, secret: bytes) -> SecureChannel:
    """Return the new session's channel, its counter at zero (section 9.8.6.3)."""
    return SecureChannel(cipher.suite(secret), 0)


async def agree_with_chip(
    exchange: Callable[[Command], Awaitable[Response]], key: ChipKey, random: RandomSource
) -> SecureChannel:
    """Send the reader's key and return the channel of the new session.

    Whether the chip holds its key shows with the first command through that channel.
    """
    private = elliptic.private_scalar(key.curve, random)
    public = elliptic.multiply(key.curve, private, elliptic.base_point(key.curve))
    if public is None:
        raise NoAgreement("no public key")
    encoded = elliptic.encode_point(key.curve, public)
    if key.cipher is CipherKind.TRIPLE_DES:
        await _set_key(exchange, key, encoded)
    else:
        await _authenticate(exchange, key, encoded)
    return channel(key.cipher, shared_secret(key.curve, private, key.point))


def _reference(key: ChipKey) -> bytes:
    if key.key_id is None:
        return b""
    return tlv.encode(KEY_REFERENCE, key.key_id.to_bytes((key.key_id.bit_length() + 7) // 8 or 1, "big"))


async def _set_key(exchange: Callable[[Command], Awaitable[Response]], key: ChipKey, encoded: bytes) -> None:
    """MSE:Set KAT, the one command of the 3DES form (section 6.2.4.1)."""
    body = tlv.encode(KEY_OF_THE_OLD_FORM, encoded) + _reference(key)
    _expect(await exchange(Command(0x00, 0x22, 0x41, 0xA6, body)), "MSE:Set KAT")


async def _authenticate(
    exchange: Callable[[Command], Awaitable[Response]], key: ChipKey, encoded: bytes
) -> None:
    """MSE:Set AT and GENERAL AUTHENTICATE, the form with AES (section 6.2.4.2)."""
    body = tlv.encode(PROTOCOL, key.protocol) + _reference(key)
    _expect(await exchange(Command(0x00, 0x22, 0x41, 0xA4, body)), "MSE:Set AT")
    data = tlv.encode(DYNAMIC_DATA, tlv.encode(READER_KEY, encoded))
    _expect(await exchange(Command(0x00, 0x86, 0x00, 0x00, data, expected=256)), "GENERAL AUTHENTICATE")


def _expect(answer: Response, command: str) -> None:
    if not answer.ok:
        raise NoAgreement(f"{command} refused, status {answer.status:04X}")
