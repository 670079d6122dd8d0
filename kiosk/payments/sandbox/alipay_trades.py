"""What the simulated Alipay does, whichever protocol asked for it: trades, refunds, bills.

A trade made by precreate exists only once the payer's phone has scanned the code. Sources as in
`kiosk.payments.alipay`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kiosk.domain.money import Fen, parse_yuan, yuan_text
from kiosk.domain.payment import Channel
from kiosk.payments import beijing
from kiosk.payments.alipay.messages import BILL, PAY
from kiosk.payments.documents import Document, text_of
from kiosk.payments.sandbox import bills, booking
from kiosk.payments.sandbox.exchange import Answer, Bend, Operation, Request
from kiosk.payments.sandbox.ledger import Ledger, OrderState, StoredOrder, stamp
from kiosk.payments.sandbox.notify_urls import is_notify_url

CHANNEL = Channel.ALIPAY
DOWNLOADS = "/billdownload/"
_NUMBER = re.compile(r"[0-9A-Za-z_]{6,64}")
_TIMEOUT = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_CODE_LIFE = timedelta(hours=2)
_CANCEL_WINDOW = timedelta(hours=24)
_BILL_LIFE = timedelta(seconds=30)
OPERATIONS = {
    "alipay.trade.precreate": Operation.CREATE,
    PAY: Operation.CREATE,
    "alipay.trade.query": Operation.QUERY,
    "alipay.trade.cancel": Operation.CLOSE,
    "alipay.trade.close": Operation.CLOSE,
    "alipay.trade.refund": Operation.REFUND,
    "alipay.trade.fastpay.refund.query": Operation.REFUND_QUERY,
    BILL: Operation.BILL,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A verified request; `host` is where the gateway's downloads are."""

    business: Document
    now: datetime
    bend: Bend
    notify_url: str
    host: str


class Refusal(Exception):
    """A request refused with Alipay's code and sub_code."""

    def __init__(self, code: str, sub_code: str) -> None:
        super().__init__(f"{code} {sub_code}")
        messages = {"40001": "Missing Required Arguments", "40002": "Invalid Arguments"}
        message = messages.get(code, "Business Failed")
        self.document: Document = {"code": code, "msg": message, "sub_code": sub_code, "sub_msg": sub_code}


class NoTrade(Refusal):
    """No trade has the number asked for."""

    def __init__(self) -> None:
        super().__init__("40004", "ACQ.TRADE_NOT_EXIST")


