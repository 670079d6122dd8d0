"""The wire format of IPP (RFC 8010 section 3): encode, and decode whatever a printer sends.

Decoding is bounded: a message has at most `LARGEST` bytes and collections nest at most `DEEPEST` deep.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

LARGEST = 1024 * 1024
DEEPEST = 8
_LONGEST_VALUE = 0xFFFF


class GroupTag(IntEnum):
    """Delimiters of attribute groups, RFC 8010 section 3.5.1."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """Value tags that this client uses, RFC 8010 section 3.5.2; others are kept as bytes."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    BYTES = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


_INTEGERS = frozenset({Tag.INTEGER, Tag.ENUM})
_STRINGS = range(0x40, 0x60)  # character-string values, all UTF-8 here
_STRUCTURE = frozenset({Tag.END_COLLECTION, Tag.MEMBER_NAME})


@dataclass(frozen=True, slots=True)
class Value:
    """One value: int, bool, str, a tuple of members for a collection, else the bytes as they came."""

    tag: int
    content: "int | bool | str | bytes | tuple[Attribute, ...]"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name with its values; on the wire it has at least one."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes between two delimiters; `tag` is a `GroupTag` or one unknown to this client."""

    tag: int
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer: `code` is the operation or the status. What follows is `document`."""

    code: int
    request_id: int
    groups: tuple[Group, ...]
    document: bytes = b""
    version: tuple[int, int] = (2, 0)


@dataclass(frozen=True, slots=True)
class Garbled:
    """Bytes that are no IPP message, with the first thing found wrong."""

    detail: str


class _Wrong(Exception):
    """Decoding stops here; never leaves this module."""


def encode(message: Message) -> bytes:
    """Return the bytes of a message; ValueError for a value that its tag or length cannot carry."""
    parts = [struct.pack(">BBHi", *message.version, message.code, message.request_id)]
    for group in message.groups:
        parts.append(bytes([group.tag]))
        for attribute in group.attributes:
            parts.extend(_encoded(attribute))
    return b"".join([*parts, bytes([GroupTag.END]), message.document])


def decode(content: bytes) -> Message | Garbled:
    """Read a whole message; trailing bytes are its document."""
    if len(content) > LARGEST:
        return Garbled("longer than any message")
    try:
        return _Reader(content).message()
    except _Wrong as wrong:
        return Garbled(str(wrong))


def _encoded(attribute: Attribute) -> Iterator[bytes]:
    if not attribute.values:
        raise ValueError(f"{attribute.name} has no value")
    for place, value in enumerate(attribute.values):
        yield from _encoded_value(attribute.name if place == 0 else "", value)


def _encoded_value(name: str, value: Value) -> Iterator[bytes]:
    if not isinstance(value.content, tuple):
        yield _field(value.tag, name, _content(value))
        return
    yield _field(value.tag, name, b"")
    for member in value.content:
        yield _field(Tag.MEMBER_NAME, "", member.name.encode())
        for one in member.values:
            yield from _encoded_value("", one)
    yield _field(Tag.END_COLLECTION, "", b"")


def _field(tag: int, name: str, content: bytes) -> bytes:
    encoded = name.encode()
    if max(len(encoded), len(content)) > _LONGEST_VALUE:
        raise ValueError("a name or value longer than IPP can carry")
    return struct.pack(">BH", tag, len(encoded)) + encoded + struct.pack(">H", len(content)) + content


def _content(value: Value) -> bytes:
    match value.content:
        case bool():
            return bytes([value.content])
        case int():
            return struct.pack(">i", value.content)
        case str():
            return value.content.encode()
        case bytes():
            return value.content
        case _:
            raise ValueError("a collection is encoded by its members")


class _Reader:
    """Walks through the bytes once; raises _Wrong."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def message(self) -> Message:
        major, minor, code, request_id = struct.unpack(">BBHi", self._take(8))
        groups: list[Group] = []
        tag = self._byte()
        while tag != GroupTag.END:
            if tag > 0x0F:
                raise _Wrong("a value outside any group")
            attributes, following = self._attributes()
            groups.append(Group(tag, attributes))
            tag = following
        return Message(code, request_id, tuple(groups), self._content[self._at :], (major, minor))

    def _attributes(self) -> tuple[tuple[Attribute, ...], int]:
        """Return the attributes up to the next delimiter, and that delimiter."""
        found: list[tuple[str, list[Value]]] = []
        while (tag := self._byte()) > 0x0F:
            name, content = self._text(self._counted()), self._counted()
            value = self._value(tag, content, depth=0)
            if name:
                found.append((name, [value]))
            elif found:
                found[-1][1].append(value)
            else:
                raise _Wrong("a further value of no attribute")
        return tuple(Attribute(name, tuple(values)) for name, values in found), tag

    def _value(self, tag: int, content: bytes, depth: int) -> Value:
        if tag in _STRUCTURE:
            raise _Wrong("a part of a collection outside one")
        if tag == Tag.COLLECTION:
            return Value(tag, self._members(depth + 1))
        if tag in _INTEGERS:
            return Value(tag, _integer(content))
        if tag == Tag.BOOLEAN:
            if content not in {b"\x00", b"\x01"}:
                raise _Wrong("a boolean that is neither")
            return Value(tag, content == b"\x01")
        return Value(tag, self._text(content) if tag in _STRINGS else content)

    def _members(self, depth: int) -> tuple[Attribute, ...]:
        if depth > DEEPEST:
            raise _Wrong("collections nested too deep")
        found: list[tuple[str, list[Value]]] = []
        while (tag := self._byte()) != Tag.END_COLLECTION:
            if tag <= 0x0F:
                raise _Wrong("a collection without an end")
            name, content = self._counted(), self._counted()
            if name:
                raise _Wrong("a named value inside a collection")
            if tag == Tag.MEMBER_NAME:
                found.append((self._text(content), []))
            elif found:
                found[-1][1].append(self._value(tag, content, depth))
            else:
                raise _Wrong("a member without a name")
        if self._counted() or self._counted():
            raise _Wrong("an end of collection with content")
        if not all(name and values for name, values in found):
            raise _Wrong("a member without name or value")
        return tuple(Attribute(name, tuple(values)) for name, values in found)

    def _counted(self) -> bytes:
        (length,) = struct.unpack(">H", self._take(2))
        return self._take(length)

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        taken = self._content[self._at : self._at + count]
        if len(taken) != count:
            raise _Wrong("cut short")
        self._at += count
        return taken

    @staticmethod
    def _text(content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise _Wrong("a text that is not UTF-8") from error


def _integer(content: bytes) -> int:
    if len(content) != 4:
        raise _Wrong("an integer that has not four bytes")
    value: int = struct.unpack(">i", content)[0]
    return value
