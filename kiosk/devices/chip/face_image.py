"""The portrait in DG2: the picture out of its biometric container (ICAO Doc 9303-10 section 4.7.2).

Two containers are in use: ISO/IEC 19794-5:2005 (binary records, tag 5F2E) and ISO/IEC 39794-5 (ASN.1,
tag 7F2E). The picture itself is JPEG or JPEG 2000 and is handed on as it is.
"""

import struct

from kiosk.devices.chip import tlv
from kiosk.devices.chip.groups import ChipFile, MalformedGroup
from kiosk.devices.chip.tlv import MalformedTlv, Tlv

JPEG, JPEG_2000 = b"\xff\xd8\xff", b"\x00\x00\x00\x0cjP  \r\n\x87\n"
JPEG_2000_STREAM = b"\xff\x4f\xff\x51"
_PICTURES = (JPEG, JPEG_2000, JPEG_2000_STREAM)

_RECORD_HEADER = struct.Struct(">4s4sIH")
_FACE_HEADER = struct.Struct(">IHBBB3sH3s3s")
_IMAGE_HEADER = struct.Struct(">BBHHBBHH")
_FEATURE_POINT_BYTES = 8
_ASN1_DEPTH = 8


def portrait(raw: bytes) -> bytes:
    """Return the first face picture of a DG2 file; raise MalformedGroup where there is none."""
    try:
        return _from_block(_biometric_block(tlv.parse_exactly(raw, ChipFile.DG2.tag)))
    except MalformedTlv as problem:
        raise MalformedGroup(f"DG2: {problem}") from problem


def _biometric_block(group: Tlv) -> Tlv:
    bundle = tlv.first(group.children(), 0x7F61)
    template = None if bundle is None else tlv.first(bundle.children(), 0x7F60)
    if template is None:
        raise MalformedGroup("DG2 without a biometric template")
    for block in template.children():
        if block.tag in (0x5F2E, 0x7F2E):
            return block
    raise MalformedGroup("DG2 without a biometric data block")


def _from_block(block: Tlv) -> bytes:
    picture = _from_19794(block.value) if block.value.startswith(b"FAC\0") else _from_39794(block)
    if not picture.startswith(_PICTURES):
        raise MalformedGroup("DG2: picture neither JPEG nor JPEG 2000")
    return picture


def _from_19794(record: bytes) -> bytes:
    """Return the picture of the first facial record (ISO/IEC 19794-5:2005 section 5)."""
    at = _RECORD_HEADER.size
    start = at + _FACE_HEADER.size
    if len(record) < start:
        raise MalformedGroup("DG2: facial record cut off")
    size, points = _FACE_HEADER.unpack_from(record, at)[:2]
    picture = start + points * _FEATURE_POINT_BYTES + _IMAGE_HEADER.size
    end = at + size
    if not picture < end <= len(record):
        raise MalformedGroup("DG2: facial record of a wrong length")
    return record[picture:end]


def _from_39794(block: Tlv) -> bytes:
    """Return the first picture inside the ASN.1 block: the only primitive that begins like one.

    The representation nests by choices that differ between capture devices, hence a search of bounded
    depth instead of one fixed path.
    """
    level = [block]
    for _ in range(_ASN1_DEPTH):
        inner: list[Tlv] = []
        for found in level:
            if not _constructed(found.tag):
                continue
            inner.extend(found.children())
            if len(inner) > tlv.MAX_OBJECTS:
                raise MalformedGroup("DG2: too many objects")
        for found in inner:
            if not _constructed(found.tag) and found.value.startswith(_PICTURES):
                return found.value
        level = inner
    raise MalformedGroup("DG2: no picture in the biometric data block")


def _constructed(tag: int) -> bool:
    return bool(tag >> 8 * ((tag.bit_length() + 7) // 8 - 1) & 0x20) if tag else False


def wrap_19794(picture: bytes, width: int, height: int) -> bytes:
    """Return a DG2 file with one JPEG portrait in an ISO/IEC 19794-5:2005 record (full frontal)."""
    image = _IMAGE_HEADER.pack(0x01, 0x00, width, height, 0x01, 0x02, 0, 0) + picture
    size = _FACE_HEADER.size + len(image)
    face = _FACE_HEADER.pack(size, 0, 0, 0, 0, bytes(3), 0, bytes(3), bytes(3)) + image
    record = _RECORD_HEADER.pack(b"FAC\0", b"010\0", _RECORD_HEADER.size + len(face), 1) + face
    header = tlv.encode(
        0xA1,
        tlv.encode(0x80, b"\x01\x01")
        + tlv.encode(0x81, b"\x02")
        + tlv.encode(0x87, b"\x01\x01")
        + tlv.encode(0x88, b"\x00\x08"),
    )
    template = tlv.encode(0x7F60, header + tlv.encode(0x5F2E, record))
    return tlv.encode(ChipFile.DG2.tag, tlv.encode(0x7F61, tlv.encode(0x02, b"\x01") + template))
