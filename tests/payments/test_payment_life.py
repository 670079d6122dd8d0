"""The whole life of an order over HTTP, the same on every network."""

import asyncio
from pathlib import Path

import pytest

from kiosk.domain.payment import Channel, Payment
from kiosk.payments.contract import (
    Closed,
    Declined,
    Pending,
    RefundState,
    Settled,
    Undecided,
)
from tests.payments.world import (
    CHANNELS,
    START,
    ManualClock,
    World,
    edited_keys,
    make_order,
    make_refund,
    opened,
    serve,
    settled,
)

FORMS = {
    Channel.WECHAT: "weixin://wxpay/bizpayurl?pr=",
    Channel.ALIPAY: "https://qr.alipay.com/",
    Channel.UNIONPAY: "https://qr.95516.com/",
}


@pytest.mark.parametrize("name", CHANNELS)
def test_paid_and_refunded_in_two_parts(world: World, name: Channel) -> None:
    async def story() -> Payment:
        channel = world.channels()[name]
        order = world.order(name)
        assert (await channel.available()).available
        code = await opened(channel, order)
        assert code.startswith(FORMS[name])
        assert await channel.query(order) == Pending()
        world.call("POST", "/control/pay", {"code": code})
        payment = await settled(channel, order)
        for part, fen in enumerate((500, 1000), start=1):
            refund = make_refund(order, payment, world.clock.now(), fen, part)
            answer = await channel.refund(order, refund)
            if answer.state is RefundState.PROCESSING:
                answer = await channel.query_refund(order, refund)
            assert answer.state is RefundState.DONE
            assert (await channel.refund(order, refund)).state is RefundState.DONE  # repeated
        assert sum(part["amount_fen"] for part in world.stored(order)["refunds"]) == 1500
        more = await channel.refund(order, make_refund(order, payment, world.clock.now(), 1, 9))
        assert more.state is RefundState.REFUSED
        await channel.aclose()
        return payment

    payment = asyncio.run(story())
    assert (payment.amount, payment.channel) == (1500, name)
    assert payment.paid_at == world.clock.now()


def test_simulated_is_what_the_folder_says(world: World, tmp_path: Path) -> None:
    keys = edited_keys(world.keys, tmp_path / "keys", "simulated = true", "simulated = false")
    assert all(channel.simulated for channel in world.channels().values())
    assert not any(channel.simulated for channel in world.channels(keys=keys).values())


@pytest.mark.parametrize("name", [Channel.WECHAT, Channel.ALIPAY])
def test_opening_again_returns_the_same_code(world: World, name: Channel) -> None:
    async def story() -> None:
        channel = world.channels()[name]
        order = world.order(name)
        assert await opened(channel, order) == await opened(channel, order)
        world.pay(order)
        answer = await channel.open(order)
        if name is Channel.WECHAT:
            assert isinstance(answer, Settled)
        await channel.aclose()

    asyncio.run(story())


def test_unionpay_opened_again_says_that_the_code_is_lost_or_the_money_there(world: World) -> None:
    async def story() -> None:
        channel = world.channels()[Channel.UNIONPAY]
        order = world.order(Channel.UNIONPAY)
        await opened(channel, order)
        again = await channel.open(order)
        assert isinstance(again, Undecided)
        assert again.code_lost
        world.pay(order)
        assert isinstance(await channel.open(order), Settled)
        await channel.aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_an_order_that_nobody_pays_ends_closed(world: World, name: Channel) -> None:
    async def story() -> None:
        channel = world.channels()[name]
        order = world.order(name)
        await opened(channel, order)
        world.clock.advance(181)
        first = await channel.close(order)
        if name is Channel.UNIONPAY:  # no close: its time-out ends it
            assert isinstance(first, Undecided)
            world.clock.advance(20)
            first = await channel.close(order)
        assert first == Closed()
        refused = world.call("POST", f"/control/orders/{order.number}/pay", {})
        assert refused.status_code == 409
        world.clock.advance(20)
        assert await channel.query(order) == Closed()
        assert await channel.close(order) == Closed()
        await channel.aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_the_payer_is_faster_than_the_close(world: World, name: Channel) -> None:
    async def story() -> None:
        channel = world.channels()[name]
        order = world.order(name)
        await opened(channel, order)
        world.fault("late_success", order)
        answer = await channel.close(order)
        if name is Channel.ALIPAY:  # the cancel itself gave the money back
            assert answer == Closed(refunded=True)
        else:
            assert isinstance(answer, Settled)
        await channel.aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_late_money_is_seen_whatever_was_told_before(world: World, name: Channel) -> None:
    async def story() -> None:
        channel = world.channels()[name]
        order = world.order(name)
        await opened(channel, order)
        world.clock.advance(200)
        await channel.close(order)
        world.pay(order, late=True)
        assert isinstance(await channel.query(order), Settled)
        await channel.aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_a_declining_payer(world: World, name: Channel) -> None:
    async def story() -> None:
        channel = world.channels()[name]
        order = world.order(name)
        await opened(channel, order)
        world.call("POST", f"/control/orders/{order.number}/decline", {})
        answer = await channel.query(order)
        if name is Channel.UNIONPAY:
            assert answer == Declined("origRespCode 64")
            assert await channel.close(order) == Closed()
        else:
            assert answer == Pending()  # the code may be scanned again
        await channel.aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_an_order_the_network_never_heard_of(world: World, name: Channel) -> None:
    async def story() -> None:
        channel = world.channels()[name]
        order = world.order(name)
        assert await channel.query(order) == Pending()  # opening it is still safe
        world.clock.advance(200)
        assert await channel.query(order) == Closed()
        assert await channel.close(order) == Closed()
        await channel.aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_another_amount_under_a_known_number_is_refused(world: World, name: Channel) -> None:
    async def story() -> None:
        channel = world.channels()[name]
        order = world.order(name)
        await opened(channel, order)
        twin = type(order)(
            order.number, name, type(order.amount)(3000), order.opened_at, order.expires_at, order.subject
        )
        answer = await channel.open(twin)
        if name is Channel.UNIONPAY:
            assert isinstance(answer, Undecided)
        else:
            assert isinstance(answer, Declined)
        await channel.aclose()

    asyncio.run(story())


def test_a_restarted_gateway_has_forgotten_nothing(tmp_path: Path, gateway_keys: Path) -> None:
    async def before(world: World) -> None:
        for name, channel in world.channels().items():
            await opened(channel, orders[name])
            await channel.aclose()

    async def after(world: World) -> None:
        for name, channel in world.channels().items():
            assert await channel.query(orders[name]) == Pending()
            world.pay(orders[name])
            await settled(channel, orders[name])
            await channel.aclose()

    orders = {name: make_order(name, START) for name in CHANNELS}
    with serve(tmp_path, gateway_keys, ManualClock()) as world:
        asyncio.run(before(world))
    with serve(tmp_path, gateway_keys, ManualClock()) as world:
        asyncio.run(after(world))


def test_nobody_answers(world: World, tmp_path: Path) -> None:
    async def story() -> None:
        for name, channel in channels.items():
            answer = await channel.open(world.order(name))
            assert isinstance(answer, Undecided)
            assert answer.unsent
            assert not (await channel.available()).available
            await channel.aclose()

    port = world.url.rpartition(":")[2]
    channels = world.channels(keys=edited_keys(world.keys, tmp_path / "keys", f":{port}", ":1"))
    asyncio.run(story())
