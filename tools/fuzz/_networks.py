"""The kiosk's side of the three networks, fed with answers and notifications that a network did sign.

What a stranger sends fails at its signature; what matters more is what stands behind it. So the first byte
of an input chooses the call, the second the status and whether the rest is signed; unsigned, the rest is
the whole body, signed, it is what the signature covers.
"""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments import rsa
from kiosk.payments.alipay.signing import member_of, notice_text
from kiosk.payments.contract import NoticeRefused, Settled
from kiosk.payments.documents import encode, parse_object
from kiosk.payments.merchants import load_channels
from kiosk.payments.sandbox import booking
from kiosk.payments.sandbox.exchange import Request
from kiosk.payments.sandbox.keys import WECHAT_APPID, WECHAT_MCHID, WECHAT_PUBLIC_KEY_ID, load_keys
from kiosk.payments.sandbox.shell import Gateway
from kiosk.payments.unionpay.signing import answer_body, parse_answer, sign
from kiosk.payments.wechat.signing import answer_headers, seal

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = NOW.date()
_STATUSES = (200, 204, 400, 404, 429, 500)
_LONGEST_TEXT = 4096  # characters; what passes on is shown, printed and kept
Headers = Mapping[str, str]


class StoppedClock:
    """It is always the same moment; nobody waits."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        """Return at once."""


class FuzzedNetwork:
    """One channel whose network answers whatever it is told to."""

    def __init__(self, channel: Channel) -> None:
        self._name = channel
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-network-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._gateway = Gateway(self._folder / "gateway", StoppedClock())
        self._gateway.write_kiosk_folder(self._folder / "kiosk", "http://127.0.0.1:9")
        self._keys = load_keys(self._folder / "gateway" / "keys")
        self._answer: Callable[[httpx.Request], httpx.Response] = self._true
        self._last = b""
        transport = httpx.MockTransport(self._respond)
        self._channel = load_channels(self._folder / "kiosk", StoppedClock(), None, transport).channels[
            channel
        ]
        number = f"K0001{NOW:%Y%m%d%H%M%S}000001"
        self._order = Order(number, channel, Fen(1500), NOW, NOW + timedelta(minutes=3), "往来港澳签注")
        self._refund = Refund(f"{number}R1", Fen(1500), "PRINT_FAILED", "0", NOW)
        self._paid: Payment | None = None

    @cached_property
    def answers(self) -> tuple[bytes, ...]:
        """The network's true answers, as inputs."""
        inputs = []
        for call in range(len(self._calls())):
            if call == 2:
                self._pay()
            self._answer = self._true
            asyncio.run(self._calls()[call]())
            inputs += [bytes((call, 0)) + self._last, bytes((call, 1)) + self._inner(self._last)]
        return tuple(inputs)

    @cached_property
    def notices(self) -> tuple[bytes, ...]:
        """The network's true notification, as it comes and as what is signed in it."""
        self.answers  # noqa: B018 - there is a paid order then
        stored = self._gateway.ledger.order(self._name, self._order.number)
        assert stored is not None
        _, body = self._gateway.networks[self._name].notice(stored, "trade_success", NOW)
        plain = body
        if self._name is Channel.WECHAT:
            plain = encode(
                {
                    "trade_state": "SUCCESS",
                    "out_trade_no": self._order.number,
                    "appid": WECHAT_APPID,
                    "mchid": WECHAT_MCHID,
                    "amount": {"total": 1500, "currency": "CNY"},
                    "success_time": "2026-11-22T16:00:00+08:00",
                    "transaction_id": "4200",
                }
            )
        return b"\x00" + body, b"\x01" + plain

    def answer(self, data: bytes) -> None:
        """Let one call get the answer in `data`, and look at what the kiosk makes of it."""
        if len(data) < 2:
            return
        calls, status = self._calls(), _STATUSES[data[1] // 2 % len(_STATUSES)]
        signed, rest = data[1] % 2 == 1, data[2:]

        def told(request: httpx.Request) -> httpx.Response:
            headers, body = self._signed(request, rest) if signed else ({}, rest)
            return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

        self._answer = told
        judge(asyncio.run(calls[data[0] % len(calls)]()), self._order)

    def notice(self, data: bytes) -> None:
        """Let a notification come, and look at what the kiosk makes of it."""
        headers, body = self._signed_notice(data[1:]) if data[:1] == b"\x01" else ({}, data[1:])
        try:
            notice = self._channel.read_notice(headers, body, self._order_of, NOW)
        except NoticeRefused as refused:
            judge(str(refused), self._order)
            return
        judge(notice, self._order)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request)

    def _order_of(self, number: str) -> Order | None:
        return self._order if number == self._order.number else None

    def _calls(self) -> tuple[Callable[[], Coroutine[Any, Any, object]], ...]:
        channel, order, refund = self._channel, self._order, self._refund
        calls: list[Callable[[], Coroutine[Any, Any, object]]] = [
            lambda: channel.open(order),
            lambda: channel.query(order),
            lambda: channel.query(order),
            lambda: channel.refund(order, refund),
            lambda: channel.query_refund(order, refund),
            lambda: channel.bill(DAY),  # type: ignore[attr-defined] # all three have one
            channel.available,
            lambda: channel.close(order),
            lambda: channel.pay_with_code(order, _CODES[self._name]),  # type: ignore[attr-defined]
        ]
        return tuple(calls)

    def _pay(self) -> None:
        stored = self._gateway.ledger.order(self._name, self._order.number)
        assert stored is not None
        booking.pay(self._gateway.ledger, stored, NOW)
        self._answer = self._true
        answer = asyncio.run(self._channel.query(self._order))
        assert isinstance(answer, Settled)  # what follows is not trivial
        payment = answer.payment
        self._refund = Refund(self._refund.number, Fen(1500), "PRINT_FAILED", payment.transaction_id, NOW)

    def _true(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.url.raw_path.decode("ascii")
        asked = Request(request.method, target, headers, request.content)
        answer = self._gateway.networks[self._name].answer(asked, NOW)
        self._last = answer.body
        return httpx.Response(
            answer.status, headers=dict(answer.headers), stream=httpx.ByteStream(answer.body)
        )

    def _inner(self, body: bytes) -> bytes:
        """Return what `_signed` would make such an answer of."""
        if self._name is Channel.ALIPAY:
            whole = parse_object(body) or {}
            return encode(next(iter(whole.values()), {})) if whole else body
        if self._name is Channel.UNIONPAY:
            told = parse_answer(body) or {}
            return answer_body({k: v for k, v in told.items() if k not in {"signature", "signPubKeyCert"}})
        return body

    def _signed(self, request: httpx.Request, inner: bytes) -> tuple[Headers, bytes]:
        match self._name:
            case Channel.WECHAT:
                return self._wechat_headers(inner), inner
            case Channel.ALIPAY:
                method = dict(parse_qsl(request.url.query.decode("ascii"))).get("method", "")
                signature = rsa.sign(self._keys.alipay.alipay, inner)
                return {}, b'{"%s":%s,"sign":"%s"}' % (member_of(method).encode(), inner, signature.encode())
        told = parse_answer(inner) or {}
        return {}, answer_body(self._unionpay(told))

    def _signed_notice(self, inner: bytes) -> tuple[Headers, bytes]:
        match self._name:
            case Channel.WECHAT:
                resource = seal(self._keys.wechat.apiv3_key, inner, "0123456789ab", "transaction")
                body = encode({"event_type": "TRANSACTION.SUCCESS", "resource": resource})
                return self._wechat_headers(body), body
            case Channel.ALIPAY:
                told = dict(_pairs(inner))
                told["sign"] = rsa.sign(self._keys.alipay.alipay, notice_text(told))
                return {}, urlencode(told, errors="replace").encode("ascii")
        told = dict(_pairs(inner))
        return {}, urlencode(self._unionpay(told), errors="replace").encode("ascii")

    def _wechat_headers(self, body: bytes) -> Headers:
        second = int(NOW.timestamp())
        return answer_headers(self._keys.wechat.public, WECHAT_PUBLIC_KEY_ID, second, "0" * 32, body)

    def _unionpay(self, told: Mapping[str, str]) -> dict[str, str]:
        certificate = self._keys.unionpay.leaf.public_bytes(Encoding.PEM).decode("ascii")
        return sign(self._keys.unionpay.leaf_key, {**told, "signPubKeyCert": certificate})


def judge(answer: object, order: Order) -> None:
    """Assert what must hold of anything the kiosk makes of an answer, however strange it was."""
    if isinstance(answer, Settled):
        assert answer.payment.amount == order.amount
        assert answer.payment.order_number == order.number
    for text in texts(answer):
        text.encode()  # what cannot be written breaks a log, a journal or a slip
        assert len(text) <= _LONGEST_TEXT, f"a text of {len(text)} characters passes on"


def texts(value: object) -> Iterable[str]:
    """Return every text in a value, its members and their members."""
    match value:
        case str():
            yield value
        case tuple():
            for item in value:
                yield from texts(item)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                yield from texts(getattr(value, field.name))


def _pairs(inner: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(inner.decode("ascii"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return []


_CODES = {
    Channel.WECHAT: "130000000000000001",
    Channel.ALIPAY: "280000000000000001",
    Channel.UNIONPAY: "6200000000000000001",
}
