"""Beijing time: the calendar by which permits, endorsements and payment orders count days."""

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def beijing_date(moment: datetime) -> date:
    """Return the calendar day in China at an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no day")
    return moment.astimezone(BEIJING).date()
