"""WeChat Pay's trade bill, the downloaded file itself."""

from kiosk.payments.reconciliation.bills import BillInvalid
from kiosk.payments.wechat.bill import COLUMNS, read_bill, write_bill

_MCHID = "1900000001"
_ROW = {name: "0.00" if name.endswith(("金额", "手续费")) else "" for name in COLUMNS} | {
    "交易时间": "2026-11-22 16:00:00",
    "商户号": _MCHID,
    "微信订单号": "4200000000000000000000000001",
    "商户订单号": "K000120261122160000000001",
    "交易状态": "SUCCESS",
    "货币种类": "CNY",
    "订单金额": "15.00",
    "应结订单金额": "15.00",
    "商品名称": "往来港澳签注, 1",
}
_REFUND = _ROW | {
    "交易状态": "REFUND",
    "商户退款单号": "K000120261122160000000001R1",
    "退款状态": "SUCCESS",
    "订单金额": "0.00",
    "申请退款金额": "15.00",
}


def seeds() -> tuple[bytes, ...]:
    return write_bill([]), write_bill([_ROW]), write_bill([_ROW, _REFUND])


def one_input(data: bytes) -> None:
    try:
        lines = read_bill(data, _MCHID)
    except BillInvalid:
        return
    assert all(line.amount > 0 and line.number and line.order_number for line in lines)
