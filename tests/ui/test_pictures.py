"""Pictures from the card and from icons: whatever the bytes are, the screen goes on."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from kiosk import resources
from kiosk.payments.qr import qr_matrix
from kiosk.ui.pictures import Icons, VisitPictures, decode, draw_code
from tests.ui.support import portrait


def encoded(kind: str, size: tuple[int, int] = (30, 40)) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "#A03020").save(content, kind)
    return content.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000", "PNG"])
def test_decodes_what_a_chip_may_hold(kind: str) -> None:
    image = decode(encoded(kind))
    assert (image.width(), image.height()) == (30, 40)
    assert abs(image.pixelColor(10, 10).red() - 0xA0) < 12


@pytest.mark.parametrize("content", [b"", b"no picture", encoded("GIF"), encoded("BMP"), b"\xff" * 5_000_000])
def test_anything_else_is_no_picture(content: bytes) -> None:
    assert decode(content).isNull()


@given(cut=st.integers(0, 5000), noise=st.binary(max_size=40), at=st.integers(0, 5000))
def test_broken_pictures_never_raise(cut: int, noise: bytes, at: int) -> None:
    content = portrait()[: len(portrait()) - cut]
    decode(content[:at] + noise + content[at + len(noise) :])


def test_a_picture_of_giant_size_is_refused_by_its_header() -> None:
    content = bytearray(encoded("PNG"))
    content[16:24] = (50_000).to_bytes(4, "big") * 2
    assert decode(bytes(content)).isNull()


def test_the_code_has_its_quiet_zone() -> None:
    matrix = qr_matrix("weixin://wxpay/bizpayurl?pr=abc")
    image = draw_code(matrix)
    assert image.width() == len(matrix) + 8
    assert image.pixelColor(3, 3) == QColor("white")
    assert image.pixelColor(4, 4) == QColor("black")
    assert draw_code(()).isNull()


def test_visit_pictures_are_held_by_name_and_forgotten() -> None:
    pictures = VisitPictures()
    first = pictures.put("portrait", decode(portrait()))
    second = pictures.put("portrait", decode(encoded("PNG")))
    assert first != second, "another address, so that nothing shows the old picture"
    name = second.removeprefix("image://visit/")
    assert pictures.requestImage(name, QSize(), QSize()).width() == 30
    assert pictures.requestImage(name, QSize(), QSize(15, 20)).width() == 15
    assert pictures.put("portrait", QImage()) == ""
    assert pictures.empty
    assert pictures.requestImage(name, QSize(), QSize()).size() == QSize(1, 1)


@pytest.mark.parametrize("name", sorted(path.stem for path in resources.path("icons").glob("*.svg")))
def test_icons_take_the_colour_they_are_asked_for(qapp: object, name: str) -> None:
    image = Icons().requestImage(f"{name}/0A3578", QSize(), QSize(48, 48))
    assert image.size() == QSize(48, 48)
    pixels = (image.pixelColor(x, y) for x in range(48) for y in range(48))
    drawn = [pixel for pixel in pixels if pixel.alpha() == 255]
    assert drawn
    for part, wanted in (("red", 0x0A), ("green", 0x35), ("blue", 0x78)):
        assert all(abs(getattr(pixel, part)() - wanted) <= 1 for pixel in drawn)
