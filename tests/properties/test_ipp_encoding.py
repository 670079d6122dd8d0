"""The IPP encoding: what is written is read again, and nothing a printer sends breaks the reader."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.devices.ipp import messages
from kiosk.devices.ipp.encoding import (
    DEEPEST,
    LARGEST,
    Attribute,
    Garbled,
    Group,
    GroupTag,
    Message,
    Tag,
    Value,
    decode,
    encode,
)

NAMES = st.text(min_size=1, max_size=20)
INTEGERS = st.integers(-(2**31), 2**31 - 1)
PLAIN = st.one_of(
    st.builds(Value, st.sampled_from([Tag.INTEGER, Tag.ENUM]), INTEGERS),
    st.builds(Value, st.just(Tag.BOOLEAN), st.booleans()),
    st.builds(Value, st.sampled_from([Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI]), st.text(max_size=30)),
    st.builds(
        Value, st.sampled_from([Tag.BYTES, Tag.DATE_TIME, Tag.RANGE, Tag.NO_VALUE]), st.binary(max_size=20)
    ),
)


def attributes(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Attribute, ...]]:
    some = st.lists(values, min_size=1, max_size=3).map(tuple)
    return st.lists(st.builds(Attribute, NAMES, some), max_size=4).map(tuple)


VALUES: st.SearchStrategy[Value] = st.recursive(
    PLAIN, lambda inner: st.builds(Value, st.just(Tag.COLLECTION), attributes(inner)), max_leaves=8
)
GROUPS = st.builds(Group, st.sampled_from([1, 2, 4, 5, 6, 7]), attributes(VALUES))
MESSAGES = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    INTEGERS,
    st.lists(GROUPS, max_size=4).map(tuple),
    st.binary(max_size=40),
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
)


def looked_at(found: Message) -> Any:
    """Read everything that the driver would read."""
    return messages.printer_view(found), messages.job_views(found), messages.unsupported(found)


@given(MESSAGES)
def test_what_is_written_is_read_again(message: Message) -> None:
    assert decode(encode(message)) == message
    assert looked_at(message)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_named_garbage(content: bytes) -> None:
    found = decode(content)
    if isinstance(found, Garbled):
        assert found.detail
    else:
        assert looked_at(found)
        assert len(found.document) < len(content)


@given(MESSAGES, st.data())
def test_a_damaged_message_is_read_or_refused(message: Message, data: st.DataObject) -> None:
    content = bytearray(encode(message))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = decode(bytes(content))
    assert isinstance(found, Garbled) or looked_at(found)


@given(
    MESSAGES.map(lambda message: encode(Message(message.code, message.request_id, message.groups))), st.data()
)
def test_a_message_cut_short_is_never_a_message(content: bytes, data: st.DataObject) -> None:
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    assert isinstance(decode(cut), Garbled)


@given(st.integers(1, 40))
def test_collections_nest_so_deep_and_no_deeper(depth: int) -> None:
    value = Value(Tag.INTEGER, 1)
    for _ in range(depth):
        value = Value(Tag.COLLECTION, (Attribute("member", (value,)),))
    message = Message(0, 1, (Group(GroupTag.JOB, (Attribute("deep", (value,)),)),))
    assert (decode(encode(message)) == message) is (depth <= DEEPEST)


def test_a_bottomless_message_is_refused_without_reading_it() -> None:
    opening = b"\x34\x00\x01x\x00\x00" + b"\x4a\x00\x00\x00\x01m\x34\x00\x00\x00\x00" * 90_000
    content = b"\x02\x00\x00\x00\x00\x00\x00\x01\x02" + opening
    assert isinstance(decode(content[:LARGEST]), Garbled)
    assert decode(content + bytes(LARGEST)) == Garbled("longer than any message")


@given(st.text(max_size=60), st.text(max_size=60))
def test_supply_rows_of_any_kind_give_a_percentage_or_none(kind: str, level: str) -> None:
    assume("\x00" not in kind)
    row = Value(Tag.BYTES, f"type={kind};maxcapacity=100;level={level};".encode())
    found = Message(0, 1, (Group(GroupTag.PRINTER, (Attribute("printer-supply", (row,)),)),))
    assert all(-2 <= marker.level <= 100 for marker in messages.printer_view(found).markers)
