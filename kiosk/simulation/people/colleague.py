"""Members of staff: who comes when somebody asks, types right or wrong, and confirms or refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from kiosk.domain.staff import Claim, Staff, StaffDenial, StaffDenied, StaffIdentity
from kiosk.simulation.fate import Fate
from kiosk.simulation.power import Life
from kiosk.simulation.virtual_time import VirtualClock
from kiosk.visit import events as e
from kiosk.visit.model import Step, Visit

NUMBER, PIN = "2002", "481516"
_MISTYPED = "481561"
_TROUBLE = 0.04
"""Chance of each thing that goes wrong with a colleague, before the world's storm."""

_RATHER_STAFF = 0.25
"""Chance that somebody would rather be looked at by a person, before the world's storm."""


@dataclass(frozen=True, slots=True)
class SimulatedDesk:
    """`staff.contract.StaffDesk` for one life of the program."""

    life: Life
    clock: VirtualClock

    def on_call(self) -> bool:
        return True

    async def identify(self, number: str, pin: str) -> StaffIdentity | StaffDenied:
        self.life.point("before staff.identify")
        await self.clock.sleep(0.05)
        self.life.point("after staff.identify")
        if self.life.fate.fault("the list of staff cannot be read", _TROUBLE):
            return StaffDenied(StaffDenial.UNAVAILABLE)
        if self.life.fate.fault("the staff number is locked", _TROUBLE):
            return StaffDenied(StaffDenial.LOCKED, number, self.clock.now() + timedelta(minutes=1))
        right = (number, pin) == (NUMBER, PIN)
        return StaffIdentity(number) if right else StaffDenied(StaffDenial.WRONG, number)

    async def vouch(self, claim: Claim) -> Staff | StaffDenied:
        return Staff(claim.by, claim.role)


class Screen(Protocol):
    """What a colleague can do at the machine."""

    def tap(self, event: e.Event) -> None: ...

    def identifies(self, number: str, pin: str) -> None: ...

    def soon(self, seconds: float, act: Callable[[], object]) -> None: ...


def serve(visit: Visit, fate: Fate, screen: Screen) -> None:
    """React once to a visit that waits for staff: come and type, or look and decide; some never come."""
    match visit.step:
        case Step.RECOGNISING:
            if fate.fault("applicant asks for staff", _RATHER_STAFF):
                screen.soon(fate.seconds("asks after", 0.05, 1.0), lambda: screen.tap(e.StaffAsked()))
        case Step.CALLING_STAFF:
            if fate.fault("colleague never comes", _TROUBLE):
                return
            pin = _MISTYPED if fate.fault("colleague mistypes the PIN", _TROUBLE * 3) else PIN
            again = visit.staff_denial is not None
            after = fate.seconds("colleague comes after", 3.0, 15.0 if again else 240.0)
            screen.soon(after, lambda: screen.identifies(NUMBER, pin))
        case Step.CHECKING_HOLDER:
            if fate.fault("colleague walks away", _TROUBLE):
                return
            refuses = fate.fault("colleague refuses", _TROUBLE * 5)
            said = e.HolderRefusedByStaff if refuses else e.HolderConfirmedByStaff
            event = said(visit.staff_number)
            screen.soon(fate.seconds("colleague looks for", 4.0, 40.0), lambda: screen.tap(event))
