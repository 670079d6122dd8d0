"""Breaking a text into lines that fit a width: Chinese between any two characters, Latin between words."""

import re
from collections.abc import Iterator

from kiosk.documents import fonts

_PIECES = re.compile(r"[^\s\u2E80-\uFFFF\U00020000-\U0003FFFF]+|\s+|.", re.DOTALL)
_NEVER_FIRST = "，。；：！？、）》”’％"


def wrapped(text: str, size: float, weight: fonts.Weight, available: float) -> tuple[str, ...]:
    """Return a printable text as lines at most `available` points wide; at least one line.

    A word wider than a line is broken where it must be. Closing punctuation stays with its line and may
    reach up to one em over the width, which is blank paper.
    """
    lines = [""]
    for piece in _pieces(text, size, weight, available):
        over = size if piece in _NEVER_FIRST and lines[-1] else 0.0
        if fonts.width(lines[-1] + piece, size, weight) <= available + over:
            lines[-1] += piece
        elif not piece.isspace():
            lines[-1] = lines[-1].rstrip()
            lines.append(piece)
    return tuple(lines)


def _pieces(text: str, size: float, weight: fonts.Weight, available: float) -> Iterator[str]:
    """Yield what must stay together: one Chinese character, one word, or a part of a too long word."""
    for piece in _PIECES.findall(text):
        if fonts.width(piece, size, weight) <= available:
            yield piece
        else:
            yield from piece
