"""JSON on the wire: what came over a network is hostile until it has the expected shape."""

import json
import re
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]

_REFERENCE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_CODE = re.compile(r"[!-~]{1,512}")


def parse_object(body: bytes | str) -> Document | None:
    """Return the JSON object in a body, None for anything else (also for one nested without end).

    Half a surrogate pair (``\\ud800``) is legal JSON and no text that could be printed or kept: refused.
    """
    try:
        text = body if isinstance(body, str) else body.decode()  # json would take surrogates and UTF-16
        value = json.loads(text)
        if r"\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def encode(document: Document) -> bytes:
    """Return the exact bytes of an object; the same object gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def text_of(document: Document, name: str) -> str:
    """Return a member that is a text, "" where it is missing or something else."""
    value = document.get(name)
    return value if isinstance(value, str) else ""


def reference_of(document: Document, name: str) -> str:
    """Return a network's own number of something, "" for what could not be printed, stored or typed in."""
    value = text_of(document, name)
    return value if _REFERENCE.fullmatch(value) else ""


def code_of(document: Document, name: str) -> str:
    """Return the text of a code to show, "" for what no phone could read from a screen as a QR code."""
    value = text_of(document, name)
    return value if _CODE.fullmatch(value) else ""


def object_of(document: Document, name: str) -> Document:
    """Return a member that is an object, an empty one where it is missing or something else."""
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def integer_of(document: Document, name: str) -> int | None:
    """Return a member that is an integer, None where it is missing or something else (also true/false)."""
    value = document.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
