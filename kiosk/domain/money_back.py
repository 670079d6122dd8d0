"""What goes back to an applicant, by which way and under which number: for the screen and the slip."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel


class ReturnState(StrEnum):
    """Where the money is."""

    UNDER_WAY = "under_way"
    """The network is being asked."""
    DONE = "done"
    """The network has confirmed the refund."""
    OPEN = "open"
    """Not confirmed after asking patiently: staff finish it under the case number."""
    VOUCHER = "voucher"
    """This way takes no money back (Yang Cheng Tong): staff pay it out under the case number."""


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """One payment that goes back, `amount` in fen."""

    channel: Channel
    amount: Fen
    number: str
    state: ReturnState
