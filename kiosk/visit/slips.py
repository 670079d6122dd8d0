"""The slip of a visit: what was ordered, paid, printed, refunded, and what is left for staff."""

from datetime import datetime

from kiosk.domain.eligibility import masked_number
from kiosk.domain.slip import Slip, SlipLine
from kiosk.visit.model import Visit
from kiosk.visit.money_back import money_back


def slip_of(visit: Visit, at: datetime) -> Slip:
    """Return the slip as of now; the same visit and moment give the same slip."""
    return Slip(
        number=visit.visit_id,
        kiosk_id=visit.kiosk_id,
        at=at,
        permit_masked=masked_number(visit.permit.number) if visit.permit else "",
        lines=tuple(SlipLine(item.option.name, item.fee, item.option.destination) for item in visit.items),
        endorsements=visit.endorsements if visit.printed else (),
        payment=visit.payment,
        case_number=visit.case_number,
        failure=visit.ending.code if visit.ending else None,
        money_back=money_back(visit),
    )
