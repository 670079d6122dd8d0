"""The slip of a visit: what was ordered, paid, printed, refunded, and what is left for staff."""

from datetime import datetime

from kiosk.domain.eligibility import masked_number
from kiosk.domain.money import Fen
from kiosk.domain.slip import Slip, SlipLine
from kiosk.visit.model import Visit


def slip_of(visit: Visit, at: datetime) -> Slip:
    """Return the slip as of now; the same visit and moment give the same slip."""
    refunded = tuple(refund for refund in visit.refunds if refund.number in visit.refunded)
    return Slip(
        number=visit.visit_id,
        kiosk_id=visit.kiosk_id,
        at=at,
        permit_masked=masked_number(visit.permit.number) if visit.permit else "",
        lines=tuple(SlipLine(item.option.name, item.fee, item.option.destination) for item in visit.items),
        endorsements=visit.endorsements if visit.printed else (),
        payment=visit.payment,
        refund_number=refunded[0].number if refunded else None,
        refunded=Fen(sum(refund.amount for refund in refunded)) if refunded else None,
        case_number=visit.case_number,
        failure=visit.ending.code if visit.ending else None,
    )
