"""The networks' bills of what the ledger holds, in each network's own day and format, spoilt on demand."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kiosk.domain.money import Fen, yuan_text
from kiosk.domain.payment import Channel
from kiosk.payments import beijing
from kiosk.payments.alipay import bill as alipay
from kiosk.payments.reconciliation.bills import window
from kiosk.payments.sandbox.booking import REVERSAL
from kiosk.payments.sandbox.faults import FaultKind, spoils_bill
from kiosk.payments.sandbox.keys import (
    ALIPAY_SELLER_ID,
    UNIONPAY_MER_ID,
    WECHAT_APPID,
    WECHAT_MCHID,
)
from kiosk.payments.sandbox.ledger import Ledger
from kiosk.payments.unionpay import bill as unionpay
from kiosk.payments.wechat import bill as wechat

_KEPT = 8
_FIRST_DAY = date(2013, 1, 1)  # none of the networks has older bills


@dataclass(frozen=True, slots=True)
class Line:
    """One movement in a bill; `refund` is "" for a payment, else the refund's own number."""

    order: str
    amount: int
    transaction_id: str
    moment: datetime
    subject: str
    refund: str = ""
    refund_id: str = ""
    paid_at: datetime | None = None


def lines_of(ledger: Ledger, channel: Channel, day: date) -> list[Line]:
    """Return a day's movements, oldest first, with what was ordered by `bill_omits` and `wrong_amount`."""
    spoilt = [fault for fault in ledger.faults() if spoils_bill(fault) and fault.channel in {"", channel}]
    lines = []
    for line in sorted(_true_lines(ledger, channel, day), key=lambda line: line.moment):
        hits = [fault for fault in spoilt if fault.order_number in {"", line.order}]
        kinds = {fault.kind for fault in hits}
        if FaultKind.BILL_OMITS in kinds:
            continue
        extra = 1 if FaultKind.WRONG_AMOUNT in kinds else 0
        lines.append(replace(line, amount=line.amount + extra))
    for fault in spoilt:
        ledger.count_fault(fault)
    return lines


def _true_lines(ledger: Ledger, channel: Channel, day: date) -> Iterator[Line]:
    start, end = window(channel, day)
    for order in ledger.paid_between(channel, start, end):
        yield Line(order.number, order.amount, order.transaction_id, _moment(order.paid_at), order.subject)
    for repeat in ledger.repeats_between(channel, start, end):
        first = ledger.order(channel, repeat.number)
        if first is not None:
            yield Line(
                first.number, first.amount, repeat.transaction_id, _moment(repeat.paid_at), first.subject
            )
    for refund in ledger.refunds_between(channel, start, end):
        paid = ledger.order(channel, refund.order_number)
        if paid is not None:
            yield Line(
                paid.number,
                refund.amount,
                paid.transaction_id,
                _moment(refund.asked_at),
                paid.subject,
                refund.number,
                refund.refund_id,
                _moment(paid.paid_at),
            )


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def is_past(day: date, now: datetime) -> bool:
    """Return whether a day in Beijing is over, and of this age, so that there can be a bill of it."""
    return _FIRST_DAY < day < now.astimezone(beijing.BEIJING).date()


def wechat_bill(lines: list[Line], kind: str) -> bytes:
    """Return the trade bill of type ALL, SUCCESS or REFUND."""
    wanted = {"ALL": (True, True), "SUCCESS": (True, False), "REFUND": (False, True)}[kind]
    rows = [_wechat_row(line) for line in lines if wanted[bool(line.refund)]]
    return wechat.write_bill(rows, with_refunds=kind != "SUCCESS")


