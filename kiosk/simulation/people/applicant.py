"""Applicants with their card, phone and purse, on the way to success unless fate has it otherwise."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.endorsement import Destination
from kiosk.domain.payment import Channel, Order, PaymentPrompt
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.simulation.fate import Fate
from kiosk.simulation.hardware.scene import Card, Place, Scene
from kiosk.simulation.outside.bank import ENDS_BY_TIME
from kiosk.simulation.outside.purse import Purse
from kiosk.simulation.outside.till import Till
from kiosk.simulation.people import colleague
from kiosk.visit import events as e
from kiosk.visit.model import Step, Visit

SLIPS = 0.008
"""Chance of each thing an applicant does that is not the way to success, before the world's storm."""

PATIENCE_S = 1800.0
_ACCEPTS_S = 900.0
_PURSE_AGAIN = frozenset({PaymentPrompt.SAME_PURSE, PaymentPrompt.OTHER_PURSE})
_TAPS_AT_RANDOM: tuple[e.Event, ...] = (
    e.WentBack(),
    e.StaffAsked(),
    e.IdentityConfirmed(),
    e.IdentityDenied(),
    e.OrderConfirmed(),
    e.ResultSeen(slip=False),
    e.ResultSeen(slip=True),
    e.DestinationsChosen((Destination.HONG_KONG,)),
    e.OptionChosen("HKG-G-3M-1"),
)


class Port(Protocol):
    """The machine as people meet it: its screen, and their taps."""

    screen: Snapshot | None

    def tap(self, event: e.Event) -> None: ...

    def says_paid(self) -> None: ...

    def stranger(self) -> Card: ...

    def identifies(self, number: str, pin: str) -> None: ...

    def soon(self, seconds: float, act: Callable[[], object]) -> None: ...


