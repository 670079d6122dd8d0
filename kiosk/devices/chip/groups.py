"""What the chip's files are and what stands in them (ICAO Doc 9303-10 sections 3.11 and 4).

Every parser takes a whole file as read and raises MalformedGroup for anything else: a chip's word is hostile
until it has been parsed, and its authenticity is decided elsewhere.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kiosk.devices.chip import tlv
from kiosk.devices.chip.tlv import MalformedTlv, Tlv

APPLICATION = bytes.fromhex("A0000002471001")
"""Identifier of the eMRTD application."""


class MalformedGroup(ValueError):
    """A file is not what it should be; the text is free of its content."""


class ChipFile(Enum):
    """The elementary files: short identifier, file tag, and the most bytes the reader takes."""

    COM = (0x1E, 0x60, 1024)
    SOD = (0x1D, 0x77, 32 * 1024)
    DG1 = (0x01, 0x61, 1024)
    DG2 = (0x02, 0x75, 256 * 1024)
    DG3 = (0x03, 0x63, 256 * 1024)
    DG11 = (0x0B, 0x6B, 16 * 1024)
    DG12 = (0x0C, 0x6C, 64 * 1024)
    DG14 = (0x0E, 0x6E, 16 * 1024)
    DG15 = (0x0F, 0x6F, 4 * 1024)

    def __init__(self, short_id: int, tag: int, most: int) -> None:
        self.short_id = short_id
        self.tag = tag
        self.most = most

    @property
    def file_name(self) -> str:
        """Name of the file in a folder of a card: ``011E.bin`` for COM."""
        return f"01{self.short_id:02X}.bin"

    @property
    def group_number(self) -> int | None:
        """Number of the data group as in the security object, None for COM and SOD."""
        return self.short_id if self.short_id <= 16 else None


GROUPS_BY_TAG = {file.tag: file for file in ChipFile}


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """DG11, what the permit uses of it; empty where absent."""

    full_name: str = ""
    place_of_birth: str = ""


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """DG12, what the permit uses of it."""

    authority: str = ""
    issued: date | None = None


def parse_com(raw: bytes) -> frozenset[ChipFile]:
    """Return the groups that EF.COM lists; tags that the reader does not know are left out."""
    tags = _field(_objects(raw, ChipFile.COM), 0x5C)
    if tags is None:
        raise MalformedGroup("COM lists no groups")
    try:
        return frozenset(GROUPS_BY_TAG[tag] for tag in tlv.split_tags(tags) if tag in GROUPS_BY_TAG)
    except MalformedTlv as problem:
        raise MalformedGroup("COM: tag list") from problem


def parse_dg1_text(raw: bytes) -> str:
    """Return the machine-readable zone (5F1F) as text."""
    zone = _field(_objects(raw, ChipFile.DG1), 0x5F1F)
    if zone is None or not zone.isascii():
        raise MalformedGroup("DG1 without a machine-readable zone")
    return zone.decode("ascii")


def parse_dg11(raw: bytes) -> PersonalDetails:
    """Return full name (5F0E) and place of birth (5F11)."""
    objects = _objects(raw, ChipFile.DG11)
    name = _words(_field(objects, 0x5F0E))
    if any(character >= "\u2e80" for character in name):
        name = name.replace(" ", "")  # the filler between surname and given name is no part of a Chinese name
    return PersonalDetails(name, _words(_field(objects, 0x5F11)))


def parse_dg12(raw: bytes) -> DocumentDetails:
    """Return issuing authority (5F19) and date of issue (5F26), which is text or packed decimals."""
    objects = _objects(raw, ChipFile.DG12)
    return DocumentDetails(_words(_field(objects, 0x5F19)), _day(_field(objects, 0x5F26)))


def _objects(raw: bytes, file: ChipFile) -> tuple[Tlv, ...]:
    try:
        return tlv.parse_exactly(raw, file.tag).children()
    except MalformedTlv as problem:
        raise MalformedGroup(f"{file.name}: {problem}") from problem


def _field(objects: tuple[Tlv, ...], tag: int) -> bytes | None:
    found = tlv.first(objects, tag)
    return None if found is None else found.value


_MOST_TEXT_BYTES = 512


def _words(value: bytes | None) -> str:
    """Return the text of a field: UTF-8 as Doc 9303-10 asks, else GB 18030, fillers as spaces."""
    if value is None:
        return ""
    if len(value) > _MOST_TEXT_BYTES:
        raise MalformedGroup("text field too long")
    text = _decoded(value)
    if not text.isprintable():
        raise MalformedGroup("text field with control characters")
    return " ".join(text.replace("<", " ").split())


def _decoded(value: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MalformedGroup("text field in an unknown encoding")


def _day(value: bytes | None) -> date | None:
    if value is None:
        return None
    digits = value.hex() if len(value) == 4 else value.decode("ascii", errors="replace")
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise MalformedGroup("date field")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as problem:
        raise MalformedGroup("date field") from problem
