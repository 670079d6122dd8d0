"""From the card's PDF to the 1-bit picture that a film printer takes, and to PNG and back.

The film of the ANA-U EasyPrinter class is 960 x 560 dots at 300 dpi (axes of its public driver: x 0 to 960
dots along the card, y 0 to 70 in units of 8 dots), centred on the ID-1 card of 1011 x 638 dots.
"""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from kiosk import pdf_raster
from kiosk.domain.raster import CardRaster

FILM_WIDTH = 960
FILM_HEIGHT = 560
CARD_WIDTH = 1011
CARD_HEIGHT = 638
DOTS_PER_INCH = 300

_DARK_BELOW = 128
_LARGEST_PICTURE = 4096 * 4096


class PictureInvalid(ValueError):
    """The bytes are no PNG picture of a sensible size."""


def rasterise(
    pdf: bytes, *, dots_per_inch: int = DOTS_PER_INCH, width: int = FILM_WIDTH, height: int = FILM_HEIGHT
) -> CardRaster:
    """Return the middle of a card's only page as a 1-bit raster of `width` x `height` dots.

    For the whole card instead of its film give `CARD_WIDTH` and `CARD_HEIGHT`. Raises ValueError for a
    size that is not positive and pdf_raster.PdfInvalid for bytes that are no PDF: it is our own document.
    """
    if width <= 0 or height <= 0 or dots_per_inch <= 0:
        raise ValueError("a raster needs a positive size")
    grey = pdf_raster.middle_of_page(pdf, dots_per_inch=dots_per_inch, width=width, height=height)
    dark = grey.point(lambda value: 255 if value < _DARK_BELOW else 0, mode="1")
    return CardRaster(width, height, dots_per_inch, dark.tobytes())


def raster_to_png(raster: CardRaster) -> bytes:
    """Return the raster as a black and white PNG that knows its resolution."""
    output = BytesIO()
    dpi = (raster.dots_per_inch, raster.dots_per_inch)
    raster_to_image(raster).save(output, format="PNG", dpi=dpi)
    return output.getvalue()


def raster_to_image(raster: CardRaster) -> Image.Image:
    """Return the raster as a 1-bit picture: ink black, film white."""
    return Image.frombytes("1", (raster.width, raster.height), raster.rows, "raw", "1;I")


def png_to_raster(png: bytes, *, dots_per_inch: int = DOTS_PER_INCH) -> CardRaster:
    """Return a PNG as a raster, darker than middle grey = ink; raise PictureInvalid for anything else.

    `dots_per_inch` counts where the picture does not say its resolution.
    """
    grey = open_picture(png)
    resolution = grey.info.get("dpi", (dots_per_inch,))[0]
    dark = grey.point(lambda value: 255 if value < _DARK_BELOW else 0, mode="1")
    return CardRaster(grey.width, grey.height, round(resolution) or dots_per_inch, dark.tobytes())


def open_picture(png: bytes) -> Image.Image:
    """Return a PNG in shades of grey; raise PictureInvalid for anything else or anything too large."""
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as picture:
            if picture.width * picture.height > _LARGEST_PICTURE:
                raise PictureInvalid("the picture is too large")
            grey = picture.convert("RGB").convert("L")
            grey.info = dict(picture.info)
    except PictureInvalid:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureInvalid("no readable PNG picture") from error
    return grey
