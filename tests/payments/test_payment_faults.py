"""Every channel × every fault: the answer that the rules demand. The table stands in docs/payments.md."""

import asyncio
from pathlib import Path

import pytest

from kiosk.domain.payment import Channel, Order, Payment
from kiosk.payments.contract import (
    Closed,
    Declined,
    Opened,
    PaymentChannel,
    Pending,
    RefundAnswer,
    Settled,
    Undecided,
)
from tests.payments.world import CHANNELS, SHORT, World, make_refund, opened, settled

DOCUMENT = Path(__file__).parents[2] / "docs" / "payments.md"

# What the kiosk makes of one struck call, and of the same question asked again when the fault is over.
FAULTS = {
    "delay": {"seconds": 3600},
    "drop": {},
    "error": {},
    "outage": {},
    "wrong_signature": {},
    "wrong_amount": {},
}
CALLS = ("open", "query unpaid", "query paid", "close", "refund", "query refund")

EXPECTED = {
    **{(fault, call): "unknown" for fault in FAULTS for call in CALLS},
    ("wrong_amount", "open"): "opened",  # nothing in it tells an amount
    ("wrong_amount", "query unpaid"): "pending",
    ("wrong_amount", "query paid"): "incident",
    ("wrong_amount", "close"): "closed",
}
EXPECTED_OF = {
    (Channel.ALIPAY, "wrong_amount", "refund"): "done",  # fund_change tells, refund_fee is a running total
    (Channel.UNIONPAY, "wrong_amount", "close"): "unknown",  # before its time-out nothing closes it
}
AFTERWARDS = {
    "open": {"opened", "code lost"},
    "query unpaid": {"pending"},
    "query paid": {"settled"},
    "close": {"closed", "unknown"},
    "refund": {"done", "processing"},
    "query refund": {"done"},
}


def expected(name: Channel, fault: str, call: str) -> str:
    return EXPECTED_OF.get((name, fault, call), EXPECTED[fault, call])


def word(answer: object) -> str:
    match answer:
        case Opened():
            return "opened"
        case Settled():
            return "settled"
        case Pending():
            return "pending"
        case Declined():
            return "declined"
        case Closed():
            return "closed"
        case Undecided(incident=True):
            return "incident"
        case Undecided(code_lost=True):
            return "code lost"
        case Undecided():
            return "unknown"
        case RefundAnswer(state):
            return "unknown" if state.value == "undecided" else state.value
    raise AssertionError(answer)


async def ask(world: World, channel: PaymentChannel, order: Order, call: str, fault: str) -> tuple[str, str]:
    """Bring an order to where the call belongs, strike the call, ask again; return both answers' words."""
    if call != "open":
        await opened(channel, order)
    refund = make_refund(order, _nobody(order), world.clock.now())
    if call in {"query paid", "refund", "query refund"}:
        world.pay(order)
        refund = make_refund(order, await settled(channel, order), world.clock.now())
    if call == "query refund":
        await channel.refund(order, refund)
    world.fault(fault, order, times=0 if fault.startswith("wrong") else 1, **FAULTS[fault])
    calls = {
        "open": lambda: channel.open(order),
        "query unpaid": lambda: channel.query(order),
        "query paid": lambda: channel.query(order),
        "close": lambda: channel.close(order),
        "refund": lambda: channel.refund(order, refund),
        "query refund": lambda: channel.query_refund(order, refund),
    }
    struck = word(await calls[call]())
    world.call("DELETE", "/control/faults")
    return struck, word(await calls[call]())


def _nobody(order: Order) -> Payment:
    return Payment(order.number, order.channel, order.amount, "0", order.opened_at)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CHANNELS)
def test_a_struck_call_is_unknown_and_the_next_one_knows(world: World, name: Channel, fault: str) -> None:
    async def story() -> dict[str, tuple[str, str]]:
        # Only an answer that is held back needs a short wait; a busy machine must not time out elsewhere.
        channel = (world.channels(SHORT) if fault == "delay" else world.channels())[name]
        told = {}
        for call in CALLS:
            told[call] = await ask(world, channel, world.order(name), call, fault)
        await channel.aclose()
        return told

    told = asyncio.run(story())
    assert {call: words[0] for call, words in told.items()} == {
        call: expected(name, fault, call) for call in CALLS
    }
    for call, (_, again) in told.items():
        assert again in AFTERWARDS[call], call


def table() -> str:
    """Return the table for the documentation."""
    lines = [f"| channel | fault | {' | '.join(CALLS)} |", "|---" * (len(CALLS) + 2) + "|"]
    for name in CHANNELS:
        for fault in FAULTS:
            words = " | ".join(expected(name, fault, call) for call in CALLS)
            lines.append(f"| {name} | {fault} | {words} |")
    return "\n".join(lines)


def test_the_documentation_has_the_table() -> None:
    assert table() in DOCUMENT.read_text(encoding="utf-8")
