"""The clerk who works on open cases once nobody is served: each deed through the program's own door."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from kiosk.diagnostics.cases import Case, open_cases, read_case
from kiosk.diagnostics.casework import NotAllowed, Order, act
from kiosk.domain.staff import Claim, Role
from kiosk.journal.store import Journal
from kiosk.runtime.outside import Outside
from kiosk.simulation.book import Book
from kiosk.simulation.fate import Fate
from kiosk.simulation.hardware.scene import IN_MACHINE, Card, Place, Scene
from kiosk.simulation.judge import Judge
from kiosk.visit.case_events import CloseReason, Ground
from kiosk.visit.casework import CaseAction

_MOST_DEEDS = 6
_ERRS = 0.1
"""Chance of each mistake with a case, before the world's storm."""

_STAYS_AWAY = 0.4
_CLERK = Claim("clerk", Role.CLERK)
_WITH_CARD = frozenset({CaseAction.INSPECT, CaseAction.REPRINT})
_PUSHED_IN_S, _WAITS_S = 0.5, 90.0


@dataclass(slots=True, eq=False)
class Clerk:
    """One member of staff, with the machine's cards at hand.

    Attributes:
        spawn: starts something that outlives the program.
        stranger: gives a card that belongs to no case.
    """

    scene: Scene
    fate: Fate
    judge: Judge
    spawn: Callable[[Coroutine[Any, Any, Any]], object]
    stranger: Callable[[], Card]

    async def work(self, outside: Outside, journal: Journal) -> None:
        """Do something about every open case, until nothing can be done or the clerk goes home.

        What nobody works on, the machine has to end by itself wherever it can.
        """
        if self.fate.chance("nobody works on the cases", _STAYS_AWAY):
            return
        for case in open_cases(journal):
            for _ in range(_MOST_DEEDS):
                now = read_case(journal, case.number)
                book = self.judge.books[case.number]
                if self.fate.fault("the clerk orders what the case does not offer", _ERRS):
                    await self._order_in_vain(outside, journal, now, book)
                order = self._order(now, book)
                if order is None:
                    break
                await self._do(outside, journal, case.number, order)
                if self.fate.fault("the clerk orders it twice", _ERRS):
                    await self._do(outside, journal, case.number, order)

    async def _do(self, outside: Outside, journal: Journal, number: str, order: Order) -> None:
        self.scene.story(f"the clerk orders {order.action} of {number[-5:]}")
        book = self.judge.books[number]
        if order.action in _WITH_CARD and book.card is not None:
            self._put_in(book.card)
        self.judge.working_on = book
        try:
            self.judge.case_told(await act(outside, journal, number, order))
        except NotAllowed:
            self._refused(read_case(journal, number), order)
        finally:
            self.judge.working_on = None
        self._hand_back(order, book)

    async def _order_in_vain(self, outside: Outside, journal: Journal, case: Case, book: Book) -> None:
        """Order what is not possible now: it has to be refused, and nothing may come of it."""
        others = [one for one in CaseAction if case.waiting or one not in case.actions]
        if not others:
            return
        action = self.fate.pick("what is not offered", others)
        self.scene.story(f"the clerk orders {action} of {case.number[-5:]}, which is not possible")
        before = book.records
        try:
            await act(outside, journal, case.number, Order(action, _CLERK, note="a mistake"))
        except NotAllowed:
            if book.records == before:
                return
        raise AssertionError(f"{action} of {case.number} was not possible, and something came of it")

    def _refused(self, case: Case, order: Order) -> None:
        """Accept a refusal where the case has changed: by the order before, or by a film written since."""
        offered = order.reason in case.reasons if order.reason else order.action in case.actions
        if offered:
            raise AssertionError(f"{order.action} of {case.number} was refused, and is allowed all the same")
        self.scene.story(f"{order.action} is refused: the case has changed")

    def _hand_back(self, order: Order, book: Book) -> None:
        """Give the card back once that is on record, unless a newer visit keeps it."""
        card = book.card
        newest = card is not None and self.judge.book_of(card) is book
        if order.reason is CloseReason.HANDED_BACK and newest and card and card.place is Place.STAFF:
            self.scene.put(card, Place.HAND)

    def _order(self, case: Case, book: Book) -> Order | None:
        """Return what the clerk does next; what is closed by hand is closed truly."""
        reasons = [reason for reason in case.reasons if self._true_reason(reason, book)]
        actions = [one for one in case.actions if one is not CaseAction.CLOSE or reasons]
        if case.waiting or not actions or self.fate.chance("the clerk goes home", 0.15):
            return None
        action = self.fate.pick("the clerk's deed", actions)
        if action is CaseAction.CLOSE:
            reason = self.fate.pick("the clerk's reason", reasons)
            return Order(action, _CLERK, reason=reason)
        if action is CaseAction.DECIDE:
            ground = self.fate.pick("the clerk's ground", list(Ground))
            printed = self._told(so=book.delivered)
            return Order(action, _CLERK, matches=printed, ground=ground, note="as it says")
        return Order(action, _CLERK, matches=action is CaseAction.SEEN and self._told(so=book.shows))

    def _told(self, *, so: bool) -> bool:
        """Return the clerk's word about a film; some look at another one, or write down the wrong word."""
        return so is not self.fate.fault("the clerk is wrong about the film", _ERRS * 2)

    def _true_reason(self, reason: CloseReason, book: Book) -> bool:
        card = book.card
        match reason:
            case CloseReason.NOTHING_OWED:
                return self.judge.kept(book.visit) == 0
            case CloseReason.HANDED_BACK:
                return card is None or card.place not in IN_MACHINE | {Place.BIN}
            case CloseReason.CARD_KEPT:
                return card is not None and card.place is Place.STAFF
        return True

    def _put_in(self, card: Card) -> None:
        """Push the card in when the slot opens, and take it out again; some mistake the card."""
        if card.place in IN_MACHINE | {Place.BIN, Place.ENTRY}:
            return
        mistaken = self.fate.fault("the clerk puts another card in", 0.3)
        self.spawn(self._at_the_slot(self.stranger() if mistaken else card))

    async def _at_the_slot(self, card: Card) -> None:
        scene = self.scene
        waited = scene.move(_WAITS_S, scene.changed)
        await scene.until(lambda: waited.done() or (scene.entry_open and scene.card is None))
        if not (scene.entry_open and scene.card is None):
            return
        await scene.clock.sleep(_PUSHED_IN_S)
        if scene.entry_open and scene.card is None:
            scene.put(card, Place.ENTRY)
            await scene.until(lambda: card.place in {Place.EXIT, Place.BIN, Place.STAFF, Place.HAND})
            if card.place is Place.EXIT:
                await scene.clock.sleep(self.fate.seconds("the clerk takes the card after", 0.5, 5.0))
            if card.place is Place.EXIT:
                scene.put(card, Place.STAFF)
