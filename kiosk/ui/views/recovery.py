"""What the machine is doing about an earlier visit after a stop, and how long that takes at the most.

The bound is what patience allows on the longest way from a step to its end, with every answer as late as
it may be and the applicant gone; nearly always it takes seconds. Nothing of the visit is told: whoever
stands in front of the machine now may be somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from kiosk.runtime import patience
from kiosk.runtime.recovery_time import tries_s
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.visit.limits import PRINT_ATTEMPTS, RESULT_S, TAKE_CARD_S
from kiosk.visit.model import Step


class Doing(StrEnum):
    """What the machine is doing, in as much as everybody may know."""

    LOOKING = "looking"
    PAYMENT = "payment"
    CARD = "card"
    REFUND = "refund"
    RETURNING = "returning"


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """Recovery as a bystander sees it; `doing` is empty while the machine does not recover."""

    doing: str = ""
    minutes: int = 0


_GLANCE_S = patience.GLANCE_MOVE_S + patience.GLANCE_SCAN_S
_HOME_S = _GLANCE_S + patience.EJECT_S + TAKE_CARD_S + patience.RETAIN_S
_SLIP_S = patience.SLIP_S + _HOME_S
_REFUND_S = tries_s(patience.UNDECIDED_WAITS) + _SLIP_S
_ORDER_S = tries_s(patience.UNDECIDED_WAITS) + patience.BRING_BACK_S + _REFUND_S
_REPORT_S = tries_s(patience.REQUEST_WAITS) + RESULT_S + _SLIP_S
_WHOSE_CARD_S = 2 * patience.MOVE_S + patience.SCAN_S
_PRINT_S = (
    _WHOSE_CARD_S
    + PRINT_ATTEMPTS * (patience.PRINT_S + patience.RESTART_S + patience.CAPTURE_S)
    + max(_REPORT_S, _REFUND_S)
)
_ISSUE_S = tries_s(patience.REQUEST_WAITS) + _PRINT_S

_WORK: Mapping[Step, tuple[Doing, float]] = {
    Step.OPENING_PAYMENT: (Doing.PAYMENT, _ORDER_S),
    Step.PAYING: (Doing.PAYMENT, _ORDER_S),
    Step.CLOSING_PAYMENT: (Doing.PAYMENT, _ORDER_S),
    Step.ISSUING: (Doing.CARD, _ISSUE_S),
    Step.PRINTING: (Doing.CARD, _PRINT_S),
    Step.INSPECTING: (Doing.CARD, _PRINT_S),
    Step.REPORTING: (Doing.CARD, _REPORT_S),
    Step.REFUNDING: (Doing.REFUND, _REFUND_S),
    Step.SLIP: (Doing.RETURNING, _SLIP_S),
}

# The applicant is wanted, or something is said to nobody else: these are shown whoever is there.
_FOR_THE_APPLICANT = frozenset({Step.REVIEWING, Step.PRESENTING, Step.TAKING, Step.RETAINING})


NOT_RECOVERING = RecoveryView()


def clearing_up(snapshot: Snapshot) -> bool:
    """Return whether the machine is at work on an earlier visit, and nobody is wanted for it."""
    if snapshot.service is not Service.RECOVERING:
        return False
    return snapshot.visit is None or snapshot.visit.step not in _FOR_THE_APPLICANT


def recovery_view(snapshot: Snapshot) -> RecoveryView:
    if not clearing_up(snapshot):
        return NOT_RECOVERING
    doing, at_most_s = (Doing.LOOKING, _HOME_S)
    if snapshot.visit is not None and snapshot.visit.step is not Step.ENDED:
        doing, at_most_s = _WORK.get(snapshot.visit.step, (Doing.RETURNING, _HOME_S))
    return RecoveryView(doing.value, ceil(at_most_s / 60))
