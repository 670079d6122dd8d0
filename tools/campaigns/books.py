"""A machine to break, in children that can be killed, and its recovery afterwards."""

import asyncio
import json
import multiprocessing
import shutil
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from kiosk.app import SimulatedKiosk, simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.config import Settings
from kiosk.devices.contracts import MediaPosition
from kiosk.domain.payment import Channel
from kiosk.journal.store import JournalUnavailable
from kiosk.visit.fold import Folded
from tools.campaigns.comparison import disagreements, gathered

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
    try:
        return await _recovered(state, channel)
    except JournalUnavailable as error:
        return {"problems": [str(error)], "outcome": ["the journal is not opened"]}


async def _recovered(state: Path, channel: Channel) -> dict[str, Any]:
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
    books = gathered(bench)
    return {"problems": disagreements(books), "outcome": [_outcome(folded) for folded in books.folds]}


def _outcome(folded: Folded) -> str:
    visit = folded.visit
    if visit.cases:
        return "case: " + ", ".join(visit.cases)
    if visit.printed:
        return "printed"
    return "refunded" if visit.refunded else "nothing charged"
