"""What follows once the holder is found, and how a member of staff is asked to look."""

from kiosk.visit.decision import Decision, go
from kiosk.visit.effects import AwaitStaff, LookUp
from kiosk.visit.model import Step, Visit


def go_on(visit: Visit) -> Decision:
    """Ask for the record: the same way whether the camera or a colleague found the holder."""
    if visit.permit is None:
        raise AssertionError("a holder is looked at only after the permit was read")
    return go(visit, Step.LOOKING_UP, LookUp(visit.permit))


def call_staff(visit: Visit) -> Decision:
    called = visit.put(staff_denial=None, staff_locked_until=None)
    return go(called, Step.CALLING_STAFF, AwaitStaff())
