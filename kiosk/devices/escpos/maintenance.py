"""The counters that an ESC/POS printer keeps of itself (GS g 2), where its make has them.

Source: Epson's ESC/POS reference, GS g 2: the answer is 5F hex, one to ten decimal digits, NUL. No byte of an
automatic status can be 5F, so the answer is known by its first byte.
"""

CUTS = 178
"""Number of the counter of cuts in the printer's life, which nobody can set back."""

_HEADER, _END = 0x5F, 0x00
_MOST_DIGITS = 10


def question(counter: int) -> bytes:
    """Return the command that asks for one counter."""
    return b"\x1dg2\x00" + counter.to_bytes(2, "little")


class CounterAnswer:
    """Takes bytes as they come.

    Attributes:
        before: what came in front of the answer and belongs to somebody else.
        value: the count, None as long as the answer is not whole.
        nonsense: whether what came cannot be an answer.
    """

    def __init__(self) -> None:
        self.before = b""
        self.value: int | None = None
        self.nonsense = False
        self._digits: bytearray | None = None

    def feed(self, content: bytes) -> None:
        for byte in content:
            self._one(byte)

    def _one(self, byte: int) -> None:
        if self._digits is None:
            if byte == _HEADER:
                self._digits = bytearray()
            elif len(self.before) < 64:
                self.before += bytes([byte])
            else:
                self.nonsense = True
        elif byte == _END and self._digits and self.value is None:
            self.value = int(self._digits)
        elif 0x30 <= byte <= 0x39 and self.value is None and len(self._digits) < _MOST_DIGITS:
            self._digits.append(byte)
        else:
            self.nonsense = True
