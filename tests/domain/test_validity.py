"""Dates: the published examples, month ends and leap days."""

from datetime import date

import pytest

from kiosk.domain.endorsement import Destination, Endorsement, Entries
from kiosk.domain.validity import (
    add_months,
    age,
    cancelled_by,
    live,
    live_by_destination,
    next_issue,
    permit_needed_until,
    valid_until,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("issued", "months", "until"),
    [
        (date(2026, 11, 22), 3, date(2027, 2, 21)),
        (date(2026, 11, 22), 12, date(2027, 11, 21)),
        (date(2026, 12, 1), 3, date(2027, 2, 28)),
        (date(2027, 12, 1), 3, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 27)),
        (date(2027, 11, 30), 3, date(2028, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 27)),
        (date(2028, 2, 29), 60, date(2033, 2, 27)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 5, 31), 3, date(2026, 8, 30)),
    ],
)
def test_an_endorsement_ends_the_day_before_its_day_comes_round(
    issued: date, months: int, until: date
) -> None:
    assert valid_until(issued, months) == until


def test_months_go_backwards_too() -> None:
    assert add_months(date(2027, 3, 31), -1) == date(2027, 2, 28)
    assert add_months(date(2027, 1, 15), -13) == date(2025, 12, 15)


def test_three_months_need_a_permit_of_at_least_110_days() -> None:
    needed = permit_needed_until(valid_until(TODAY, 3), 20)
    assert needed == date(2027, 3, 13)
    assert (needed - TODAY).days + 1 >= 110


def test_intervals_count_days_or_calendar_months() -> None:
    assert next_issue(date(2026, 1, 31), days=60) == date(2026, 4, 1)
    assert next_issue(date(2026, 12, 31), months=2) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        (date(2010, 11, 22), TODAY, 16),
        (date(2010, 11, 23), TODAY, 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2012, 2, 29), date(2027, 2, 28), 14),
        (date(2012, 2, 29), date(2027, 3, 1), 15),
    ],
)
def test_age_is_completed_years(birth: date, today: date, years: int) -> None:
    assert age(birth, today) == years


def endorsement(
    place: Destination, issued: date, until: date, left: int | None = 1, number: str = "X1"
) -> Endorsement:
    return Endorsement(place, "G", Entries.ONCE, issued, until, 7, number, "广东广州", left)


def test_an_endorsement_lives_to_its_last_day_and_its_last_entry() -> None:
    assert live(endorsement(Destination.MACAO, TODAY, TODAY), TODAY)
    assert not live(endorsement(Destination.MACAO, TODAY, date(2026, 11, 21)), TODAY)
    assert not live(endorsement(Destination.MACAO, TODAY, TODAY, left=0), TODAY)
    assert live(endorsement(Destination.MACAO, TODAY, TODAY, left=None), TODAY)


def test_of_several_live_ones_the_last_issued_stands_and_all_are_cancelled() -> None:
    older = endorsement(Destination.MACAO, date(2026, 9, 1), date(2026, 12, 1), number="A")
    newer = endorsement(Destination.MACAO, date(2026, 10, 1), date(2026, 12, 31), number="B")
    other = endorsement(Destination.HONG_KONG, date(2026, 10, 1), date(2026, 12, 31), number="C")
    held = (newer, other, older)
    assert live_by_destination(held, TODAY) == {
        Destination.MACAO: newer,
        Destination.HONG_KONG: other,
    }
    assert cancelled_by(Destination.MACAO, held, TODAY) == (older, newer)
    assert cancelled_by(Destination.TAIWAN, held, TODAY) == ()
