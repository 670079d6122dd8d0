"""Every channel × every fault: the answer that the rules demand. The tables stand in docs/payments.md."""

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.payment import Channel, Order, Payment
from kiosk.payments.contract import (
    Closed,
    Declined,
    Opened,
    PayerCodeChannel,
    Pending,
    RefundAnswer,
    Settled,
    Undecided,
)
from kiosk.payments.sandbox import booking
from kiosk.payments.sandbox.faults import FaultKind
from kiosk.payments.sandbox.ledger import OrderState, Wallet
from tests.payments.test_payer_code import Hurry
from tests.payments.world import CHANNELS, Bench, make_order, make_refund, opened, settled

DOCUMENT = Path(__file__).parents[2] / "docs" / "payments.md"

FAULTS: Mapping[str, float] = {
    "delay": 3600.0,
    "drop": 0.0,
    "error": 0.0,
    "outage": 0.0,
    "wrong_signature": 0.0,
    "wrong_amount": 0.0,
    "clock": 400.0,
    "late_success": 0.0,
}
"""Name and seconds of those that strike a request; what strikes notifications and bills has its own tests."""

CALLS = ("open", "query unpaid", "query paid", "close", "refund", "query refund")
CHARGES = ("charged, struck once", "charged, struck until withdrawn")

# What the kiosk makes of a struck call where nothing else is said: nobody knows.
_WECHAT, _ALIPAY, _UNIONPAY = CHANNELS
EXPECTED: Mapping[str, Mapping[str, str]] = {
    # Nothing in an opening tells an amount; a query's payment of another amount is an incident.
    "wrong_amount": {
        "open": "opened",
        "query unpaid": "pending",
        "query paid": "incident",
        "close": "closed",
    },
    "late_success": {
        "open": "opened",
        "query unpaid": "pending",
        "query paid": "settled",
        "close": "settled",
        "refund": "done",
        "query refund": "done",
    },
}
_AHEAD = {  # 400 s ahead the orders are over at the network: told truthfully, and believed
    "open": "declined",
    "query unpaid": "closed",
    "query paid": "settled",
    "close": "closed",
    "refund": "done",
    "query refund": "done",
}
EXPECTED_OF: Mapping[tuple[Channel, str, str], str] = {
    (_ALIPAY, "wrong_amount", "refund"): "done",  # fund_change tells, refund_fee is a running total
    (_UNIONPAY, "wrong_amount", "close"): "unknown",  # before its time-out nothing closes it
    (_WECHAT, "late_success", "refund"): "processing",
    (_ALIPAY, "late_success", "close"): "given back",  # its cancel gives back by itself
    (_UNIONPAY, "late_success", "query unpaid"): "settled",  # it has no close: the query is struck
    **{(_ALIPAY, "clock", call): word for call, word in _AHEAD.items()},
    **{(_UNIONPAY, "clock", call): word for call, word in _AHEAD.items()},
}
AFTERWARDS = {
    "open": {"opened", "code lost"},
    "query unpaid": {"pending"},
    "query paid": {"settled"},
    "close": {"closed", "unknown"},
    "refund": {"done", "processing"},
    "query refund": {"done"},
}
AFTER_LATE_SUCCESS = {"query unpaid": {"pending", "settled"}, "close": {"settled", "given back"}}

# A payer's code: charged or not by the fault, then asked for a minute, then undone.
EXPECTED_CHARGE: Mapping[str, tuple[str, str]] = {
    "delay": ("settled", "unknown"),
    "drop": ("settled", "unknown"),
    "error": ("closed", "unknown"),
    "outage": ("closed", "unknown"),
    "wrong_signature": ("settled", "unknown"),
    "wrong_amount": ("settled", "settled"),  # the charge's own answer tells the true amount
    "clock": ("declined", "declined"),  # the order is over at the network
    "late_success": ("settled", "settled"),
}
EXPECTED_CHARGE_OF: Mapping[tuple[Channel, str], tuple[str, str]] = {
    (_WECHAT, "clock"): ("closed", "unknown"),
}


def expected(name: Channel, fault: str, call: str) -> str:
    return EXPECTED_OF.get((name, fault, call), EXPECTED.get(fault, {}).get(call, "unknown"))


def expected_charge(name: Channel, fault: str) -> tuple[str, str]:
    return EXPECTED_CHARGE_OF.get((name, fault), EXPECTED_CHARGE[fault])


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
        case Closed(refunded=True):
            return "given back"
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


