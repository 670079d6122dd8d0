"""Messages between the kiosk and its face worker: a length, a JSON header, and bytes. Pure."""

import json
import struct
from typing import Any

LENGTHS = struct.Struct(">II")
LARGEST_HEADER = 64 * 1024
LARGEST_BODY = 4 * 1024 * 1024

Header = dict[str, Any]


class Garbled(Exception):
    """What came is no message."""


def encode(header: Header, body: bytes = b"") -> bytes:
    head = json.dumps(header, ensure_ascii=False).encode()
    return LENGTHS.pack(len(head), len(body)) + head + body


def lengths(start: bytes) -> tuple[int, int]:
    """Return the lengths of header and body; raise Garbled."""
    head, body = LENGTHS.unpack(start)
    if head > LARGEST_HEADER or body > LARGEST_BODY:
        raise Garbled("a message that is too long")
    return head, body


def decode_header(content: bytes) -> Header:
    """Return the header; raise Garbled."""
    try:
        header = json.loads(content)
    except ValueError as error:
        raise Garbled("a header that is no JSON") from error
    if not isinstance(header, dict):
        raise Garbled("a header that is no object")
    return header
