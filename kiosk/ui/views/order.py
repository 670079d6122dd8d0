"""What was chosen, with fee, dates and cancellations: the page to agree to."""

from dataclasses import dataclass
from datetime import date

from kiosk.domain.beijing import beijing_date
from kiosk.domain.validity import valid_until
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.endorsements import EndorsementRow, endorsement_rows
from kiosk.ui.views.wording import Wording
from kiosk.visit.model import Item, Visit


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One endorsement of the order. `prepaid`: the fee was paid online."""

    destination: str
    kind: str
    months: int
    entries: str
    stay_days: int
    valid_until: str
    fee: str
    prepaid: bool


@dataclass(frozen=True, slots=True)
class OrderView:
    """The order; empty outside a visit. `free`: this machine takes no money for it."""

    items: tuple[ItemRow, ...] = ()
    cancelled: tuple[EndorsementRow, ...] = ()
    total: str = ""
    free: bool = False


def order_view(snapshot: Snapshot, wording: Wording) -> OrderView:
    visit = snapshot.visit
    if visit is None or not visit.items:
        return OrderView()
    today = beijing_date(snapshot.now)
    cancelled = [endorsement for item in visit.items for endorsement in item.cancels]
    return OrderView(
        items=tuple(_row(visit, item, today, wording) for item in visit.items),
        cancelled=endorsement_rows(cancelled, today, wording),
        total=wording.amount(visit.total),
        free=visit.total == 0,
    )


def _row(visit: Visit, item: Item, today: date, wording: Wording) -> ItemRow:
    option = item.option
    decided = (o.valid_until for o in visit.offers if o.option.option_id == option.option_id)
    until = next(decided, valid_until(today, option.months))
    return ItemRow(
        destination=wording.destination(option.destination),
        kind=option.name.in_language(wording.language),
        months=option.months,
        entries=option.entries.value,
        stay_days=option.stay_days,
        valid_until=wording.date(until),
        fee=wording.amount(item.fee),
        prepaid=item.application_no is not None and item.fee == 0,
    )
