"""The WeChat Pay channel."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
from kiosk.payments.documents import Document, code_of, encode, object_of, parse_object, text_of
from kiosk.payments.expiry import surely_over
from kiosk.payments.payer_code import is_code_of, until_known
from kiosk.payments.reconciliation.bills import LONGEST_BILL, Bill, BillAnswer, BillInvalid
from kiosk.payments.wechat.bill import read_bill
from kiosk.payments.wechat.messages import (
    BILL,
    CERTIFICATES,
    CODEPAY,
    NATIVE,
    REFUNDS,
    WechatMerchant,
    close_target,
    codepay_request,
    native_request,
    query_target,
    read_refund,
    read_transaction,
    refund_request,
    reverse_target,
)
from kiosk.payments.wechat.platform_keys import PUBLIC_KEY_PREFIX, PlatformKeys, read_certificates
from kiosk.payments.wechat.signing import authorize, unseal
from kiosk.payments.wire import LONGEST_ANSWER, Reply, Wire

PROBE_NUMBER = "KPROBE00"  # never an order: asking for it proves address, keys and clock
_CERTIFICATES_AGE_S = 24 * 3600.0
_CERTIFICATES_PAUSE_S = 600.0  # an unknown serial is looked up once, not with each request
_REFUSED = range(400, 500)
_PAID = "ORDERPAID"
_NO_BILL = "NO_STATEMENT_EXIST"
_CLOSED = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
_MISSING = frozenset({"ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"})
_ASKING = "USERPAYING"
_UNCERTAIN = frozenset({"SYSTEM_ERROR", "FREQUENCY_LIMITED", "BANK_ERROR"})
_LATER = frozenset({"SYSTEM_ERROR", "FREQUENCY_LIMITED", "NOT_ENOUGH"})  # a refund may be repeated


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer; `code` is "" for a success, `unverified` says why it cannot be believed ("": it can).

    Only refusals come unverified: whether WeChat Pay signs all of them is not documented.
    """

    document: Document
    code: str
    unverified: str = ""


