"""The paper slip: what it says, how it looks, and that it never fails."""

from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp

from kiosk.documents.raster import raster_to_image, rasterise
from kiosk.documents.slip import render_slip
from kiosk.domain.endorsement import Destination, Entries
from kiosk.domain.failure import FailureCode
from kiosk.domain.money import Fen
from kiosk.domain.money_back import MoneyBack, ReturnState
from kiosk.domain.payment import Channel
from kiosk.domain.slip import Slip, SlipLine
from kiosk.domain.text import Text
from tests.documents.faces import AT, HONG_KONG, PAYMENT, SLIP, run_tool, text_of, words_mm

FAILURE = Text("卡片打印失败。", "Printing on the card failed.")
FAILED = replace(
    SLIP,
    endorsements=(),
    case_number="GZ01-7F3K",
    failure=FailureCode.PRINT_FAILED,
    money_back=(MoneyBack(Channel.ALIPAY, Fen(4500), "RGZ01202611220000010001", ReturnState.DONE),),
)
VOUCHER = replace(
    FAILED,
    money_back=(
        MoneyBack(Channel.YCT, Fen(4500), "RGZ01202611220000010001", ReturnState.VOUCHER),
        MoneyBack(Channel.CARD, Fen(4500), "RGZ01202611220000010002", ReturnState.OPEN),
    ),
)
NOTHING = Slip("GZ01-20261122-0003", "GZ01", AT, "", ())
SLIPS = [SLIP, FAILED, VOUCHER, NOTHING, replace(SLIP, number="x" * 64, case_number="C" * 60)]


def flat(pdf: bytes) -> str:
    """The text without its line breaks and spaces."""
    return "".join(text_of(pdf).split())


def size_mm(pdf: bytes) -> tuple[float, float]:
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    return width * 25.4 / 72, height * 25.4 / 72


def test_a_finished_visit_is_told_completely() -> None:
    text = text_of(render_slip(SLIP))
    for said in (
        *("缴费凭条", "智能签注受理回执", "Payment slip", "2026-11-22 13:44:01", "GZ01", "C00***000"),
        *("香港 个人旅游", "Hong Kong, individual visit", "¥30.00", "¥15.00", "合计 Total", "¥45.00"),
        *("支付宝 Alipay", PAYMENT.order_number, PAYMENT.transaction_id),
        *("卡上现有签注", "2027-02-21", "A12345678", "B87654321", "个人旅游", "多次"),
        *("GZ01-20261122-0001", "不是财政票据", "not the official receipt", "12367"),
    ):
        assert said in text, said
    for unsaid in ("问题编号", "退款", "未收取", "Nothing was"):
        assert unsaid not in text, unsaid


def test_a_failed_visit_names_its_case_and_its_refund() -> None:
    text = flat(render_slip(FAILED, FAILURE))
    for said in (
        *("问题编号", "GZ01-7F3K", "卡片打印失败。", "Printingonthecardfailed."),
        *(
            "退款Refund",
            "RGZ01202611220000010001",
            "退回至Backto支付宝Alipay",
            "原支付方式退回",
            "Nothingwasprintedonthecard",
        ),
    ):
        assert said in text, said


def test_what_no_network_takes_back_is_a_voucher_and_what_is_open_says_so() -> None:
    text = flat(render_slip(VOUCHER, FAILURE))
    for said in (
        *("退款凭据Voucher", "¥45.00", "RGZ01202611220000010001", "羊城通不能退回卡内"),
        *("退款Refund", "退回至Backto银行卡Bankcard", "退款尚未确认", "GZ01-7F3K"),
    ):
        assert said in text, said
    assert "原支付方式退回" not in text


def test_a_visit_without_order_says_that_nothing_was_charged() -> None:
    text = text_of(render_slip(NOTHING))
    assert "本次未收取费用" in text
    assert "Nothing was charged" in text
    assert "通行证" not in text
    assert "合计" not in text


@pytest.mark.parametrize("slip", [SLIP, FAILED, VOUCHER])
def test_a_slip_of_simulated_money_says_so_and_no_other_does(slip: Slip) -> None:
    said = flat(render_slip(slip, simulated=True))
    for words in ("模拟·仅供测试", "Simulated·fortestsonly", "模拟支付", "nomoneywasmoved"):
        assert words in said, words
    assert "模拟" not in flat(render_slip(slip))
    assert "imulated" not in flat(render_slip(slip))


def test_what_nobody_knows_is_not_called_unprinted() -> None:
    text = flat(render_slip(replace(FAILED, failure=FailureCode.PRINT_UNKNOWN), FAILURE))
    assert "由工作人员核实" in text
    assert "Nothingwasprinted" not in text