@dataclass(slots=True, eq=False)
class Applicant:
    """One person with one card, on the way to success unless fate has it otherwise.

    Attributes:
        card: the card that is put in, or was pushed in instead of their `own`.
        away: they have given up and left.
    """

    scene: Scene
    till: Till
    fate: Fate
    port: Port
    card: Card
    away: bool = False
    purse: Purse | None = None
    own: Card = field(init=False)
    _answered: set[tuple[object, ...]] = field(default_factory=set)
    _reaching: bool = False

    def __post_init__(self) -> None:
        self.own = self.card

    async def live(self) -> None:
        """Come, put the card in, do what the screen asks, and go with the card or without it."""
        await self.scene.clock.sleep(self.fate.seconds("comes after", 1.0, 12.0))
        if not await self._insert():
            return
        self.port.soon(PATIENCE_S, self._give_up)
        while self.card.place not in {Place.HAND, Place.BIN, Place.STAFF} or await self._once_more():
            await self.scene.until(self._something_to_do)
            self._look()

    # --- the card --------------------------------------------------------------------------------

    async def _insert(self) -> bool:
        """Push the card in when the machine takes one; return whether it did in time."""
        limit = self.scene.clock.monotonic() + _ACCEPTS_S
        waiting = self.scene.move(_ACCEPTS_S, self.scene.changed)
        await self.scene.until(lambda: waiting.done() or self._slot_open())
        if not self._slot_open() or self.scene.clock.monotonic() >= limit:
            return False
        self.card.upside_down = self.fate.fault("applicant inserts the card upside down", SLIPS)
        self.card.swapped_for = None  # whatever became of it when it was here before
        self.scene.put(self.card, Place.ENTRY)
        return True

    def _slot_open(self) -> bool:
        return self.scene.entry_open and self.scene.card is None

    async def _once_more(self) -> bool:
        """Push the card in again within a second, as some do; return whether it went in."""
        if self.card.place is not Place.HAND or not self.fate.fault(
            "applicant inserts the card again at once", SLIPS * 2
        ):
            return False
        await self.scene.clock.sleep(self.fate.seconds("again after", 0.1, 0.9))
        self._answered.clear()
        return await self._insert()

    def _give_up(self) -> None:
        if self.card.place not in {Place.HAND, Place.BIN, Place.STAFF}:
            self.scene.story(f"applicant {self.card.holder} waited {PATIENCE_S:.0f} s and leaves")
            self.away = True

    def _take(self) -> None:
        self._reaching = False
        if self.card.place is Place.EXIT:
            self.scene.put(self.card, Place.HAND)

    def despair(self) -> None:
        """The machine went dark with the card inside: some pull, and push in another one."""
        if self.fate.fault("applicant swaps the card while the machine is dark", SLIPS * 15):
            self.port.soon(self.fate.seconds("swaps after", 0.2, 0.9), lambda: self._pull(swap=True))

    def _pull(self, *, swap: bool = False) -> None:
        where = self.card.place
        if where not in {Place.CHIP, Place.PRINT, Place.EXIT}:
            return
        self.scene.story(f"applicant {self.card.holder} pulls the card out by force")
        self.scene.put(self.card, Place.HAND)
        if where is not Place.EXIT and (swap or self.fate.fault("applicant swaps the card", SLIPS * 20)):
            self.card.swapped_for = stranger = self.port.stranger()
            self.card = stranger
            self.card.place = Place.ENTRY
            self.port.soon(self.fate.seconds("swaps within", 0.1, 0.9), lambda: self._push(where))

    def _push(self, where: Place) -> None:
        """Push another card in by force, to where the first one was."""
        free = self.scene.card is None
        self.scene.put(self.card, where if free else Place.HAND)

    # --- the screen ------------------------------------------------------------------------------

    def _something_to_do(self) -> bool:
        if self.card.place in {Place.HAND, Place.BIN, Place.STAFF}:
            return True
        if self.away:
            return False
        if self.card.place is Place.EXIT and not self._reaching:
            return True
        visit = self._visit()
        return visit is not None and self._state(visit) not in self._answered

    def _state(self, visit: Visit) -> tuple[object, ...]:
        """Return what an applicant reacts to once."""
        asked = self.port.screen.prompt if self.port.screen and self._asked_for_purse() else None
        paying = (len(visit.orders), visit.payment_code, visit.charging, visit.payment_note, asked)
        asking = (visit.step, visit.staff_denial, visit.staff_locked_until)
        return (visit.visit_id, *asking, visit.wanted, visit.channels, *paying)

    def _visit(self) -> Visit | None:
        screen = self.port.screen
        return screen.visit if screen is not None and screen.service is not Service.RECOVERING else None

    def _look(self) -> None:
        """React once to what is seen."""
        if self.away:
            return
        if self.card.place is Place.EXIT and not self._reaching:
            self._reach()
        visit = self._visit()
        if visit is not None and self._state(visit) not in self._answered:
            self._answered.add(self._state(visit))
            if self._asked_for_purse():
                self._bring_purse_back()
            else:
                self._react(visit)

    def _reach(self) -> None:
        self._reaching = True
        if self.fate.fault("applicant forgets the card", SLIPS * 2):
            self.away = True
        elif self.fate.fault("applicant takes the card at the last moment", SLIPS * 2):
            self.port.soon(self.fate.seconds("last moment", 112.0, 124.0), self._take)
        else:
            self.port.soon(self.fate.seconds("takes the card after", 0.5, 5.0), self._take)

    def _react(self, visit: Visit) -> None:
        fate, port, step = self.fate, self.port, visit.step
        if fate.fault(f"applicant walks away at {step}", SLIPS / 2):
            self.away = True
            return
        if fate.fault(f"applicant pulls the card at {step}", SLIPS / 2):
            port.soon(fate.seconds("pulls after", 0.0, 9.0), self._pull)
        if fate.fault(f"applicant cancels at {step}", SLIPS / 2):
            port.soon(fate.seconds("cancels after", 0.0, 6.0), lambda: port.tap(e.Cancelled()))
        if fate.fault(f"applicant taps at random at {step}", SLIPS):
            tap = fate.pick("random tap", _TAPS_AT_RANDOM)
            port.soon(fate.seconds("taps after", 0.0, 3.0), lambda: port.tap(tap))
        if step is Step.PAYING and visit.order is not None:
            self._pay(visit, visit.order)
            return
        colleague.serve(visit, fate, port)
        tap_now = self._tap(visit)
        if tap_now is not None:
            after = fate.seconds("reads the screen for", 0.5, 8.0)
            port.soon(after, lambda: port.tap(tap_now))
            if fate.fault(f"applicant taps twice at {step}", SLIPS):
                port.soon(after + 0.1, lambda: port.tap(tap_now))

    def _pay(self, visit: Visit, order: Order) -> None:
        """Pay by whatever was chosen; while a code is being charged there is only waiting."""
        fate, port = self.fate, self.port
        if visit.charging:
            return
        after = fate.seconds("pays after", 3.0, 25.0)
        if fate.fault("payer never pays", SLIPS * 2):
            if order.shows_code and fate.chance("reads the code all the same", 0.5):
                port.soon(after, lambda: self.till.bank.scan(order.number))
            return
        if fate.fault("payer pays at the last moment", SLIPS * 2):
            after = fate.seconds("last moment to pay", 172.0, 195.0)
        if fate.fault("applicant goes back and pays all the same", SLIPS * 2):
            port.soon(after + fate.seconds("back by", -1.0, 1.0), lambda: port.tap(e.WentBack()))
        if fate.fault("applicant cancels and pays all the same", SLIPS * 2):
            port.soon(after + fate.seconds("cancel by", -1.0, 1.0), lambda: port.tap(e.Cancelled()))
        if order.payer_code:
            other = fate.fault("payer shows another network's code", SLIPS * 4)
            shown = fate.pick("whose code", visit.payer_code_channels) if other else order.channel
            port.soon(after, lambda: self.scene.show_phone(shown))
            return
        if order.channel is Channel.CARD:
            port.soon(after, lambda: self.till.terminal.show_card(order.number))
        elif order.channel is Channel.YCT:
            port.soon(after, self._hold_purse)
        else:
            self._pay_by_phone(order, after)
        if fate.chance("says: I have paid", 0.5):
            port.soon(after + 0.5, port.says_paid)

    def _pay_by_phone(self, order: Order, after: float) -> None:
        """Scan the code, then pay; some keep it, and pay what a network takes although its time is over."""
        fate, port, bank = self.fate, self.port, self.till.bank
        if order.channel in ENDS_BY_TIME and fate.fault("payer pays when its time is over", SLIPS * 8):
            late = fate.seconds("pays late after", 196.0, 480.0)
            port.soon(late, lambda: bank.pay(order.number, late=True))
            return
        port.soon(after - fate.seconds("scans before paying", 0.5, 20.0), lambda: bank.scan(order.number))
        port.soon(after, lambda: bank.pay(order.number))

    def _hold_purse(self, *, another: bool = False) -> None:
        """Hold a purse to the reader; some take it away too soon."""
        reader, fate = self.till.reader, self.fate
        if self.purse is None or another:
            self.purse = reader.new_purse()
        purse = self.purse
        hasty = fate.fault("applicant takes the purse away too soon", SLIPS * 4)
        held = fate.seconds("holds it for", 0.1, 1.2) if hasty else fate.seconds("holds it for", 4.0, 12.0)
        reader.hold(purse)
        self.port.soon(held, lambda: reader.take_away(purse))

    def _asked_for_purse(self) -> bool:
        screen = self.port.screen
        return screen is not None and screen.prompt in _PURSE_AGAIN

    def _bring_purse_back(self) -> None:
        """The debit is in doubt: most hold the same purse again, some another one, some none."""
        fate = self.fate
        if fate.fault("applicant never brings the purse back", SLIPS * 20):
            return
        another = fate.fault("applicant holds another purse", SLIPS * 20)
        after = fate.seconds("brings it back after", 1.0, 8.0)
        self.port.soon(after, lambda: self._hold_purse(another=another))

    def _tap(self, visit: Visit) -> e.Event | None:
        match visit.step:
            case Step.NOT_RECOGNISED:
                return e.StaffAsked() if self.fate.chance("asks for staff now", 0.7) else e.Cancelled()
            case Step.IDENTIFYING:
                return e.IdentityConfirmed()
            case Step.CHOOSING_DESTINATION:
                return self._destination(visit)
            case Step.CHOOSING_OPTION:
                return e.OptionChosen(self.fate.pick("option", _options(visit)))
            case Step.CONFIRMING:
                return e.OrderConfirmed()
            case Step.CHOOSING_METHOD:
                if visit.payment_note and self.fate.chance("gives up paying", 0.4):
                    return e.Cancelled()
                return self._method(visit)
            case Step.REVIEWING:
                return e.ResultSeen(slip=self.fate.chance("wants a slip", 0.7))
            case _:
                return None

    def _method(self, visit: Visit) -> e.Event:
        if not visit.channels:
            return e.Cancelled()
        by_phone = [channel for channel in visit.channels if channel.shows_code]
        at_device = [channel for channel in visit.channels if not channel.shows_code]
        device = not by_phone or (at_device and self.fate.chance("pays at a device", 0.25))
        channel = self.fate.pick("method", at_device if device else by_phone)
        shows = channel in visit.payer_code_channels and self.fate.chance("shows the phone's code", 0.2)
        return e.MethodChosen(channel, payer_code=shows)

    def _destination(self, visit: Visit) -> e.Event:
        record = visit.record
        if record and record.applications and self.fate.chance("collects", 0.7):
            application = self.fate.pick("collects which", record.applications)
            return e.CollectionChosen((application.application_no,))
        places = tuple(dict.fromkeys(o.option.destination for o in visit.offers if o.refusal is None))
        if not places:
            return e.Cancelled()
        return e.DestinationsChosen(places[: 1 + int(self.fate.chance("both places", 0.5))])


def _options(visit: Visit) -> list[str]:
    place = visit.wanted[0]
    return [
        offer.option.option_id
        for offer in visit.offers
        if offer.refusal is None and offer.option.destination is place
    ]
