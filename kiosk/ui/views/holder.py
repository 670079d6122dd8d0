"""The holder as read from the chip, for "is this you?"."""

from dataclasses import dataclass

from kiosk.domain.beijing import beijing_date
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.endorsements import EndorsementRow, endorsement_rows
from kiosk.ui.views.wording import Wording


@dataclass(frozen=True, slots=True)
class HolderView:
    """The data shown for checking; all empty outside a visit. `sex` is a code of `Sex`."""

    name: str = ""
    latin: str = ""
    number: str = ""
    sex: str = ""
    birth: str = ""
    expiry: str = ""
    endorsements: tuple[EndorsementRow, ...] = ()


def holder_view(snapshot: Snapshot, wording: Wording) -> HolderView:
    visit = snapshot.visit
    if visit is None or visit.permit is None:
        return HolderView()
    permit = visit.permit
    latin = f"{permit.surname} {permit.given}".strip()
    endorsements = visit.record.endorsements if visit.record else ()
    return HolderView(
        name=permit.name_zh or latin,
        latin=latin if permit.name_zh else "",
        number=permit.number,
        sex=permit.sex.value,
        birth=wording.date(permit.birth),
        expiry=wording.date(permit.expiry),
        endorsements=endorsement_rows(endorsements, beijing_date(snapshot.now), wording),
    )
