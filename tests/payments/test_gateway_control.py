"""What testers do to the running gateway: faults by probability, new keys, and who may talk to it at all."""

import asyncio
import sqlite3
from pathlib import Path

import httpx
import pytest

from kiosk.domain.payment import Channel
from kiosk.payments.contract import Pending, QueryAnswer, Settled, Undecided
from kiosk.payments.sandbox.faults import strike
from kiosk.payments.sandbox.ledger import Ledger, OrderKind
from tests.payments.world import CHANNELS, Bench, World, as_request, opened, serve


def query(world: World, name: Channel, *, late: bool = False) -> QueryAnswer:
    order = world.order(name)

    async def story() -> QueryAnswer:
        channel = world.channels()[name]
        await opened(channel, order)
        world.pay(order)
        answer = await channel.query(order)
        await channel.aclose()
        return answer

    return asyncio.run(story())


def test_a_fault_strikes_as_often_as_its_probability_says(bench: Bench) -> None:
    ledger = bench.gateway.ledger
    number = ledger.add_fault(
        "error", channel="", operation="", order_number="", times=0, seconds=0.0, probability=0.25
    )
    request = as_request(httpx.Request("GET", "http://127.0.0.1/v3/certificates"))
    network = bench.network(Channel.WECHAT)
    draws = iter([0.0, 0.2499, 0.25, 0.9])
    statuses = [strike(ledger, network, request, lambda: next(draws)).status for _ in range(4)]
    ledger.drop_fault(number)
    assert statuses == [500, 500, None, None]


def test_a_fault_of_some_probability_counts_only_when_it_strikes(bench: Bench) -> None:
    ledger = bench.gateway.ledger
    ledger.add_fault(
        "error", channel="", operation="", order_number="", times=1, seconds=0.0, probability=0.5
    )
    request = as_request(httpx.Request("GET", "http://127.0.0.1/v3/certificates"))
    network = bench.network(Channel.WECHAT)
    draws = iter([0.9, 0.1])
    statuses = [strike(ledger, network, request, lambda: next(draws)).status for _ in range(2)]
    assert statuses == [None, 500]
    assert ledger.faults() == []


def test_the_control_interface_takes_and_tells_probabilities(world: World) -> None:
    world.fault("outage", probability=0.125, times=0)
    assert [fault["probability"] for fault in world.call("GET", "/control/faults").json()] == [0.125]
    world.call("DELETE", "/control/faults")
    for wrong in (0, 1.5, "often"):
        answer = world.call("POST", "/control/faults", {"kind": "error", "probability": wrong})
        assert answer.status_code == 400


@pytest.mark.parametrize("name", [Channel.WECHAT, Channel.UNIONPAY])
def test_keys_rotate_while_the_kiosk_goes_on(tmp_path: Path, gateway_keys: Path, name: Channel) -> None:
    """In certificate mode the kiosk learns a new certificate by itself; UnionPay's comes with each answer."""
    with serve(tmp_path, gateway_keys) as world:
        path = world.keys / "merchants.toml"
        lines = [line for line in path.read_text().splitlines() if not line.startswith("platform_key_id")]
        path.write_text("\n".join(lines))
        assert isinstance(query(world, name), Settled)
        serials = set()
        for _ in range(2):
            answer = world.call("POST", "/control/keys", {"channel": name})
            assert answer.status_code == 201
            serials.add(answer.json()["serial"])
            world.clock.advance(700)  # the kiosk looks for unknown serials every ten minutes at most
            assert isinstance(query(world, name), Settled)
        assert len(serials) == 2
        assert world.call("POST", "/control/keys", {"channel": "alipay"}).status_code == 409


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", ""])
def test_a_page_that_calls_this_machine_by_another_name_is_refused(world: World, host: str) -> None:
    for path in ("/control/orders", "/pay", "/wallet/wechat"):
        answer = world.http.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "orders" not in answer.text
    port = world.url.rpartition(":")[2]
    assert world.http.get("/control/orders", headers={"Host": f"localhost:{port}"}).status_code == 200


def test_a_ledger_of_an_earlier_version_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    with sqlite3.connect(file) as old:
        old.execute(
            "CREATE TABLE orders (channel TEXT NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL,"
            " subject TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL UNIQUE, opened_at TEXT NOT NULL,"
            " expires_at TEXT NOT NULL, notify_url TEXT NOT NULL, txn_time TEXT NOT NULL,"
            " scanned INTEGER NOT NULL, transaction_id TEXT NOT NULL, paid_at TEXT NOT NULL,"
            " PRIMARY KEY (channel, number))"
        )
        row = ("wechat", "K00012026", 1500, "s", "paid", "c", "", "", "", "", 1, "42", "")
        old.execute(f"INSERT INTO orders VALUES ({', '.join('?' * 13)})", row)  # noqa: S608 - marks only
    old.close()
    ledger = Ledger(file)
    order = ledger.order(Channel.WECHAT, "K00012026")
    ledger.close()
    assert order is not None
    assert (order.amount, order.kind) == (1500, OrderKind.QR)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_wallets_page_shows_a_payment_code(world: World, name: Channel) -> None:
    page = world.http.get(f"/wallet/{name}")
    assert page.status_code == 200
    assert "<svg" in page.text
    assert world.http.get("/wallet/cash").status_code == 404
    answer = world.call("POST", "/control/payer-codes", {"channel": name, "wallet": "asks"})
    assert answer.status_code == 201
    assert answer.json()["code"].isdigit()
    assert world.call("POST", "/control/payer-codes", {"channel": "yct"}).status_code == 400


def test_a_fault_aimed_at_one_order_leaves_the_others_alone(world: World) -> None:
    first, second = world.order(Channel.ALIPAY), world.order(Channel.ALIPAY)
    world.fault("error", first, operation="query")

    async def story() -> list[QueryAnswer]:
        channel = world.channels()[Channel.ALIPAY]
        for order in (first, second):
            await opened(channel, order)
        answers = [await channel.query(order) for order in (second, first, first)]
        await channel.aclose()
        return answers

    answers = asyncio.run(story())
    assert isinstance(answers[0], Pending)
    assert isinstance(answers[1], Undecided)
    assert isinstance(answers[2], Pending)
