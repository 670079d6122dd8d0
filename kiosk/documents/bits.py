"""Ink as bits of one large integer: a card of 645 000 dots is compared in microseconds, without numpy.

Bit ``row * stride + column`` counts from the picture's end, so moving the picture is one shift. A margin
of empty dots on every side keeps what is moved from coming in again on the other side.
"""

from dataclasses import dataclass

from PIL import Image

MARGIN = 8


@dataclass(frozen=True, slots=True)
class Canvas:
    """The frame that pictures of one size share.

    Attributes:
        width, height: dots of the picture without margin.
    """

    width: int
    height: int

    @property
    def stride(self) -> int:
        """Bits per row, margins included: whole bytes."""
        return (self.width + 2 * MARGIN + 7) // 8 * 8

    def ink(self, dark: Image.Image) -> int:
        """Return the dots of a 1-bit picture of this size in which ink is set (white to Pillow)."""
        framed = Image.new("1", (self.stride, self.height + 2 * MARGIN))
        framed.paste(dark, (MARGIN, MARGIN))
        return int.from_bytes(framed.tobytes(), "big")

    def box(self, left: int, top: int, right: int, bottom: int) -> int:
        """Return all dots of a rectangle, its right and lower edges excluded, cut at the picture's edge."""
        left, right = max(left, 0), min(right, self.width)
        top, bottom = max(top, 0), min(bottom, self.height)
        if right <= left or bottom <= top:
            return 0
        row = ((1 << (right - left)) - 1) << (self.stride - MARGIN - right)
        rows = bottom - top
        repeat = ((1 << (rows * self.stride)) - 1) // ((1 << self.stride) - 1)
        return (row * repeat) << ((self.height + MARGIN - bottom) * self.stride)

    def moved(self, ink: int, right: int, down: int) -> int:
        """Return the picture moved by at most `MARGIN` dots each way."""
        shift = right + down * self.stride
        return ink >> shift if shift >= 0 else ink << -shift

    def grown(self, ink: int) -> int:
        """Return the picture with every dot grown by one to all eight sides."""
        wide = ink | ink << 1 | ink >> 1
        return wide | wide << self.stride | wide >> self.stride

    def solid(self, ink: int) -> int:
        """Return the dots that begin a full square of 2 x 2: single specks and hairlines are gone."""
        pairs = ink & ink >> 1
        return pairs & pairs >> self.stride
