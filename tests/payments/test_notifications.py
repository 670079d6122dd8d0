"""The receiver of notifications: told once, answered as each network demands, deaf to everything else."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from kiosk.domain.payment import Channel, Order
from kiosk.payments.contract import Notice, Settled
from kiosk.payments.notifications import notification_routes
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
            routes = notification_routes(self.bench.channels, self.orders.get, self.bench.clock, self.tell)
            transport = httpx.ASGITransport(Starlette(routes=routes))
            async with httpx.AsyncClient(transport=transport, base_url="http://kiosk") as client:
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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
