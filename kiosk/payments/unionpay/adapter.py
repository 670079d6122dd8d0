"""The UnionPay QR channel."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from kiosk.domain.payment import Channel, Order, Refund
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
from kiosk.payments.documents import code_of
from kiosk.payments.expiry import surely_over
from kiosk.payments.payer_code import is_code_of, until_known
from kiosk.payments.reconciliation.bills import LONGEST_BILL, Bill, BillAnswer, BillInvalid
from kiosk.payments.unionpay.bill import read_bill
from kiosk.payments.unionpay.messages import (
    DUPLICATE,
    NOT_A_REFUSAL,
    NOT_FOUND,
    PAID,
    UnionPayMerchant,
    answers,
    apply_fields,
    charge_fields,
    file_fields,
    query_fields,
    read_paid,
    read_payment,
    read_refund,
    refund_fields,
    reversal_fields,
)
from kiosk.payments.unionpay.signing import UnionPayTrust, parse_answer, sign
from kiosk.payments.wire import LONGEST_ANSWER, Wire

PROBE_NUMBER = "KPROBE00"  # never an order: asking for it proves address, keys and clock
_BACK = "/gateway/api/backTransReq.do"
_QUERY = "/gateway/api/queryTrans.do"
_MOST_FIELDS = 100
_PAYMENTS = frozenset({("01", "07"), ("01", "06")})
_NO_FILE = "98"


class UnionPayChannel:
    """UnionPay full-channel platform 5.1.0, the payer scans our code (01/07)."""

    channel = Channel.UNIONPAY

    def __init__(self, merchant: UnionPayMerchant, wire: Wire) -> None:
        self._merchant = merchant
        self._wire = wire
        self._trust = UnionPayTrust(merchant.root, merchant.middle)
        self._own_parameters = {name for name, _ in parse_qsl(urlsplit(merchant.notify_url).query)}

    @property
    def simulated(self) -> bool:
        return self._merchant.simulated

    @property
    def clock_skew(self) -> timedelta | None:
        return self._wire.skew

    async def available(self) -> Availability:
        fields = query_fields(self._merchant, PROBE_NUMBER, self._wire.clock.now())
        answer = await self._call(_QUERY, fields)
        clock = self._wire.clock_availability()
        if not clock.available:
            return clock
        if isinstance(answer, Undecided):
            return Availability(False, answer.reason)
        if _code(answer) != NOT_FOUND:
            return Availability(False, f"unexpected respCode {_code(answer)}")
        return clock

    async def open(self, order: Order) -> OpenAnswer:
        answer = await self._call(_BACK, apply_fields(self._merchant, order))
        if isinstance(answer, Undecided):
            return answer
        code = _code(answer)
        if code in PAID:
            text = code_of(answer, "qrCode")
            return Opened(text) if text else Undecided("an answer without qrCode")
        if code == DUPLICATE:
            return await self._open_known(order)
        return (
            Undecided(f"respCode {code}")
            if code in NOT_A_REFUSAL or not code
            else Declined(f"respCode {code}")
        )

    async def _open_known(self, order: Order) -> OpenAnswer:
        """The number was used by an earlier try: its payment can be asked for, its code cannot."""
        known = await self.query(order)
        if isinstance(known, Settled | Declined | Undecided):
            return known
        return Undecided("the order exists, its code cannot be had again", code_lost=True)

    async def query(self, order: Order) -> QueryAnswer:
        answer = await self._call(_QUERY, query_fields(self._merchant, order.number, order.opened_at))
        if isinstance(answer, Undecided):
            return answer
        code = _code(answer)
        state: QueryAnswer
        if code == NOT_FOUND:
            state = Pending()
        elif code in PAID:
            state = read_payment(answer, self._merchant, order)
        else:
            return Undecided(f"respCode {code}")
        over = isinstance(state, Pending) and surely_over(order, self._wire.network_now())
        return Closed() if over else state

    async def close(self, order: Order) -> CloseAnswer:
        """The protocol has no close: payTimeout ends the order, a query after it says so.

        Until then the answer is Undecided; ask again after `Order.expires_at` and some 15 s.
        """
        known = await self.query(order)
        match known:
            case Settled() | Closed() | Undecided():
                return known
            case Declined():
                return Closed()
            case Pending():
                return Undecided("payable until its time-out: close it again afterwards")

    def takes(self, code: str) -> bool:
        return is_code_of(Channel.UNIONPAY, code)

    async def pay_with_code(self, order: Order, code: str) -> CodeAnswer:
        if not self.takes(code):
            return Declined("not a payment code of UnionPay")
        return await until_known(self, self._wire.clock, order, await self._charge(order, code))

    async def _charge(self, order: Order, code: str) -> QueryAnswer:
        answer = await self._call(_BACK, charge_fields(self._merchant, order, code))
        if isinstance(answer, Undecided):
            return answer
        told = _code(answer)
        if told in PAID:
            return read_paid(answer, self._merchant, order)
        if told in NOT_A_REFUSAL or told == DUPLICATE or not told:
            return Undecided(f"respCode {told}")
        return Declined(f"respCode {told}")

    async def reverse(self, order: Order) -> CloseAnswer:
        """Reverse (冲正) an undecided charge, within its clearing day; whatever was taken goes back."""
        known = await self.query(order)
        if isinstance(known, Settled | Closed):
            return known
        answer = await self._call(_BACK, reversal_fields(self._merchant, order))
        if isinstance(answer, Undecided):
            return answer
        if _code(answer) == NOT_FOUND:
            return Closed()
        if _code(answer) in PAID:
            return Closed(refunded=True)
        return Undecided(f"reversal: respCode {_code(answer)}")

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        answer = await self._call(_BACK, refund_fields(self._merchant, refund))
        if isinstance(answer, Undecided):
            return RefundAnswer(RefundState.UNDECIDED, answer.reason)
        code = _code(answer)
        if code in PAID or code == DUPLICATE:  # "accepted": only a query tells that it is done
            known = await self.query_refund(order, refund)
            accepted = RefundAnswer(RefundState.PROCESSING, known.reason)
            return accepted if known.state is RefundState.UNDECIDED and code in PAID else known
        state = RefundState.UNDECIDED if code in NOT_A_REFUSAL or not code else RefundState.REFUSED
        return RefundAnswer(state, f"respCode {code}")

    async def query_refund(
        self,
        order: Order,  # noqa: ARG002 - the contract's; here a refund is a transaction of its own
        refund: Refund,
    ) -> RefundAnswer:
        fields = query_fields(self._merchant, refund.number, refund.requested_at)
        answer = await self._call(_QUERY, fields)
        if isinstance(answer, Undecided):
            return RefundAnswer(RefundState.UNDECIDED, answer.reason)
        if _code(answer) in PAID:
            return read_refund(answer, refund)
        return RefundAnswer(RefundState.UNDECIDED, f"respCode {_code(answer)}")

    async def bill(self, day: date) -> BillAnswer:
        """Fetch the file of transactions of a settlement day; it travels inside a signed answer."""
        fields = file_fields(self._merchant, day, self._wire.clock.now())
        answer = await self._exchange(self._merchant.file_url, fields, 2 * LONGEST_BILL)
        if isinstance(answer, Undecided):
            return answer
        if _code(answer) == _NO_FILE:
            return Bill(Channel.UNIONPAY, day, ())
        if _code(answer) not in PAID:
            return Undecided(f"respCode {_code(answer)}")
        try:
            lines = read_bill(answer.get("fileContent", ""), self._merchant.mer_id, day)
        except BillInvalid as error:
            return Undecided(f"bill: {error}")
        return Bill(Channel.UNIONPAY, day, lines)

    def read_notice(
        self,
        headers: Mapping[str, str],  # noqa: ARG002 - the contract's; here the signature is in the body
        body: bytes,
        order_of: OrderLookup,
        now: datetime,
    ) -> Notice:
        """Verify and read a notification; `body` is the form, without the parameters of our own URL."""
        fields = self._notice_fields(body)
        refusal = self._trust.refusal(fields, now)
        if refusal:
            raise NoticeRefused(refusal, 400, b"")
        order = order_of(fields.get("orderId", ""))
        if order is None or order.channel is not Channel.UNIONPAY:
            raise NoticeRefused("no such order", 404, b"")
        state: Settled | Undecided = Undecided("not a payment's notification")
        kind = fields.get("txnType"), fields.get("txnSubType")
        if kind in _PAYMENTS and _code(fields) in PAID:
            state = read_paid(fields, self._merchant, order)
        return Notice(order.number, state, 200, {"Content-Type": "text/plain"}, b"ok")

    def _notice_fields(self, body: bytes) -> dict[str, str]:
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            return {}
        fields = {name: value for name, value in pairs if name not in self._own_parameters}
        return fields if len({name for name, _ in pairs}) == len(pairs) else {}

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _call(self, path: str, fields: dict[str, str]) -> Mapping[str, str] | Undecided:
        return await self._exchange(self._merchant.base_url + path, fields, LONGEST_ANSWER)

    async def _exchange(
        self, url: str, fields: dict[str, str], longest: int
    ) -> Mapping[str, str] | Undecided:
        """Send signed fields; return the verified answer, or why its fate is not known."""
        body = urlencode(sign(self._merchant.key, fields)).encode("ascii")
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        reply = await self._wire.send("POST", url, headers, body, longest)
        if isinstance(reply, Undecided):
            return reply
        if reply.status != 200:
            return Undecided(f"HTTP {reply.status}")
        answer = parse_answer(reply.body)
        if answer is None:
            return Undecided("an answer of an unknown form")
        refusal = self._trust.refusal(answer, self._wire.clock.now())
        if refusal:
            return Undecided(refusal)
        if not answers(fields, answer):
            return Undecided("the answer is to another request", incident=True)
        return answer


def _code(fields: Mapping[str, str]) -> str:
    return fields.get("respCode", "")[:4]
