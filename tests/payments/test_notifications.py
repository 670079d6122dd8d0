"""The receiver of notifications: told once, answered as each network demands, deaf to everything else."""

import asyncio
import socket
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.payment import Channel, Order
from kiosk.payments.contract import Notice, Settled
from kiosk.payments.notice_server import MOST_CONNECTIONS, NoticeServer
from kiosk.payments.notifications import NoticeAnswer, NoticeDesk
from kiosk.payments.sandbox import booking
from tests.payments.world import CHANNELS, Bench


class Receiver:
    """The receiver as an application, and the books behind it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.told: list[tuple[Channel, Notice]] = []
        self.takes = True
        self.orders: dict[str, Order] = {}

    async def tell(self, channel: Channel, notice: Notice) -> bool:
        if self.takes:
            self.told.append((channel, notice))
        return self.takes

    def post(self, name: str, headers: dict[str, str], body: bytes, times: int = 1) -> list[httpx.Response]:
        async def story() -> list[httpx.Response]:
            desk = NoticeDesk(self.bench.channels, self.orders.get, self.bench.clock, self.tell)
            listening = socket.create_server(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            async with (
                NoticeServer(desk, listening),
                httpx.AsyncClient(base_url=url, trust_env=False) as client,
            ):
                calls: list[Coroutine[Any, Any, httpx.Response]] = [
                    client.post(f"/notice/{name}", content=body, headers=headers) for _ in range(times)
                ]
                return list(await asyncio.gather(*calls))

        return asyncio.run(story())

    def paid(self, name: Channel) -> tuple[dict[str, str], bytes]:
        """Return what the network sends about a paid order."""
        order = self.bench.paid_order(name)
        self.orders[order.number] = order
        stored = self.bench.gateway.ledger.order(name, order.number)
        assert stored is not None
        headers, body = self.bench.network(name).notice(stored, "payment", self.bench.clock.now())
        return dict(headers), body


@pytest.fixture
def receiver(bench: Bench) -> Receiver:
    return Receiver(bench)


OK = {Channel.WECHAT: (204, b""), Channel.ALIPAY: (200, b"success"), Channel.UNIONPAY: (200, b"ok")}


@pytest.mark.parametrize("name", CHANNELS)
def test_a_payment_is_told_once_however_often_it_comes(receiver: Receiver, name: Channel) -> None:
    headers, body = receiver.paid(name)
    answers = receiver.post(name, headers, body, times=4)
    assert {(answer.status_code, answer.content) for answer in answers} == {OK[name]}
    assert len(receiver.told) == 1
    assert isinstance(receiver.told[0][1].state, Settled)


@pytest.mark.parametrize("name", CHANNELS)
def test_what_cannot_be_taken_comes_again_and_is_taken_then(receiver: Receiver, name: Channel) -> None:
    headers, body = receiver.paid(name)
    receiver.takes = False
    refused = receiver.post(name, headers, body)[0]
    assert refused.status_code == 500
    assert refused.content != b"success"
    receiver.takes = True
    assert receiver.post(name, headers, body)[0].status_code == OK[name][0]
    assert len(receiver.told) == 1


@pytest.mark.parametrize("name", CHANNELS)
def test_strangers_change_nothing(receiver: Receiver, name: Channel) -> None:
    headers, body = receiver.paid(name)
    receiver.orders.clear()
    assert receiver.post(name, headers, body)[0].status_code == 404
    for content in (b"", b"{}", body[:-5], b"a=b&a=c", bytes(range(256))):
        assert receiver.post(name, headers, content)[0].status_code >= 400
    assert receiver.post(name, headers, bytes(70_000))[0].status_code == 413
    assert receiver.post("cash", headers, body)[0].status_code == 404
    assert receiver.told == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(CHANNELS),
    body=st.binary(max_size=200),
    headers=st.dictionaries(
        st.sampled_from(["wechatpay-serial", "wechatpay-timestamp", "wechatpay-signature", "content-type"]),
        st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=20),
        max_size=4,
    ),
)
def test_noise_is_refused(receiver: Receiver, name: Channel, body: bytes, headers: dict[str, str]) -> None:
    assert receiver.post(name, headers, body)[0].status_code in {400, 401, 404}
    assert receiver.told == []


def test_a_refund_is_told_but_is_no_payment(receiver: Receiver) -> None:
    order = receiver.bench.paid_order(Channel.ALIPAY)
    receiver.orders[order.number] = order
    ledger, now = receiver.bench.gateway.ledger, receiver.bench.clock.now()
    stored = ledger.order(Channel.ALIPAY, order.number)
    assert stored is not None
    booking.refund(ledger, stored, f"{order.number}R1", 100, now)
    headers, body = receiver.bench.network(Channel.ALIPAY).notice(stored, "refund", now)
    assert receiver.post(Channel.ALIPAY, dict(headers), body)[0].content == b"success"
    assert not isinstance(receiver.told[0][1].state, Settled)


class Echo:
    """A desk that remembers what it was given."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Mapping[str, str], bytes]] = []

    async def receive(self, path: str, headers: Mapping[str, str], body: bytes) -> NoticeAnswer:
        self.got.append((path, headers, body))
        return NoticeAnswer(200, b"ok")


