"""Where to: Hong Kong, Macao or both; or print what was approved online."""

from datetime import datetime

from kiosk.domain.beijing import beijing_date
from kiosk.domain.eligibility import cancelled_by_application
from kiosk.domain.endorsement import Application
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.money import Fen
from kiosk.visit.decision import Decision, fail, go
from kiosk.visit.events import Cancelled, CollectionChosen, DestinationsChosen, Event, TimedOut
from kiosk.visit.model import Item, Step, Visit


def handle(visit: Visit, event: Event, at: datetime) -> Decision | None:
    match event:
        case DestinationsChosen(destinations):
            offered = {offer.option.destination for offer in visit.offers if offer.refusal is None}
            if not destinations or len(set(destinations)) != len(destinations):
                return None
            if not offered.issuperset(destinations):
                return None
            return go(visit.put(wanted=destinations, items=()), Step.CHOOSING_OPTION)
        case CollectionChosen(application_nos):
            items = tuple(
                _item(visit, a, at) for a in _applications(visit) if a.application_no in application_nos
            )
            places = {item.option.destination for item in items}
            if not items or len(items) != len(application_nos) or len(places) != len(items):
                return None
            return go(visit.put(items=items, wanted=()), Step.CONFIRMING)
        case Cancelled():
            return fail(visit, Fault(_cancel_code(visit)), at)
        case TimedOut():
            return fail(visit, Fault(FailureCode.TIMED_OUT), at)
    return None


def _applications(visit: Visit) -> tuple[Application, ...]:
    return visit.record.applications if visit.record else ()


def _item(visit: Visit, application: Application, at: datetime) -> Item:
    if visit.record is None:
        raise AssertionError("applications come with the record")
    return Item(
        option=application.option,
        fee=Fen(0) if application.paid else application.option.fee,
        application_no=application.application_no,
        cancels=cancelled_by_application(application, visit.record, beijing_date(at)),
    )


def _cancel_code(visit: Visit) -> FailureCode:
    """Leaving a screen that offers nothing is not the applicant's change of mind."""
    offered = any(offer.refusal is None for offer in visit.offers) or _applications(visit)
    return FailureCode.CANCELLED if offered else FailureCode.NOTHING_OFFERED