class AlipayTrades:
    """Alipay's trades, by method name."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._shelf = bills.BillShelf(_BILL_LIFE)
        self._methods: Mapping[str, Callable[[Asked], Document]] = {
            "alipay.trade.precreate": self._precreate,
            PAY: self._pay,
            "alipay.trade.query": self._query,
            "alipay.trade.cancel": self._cancel,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
            BILL: self._bill,
        }

    def __contains__(self, method: str) -> bool:
        return method in self._methods

    def perform(self, method: str, asked: Asked) -> Document:
        """Do what a method asks for and return what it answers, without the code; raise Refusal."""
        return self._methods[method](asked)

    def _precreate(self, asked: Asked) -> Document:
        wanted = _new_order(asked, booking.new_code(CHANNEL))
        order = self._ledger.order(CHANNEL, wanted.number)
        if order is None:
            order = wanted
            self._ledger.save_order(order)
        _check_repeated(order, wanted)
        return {"out_trade_no": order.number, "qr_code": order.code}

    def _pay(self, asked: Asked) -> Document:
        """Charge the phone whose payment code was read (scene bar_code)."""
        if text_of(asked.business, "scene") != "bar_code":
            raise Refusal("40004", "ACQ.INVALID_PARAMETER")
        number = text_of(asked.business, "out_trade_no")
        wanted = _new_order(asked, f"payer_code {number}")
        known = self._ledger.order(CHANNEL, wanted.number)
        if known is not None:
            _check_repeated(known, wanted)
            return self._paying(known)
        order, charge = booking.charge(self._ledger, wanted, text_of(asked.business, "auth_code"), asked.now)
        if order is None or charge is booking.Charge.REFUSED:
            invalid = charge is booking.Charge.INVALID
            sub_code = "ACQ.PAYMENT_AUTH_CODE_INVALID" if invalid else "ACQ.BUYER_BALANCE_NOT_ENOUGH"
            raise Refusal("40004", sub_code)
        return self._paying(order)

    def _paying(self, order: StoredOrder) -> Document:
        if order.state is not OrderState.PAID:
            return {"code": "10003", "msg": "order success pay inprocess", "out_trade_no": order.number}
        return {
            "out_trade_no": order.number,
            "trade_no": order.transaction_id,
            "total_amount": yuan_text(Fen(order.amount)),
            "receipt_amount": yuan_text(Fen(order.amount)),
            "buyer_logon_id": "pay***@sandbox.example",
            "gmt_payment": beijing.text(datetime.fromisoformat(order.paid_at)),
        }

    def _query(self, asked: Asked) -> Document:
        order = self._trade(asked.business)
        refunded = booking.refunded(self._ledger, order)
        document: dict[str, object] = {
            "out_trade_no": order.number,
            "trade_no": order.transaction_id,
            "trade_status": "WAIT_BUYER_PAY" if order.state is OrderState.OPEN else "TRADE_CLOSED",
            "total_amount": yuan_text(Fen(asked.bend.amount(order.amount))),
            "buyer_logon_id": "pay***@sandbox.example",
        }
        if order.state is OrderState.PAID:
            paid_at = datetime.fromisoformat(order.paid_at)
            state = "TRADE_CLOSED" if refunded == order.amount else "TRADE_SUCCESS"
            document |= {"trade_status": state, "send_pay_date": beijing.text(paid_at)}
        elif order.over(asked.now):
            document["trade_status"] = "TRADE_CLOSED"
        return document

    def _cancel(self, asked: Asked) -> Document:
        """Close what is unpaid (also a code nobody has scanned), give back what was paid.

        A number that no trade has is no refusal: the answer lacks `action` (the method's documentation).
        """
        try:
            order = self._known(asked.business)
        except NoTrade:
            return {"out_trade_no": text_of(asked.business, "out_trade_no"), "retry_flag": "N"}
        if asked.now - datetime.fromisoformat(order.opened_at) > _CANCEL_WINDOW:
            raise Refusal("40004", "ACQ.TRADE_CANCEL_TIME_OUT")
        if asked.bend.pay_first:
            order = booking.pay(self._ledger, order, asked.now) or order
        action = "refund" if booking.give_back(self._ledger, order, asked.now) else "close"
        trade_no = {"trade_no": order.transaction_id} if order.transaction_id else {}
        return {"out_trade_no": order.number, "retry_flag": "N", "action": action, **trade_no}

    def _close(self, asked: Asked) -> Document:
        order = self._trade(asked.business)
        if asked.bend.pay_first:
            order = booking.pay(self._ledger, order, asked.now) or order
        if order.state is OrderState.PAID:
            raise Refusal("40004", "ACQ.TRADE_STATUS_ERROR")
        self._ledger.save_order(replace(order, state=OrderState.CLOSED))
        return {"out_trade_no": order.number}

    def _refund(self, asked: Asked) -> Document:
        order = self._trade(asked.business)
        amount, number = (
            _amount(asked.business, "refund_amount"),
            text_of(asked.business, "out_request_no") or order.number,
        )
        known = self._refund_of(order, number)
        if known is not None and known != amount:
            raise Refusal("40004", "ACQ.DISCORDANT_REPEAT_REQUEST")
        if known is None:
            if order.state is not OrderState.PAID:
                raise Refusal("40004", "ACQ.TRADE_STATUS_ERROR")
            if booking.refund(self._ledger, order, number, amount, asked.now) is None:
                raise Refusal("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
            self._ledger.add_notice(order, "refund", asked.now)
        return {
            "out_trade_no": order.number,
            "trade_no": order.transaction_id,
            "fund_change": "Y" if known is None else "N",
            "refund_fee": yuan_text(Fen(asked.bend.amount(booking.refunded(self._ledger, order)))),
            "buyer_logon_id": "pay***@sandbox.example",
        }

    def _refund_query(self, asked: Asked) -> Document:
        order = self._trade(asked.business)
        number = text_of(asked.business, "out_request_no")
        if not number:
            raise Refusal("40004", "ACQ.INVALID_PARAMETER")
        amount = self._refund_of(order, number)
        if amount is None:
            return {}
        return {
            "out_trade_no": order.number,
            "trade_no": order.transaction_id,
            "out_request_no": number,
            "total_amount": yuan_text(Fen(order.amount)),
            "refund_amount": yuan_text(Fen(asked.bend.amount(amount))),
            "refund_status": "REFUND_SUCCESS",
        }

    def _bill(self, asked: Asked) -> Document:
        """Put the zip of a past day on the shelf and tell where it is."""
        if text_of(asked.business, "bill_type") not in {"trade", "signcustomer"}:
            raise Refusal("40004", "isp.invalid_arguments")
        try:
            day = date.fromisoformat(text_of(asked.business, "bill_date"))
        except ValueError:
            raise Refusal("40004", "isp.invalid_arguments") from None
        if not bills.is_past(day, asked.now):
            raise Refusal("40004", "isp.bill_not_exist")
        lines = bills.lines_of(self._ledger, CHANNEL, day)
        if not lines:
            raise Refusal("40004", "isp.bill_not_exist")
        token = self._shelf.put(bills.alipay_bill(lines, day, asked.now), asked.now)
        return {"bill_download_url": f"http://{asked.host}{DOWNLOADS}{token}"}

    def _refund_of(self, order: StoredOrder, number: str) -> int | None:
        refunds = self._ledger.refunds(CHANNEL, order.number)
        return next((refund.amount for refund in refunds if refund.number == number), None)

    def _known(self, business: Document) -> StoredOrder:
        number, trade_no = text_of(business, "out_trade_no"), text_of(business, "trade_no")
        if not number and not trade_no:
            raise Refusal("40004", "ACQ.INVALID_PARAMETER")
        by_number = self._ledger.order(CHANNEL, number) if number else None
        order = by_number or self._ledger.order_of_transaction(CHANNEL, trade_no)
        if order is None:
            raise NoTrade
        return order

    def _trade(self, business: Document) -> StoredOrder:
        """Find a trade; before the payer's phone has scanned the code there is none."""
        order = self._known(business)
        if not order.scanned:
            raise NoTrade
        return order

    def download(self, request: Request, now: datetime) -> Answer:
        """Return a zip by its token: nothing of it is signed."""
        content = self._shelf.get(request.path.removeprefix(DOWNLOADS), now)
        if content is None or request.method != "GET":
            return Answer(404)
        return Answer(200, {"Content-Type": "application/zip"}, content)


def _new_order(asked: Asked, code: str) -> StoredOrder:
    """Return the order that a checked precreate or pay asks for."""
    number, subject = text_of(asked.business, "out_trade_no"), text_of(asked.business, "subject")
    if _NUMBER.fullmatch(number) is None or not 0 < len(subject.encode()) <= 256:
        raise Refusal("40004", "ACQ.INVALID_PARAMETER")
    if asked.notify_url and not is_notify_url(asked.notify_url):
        raise Refusal("40002", "isv.invalid-notify-url")
    return StoredOrder(
        channel=CHANNEL,
        number=number,
        amount=_amount(asked.business, "total_amount"),
        subject=subject,
        state=OrderState.OPEN,
        code=code,
        opened_at=stamp(asked.now),
        expires_at=stamp(_expiry(asked.business, asked.now)),
        notify_url=asked.notify_url,
    )


def _amount(business: Document, name: str) -> Fen:
    try:
        amount = parse_yuan(text_of(business, name))
    except ValueError:
        raise Refusal("40004", "ACQ.INVALID_PARAMETER") from None
    if amount <= 0:
        raise Refusal("40004", "ACQ.INVALID_PARAMETER")
    return amount


def _expiry(business: Document, now: datetime) -> datetime:
    """Return the end of the order: absolute, or relative from here on (the real one: from the scan on)."""
    absolute, relative = text_of(business, "time_expire"), text_of(business, "timeout_express")
    if relative:
        match = _TIMEOUT.fullmatch(relative)
        if match is None:
            raise Refusal("40004", "ACQ.INVALID_PARAMETER")
        return now + timedelta(**{_UNITS[match[2]]: int(match[1])})
    if not absolute:
        return now + _CODE_LIFE
    try:
        expires_at = beijing.from_text(absolute)
    except ValueError:
        raise Refusal("40004", "ACQ.INVALID_PARAMETER") from None
    if expires_at <= now:
        raise Refusal("40004", "ACQ.INVALID_PARAMETER")
    return expires_at


def _check_repeated(order: StoredOrder, wanted: StoredOrder) -> None:
    if order.state is OrderState.PAID:
        raise Refusal("40004", "ACQ.TRADE_HAS_SUCCESS")
    if order.state is OrderState.CLOSED:
        raise Refusal("40004", "ACQ.TRADE_HAS_CLOSE")
    if (order.amount, order.subject) != (wanted.amount, wanted.subject):
        raise Refusal("40004", "ACQ.CONTEXT_INCONSISTENT")
