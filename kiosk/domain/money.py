"""Money in fen (1/100 yuan), an integer of its own type: a float never holds an amount."""

import re
from typing import NewType

Fen = NewType("Fen", int)

_YUAN = re.compile(r"(0|[1-9][0-9]{0,9})\.([0-9]{2})")


def yuan_text(amount: Fen) -> str:
    """Return the amount as yuan with two decimals, ``1500`` fen → ``"15.00"`` (Alipay's total_amount)."""
    if amount < 0:
        raise ValueError("an amount is never negative")
    return f"{amount // 100}.{amount % 100:02d}"


def parse_yuan(text: str) -> Fen:
    """Return the fen of a yuan text such as ``"15.00"``; raise ValueError for any other form.

    The opposite of `yuan_text`; the text is matched as a whole, so signs, exponents, spaces and a third
    decimal are refused.
    """
    match = _YUAN.fullmatch(text)
    if match is None:
        raise ValueError(f"not an amount in yuan with two decimals: {text!r:.40}")
    return Fen(int(match[1]) * 100 + int(match[2]))
