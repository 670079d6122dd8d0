"""The machine as a whole: recover what was left, then serve one applicant after the other."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from kiosk.devices.contracts import Done, Orientation
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Payment
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.runtime import health
from kiosk.runtime.availability import channel_health, ways
from kiosk.runtime.housekeeping import Housekeeping
from kiosk.runtime.older_prints import told_by_film
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import ACCEPT_S, HEALTH_S
from kiosk.runtime.picture import with_visit
from kiosk.runtime.recovery_time import before_service_s
from kiosk.runtime.snapshot import ChannelHealth, DeviceHealth, Service, Snapshot
from kiosk.runtime.stray import StrayCards
from kiosk.runtime.visit_runner import VisitRunner
from kiosk.tasks import Tasks, alongside, let_go
from kiosk.visit.events import CardInserted, Event, PaymentSettled, Restarted
from kiosk.visit.fold import Advance, Folded
from kiosk.visit.model import Step, Visit

_log = structlog.get_logger()

GOODBYE_S = 4.0
T = TypeVar("T")


class Kiosk:
    """One machine on one event loop; every method is called from that loop.

    Implements `ports.KioskPort` for callers on the loop; `thread_port.ThreadPort` serves other threads.
    """

    def __init__(
        self, outside: Outside, journal: Journal, kiosk_id: str, retention: timedelta | None = None
    ) -> None:
        self._outside = outside
        self._journal = journal
        self._kiosk_id = kiosk_id
        self._listeners: list[Callable[[Snapshot], None]] = []
        self._runner: VisitRunner | None = None
        self._background = Tasks(self._background_failed)
        self._handed_over = asyncio.Event()
        self._handed_over.set()
        self._service = Service.STARTING
        self._recovered = False
        self._fault: Fault | None = None
        self._devices: tuple[DeviceHealth, ...] = ()
        self._channels: tuple[ChannelHealth, ...] = ()
        self._stray_cards = StrayCards(outside)
        self._failure: asyncio.Future[None] | None = None
        self._unsettled: BaseException | None = None
        self._housekeeping = Housekeeping(journal, outside.clock, retention)

    # --- the port --------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        listener(self.snapshot())
        return lambda: self._listeners.remove(listener)

    def send(self, event: Event) -> None:
        if self._runner is not None:
            self._runner.send(event)

    def more_time(self) -> None:
        if self._runner is not None:
            self._runner.more_time()

    def activity(self) -> None:
        if self._runner is not None:
            self._runner.activity()

    def ask_payment(self) -> None:
        if self._runner is not None:
            self._runner.ask_payment()

    def identify_staff(self, number: str, pin: str) -> None:
        if self._runner is not None:
            self._runner.identify_staff(number, pin)

    def notified(self, number: str) -> bool:
        """Ask about an order of the present visit at once; False where it is none of its."""
        return self._runner is not None and self._runner.notified(number)

    @property
    def recovered(self) -> bool:
        """True once every visit that an earlier start left open is in the hands of this one."""
        return self._recovered

    async def take_late_payment(self, folded: Folded, payment: Payment) -> None:
        """Book money that came after its visit was over; it goes back in the background.

        Returns as soon as it is booked; raises JournalUnavailable where it cannot be. Only once the machine
        has `recovered`: a visit must not go on in two places.
        """
        runner = VisitRunner(self._outside, self._journal, folded, self._publish)
        booked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._background.start(_booked_late(runner, payment, booked))
        await booked

    async def beside(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work of staff beside serving: a stop cancels it, and a failure of it ends the machine too."""
        return await asyncio.shield(self._background.start(work))

    def snapshot(self) -> Snapshot:
        """Return the machine as it is now."""
        now = self._outside.clock.now()
        machine = Snapshot(self._service, now, self._fault, self._devices, self._channels)
        return machine if self._runner is None else with_visit(machine, self._runner, self._outside.clock)

    # --- life ------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Recover, then serve until cancelled, or until work in the background fails.

        A visit that ended goes on in the background; where its journal cannot be written or its books do
        not agree any more, nobody else is served either.
        """
        self._failure = asyncio.get_running_loop().create_future()
        serving = asyncio.ensure_future(self._serve())
        try:
            await asyncio.wait({serving, self._failure}, return_when=asyncio.FIRST_COMPLETED)
            (self._failure if self._failure.done() else serving).result()
        finally:
            await let_go(serving)

    async def recover(self) -> None:
        """Continue or end every visit that an earlier stop left open, and give back a stray card.

        Starting and resuming are one path: the journal is folded, open effects are asked about, and the
        visit goes on from there. What needs no device, such as an order that is not final yet, goes on
        in the background; `settle()` waits for it. Where something breaks its own bound and never answers,
        the machine says after a while that it needs staff, and still goes on as soon as there is an answer.
        """
        self._service, self._fault = Service.RECOVERING, None
        async with alongside(self._overdue()):
            await self._end_what_was_open()
        self._service = Service.STARTING
        await self._look()

    async def _overdue(self) -> None:
        """Say that recovery takes longer than anything in it may: nobody is promised a minute any more."""
        await self._outside.clock.sleep(before_service_s())
        open_now = None if self._runner is None else self._runner.visit
        _log.error("recovery is overdue", id=open_now and open_now.visit_id, step=open_now and open_now.step)
        self._fault = Fault(FailureCode.RECOVERY_OVERDUE)
        self._publish()

    async def _end_what_was_open(self) -> None:
        await self._look()
        for visit_id in self._journal.unfinished():
            folded = self._journal.fold(visit_id)
            _log.info("recovering", id=visit_id, step=folded.visit.step)
            restarted = self._journal.record(folded, Restarted(), self._outside.clock.now())
            resumed = restarted.folded if restarted else folded
            runner = VisitRunner(self._outside, self._journal, resumed, self._publish, self._film_found)
            await self._run_to_the_end(runner, resumed=True)
        self._recovered = True
        await self._return_stray_card()

    async def serve_one(self) -> None:
        """Wait until the machine can serve and a card comes; then run its visit to the end."""
        orientation = await self._next_card()
        first = self._begin(upside_down=orientation is Orientation.UPSIDE_DOWN)
        runner = VisitRunner(self._outside, self._journal, first.folded, self._publish, self._film_found)
        await self._run_to_the_end(runner)

    async def settle(self) -> None:
        """Wait until no visit has work left in the background; one that is being served ends first.

        A visit shows its end before the rest of its work is in the background: whoever comes at that
        moment has to wait for both. Raises what broke off, such as JournalUnavailable.
        """
        await self._handed_over.wait()
        while self._unsettled is None and len(self._background):
            await self._background.one_ended()
        if self._unsettled is not None:
            raise self._unsettled

    async def stop(self) -> None:
        """Let go of everything; what was open is continued at the next start."""
        await self._background.end()
        if self._runner is not None:
            await self._runner.stop()

    # --- parts -----------------------------------------------------------------------------------

    async def _serve(self) -> None:
        await self.recover()
        while True:
            await self.serve_one()

    def _begin(self, *, upside_down: bool) -> Advance:
        """Write the first record of a visit."""
        ordinal = self._journal.next_ordinal()
        now = self._outside.clock.now()
        visit_id = f"{self._kiosk_id}-{now:%Y%m%d}-{ordinal:05d}"
        event = CardInserted(visit_id, self._kiosk_id, ordinal, upside_down)
        return self._journal.begin(visit_id, ordinal, event, now)

    async def _run_to_the_end(self, runner: VisitRunner, *, resumed: bool = False) -> None:
        """Run a visit; its last screen stays for a moment, its background work runs on."""
        self._runner = runner
        self._handed_over.clear()
        self._publish()
        try:
            async with alongside(self._look_at_ways(runner)):
                await runner.run(resumed=resumed)
            self._background.start(runner.finish())
            self._handed_over.set()
            self._publish()
            if not resumed:
                self._housekeeping.between_visits()
                await self._outside.clock.sleep(GOODBYE_S)
        finally:
            if runner.visit.step is not Step.ENDED:
                await runner.stop()
            self._runner = None
            self._handed_over.set()
            self._publish()

    async def _film_found(self, visit: Visit, film: bytes | None) -> None:
        """Let the film of a card that came again settle what an older visit left in doubt."""

        def tell(older: Folded, event: Event) -> None:
            runner = VisitRunner(self._outside, self._journal, older, self._publish)
            runner.record(event)
            self._background.start(runner.finish())

        await told_by_film(self._outside, self._journal, visit, film, tell)

    async def _look_at_ways(self, runner: VisitRunner) -> None:
        """Tell a visit again and again which ways to pay work while one is being chosen.

        While nothing is being chosen no time is kept either.
        """
        changed = asyncio.Event()
        end = self.subscribe(lambda _: changed.set())
        try:
            while True:
                if runner.visit.step is Step.CHOOSING_METHOD:
                    await self._outside.clock.sleep(HEALTH_S)
                    await self._tell_ways(runner)
                else:
                    changed.clear()
                    await changed.wait()
        finally:
            end()

    async def _tell_ways(self, runner: VisitRunner) -> None:
        self._channels = await channel_health(self._outside)
        working, visit = ways(self._channels), runner.visit
        if (working.channels, working.payer_code) != (visit.channels, visit.payer_code_channels):
            runner.send(working.changed())
        self._publish()

    def _background_failed(self, error: BaseException) -> None:
        if self._failure is None:  # nobody serves: `settle` tells it
            self._unsettled = self._unsettled or error
        elif self._failure.done():
            raise error
        else:
            self._failure.set_exception(error)

    async def _next_card(self) -> Orientation:
        """Accept a card while the machine can serve; look at the machine again and again meanwhile."""
        while True:
            await self._return_stray_card()
            self._housekeeping.between_visits()
            await self._look()
            if self._service is Service.IN_SERVICE:
                accepted = await self._accept_while_healthy()
                if accepted is not None:
                    return accepted
            else:
                await self._wait_for_change()

    async def _accept_while_healthy(self) -> Orientation | None:
        """Wait for a card; give up when the machine is no longer able to serve."""
        accept = asyncio.ensure_future(self._outside.devices.station.accept(deadline_s=ACCEPT_S))
        try:
            while not accept.done():
                await asyncio.wait({accept}, timeout=HEALTH_S)
                if not accept.done():
                    await self._look()
                    if self._service is not Service.IN_SERVICE:
                        return None
                    self._housekeeping.tidy()
            completion = accept.result()
            return completion.value if isinstance(completion, Done) else None
        finally:
            await let_go(accept)

    async def _wait_for_change(self) -> None:
        """Wait until a device reports a change, or a while: networks report nothing by themselves."""
        changed = asyncio.Event()
        ends = [device.subscribe(changed.set) for device in self._outside.devices.all()]
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEALTH_S):
                    await changed.wait()
        finally:
            for end in ends:
                end()

    async def _look(self) -> None:
        """Look at devices and networks, and take the machine in or out of service accordingly."""
        self._devices, self._channels = await asyncio.gather(
            health.devices(self._outside), channel_health(self._outside)
        )
        if self._service is not Service.RECOVERING:
            self._fault = await self._why_out_of_service()
            before = self._service
            self._service = Service.OUT_OF_SERVICE if self._fault else Service.IN_SERVICE
            if self._service is not before:
                why = self._fault.code if self._fault else ""
                _log.info(self._service.replace("_", " "), why=why)
        self._publish()

    async def _why_out_of_service(self) -> Fault | None:
        unready = self._housekeeping.unready()
        if unready is not None:
            return unready
        return await health.out_of_service(self._outside, self._devices, self._channels)

    async def _return_stray_card(self) -> None:
        """Give back a card that belongs to no visit; what nobody takes is kept, with a case."""
        if await self._stray_cards.give_back():
            await self._keep_stray_card()

    async def _keep_stray_card(self) -> None:
        """Give a card that nobody takes a visit of its own: no card is kept without a record and a case."""
        first = self._begin(upside_down=False)
        ended = self._journal.record(first.folded, Restarted(), self._outside.clock.now())
        folded = ended.folded if ended else first.folded
        await self._run_to_the_end(VisitRunner(self._outside, self._journal, folded, self._publish))

    def _publish(self) -> None:
        snapshot = self.snapshot()
        for listener in tuple(self._listeners):
            listener(snapshot)


async def _booked_late(runner: VisitRunner, payment: Payment, booked: asyncio.Future[None]) -> None:
    try:
        runner.record(PaymentSettled(payment))
    except JournalUnavailable as error:
        if not booked.done():
            booked.set_exception(error)
        return
    if not booked.done():  # whoever waits for it may have given up
        booked.set_result(None)
    await runner.finish()