Call = Callable[[], Coroutine[Any, Any, object]]


def prepared(bench: Bench, name: Channel, call: str) -> tuple[Order, Call]:
    """Bring an order to where a call belongs; return it with the call."""
    channel, order = bench.channels[name], make_order(name, bench.clock.now())
    if call != "open":
        bench.run(opened(channel, order))
    payment = Payment(order.number, name, order.amount, "0", order.opened_at)
    if call in {"query paid", "refund", "query refund"}:
        bench.pay(order)
        payment = bench.run(settled(channel, order))
    refund = make_refund(order, payment, bench.clock.now())
    if call == "query refund":
        bench.run(channel.refund(order, refund))
    calls: dict[str, Call] = {
        "open": lambda: channel.open(order),
        "query unpaid": lambda: channel.query(order),
        "query paid": lambda: channel.query(order),
        "close": lambda: channel.close(order),
        "refund": lambda: channel.refund(order, refund),
        "query refund": lambda: channel.query_refund(order, refund),
    }
    return order, calls[call]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CHANNELS)
def test_a_struck_call_is_what_the_table_says_and_the_next_one_knows(
    bench: Bench, name: Channel, fault: str
) -> None:
    for call in CALLS:
        order, ask = prepared(bench, name, call)
        bench.fault(fault, order, times=0 if fault.startswith("wrong") else 1, seconds=FAULTS[fault])
        struck = word(bench.run(ask()))
        bench.no_faults()
        again = word(bench.run(ask()))
        late = AFTER_LATE_SUCCESS if fault == "late_success" else {}
        assert struck == expected(name, fault, call), call
        assert again in late.get(call, AFTERWARDS[call]), call


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CHANNELS)
def test_a_struck_charge_is_what_the_table_says_and_no_money_is_lost(
    bench: Bench, name: Channel, fault: str
) -> None:
    """Whatever the kiosk does not count as paid was never taken, or goes back when it is undone."""
    channel, ledger = bench.channels[name], bench.gateway.ledger
    assert isinstance(channel, PayerCodeChannel)
    words = []
    for times in (1, 0):
        order = make_order(name, bench.clock.now().replace(microsecond=0))
        code = booking.new_payer_code(ledger, name, Wallet.PAYS, bench.clock.now())
        bench.fault(fault, order, times=times, seconds=FAULTS[fault])
        with Hurry(bench):
            answer = bench.run(channel.pay_with_code(order, code))
            bench.no_faults()
            words.append(word(answer))
            if not isinstance(answer, Settled):
                bench.clock.advance(600)
                assert isinstance(bench.run(channel.reverse(order)), Closed)
        stored = ledger.order(name, order.number)
        taken = stored.amount if stored is not None and stored.state is OrderState.PAID else 0
        back = sum(refund.amount for refund in ledger.refunds(name, order.number))
        assert taken - back == (order.amount if isinstance(answer, Settled) else 0)
    assert tuple(words) == expected_charge(name, fault)


def test_every_fault_is_in_the_tables_or_has_tests_of_its_own() -> None:
    """`double_notice` strikes notifications, `bill_omits` bills (test_gateway_control, test_reconcile)."""
    assert set(FAULTS) | {"double_notice", "bill_omits"} == {kind.value for kind in FaultKind}


def table(columns: tuple[str, ...], row: Callable[[Channel, str], tuple[str, ...]]) -> str:
    """Return a table for the documentation."""
    lines = [f"| channel | fault | {' | '.join(columns)} |", "|---" * (len(columns) + 2) + "|"]
    lines += [
        f"| {name} | {fault} | {' | '.join(row(name, fault))} |" for name in CHANNELS for fault in FAULTS
    ]
    return "\n".join(lines)


CALLS_TABLE = table(CALLS, lambda name, fault: tuple(expected(name, fault, call) for call in CALLS))
CHARGES_TABLE = table(CHARGES, expected_charge)


@pytest.mark.parametrize("made", [CALLS_TABLE, CHARGES_TABLE], ids=["calls", "charges"])
def test_the_documentation_has_the_table(made: str) -> None:
    assert made in DOCUMENT.read_text(encoding="utf-8")


if __name__ == "__main__":
    print(CALLS_TABLE, CHARGES_TABLE, sep="\n\n")  # noqa: T201 - for the documentation
