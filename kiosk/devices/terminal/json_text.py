"""JSON whose amounts are exact decimals: nexo writes money as a JSON number, and money is never a float."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from kiosk.domain.money import Fen, yuan_text

Document = Mapping[str, Any]

_LARGEST = Decimal(10) ** 10


def encode(value: object) -> bytes:
    """Return the compact JSON text of objects, lists, texts, integers, decimals, booleans and None."""
    return _text(value).encode()


def parse(body: bytes) -> Document | None:
    """Return the JSON object in `body`, None for anything else; the caller bounds its size.

    Half a surrogate pair (``\\ud800``) is legal JSON and no text that could be printed or kept: refused.
    """
    try:
        text = body.decode()  # left to itself, json would take surrogates and UTF-16 as well
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        if r"\u" in text:
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def text_of(document: Document, name: str) -> str:
    """Return a member that is a text, "" where it is missing or something else."""
    value = document.get(name)
    return value if isinstance(value, str) else ""


def object_of(document: Document, *names: str) -> Document:
    """Return the object at the end of a path, an empty one where anything on the way is not an object."""
    for name in names:
        value = document.get(name)
        if not isinstance(value, dict):
            return {}
        document = value
    return document


def amount_json(amount: Fen) -> Decimal:
    """Return fen as the decimal yuan that `encode` writes with two places."""
    return Decimal(yuan_text(amount))


def amount_of(document: Document, name: str) -> Fen | None:
    """Return the fen of a member in yuan, None unless it is a number of at most two decimals."""
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not 0 <= number < _LARGEST or (number * 100) % 1 != 0:
        return None
    return Fen(int(number * 100))


def _text(value: object) -> str:
    match value:
        case dict():
            return "{" + ",".join(f"{_text(str(key))}:{_text(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_text, value)) + "]"
        case Decimal():
            return format(value, "f")
        case str() | int() | None:
            return json.dumps(value, ensure_ascii=False)
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