@pytest.mark.parametrize("channel", Channel)
def test_every_way_to_pay_has_its_words(channel: Channel) -> None:
    text = flat(render_slip(replace(SLIP, payment=replace(PAYMENT, channel=channel))))
    assert "支付方式" in text
    assert text != flat(render_slip(replace(SLIP, payment=None)))


@pytest.mark.parametrize("destination", Destination)
@pytest.mark.parametrize("entries", Entries)
def test_every_endorsement_can_be_told(destination: Destination, entries: Entries) -> None:
    endorsement = replace(HONG_KONG, destination=destination, entries=entries, kind="F")
    assert "A12345678" in text_of(render_slip(replace(SLIP, endorsements=(endorsement,))))


@pytest.mark.parametrize("slip", SLIPS)
def test_the_page_is_80_mm_wide_and_all_words_lie_on_the_printable_72(slip: Slip) -> None:
    pdf = render_slip(slip, FAILURE)
    width, height = size_mm(pdf)
    assert width == pytest.approx(80, abs=0.001)
    for word, left, top, right, bottom in words_mm(pdf):
        assert 3.95 <= left < right <= 76.05, word
        assert 0 <= top < bottom <= height, word


def test_the_page_is_as_long_as_its_content() -> None:
    heights = [size_mm(render_slip(slip))[1] for slip in (NOTHING, SLIP)]
    assert 60 < heights[0] < heights[1] < 300
    many = replace(SLIP, lines=SLIP.lines * 10)
    assert size_mm(render_slip(many))[1] > heights[1] + 100


@pytest.mark.parametrize("slip", [SLIP, FAILED])
def test_no_letter_is_smaller_than_10_points_and_the_case_is_large(slip: Slip) -> None:
    document = pypdfium2.PdfDocument(render_slip(slip, FAILURE))
    text = document[0].get_textpage()
    sizes = [pdfium.FPDFText_GetFontSize(text, index) for index in range(text.count_chars())]
    text.close()
    document.close()
    assert min(size for size in sizes if size > 1) >= 10  # PDFium gives invented line breaks size 1 or 0
    assert max(sizes) >= (24 if slip.case_number else 15)


@pytest.mark.parametrize("number", ["GZ01-20261122-0001", "0193f6a2-7c1e-7d7a-9b1e-2f4f5a6b7c8d", "甲1"])
def test_the_code_gives_the_visits_number_at_a_roll_printers_resolution(number: str) -> None:
    pdf = render_slip(replace(SLIP, number=number))
    width, height = (round(side / 25.4 * 203) for side in size_mm(pdf))
    image = raster_to_image(rasterise(pdf, dots_per_inch=203, width=width, height=height)).convert("L")
    assert [barcode.text for barcode in zxingcpp.read_barcodes(image)] == [number]


def test_what_no_font_has_is_marked_not_left_out() -> None:
    line = SlipLine(Text("香港\U00030000旅游", "Hong Kong\n\u202evisit"), Fen(0))
    text = text_of(render_slip(replace(SLIP, lines=(line,))))
    assert "香港〓旅游" in text
    assert "Hong Kong〓〓visit" in text
    assert "¥0.00" in text


def test_a_very_long_text_is_broken_into_lines() -> None:
    line = SlipLine(Text("香" * 60, "Unbreakable" * 12), Fen(100))
    pdf = render_slip(replace(SLIP, lines=(line,)))
    assert flat(pdf).count("香") == 60 + 1
    assert flat(pdf).count("Unbreakable") == 12


def test_every_font_is_embedded() -> None:
    pdf = render_slip(FAILED, FAILURE)
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/BaseFont") == pdf.count(b"/FontFile2") > 0
    listed = run_tool("pdffonts", "-", standard_input=pdf).splitlines()[2:]
    assert listed
    assert all(" yes yes yes " in line for line in listed)


def test_the_same_slip_gives_the_same_bytes() -> None:
    assert render_slip(FAILED, FAILURE) == render_slip(FAILED, FAILURE)
    assert render_slip(FAILED, FAILURE) != render_slip(replace(FAILED, at=AT + timedelta(seconds=1)), FAILURE)


def test_an_item_names_its_destination() -> None:
    line = SlipLine(Text("商务", "Business"), Fen(1500), Destination.MACAO)
    text = text_of(render_slip(replace(SLIP, lines=(line,))))
    assert "澳门 商务" in text
    assert "Macao, business" in text
