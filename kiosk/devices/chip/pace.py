"""PACE with generic mapping over elliptic curves (ICAO Doc 9303-11 section 4.4): a password opens the chip.

Nonce, encrypted under the password → a base point of its own from nonce and one key agreement → a second key
agreement on it → tokens. Nobody who listens can try passwords at home. The functions serve both ends;
`open_with_password` plays the reader's part.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum

from kiosk.devices.chip import elliptic, tlv
from kiosk.devices.chip.apdu import CHAINED, Command, Response
from kiosk.devices.chip.bac import AccessDenied, RandomSource, access_text
from kiosk.devices.chip.ciphers import AUTHENTICATION, PASSWORD, CipherKind
from kiosk.devices.chip.curve_table import Curve
from kiosk.devices.chip.elliptic import Point
from kiosk.devices.chip.secure_messaging import SecureChannel
from kiosk.devices.chip.security_infos import PaceInfo

DYNAMIC_DATA = 0x7C
NONCE_BYTES = 16
MOST_CAN_DIGITS = 16
PROTOCOL, PASSWORD_REFERENCE, PARAMETERS = 0x80, 0x83, 0x84
"""Objects of MSE:Set AT."""

_WRONG_PASSWORD = 0x6300
_PUBLIC_KEY, _OID, _POINT = 0x7F49, 0x06, 0x86


class PaceFailed(Exception):
    """The chip did not keep to the protocol; the text is for the technician."""


class PasswordKind(IntEnum):
    """Which password is meant (section 4.4.4.1); the value is what the command carries."""

    MRZ = 1
    CAN = 2


@dataclass(frozen=True, slots=True, repr=False)
class Password:
    """What opens the chip by PACE: a secret."""

    kind: PasswordKind
    secret: bytes


def line_password(line: str) -> Password:
    """Return the password that the printed line is; raise UnusableLine."""
    text = access_text(line).encode("ascii")
    return Password(PasswordKind.MRZ, hashlib.sha1(text, usedforsecurity=False).digest())


def can_password(number: str) -> Password:
    """Return the password that the card access number is; raise ValueError for what is none."""
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_CAN_DIGITS):
        raise ValueError(f"a card access number has 1 to {MOST_CAN_DIGITS} digits")
    return Password(PasswordKind.CAN, number.encode("ascii"))


def choose(offers: tuple[PaceInfo, ...]) -> PaceInfo | None:
    """Return the offer to take: the strongest cipher, then the chip's own order; None if none is usable."""
    usable = [offer for offer in offers if offer.usable]
    return max(usable, key=lambda offer: offer.cipher.value, default=None)


def nonce_key(cipher: CipherKind, password: Password) -> bytes:
    """Return the key under which the nonce is sent (section 9.7.3)."""
    return cipher.derive_key(password.secret, PASSWORD)


def mapped_base(curve: Curve, nonce: bytes, shared: Point) -> Point:
    """Return the generic mapping s · G + H; raise PaceFailed where that is no base point."""
    factor = int.from_bytes(nonce, "big") % curve.n
    mapped = elliptic.add(curve, elliptic.multiply(curve, factor, elliptic.base_point(curve)), shared)
    if mapped is None:
        raise PaceFailed("the nonce maps to no base point")
    return mapped


@dataclass(frozen=True, slots=True, repr=False)
class Keypair:
    """A key drawn for one agreement."""

    curve: Curve
    private: int
    public: Point

    @property
    def encoded(self) -> bytes:
        return elliptic.encode_point(self.curve, self.public)

    def agree(self, other: bytes) -> Point:
        """Return the shared point; raise PaceFailed for a key that gives the secret away."""
        try:
            point = elliptic.decode_exchanged_point(self.curve, other)
        except ValueError as problem:
            raise PaceFailed(f"public key of the other end: {problem}") from problem
        shared = elliptic.multiply(self.curve, self.private, point)
        if shared is None or point == self.public:
            raise PaceFailed("public key of the other end is no key of its own")
        return shared


def draw_keypair(curve: Curve, base: Point, random: RandomSource) -> Keypair:
    private = elliptic.private_scalar(curve, random)
    public = elliptic.multiply(curve, private, base)
    if public is None:
        raise PaceFailed("the base point is none")
    return Keypair(curve, private, public)


