"""The text inside the card's QR code: which permit, which endorsements, and a checksum.

    EK1/C00000000/HKG:A12345678/MAC:-/58903743

- ``EK1``: this form, version 1;
- the permit number;
- one part per destination in the order of the layout's blocks: code of the destination, colon, control
  number; ``-`` for a block that is empty;
- CRC-32 (ISO 3309, as in zip and PNG) of everything before the last slash, eight hex digits.

Only characters of the QR code's alphanumeric mode appear (ISO/IEC 18004, table 5), which keeps the symbol
small; any other character in a number is written as ``%XX`` for each of its UTF-8 bytes. The checksum is
against misreading and mixing up; it is no signature: whoever wants proof asks the authority.
"""

import re
import zlib
from dataclasses import dataclass

from kiosk.domain.endorsement import Destination
from kiosk.domain.face import CardFace

_FORM = "EK1"
_EMPTY = "-"
_LONGEST = 1024
_PLAIN = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ESCAPED = re.compile(r"(?:[0-9A-Z]|%[0-9A-F]{2})+")


@dataclass(frozen=True, slots=True)
class FaceCode:
    """What the QR code on a card says; None stands for a block that is empty."""

    permit_no: str
    control_numbers: tuple[tuple[Destination, str | None], ...]


@dataclass(frozen=True, slots=True)
class NotAFaceCode:
    """The text is not ours or damaged; `reason` is for the technician and repeats nothing of it."""

    reason: str


def face_code(
    face: CardFace, destinations: tuple[Destination, ...] = (Destination.HONG_KONG, Destination.MACAO)
) -> str:
    """Return the text to encode for what stands on a card with these blocks."""
    parts = [_FORM, _escape(face.permit_no)]
    for destination in destinations:
        endorsement = face.block(destination)
        parts.append(f"{destination.value}:{_escape(endorsement.control_no) if endorsement else _EMPTY}")
    body = "/".join(parts)
    return f"{body}/{_checksum(body)}"


def parse_face_code(text: str) -> FaceCode | NotAFaceCode:
    """Read back what `face_code` wrote; any other text is a named refusal, never an exception."""
    if len(text) > _LONGEST:
        return NotAFaceCode("longer than any code of ours")
    body, _, checksum = text.rpartition("/")
    form, *parts = body.split("/")
    if form != _FORM or not parts:
        return NotAFaceCode("another form")
    if checksum != _checksum(body):
        return NotAFaceCode("wrong checksum")
    permit_no = _unescape(parts[0])
    blocks = [_block(part) for part in parts[1:]]
    if permit_no is None or None in blocks:
        return NotAFaceCode("a part is malformed")
    return FaceCode(permit_no, tuple(block for block in blocks if block is not None))


def _block(part: str) -> tuple[Destination, str | None] | None:
    code, _, number = part.partition(":")
    try:
        destination = Destination(code)
    except ValueError:
        return None
    if number == _EMPTY:
        return destination, None
    plain = _unescape(number)
    return None if plain is None else (destination, plain)


def _escape(text: str) -> str:
    return "".join(
        character if character in _PLAIN else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in text
    )


def _unescape(text: str) -> str | None:
    if not _ESCAPED.fullmatch(text):
        return None
    raw = re.sub(
        rb"%([0-9A-F]{2})", lambda match: bytes.fromhex(match[1].decode("ascii")), text.encode("ascii")
    )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode('utf-8', 'replace')):08X}"
