"""The simulated Alipay gateway ("v2", gateway.do): RSA2 verified and signed, trades that exist once scanned.

Sources as in `kiosk.payments.alipay`. Parameters are merged from query and form body, whichever way the
client sends them; GET works too. Every answer has HTTP status 200 and is signed over its raw text.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from kiosk.domain.money import Fen, parse_yuan, yuan_text
from kiosk.domain.payment import Channel
from kiosk.payments import beijing, rsa
from kiosk.payments.alipay.messages import BILL
from kiosk.payments.alipay.signing import member_of, notice_text, request_text
from kiosk.payments.documents import Document, parse_object, text_of
from kiosk.payments.sandbox import bills, booking
from kiosk.payments.sandbox.exchange import STRAIGHT, Answer, Bend, Operation, Request
from kiosk.payments.sandbox.keys import ALIPAY_APP_ID, ALIPAY_SELLER_ID, AlipayGatewayKeys
from kiosk.payments.sandbox.ledger import Ledger, OrderState, StoredOrder, stamp
from kiosk.payments.sandbox.notify_urls import is_notify_url

CHANNEL = Channel.ALIPAY
_NUMBER = re.compile(r"[0-9A-Za-z_]{6,64}")
_TIMEOUT = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_CODE_LIFE = timedelta(hours=2)
_CLOCK_WINDOW = timedelta(minutes=10)  # our strictness; the real gateway's is not published
_CANCEL_WINDOW = timedelta(hours=24)
_MOST_FIELDS = 100
_BILL_LIFE = timedelta(seconds=30)
DOWNLOADS = "/billdownload/"
_OPERATIONS = {
    "alipay.trade.precreate": Operation.CREATE,
    "alipay.trade.query": Operation.QUERY,
    "alipay.trade.cancel": Operation.CLOSE,
    "alipay.trade.close": Operation.CLOSE,
    "alipay.trade.refund": Operation.REFUND,
    "alipay.trade.fastpay.refund.query": Operation.REFUND_QUERY,
    BILL: Operation.BILL,
}


class _Refusal(Exception):
    """A request refused with Alipay's code and sub_code."""

    def __init__(self, code: str, sub_code: str) -> None:
        super().__init__(f"{code} {sub_code}")
        messages = {"40001": "Missing Required Arguments", "40002": "Invalid Arguments"}
        message = messages.get(code, "Business Failed")
        self.document = {"code": code, "msg": message, "sub_code": sub_code, "sub_msg": sub_code}