def _wechat_row(line: Line) -> dict[str, str]:
    amount, none = yuan_text(Fen(line.amount)), "0.00"
    back = bool(line.refund)
    return {
        "交易时间": beijing.text(line.moment),
        "公众账号ID": WECHAT_APPID,
        "商户号": WECHAT_MCHID,
        "特约商户号": "0",
        "微信订单号": line.transaction_id,
        "商户订单号": line.order,
        "用户标识": "oSandboxPayer0000000000000001",
        "交易类型": "NATIVE",
        "交易状态": wechat.REFUNDED if back else wechat.PAID,
        "付款银行": "OTHERS",
        "货币种类": "CNY",
        "应结订单金额": none if back else amount,
        "代金券金额": none,
        "微信退款单号": line.refund_id or "0",
        "商户退款单号": line.refund or "0",
        "退款金额": amount if back else none,
        "充值券退款金额": none,
        "退款类型": "ORIGINAL" if back else "",
        "退款状态": "SUCCESS" if back else "",
        "商品名称": line.subject,
        "手续费": "0.00000",
        "费率": "0.60%",
        "订单金额": none if back else amount,
        "申请退款金额": amount if back else none,
    }


def alipay_bill(lines: list[Line], day: date, now: datetime) -> bytes:
    """Return the zip of the trade bill."""
    return alipay.write_bill([_alipay_row(line) for line in lines], ALIPAY_SELLER_ID, day, now)


def _alipay_row(line: Line) -> dict[str, str]:
    amount = ("-" if line.refund else "") + yuan_text(Fen(line.amount))
    none = dict.fromkeys(
        (name for name in alipay.COLUMNS if name.endswith("（元）") and name != "订单金额（元）"), "0.00"
    )
    return none | {
        "支付宝交易号": line.transaction_id,
        "商户订单号": line.order,
        "业务类型": alipay.REFUND if line.refund else alipay.TRADE,
        "商品名称": line.subject,
        "创建时间": beijing.text(line.paid_at or line.moment),
        "完成时间": beijing.text(line.moment),
        "对方账户": "pay***@sandbox.example",
        "订单金额（元）": amount,
        "商家实收（元）": amount,
        "退款批次号/请求号": line.refund,
    }


def unionpay_bill(lines: list[Line], day: date) -> tuple[str, str]:
    """Return `fileName` and `fileContent`."""
    return unionpay.write_bill([_unionpay_row(line) for line in lines], UNIONPAY_MER_ID, day)


def _unionpay_row(line: Line) -> Mapping[int, str]:
    back, reversed_ = bool(line.refund), line.refund.startswith(REVERSAL)
    kind, sub_kind = ("99", "01") if reversed_ else ("04", "00") if back else ("01", "07")
    amount, own_id = unionpay.padded_amount(line.amount), line.refund_id or line.transaction_id
    fields = {
        unionpay.CODE: "S56",
        unionpay.ACQUIRER: "00049992",
        unionpay.SENDER: "00049992",
        unionpay.TRACE: own_id[-6:],
        unionpay.MOMENT: beijing.digits(line.moment)[4:],
        unionpay.CARD: "621626*********0000",
        unionpay.AMOUNT: amount,
        unionpay.QUERY_ID: own_id,
        unionpay.ORDER: line.order if reversed_ else line.refund or line.order,
        unionpay.FEE: f"D{unionpay.padded_amount(0)}",
        unionpay.NET: ("D" if back else "C") + amount,
        unionpay.TYPE: kind,
        unionpay.SUB_TYPE: sub_kind,
        unionpay.BUSINESS: "000000",
        unionpay.MERCHANT: UNIONPAY_MER_ID,
    }
    if line.paid_at is not None:
        fields |= {
            unionpay.ORIGINAL_TRACE: line.transaction_id[-6:],
            unionpay.ORIGINAL_MOMENT: beijing.digits(line.paid_at)[4:],
            unionpay.ORIGINAL_QUERY_ID: line.transaction_id,
        }
    return fields


class BillShelf:
    """Bills that were announced and wait to be fetched, the latest few, each for a while."""

    def __init__(self, life: timedelta) -> None:
        self._life = life
        self._bills: dict[str, tuple[datetime, bytes]] = {}

    def put(self, content: bytes, now: datetime) -> str:
        """Keep a bill and return the token by which it is fetched."""
        token = secrets.token_urlsafe(24)
        self._bills[token] = now, content
        while len(self._bills) > _KEPT:
            self._bills.pop(next(iter(self._bills)))
        return token

    def get(self, token: str, now: datetime) -> bytes | None:
        """Return a bill whose time is not over."""
        made_at, content = self._bills.get(token, (now, None))
        return content if now - made_at <= self._life else None
