"""SIGKILL: at any moment, and while money is moving."""

import logging
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import TextIO

import structlog

from kiosk.bench.automatic import Plan
from kiosk.clock import SystemClock
from kiosk.commands.visit import Wish, one_visit
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.domain.payment import Channel
from kiosk.visit.model import Step
from tools.campaigns.books import SLUG, fresh, in_child, recovered, settings, started
from tools.campaigns.controls import Disk

BEGUN = "step=identifying"
_TAKEN = ("step=opening_payment", "step=paying", "step=issuing", "step=printing")
"""Lines of the log at which money is about to come in, or has just come."""

_BACK = "step=refunding"

_STEPS = (
    *(Step.RECOGNISING, Step.LOOKING_UP, Step.IDENTIFYING, Step.CHOOSING_DESTINATION, Step.CHOOSING_OPTION),
    *(Step.CONFIRMING, Step.APPROVING, Step.PROVING, Step.CHOOSING_METHOD, Step.OPENING_PAYMENT, Step.PAYING),
    *(Step.ISSUING, Step.PRINTING, Step.INSPECTING, Step.REPORTING, Step.REVIEWING, Step.SLIP),
    *(Step.PRESENTING, Step.TAKING),
)
"""The steps that every visit has on which nothing goes wrong, once the card has been read."""

_SOON_S = 0.12
"""A step takes some tens of milliseconds where nothing is waited for."""


async def visit(state: Path, channel: Channel) -> None:
    """Serve one applicant, as `kiosk visit` does."""
    await one_visit(settings(state), Wish(SLUG, Plan(channel), state / "out"))


Work = Callable[[Path, Channel], Awaitable[None]]


def at_any_moment(template: Path, state: Path, chance: Random) -> tuple[str, list[str]]:
    """Kill a visit within or soon after any step between reading the card and taking it; recover, compare."""
    fresh(template, state)
    channel = chance.choice(tuple(Channel))
    running = until(state, channel, f"step={chance.choice(_STEPS)}")
    return _killed(Disk.of(state), running, channel, chance.uniform(0.0, _SOON_S))


def while_money_moves(
    template: Path, state: Path, chance: Random, work: Work = visit
) -> tuple[str, list[str]]:
    """Kill a visit shortly after a step in which money moves began; in half of the rounds it goes back."""
    fresh(template, state)
    line = chance.choice(_TAKEN)
    if chance.random() < 0.5:
        line = _BACK
        faults = SimulatedParts(state, SystemClock()).faults
        faults.arm("card_printer", "wrong_print", FaultMode.UNTIL_CLEARED)
    channel = chance.choice(tuple(Channel))
    disk = Disk.of(state)
    running = until(state, channel, line, work)
    return _killed(disk, running, channel, chance.uniform(0.0, _SOON_S))


@dataclass(frozen=True, slots=True)
class Running:
    """A visit under way in a process of its own.

    Attributes:
        log: its steps, a line each; kept open, because a visit fails that writes to a closed pipe.
    """

    child: BaseProcess
    log: TextIO

    def last_step(self) -> str:
        """Return the step that the visit, ended by now, was last in."""
        steps = [line.strip().removeprefix("step=") for line in self.log]
        return next((step for step in reversed(steps) if step), "the beginning")


def until(state: Path, channel: Channel, line: str, work: Work = visit) -> Running:
    """Start a visit and return when its log says that a step has begun, or it has ended."""
    reading, writing = os.pipe()

    async def told() -> None:
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            processors=[lambda _logger, _method, values: f"step={values.get('step', '')}"],
            logger_factory=structlog.PrintLoggerFactory(file=os.fdopen(writing, "w", buffering=1)),
        )
        await work(state, channel)

    child = started(told)
    os.close(writing)
    log = os.fdopen(reading)
    next((said for said in log if said.strip() == line), None)
    return Running(child, log)


def _killed(disk: Disk, running: Running, channel: Channel, after_s: float) -> tuple[str, list[str]]:
    """Kill the visit after so many seconds, start again, compare."""
    child = running.child
    child.join(after_s)
    ended = child.exitcode is not None
    if not ended and child.pid is not None:
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    running.log.close()
    disk.stop()
    told = in_child(lambda: recovered(disk.state, channel))
    outcome = ", ".join(told["outcome"]) or "no visit had begun"
    failed = [f"the visit ended by itself with {child.exitcode}"] if ended and child.exitcode else []
    return f"{channel}, {'ended before' if ended else 'killed'}: {outcome}", [*told["problems"], *failed]
