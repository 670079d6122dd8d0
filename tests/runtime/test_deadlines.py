"""Every waiting ends within its bound, however often the wall clock is set meanwhile, by whatever it is."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.contracts import Completion, Failed
from kiosk.devices.document_contracts import PaymentCode
from kiosk.domain.card_payment import CardAnswer, Lost, NotFound
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.domain.purse import PurseSilent
from kiosk.journal.store import Journal
from kiosk.payments.card.adapter import GRACE_S, CardChannel, CardMerchant
from kiosk.payments.contract import Closed, Declined, Opened, Pending, QueryAnswer, Undecided
from kiosk.payments.yct.adapter import POLL_S, YctChannel
from kiosk.payments.yct.records import SqlitePurseRecords
from kiosk.runtime import visit_runner
from kiosk.runtime.memory import Memory
from kiosk.runtime.order_time import order_left_s
from kiosk.runtime.patience import CLOSE_AFTER_EXPIRY_S, POLL_BACKGROUND_S, UNDECIDED_WAITS
from kiosk.runtime.performers.payer_code import read_payer_code
from kiosk.runtime.performers.payment import close_payment, open_payment, watch_payment
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.simulation.virtual_time import START, VirtualClock, run
from kiosk.visit import effects as f
from kiosk.visit import events as e
from kiosk.visit.limits import QR_SHOWN, WARNING_S
from kiosk.visit.model import Step
from kiosk.visit.table import TABLE
from tests.journal.test_journal_store import Journaled

DAY = 24 * 3600.0
WAITING = (Step.IDENTIFYING, Step.CHOOSING_OPTION, Step.CONFIRMING, Step.CHOOSING_METHOD, Step.REVIEWING)
EXPIRY = QR_SHOWN.total_seconds()
ASKING = sum(UNDECIDED_WAITS)
TO_THE_END = EXPIRY + CLOSE_AFTER_EXPIRY_S + POLL_BACKGROUND_S

moments = st.floats(0.0, 400.0)
jumps = st.lists(st.tuples(moments, st.floats(-3 * DAY, 3 * DAY)), max_size=5)
"""(after how many seconds, by how many) the wall clock is set."""


def order(channel: Channel = Channel.WECHAT) -> Order:
    return Order("K1A22026112202300000701", channel, Fen(3000), START, START + QR_SHOWN, "签注费")


@contextmanager
def setting(clock: VirtualClock, told: list[tuple[float, float]]) -> Iterator[None]:
    """Set the wall clock at these moments."""
    loop, began = asyncio.get_running_loop(), clock.monotonic()
    timers = [loop.call_at(began + at, clock.jump, by) for at, by in told]
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()


class Network:
    """Never says anything that is final; opens every order."""

    channel = Channel.WECHAT

    async def open(self, _order: Order) -> Opened:
        return Opened("weixin://")

    async def query(self, _order: Order) -> QueryAnswer:
        return Pending()

    async def close(self, _order: Order) -> Undecided:
        return Undecided("nobody knows")


class Scanner:
    """No phone is ever shown to it."""

    async def read_payment_code(self, *, deadline_s: float) -> Completion[PaymentCode]:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(deadline_s):
                await asyncio.Event().wait()
        return Failed(Fault(FailureCode.TIMED_OUT))


class Station:
    """A station that never reports anything."""

    def subscribe(self, _listener: object) -> object:
        return lambda: None


def world(clock: VirtualClock) -> SimpleNamespace:
    devices = SimpleNamespace(station=Station(), payment_scanner=Scanner())
    return SimpleNamespace(clock=clock, devices=devices, channels={Channel.WECHAT: Network()})


def lasted(work: object, told: list[tuple[float, float]], first: float = 0.0) -> tuple[e.Event, float]:
    """Carry work out while the clock is set; return its outcome and the true seconds it took.

    `work` is called with (outside, memory); `first` sets the clock before anything begins.
    """

    async def main() -> tuple[e.Event, float]:
        clock = VirtualClock()
        clock.jump(first)
        memory = Memory(lambda: None, clock.monotonic)
        with setting(clock, told):
            event = await work(world(clock), memory)  # type: ignore[operator] # a plain function
            return event, clock.monotonic()

    return run(main())


# --- the applicant's time -------------------------------------------------------------------------------


@settings(max_examples=8)
@given(step=st.sampled_from(WAITING), told=jumps)
def test_a_step_ends_in_its_time_and_the_screen_counts_true_seconds(
    step: Step, told: list[tuple[float, float]]
) -> None:
    limit = TABLE[step].applicant_s
    assert limit is not None

    async def main(folder: Path) -> float:
        clock = VirtualClock()
        journal = Journal.open(folder)
        runner = VisitRunner(world(clock), journal, Journaled(journal).until(step).folded, lambda: None)  # type: ignore[arg-type]
        running = asyncio.ensure_future(runner.run())
        with setting(clock, told):
            while runner.visit.step is step:
                await clock.sleep(0.5)
                if runner.visit.step is step and runner.left_s is not None:
                    assert runner.left_s == pytest.approx(limit - clock.monotonic(), abs=0.001)
                    assert runner.warning is (runner.left_s <= WARNING_S)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.stop()
        journal.close()
        return clock.monotonic()

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(visit_runner, "perform", _nothing)
        assert run(main(Path(folder))) == pytest.approx(limit, abs=1.0)


# --- an order's time ------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(told=jumps)
def test_an_unpaid_order_is_watched_for_its_time_and_no_longer(told: list[tuple[float, float]]) -> None:
    async def pay(outside: SimpleNamespace, memory: Memory) -> e.Event:
        assert isinstance(await open_payment(outside, memory, f.OpenPayment(order())), e.PaymentOpened)
        return await watch_payment(outside, memory, f.WatchPayment(order()))

    event, took = lasted(pay, told)
    assert event == e.PaymentExpired(order().number, touched=False)
    assert took == pytest.approx(EXPIRY, abs=0.01)


@settings(max_examples=25)
@given(told=jumps)
def test_a_phone_is_waited_for_as_long_as_its_order_lives(told: list[tuple[float, float]]) -> None:
    placed = replace(order(), payer_code=True)
    event, took = lasted(lambda *where: read_payer_code(*where, f.ReadPayerCode(placed)), told)
    assert event == e.PayerCodeNotRead(placed.number, Fault(FailureCode.PAYMENT_EXPIRED))
    assert took == pytest.approx(EXPIRY, abs=0.01)


@settings(max_examples=25)
@given(told=jumps)
def test_closing_goes_on_past_the_orders_time_and_then_becomes_a_case(
    told: list[tuple[float, float]],
) -> None:
    async def close(outside: SimpleNamespace, memory: Memory) -> e.Event:
        await open_payment(outside, memory, f.OpenPayment(order()))
        return await close_payment(outside, memory, f.ClosePayment(order(), to_the_end=True))

    event, took = lasted(close, told)
    assert isinstance(event, e.PaymentUndecided)
    assert EXPIRY + CLOSE_AFTER_EXPIRY_S <= took <= TO_THE_END + POLL_BACKGROUND_S


@settings(max_examples=25)
@given(told=jumps, first=st.floats(-400 * DAY, 400 * DAY))
def test_after_a_restart_closing_takes_no_longer_than_the_whole_time_of_an_order(
    told: list[tuple[float, float]], first: float
) -> None:
    """Whatever the clock shows when the program comes back: only the network ends an order."""
    closing = f.ClosePayment(order(), to_the_end=True)
    event, took = lasted(lambda *where: close_payment(*where, closing), told, first)
    assert isinstance(event, e.PaymentUndecided)
    assert ASKING <= took <= ASKING + TO_THE_END + POLL_BACKGROUND_S


@settings(max_examples=25)
@given(first=st.floats(-DAY, DAY), later=st.floats(-DAY, DAY), waited=st.floats(0.0, 300.0))
def test_what_is_left_of_an_order_is_settled_once(first: float, later: float, waited: float) -> None:
    async def main() -> None:
        clock = VirtualClock()
        clock.jump(first)
        memory = Memory(lambda: None, clock.monotonic)
        whole = order_left_s(clock, memory, order())
        assert 0.0 <= whole <= EXPIRY
        clock.jump(later)
        await clock.sleep(waited)
        assert order_left_s(clock, memory, order()) == pytest.approx(max(whole - waited, 0.0), abs=0.01)

    run(main())


# --- terminal and purse reader --------------------------------------------------------------------------


class Terminal:
    """Has been sent a payment and knows nothing of it."""

    async def login(self, *, deadline_s: float) -> Lost | None:
        assert deadline_s > 0
        return None

    async def pay(self, *_: object, deadline_s: float) -> CardAnswer:
        return Lost(f"no answer within {deadline_s:g} s")

    async def transaction(self, _service_id: str, *, deadline_s: float) -> CardAnswer:
        assert deadline_s > 0
        return NotFound()


@settings(max_examples=25)
@given(told=jumps, first=st.floats(-DAY, DAY), sent=st.booleans())
def test_not_found_is_believed_when_nothing_can_be_under_way_any_more(
    told: list[tuple[float, float]], first: float, sent: bool
) -> None:
    """Not earlier because the clock was set forward, and not a day later because it was set back."""

    async def main() -> float:
        clock = VirtualClock()
        clock.jump(first)
        channel = CardChannel(Terminal(), CardMerchant("M", simulated=True), clock)  # type: ignore[arg-type]
        if sent:
            assert isinstance(await channel.open(order(Channel.CARD)), Opened)
        with setting(clock, [(at / 20, by) for at, by in told]):
            while not isinstance(answer := await channel.query(order(Channel.CARD)), Declined):
                assert answer == Pending()
                await clock.sleep(0.25)
        await channel.aclose()
        return clock.monotonic()

    assert run(main()) == pytest.approx(GRACE_S, abs=0.51)


class Reader:
    """No card is ever held to it."""

    async def version(self, *, deadline_s: float) -> str:
        assert deadline_s > 0
        return "1"

    async def poll(self, *, deadline_s: float) -> PurseSilent:
        assert deadline_s > 0
        return PurseSilent("no card")


@settings(max_examples=6)
@given(told=jumps)
def test_the_reader_looks_for_a_purse_while_its_order_lives(told: list[tuple[float, float]]) -> None:
    async def main(folder: Path) -> float:
        clock = VirtualClock()
        records = SqlitePurseRecords(folder / "purse.sqlite")
        channel = YctChannel(Reader(), records, clock, simulated=True)  # type: ignore[arg-type]
        with setting(clock, told):
            assert isinstance(await channel.open(order(Channel.YCT)), Opened)
            while not isinstance(await channel.query(order(Channel.YCT)), Closed):
                await clock.sleep(1.0)
        await channel.aclose()
        records.close()
        return clock.monotonic()

    with TemporaryDirectory() as folder:
        assert run(main(Path(folder))) == pytest.approx(EXPIRY + POLL_S, abs=2.0)


async def _forever() -> e.Event:
    await asyncio.Event().wait()
    raise AssertionError("nothing sets it")


def _nothing(*_: object) -> Awaitable[e.Event]:
    """Carry nothing out: the effect never answers."""
    return _forever()
