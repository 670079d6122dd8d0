"""A machine to break, and the comparison of all its books afterwards: gateway, printer, film, journal."""

import asyncio
import json
import multiprocessing
import shutil
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

from kiosk.app import SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.config import Settings
from kiosk.devices.contracts import MediaPosition
from kiosk.devices.simulated.purse_world import PurseWorld
from kiosk.domain.payment import Channel
from kiosk.visit.fold import Folded
from kiosk.visit.invariants import violations

SLUG = "chen-xiaoming"
LONGEST_S = 240.0

_FORK = multiprocessing.get_context("fork")
"""A child starts with everything loaded: a round takes a second instead of five."""


def settings(state: Path) -> Settings:
    return Settings(state=state, pace=0.0)


def made_machine(folder: Path) -> Path:
    """Return a state folder with keys and permit made, to be copied for every round."""

    async def make() -> None:
        async with simulated_kiosk(settings(folder), SystemClock(), (SLUG,)):
            pass

    in_child(make)
    for made_anew in (*folder.glob("journal*"), folder / "kiosk.lock"):
        made_anew.unlink(missing_ok=True)
    return folder


def fresh(template: Path, state: Path) -> Path:
    """Return a new machine for one round."""
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(template, state)
    return state


def in_child(work: Callable[[], Awaitable[Any]]) -> Any:
    """Do the work in a child process and return its result, which must be JSON."""
    here, there = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_child, args=(work, there))
    child.start()
    there.close()
    try:
        told = json.loads(here.recv_bytes()) if here.poll(LONGEST_S) else {}
    except EOFError:
        told = {}
    child.join(10.0)
    if "result" not in told:
        child.kill()
        raise RuntimeError("the child ended without a result; its trace is above")
    return told["result"]


def _child(work: Callable[[], Awaitable[Any]], there: Connection) -> None:
    there.send_bytes(json.dumps({"result": asyncio.run(_awaited(work))}).encode())


async def _awaited(work: Callable[[], Awaitable[Any]]) -> Any:
    return await work()


def started(work: Callable[[], Awaitable[Any]]) -> BaseProcess:
    """Start the work in a child of its own, to be killed."""
    child = _FORK.Process(target=lambda: asyncio.run(_awaited(work)))
    child.start()
    return child


async def recovered(state: Path, channel: Channel = Channel.ALIPAY) -> dict[str, Any]:
    """Start as after any stop, let everything come to its end, and compare the books.

    `channel` is how the applicant goes on paying, if asked to.
    Returns the outcome of the visit there was, and what does not agree.
    """
    async with simulated_kiosk(settings(state), SystemClock(), (SLUG,)) as bench:
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(channel))
        bench.kiosk.subscribe(applicant.watch)
        _take_what_is_presented(bench)
        async with asyncio.timeout(LONGEST_S):
            await bench.kiosk.recover()
            await bench.kiosk.settle()
        return compare(bench)


def _take_what_is_presented(bench: SimulatedKiosk) -> None:
    """Let somebody take a card that belongs to no visit, too."""
    loop, mechanism = asyncio.get_running_loop(), bench.machine.mechanism

    def hand() -> None:
        if mechanism.state().position is MediaPosition.EXIT:
            bench.tester.pull_card()

    def soon() -> None:
        loop.call_soon(hand)

    bench.machine.station.subscribe(soon)


def compare(bench: SimulatedKiosk) -> dict[str, Any]:
    folds = [bench.journal.fold(visit_id) for visit_id in bench.journal.visits()]
    problems = [problem for folded in folds for problem in violations(folded)]
    problems += [f"{folded.visit.visit_id} is not over" for folded in folds if not folded.over]
    broken = bench.journal.verify()
    state = bench.machine.mechanism.state()
    if broken is not None:
        problems.append(f"journal: {broken}")
    if state.position is not MediaPosition.NOT_PRESENT:
        problems.append(f"the card is {state.position}")
    printed = sum(1 for folded in folds if folded.visit.printed)
    attempts = sum(folded.visit.print_attempts for folded in folds)
    if not printed <= state.counters.printed <= attempts:
        counted = state.counters.printed
        problems.append(
            f"the printer counts {counted} prints, the journal {attempts} attempts, {printed} good"
        )
    problems += _money(bench, folds)
    return {"problems": problems, "outcome": [_outcome(folded) for folded in folds]}


def _money(bench: SimulatedKiosk, folds: list[Folded]) -> list[str]:
    """Compare what others' own books say was taken and given back with the journal and the film."""
    moved = [_gateway(bench), _terminal(bench), _purses(bench)]
    taken, back, charges = (sum(column) for column in zip(*moved, strict=True))
    visits = [folded.visit for folded in folds]
    booked = sum(payment.amount for visit in visits for payment in visit.payments)
    owed = sum(visit.total for visit in visits if visit.printed)
    told = f"taken {taken}, given back {back}, booked {booked}, owed {owed} fen"
    if any(visit.cases for visit in visits):
        return [] if taken - back >= owed else [f"money: {told}"]
    sound = taken == booked and taken - back == owed and charges <= len(visits)
    return [] if sound else [f"money: {told}"]


def _gateway(bench: SimulatedKiosk) -> tuple[int, int, int]:
    """Return fen taken, fen given back, and charges that stand."""
    with httpx.Client(trust_env=False, timeout=10) as client:
        orders = client.get(f"{bench.sandbox.url}/control/orders").json()
    paid = [order for order in orders if order["paid_at"] is not None]
    taken = sum(order["amount_fen"] for order in paid)
    back = sum(refund["amount_fen"] for order in orders for refund in order["refunds"])
    return taken, back, sum(1 for order in paid if not order["refunds"])


def _terminal(bench: SimulatedKiosk) -> tuple[int, int, int]:
    """Return the same of bank cards."""
    server = bench.tester.hands.terminal
    entries = [] if server is None else [e for e in server.terminal.core.book().transactions if e.approved]
    taken = [entry.amount for entry in entries if entry.category == "Payment"]
    back = [entry.amount for entry in entries if entry.category != "Payment"]
    return sum(taken), sum(back), len(taken) - len(back)


def _purses(bench: SimulatedKiosk) -> tuple[int, int, int]:
    """Return the same of the city's purse, from what its cards have left; nothing ever goes back there."""
    purse = bench.tester.hands.purse
    cards = {} if purse is None else purse.world().cards
    spent = [one.balance - cards[name].balance for name, one in PurseWorld().cards.items() if name in cards]
    return sum(spent), 0, sum(1 for one in spent if one)


def _outcome(folded: Folded) -> str:
    visit = folded.visit
    if visit.cases:
        return "case: " + ", ".join(visit.cases)
    if visit.printed:
        return "printed"
    return "refunded" if visit.refunded else "nothing charged"
