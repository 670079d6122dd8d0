"""Basic access control (ICAO Doc 9303-11 section 4.3): the printed line opens the chip.

Key from the line → mutual authentication over two random numbers → session keys and counter.
The functions serve both ends; `open_with_line` plays the reader's part.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kiosk.devices.chip.apdu import Command, Response, Status
from kiosk.devices.chip.ciphers import (
    AUTHENTICATION,
    ENCRYPTION,
    MAC_BYTES,
    TripleDesSuite,
    derive_des_key,
    des3_cbc_decrypt,
    des3_cbc_encrypt,
    pad,
    retail_mac,
)
from kiosk.devices.chip.secure_messaging import SecureChannel

RANDOM_BYTES = 8
KEYING_BYTES = 16
TOKEN_BYTES = 2 * RANDOM_BYTES + KEYING_BYTES + MAC_BYTES

RandomSource = Callable[[int], bytes]


class UnusableLine(ValueError):
    """The line is none of the forms that open a chip; the text never repeats it."""


class AccessDenied(Exception):
    """The chip did not accept the key, or did not prove that it knows it."""


@dataclass(frozen=True, slots=True, repr=False)
class AccessKeys:
    """The document's basic access keys, good for as long as the card lives: a secret."""

    encryption: bytes
    mac: bytes


def access_text(line: str) -> str:
    """Return number, birth and expiry with their check digits, the text that the key is made of.

    Takes the permit's one line of 30 characters (GA/T 704.16), the second line of a booklet (44, Doc 9303-4)
    or of a two-line card (36, Doc 9303-6), all three lines of an ordinary card (90, Doc 9303-5), or a whole
    booklet zone (88); with or without line breaks.
    """
    text = "".join(line.split())
    if not text.isascii() or not text.isprintable():
        raise UnusableLine("a printed line has ASCII characters only")
    match len(text):
        case 30:
            return text[2:12] + text[21:28] + text[13:20]
        case 36:
            return _number(text[:9], text[9], text[28:35]) + text[13:20] + text[21:28]
        case 44:
            return text[0:10] + text[13:20] + text[21:28]
        case 88:
            return access_text(text[44:])
        case 90:
            return _number(text[5:14], text[14], text[15:30]) + text[30:37] + text[38:45]
        case length:
            raise UnusableLine(f"a printed line has 30, 36, 44, 88 or 90 characters, not {length}")


def _number(field: str, check: str, optional: str) -> str:
    """Return number and check digit; a number of more than nine goes on in the optional field."""
    rest = optional.split("<", 1)[0]
    return field + rest if check == "<" and rest else field + check


def access_keys(line: str) -> AccessKeys:
    """Return the document basic access keys of a printed line; raise UnusableLine."""
    text = access_text(line).encode("ascii")
    seed = hashlib.sha1(text, usedforsecurity=False).digest()[:KEYING_BYTES]
    return AccessKeys(derive_des_key(seed, ENCRYPTION), derive_des_key(seed, AUTHENTICATION))


def seal(keys: AccessKeys, content: bytes) -> bytes:
    """Return the authentication token: cryptogram and its MAC."""
    cryptogram = des3_cbc_encrypt(keys.encryption, content)
    return cryptogram + retail_mac(keys.mac, pad(cryptogram, 8))


def unseal(keys: AccessKeys, token: bytes) -> bytes:
    """Return the content of an authentication token; raise AccessDenied if it is not of these keys."""
    if len(token) != TOKEN_BYTES:
        raise AccessDenied("authentication token of a wrong length")
    cryptogram, code = token[:-MAC_BYTES], token[-MAC_BYTES:]
    if not hmac.compare_digest(retail_mac(keys.mac, pad(cryptogram, 8)), code):
        raise AccessDenied("authentication token of another key")
    return des3_cbc_decrypt(keys.encryption, cryptogram)


def session_channel(
    reader_key: bytes, chip_key: bytes, chip_random: bytes, reader_random: bytes
) -> SecureChannel:
    """Return the secure channel that both ends agree on (ICAO Doc 9303-11 sections 9.7.1 and 9.8.6.3)."""
    seed = bytes(a ^ b for a, b in zip(reader_key, chip_key, strict=True))
    suite = TripleDesSuite(derive_des_key(seed, ENCRYPTION), derive_des_key(seed, AUTHENTICATION))
    return SecureChannel(suite, int.from_bytes(chip_random[4:] + reader_random[4:], "big"))


async def open_with_line(
    exchange: Callable[[Command], Awaitable[Response]], keys: AccessKeys, random: RandomSource
) -> SecureChannel:
    """Authenticate to the selected application; raise AccessDenied where the chip refuses."""
    challenge = await exchange(Command(0x00, 0x84, 0x00, 0x00, expected=RANDOM_BYTES))
    if not challenge.ok or len(challenge.body) != RANDOM_BYTES:
        raise AccessDenied(f"no challenge, status {challenge.status:04X}")
    reader_random, reader_key = random(RANDOM_BYTES), random(KEYING_BYTES)
    token = seal(keys, reader_random + challenge.body + reader_key)
    answer = await exchange(Command(0x00, 0x82, 0x00, 0x00, token, expected=TOKEN_BYTES))
    if answer.status != Status.OK:
        raise AccessDenied(f"key refused, status {answer.status:04X}")
    content = unseal(keys, answer.body)
    if content[:16] != challenge.body + reader_random:
        raise AccessDenied("the chip repeated other random numbers")
    return session_channel(reader_key, content[16:], challenge.body, reader_random)
