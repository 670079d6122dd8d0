"""Runs one visit: events in, journal first, effects out, until it has ended and nothing waits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from kiosk.devices.contracts import MediaPosition
from kiosk.journal.store import Journal
from kiosk.runtime.memory import Memory, StaffTyped
from kiosk.runtime.outside import Outside
from kiosk.runtime.performing import Performer, ask, perform
from kiosk.tasks import Tasks
from kiosk.visit.events import CardRemoved, Event, TimedOut
from kiosk.visit.fold import Folded, Numbered
from kiosk.visit.invariants import violations
from kiosk.visit.limits import WARNING_S
from kiosk.visit.model import CardFate, Step, Visit
from kiosk.visit.table import TABLE

_log = structlog.get_logger()

_CARD_MAY_GO = frozenset({Step.PRESENTING, Step.TAKING, Step.RETAINING, Step.ENDED})


class InvariantBroken(Exception):
    """Money, card and print do not agree: a bug; the machine stops serving."""


class VisitRunner:
    """One visit in progress.

    Attributes:
        folded: the visit as of its last record.
        memory: its pictures and progress, never journaled.
        deadline: when the step's time for the applicant is over, in seconds of the clock's `monotonic`: a
            wall clock that is set must neither end it nor draw it out; None where it waits for the machine.
    """

    def __init__(
        self,
        outside: Outside,
        journal: Journal,
        folded: Folded,
        changed: Callable[[], None],
        film_found: Callable[[Visit, bytes | None], Awaitable[None]] | None = None,
    ) -> None:
        self._outside = outside
        self._journal = journal
        self._changed = changed
        self._inbox: asyncio.Queue[_Letter] = asyncio.Queue()
        self._work = Tasks(lambda bug: self._inbox.put_nowait(_Letter(bug=bug)))
        self._effects: dict[int, asyncio.Task[None]] = {}
        self.folded = folded
        self.memory = Memory(changed, outside.clock.monotonic)
        self.memory.permit_no = self.visit.permit.number if self.visit.permit else None
        if film_found is not None:
            self.memory.film_found = lambda film: film_found(self.visit, film)
        self.deadline: float | None = None

    @property
    def visit(self) -> Visit:
        return self.folded.visit

    @property
    def warning(self) -> bool:
        """True while the time-out warning is to be shown."""
        return self.deadline is not None and self._outside.clock.monotonic() >= self.deadline - WARNING_S

    @property
    def left_s(self) -> float | None:
        """Return the seconds left of the step's time, never below 0; None where there is no such time."""
        if self.deadline is None:
            return None
        return max(self.deadline - self._outside.clock.monotonic(), 0.0)

    def send(self, event: Event) -> None:
        """Take an event that is not the outcome of an effect."""
        self._inbox.put_nowait(_Letter(event))

    def more_time(self) -> None:
        """Start the step's time again."""
        self._set_deadline()
        self._inbox.put_nowait(_Letter())

    def activity(self) -> None:
        """The applicant is there: the step's time starts again, unless the warning waits for an answer."""
        self.memory.touched = True
        if self.deadline is not None and not self.warning:
            self.more_time()

    def ask_payment(self) -> None:
        """Ask the network at once whether the order is paid."""
        order = self.visit.order
        if self.visit.step is Step.PAYING and order is not None and not order.payer_code:
            self.memory.touched = True
            self.memory.asking_payment = True
            self.memory.ask_now.set()
            self._changed()

    def identify_staff(self, number: str, pin: str) -> None:
        """Let number and PIN be judged; one pair at a time."""
        typed = self.memory.staff_typed
        if self.visit.step is Step.CALLING_STAFF and not self.memory.judging_staff and typed.empty():
            typed.put_nowait(StaffTyped(number, pin))

    def notified(self, number: str) -> bool:
        """Ask about an order at once, as the network has news of it; False where it is not this visit's."""
        mine = any(order.number == number for order in self.visit.orders)
        if mine:
            self.memory.ask_now.set()
        return mine and not self.folded.over

    async def run(self, *, resumed: bool = False) -> None:
        """Run until the visit has ended; what is still open in the background goes on in `finish()`.

        `resumed` asks about the open effects instead of carrying them out.
        """
        unsubscribe = self._outside.devices.station.subscribe(self._station_changed)
        self._set_deadline()
        self._start(self.folded.pending, ask if resumed else perform)
        try:
            while self.visit.step is not Step.ENDED:
                await self._one_event()
        finally:
            unsubscribe()
            self.deadline = None

    async def finish(self) -> None:
        """Carry on until nothing of the visit waits for an outcome, and nothing is under way for it."""
        try:
            while not self.folded.over:
                await self._one_event()
            await self._work.done()
            self._raise_unread()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Let go of everything at once; the journal knows what was open."""
        await self._work.end()

    def record(self, event: Event, outcome_of: int | None = None) -> None:
        """Journal one event, then act on it."""
        before = self.visit.step
        step = self._journal.record(self.folded, event, self._outside.clock.now(), outcome_of)
        if step is None:
            return
        self.folded = step.folded
        broken = violations(step.folded)
        if broken:
            raise InvariantBroken("; ".join(broken))
        _log.info("visit", id=self.visit.visit_id, happened=type(event).__name__, step=self.visit.step)
        for number in step.stopped:
            self._stop_task(number)
        if self.visit.step is not before:
            self.memory.progress = None
        self._set_deadline()
        self._start(step.started, perform)
        self._changed()

    async def _one_event(self) -> None:
        """Wait for the next event, the time-out warning or the end of the applicant's time."""
        try:
            async with asyncio.timeout(self._seconds_to_next_alarm()):
                letter = await self._inbox.get()
        except TimeoutError:
            letter = _Letter(TimedOut()) if self._time_is_over() else _Letter()
        if letter.bug is not None:
            raise letter.bug
        if letter.event is None:
            self._changed()
        else:
            self.record(letter.event, letter.outcome_of)

    def _raise_unread(self) -> None:
        """Raise the bug of work that outlived the visit's last record; no other letter matters any more."""
        while not self._inbox.empty():
            bug = self._inbox.get_nowait().bug
            if bug is not None:
                raise bug

    def _time_is_over(self) -> bool:
        return self.left_s == 0.0

    def _seconds_to_next_alarm(self) -> float | None:
        if self.deadline is None:
            return None
        # From the moment itself, not from what is left: a rest that rounding leaves would never pass.
        alarm = self.deadline if self.warning else self.deadline - WARNING_S
        return max(alarm - self._outside.clock.monotonic(), 0.0)

    def _set_deadline(self) -> None:
        limit = TABLE[self.visit.step].applicant_s
        self.deadline = None if limit is None else self._outside.clock.monotonic() + limit

    def _start(self, effects: tuple[Numbered, ...], performer: Performer) -> None:
        for numbered in effects:
            self._effects[numbered.number] = self._work.start(self._carry_out(numbered, performer))

    async def _carry_out(self, numbered: Numbered, performer: Performer) -> None:
        """Carry one effect out; an exception is a bug and ends the program, which then recovers."""
        outcome = await performer(self._outside, self.memory, numbered.effect)
        self._effects.pop(numbered.number, None)
        self._inbox.put_nowait(_Letter(outcome, numbered.number))

    def _stop_task(self, number: int) -> None:
        """Stop an effect that ended with its step; after a restart it may never have been started."""
        task = self._effects.pop(number, None)
        if task is not None:
            task.cancel()

    def _station_changed(self) -> None:
        """Look where the card is: it may have been pulled, or, while it is given back, been swapped."""
        if self.visit.step is not Step.ENDED:
            self._work.start(self._look_for_card())

    async def _look_for_card(self) -> None:
        where = await self._outside.devices.station.locate()
        if where in {MediaPosition.NOT_PRESENT, MediaPosition.UNKNOWN}:
            self.memory.card_watched = False
        inside = self.visit.card is CardFate.INSIDE and self.visit.step not in _CARD_MAY_GO
        if where is MediaPosition.NOT_PRESENT and inside:
            self.send(CardRemoved())


@dataclass(frozen=True, slots=True)
class _Letter:
    """One item of the inbox: an event, a bug to be raised, or a mere wake-up."""

    event: Event | None = None
    outcome_of: int | None = None
    bug: BaseException | None = None
