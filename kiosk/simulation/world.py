"""One seed: a machine, a few applicants one after the other, and everything that can happen to them."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any

from kiosk.devices.fitted import Devices
from kiosk.domain.beijing import beijing_date
from kiosk.domain.eligibility import decide_offers, may_use_machine
from kiosk.domain.specimens import Specimen
from kiosk.journal.store import Journal, JournalUnavailable
from kiosk.payments.notifications import NoticeDesk
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.notified import NotifiedKiosk
from kiosk.runtime.outside import Outside
from kiosk.runtime.reconciling import reconcile
from kiosk.runtime.snapshot import Snapshot
from kiosk.shipped import load_catalogue, load_specimens
from kiosk.simulation.fate import Fate, Plan
from kiosk.simulation.hardware.art import SimulatedArt
from kiosk.simulation.hardware.guards import SimulatedCabinet, SimulatedUps
from kiosk.simulation.hardware.peripherals import (
    SimulatedCamera,
    SimulatedChip,
    SimulatedPaymentScanner,
    SimulatedPrinter,
    SimulatedScanner,
    SimulatedSlipPrinter,
)
from kiosk.simulation.hardware.scene import Card, Place, Scene
from kiosk.simulation.hardware.station import SimulatedStation
from kiosk.simulation.judge import Judge
from kiosk.simulation.ledger import Ledger
from kiosk.simulation.outcome import Outcome
from kiosk.simulation.outside.authority import Registry, SimulatedAuthority
from kiosk.simulation.outside.bank import Bank
from kiosk.simulation.outside.courier import Door
from kiosk.simulation.outside.till import Till
from kiosk.simulation.people.applicant import Applicant
from kiosk.simulation.people.clerk import Clerk
from kiosk.simulation.people.colleague import SimulatedDesk
from kiosk.simulation.people.technician import Technician
from kiosk.simulation.power import KILLED, POWER_CUT, Life, Stopped
from kiosk.simulation.virtual_time import START, Deadlock, VirtualClock, run
from kiosk.visit.events import Event
from kiosk.visit.fold import Advance
from kiosk.visit.model import CaseKind, Step

APPLICANTS = 4
FAULT = "FAULT "
"""How a line of the trace begins that tells of a fault as it strikes, or as it is laid down for later."""

CRASHES = 0.0018
_KIOSK_ID = "GZ01"
_CASEWORK = 99
"""The chapter in which staff work on what the applicants left open."""

_RETENTIONS = (None, timedelta(seconds=60), timedelta(minutes=10), timedelta(hours=1))
_JUMPS_S = (-86400.0, -3600.0, -90.0, 90.0, 3600.0, 86400.0)
_OUT_OF_THE_BLUE = 0.03
_LONGEST_S = 40_000.0
_PAST_ALL_ORDERS_S = 900.0
_TAKEN_WITHIN_S = 20.0
"""How long the program may work on a notification that it was just given."""

_MOST_CRASHES = 200
_STRESS_BEFORE_PAYMENT, _STRESS_AT_STAKE = 0.3, 3.0


@cache
def _people() -> tuple[tuple[Specimen, ...], tuple[Specimen, ...]]:
    """Return who may use the machine, and everybody."""
    today, rules = beijing_date(START), load_catalogue()
    everybody = load_specimens(START)
    served = (
        one
        for one in everybody
        if one.record is not None
        and one.permit.expiry > today
        and may_use_machine(one.permit, one.record, today, rules) is None
        and any(offer.refusal is None for offer in decide_offers(one.permit, one.record, today, rules))
    )
    return tuple(served), everybody


def run_world(
    seed: int,
    plan: Plan = Plan(),  # noqa: B008 - an immutable value
    applicants: int = APPLICANTS,
    asked: Callable[[str, str], None] | None = None,
) -> Outcome:
    """Live through one seed; the same arguments give the same trace.

    Args:
        asked: called with the key of everything that could go wrong, and the step of the visit then.
    """
    world = World(Fate(seed, plan, asked=asked), applicants)
    try:
        run(world.live())
    except Deadlock as hang:
        world.judge.broke_off(hang)
    return world.outcome()


@dataclass(slots=True, eq=False)
class World:
    """Everything around the program, and the program's lives one after the other."""

    fate: Fate
    applicants: int
    screen: Snapshot | None = None
    trace: list[str] = field(default_factory=list)
    crashes: int = 0
    clock: VirtualClock = field(default_factory=VirtualClock)
    art: SimulatedArt = field(default_factory=SimulatedArt)
    ledger: Ledger = field(init=False)
    scene: Scene = field(init=False)
    bank: Bank = field(init=False)
    till: Till = field(init=False)
    registry: Registry = field(init=False)
    judge: Judge = field(init=False)
    retention: timedelta | None = None
    _cards: dict[str, Card] = field(default_factory=dict)
    _applicant: Applicant | None = None
    _outside: Outside | None = None
    _journal: Journal | None = None
    _now: Callable[[], float] = field(default=lambda: 0.0)
    _kiosk: Kiosk | None = None
    _life: Life | None = None
    _own: set[asyncio.Task[Any]] = field(default_factory=set)
    _lasted: float = 0.0

    def __post_init__(self) -> None:
        self.fate.told = lambda name: self.story(FAULT + name)
        self.ledger = Ledger()
        self.scene = Scene(self.clock, self.fate, self.story)
        self.bank = Bank(self.clock, self.fate, self.story, self._money_moved)
        self.till = Till(self.bank, lambda recorded: self.judge.purse_debited(recorded=recorded))
        self.registry = Registry(self.clock, self.fate, load_catalogue(), self.story)
        self.judge = Judge(self.scene, self.bank, self.registry, self.art, self.story)
        self.judge.there = self._there
        self.bank.courier.when, self.registry.protest = self.judge.knows, self.judge.asked_wrongly
        self.scene.print_sent, self.scene.written = self.judge.print_sent, self.judge.film_changes
        self.scene.slip_out = self.judge.slip_came_out
        self.retention = self.judge.retention = self.fate.pick("retention", _RETENTIONS)

    # --- the port --------------------------------------------------------------------------------

    def tap(self, event: Event) -> None:
        """An applicant does something; without a running program nobody notices."""
        if self._kiosk is not None:
            self.story(f"tap {type(event).__name__}")
            self._kiosk.send(event)

    def says_paid(self) -> None:
        if self._kiosk is not None:
            self._kiosk.ask_payment()

    def identifies(self, number: str, pin: str) -> None:
        """Somebody says that they are staff."""
        if self._kiosk is not None:
            self._kiosk.identify_staff(number, pin)

    def soon(self, seconds: float, act: Callable[[], object]) -> None:
        """Let somebody do something a little later."""
        asyncio.get_running_loop().call_later(max(seconds, 0.0), act)

    def story(self, text: str) -> None:
        """Add a line to the trace."""
        self.trace.append(f"{self._now():10.3f} {text}")

    # --- life ------------------------------------------------------------------------------------

    async def live(self) -> None:
        """Serve all applicants through all crashes, then heal everything and close the books."""
        loop = asyncio.get_running_loop()
        self._now = loop.time
        loop.set_exception_handler(self._unseen_error)
        self._adopt(asyncio.current_task())
        technician = Technician(self.scene, self.fate)
        self._spawn(technician.live())
        queue = self._spawn(self._queue(technician))
        while not (queue.done() or self.judge.found or self._hopeless()):
            await self._one_life(Kiosk.run, queue)
            await self.clock.sleep(self.fate.seconds("restart takes", 1.0, 20.0))
        self._applicant = None
        if queue.done():
            queue.result()
            await self._work_on_cases(technician)
        if not self.judge.found:
            await self._heal(technician)
        self._lasted = self._now()

    def outcome(self) -> Outcome:
        """Return what became of the world."""
        judge = self.judge
        return Outcome(
            self.fate.seed,
            len(judge.books),
            self.crashes,
            judge.records,
            self._lasted,
            judge.checked,
            tuple(judge.found),
            tuple(judge.ending(book) for book in judge.books.values()),
            tuple(self.fate.happened),
            self.bank.line.disorder + self.registry.line.disorder + self.bank.courier.taken,
            tuple(self.trace),
        )

    async def _queue(self, technician: Technician) -> None:
        """Let the applicants come one after the other."""
        served, everybody = _people()
        for number in range(1, self.applicants + 1):
            self.fate.chapter = number
            one = self.fate.pick("who", everybody if self.fate.chance("anybody", 0.1) else served)
            card = self._comes_again() or self._card_of(number, one)
            if card is None:
                self.story(f"applicant {number} has no card: it was kept")
                continue
            self.story(f"applicant {number} comes with card {card.holder}")
            self._plan_surprises(technician)
            self._applicant = Applicant(self.scene, self.till, self.fate, self, card)
            await self._applicant.live()

    def _comes_again(self) -> Card | None:
        """Return the card of somebody who was here before; most whose print nobody saw try it once more."""
        before = [card for card in self._cards.values() if card.place is Place.HAND]
        unseen = {
            id(book.card)
            for book in self.judge.books.values()
            if CaseKind.PRINT_UNVERIFIED in book.visit.cases
        }
        in_doubt = [card for card in before if id(card) in unseen]
        if in_doubt and self.fate.chance("tries it once more", 0.6):
            return in_doubt[0]
        again = before and self.fate.chance("somebody comes again", 0.15)
        return self.fate.pick("who again", before) if again else None

    def _card_of(self, number: int, one: Specimen) -> Card | None:
        """Return the one card of a permit; None where the machine or staff still have it."""
        card = self._cards.get(one.permit.number)
        if card is None:
            card = self._cards[one.permit.number] = Card(number, one.permit, one.record)
            if one.record is not None:
                self.registry.enter(one.permit, one.record)
        return card if card.place is Place.HAND else None

    async def _work_on_cases(self, technician: Technician) -> None:
        """Let staff work on what is open, through further crashes, until they are done."""
        clerk = Clerk(self.scene, self.fate, self.judge, self._spawn, self.stranger)
        self.fate.chapter = _CASEWORK
        done = asyncio.get_running_loop().create_future()

        async def work(kiosk: Kiosk) -> None:
            await kiosk.recover()
            await kiosk.settle()
            if self._outside is not None and self._journal is not None:
                await clerk.work(self._outside, self._journal)
            done.set_result(None)

        open_cases = any(book.visit.cases for book in self.judge.books.values())
        if open_cases and self.fate.fault("the authority is out of reach while staff work", 0.3):
            away = self.fate.seconds("away while staff work", 20.0, 600.0)
            self.registry.away_until = self.clock.monotonic() + away
        while open_cases and not (done.done() or self.judge.found or self._hopeless()):
            technician.repair()
            await self._one_life(work, done)
            await self.clock.sleep(self.fate.seconds("restart takes", 1.0, 20.0))

    def stranger(self) -> Card:
        """Return a card that nobody has put in yet."""
        used = {book.card.permit.number for book in self.judge.books.values() if book.card is not None}
        other = self.fate.pick("stranger", [one for one in _people()[1] if one.permit.number not in used])
        return Card(0, other.permit, other.record)

    def _there(self, card: Card) -> bool:
        """Return whether a card's holder stands at the machine: until they leave, or the next one comes."""
        one = self._applicant
        return one is not None and one.own is card and not one.away

    def _plan_surprises(self, technician: Technician) -> None:
        """Lay down what strikes at any moment, whatever is being done."""
        fate = self.fate
        for cause in (KILLED, POWER_CUT):
            if fate.fault(f"{cause} out of the blue", _OUT_OF_THE_BLUE):
                self.soon(fate.seconds("strikes after", 0.0, 90.0), self._end_life(cause))
        if fate.fault("the wall clock jumps", 0.03):
            by = fate.pick("jump", _JUMPS_S)
            self.soon(fate.seconds("jumps after", 0.0, 90.0), lambda: self._jump(by))
        if fate.fault("the mains fail and the battery runs low", 0.06):
            self.soon(fate.seconds("fail after", 0.0, 90.0), self._lose_power)
        if fate.fault("the technician opens the door", 0.03):
            after = fate.seconds("opens after", 0.0, 90.0)
            self.soon(after, lambda: self._spawn(technician.visit()))

    def _end_life(self, cause: str) -> Callable[[], None]:
        def end() -> None:
            if self._life is not None:
                self._life.end("out of the blue", mains=cause is POWER_CUT)

        return end

    def _lose_power(self) -> None:
        """Run on a battery that will not last; the mains come back in time, or everything stops."""
        self.story("the battery is low")
        self.scene.guard(power_low=True)
        self.soon(
            self.fate.seconds("mains are back after", 10.0, 120.0),
            lambda: self.scene.guard(power_low=False),
        )
        if self.fate.chance("the battery gives up", 0.3):
            self.soon(self.fate.seconds("gives up after", 5.0, 100.0), self._end_life(POWER_CUT))

    def _jump(self, by: float) -> None:
        self.story(f"the wall clock jumps by {by:.0f} s")
        self.clock.jump(by)

    async def _one_life(
        self, work: Callable[[Kiosk], Coroutine[Any, Any, None]], until: asyncio.Future[None]
    ) -> None:
        """Start the program and let it work until it crashes, or until it is no longer needed."""
        life = Life(self.fate, CRASHES)
        self.story("the program starts")
        try:
            kiosk = self._start(life)
            serving = asyncio.ensure_future(work(kiosk))
            ended = self._spawn(life.ended.wait())
            await asyncio.wait({serving, ended, until}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done() and not life.over:
                serving.result()
        except (Stopped, JournalUnavailable) as stop:
            self.story(f"the program stops: {stop}")
        except Exception as error:  # noqa: BLE001 - judged, not swallowed: it makes the world fail
            self.judge.broke_off(error)
        self.crashes += not until.done()
        await self._bury(life)

    def _start(self, life: Life) -> Kiosk:
        """Put the program together as `kiosk.app` does, on this world's outside."""
        self._life = life
        journal = self.ledger.open(life, self._witness, self.judge.forgot)
        self.judge.reopened(journal)
        devices = Devices(
            station=SimulatedStation(life, self.scene, self.art),
            chip=SimulatedChip(life, self.scene, self.art),
            scanner=SimulatedScanner(life, self.scene, self.art),
            camera=SimulatedCamera(life, self.scene, self.art),
            printer=SimulatedPrinter(life, self.scene, self.art),
            slip=SimulatedSlipPrinter(life, self.scene, self.art),
            payment_scanner=SimulatedPaymentScanner(life, self.scene, self.art),
            cabinet=SimulatedCabinet(life, self.scene, self.art),
            ups=SimulatedUps(life, self.scene, self.art),
        )
        outside = Outside(
            devices=devices,
            channels=self.till.channels(life),
            authority=SimulatedAuthority(self.registry, life),
            catalogue=load_catalogue(),
            art=self.art,
            clock=self.clock,
            staff=SimulatedDesk(life, self.clock),
        )
        self._outside, self._journal = outside, journal
        self._kiosk = kiosk = Kiosk(outside, journal, _KIOSK_ID, self.retention)
        notified = NotifiedKiosk(kiosk, journal, outside)
        desk = NoticeDesk(outside.channels, notified.order_of, self.clock, notified.take)
        self.bank.courier.door = Door(desk, life)
        kiosk.subscribe(lambda snapshot: self._see(life, snapshot))
        return kiosk

    def _see(self, life: Life, snapshot: Snapshot) -> None:
        """The screen shows something new."""
        if life.over:
            return
        self.screen = snapshot
        visit = snapshot.visit
        self.judge.screen_shown(snapshot)
        if visit is not None and visit.payment_code:
            self.bank.show(visit.payment_code)
        self.scene.look()

    async def _bury(self, life: Life) -> None:
        """Stop everything of the program at once; only the disk and the world remain."""
        if life.over:
            self.story(f"crash {life.where}{', mains lost' if life.mains else ''}")
            if self._applicant is not None:
                self._applicant.despair()
        life.end("at the end", mains=False)
        self.ledger.crash()
        self.screen, self._kiosk, self._life, self.bank.courier.door = None, None, None, None
        if life.mains:
            self.scene.lose_mains()
            self.till.terminal.restart()
        self.scene.program_gone()
        doomed = [task for task in asyncio.all_tasks() if task not in self._own]
        for task in doomed:
            task.cancel()
        await asyncio.gather(*doomed, return_exceptions=True)

    async def _heal(self, technician: Technician) -> None:
        """End all faults, start once more and let everything that is open come to its end."""
        self.story("everything works again")
        self.fate.calm = True
        self.scene.gone.clear()
        self.scene.guard(door_open=False, power_low=False)
        self.till.heal()
        self.registry.away_until = 0.0
        await self.clock.sleep(max(_PAST_ALL_ORDERS_S, self.bank.refunds_until - self.clock.monotonic()))
        technician.repair()
        life = Life(self.fate, 0.0)
        try:
            kiosk = self._start(life)
            async with asyncio.timeout(_LONGEST_S):
                await kiosk.recover()
                await kiosk.settle()
                self.bank.courier.door = None
                await self.clock.sleep(_TAKEN_WITHIN_S)
                await kiosk.settle()
            self.judge.before_reconciling()
            await self._reconcile()
        except Exception as error:  # noqa: BLE001 - judged, not swallowed: it makes the world fail
            self.judge.broke_off(error)
        await self._bury(life)
        self.judge.close(self.ledger.read())

    async def _reconcile(self) -> None:
        """Compare the networks' bills with the journal, as on the next morning."""
        if self._outside is None or self._journal is None:
            raise AssertionError("a program that runs has both")
        networks = {name: one for name, one in self._outside.channels.items() if name.shows_code}
        outside = replace(self._outside, channels=networks)
        for day in dict.fromkeys(beijing_date(at) for at in (START, self.clock.unset())):
            found = await reconcile(outside, self._journal, _KIOSK_ID, day)
            for settlement in found.settlements:
                self.story(f"reconciliation: {settlement.finding.either.number} {settlement.remedy}")
            self.judge.reported |= {settlement.finding.either.number for settlement in found.open}

    def _hopeless(self) -> bool:
        """Return whether nothing gets better any more until the faults end."""
        return self._now() > _LONGEST_S or self.crashes > _MOST_CRASHES

    # --- parts -----------------------------------------------------------------------------------

    def _witness(self, step: Advance, event: Event) -> None:
        """Judge a record; while money or a film is at stake, more goes wrong."""
        visit = step.folded.visit
        at_stake = bool(visit.orders or visit.endorsements) and visit.step is not Step.ENDED
        self.fate.place = visit.step
        self.fate.stress = _STRESS_AT_STAKE if at_stake else _STRESS_BEFORE_PAYMENT
        self.judge.witness(step, event)

    def _money_moved(self, order_number: str) -> None:
        self.judge.money_moved(order_number)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start something of the world's own, which outlives the program."""
        task = asyncio.get_running_loop().create_task(work)
        self._adopt(task)
        return task

    def _adopt(self, task: asyncio.Task[Any] | None) -> None:
        if task is None:
            raise AssertionError("a world lives in a task")
        self._own.add(task)
        task.add_done_callback(self._own.discard)

    def _unseen_error(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error in a task that nobody waits for is a bug all the same, unless the program had ended."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self.judge.broke_off(error)
