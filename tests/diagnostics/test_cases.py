"""Open cases on a whole machine: the card is put in again, printed or refunded, and every book agrees."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.app import SimulatedKiosk
from kiosk.devices.contracts import MediaPosition
from kiosk.diagnostics.cases import Case, open_cases, read_case
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.domain.staff import Claim, Role, Staff
from kiosk.journal.store import Journal
from kiosk.visit.casework import CaseAction
from kiosk.visit.model import CaseKind, PrintState, Step
from tests.e2e.harness import SLUG, machine, prepare, serve
from tests.e2e.test_cut_and_recover import charged_and_returned
from tests.support.patience import LONG_S

CLERK = Staff("王芳", Role.CLERK)
SAID = Claim(CLERK.name, CLERK.role)


def order(action: CaseAction, *, matches: bool = False) -> Order:
    return Order(action, SAID, matches=matches)


async def card_in_hand(bench: SimulatedKiosk, work: Callable[[], Awaitable[Case]]) -> Case:
    """Do the work while somebody puts the card in and takes it again."""
    mechanism = bench.machine.mechanism

    def hands() -> None:
        state = mechanism.state()
        if state.entry_open and state.card is None:
            bench.tester.insert(SLUG)
        elif state.position is MediaPosition.EXIT:
            bench.tester.pull_card()

    loop = asyncio.get_running_loop()

    def soon() -> None:
        loop.call_soon(hands)

    end = bench.machine.station.subscribe(soon)
    try:
        async with asyncio.timeout(LONG_S):
            return await work()
    finally:
        end()


def unverified(folder: Path, then: Callable[[SimulatedKiosk, str], Awaitable[None]]) -> None:
    """Let a card be pulled while it is printed, then do something about the case."""
    prepare(folder)

    async def run() -> None:
        async with machine(folder) as bench:
            told = await serve(bench, at_step={Step.PRINTING: bench.tester.pull_card})
            assert told.visit.cases == (CaseKind.PRINT_UNVERIFIED,)
            await then(bench, told.visit.visit_id)
            assert bench.journal.verify() is None

    asyncio.run(run())


def test_inspected_printed_again_and_settled(tmp_path: Path) -> None:
    async def work(bench: SimulatedKiosk, number: str) -> None:
        printed = bench.machine.mechanism.state().counters.printed

        def do(action: CaseAction) -> Awaitable[Case]:
            return card_in_hand(bench, lambda: act(bench.outside, bench.journal, number, order(action)))

        seen = await do(CaseAction.INSPECT)
        assert seen.film is PrintState.DIFFERS
        assert CaseAction.REPRINT in seen.actions
        done = await do(CaseAction.REPRINT)
        assert (done.film, done.kinds) == (PrintState.VERIFIED, ())
        assert bench.machine.mechanism.state().counters.printed == printed + 1
        taken, returned = charged_and_returned(bench)
        assert (taken, returned) == (done.paid, 0)
        with pytest.raises(NotAllowed):
            await act(bench.outside, bench.journal, number, order(CaseAction.REFUND))
        assert [deed.by for deed in done.deeds] == [CLERK, None, CLERK, None]
        beside = Journal.read(tmp_path)  # another program, while the kiosk runs
        assert open_cases(beside) == ()
        assert read_case(beside, number) == done
        beside.close()

    unverified(tmp_path, work)


def test_refunded_after_staff_saw_that_it_is_not_printed(tmp_path: Path) -> None:
    async def work(bench: SimulatedKiosk, number: str) -> None:
        with pytest.raises(NotAllowed, match="inspect"):
            await act(bench.outside, bench.journal, number, order(CaseAction.REFUND))
        await act(bench.outside, bench.journal, number, order(CaseAction.SEEN))
        done = await act(bench.outside, bench.journal, number, order(CaseAction.REFUND))
        assert done.kinds == ()
        assert charged_and_returned(bench) == (done.paid, done.paid)
        assert done.refunded == done.paid > 0
        with pytest.raises(NotAllowed, match="no matter is open"):
            await act(bench.outside, bench.journal, number, order(CaseAction.REFUND))

    unverified(tmp_path, work)


def test_a_second_print_that_was_cut_off_is_not_repeated_blindly(tmp_path: Path) -> None:
    numbers: list[str] = []

    async def work(bench: SimulatedKiosk, number: str) -> None:
        numbers.append(number)
        await act(bench.outside, bench.journal, number, order(CaseAction.SEEN))
        reprint = act(bench.outside, bench.journal, number, order(CaseAction.REPRINT))
        running = asyncio.ensure_future(card_in_hand(bench, lambda: reprint))
        inside = asyncio.Event()
        mechanism = bench.machine.mechanism
        bench.machine.station.subscribe(lambda: inside.set() if mechanism.state().card else None)
        await inside.wait()
        running.cancel()  # the program ends here, with the card inside
        await asyncio.gather(running, return_exceptions=True)

    unverified(tmp_path, work)

    async def start_again() -> Case:
        async with machine(tmp_path) as bench:

            async def recover() -> Case:
                await bench.kiosk.recover()
                await bench.kiosk.settle()
                return read_case(bench.journal, numbers[0])

            case = await card_in_hand(bench, recover)
            assert bench.journal.verify() is None
            return case

    case = asyncio.run(start_again())
    assert not case.waiting
    assert case.film in {PrintState.UNKNOWN, PrintState.VERIFIED}
    assert case.film is PrintState.VERIFIED or CaseAction.INSPECT in case.actions
    assert CaseAction.REPRINT not in case.actions
