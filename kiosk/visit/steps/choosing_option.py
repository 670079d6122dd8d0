"""Which kind and how many entries, for one destination after the other."""

from datetime import datetime

from kiosk.domain.failure import FailureCode, Fault
from kiosk.visit.decision import Decision, fail, go, stay
from kiosk.visit.events import Cancelled, Event, OptionChosen, TimedOut, WentBack
from kiosk.visit.model import Item, Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case OptionChosen(option_id):
            return _choose(visit, option_id)
        case WentBack():
            return go_back(visit)
        case Cancelled():
            return fail(visit, Fault(FailureCode.CANCELLED), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None


def _choose(visit: Visit, option_id: str) -> Decision | None:
    """Take an offer for the destination being asked; anything not offered there changes nothing."""
    for offer in visit.offers:
        option = offer.option
        if option.option_id == option_id and offer.refusal is None and option.destination is visit.wanted[0]:
            item = Item(option, option.fee, cancels=offer.cancels)
            chosen = visit.put(items=(*visit.items, item), wanted=visit.wanted[1:])
            return stay(chosen) if chosen.wanted else go(chosen, Step.CONFIRMING)
    return None


def go_back(visit: Visit) -> Decision:
    """Undo the last choice; with none left, ask for the destination again."""
    if not visit.items or visit.items[-1].application_no is not None:
        return go(visit.put(wanted=(), items=()), Step.CHOOSING_DESTINATION)
    last = visit.items[-1].option.destination
    reopened = visit.put(items=visit.items[:-1], wanted=(last, *visit.wanted))
    return go(reopened, Step.CHOOSING_OPTION)
