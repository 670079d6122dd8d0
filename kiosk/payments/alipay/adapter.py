"""The Alipay channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from kiosk.domain.payment import Channel, Order, Refund
from kiosk.payments import rsa
from kiosk.payments.alipay.bill import read_bill
from kiosk.payments.alipay.messages import (
    BILL,
    CANCEL,
    PAID_STATES,
    PAY,
    PRECREATE,
    QUERY,
    REFUND,
    REFUND_QUERY,
    AlipayMerchant,
    common_parameters,
    pay_content,
    precreate_content,
    read_paid,
    read_refund_query,
    read_trade,
    refund_content,
)
from kiosk.payments.alipay.signing import notice_text, request_text, split_answer
from kiosk.payments.contract import (
    Availability,
    CloseAnswer,
    Closed,
    CodeAnswer,
    Declined,
    Notice,
    NoticeRefused,
    OpenAnswer,
    Opened,
    OrderLookup,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
)
from kiosk.payments.documents import Document, code_of, encode, parse_object, text_of
from kiosk.payments.expiry import surely_over
from kiosk.payments.payer_code import is_code_of, until_known
from kiosk.payments.reconciliation.bills import LONGEST_BILL, Bill, BillAnswer, BillInvalid
from kiosk.payments.wire import Wire

PROBE_NUMBER = "KPROBE00"  # never an order: asking for it proves address, keys and clock
_OK, _ASKING, _UNKNOWN = "10000", "10003", "20000"
_MISSING = "ACQ.TRADE_NOT_EXIST"
_PAID = "ACQ.TRADE_HAS_SUCCESS"
_NO_BILL = "isp.bill_not_exist"
_UNCERTAIN = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error"})
_LATER = frozenset({"ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.REFUND_CHARGE_ERROR"})
_CANCEL_CALLS = 3  # while the gateway says retry_flag Y
# A cancel that finds no trade answers without `action` (alipay.trade.cancel, response: "not returned: no
# trade found"). There may be one yet: a shown code is good until its expiry, a charge may be on its way.
_NO_TRADE = Undecided("nothing to cancel yet: close it again after its time-out")
_ON_ITS_WAY_S = 10.0  # no longer does a charge travel whose answer nobody waits for: the wire's own time-out
_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class _Answered:
    """A verified answer; `refusal` is "" for a success, else the sub_code (or the code)."""

    document: Document
    refusal: str


class AlipayChannel:
    """Alipay face to face, the payer scans our code (alipay.trade.precreate)."""

    channel = Channel.ALIPAY

    def __init__(self, merchant: AlipayMerchant, wire: Wire) -> None:
        self._merchant = merchant
        self._wire = wire

    @property
    def simulated(self) -> bool:
        return self._merchant.simulated

    @property
    def clock_skew(self) -> timedelta | None:
        return self._wire.skew

    async def available(self) -> Availability:
        answer = await self._call(QUERY, {"out_trade_no": PROBE_NUMBER})
        clock = self._wire.clock_availability()
        if not clock.available:
            return clock
        if isinstance(answer, Undecided):
            return Availability(False, answer.reason)
        if answer.refusal != _MISSING:
            return Availability(False, f"unexpected answer {answer.refusal or 'without error'}")
        return clock

    async def open(self, order: Order) -> OpenAnswer:
        answer = await self._call(PRECREATE, precreate_content(order))
        if isinstance(answer, Undecided):
            return answer
        if answer.refusal == _PAID:
            known = await self.query(order)
            return known if isinstance(known, Settled) else Undecided("paid, but the query does not say so")
        if answer.refusal:
            return Declined(answer.refusal)
        code = code_of(answer.document, "qr_code")
        if text_of(answer.document, "out_trade_no") != order.number or not code:
            return Undecided("an answer without the order's qr_code")
        return Opened(code)

    async def query(self, order: Order) -> QueryAnswer:
        answer = await self._call(QUERY, {"out_trade_no": order.number})
        if isinstance(answer, Undecided):
            return answer
        if answer.refusal == _MISSING:  # before the payer scans there is no trade
            return Closed() if surely_over(order, self._wire.network_now()) else Pending()
        if answer.refusal:
            return Undecided(answer.refusal)
        return read_trade(answer.document, self._merchant, order, self._wire.clock.now())

    async def close(self, order: Order) -> CloseAnswer:
        """Query, then cancel directly behind it: a cancel would give a payment back.

        `Closed.refunded` tells that the payer was faster still and has the money back already.
        """
        first = await self.query(order)
        if isinstance(first, Settled | Closed | Undecided):
            return first
        return await self._cancel(order)

    async def _cancel(self, order: Order) -> CloseAnswer:
        """Cancel for as long as the gateway asks for it."""
        for _ in range(_CANCEL_CALLS):
            answer = await self._call(CANCEL, {"out_trade_no": order.number})
            if isinstance(answer, Undecided):
                return answer
            if answer.refusal == _MISSING:
                return _NO_TRADE
            if answer.refusal:
                return Undecided(f"cancel refused: {answer.refusal}")
            if text_of(answer.document, "retry_flag") != "Y":
                return self._read_cancel(answer.document, order)
        return Undecided("cancel asks to be called again")

    def _read_cancel(self, document: Document, order: Order) -> CloseAnswer:
        if text_of(document, "out_trade_no") != order.number or text_of(document, "retry_flag") != "N":
            return Undecided("an answer without the order's cancel")
        action = text_of(document, "action")
        return Closed(refunded=action == "refund") if action else _NO_TRADE

    def takes(self, code: str) -> bool:
        return is_code_of(Channel.ALIPAY, code)

    async def pay_with_code(self, order: Order, code: str) -> CodeAnswer:
        if not self.takes(code):
            return Declined("not a payment code of Alipay")
        return await until_known(self, self._wire.clock, order, await self._charge(order, code))

    async def _charge(self, order: Order, code: str) -> QueryAnswer:
        answer = await self._call(PAY, pay_content(order, code))
        if isinstance(answer, Undecided):
            return answer
        if answer.refusal in {_ASKING, _PAID}:
            return Pending()
        if answer.refusal:
            return Declined(answer.refusal)
        if text_of(answer.document, "out_trade_no") != order.number:
            return Undecided("the answer is about another order", incident=True)
        return read_paid(answer.document, self._merchant, order, self._wire.clock.now())

    async def reverse(self, order: Order) -> CloseAnswer:
        """Cancel directly behind a query: a cancel gives back what was taken.

        Where there is still no trade after the longest time that a charge can be on its way, none was ever
        made: the kiosk was stopped before it charged, or the network never heard of it.
        """
        undone = await self._undo(order)
        if undone is not _NO_TRADE:
            return undone
        await self._wire.clock.sleep(_ON_ITS_WAY_S)
        undone = await self._undo(order)
        return Closed() if undone is _NO_TRADE else undone

    async def _undo(self, order: Order) -> CloseAnswer:
        known = await self.query(order)
        return known if isinstance(known, Settled | Closed) else await self._cancel(order)

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        answer = await self._call(REFUND, refund_content(order, refund))
        if isinstance(answer, Undecided):
            return RefundAnswer(RefundState.UNDECIDED, answer.reason)
        if answer.refusal:
            state = RefundState.UNDECIDED if answer.refusal in _LATER else RefundState.REFUSED
            return RefundAnswer(state, answer.refusal)
        own = text_of(answer.document, "out_trade_no") == order.number
        if own and text_of(answer.document, "fund_change") == "Y":
            return RefundAnswer(RefundState.DONE)
        return await self.query_refund(order, refund)  # N: a repeat, or nothing moved

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer:
        content = {"out_trade_no": order.number, "out_request_no": refund.number}
        answer = await self._call(REFUND_QUERY, content)
        if isinstance(answer, Undecided):
            return RefundAnswer(RefundState.UNDECIDED, answer.reason)
        if answer.refusal:
            return RefundAnswer(RefundState.UNDECIDED, answer.refusal)
        return read_refund_query(answer.document, order, refund)

    async def bill(self, day: date) -> BillAnswer:
        """Fetch the trade bill: a signed answer tells where a zip is for half a minute, itself not signed."""
        answer = await self._call(BILL, {"bill_type": "trade", "bill_date": day.isoformat()})
        if isinstance(answer, Undecided):
            return answer
        if answer.refusal == _NO_BILL:
            return Bill(Channel.ALIPAY, day, ())
        if answer.refusal:
            return Undecided(answer.refusal)
        url = text_of(answer.document, "bill_download_url")
        if not self._may_fetch(url):
            return Undecided("the bill is at an unsafe address")
        reply = await self._wire.send("GET", url, {}, b"", LONGEST_BILL)
        if isinstance(reply, Undecided):
            return reply
        if reply.status != 200:
            return Undecided(f"HTTP {reply.status} for the bill")
        try:
            return Bill(Channel.ALIPAY, day, read_bill(reply.body, self._merchant.seller_id))
        except BillInvalid as error:
            return Undecided(f"bill: {error}")

    def _may_fetch(self, url: str) -> bool:
        """Take https only, or the gateway's own address."""
        try:
            told, own = urlsplit(url), urlsplit(self._merchant.gateway_url)
        except ValueError:
            return False
        return url.isascii() and bool(told.hostname) and (told.scheme == "https" or told[:2] == own[:2])

    def read_notice(
        self, headers: Mapping[str, str], body: bytes, order_of: OrderLookup, now: datetime
    ) -> Notice:
        parameters = _form(body)
        if not rsa.verifies(self._merchant.alipay_key, notice_text(parameters), parameters.get("sign", "")):
            raise NoticeRefused("wrong signature", 400, b"failure")
        order = order_of(parameters.get("out_trade_no", ""))
        if order is None or order.channel is not Channel.ALIPAY:
            raise NoticeRefused("no such order", 404, b"failure")
        headers = {"Content-Type": "text/plain"}
        return Notice(order.number, self._notice_state(parameters, order, now), 200, headers, b"success")

    def _notice_state(
        self, parameters: Mapping[str, str], order: Order, now: datetime
    ) -> Settled | Pending | Undecided:
        """Return what a notification says; a refund's also says TRADE_SUCCESS and is no second payment."""
        for name in ("app_id", "seller_id"):
            if name not in parameters:
                return Undecided(f"a notification without {name}", incident=True)
        if parameters.get("refund_fee") or parameters.get("gmt_refund"):
            return Undecided("a refund's notification")
        if parameters.get("trade_status") not in PAID_STATES:
            return Undecided("not a payment's notification")
        return read_paid(parameters, self._merchant, order, now)

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _call(self, method: str, content: Document) -> _Answered | Undecided:
        """Send a signed request; return the verified answer, or why its fate is not known."""
        parameters = common_parameters(self._merchant, method, self._wire.clock.now())
        business = {"biz_content": encode(content).decode()}
        sign = rsa.sign(self._merchant.key, request_text(parameters | business))
        url = f"{self._merchant.gateway_url}?{urlencode(parameters | {'sign': sign})}"
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        reply = await self._wire.send("POST", url, headers, urlencode(business).encode("ascii"))
        if isinstance(reply, Undecided):
            return reply
        if reply.status != 200:
            return Undecided(f"HTTP {reply.status}")
        answer = split_answer(reply.body, method)
        if answer is None:
            return Undecided("an answer of an unknown form")
        if not rsa.verifies(self._merchant.alipay_key, answer.inner.encode(), answer.sign):
            return Undecided("wrong signature")
        certificates = self._merchant.certificates
        if certificates is not None and answer.certificate != certificates.alipay:
            return Undecided("signed by another certificate than the one configured")
        return _read(parse_object(answer.inner) or {})


def _read(document: Document) -> _Answered | Undecided:
    code, sub_code = text_of(document, "code"), text_of(document, "sub_code")
    if code == _OK:
        return _Answered(document, "")
    if code == _UNKNOWN or sub_code in _UNCERTAIN or not code:
        return Undecided(f"code {code:.8} {sub_code:.48}")
    return _Answered(document, sub_code or code)


def _form(body: bytes) -> dict[str, str]:
    """Return a form's fields; empty for a body that is none, or that names a field twice."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else {}
