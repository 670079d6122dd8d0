"""What the paper slip says (缴费凭条 and 智能签注受理回执); drawn by `kiosk.documents`."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.endorsement import Destination, Endorsement
from kiosk.domain.failure import FailureCode
from kiosk.domain.money import Fen
from kiosk.domain.money_back import MoneyBack
from kiosk.domain.payment import Payment
from kiosk.domain.text import Text


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One item with its fee in fen; the name of `destination` is printed before the text."""

    text: Text
    fee: Fen
    destination: Destination | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip.

    Attributes:
        number: the visit's number, printed and encoded, so that staff find it in the journal.
        permit_masked: permit number with its middle digits masked.
        payment: None where nothing was taken.
        money_back: what goes back, how and under which number.
        case_number: set where something is left for staff; `failure` says what.
        endorsements: what is now on the card; empty where nothing was printed.
    """

    number: str
    kiosk_id: str
    at: datetime
    permit_masked: str
    lines: tuple[SlipLine, ...]
    endorsements: tuple[Endorsement, ...] = ()
    payment: Payment | None = None
    case_number: str | None = None
    failure: FailureCode | None = None
    money_back: tuple[MoneyBack, ...] = ()
