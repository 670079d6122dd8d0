"""A code whose time is over, on a whole machine against the networks' sandboxes: replaced, paid once."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from kiosk.bench import tester
from kiosk.bench.automatic import Plan
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.visit.invariants import violations
from kiosk.visit.limits import QR_SHOWN
from kiosk.visit.model import PrintState, Step
from tests.e2e.harness import HurriedClock, books, machine, prepare, serve
from tests.support.patience import LONG_S

PAST_EVERY_GRACE = timedelta(seconds=20)  # UnionPay has no close: its time-out must be past


class LeapingClock(HurriedClock):
    """Kiosk and networks look at the same clock; a test lets it leap."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()

    def leap(self, on: timedelta) -> None:
        self.ahead += on


@pytest.mark.parametrize("channel", [one for one in Channel if one.shows_code])
def test_a_code_nobody_pays_is_closed_at_the_network_and_the_next_one_is_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: Channel
) -> None:
    prepare(tmp_path)
    clock, pay = LeapingClock(), tester.Tester.pay

    def let_the_first_pass(hands: tester.Tester) -> None:
        if clock.ahead:
            pay(hands)
        else:
            clock.leap(QR_SHOWN)

    monkeypatch.setattr(tester.Tester, "pay", let_the_first_pass)

    async def run() -> None:
        async with machine(tmp_path, clock=clock) as bench:
            closing = {Step.CLOSING_PAYMENT: lambda: clock.leap(PAST_EVERY_GRACE)}
            told = await serve(bench, plan=Plan(channel), at_step=closing)
            async with httpx.AsyncClient(trust_env=False, timeout=LONG_S) as client:
                orders = (await client.get(f"{bench.sandbox.url}/control/orders")).json()
            states = {order["number"]: order["state"] for order in orders}
            assert violations(told.folded) == ()
            assert books(bench)[channel] == (told.visit.total, 0)
            assert told.visit.print_state is PrintState.VERIFIED
            first, second = (order.number for order in told.visit.orders)
            assert states[first] in {"closed", "expired"}
            assert states[second] == "paid"
            assert PaymentPrompt.RENEWING in {snapshot.prompt for snapshot in told.snapshots}
            shown = {snapshot.visit.payment_code for snapshot in told.snapshots if snapshot.visit}
            assert len(shown - {None, ""}) == 2

    asyncio.run(run())
