"""BER-TLV as chips speak it (ISO/IEC 7816-4 section 5.2.2, ICAO Doc 9303-10): strict and bounded.

Definite lengths of at most four bytes, tags of at most three; an object never reaches beyond its parent.
Parsing goes one level at a time and never recurses, so that a hostile card cannot exhaust the stack.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_OBJECTS = 256
_MAX_LENGTH_BYTES = 4
_MAX_TAG_BYTES = 3


class MalformedTlv(ValueError):
    """The bytes are not the TLV they should be; the text names the rule, never the content."""


@dataclass(frozen=True, slots=True)
class Tlv:
    """One data object: the tag as written (``0x5F1F`` for two bytes) and its value."""

    tag: int
    value: bytes

    def encoded(self) -> bytes:
        """Return the object with the shortest length field."""
        return encode(self.tag, self.value)

    def children(self) -> tuple["Tlv", ...]:
        """Return the objects inside, one level down; raise MalformedTlv if the value is not TLV."""
        return parse_all(self.value)


def encode(tag: int, value: bytes) -> bytes:
    """Return one data object in DER length form."""
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + encode_length(len(value)) + value


def encode_length(length: int) -> bytes:
    """Return the shortest BER length field for `length` bytes."""
    if length < 0x80:
        return bytes([length])
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    if len(body) > _MAX_LENGTH_BYTES:
        raise ValueError("a chip's object is never this long")
    return bytes([0x80 | len(body)]) + body


def read_header(raw: bytes, start: int = 0) -> tuple[int, int, int]:
    """Return (tag, offset of the value, length of the value) of the object at `start`.

    The value itself need not be there yet: a file's length is known from its first bytes.
    """
    tag, at = _read_tag(raw, start)
    length, at = _read_length(raw, at)
    return tag, at, length


def parse_one(raw: bytes, start: int = 0) -> tuple[Tlv, int]:
    """Return the object at `start` and the offset behind it."""
    tag, at, length = read_header(raw, start)
    if length > len(raw) - at:
        raise MalformedTlv("value longer than what holds it")
    return Tlv(tag, bytes(raw[at : at + length])), at + length


def parse_exactly(raw: bytes, tag: int) -> Tlv:
    """Return the one object that `raw` is, with the tag it must have and nothing behind it."""
    found, end = parse_one(raw)
    if found.tag != tag:
        raise MalformedTlv(f"tag {found.tag:X} where {tag:X} belongs")
    if end != len(raw):
        raise MalformedTlv(f"bytes after the object {tag:X}")
    return found


def iterate(raw: bytes) -> Iterator[Tlv]:
    """Yield the objects that fill `raw` exactly; at most MAX_OBJECTS."""
    at, count = 0, 0
    while at < len(raw):
        count += 1
        if count > MAX_OBJECTS:
            raise MalformedTlv("too many objects")
        found, at = parse_one(raw, at)
        yield found


def parse_all(raw: bytes) -> tuple[Tlv, ...]:
    """Return the objects that fill `raw` exactly."""
    return tuple(iterate(raw))


def first(objects: tuple[Tlv, ...], tag: int) -> Tlv | None:
    """Return the first object with `tag`, None where there is none."""
    return next((found for found in objects if found.tag == tag), None)


def split_tags(raw: bytes) -> tuple[int, ...]:
    """Return the tags written one after the other in a tag list (5C)."""
    tags: list[int] = []
    at = 0
    while at < len(raw):
        if len(tags) >= MAX_OBJECTS:
            raise MalformedTlv("too many tags")
        tag, at = _read_tag(raw, at)
        tags.append(tag)
    return tuple(tags)


def _read_tag(raw: bytes, at: int) -> tuple[int, int]:
    if at >= len(raw):
        raise MalformedTlv("no tag")
    tag = raw[at]
    if tag & 0x1F != 0x1F:
        return tag, at + 1
    for position in range(at + 1, at + _MAX_TAG_BYTES):
        if position >= len(raw):
            raise MalformedTlv("tag cut off")
        tag = tag << 8 | raw[position]
        if not raw[position] & 0x80:
            return tag, position + 1
    raise MalformedTlv("tag longer than three bytes")


def _read_length(raw: bytes, at: int) -> tuple[int, int]:
    if at >= len(raw):
        raise MalformedTlv("no length")
    head = raw[at]
    if head < 0x80:
        return head, at + 1
    size = head & 0x7F
    if not 1 <= size <= _MAX_LENGTH_BYTES:
        raise MalformedTlv("indefinite length or length of more than four bytes")
    if at + 1 + size > len(raw):
        raise MalformedTlv("length cut off")
    return int.from_bytes(raw[at + 1 : at + 1 + size], "big"), at + 1 + size
