"""How long recovery may take, as a whole and in its parts: what `patience.py` allows, added up. Seconds.

Every answer comes as late as it may, and the applicant is gone; nearly always it takes seconds. The bounds
hold for drivers and networks that keep their deadlines. One that does not is why the whole is bounded, too.
"""

from kiosk.runtime import patience as p
from kiosk.visit.limits import QR_SHOWN, RESULT_S, TAKE_CARD_S

REQUEST_S = 23.0
"""Longest wait for one answer of a network (`payments.wire.Timeouts`); the authority has less."""


def tries_s(waits: tuple[float, ...]) -> float:
    """Return how long a request takes at most that is repeated after these waits."""
    return sum(waits) + REQUEST_S * (len(waits) + 1)


AUTHORITY_S = tries_s(p.REQUEST_WAITS)
LOOK_S = 2 * p.CAPTURE_S + p.RESTART_S
PRESENT_S = p.GLANCE_MOVE_S + p.GLANCE_SCAN_S + 2 * p.EJECT_S
CARD_HOME_S = PRESENT_S + TAKE_CARD_S + p.RETAIN_S
CLOSE_S = tries_s(p.UNDECIDED_WAITS) + p.BRING_BACK_S + p.UNDO_ARRIVES_S


def visit_s() -> float:
    """Return how long one visit can keep the next applicant waiting after a restart.

    The longest way there is: the film looked at, printed once more and looked at, the authority told, money
    sent back, the slip, the card presented, waited for and kept. What goes on in the background is not in it.
    """
    printing = LOOK_S + p.RESTART_S + p.MOVE_S + p.PRINT_S + LOOK_S
    money = CLOSE_S + tries_s(p.UNDECIDED_WAITS)
    return AUTHORITY_S * 2 + printing + RESULT_S + money + p.SLIP_S + CARD_HOME_S


def before_service_s() -> float:
    """Return how long the machine may recover before it serves: a visit, then a card that belongs to none."""
    return visit_s() + CARD_HOME_S


def background_s() -> float:
    """Return how long what needs no device goes on: an order asked about past its own time, then refunded."""
    past_its_time = QR_SHOWN.total_seconds() + p.CLOSE_AFTER_EXPIRY_S + 2 * p.POLL_BACKGROUND_S
    return CLOSE_S + past_its_time + 2 * REQUEST_S + tries_s(p.UNDECIDED_WAITS)


def whole_s() -> float:
    """Return how long all of it may take, until nothing waits for an answer any more."""
    return before_service_s() + background_s()
