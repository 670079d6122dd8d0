"""The chip's portrait as a picture: JPEG 2000 or JPEG as DG2 has it (ICAO Doc 9303-10, section 4.7.2)."""

from io import BytesIO

from PIL import Image

from kiosk.devices.face.parts import Picture, PortraitUnusable

LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_SIDE = 3000
"""Pixels; a passport's picture has some 400 × 500."""


def decode(portrait: bytes) -> Picture:
    """Return the portrait as a picture; raise PortraitUnusable."""
    import numpy as np  # noqa: PLC0415 - only where pictures are compared

    if len(portrait) > LARGEST_BYTES:
        raise PortraitUnusable("larger than a portrait can be")
    try:
        with Image.open(BytesIO(portrait), formats=("JPEG", "JPEG2000")) as image:
            if max(image.size) > LARGEST_SIDE:
                raise PortraitUnusable("more pixels than a portrait can have")
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow says of a broken picture
        raise PortraitUnusable("neither JPEG nor JPEG 2000, or broken") from error
    return np.ascontiguousarray(pixels[:, :, ::-1])
