"""Hypothesis strategies and plain makers for permits, records and endorsements."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import strategies as st

from kiosk import resources
from kiosk.domain.catalogue import Catalogue, parse_catalogue
from kiosk.domain.endorsement import Destination, Endorsement, Entries
from kiosk.domain.mrz import PermitLine, build_line
from kiosk.domain.permit import (
    HolderCategory,
    Permit,
    PermitRecord,
    PermitStatus,
    Qualification,
    Sex,
)
from kiosk.domain.validity import valid_until

TODAY = date(2026, 11, 22)

CATALOGUE: Catalogue = parse_catalogue(
    **{
        name: resources.text("data", f"{name}.toml")
        for name in ("kinds", "fees", "rules", "reasons", "failures", "cities")
    }
)

eep_numbers = st.from_regex(r"C[0-9A-HJ-NP-Z][0-9]{7}", fullmatch=True)
taiwan_numbers = st.from_regex(r"L[0-9]{8}", fullmatch=True)
expiries = st.dates(date(2000, 1, 1), date(2099, 12, 31))
births = st.dates(TODAY - timedelta(days=36_500), TODAY)
lines = st.one_of(
    st.builds(PermitLine, st.just("CS"), eep_numbers, expiries, births),
    st.builds(PermitLine, st.just("CD"), taiwan_numbers, expiries, births),
)


def permit(
    number: str = "C00000099",
    expiry: date = date(2036, 11, 21),
    birth: date = date(1990, 1, 1),
    name_zh: str = "陈晓明",
) -> Permit:
    """Return a permit of a grown-up that outlasts everything."""
    line = build_line(PermitLine("CD" if number[0] == "L" else "CS", number, expiry, birth))
    return Permit(line, number, expiry, birth, Sex.MALE, name_zh, "CHEN", "XIAOMING")


def record(
    *,
    number: str = "C00000099",
    household_city: str = "440100",
    endorsements: tuple[Endorsement, ...] = (),
    qualifications: tuple[Qualification, ...] = (),
    last_issued: tuple[tuple[str, date], ...] = (),
    status: PermitStatus = PermitStatus.VALID,
    category: HolderCategory = HolderCategory.ORDINARY,
) -> PermitRecord:
    """Return the record of an ordinary holder in Guangzhou."""
    return PermitRecord(
        number,
        status,
        category,
        household_city,
        endorsements,
        qualifications=qualifications,
        last_issued=last_issued,
    )


def held(option_id: str, issued: date, left: int | None, control_no: str = "HK00000001") -> Endorsement:
    """Return an endorsement as issued for one of the options."""
    option = CATALOGUE.option(option_id)
    assert option is not None
    return Endorsement(
        option.destination,
        option.kind,
        option.entries,
        issued,
        valid_until(issued, option.months),
        option.stay_days,
        control_no,
        "广东广州",
        left,
    )


@st.composite
def endorsements(draw: st.DrawFn) -> Endorsement:
    """Draw an endorsement of any option, live, used up or past."""
    entry = draw(st.sampled_from(list(CATALOGUE.entries.values())))
    full = {Entries.ONCE: 1, Entries.TWICE: 2}.get(entry.option.entries)
    left = None if full is None else draw(st.integers(0, full))
    issued = TODAY - timedelta(days=draw(st.integers(0, 800)))
    return held(entry.option.option_id, issued, left, f"X{draw(st.integers(0, 99_999_999)):08d}")


all_qualifications = sorted(
    {code for requirement in CATALOGUE.requirements.values() for code in requirement.qualifications}
)
qualifications = st.builds(
    Qualification,
    st.sampled_from(all_qualifications),
    st.one_of(st.none(), st.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=30))),
)
last_issues = st.tuples(
    st.sampled_from(["HKG-G", "MAC-G", "MAC-L", "MAC-S"]),
    st.dates(TODAY - timedelta(days=120), TODAY),
)


T = TypeVar("T")


def tuples_of(items: st.SearchStrategy[T], most: int) -> st.SearchStrategy[Sequence[T]]:
    """Return tuples of at most so many items."""
    return st.lists(items, max_size=most).map(tuple)


permits = st.builds(
    permit,
    number=st.one_of(eep_numbers, taiwan_numbers),
    expiry=st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=2500)),
    birth=st.dates(TODAY - timedelta(days=30_000), TODAY - timedelta(days=3000)),
)
records = st.builds(
    PermitRecord,
    number=st.just("C00000099"),
    status=st.sampled_from([PermitStatus.VALID] * 6 + list(PermitStatus)),
    category=st.sampled_from([HolderCategory.ORDINARY] * 6 + list(HolderCategory)),
    household_city=st.sampled_from([*CATALOGUE.cities, "999999"]),
    endorsements=tuples_of(endorsements(), 4),
    qualifications=tuples_of(qualifications, 3),
    last_issued=tuples_of(last_issues, 2),
    had_endorsement=st.sampled_from([True, True, True, False]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Permit, PermitRecord]:
    """Draw a permit and its record, almost always with the same number."""
    card, known = draw(permits), draw(records)
    if draw(st.integers(0, 9)):
        known = replace(known, number=card.number)
    return card, known


destinations = st.sampled_from(list(Destination))
