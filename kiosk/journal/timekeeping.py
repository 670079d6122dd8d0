"""Whether the wall clock can be believed: it stands on endorsements, receipts and in the journal."""

from datetime import UTC, datetime, timedelta

from kiosk.domain.failure import FailureCode, Fault

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""No clock that shows less is right: the newest rules in this program took effect later than that."""

SET_BACK = timedelta(hours=36)
"""A clock may be corrected by this much; records keep their order, which is their number, not their time."""


def clock_fault(now: datetime, last: datetime | None) -> Fault | None:
    """Return what is wrong with a clock that shows `now` after a record made at `last`, both aware."""
    if now < EARLIEST:
        return Fault(FailureCode.CLOCK_WRONG, f"it shows {now:%Y-%m-%d}, before {EARLIEST:%Y-%m-%d}")
    if last is not None and now < last - SET_BACK:
        return Fault(FailureCode.CLOCK_WRONG, f"it shows {now:%Y-%m-%d}, the last record {last:%Y-%m-%d}")
    return None
