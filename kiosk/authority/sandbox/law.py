"""The rules by which the simulated authority decides: those of the field, on the specimens' permits."""

from collections.abc import Mapping
from datetime import date

from kiosk.authority.sandbox.books import ApprovedItem
from kiosk.authority.sandbox.core import Judge
from kiosk.authority.sandbox.service import Law
from kiosk.domain.catalogue import Catalogue
from kiosk.domain.eligibility import collectable, decide_offers
from kiosk.domain.endorsement import Reason
from kiosk.domain.permit import Permit, PermitRecord
from kiosk.domain.reasons import ReasonCode, refuse


def law_of_the_field(permits: Mapping[str, Permit], catalogue: Catalogue) -> Law:
    """Return the options of a catalogue and the judgement on them for these permits, by number."""
    options = {option_id: entry.option for option_id, entry in catalogue.entries.items()}
    return Law(options, _judge(permits, catalogue))


def _judge(permits: Mapping[str, Permit], catalogue: Catalogue) -> Judge:
    def judge(record: PermitRecord, item: ApprovedItem, today: date) -> Reason | None:
        permit = permits.get(record.number)
        if permit is None:
            return refuse(ReasonCode.AUTHORITY_DECLINED)
        if item.application_no is None:
            return _offered(permit, record, item, today)
        waiting = (a for a in record.applications if a.application_no == item.application_no)
        application = next(waiting, None)
        if application is None:
            return refuse(ReasonCode.NOT_APPROVED_ONLINE)
        return collectable(application, permit, record, today, catalogue)

    def _offered(permit: Permit, record: PermitRecord, item: ApprovedItem, today: date) -> Reason | None:
        offers = decide_offers(permit, record, today, catalogue)
        mine = (offer for offer in offers if offer.option.option_id == item.option.option_id)
        offer = next(mine, None)
        return refuse(ReasonCode.NOT_OFFERED) if offer is None else offer.refusal

    return judge
