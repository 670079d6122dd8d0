"""Who may use the machine, what is offered and why the rest is not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.domain.catalogue import Catalogue
from kiosk.domain.eligibility import (
    cancelled_by_application,
    card_face,
    collectable,
    decide_offers,
    masked_number,
    may_use_machine,
)
from kiosk.domain.endorsement import Application, Destination, Offer, Reason
from kiosk.domain.permit import HolderCategory, Permit, PermitRecord, PermitStatus, Qualification
from kiosk.domain.reasons import ReasonCode
from tests.domain.strategies import CATALOGUE, TODAY, held, permit, record


def offer(
    option_id: str, card: Permit, known: PermitRecord, catalogue: Catalogue = CATALOGUE, today: date = TODAY
) -> Offer:
    offers = {o.option.option_id: o for o in decide_offers(card, known, today, catalogue)}
    return offers[option_id]


def refusal(option_id: str, card: Permit, known: PermitRecord, catalogue: Catalogue = CATALOGUE) -> str:
    reason = offer(option_id, card, known, catalogue).refusal
    return "" if reason is None else reason.code


def test_an_ordinary_holder_may_use_the_machine_and_is_offered_the_usual() -> None:
    assert may_use_machine(permit(), record(), TODAY, CATALOGUE) is None
    made = offer("HKG-G-3M-1", permit(), record())
    assert (made.refusal, made.valid_until, made.cancels) == (None, date(2027, 2, 21), ())


@pytest.mark.parametrize(
    ("card", "known", "reason"),
    [
        (permit(), record(number="C00000098"), Reason("permit_mismatch")),
        (permit(), record(status=PermitStatus.CANCELLED), Reason("permit_cancelled")),
        (permit(), record(status=PermitStatus.REPORTED_LOST), Reason("permit_lost")),
        (
            permit(expiry=date(2026, 11, 21)),
            record(),
            Reason("permit_expired", (("expiry", "2026-11-21"),)),
        ),
        (permit(), record(category=HolderCategory.STATE_EMPLOYEE), Reason("state_employee")),
        (permit(), record(category=HolderCategory.MILITARY), Reason("military")),
        (permit(birth=date(2010, 11, 23)), record(), Reason("too_young", (("age", "16"),))),
        (permit(), replace(record(), had_endorsement=False), Reason("first_endorsement")),
    ],
)
def test_who_may_not_use_the_machine_is_told_why_on_every_option(
    card: Permit, known: PermitRecord, reason: Reason
) -> None:
    assert may_use_machine(card, known, TODAY, CATALOGUE) == reason
    offers = decide_offers(card, known, TODAY, CATALOGUE)
    assert {o.refusal for o in offers} == {reason}
    assert len(offers) == len(CATALOGUE.enabled)


def test_the_last_day_of_the_permit_and_the_sixteenth_birthday_count() -> None:
    card = permit(expiry=TODAY, birth=date(2010, 11, 22))
    assert may_use_machine(card, record(), TODAY, CATALOGUE) is None


@pytest.mark.parametrize(
    ("option_id", "city", "qualification", "code"),
    [
        ("HKG-G-1Y-M", "440100", None, "needs_shenzhen"),
        ("HKG-G-1Y-M", "440300", None, ""),
        ("HKG-G-1Y-M", "430400", "shenzhen_residence", ""),
        ("MAC-G-1Y-M", "440400", None, "needs_hengqin"),
        ("MAC-G-1Y-M", "440400", "hengqin_resident", ""),
        ("MAC-G-1Y-W", "440400", None, ""),
        ("MAC-G-1Y-W", "440300", None, "needs_zhuhai"),
        ("HKG-G-3M-1", "430400", None, "not_individual_visit_city"),
        ("HKG-G-3M-1", "999999", None, "not_individual_visit_city"),
        ("HKG-G-3M-1", "430400", "individual_visit_residence", ""),
        ("HKG-L-3M-1", "430400", None, ""),
        ("HKG-S-1Y-M", "440100", None, "needs_firm"),
        ("HKG-S-1Y-M", "440100", "registered_firm", ""),
        ("HKG-S-3M-1", "440100", "registered_firm", "only_at_window"),
        ("HKG-T-3M-M", "440100", "spouse_hk", "only_at_window"),
        ("MAC-R-5Y-M", "440100", "talent_5", "only_at_window"),
    ],
)
def test_kinds_are_for_those_entitled(
    option_id: str, city: str, qualification: str | None, code: str
) -> None:
    rights = () if qualification is None else (Qualification(qualification),)
    assert refusal(option_id, permit(), record(household_city=city, qualifications=rights)) == code


def test_a_qualification_that_has_run_out_is_none() -> None:
    for until, code in ((TODAY, ""), (TODAY - timedelta(days=1), "needs_firm")):
        known = record(qualifications=(Qualification("registered_firm", until),))
        assert refusal("HKG-S-1Y-M", permit(), known) == code


def test_age_alone_entitles_where_the_rule_says_so() -> None:
    entry = replace(CATALOGUE.entries["HKG-T-1Y-M"], at_machine=True)
    site = replace(CATALOGUE, entries={**CATALOGUE.entries, "HKG-T-1Y-M": entry})
    assert refusal("HKG-T-1Y-M", permit(birth=date(1966, 11, 22)), record(), site) == ""
    assert refusal("HKG-T-1Y-M", permit(birth=date(1966, 11, 23)), record(), site) == "needs_long_visit"


def test_an_unused_endorsement_blocks_its_kind_and_is_cancelled_by_another_kind() -> None:
    group = held("HKG-L-1Y-2", date(2026, 9, 1), 1)
    known = record(endorsements=(group,))
    assert offer("HKG-L-3M-1", permit(), known).refusal == Reason(
        "unused_endorsement", (("place", "HKG"), ("until", "2027-08-31"))
    )
    assert offer("HKG-G-3M-1", permit(), known).cancels == (group,)
    assert offer("MAC-L-3M-1", permit(), known) == offer("MAC-L-3M-1", permit(), record())


def test_a_used_up_endorsement_neither_blocks_nor_is_cancelled() -> None:
    known = record(endorsements=(held("HKG-G-1Y-1", date(2026, 9, 1), 0),))
    assert offer("HKG-G-3M-1", permit(), known) == offer("HKG-G-3M-1", permit(), record())


def test_the_weak_rule_on_unused_endorsements_can_be_switched_off() -> None:
    lenient = replace(CATALOGUE, rules=replace(CATALOGUE.rules, unused_blocks=False))
    live = held("HKG-G-1Y-1", date(2026, 9, 1), 1)
    made = offer("HKG-G-3M-1", permit(), record(endorsements=(live,)), lenient)
    assert (made.refusal, made.cancels) == (None, (live,))


@pytest.mark.parametrize(
    ("city", "qualification", "issued", "start"),
    [
        ("440100", None, date(2026, 9, 23), None),
        ("440100", None, date(2026, 9, 24), date(2026, 11, 23)),
        ("440600", None, date(2026, 9, 22), None),
        ("440600", None, date(2026, 9, 23), date(2026, 11, 23)),
        ("440400", None, date(2026, 11, 21), None),
        ("440100", "hengqin_resident", date(2026, 11, 21), None),
    ],
)
def test_macao_keeps_its_interval(
    city: str, qualification: str | None, issued: date, start: date | None
) -> None:
    rights = () if qualification is None else (Qualification(qualification),)
    known = record(household_city=city, qualifications=rights, last_issued=(("MAC-G", issued),))
    for option_id in ("MAC-G-3M-1", "MAC-L-1Y-1"):
        reason = offer(option_id, permit(), known).refusal
        if start is None:
            assert reason is None
        else:
            assert reason is not None
            assert reason.code == "too_early"
            assert dict(reason.params)["start"] == start.isoformat()
            assert dict(reason.params)["days"] == "1"
    assert offer("HKG-G-3M-1", permit(), known).refusal is None


def test_the_interval_also_counts_from_an_endorsement_on_record() -> None:
    known = record(endorsements=(held("MAC-L-3M-1", date(2026, 11, 1), 0),))
    assert refusal("MAC-G-3M-1", permit(), known) == "too_early"


def test_the_interval_depends_on_where_the_machine_stands() -> None:
    known = record(household_city="440600", last_issued=(("MAC-G", date(2026, 9, 23)),))
    assert refusal("MAC-G-3M-1", permit(), known) == "too_early"
    assert refusal("MAC-G-3M-1", permit(), known, CATALOGUE.located("440600")) == ""


def test_the_permit_must_outlast_the_endorsement_by_twenty_days() -> None:
    assert refusal("HKG-G-3M-1", permit(expiry=date(2027, 3, 13)), record()) == ""
    reason = offer("HKG-G-3M-1", permit(expiry=date(2027, 3, 12)), record()).refusal
    assert reason == Reason(
        "permit_too_short", (("expiry", "2027-03-12"), ("needed", "2027-03-13"), ("days", "20"))
    )


def test_each_permit_has_its_own_destinations() -> None:
    card = permit(number="L00000099")
    assert refusal("HKG-G-3M-1", card, record(number="L00000099")) == "other_permit"


APPLICATION = Application("A1", CATALOGUE.entries["HKG-T-3M-M"].option, date(2026, 11, 20))


def test_what_was_approved_online_is_printed_even_where_the_machine_takes_no_such_application() -> None:
    held_now = held("HKG-G-1Y-1", date(2026, 9, 1), 1)
    known = replace(record(endorsements=(held_now,)), applications=(APPLICATION,))
    assert collectable(APPLICATION, permit(), known, TODAY, CATALOGUE) is None
    assert cancelled_by_application(APPLICATION, known, TODAY) == (held_now,)


def test_an_application_is_not_printed_when_something_has_changed() -> None:
    known = replace(record(), applications=(APPLICATION,))
    lost = replace(known, status=PermitStatus.REPORTED_LOST)
    short = permit(expiry=date(2027, 3, 12))
    strange = replace(APPLICATION, option=replace(APPLICATION.option, option_id="HKG-Z-3M-M"))
    with_strange = replace(known, applications=(strange,))
    answers = [
        collectable(APPLICATION, permit(), record(), TODAY, CATALOGUE),
        collectable(APPLICATION, permit(), lost, TODAY, CATALOGUE),
        collectable(APPLICATION, short, known, TODAY, CATALOGUE),
        collectable(strange, permit(), with_strange, TODAY, CATALOGUE),
    ]
    assert [reason and reason.code for reason in answers] == [
        ReasonCode.NOT_APPROVED_ONLINE,
        ReasonCode.PERMIT_LOST,
        ReasonCode.PERMIT_TOO_SHORT,
        ReasonCode.NOT_OFFERED,
    ]


def test_the_film_says_the_new_and_what_still_lives_elsewhere() -> None:
    macao = held("MAC-G-1Y-1", date(2026, 9, 1), 1, "MO1")
    old = held("HKG-L-1Y-2", date(2026, 9, 1), 2, "HK1")
    new = held("HKG-G-3M-1", TODAY, 1, "HK2")
    face = card_face(permit(), record(endorsements=(macao, old)), (new,), TODAY)
    assert face.endorsements == (new, macao)
    assert (face.permit_no, face.name_zh) == ("C00000099", "陈晓明")
    assert face.block(Destination.TAIWAN) is None


def test_the_film_loses_what_is_used_up_or_past() -> None:
    used = held("MAC-G-1Y-1", date(2026, 9, 1), 0, "MO1")
    past = held("HKG-G-3M-1", date(2025, 9, 1), 1, "HK1")
    assert card_face(permit(), record(endorsements=(used, past)), (), TODAY).endorsements == ()


def test_two_new_ones_for_one_place_are_a_bug() -> None:
    new = held("HKG-G-3M-1", TODAY, 1)
    with pytest.raises(ValueError, match="one endorsement"):
        card_face(permit(), record(), (new, new), TODAY)


@pytest.mark.parametrize(
    ("number", "masked"), [("C00000001", "C0****001"), ("", ""), ("C1", "**"), ("C12345", "C1*345")]
)
def test_a_masked_number_hides_its_middle(number: str, masked: str) -> None:
    assert masked_number(number) == masked