class AlipayNetwork:
    """Alipay as the gateway plays it."""

    channel = CHANNEL

    def __init__(self, ledger: Ledger, keys: AlipayGatewayKeys) -> None:
        self._ledger = ledger
        self._keys = keys
        self._methods: Mapping[str, Callable[[Document, Mapping[str, str], datetime, Bend], Document]] = {
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.query": self._query,
            "alipay.trade.cancel": self._cancel,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
            BILL: self._bill,
        }
        self._shelf = bills.BillShelf(_BILL_LIFE)

    def operation(self, request: Request) -> Operation:
        return _OPERATIONS.get(_parameters(request).get("method", ""), Operation.OTHER)

    def answer(self, request: Request, now: datetime, bend: Bend = STRAIGHT) -> Answer:
        if request.path.startswith(DOWNLOADS):
            return self._download(request, now)
        parameters = _parameters(request)
        method = parameters.get("method", "")
        with self._ledger.transaction():
            try:
                self._check(parameters, now)
                business = parse_object(parameters.get("biz_content", ""))
                if business is None:
                    raise _Refusal("40001", "isv.missing-biz-content")
                document = {"code": "10000", "msg": "Success"}
                parameters |= {"host": request.headers.get("host", "")}  # where downloads are
                document |= self._methods[method](business, parameters, now, bend)
            except _Refusal as refusal:
                document = refusal.document
        return self._signed(method, document, bend)

    def notice(self, order: StoredOrder, event: str, now: datetime) -> tuple[Mapping[str, str], bytes]:
        paid_at = datetime.fromisoformat(order.paid_at)
        parameters = {
            "notify_time": beijing.text(now),
            "notify_type": "trade_status_sync",
            "notify_id": f"{event}{order.transaction_id}",
            "app_id": ALIPAY_APP_ID,
            "charset": "utf-8",
            "version": "1.0",
            "sign_type": "RSA2",
            "seller_id": ALIPAY_SELLER_ID,
            "trade_no": order.transaction_id,
            "out_trade_no": order.number,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": yuan_text(Fen(order.amount)),
            "receipt_amount": yuan_text(Fen(order.amount)),
            "subject": order.subject,
            "gmt_create": beijing.text(datetime.fromisoformat(order.opened_at)),
            "gmt_payment": beijing.text(paid_at),
        }
        if event == "refund":
            fee = yuan_text(Fen(booking.refunded(self._ledger, order)))
            parameters |= {"refund_fee": fee, "gmt_refund": beijing.text(now)}
        parameters["sign"] = rsa.sign(self._keys.alipay, notice_text(parameters))
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return headers, urlencode(parameters).encode("ascii")

    # requests

    def _check(self, parameters: Mapping[str, str], now: datetime) -> None:
        """Refuse what is not a request of the merchant's application, made now."""
        for name in ("app_id", "method", "charset", "sign_type", "sign", "timestamp", "version"):
            if not parameters.get(name):
                raise _Refusal("40001", f"isv.missing-{name.replace('_', '-')}")
        if parameters["app_id"] != ALIPAY_APP_ID:
            raise _Refusal("40002", "isv.invalid-app-id")
        if parameters["sign_type"] != "RSA2":
            raise _Refusal("40002", "isv.invalid-signature-type")
        if not rsa.verifies(self._keys.app, request_text(parameters), parameters["sign"]):
            raise _Refusal("40002", "isv.invalid-signature")
        if parameters["charset"].lower() != "utf-8":
            raise _Refusal("40002", "isv.invalid-charset")
        if parameters.get("format", "JSON").upper() != "JSON" or parameters["version"] != "1.0":
            raise _Refusal("40002", "isv.invalid-format")
        if not _is_now(parameters["timestamp"], now):
            raise _Refusal("40002", "isv.invalid-timestamp")
        if parameters["method"] not in self._methods:
            raise _Refusal("40002", "isv.invalid-method")

    def _precreate(
        self,
        business: Document,
        parameters: Mapping[str, str],
        now: datetime,
        bend: Bend,  # noqa: ARG002 - every method has the same shape
    ) -> Document:
        number, subject = text_of(business, "out_trade_no"), text_of(business, "subject")
        amount, notify_url = _amount(business, "total_amount"), parameters.get("notify_url", "")
        if _NUMBER.fullmatch(number) is None or not 0 < len(subject.encode()) <= 256:
            raise _Refusal("40004", "ACQ.INVALID_PARAMETER")
        if notify_url and not is_notify_url(notify_url):
            raise _Refusal("40002", "isv.invalid-notify-url")
        expires_at = _expiry(business, now)
        order = self._ledger.order(CHANNEL, number)
        if order is None:
            order = StoredOrder(
                channel=CHANNEL,
                number=number,
                amount=amount,
                subject=subject,
                state=OrderState.OPEN,
                code=booking.new_code(CHANNEL),
                opened_at=stamp(now),
                expires_at=stamp(expires_at),
                notify_url=notify_url,
            )
            self._ledger.save_order(order)
        _check_repeated(order, amount, subject)
        return {"out_trade_no": number, "qr_code": order.code}

    def _query(
        self,
        business: Document,
        parameters: Mapping[str, str],  # noqa: ARG002 - every method has the same shape
        now: datetime,
        bend: Bend,
    ) -> Document:
        order = self._trade(business)
        refunded = booking.refunded(self._ledger, order)
        document: dict[str, object] = {
            "out_trade_no": order.number,
            "trade_no": order.transaction_id,
            "trade_status": "WAIT_BUYER_PAY",
            "total_amount": yuan_text(Fen(bend.amount(order.amount))),
            "buyer_logon_id": "pay***@sandbox.example",
        }
        if order.state is OrderState.PAID:
            paid_at = datetime.fromisoformat(order.paid_at)
            state = "TRADE_CLOSED" if refunded == order.amount else "TRADE_SUCCESS"
            document |= {"trade_status": state, "send_pay_date": beijing.text(paid_at)}
        elif order.state is OrderState.CLOSED or order.over(now):
            document["trade_status"] = "TRADE_CLOSED"
        return document

    def _cancel(
        self,
        business: Document,
        parameters: Mapping[str, str],  # noqa: ARG002 - every method has the same shape
        now: datetime,
        bend: Bend,
    ) -> Document:
        """Close what is unpaid (also a code nobody has scanned), give back what was paid."""
        order = self._known(business)
        if now - datetime.fromisoformat(order.opened_at) > _CANCEL_WINDOW:
            raise _Refusal("40004", "ACQ.TRADE_CANCEL_TIME_OUT")
        if bend.pay_first:
            order = booking.pay(self._ledger, order, now) or order
        action = "close"
        if order.state is OrderState.PAID:
            action = "refund"
            rest = order.amount - booking.refunded(self._ledger, order)
            booking.refund(self._ledger, order, f"{booking.REVERSAL}{order.number}", rest, now)
        else:
            self._ledger.save_order(replace(order, state=OrderState.CLOSED))
        trade_no = {"trade_no": order.transaction_id} if order.transaction_id else {}
        return {"out_trade_no": order.number, "retry_flag": "N", "action": action, **trade_no}

    def _close(
        self,
        business: Document,
        parameters: Mapping[str, str],  # noqa: ARG002 - every method has the same shape
        now: datetime,
        bend: Bend,
    ) -> Document:
        order = self._trade(business)
        if bend.pay_first:
            order = booking.pay(self._ledger, order, now) or order
        if order.state is OrderState.PAID:
            raise _Refusal("40004", "ACQ.TRADE_STATUS_ERROR")
        self._ledger.save_order(replace(order, state=OrderState.CLOSED))
        return {"out_trade_no": order.number}

    def _refund(
        self,
        business: Document,
        parameters: Mapping[str, str],  # noqa: ARG002 - every method has the same shape
        now: datetime,
        bend: Bend,
    ) -> Document:
        order = self._trade(business)
        amount, number = (
            _amount(business, "refund_amount"),
            text_of(business, "out_request_no") or order.number,
        )
        known = self._refund_of(order, number)
        if known is not None and known != amount:
            raise _Refusal("40004", "ACQ.DISCORDANT_REPEAT_REQUEST")
        if known is None:
            if order.state is not OrderState.PAID:
                raise _Refusal("40004", "ACQ.TRADE_STATUS_ERROR")
            if booking.refund(self._ledger, order, number, amount, now) is None:
                raise _Refusal("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
            self._ledger.add_notice(order, "refund", now)
        return {
            "out_trade_no": order.number,
            "trade_no": order.transaction_id,
            "fund_change": "Y" if known is None else "N",
            "refund_fee": yuan_text(Fen(bend.amount(booking.refunded(self._ledger, order)))),
            "buyer_logon_id": "pay***@sandbox.example",
        }

    def _refund_query(
        self,
        business: Document,
        parameters: Mapping[str, str],  # noqa: ARG002 - every method has the same shape
        now: datetime,  # noqa: ARG002
        bend: Bend,
    ) -> Document:
        order = self._trade(business)
        number = text_of(business, "out_request_no")
        if not number:
            raise _Refusal("40004", "ACQ.INVALID_PARAMETER")
        amount = self._refund_of(order, number)
        if amount is None:
            return {}
        return {
            "out_trade_no": order.number,
            "trade_no": order.transaction_id,
            "out_request_no": number,
            "total_amount": yuan_text(Fen(order.amount)),
            "refund_amount": yuan_text(Fen(bend.amount(amount))),
            "refund_status": "REFUND_SUCCESS",
        }

    def _bill(
        self,
        business: Document,
        parameters: Mapping[str, str],
        now: datetime,
        bend: Bend,  # noqa: ARG002 - every method has the same shape
    ) -> Document:
        """Put the zip of a past day on the shelf and tell where it is."""
        if text_of(business, "bill_type") not in {"trade", "signcustomer"}:
            raise _Refusal("40004", "isp.invalid_arguments")
        try:
            day = date.fromisoformat(text_of(business, "bill_date"))
        except ValueError:
            raise _Refusal("40004", "isp.invalid_arguments") from None
        if not bills.is_past(day, now):
            raise _Refusal("40004", "isp.bill_not_exist")
        lines = bills.lines_of(self._ledger, CHANNEL, day)
        if not lines:
            raise _Refusal("40004", "isp.bill_not_exist")
        token = self._shelf.put(bills.alipay_bill(lines, day, now), now)
        return {"bill_download_url": f"http://{parameters['host']}{DOWNLOADS}{token}"}

    def _download(self, request: Request, now: datetime) -> Answer:
        """Return a zip by its token: nothing of it is signed."""
        content = self._shelf.get(request.path.removeprefix(DOWNLOADS), now)
        if content is None or request.method != "GET":
            return Answer(404)
        return Answer(200, {"Content-Type": "application/zip"}, content)

    def _refund_of(self, order: StoredOrder, number: str) -> int | None:
        refunds = self._ledger.refunds(CHANNEL, order.number)
        return next((refund.amount for refund in refunds if refund.number == number), None)

    def _known(self, business: Document) -> StoredOrder:
        number, trade_no = text_of(business, "out_trade_no"), text_of(business, "trade_no")
        if not number and not trade_no:
            raise _Refusal("40004", "ACQ.INVALID_PARAMETER")
        by_number = self._ledger.order(CHANNEL, number) if number else None
        order = by_number or self._ledger.order_of_transaction(CHANNEL, trade_no)
        if order is None:
            raise _Refusal("40004", "ACQ.TRADE_NOT_EXIST")
        return order

    def _trade(self, business: Document) -> StoredOrder:
        """Find a trade; before the payer's phone has scanned the code there is none."""
        order = self._known(business)
        if not order.scanned:
            raise _Refusal("40004", "ACQ.TRADE_NOT_EXIST")
        return order

    def _signed(self, method: str, document: Document, bend: Bend) -> Answer:
        """Write the answer as the gateway does: ``/`` escaped, `sign` directly behind the object."""
        inner = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
        sign = rsa.sign(self._keys.alipay, (inner + " " if bend.wrong_signature else inner).encode())
        member = member_of(method) if method in self._methods else "error_response"
        body = f'{{"{member}":{inner},"sign":"{sign}"}}'.encode()
        return Answer(200, {"Content-Type": "text/html;charset=utf-8"}, body)


def _parameters(request: Request) -> dict[str, str]:
    """Return the parameters of query and form body together; none where a name comes twice."""
    texts = [request.query]
    if request.method == "POST":
        texts.append(request.body.decode("ascii", "replace"))
    try:
        pairs = [
            pair
            for text in texts
            for pair in parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        ]
    except ValueError:
        return {}
    parameters = dict(pairs)
    return parameters if len(parameters) == len(pairs) else {}


def _is_now(timestamp: str, now: datetime) -> bool:
    try:
        return abs(beijing.from_text(timestamp) - now) <= _CLOCK_WINDOW
    except ValueError:
        return False


def _amount(business: Document, name: str) -> Fen:
    try:
        amount = parse_yuan(text_of(business, name))
    except ValueError:
        raise _Refusal("40004", "ACQ.INVALID_PARAMETER") from None
    if amount <= 0:
        raise _Refusal("40004", "ACQ.INVALID_PARAMETER")
    return amount


def _expiry(business: Document, now: datetime) -> datetime:
    """Return the end of the order: absolute, or relative from here on (the real one: from the scan on)."""
    absolute, relative = text_of(business, "time_expire"), text_of(business, "timeout_express")
    if relative:
        match = _TIMEOUT.fullmatch(relative)
        if match is None:
            raise _Refusal("40004", "ACQ.INVALID_PARAMETER")
        return now + timedelta(**{_UNITS[match[2]]: int(match[1])})
    if not absolute:
        return now + _CODE_LIFE
    try:
        expires_at = beijing.from_text(absolute)
    except ValueError:
        raise _Refusal("40004", "ACQ.INVALID_PARAMETER") from None
    if expires_at <= now:
        raise _Refusal("40004", "ACQ.INVALID_PARAMETER")
    return expires_at


def _check_repeated(order: StoredOrder, amount: int, subject: str) -> None:
    if order.state is OrderState.PAID:
        raise _Refusal("40004", "ACQ.TRADE_HAS_SUCCESS")
    if order.state is OrderState.CLOSED:
        raise _Refusal("40004", "ACQ.TRADE_HAS_CLOSE")
    if (order.amount, order.subject) != (amount, subject):
        raise _Refusal("40004", "ACQ.CONTEXT_INCONSISTENT")
