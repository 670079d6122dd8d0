"""The payer's phone page and the testers' control interface."""

import asyncio

import pytest

from kiosk.domain.payment import Channel, Order
from tests.payments.world import CHANNELS, World, opened


@pytest.fixture(params=CHANNELS)
def order(world: World, request: pytest.FixtureRequest) -> tuple[Order, str]:
    name: Channel = request.param
    order = world.order(name)

    async def story() -> str:
        code = await opened(world.channels()[name], order)
        await world.channels()[name].aclose()
        return code

    return order, asyncio.run(story())


def form(world: World, path: str, act: str) -> str:
    answer = world.http.post(path, content=f"act={act}", follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_a_phone_scans_and_pays(world: World, order: tuple[Order, str]) -> None:
    made, code = order
    page = world.http.get("/pay", params={"code": code}, follow_redirects=True)
    assert page.url.path == f"/pay/{made.number}"
    for words in ("¥15.00", "支付 Pay", "拒绝 Decline", 'lang="zh-CN"', "width=device-width"):
        assert words in page.text
    paid = form(world, f"/pay/{made.number}", "pay")
    assert "支付成功 · Paid" in paid
    assert "拒绝" not in paid
    assert "再付一次 Pay twice" in form(world, f"/pay/{made.number}", "pay")  # the same button sent again
    assert world.stored(made)["state"] == "paid"


def test_a_phone_declines(world: World, order: tuple[Order, str]) -> None:
    made, _ = order
    form(world, f"/pay/{made.number}", "decline")
    assert world.stored(made)["state"] == ("failed" if made.channel is Channel.UNIONPAY else "open")


def test_a_phone_finds_nothing(world: World) -> None:
    for path in ("/pay/K00000000", "/pay?code=https://qr.alipay.com/none"):
        answer = world.call("GET", path)
        assert answer.status_code == 404
        assert "No such order" in answer.text


def test_the_page_shows_no_markup_of_an_order(world: World) -> None:
    order = world.order(Channel.ALIPAY)
    evil = type(order)(
        order.number, order.channel, order.amount, order.opened_at, order.expires_at, "<script>x</script>"
    )

    async def story() -> None:
        await opened(world.channels()[Channel.ALIPAY], evil)
        await world.channels()[Channel.ALIPAY].aclose()

    asyncio.run(story())
    page = world.call("GET", f"/pay/{order.number}").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_control_describes_an_order(world: World, order: tuple[Order, str]) -> None:
    made, code = order
    stored = world.stored(made)
    assert (stored["amount_fen"], stored["code"], stored["state"]) == (1500, code, "open")
    assert made.number in {entry["number"] for entry in world.call("GET", "/control/orders").json()}
    paid = world.call("POST", "/control/pay", {"code": code}).json()
    assert paid["state"] == "paid"
    assert world.call("POST", "/control/pay", {"code": code}).status_code == 409


def test_control_refuses_what_it_does_not_know(world: World, order: tuple[Order, str]) -> None:
    made, _ = order
    path = f"/control/orders/{made.number}"
    assert world.call("POST", f"{path}/dance", {}).status_code == 404
    assert world.call("POST", f"{path}/pay", {"twice": True}).status_code == 400
    assert world.call("POST", f"{path}/pay", {"channel": "card"}).status_code == 404
    assert world.call("POST", "/control/orders/K00000000/pay", {}).status_code == 404
    assert world.call("GET", "/control/orders/K00000000").status_code == 404
    assert world.call("POST", "/control/faults", {"kind": "meteor"}).status_code == 400
    assert world.call("DELETE", "/control/faults/999999").status_code == 404
    web_form = world.http.post(f"{path}/pay", content="late=1", headers={"Content-Type": "text/plain"})
    assert web_form.status_code == 415
    assert world.http.post(f"{path}/pay", content=b" " * 5000).status_code == 413
    assert world.stored(made)["state"] == "open"


def test_faults_are_listed_counted_and_withdrawn(world: World) -> None:
    order = world.order(Channel.ALIPAY)
    world.fault("outage", order, channel="alipay", operation="create", times=0)
    (fault,) = [
        fault for fault in world.call("GET", "/control/faults").json() if fault["order"] == order.number
    ]
    assert (fault["kind"], fault["operation"], fault["times"]) == ("outage", "create", 0)
    assert world.call("DELETE", f"/control/faults/{fault['id']}").status_code == 204

    async def story() -> None:
        await opened(world.channels()[Channel.ALIPAY], order)
        await world.channels()[Channel.ALIPAY].aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_a_clock_far_off_stops_payments(world: World, name: Channel) -> None:
    async def story() -> list[tuple[bool, str]]:
        channel = world.channels()[name]
        told = []
        for _ in range(2):
            availability = await channel.available()
            told.append((availability.available, availability.reason))
        await channel.aclose()
        return told

    world.fault("clock", channel=name, seconds=250)
    off, right = asyncio.run(story())
    assert off[0] is False
    assert "set the clock" in off[1]
    assert right == (True, "")
