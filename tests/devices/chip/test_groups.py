"""The files' contents: what they say, and that hostile ones are named and do no harm."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.chip import face_image, tlv
from kiosk.devices.chip.face_image import JPEG, JPEG_2000, portrait, wrap_19794
from kiosk.devices.chip.groups import (
    ChipFile,
    MalformedGroup,
    parse_com,
    parse_dg1_text,
    parse_dg11,
    parse_dg12,
)

PARSERS = (parse_com, parse_dg1_text, parse_dg11, parse_dg12, portrait)
PICTURE = JPEG + b"picture"


def personal(name: bytes) -> bytes:
    return tlv.encode(0x6B, tlv.encode(0x5F0E, name))


def issued(day: bytes) -> bytes:
    return tlv.encode(0x6C, tlv.encode(0x5F26, day))


def asn1_container(picture: bytes, tag: int = 0x80) -> bytes:
    """A DG2 with an ISO/IEC 39794-5 block, cut down to the way to the picture."""
    inner = tlv.encode(tag, picture)
    for outer in (0xA0, 0xA0, 0xA1, 0x30, 0xA1, 0x65):
        inner = tlv.encode(outer, inner)
    template = tlv.encode(0x7F60, tlv.encode(0xA1, b"") + tlv.encode(0x7F2E, inner))
    return tlv.encode(0x75, tlv.encode(0x7F61, b"\x02\x01\x01" + template))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("陈晓明".encode(), "陈晓明"),
        ("欧阳<<静".encode(), "欧阳静"),
        ("阿依古丽·买买提".encode(), "阿依古丽·买买提"),
        ("陈晓明".encode("gb18030"), "陈晓明"),
        (b"SMITH<<JOHN<T", "SMITH JOHN T"),
        ("李𫖯".encode(), "李𫖯"),
    ],
)
def test_names_in_the_encodings_of_the_field(written: bytes, name: str) -> None:
    assert parse_dg11(personal(written)).full_name == name


@pytest.mark.parametrize("day", [b"20241130", b"\x20\x24\x11\x30"])
def test_dates_as_text_and_as_packed_decimals(day: bytes) -> None:
    assert parse_dg12(issued(day)).issued == date(2024, 11, 30)


@pytest.mark.parametrize(
    "raw", [issued(b"20241330"), issued(b"2024"), personal(b"\xff\xff\xff"), personal(b"a\0b")]
)
def test_fields_that_are_nothing(raw: bytes) -> None:
    with pytest.raises(MalformedGroup):
        (parse_dg11 if raw[0] == 0x6B else parse_dg12)(raw)


def test_groups_that_com_lists() -> None:
    raw = tlv.encode(0x60, tlv.encode(0x5C, b"\x61\x75\x63\x6b\x4f"))
    assert parse_com(raw) == {ChipFile.DG1, ChipFile.DG2, ChipFile.DG3, ChipFile.DG11}


def test_portraits_of_both_containers() -> None:
    assert portrait(wrap_19794(PICTURE, 35, 45)) == PICTURE
    assert portrait(asn1_container(PICTURE)) == PICTURE
    assert portrait(asn1_container(JPEG_2000 + b"stream")) == JPEG_2000 + b"stream"


@pytest.mark.parametrize(
    "raw",
    [wrap_19794(b"GIF89a", 1, 1), asn1_container(b"GIF89a"), asn1_container(PICTURE, 0xA3), b"\x75\x00"],
)
def test_portraits_that_are_none(raw: bytes) -> None:
    with pytest.raises(MalformedGroup):
        portrait(raw)


@given(st.data())
def test_a_spoilt_container_gives_a_picture_or_a_named_failure(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from((wrap_19794(PICTURE, 35, 45), asn1_container(PICTURE)))))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = portrait(bytes(raw))
    except MalformedGroup:
        return
    assert found.startswith((JPEG, JPEG_2000, face_image.JPEG_2000_STREAM))


@given(st.sampled_from(PARSERS), st.sampled_from(tuple(ChipFile)), st.binary(max_size=120))
def test_any_content_parses_or_is_malformed(parse: object, file: ChipFile, content: bytes) -> None:
    assert callable(parse)
    try:
        result = parse(tlv.encode(file.tag, content))
    except MalformedGroup:
        return
    assert result is not None
