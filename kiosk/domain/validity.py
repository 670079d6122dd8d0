"""Dates of endorsements: how long they run, what the permit must outlast, when the next may follow.

A day here is a Beijing calendar day and every range includes both its ends.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from kiosk.domain.endorsement import Destination, Endorsement


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later (earlier if negative), or that month's last day if it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def valid_until(issued: date, months: int) -> date:
    """Return the last valid day: issue date + n months - 1 day.

    From a day that the last month lacks (30 November + 3 months) we count from that month's end; the
    authority's own answer, which is what gets printed, can only be a day more generous (docs/facts.md).
    """
    return add_months(issued, months) - timedelta(days=1)


def permit_needed_until(endorsement_until: date, outlast_days: int) -> date:
    """Return the earliest expiry of a permit that may carry an endorsement valid until the given day."""
    return endorsement_until + timedelta(days=outlast_days)


def next_issue(last_issued: date, *, days: int = 0, months: int = 0) -> date:
    """Return the first day on which an endorsement under an interval rule may be issued again."""
    return add_months(last_issued, months) + timedelta(days=days)


def live(endorsement: Endorsement, today: date) -> bool:
    """Return whether an endorsement still lets its holder in: in time, and not used up.

    Entries of None are those of multiple and weekly endorsements, which are never used up.
    """
    return endorsement.valid_until >= today and endorsement.entries_left != 0


def live_by_destination(endorsements: Iterable[Endorsement], today: date) -> dict[Destination, Endorsement]:
    """Return the live endorsement of each destination; of several on record, the one issued last."""
    found: dict[Destination, Endorsement] = {}
    for endorsement in sorted(endorsements, key=lambda e: (e.issued, e.control_no)):
        if live(endorsement, today):
            found[endorsement.destination] = endorsement
    return found


def cancelled_by(
    destination: Destination, endorsements: Iterable[Endorsement], today: date
) -> tuple[Endorsement, ...]:
    """Return the live endorsements that a new one for the destination cancels, oldest first."""
    return tuple(
        endorsement
        for endorsement in sorted(endorsements, key=lambda e: (e.issued, e.control_no))
        if endorsement.destination is destination and live(endorsement, today)
    )


def age(birth: date, today: date) -> int:
    """Return completed years of life; someone born on 29 February comes of age on 1 March."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
