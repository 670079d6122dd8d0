"""The invented holders: each is what it is said to be, on any day."""

import re
from datetime import date

import pytest

from kiosk import resources
from kiosk.domain.dg1 import Dg1, build_dg1, parse_dg1
from kiosk.domain.eligibility import card_face, collectable, decide_offers, may_use_machine
from kiosk.domain.endorsement import Destination
from kiosk.domain.mrz import permit_kind
from kiosk.domain.specimens import ChipVariant, Specimen, parse_specimens, relative_date
from kiosk.domain.validity import valid_until
from tests.domain.strategies import CATALOGUE

HOLDERS = resources.text("specimens", "holders.toml")
DAYS = (date(2026, 11, 22), date(2027, 3, 31), date(2028, 2, 29), date(2029, 12, 31))


def holders(today: date) -> dict[str, Specimen]:
    return {specimen.slug: specimen for specimen in parse_specimens(HOLDERS, CATALOGUE, today)}


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day = request.param
    assert isinstance(day, date)
    return day


def offered(specimen: Specimen, today: date) -> set[str]:
    assert specimen.record is not None
    offers = decide_offers(specimen.permit, specimen.record, today, CATALOGUE)
    return {offer.option.option_id for offer in offers if offer.refusal is None}


def barred(specimen: Specimen, today: date) -> str | None:
    assert specimen.record is not None
    reason = may_use_machine(specimen.permit, specimen.record, today, CATALOGUE)
    return None if reason is None else reason.code


def test_numbers_are_well_formed_and_plainly_invented(today: date) -> None:
    for specimen in holders(today).values():
        assert permit_kind(specimen.permit.number) is not None
        assert re.fullmatch(r"C[0A]00000\d\d", specimen.permit.number)


def test_a_card_is_made_out_for_ten_years_and_for_a_child_for_five(today: date) -> None:
    found = holders(today)
    for slug, years in (("chen-xiaoming", 10), ("lin-xiaoyu", 5)):
        permit = found[slug].permit
        assert permit.issued is not None
        assert permit.expiry == valid_until(permit.issued, years * 12)


def test_every_chip_can_carry_its_holder(today: date) -> None:
    for specimen in holders(today).values():
        group = parse_dg1(build_dg1(specimen.permit), today)
        assert isinstance(group, Dg1)
        permit = specimen.permit
        assert (group.line, group.birth, group.expiry) == (permit.line, permit.birth, permit.expiry)
        assert (group.surname, group.given) == (permit.surname, permit.given)


def test_the_default_applicant_is_offered_the_usual_and_has_nothing_live(today: date) -> None:
    default = holders(today)["chen-xiaoming"]
    assert "HKG-G-3M-1" in offered(default, today)
    assert default.record is not None
    assert card_face(default.permit, default.record, (), today).endorsements == ()
    assert default.chip is ChipVariant.GENUINE


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("lin-xiaoyu", "too_young"),
        ("huang-guoqiang", "permit_expired"),
        ("zhou-wei", "state_employee"),
        ("xie-yuting", "first_endorsement"),
        ("song-tao", "permit_lost"),
        ("li-fu", None),
        ("zhao-biang", None),
    ],
)
def test_who_is_barred_and_who_is_not(slug: str, code: str | None, today: date) -> None:
    assert barred(holders(today)[slug], today) == code


def test_names_test_what_they_are_for(today: date) -> None:
    found = holders(today)
    assert "·" in found["ayiguli-maimaiti"].permit.name_zh
    for slug in ("li-fu", "zhao-biang"):
        with pytest.raises(UnicodeEncodeError):
            found[slug].permit.name_zh.encode("gbk")
    assert len(found["ouyang-jing"].permit.name_zh) == 3


def test_both_places_live_means_one_cancelled_and_one_written_again(today: date) -> None:
    specimen = holders(today)["liang-meiling"]
    assert specimen.record is not None
    offers = decide_offers(specimen.permit, specimen.record, today, CATALOGUE)
    chosen = next(offer for offer in offers if offer.option.option_id == "HKG-G-3M-1")
    assert [held.kind for held in chosen.cancels] == ["L"]
    face = card_face(specimen.permit, specimen.record, (), today)
    assert {held.destination for held in face.endorsements} == {Destination.HONG_KONG, Destination.MACAO}
    assert face == specimen.film


def test_the_others_are_offered_what_they_stand_for(today: date) -> None:
    found = holders(today)
    assert not any(option.startswith(("MAC-G", "MAC-L")) for option in offered(found["wu-jianhua"], today))
    assert "HKG-G-1Y-M" in offered(found["luo-zhiqiang"], today)
    assert {"MAC-G-1Y-W", "MAC-G-1Y-M", "HKG-S-1Y-M"} <= offered(found["feng-haiyan"], today)
    short = offered(found["pan-xiuying"], today)
    assert "HKG-G-3M-1" in short
    assert "HKG-G-1Y-1" not in short
    group_only = offered(found["zeng-gang"], today)
    assert group_only
    assert all("-L-" in option for option in group_only)


def test_two_applications_wait_and_one_is_paid(today: date) -> None:
    specimen = holders(today)["he-liting"]
    assert specimen.record is not None
    assert [application.paid for application in specimen.record.applications] == [False, True]
    for application in specimen.record.applications:
        assert collectable(application, specimen.permit, specimen.record, today, CATALOGUE) is None


def test_one_is_unknown_and_every_chip_variant_is_there(today: date) -> None:
    found = holders(today)
    assert found["xu-wenbo"].record is None
    assert {specimen.chip for specimen in found.values()} == set(ChipVariant)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("-30d", date(2026, 10, 23)),
        ("+1y2m", date(2028, 1, 22)),
        ("-1y1d", date(2025, 11, 21)),
        ("+0d", date(2026, 11, 22)),
    ],
)
def test_relative_dates(text: str, day: date) -> None:
    assert relative_date(text, date(2026, 11, 22)) == day


@pytest.mark.parametrize("text", ["", "30d", "-", "-30", "-1d1y", "2026-11-22", "-999999d"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="relative date"):
        relative_date(text, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"C00000002"', '"C00000001"', "stand once"),
        ('"C00000001"', '"W00000001"', "holder chen-xiaoming: the number"),
        ('"chen-xiaoming"', '"Chen Xiaoming"', "slug"),
        ('"HKG-G-3M-1"', '"HKG-G-3M-9"', "there is no option"),
        ('household_city = "440100"', 'household_city = "999999"', "household_city"),
        ('born = "-36y40d"', 'born = "1990-01-01"', "relative date"),
        ('sex = "M"', 'sex = "male"', "'sex'"),
        ("entries_left = 0", "entries_left = 2", "entries_left"),
        ('chip = "altered"', 'chip = "forged"', "holder sun-yiming: 'chip'"),
        ('{ HKG-G = "-2y" }', '{ HKG = "-2y" }', "destination with a kind"),
        ("portrait_seed = 13", "portrait_seed = 13\nheight = 170", "unknown key 'height'"),
    ],
)
def test_faulty_holders_are_refused_by_name(old: str, new: str, message: str) -> None:
    assert old in HOLDERS
    with pytest.raises(ValueError, match=message):
        parse_specimens(HOLDERS.replace(old, new, 1), CATALOGUE, DAYS[0])
