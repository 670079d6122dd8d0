"""A notification on a whole machine: it settles a waiting order at once, and late money goes back."""

import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from kiosk.app import SimulatedKiosk, simulated_kiosk
from kiosk.assembly.notifications import open_door, simulated_door
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.config import Settings
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.payments.merchant_devices import put_sections
from kiosk.payments.merchants import MERCHANTS_FILE, read_merchants
from kiosk.payments.sections import NotificationsSection
from kiosk.visit.events import Cancelled
from kiosk.visit.model import PrintState, Step, Visit
from tests.e2e.harness import SLUG, HurriedClock, prepare
from tests.support.patience import LONG_S

CHANNELS = (Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY)


class NoPolling(HurriedClock):
    """While `still`, whoever waits for the next poll waits for good: only a notification can end it."""

    still = False

    async def sleep(self, seconds: float) -> None:
        if self.still and seconds > 0:
            await asyncio.Event().wait()
        await super().sleep(seconds)


class Payer(AutomaticApplicant):
    """Pays on the phone and leaves it at that: nobody presses "I have paid"."""

    def _pay(self, prompt: PaymentPrompt | None) -> None:
        if prompt is PaymentPrompt.SCAN_CODE:
            self._errand(self.tester.pay)


class Leaver(AutomaticApplicant):
    """Goes away at the code."""

    def _pay(self, prompt: PaymentPrompt | None) -> None:
        if prompt is PaymentPrompt.SCAN_CODE:
            self.kiosk.send(Cancelled())


async def served(bench: SimulatedKiosk, applicant: AutomaticApplicant) -> Visit:
    end = bench.kiosk.subscribe(applicant.watch)
    bench.tester.insert(SLUG)
    async with asyncio.timeout(LONG_S):
        await bench.kiosk.serve_one()
        await bench.kiosk.settle()
    end()
    return bench.journal.fold(bench.journal.visits()[-1]).visit


@pytest.fixture
def state(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


def test_a_notification_settles_a_waiting_order_without_any_poll(state: Path) -> None:
    async def run() -> None:
        clock = NoPolling()
        async with simulated_kiosk(Settings(state=state, pace=0.0), clock, (SLUG,)) as bench:
            await bench.kiosk.recover()

            def watch(_: object) -> None:
                visit = bench.kiosk.snapshot().visit
                clock.still = visit is not None and visit.step is Step.PAYING

            bench.kiosk.subscribe(watch)
            for channel in CHANNELS:
                visit = await served(bench, Payer(bench.kiosk, bench.tester, Plan(channel)))
                assert [paid.channel for paid in visit.payments] == [channel]
                assert visit.print_state is PrintState.VERIFIED
            await late(bench)

    asyncio.run(run())


async def late(bench: SimulatedKiosk) -> None:
    """Cancelled, closed, over; then the phone pays after all, and nobody asks."""
    visit = await served(bench, Leaver(bench.kiosk, bench.tester, Plan(Channel.WECHAT)))
    (order,) = visit.orders
    assert visit.closed_orders == {order.number}
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(LONG_S):
        phone = f"{bench.sandbox.url}/control/orders/{order.number}/pay"
        assert (await client.post(phone, json={"late": True})).status_code == 200
        while not (booked := bench.journal.fold(visit.visit_id).visit).refunded:
            await SystemClock().sleep(0.01)
    assert [one.order_number for one in booked.payments] == [order.number]
    assert booked.refunded == {f"{order.number}R1"}


def test_the_simulated_networks_know_the_door_and_it_stays_where_it_is(state: Path) -> None:
    folder = state / "keys" / "payments"

    async def door() -> tuple[int, set[str | None]]:
        async with AsyncExitStack() as stack:
            assert simulated_door(folder, stack) is not None
            told = read_merchants(folder)
            assert told.notifications is not None
            networks = (told.wechat, told.alipay, told.unionpay)
            return told.notifications.port, {one.notify_url for one in networks if one is not None}

    first = asyncio.run(door())
    assert first == asyncio.run(door())
    assert first[1] == {f"http://127.0.0.1:{first[0]}/notice/{name}" for name in CHANNELS}


def test_a_door_that_cannot_be_had_stops_nothing(state: Path) -> None:
    folder = state / "keys" / "payments"

    async def run() -> None:
        async with AsyncExitStack() as stack:
            assert open_door(folder / "missing", stack) is None
            taken = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            section = NotificationsSection(port=taken.getsockname()[1])
            put_sections(folder / MERCHANTS_FILE, {"notifications": section})
            assert open_door(folder, stack) is None
            assert simulated_door(folder, stack) is None

    asyncio.run(run())
