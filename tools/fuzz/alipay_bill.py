"""Alipay's trade bill: the zip as downloaded (first byte 0), or the file of details inside one (1)."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

from kiosk.payments.alipay.bill import COLUMNS, read_bill, write_bill
from kiosk.payments.reconciliation.bills import BillInvalid, unzipped

_SELLER = "2088000000000001"
_MADE = datetime(2026, 11, 23, 1, tzinfo=UTC)
_ROW = dict.fromkeys(COLUMNS, "") | {
    "支付宝交易号": "2026112222001400000000000001",
    "商户订单号": "K000120261122160000000001",
    "业务类型": "交易",
    "商品名称": "往来港澳签注, 1",
    "完成时间": "2026-11-22 16:00:00",
    "订单金额（元）": "15.00",
    "商家实收（元）": "15.00",
}
_REFUND = _ROW | {
    "业务类型": "退款",
    "退款批次号/请求号": "K000120261122160000000001R1",
    "订单金额（元）": "-15.00",
    "商家实收（元）": "-15.00",
}


def seeds() -> tuple[bytes, ...]:
    packed = write_bill([_ROW, _REFUND], _SELLER, _MADE.date(), _MADE)
    details = next(text for name, text in unzipped(packed).items() if name.endswith("明细.csv"))
    return b"\x00" + packed, b"\x01" + details


def one_input(data: bytes) -> None:
    packed = _zipped(data[1:]) if data[:1] == b"\x01" else data[1:]
    try:
        lines = read_bill(packed, _SELLER)
    except BillInvalid:
        return
    assert all(line.amount > 0 and line.number and line.order_number for line in lines)


def _zipped(details: bytes) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("业务明细.csv", details)
    return output.getvalue()
