"""Waiting for a member of staff at the screen."""

from kiosk.domain.staff import StaffDenied, StaffIdentity
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.visit.events import Event, StaffIdentified, StaffNotIdentified


async def await_staff(outside: Outside, memory: Memory) -> Event:
    """Wait until somebody types number and PIN, and judge them; the step's own time ends the waiting."""
    typed = await memory.staff_typed.get()
    memory.judge_staff(busy=True)
    try:
        judged = await outside.staff.identify(typed.number, typed.pin)
    finally:
        memory.judge_staff(busy=False)
    match judged:
        case StaffIdentity(number):
            return StaffIdentified(number)
        case StaffDenied(why, number, until):
            return StaffNotIdentified(why, number, until)
