"""The 1-bit picture for the film printer."""

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from kiosk.documents.code import symbol_of
from kiosk.documents.face_code import face_code
from kiosk.documents.raster import (
    PictureInvalid,
    open_picture,
    png_to_raster,
    raster_to_image,
    raster_to_png,
    rasterise,
)
from kiosk.domain.raster import CardRaster
from tests.documents.faces import FACE, card_pdf, card_png, film_png, picture, png, run_tool


def test_the_film_is_960_by_560_dots_with_dark_as_one() -> None:
    raster = rasterise(card_pdf(FACE))
    assert (raster.width, raster.height, raster.dots_per_inch) == (960, 560, 300)
    dark = sum(byte.bit_count() for byte in raster.rows)
    assert 0.05 < dark / (960 * 560) < 0.35
    assert not any(raster.rows[: 120 * 10])  # nothing stands in the upper ten rows


def test_the_film_is_the_middle_of_the_card() -> None:
    whole, film = picture(card_png(FACE)), picture(film_png(FACE))
    assert whole.size == (1011, 638)
    assert whole.crop((25, 39, 985, 599)).tobytes() == film.tobytes()


def test_another_printers_size_and_resolution_are_parameters() -> None:
    raster = rasterise(card_pdf(FACE), dots_per_inch=600, width=2022, height=1275)
    assert (raster.width, raster.height, raster.dots_per_inch) == (2022, 1275, 600)
    with pytest.raises(ValueError, match="positive"):
        rasterise(card_pdf(FACE), width=0)


def test_every_module_of_the_code_is_a_whole_square_of_dots() -> None:
    symbol = symbol_of(face_code(FACE), "Q")
    side = 7  # dots: 33 modules in 20.40 mm at 300 dpi
    assert symbol.side == 33
    code = ImageOps.invert(picture(film_png(FACE)).crop((680, 84, 955, 340)))
    box = code.getbbox()
    assert box is not None
    left, top = box[:2]
    assert (box[2] - left, box[3] - top) == (33 * side, 33 * side)
    for y, row in enumerate(symbol.modules):
        for x, dark in enumerate(row):
            at = (left + x * side, top + y * side)
            dots = code.crop((*at, at[0] + side, at[1] + side)).tobytes()
            assert set(dots) == {255 if dark else 0}, (x, y)


def test_poppler_sees_the_ink_in_the_same_place(tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(card_pdf(FACE))
    run_tool(
        *("pdftoppm", "-r", "300", "-gray", "-png", "-singlefile"),
        *(str(tmp_path / "card.pdf"), str(tmp_path / "card")),
        standard_input=b"",
    )
    other = Image.open(tmp_path / "card.png").convert("L")
    boxes = [
        image.point(lambda value: 255 if value < 128 else 0).getbbox()
        for image in (other, picture(card_png(FACE)))
    ]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert all(abs(a - b) <= 2 for a, b in zip(*boxes, strict=True)), boxes


def test_a_raster_survives_the_way_through_png() -> None:
    raster = rasterise(card_pdf(FACE))
    assert png_to_raster(raster_to_png(raster)) == raster
    odd = CardRaster(10, 2, 300, bytes([0b10000000, 0b01000000, 0xFF, 0b11000000]))
    assert png_to_raster(raster_to_png(odd)) == odd
    assert raster_to_image(odd).getpixel((0, 0)) == 0
    assert raster_to_image(odd).getpixel((1, 0)) == 255


def test_the_same_raster_gives_the_same_png() -> None:
    assert film_png(FACE) == film_png(FACE)


@pytest.mark.parametrize(
    "bytes_", [b"", b"nonsense", b"\x89PNG\r\n\x1a\n", film_png(FACE)[:-200], b"\xff\xd8\xff\xe0JFIF"]
)
def test_what_is_no_whole_png_is_refused(bytes_: bytes) -> None:
    with pytest.raises(PictureInvalid):
        open_picture(bytes_)


def test_a_huge_picture_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(PictureInvalid):
        open_picture(png(Image.new("1", (8192, 8192))))


def test_colours_and_transparency_become_grey() -> None:
    assert open_picture(png(Image.new("RGBA", (4, 4), (255, 255, 255, 255)))).getpixel((0, 0)) == 255
    assert open_picture(png(Image.new("P", (4, 4), 0))).mode == "L"
    assert open_picture(png(Image.new("I;16", (4, 4), 65535))).mode == "L"