class WechatChannel:
    """WeChat Pay Native (the payer scans our code), APIv3."""

    channel = Channel.WECHAT

    def __init__(self, merchant: WechatMerchant, wire: Wire) -> None:
        self._merchant = merchant
        self._wire = wire
        self._keys = PlatformKeys(merchant.platform_keys)
        self._certificates_asked: float | None = None

    @property
    def simulated(self) -> bool:
        return self._merchant.simulated

    @property
    def clock_skew(self) -> timedelta | None:
        return self._wire.skew

    async def available(self) -> Availability:
        answer = await self._ask("GET", query_target(self._merchant, PROBE_NUMBER))
        clock = self._wire.clock_availability()
        if not clock.available:
            return clock
        if isinstance(answer, Undecided):
            return Availability(False, answer.reason)
        if answer.code not in _MISSING:
            return Availability(False, f"unexpected answer {answer.code} {answer.unverified}".strip())
        return clock

    async def open(self, order: Order) -> OpenAnswer:
        answer = await self._call("POST", NATIVE, native_request(self._merchant, order))
        if isinstance(answer, Undecided):
            return answer
        if answer.code == _PAID:
            known = await self.query(order)
            return known if isinstance(known, Settled) else Undecided("paid, but the query does not say so")
        if answer.code:
            return Declined(answer.code)
        code = code_of(answer.document, "code_url")
        return Opened(code) if code else Undecided("an answer without code_url")

    async def query(self, order: Order) -> QueryAnswer:
        answer = await self._call("GET", query_target(self._merchant, order.number))
        if isinstance(answer, Undecided):
            return answer
        if answer.code in _MISSING:
            return Closed() if surely_over(order, self._wire.network_now()) else Pending()
        if answer.code:
            return Undecided(answer.code)
        return read_transaction(answer.document, self._merchant, order, self._wire.clock.now())

    async def close(self, order: Order) -> CloseAnswer:
        """Query, close, query again: the payer may be faster at any moment.

        WeChat Pay may refuse to close a young order ("下单后5分钟"): Undecided, close again later.
        """
        first = await self.query(order)
        if isinstance(first, Settled | Closed | Undecided):
            return first
        answer = await self._ask("POST", close_target(order.number), encode({"mchid": self._merchant.mchid}))
        if isinstance(answer, Undecided):
            return answer
        if answer.code in _MISSING and not answer.unverified:
            return Closed()
        if answer.code not in {"", _PAID} | _CLOSED:
            return Undecided(f"close refused: {answer.code}")
        last = await self.query(order)
        if isinstance(last, Settled | Closed | Undecided):
            return last
        return Undecided("closed, but the query does not say so")

    def takes(self, code: str) -> bool:
        return is_code_of(Channel.WECHAT, code)

    async def pay_with_code(self, order: Order, code: str) -> CodeAnswer:
        if not self.takes(code):
            return Declined("not a payment code of WeChat Pay")
        first = await self._charge(order, code)
        return await until_known(self, self._wire.clock, order, first)

    async def _charge(self, order: Order, code: str) -> QueryAnswer:
        """Charge once. A phone that asks for a password is told by USERPAYING, under whatever status."""
        answer = await self._call("POST", CODEPAY, codepay_request(self._merchant, order, code))
        if isinstance(answer, Undecided):
            return answer
        if answer.code in {_ASKING, _PAID}:
            return Pending()
        if answer.code:
            return Undecided(answer.code) if answer.code in _UNCERTAIN else Declined(answer.code)
        return read_transaction(answer.document, self._merchant, order, self._wire.clock.now())

    async def reverse(self, order: Order) -> CloseAnswer:
        """Query, reverse, query again. WeChat Pay refuses to reverse within 15 s: Undecided, ask again."""
        first = await self.query(order)
        if isinstance(first, Settled | Closed):
            return first
        body = encode({"appid": self._merchant.appid, "mchid": self._merchant.mchid})
        answer = await self._call("POST", reverse_target(order.number), body)
        if isinstance(answer, Undecided):
            return answer
        if answer.code in _MISSING:
            return Closed()
        if answer.code:
            return Undecided(f"reverse refused: {answer.code}")
        last = await self.query(order)
        return last if isinstance(last, Closed | Undecided) else Undecided("reversed, but not yet told so")

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        answer = await self._call("POST", REFUNDS, refund_request(order, refund))
        return self._read_refund(answer, order, refund)

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer:
        answer = await self._call("GET", f"{REFUNDS}/{refund.number}")
        if isinstance(answer, _Answered) and answer.code:
            return RefundAnswer(RefundState.UNDECIDED, answer.code)
        return self._read_refund(answer, order, refund)

    def _read_refund(self, answer: "_Answered | Undecided", order: Order, refund: Refund) -> RefundAnswer:
        if isinstance(answer, Undecided):
            return RefundAnswer(RefundState.UNDECIDED, answer.reason)
        if answer.code:
            state = RefundState.UNDECIDED if answer.code in _LATER else RefundState.REFUSED
            return RefundAnswer(state, answer.code)
        return read_refund(answer.document, order, refund)

    async def bill(self, day: date) -> BillAnswer:
        """Fetch the trade bill: a signed answer tells address and hash of a file, itself not signed."""
        answer = await self._call("GET", f"{BILL}?bill_date={day.isoformat()}&bill_type=ALL")
        if isinstance(answer, Undecided):
            return answer
        if answer.code == _NO_BILL:
            return Bill(Channel.WECHAT, day, ())
        if answer.code:
            return Undecided(answer.code)
        url, base = text_of(answer.document, "download_url"), self._merchant.base_url
        if text_of(answer.document, "hash_type") != "SHA1" or not url.startswith(f"{base}/"):
            return Undecided("a bill without SHA1, or at another address")
        reply = await self._send("GET", url.removeprefix(base), b"", LONGEST_BILL)
        if isinstance(reply, Undecided):
            return reply
        if reply.status != 200:
            return Undecided(f"HTTP {reply.status} for the bill")
        digest = hashlib.sha1(reply.body, usedforsecurity=False).hexdigest()  # the network's choice
        if digest != text_of(answer.document, "hash_value").lower():
            return Undecided("the bill is not the one announced")
        try:
            return Bill(Channel.WECHAT, day, read_bill(reply.body, self._merchant.mchid))
        except BillInvalid as error:
            return Undecided(f"bill: {error}")

    def read_notice(
        self, headers: Mapping[str, str], body: bytes, order_of: OrderLookup, now: datetime
    ) -> Notice:
        lowered = {name.lower(): value for name, value in headers.items()}
        refusal = self._keys.refusal(lowered, body, now)
        if refusal:
            raise _refused(refusal, 401)
        message = parse_object(body) or {}
        try:
            plain = unseal(self._merchant.apiv3_key, object_of(message, "resource"))
        except ValueError as error:
            raise _refused(str(error), 400) from error
        document = parse_object(plain) or {}
        order = order_of(text_of(document, "out_trade_no"))
        if order is None or order.channel is not Channel.WECHAT:
            raise _refused("no such order", 404)
        return Notice(order.number, self._notice_state(message, document, order, now), 204, {}, b"")

    def _notice_state(
        self, message: Document, document: Document, order: Order, now: datetime
    ) -> Settled | Pending | Undecided:
        event = text_of(message, "event_type")
        if event != "TRANSACTION.SUCCESS":
            return Undecided(f"event {event:.40}")
        state = read_transaction(document, self._merchant, order, now)
        return state if isinstance(state, Settled | Pending | Undecided) else Undecided("not a payment")

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _call(self, method: str, target: str, body: bytes = b"") -> _Answered | Undecided:
        """Send a signed request; return the verified answer, or why its fate is not known."""
        answer = await self._ask(method, target, body)
        if isinstance(answer, _Answered) and answer.unverified:
            return Undecided(f"{answer.code:.32}: {answer.unverified}")
        return answer

    async def _ask(self, method: str, target: str, body: bytes = b"") -> _Answered | Undecided:
        """Do the same, but return a refusal even where it cannot be verified."""
        reply = await self._send(method, target, body)
        if isinstance(reply, Undecided):
            return reply
        refused = reply.status in _REFUSED
        if reply.status == 429 or not (200 <= reply.status < 300 or refused):
            return Undecided(f"HTTP {reply.status}")
        unverified = await self._refusal(reply)
        if unverified and not refused:
            return Undecided(f"HTTP {reply.status}: {unverified}")
        document = parse_object(reply.body) if reply.body else {}
        code = text_of(document or {}, "code") if refused else ""
        if document is None or (refused and not code):
            return Undecided(f"HTTP {reply.status} with an unreadable body")
        return _Answered(document, code, unverified)

    async def _send(
        self, method: str, target: str, body: bytes, longest: int = LONGEST_ANSWER
    ) -> Reply | Undecided:
        merchant = self._merchant
        second, nonce = int(self._wire.clock.now().timestamp()), secrets.token_hex(16)
        authorization = authorize(
            merchant.key,
            method,
            target,
            body,
            mchid=merchant.mchid,
            serial=merchant.serial,
            second=second,
            nonce=nonce,
        )
        headers = {
            "Authorization": authorization,
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        if merchant.platform_key_id is not None:
            headers["Wechatpay-Serial"] = merchant.platform_key_id
        return await self._wire.send(method, merchant.base_url + target, headers, body, longest)

    async def _refusal(self, reply: Reply) -> str:
        """Return why an answer cannot be believed; load the platform's certificates where that may help."""
        serial = reply.headers.get("wechatpay-serial", "")
        unknown = serial != "" and serial not in self._keys and not serial.startswith(PUBLIC_KEY_PREFIX)
        if self._certificates_due(unknown):
            await self._load_certificates()
        return self._keys.refusal(reply.headers, reply.body, self._wire.clock.now())

    def _certificates_due(self, unknown: bool) -> bool:
        asked = self._certificates_asked
        age_s = None if asked is None else self._wire.clock.monotonic() - asked
        if unknown:
            return age_s is None or age_s > _CERTIFICATES_PAUSE_S
        return self._merchant.platform_key_id is None and (age_s is None or age_s > _CERTIFICATES_AGE_S)

    async def _load_certificates(self) -> None:
        """Adopt the certificates that open with the APIv3 key, if one of them signed the answer."""
        self._certificates_asked = self._wire.clock.monotonic()
        reply = await self._send("GET", CERTIFICATES, b"")
        if isinstance(reply, Undecided) or reply.status != 200:
            return
        try:
            keys = read_certificates(reply.body, self._merchant.apiv3_key)
        except ValueError:
            return
        if not PlatformKeys(keys).refusal(reply.headers, reply.body, self._wire.clock.now()):
            self._keys.add(keys)


def _refused(reason: str, status: int) -> NoticeRefused:
    return NoticeRefused(reason, status, encode({"code": "FAIL", "message": reason}))
