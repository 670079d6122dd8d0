"""The QR code of an order, read back by an independent reader."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.payments.qr import qr_matrix

CODES = [
    "weixin://wxpay/bizpayurl?pr=aYalf9vib",
    "https://qr.alipay.com/baxsbhvpv5n3pu6piemzigf",
    "https://qr.95516.com/00010000/82254220973130397351982272184578",
]


def drawn(code: str) -> Image.Image:
    matrix = qr_matrix(code)
    size = len(matrix)
    image = Image.new("L", (size + 8, size + 8), 255)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if dark else 255)
    return image.resize(((size + 8) * 4,) * 2, Image.Resampling.NEAREST)


@settings(max_examples=25, deadline=None)
@given(code=st.sampled_from(CODES) | st.from_regex(r"https://[a-z0-9./?=]{1,80}", fullmatch=True))
def test_an_independent_reader_reads_the_code(code: str) -> None:
    (read,) = zxingcpp.read_barcodes(drawn(code))
    assert read.text == code
    assert str(read.ec_level) == "M"


@pytest.mark.parametrize("code", ["", "x" * 1025])
def test_no_code_without_text_or_without_end(code: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        qr_matrix(code)