@dataclass(frozen=True, slots=True, repr=False)
class Agreement:
    """What both ends have after the second key agreement."""

    info: PaceInfo
    secret: bytes

    def token(self, other_public: bytes) -> bytes:
        """Return the token over the other end's public key (sections 4.4.3.4 and 9.4.4)."""
        data = tlv.encode(_OID, self.info.protocol) + tlv.encode(_POINT, other_public)
        key = self.info.cipher.derive_key(self.secret, AUTHENTICATION)
        return self.info.cipher.token(key, tlv.encode(_PUBLIC_KEY, data))

    def channel(self) -> SecureChannel:
        """Return the secure channel, its counter at zero (section 9.8.6.3)."""
        return SecureChannel(self.info.cipher.suite(self.secret), 0)


def agreement(info: PaceInfo, curve: Curve, shared: Point) -> Agreement:
    return Agreement(info, shared.x.to_bytes(curve.size, "big"))


async def open_with_password(
    exchange: Callable[[Command], Awaitable[Response]],
    info: PaceInfo,
    password: Password,
    random: RandomSource,
    *,
    ambiguous: bool = False,
) -> SecureChannel:
    """Authenticate with the master file selected.

    Args:
        ambiguous: the chip offers more than one set of domain parameters, so that one must be named.

    Raises:
        AccessDenied: the chip does not know this password, or refuses it.
        PaceFailed: it does not keep to the protocol.
    """
    curve = info.curve
    if curve is None:
        raise PaceFailed("domain parameters that the reader does not know")
    await _set_template(exchange, info, password, ambiguous=ambiguous)
    cryptogram = await _step(exchange, b"", 0x80)
    if len(cryptogram) != NONCE_BYTES:
        raise PaceFailed("nonce of a wrong length")
    nonce = info.cipher.decrypt_nonce(nonce_key(info.cipher, password), cryptogram)
    mapping = draw_keypair(curve, elliptic.base_point(curve), random)
    shared = mapping.agree(await _step(exchange, tlv.encode(0x81, mapping.encoded), 0x82))
    own = draw_keypair(curve, mapped_base(curve, nonce, shared), random)
    theirs = await _step(exchange, tlv.encode(0x83, own.encoded), 0x84)
    agreed = agreement(info, curve, own.agree(theirs))
    token = await _step(exchange, tlv.encode(0x85, agreed.token(theirs)), 0x86, last=True)
    if not hmac.compare_digest(token, agreed.token(own.encoded)):
        raise AccessDenied("the chip did not prove that it knows the password")
    return agreed.channel()


async def _set_template(
    exchange: Callable[[Command], Awaitable[Response]], info: PaceInfo, password: Password, *, ambiguous: bool
) -> None:
    """MSE:Set AT; 63Cx warns of passwords already tried in vain and still lets this one be tried."""
    body = tlv.encode(PROTOCOL, info.protocol) + tlv.encode(PASSWORD_REFERENCE, bytes([password.kind]))
    if ambiguous and info.parameters is not None:
        body += tlv.encode(PARAMETERS, bytes([info.parameters]))
    answer = await exchange(Command(0x00, 0x22, 0xC1, 0xA4, body))
    if answer.status & 0xFF00 == _WRONG_PASSWORD and answer.status != _WRONG_PASSWORD | 0xC0:
        return
    if not answer.ok:
        raise AccessDenied(f"PACE with the {password.kind.name} refused, status {answer.status:04X}")


async def _step(
    exchange: Callable[[Command], Awaitable[Response]], data: bytes, wanted: int, *, last: bool = False
) -> bytes:
    """Exchange one object by GENERAL AUTHENTICATE (section 4.4.4.2); all but the last are chained."""
    body = tlv.encode(DYNAMIC_DATA, data)
    answer = await exchange(Command(0x00 if last else CHAINED, 0x86, 0x00, 0x00, body, expected=256))
    if answer.status & 0xFF00 == _WRONG_PASSWORD or (last and not answer.ok):
        raise AccessDenied(f"password refused, status {answer.status:04X}")
    if not answer.ok:
        raise PaceFailed(f"PACE broken off by the chip, status {answer.status:04X}")
    try:
        found = tlv.first(tlv.parse_exactly(answer.body, DYNAMIC_DATA).children(), wanted)
    except tlv.MalformedTlv as problem:
        raise PaceFailed(f"answer of PACE: {problem}") from problem
    if found is None:
        raise PaceFailed(f"answer of PACE without {wanted:02X}")
    return found.value
