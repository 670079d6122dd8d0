"""The automatic applicant: does at every screen what a person on the way to success would do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.bench.tester import Tester
from kiosk.domain.endorsement import Destination
from kiosk.domain.payment import Channel, PaymentPrompt
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.snapshot import Snapshot
from kiosk.tasks import Tasks
from kiosk.visit import events as e
from kiosk.visit.model import Step, Visit

PIN = "111101"
"""Of the bank card "debit" at the simulated terminal."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the applicant came for.

    Attributes:
        pay_with: None waits where a way to pay is to be chosen.
        destinations: empty takes every destination with an offer.
        collect: print what was approved online, where there is any.
        payer_code: show the phone's payment code instead of scanning the kiosk's.
        wallet: whether that phone pays at once, asks for a password first, or refuses.
        staff: what a colleague who is asked for instead of the camera says: confirms or refuses; nobody is
            asked for where it is empty.
    """

    pay_with: Channel | None
    destinations: tuple[Destination, ...] = ()
    collect: bool = False
    payer_code: bool = False
    wallet: str = "pays"
    staff: str = ""


@dataclass(slots=True)
class AutomaticApplicant:
    """Acts once on every state of the visit; lives on the runtime's loop.

    Attributes:
        ended: set when a visit of this applicant has ended; holds the last snapshot of it.
    """

    kiosk: Kiosk
    tester: Tester
    plan: Plan
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    last: Snapshot | None = None
    trail: list[Step] = field(default_factory=list)
    _acted_on: object = None
    _errands: Tasks = field(default_factory=Tasks)

    def watch(self, snapshot: Snapshot) -> None:
        """Look at the screen and act, once per state."""
        self.tester.watch(snapshot)
        visit = snapshot.visit
        if visit is None:
            return
        self.last = snapshot
        if visit.step is Step.ENDED:
            self.ended.set()
        paying = (visit.payment_code, snapshot.prompt)
        state = (visit.visit_id, visit.step, visit.wanted, visit.staff_denial, *paying)
        if state == self._acted_on:
            return
        self._acted_on = state
        self.trail.append(visit.step)
        # Acting at once would call the kiosk from within its own announcement.
        asyncio.get_running_loop().call_soon(self._act, visit, snapshot.prompt)

    def _act(self, visit: Visit, prompt: PaymentPrompt | None) -> None:
        match visit.step:
            case Step.PAYING | Step.CLOSING_PAYMENT:
                self._pay(prompt)
            case Step.ISSUING if self.plan.pay_with is Channel.YCT:
                self._errand(self.tester.remove_purse)
            case Step.TAKING:
                self._errand(self.tester.pull_card)
            case Step.CALLING_STAFF:
                self.kiosk.identify_staff(*self.tester.staff())
            case _:
                event = self._tap(visit)
                if event is not None:
                    self.kiosk.send(event)

    def _pay(self, prompt: PaymentPrompt | None) -> None:
        """Do what the screen asks for; where only waiting helps, wait."""
        match prompt:
            case PaymentPrompt.SCAN_CODE:
                self._errand(self.tester.pay, self.kiosk.ask_payment)
            case PaymentPrompt.SHOW_CODE:
                self._errand(lambda: self.tester.show_code(wallet=self.plan.wallet))
            case PaymentPrompt.CONFIRM_ON_PHONE if self.plan.wallet == "asks":
                self._errand(self.tester.pay)
            case PaymentPrompt.SHOW_CARD:
                self._errand(self.tester.pay)
            case PaymentPrompt.ENTER_PIN:
                self._errand(lambda: self.tester.enter_pin(PIN))
            case PaymentPrompt.HOLD_PURSE | PaymentPrompt.SAME_PURSE:
                self._errand(self.tester.pay)

    def _tap(self, visit: Visit) -> e.Event | None:
        match visit.step:
            case Step.RECOGNISING:
                return e.StaffAsked() if self.plan.staff else None
            case Step.NOT_RECOGNISED:
                return e.StaffAsked() if self.plan.staff else e.Cancelled()
            case Step.CHECKING_HOLDER:
                confirms = self.plan.staff == "confirms"
                said = e.HolderConfirmedByStaff if confirms else e.HolderRefusedByStaff
                return said(visit.staff_number)
            case Step.IDENTIFYING:
                return e.IdentityConfirmed()
            case Step.CHOOSING_DESTINATION:
                return self._choice(visit)
            case Step.CHOOSING_OPTION:
                return next(
                    e.OptionChosen(offer.option.option_id)
                    for offer in visit.offers
                    if offer.refusal is None and offer.option.destination is visit.wanted[0]
                )
            case Step.CONFIRMING:
                return e.OrderConfirmed()
            case Step.CHOOSING_METHOD:
                return None if self.plan.pay_with is None else self._method(visit, self.plan.pay_with)
            case Step.REVIEWING:
                return e.ResultSeen(slip=True)
        return None

    def _method(self, visit: Visit, channel: Channel) -> e.Event:
        """Pay as planned, once; leave where that does not work."""
        offered = visit.payer_code_channels if self.plan.payer_code else visit.channels
        if visit.payment_note is not None or channel not in offered:
            return e.Cancelled()
        return e.MethodChosen(channel, self.plan.payer_code)

    def _choice(self, visit: Visit) -> e.Event:
        """Collect or apply, as planned; with nothing to be had, leave."""
        applications = visit.record.applications if visit.record else ()
        if self.plan.collect and applications:
            return e.CollectionChosen(tuple(a.application_no for a in applications))
        offered = tuple(dict.fromkeys(o.option.destination for o in visit.offers if o.refusal is None))
        wanted = tuple(place for place in offered if place in (self.plan.destinations or offered))
        return e.DestinationsChosen(wanted) if wanted else e.Cancelled()

    def _errand(self, act: Callable[[], None], then: Callable[[], None] = lambda: None) -> None:
        """Do something that blocks, away from the loop, and go on."""

        async def run() -> None:
            await asyncio.to_thread(act)
            then()

        self._errands.start(run(), "an errand of the applicant")
