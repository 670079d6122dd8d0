"""The monochrome picture that goes from the documents to the card printer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardRaster:
    """A 1-bit picture of the card's back.

    Attributes:
        width, height: dots; a row runs along the card's long side.
        dots_per_inch: resolution the picture was made for.
        rows: packed bits, most significant first, 1 = dark, each row padded to whole bytes.
    """

    width: int
    height: int
    dots_per_inch: int
    rows: bytes

    def __post_init__(self) -> None:
        if len(self.rows) != self.height * ((self.width + 7) // 8):
            raise ValueError("the rows do not fill the picture exactly")