def raw(sent: list[bytes], time_s: float = 5.0) -> tuple[bytes, Echo]:
    """Send pieces over a socket; return the whole answer and what the desk was given."""
    echo = Echo()

    async def story() -> bytes:
        listening = socket.create_server(("127.0.0.1", 0))
        address = listening.getsockname()
        async with NoticeServer(cast(NoticeDesk, echo), listening, time_s=time_s):
            reader, writer = await asyncio.open_connection(*address)
            for piece in sent:
                writer.write(piece)
            answer = b""
            with suppress(ConnectionResetError):
                await writer.drain()
                answer = await reader.read()
            writer.close()
        return answer

    return asyncio.run(story()), echo


REQUEST = b"POST /notice/wechat?own=1 HTTP/1.1\r\nHost: kiosk\r\nX-Sign: a\r\nContent-Length: 4\r\n\r\nbody"


def test_a_request_comes_whole_however_it_is_cut() -> None:
    answer, echo = raw([REQUEST[at : at + 1] for at in range(len(REQUEST))])
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"ok")
    path, headers, body = echo.got[0]
    assert (path, headers["x-sign"], body) == ("/notice/wechat", "a", b"body")


def test_who_waits_to_be_asked_for_the_body_is_asked() -> None:
    waiting = REQUEST.replace(b"X-Sign: a", b"Expect: 100-continue")
    answer, echo = raw([waiting[:-4], b"body"])
    assert b"HTTP/1.1 200" in answer
    assert echo.got[0][2] == b"body"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /notice/wechat HTTP/1.1\r\nHost: kiosk\r\n\r\n", b"405"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: kiosk\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: kiosk\r\nContent-Length: 70000\r\n\r\n" + bytes(70_000), b"413"),
    ],
)
def test_what_is_no_notification_is_refused(sent: bytes, status: bytes) -> None:
    answer, echo = raw([sent])
    assert answer.startswith(b"HTTP/1.1 " + status) or answer == b""
    assert echo.got == []


def test_who_sends_nothing_is_let_go() -> None:
    answer, echo = raw([REQUEST[:20]], time_s=0.05)
    assert answer == b""
    assert echo.got == []


def test_more_connections_than_are_served_are_hung_up_at_once() -> None:
    async def story() -> list[bytes]:
        listening = socket.create_server(("127.0.0.1", 0))
        address = listening.getsockname()
        async with NoticeServer(cast(NoticeDesk, Echo()), listening):
            several = [await asyncio.open_connection(*address) for _ in range(MOST_CONNECTIONS + 3)]
            ended: list[bytes] = []
            for reader, _ in several[MOST_CONNECTIONS:]:
                with suppress(ConnectionResetError):
                    ended.append(await reader.read())
                    continue
                ended.append(b"")
            for _, writer in several:
                writer.close()
        return ended

    assert asyncio.run(story()) == [b""] * 3
