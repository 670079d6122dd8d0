"""The program stopped at any step and started again: the visit goes on or ends, and the books agree."""

import asyncio
from pathlib import Path

import httpx
import pytest

from kiosk.app import SimulatedKiosk, StateInUse
from kiosk.bench.automatic import Plan
from kiosk.devices.contracts import MediaPosition
from kiosk.domain.payment import Channel
from kiosk.visit.fold import Folded
from kiosk.visit.invariants import violations
from kiosk.visit.model import CardFate, PrintState, Step
from tests.e2e.harness import books, machine, prepare, recover, serve_until, serve_while
from tests.support.patience import LONG_S


@pytest.fixture(autouse=True)
def keys_are_made(tmp_path: Path) -> None:
    prepare(tmp_path)


PASSED = (
    Step.READING, Step.RECOGNISING, Step.LOOKING_UP, Step.IDENTIFYING, Step.CHOOSING_DESTINATION,
    Step.CHOOSING_OPTION, Step.CONFIRMING, Step.APPROVING, Step.PROVING, Step.CHOOSING_METHOD,
    Step.OPENING_PAYMENT, Step.PAYING, Step.ISSUING, Step.PRINTING, Step.INSPECTING, Step.REPORTING,
    Step.REVIEWING, Step.SLIP, Step.PRESENTING, Step.TAKING,
)  # fmt: skip


def charged_and_returned(bench: SimulatedKiosk) -> tuple[int, int]:
    """Return what the gateway's own books say was taken and given back, fen."""
    with httpx.Client(trust_env=False, timeout=LONG_S) as client:
        orders = client.get(f"{bench.sandbox.url}/control/orders").json()
    paid = sum(order["amount_fen"] for order in orders if order["paid_at"] is not None)
    return paid, sum(refund["amount_fen"] for order in orders for refund in order["refunds"])


@pytest.mark.parametrize("step", PASSED)
def test_a_visit_stopped_at_any_step_goes_on_or_ends(tmp_path: Path, step: Step) -> None:
    async def stopped() -> None:
        async with machine(tmp_path) as bench:
            await serve_until(bench, step)

    async def started_again() -> tuple[Folded, tuple[int, int], int]:
        async with machine(tmp_path) as bench:
            told = await recover(bench)
            assert bench.journal.verify() is None
            assert bench.machine.mechanism.state().position is MediaPosition.NOT_PRESENT
            assert bench.journal.unfinished() == ()
            prints = bench.machine.mechanism.state().counters.printed
            return told.folded, charged_and_returned(bench), prints

    asyncio.run(stopped())
    folded, (taken, returned), prints = asyncio.run(started_again())
    visit = folded.visit
    assert violations(folded) == ()
    assert folded.over
    assert visit.card is CardFate.TAKEN
    assert not visit.cases
    if visit.print_state is PrintState.VERIFIED:
        assert (taken, returned) == (visit.total, 0)
        assert prints == 1
    else:
        assert taken == returned
        assert prints == 0


@pytest.mark.parametrize("channel", [Channel.CARD, Channel.YCT])
def test_stopped_while_paying_at_a_device_the_books_agree_after_the_start(
    tmp_path: Path, channel: Channel
) -> None:
    async def stopped() -> None:
        async with machine(tmp_path) as bench:
            await serve_until(bench, Step.PAYING, plan=Plan(channel))

    async def started_again() -> tuple[Folded, tuple[int, int]]:
        async with machine(tmp_path) as bench:
            return (await recover(bench)).folded, books(bench)[channel]

    asyncio.run(stopped())
    folded, (taken, returned) = asyncio.run(started_again())
    visit = folded.visit
    assert violations(folded) == ()
    assert folded.over
    assert visit.card is CardFate.TAKEN
    assert not visit.cases
    assert taken - returned == (visit.total if visit.print_state is PrintState.VERIFIED else 0)


@pytest.mark.parametrize("channel", [Channel.ALIPAY, Channel.WECHAT, Channel.UNIONPAY])
def test_stopped_between_a_phones_code_and_its_charge_nothing_is_left_open(
    tmp_path: Path, channel: Channel
) -> None:
    """The network may never have heard of the order: then there is nothing to undo, and nothing for staff."""

    async def stopped() -> None:
        async with machine(tmp_path) as bench:
            await serve_while(bench, lambda visit: not visit.charging, plan=Plan(channel, payer_code=True))

    async def started_again() -> tuple[Folded, tuple[int, int]]:
        async with machine(tmp_path) as bench:
            return (await recover(bench)).folded, books(bench)[channel]

    asyncio.run(stopped())
    folded, (taken, returned) = asyncio.run(started_again())
    assert violations(folded) == ()
    assert folded.over
    assert not folded.visit.cases
    assert taken - returned == (folded.visit.total if folded.visit.print_state is PrintState.VERIFIED else 0)


def test_a_second_kiosk_on_the_same_state_is_refused(tmp_path: Path) -> None:

    async def run() -> None:
        async with machine(tmp_path):
            with pytest.raises(StateInUse, match="another kiosk"):
                async with machine(tmp_path):
                    raise AssertionError("two kiosks on one state")

    asyncio.run(run())
