"""A reconciliation stopped at any moment and started again: every refund is made, none is made twice."""

import asyncio
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.domain.reconciliation import Billed, Movement, Reconciliation, Remedy
from kiosk.journal.store import Journal
from kiosk.payments.absent import NOT_HERE
from kiosk.payments.contract import (
    Closed,
    PaymentChannel,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
)
from kiosk.payments.reconciliation.bills import Bill, BillAnswer
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.runtime.performers.payment import close_payment, open_payment, refund_payment
from kiosk.runtime.reconciling import reconcile
from kiosk.visit.effects import ClosePayment, OpenPayment, RefundPayment
from kiosk.visit.events import Event, PaymentDeclined, PaymentUndecided, RefundNotDone
from kiosk.visit.invariants import violations
from tests.payments.told_day import DAY, MORNING, SetClock, Till, not_paid, not_printed
from tests.visit.world import NOON


class Cut(SystemExit):
    """The power is gone: nothing after it happens, not even in another task."""


class Mains:
    """Cuts the power at one of the moments that matter, counted from 0."""

    def __init__(self, at: int | None) -> None:
        self.at, self.moments = at, 0

    def moment(self) -> None:
        now, self.moments = self.moments, self.moments + 1
        if now == self.at:
            raise Cut


class MemoryNetwork:
    """A network that outlives the kiosk: what it has done is done, whether or not anybody heard of it."""

    channel = Channel.WECHAT
    simulated = True

    def __init__(self) -> None:
        self.mains = Mains(None)
        self.paid: dict[str, Payment] = {}
        self.refunds: dict[str, Refund] = {}

    async def bill(self, day: date) -> BillAnswer:
        self.mains.moment()
        lines = [
            Billed(
                self.channel, Movement.PAY, one.order_number, one.amount, one.paid_at,
                one.order_number, one.transaction_id,
            )
            for one in self.paid.values()
        ]  # fmt: skip
        return Bill(self.channel, day, tuple(lines))

    async def query(self, order: Order) -> QueryAnswer:
        self.mains.moment()
        return Settled(self.paid[order.number]) if order.number in self.paid else Closed()

    async def refund(self, order: Order, refund: Refund) -> RefundAnswer:
        self.mains.moment()
        known = self.refunds.setdefault(refund.number, refund)
        assert known == refund, "a repeated refund must be the same"
        self.mains.moment()
        return RefundAnswer(RefundState.DONE)

    async def query_refund(self, order: Order, refund: Refund) -> RefundAnswer:
        self.mains.moment()
        state = RefundState.DONE if refund.number in self.refunds else RefundState.UNDECIDED
        return RefundAnswer(state)


class WatchedJournal:
    """The journal, with the power at risk before and after every record."""

    def __init__(self, journal: Journal, mains: Mains) -> None:
        self._journal, self._mains = journal, mains

    def record(self, *arguments: Any) -> Any:
        self._mains.moment()
        step = self._journal.record(*arguments)
        self._mains.moment()
        return step

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


def outside(network: MemoryNetwork) -> Outside:
    station = SimpleNamespace(subscribe=lambda _: lambda: None)
    nothing = cast(Any, None)
    return Outside(
        devices=cast(Any, SimpleNamespace(station=station)),
        channels={Channel.WECHAT: cast(PaymentChannel, network)},
        authority=nothing,
        catalogue=nothing,
        art=nothing,
        clock=SetClock(MORNING),
    )


def told(state: Path, network: MemoryNetwork) -> dict[str, Till]:
    """One visit whose payer is late, and one that was not printed and not refunded."""
    journal, clock = Journal.open(state), SetClock(NOON)
    tills = {name: Till(journal, clock, Channel.WECHAT) for name in ("late", "unrefunded")}
    tills["late"].ended(not_paid)
    tills["unrefunded"].paid("T2").ended(not_printed)
    for till, reference in zip(tills.values(), ("T1", "T2"), strict=True):
        order = till.order
        network.paid[order.number] = Payment(order.number, order.channel, order.amount, reference, NOON)
    journal.close()
    return tills


def reconciled(state: Path, network: MemoryNetwork, mains: Mains) -> Reconciliation:
    journal = Journal.open(state)
    network.mains = mains
    try:
        watched = cast(Journal, WatchedJournal(journal, mains))
        return asyncio.run(reconcile(outside(network), watched, "GZ01", DAY))
    finally:
        journal.close()


def judge(state: Path, network: MemoryNetwork, tills: dict[str, Till]) -> None:
    journal = Journal.open(state)
    for till in tills.values():
        folded = journal.fold(till.id)
        refund = f"{till.order.number}R1"
        assert [paid.order_number for paid in folded.visit.payments] == [till.order.number]
        assert folded.visit.refunded == {refund}
        assert folded.over
        assert violations(folded) == ()
        assert network.refunds[refund].amount == till.order.amount
    assert len(network.refunds) == len(tills)
    assert journal.verify() is None
    journal.close()


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MemoryNetwork, dict[str, Till]]:
    """The state folder in the evening, the network, and the visits."""
    state, network = tmp_path_factory.mktemp("evening"), MemoryNetwork()
    return state, network, told(state, network)


Evening = tuple[Path, MemoryNetwork, dict[str, Till]]


def test_a_day_without_a_cut_is_settled(evening: Evening, tmp_path: Path) -> None:
    state, network, tills = morning(evening, tmp_path)
    result = reconciled(state, network, Mains(None))
    assert {one.remedy for one in result.settlements} == {Remedy.REFUNDED}
    judge(state, network, tills)


def test_cut_at_any_moment_and_started_again_nothing_is_lost_or_done_twice(
    evening: Evening, tmp_path: Path
) -> None:
    at, cut = 0, True
    while cut:
        state, network, tills = morning(evening, tmp_path / str(at))
        mains = Mains(at)
        try:
            reconciled(state, network, mains)
            cut = False
        except Cut:
            reconciled(state, network, Mains(None))
        judge(state, network, tills)
        at += 1
    assert at > 12  # bill, query, refunds and records of two visits


def morning(evening: Evening, folder: Path) -> Evening:
    """Return a copy of the evening: the same journal, and a network that has only been paid."""
    state, known, tills = evening
    shutil.copytree(state, folder, dirs_exist_ok=True)
    network = MemoryNetwork()
    network.paid = dict(known.paid)
    return folder, network, tills


def test_a_way_to_pay_that_is_gone_is_not_reconciled_and_breaks_nothing(
    evening: Evening, tmp_path: Path
) -> None:
    """Its certificate has ended, or its section was taken out, while a refund is still open."""
    state, network, tills = morning(evening, tmp_path)
    without = replace(outside(network), channels={})
    journal = Journal.open(state)
    result = asyncio.run(reconcile(without, journal, "GZ01", DAY))
    assert [(one.channel, one.fault) for one in result.totals] == [(Channel.WECHAT, NOT_HERE)]
    assert not result.complete
    visit = journal.fold(tills["unrefunded"].id).visit
    journal.close()
    refund, order = visit.refunds[0], tills["unrefunded"].order
    memory = Memory(lambda: None, SetClock(MORNING).monotonic)

    async def tried() -> list[Event]:
        return [
            await open_payment(without, memory, OpenPayment(order)),
            await close_payment(without, memory, ClosePayment(order)),
            await refund_payment(without, RefundPayment(order, visit.payments[0], refund)),
        ]

    kinds = [type(event) for event in asyncio.run(tried())]
    assert kinds == [PaymentDeclined, PaymentUndecided, RefundNotDone]
    assert network.refunds == {}
