"""Which page shows a snapshot, and which of the applicant's general actions it allows."""

from collections.abc import Mapping
from enum import StrEnum

from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.ui.views.payment import nothing_to_press, waits_for_payer
from kiosk.ui.views.recovery import clearing_up
from kiosk.visit.events import Cancelled, WentBack
from kiosk.visit.model import Step
from kiosk.visit.table import TABLE


class Page(StrEnum):
    """Every page of the screen; each is a file of ``qml/Kiosk/Pages``."""

    STARTING = "starting"
    RECOVERING = "recovering"
    OUT_OF_SERVICE = "out_of_service"
    WELCOME = "welcome"
    READING = "reading"
    COMPARING = "comparing"
    NOT_RECOGNISED = "not_recognised"
    CALLING_STAFF = "calling_staff"
    CHECKING_HOLDER = "checking_holder"
    LOOKING_UP = "looking_up"
    IDENTITY = "identity"
    DESTINATION = "destination"
    OPTION = "option"
    CONFIRM = "confirm"
    APPROVING = "approving"
    PROVING = "proving"
    METHOD = "method"
    OPENING_PAYMENT = "opening_payment"
    PAYING = "paying"
    CLOSING_PAYMENT = "closing_payment"
    MAKING = "making"
    RESULT = "result"
    REFUNDING = "refunding"
    SLIP = "slip"
    RETURNING = "returning"
    RETAINING = "retaining"
    GOODBYE = "goodbye"


_OF_STEP: Mapping[Step, Page] = {
    Step.START: Page.READING,
    Step.READING: Page.READING,
    Step.RECOGNISING: Page.COMPARING,
    Step.NOT_RECOGNISED: Page.NOT_RECOGNISED,
    Step.CALLING_STAFF: Page.CALLING_STAFF,
    Step.CHECKING_HOLDER: Page.CHECKING_HOLDER,
    Step.LOOKING_UP: Page.LOOKING_UP,
    Step.IDENTIFYING: Page.IDENTITY,
    Step.CHOOSING_DESTINATION: Page.DESTINATION,
    Step.CHOOSING_OPTION: Page.OPTION,
    Step.CONFIRMING: Page.CONFIRM,
    Step.APPROVING: Page.APPROVING,
    Step.PROVING: Page.PROVING,
    Step.CHOOSING_METHOD: Page.METHOD,
    Step.OPENING_PAYMENT: Page.OPENING_PAYMENT,
    Step.PAYING: Page.PAYING,
    Step.CLOSING_PAYMENT: Page.CLOSING_PAYMENT,
    Step.ISSUING: Page.MAKING,
    Step.PRINTING: Page.MAKING,
    Step.INSPECTING: Page.MAKING,
    Step.REPORTING: Page.MAKING,
    Step.REVIEWING: Page.RESULT,
    Step.REFUNDING: Page.REFUNDING,
    Step.SLIP: Page.SLIP,
    Step.PRESENTING: Page.RETURNING,
    Step.TAKING: Page.RETURNING,
    Step.RETAINING: Page.RETAINING,
    Step.ENDED: Page.GOODBYE,
}

_OF_SERVICE: Mapping[Service, Page] = {
    Service.STARTING: Page.STARTING,
    Service.RECOVERING: Page.RECOVERING,
    Service.IN_SERVICE: Page.WELCOME,
    Service.OUT_OF_SERVICE: Page.OUT_OF_SERVICE,
}


def page_of(snapshot: Snapshot) -> Page:
    """Return the page for a snapshot: a visit comes first, whatever state the machine is in.

    While the machine works on an earlier visit after a stop, the page says so to whoever is there now; as
    soon as that visit's applicant is wanted, it is theirs again.
    """
    visit = snapshot.visit
    if visit is None or clearing_up(snapshot):
        overdue = snapshot.service is Service.RECOVERING and snapshot.fault is not None
        return Page.OUT_OF_SERVICE if overdue else _OF_SERVICE[snapshot.service]
    return _OF_STEP[visit.step]


def page_key(snapshot: Snapshot) -> str:
    """Return what makes two showings of a page different: option pages differ by their destination."""
    page, visit = page_of(snapshot), snapshot.visit
    if page is Page.OPTION and visit is not None and visit.wanted:
        return f"{page}:{visit.wanted[0]}"
    return page.value


def stage_of(snapshot: Snapshot) -> str:
    """Return the stage of the step bar; empty on the pages outside a visit."""
    visit = snapshot.visit
    if visit is None or page_of(snapshot) in _OF_SERVICE.values():
        return ""
    return TABLE[visit.step].stage.value


def cancellable(snapshot: Snapshot) -> bool:
    """Return whether the applicant may still stop here; not twice, and never while money is moving on."""
    visit = snapshot.visit
    if visit is None or visit.ending is not None or nothing_to_press(snapshot) or clearing_up(snapshot):
        return False
    return Cancelled in TABLE[visit.step].ways


def can_go_back(snapshot: Snapshot) -> bool:
    """Return whether one step back is possible; while a payment is open, that is another way to pay."""
    visit = snapshot.visit
    if visit is None or visit.ending is not None or WentBack not in TABLE[visit.step].ways:
        return False
    if clearing_up(snapshot):
        return False
    if visit.step is Step.CALLING_STAFF:
        return visit.face_fault is None  # a camera that gave up is not tried again
    if visit.step is not Step.PAYING:
        return True
    # Another way to pay needs an order that can be closed first, and on which nothing has moved.
    order = visit.order
    return waits_for_payer(snapshot) and (order is None or order.payer_code or order.channel.closes_early)
