"""TLV: what is encoded parses back, and nothing hostile gets out but MalformedTlv."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.chip import tlv
from kiosk.devices.chip.apdu import Command, MalformedApdu, parse_command
from kiosk.devices.chip.tlv import MalformedTlv, Tlv

TAGS = st.one_of(
    st.integers(0, 0xFF).filter(lambda tag: tag & 0x1F != 0x1F),
    st.integers(0, 0x7F).map(lambda low: 0x5F00 | low),
    st.integers(0, 0x7F).map(lambda low: 0x7F8100 | low),
)
OBJECTS = st.lists(st.builds(Tlv, TAGS, st.binary(max_size=300)), max_size=8)


@given(OBJECTS)
def test_objects_come_back_as_they_were(objects: list[Tlv]) -> None:
    raw = b"".join(found.encoded() for found in objects)
    assert tlv.parse_all(raw) == tuple(objects)


@given(OBJECTS, st.data())
def test_a_cut_is_noticed(objects: list[Tlv], data: st.DataObject) -> None:
    whole = Tlv(0x30, b"".join(found.encoded() for found in objects)).encoded()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(MalformedTlv):
        tlv.parse_exactly(whole[:cut], 0x30)


@given(st.binary(max_size=200))
def test_any_bytes_parse_or_are_malformed(raw: bytes) -> None:
    try:
        objects = tlv.parse_all(raw)
    except MalformedTlv:
        return
    assert sum(len(found.value) for found in objects) <= len(raw)


@given(st.binary(max_size=64))
def test_tag_lists_end(raw: bytes) -> None:
    try:
        tags = tlv.split_tags(raw)
    except MalformedTlv:
        return
    assert len(tags) <= len(raw)


@pytest.mark.parametrize(
    "raw", ["3080", "30850000000001", "9f808080", "1f", "30", "308201", "3003aabb", "bf"], ids=str
)
def test_what_der_and_good_sense_forbid(raw: str) -> None:
    with pytest.raises(MalformedTlv):
        tlv.parse_all(bytes.fromhex(raw))


def test_too_many_objects_end_the_parsing() -> None:
    with pytest.raises(MalformedTlv, match="too many"):
        tlv.parse_all(b"\x04\x00" * (tlv.MAX_OBJECTS + 1))


@given(
    st.builds(
        Command,
        st.integers(0, 255),
        st.integers(0, 255),
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(max_size=255) | st.binary(min_size=256, max_size=2000),
        st.none() | st.integers(1, 256) | st.integers(257, 65536),
    )
)
def test_commands_come_back_as_they_were(command: Command) -> None:
    assert parse_command(command.encoded()) == command


@given(st.binary(max_size=300))
def test_any_bytes_are_a_command_or_malformed(raw: bytes) -> None:
    try:
        command = parse_command(raw)
    except MalformedApdu:
        return
    assert command.header == raw[:4]
    assert len(command.body) < len(raw)
