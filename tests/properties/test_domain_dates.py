"""Month arithmetic against a slow oracle, and money as text."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import Fen, parse_yuan, yuan_text
from kiosk.domain.validity import add_months, age, next_issue, valid_until

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def slowly(day: date, months: int) -> date:
    """Walk day by day to the month, then to the day or to the month's end, whichever comes first."""
    wanted, walk, turns = day.day, day, 0
    while turns < months:
        walk += timedelta(days=1)
        turns += walk.day == 1
    while walk.day < wanted and months and (walk + timedelta(days=1)).month == walk.month:
        walk += timedelta(days=1)
    return walk


@given(days, st.integers(0, 60))
def test_adding_months_agrees_with_walking(day: date, months: int) -> None:
    assert add_months(day, months) == slowly(day, months)


@given(days, st.integers(1, 120))
def test_a_validity_is_the_day_before(day: date, months: int) -> None:
    assert valid_until(day, months) + timedelta(days=1) == slowly(day, months)


@given(days, st.integers(0, 400), st.integers(1, 120))
def test_issued_later_never_ends_earlier(day: date, later: int, months: int) -> None:
    assert valid_until(day + timedelta(days=later), months) >= valid_until(day, months)


@given(days, st.integers(1, 119))
def test_a_longer_validity_ends_later(day: date, months: int) -> None:
    assert valid_until(day, months) < valid_until(day, months + 1)


@given(days, st.integers(1, 120))
def test_going_back_undoes_going_forward_up_to_a_month_end(day: date, months: int) -> None:
    back = add_months(add_months(day, months), -months)
    assert back == day or (back.month == day.month and back.day < day.day)


@given(days, st.integers(0, 200))
def test_an_interval_in_days_counts_days(day: date, count: int) -> None:
    assert (next_issue(day, days=count) - day).days == count


@given(days, days)
def test_age_agrees_with_counting_birthdays(birth: date, today: date) -> None:
    if today < birth:
        return
    birthdays = 0
    for year in range(birth.year + 1, today.year + 1):
        try:
            birthday = birth.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        birthdays += birthday <= today
    assert age(birth, today) == birthdays


@given(st.integers(0, 10**11))
def test_an_amount_survives_its_text(fen: int) -> None:
    assert parse_yuan(yuan_text(Fen(fen))) == fen


@given(st.text(max_size=15))
def test_only_one_form_of_an_amount_is_read(text: str) -> None:
    try:
        amount = parse_yuan(text)
    except ValueError:
        return
    assert yuan_text(amount) == text


def test_an_amount_is_never_negative() -> None:
    with pytest.raises(ValueError, match="never negative"):
        yuan_text(Fen(-1))
