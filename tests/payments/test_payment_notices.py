"""Notifications: delivered, verified, repeated, forged, and what a refund's says."""

import asyncio
import queue
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.payments.contract import Notice, NoticeRefused, Settled, Undecided
from kiosk.payments.merchants import MERCHANTS_FILE
from tests.payments.world import CHANNELS, Bench, World, make_refund, opened, serve, settled
from tests.support.patience import LONG_S


class Mailbox:
    """The kiosk's own address: keeps what comes and answers what it is told to."""

    def __init__(self) -> None:
        self.received: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.answers: list[Response] = []

    async def receive(self, request: Request) -> Response:
        self.received.put((dict(request.headers), await request.body()))
        return self.answers.pop(0) if self.answers else Response(b"success", 200)

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.received.get(timeout=LONG_S)


@pytest.fixture(scope="module")
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, gateway_keys: Path, mailbox: Mailbox) -> Iterator[World]:
    """A gateway that also plays the kiosk's notification address."""
    routes = [Route("/mailbox", mailbox.receive, methods=["POST"])]
    with serve(tmp_path_factory.mktemp("home"), gateway_keys, extra_routes=routes) as world:
        path = world.keys / MERCHANTS_FILE
        own = f'notify_url = "{world.url}/mailbox"'
        lines = [line for line in path.read_text().splitlines() if not line.startswith("notify_url")]
        sections = [f"{line}\n{own}" if line.startswith("[") else line for line in lines]
        path.write_text("\n".join(sections))
        yield world


def paid(home: World, name: Channel) -> Order:
    order = home.order(name)

    async def story() -> None:
        await opened(home.channels()[name], order)
        await home.channels()[name].aclose()

    asyncio.run(story())
    home.pay(order)
    return order


def read(home: World, name: Channel, mail: tuple[dict[str, str], bytes], order: Order | None) -> Notice:
    headers, body = mail
    return home.channels()[name].read_notice(headers, body, lambda _: order, home.clock.now())


@pytest.mark.parametrize("name", CHANNELS)
def test_a_payment_is_told_and_told_again_until_it_is_taken(
    home: World, mailbox: Mailbox, name: Channel
) -> None:
    mailbox.answers = [Response(status_code=500)]
    order = paid(home, name)
    first = mailbox.next()
    while not home.call("GET", "/control/notices").json()[0]["tries"]:  # until the refusal is noted
        pass
    home.clock.advance(300)
    second = mailbox.next()
    for mail in (first, second):
        if name is Channel.WECHAT and mail is first:
            continue  # five minutes on: its time has passed
        notice = read(home, name, mail, order)
        assert isinstance(notice.state, Settled)
        assert notice.state.payment.amount == order.amount
        assert (notice.order_number, notice.answer_status // 100) == (order.number, 2)
    if name is Channel.ALIPAY:
        assert notice.answer_body == b"success"
    assert mailbox.received.empty()


@pytest.mark.parametrize("name", CHANNELS)
def test_a_double_notification_says_the_same_twice(home: World, mailbox: Mailbox, name: Channel) -> None:
    home.fault("double_notice", channel=name)
    order = paid(home, name)
    states = [read(home, name, mailbox.next(), order).state for _ in range(2)]
    assert states[0] == states[1]
    assert isinstance(states[0], Settled)


@pytest.mark.parametrize("name", CHANNELS)
def test_what_a_notification_does_not_prove(home: World, mailbox: Mailbox, name: Channel) -> None:
    order = paid(home, name)
    headers, body = mailbox.next()
    cheap = read(home, name, (headers, body), replace(order, amount=Fen(1))).state
    assert isinstance(cheap, Undecided)
    assert cheap.incident
    with pytest.raises(NoticeRefused):
        read(home, name, (headers, body), None)
    with pytest.raises(NoticeRefused):
        read(home, name, (headers, body[:-9]), order)
    changed = body.replace(b"TRADE_SUCCESS", b"TRADE_FINISHED").replace(b"respCode=00", b"respCode=A6")
    changed = changed.replace(b"TRANSACTION.SUCCESS", b"TRANSACTION.CLOSED")
    assert changed != body
    with pytest.raises(NoticeRefused) as refusal:
        read(home, name, (headers, changed), order)
    assert refusal.value.status >= 400


def test_alipay_tells_of_a_refund_what_is_no_second_payment(home: World, mailbox: Mailbox) -> None:
    order = paid(home, Channel.ALIPAY)
    assert isinstance(read(home, Channel.ALIPAY, mailbox.next(), order).state, Settled)

    async def story() -> None:
        channel = home.channels()[Channel.ALIPAY]
        payment = await settled(channel, order)
        await channel.refund(order, make_refund(order, payment, home.clock.now(), 500))
        await channel.aclose()

    asyncio.run(story())
    told = read(home, Channel.ALIPAY, mailbox.next(), order)
    assert isinstance(told.state, Undecided)
    assert not told.state.incident


def test_wechats_probe_with_a_wrong_signature_fails(bench: Bench) -> None:
    order = bench.paid_order(Channel.WECHAT)
    stored = bench.gateway.ledger.order(Channel.WECHAT, order.number)
    assert stored is not None
    headers, body = bench.network(Channel.WECHAT).notice(stored, "payment", bench.clock.now())
    probe = {**headers, "Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]}
    channel = bench.channels[Channel.WECHAT]
    assert channel.read_notice(headers, body, lambda _: order, bench.clock.now()).answer_status == 204
    with pytest.raises(NoticeRefused) as refusal:
        channel.read_notice(probe, body, lambda _: order, bench.clock.now())
    assert (refusal.value.status, b'"FAIL"' in refusal.value.body) == (401, True)
