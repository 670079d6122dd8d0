"""Cheap pictures: a face becomes a digest of what it says, so that equal pictures mean equal faces."""

from hashlib import sha256

from kiosk.documents.inspection import Inspection
from kiosk.domain.face import CardFace
from kiosk.domain.raster import CardRaster
from kiosk.domain.slip import Slip
from kiosk.domain.text import Text


class SimulatedArt:
    """`CardArt` without drawing. Remembers which picture shows which face, for the judge."""

    def __init__(self) -> None:
        self.faces: dict[bytes, CardFace] = {}
        self.slips: dict[bytes, Slip] = {}

    async def printable(self, face: CardFace) -> bool:
        return bool(face.name_zh)

    async def draw(self, face: CardFace) -> CardRaster:
        rows = picture_of(face)
        self.faces[rows] = face
        return CardRaster(8 * len(rows), 1, 300, rows)

    async def inspect(self, picture: bytes, face: CardFace) -> Inspection:
        same = picture == picture_of(face)
        return Inspection(same, same, (), "" if same else "another picture")

    async def slip(self, slip: Slip, failure_text: Text | None, *, simulated: bool) -> bytes:
        del simulated  # the worlds' money is never anybody's
        pdf = sha256(repr(slip).encode()).digest()
        self.slips[pdf] = slip
        return pdf


def picture_of(face: CardFace) -> bytes:
    """Return the picture of a face: 32 bytes that differ where anything on the face differs."""
    return sha256(repr(face).encode()).digest()
