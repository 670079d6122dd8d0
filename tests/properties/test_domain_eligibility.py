"""Laws of the decision that hold for every permit and record."""

import re
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import resources
from kiosk.domain.catalogue_entries import OptionEntry
from kiosk.domain.eligibility import card_face, collectable, decide_offers, masked_number, may_use_machine
from kiosk.domain.endorsement import Application, Endorsement, Reason
from kiosk.domain.permit import Permit, PermitRecord, Qualification
from kiosk.domain.specimens import parse_specimens
from kiosk.domain.validity import live
from tests.domain.strategies import (
    CATALOGUE,
    TODAY,
    all_qualifications,
    cases,
    eep_numbers,
    held,
    records,
)

Case = tuple[Permit, PermitRecord]
HOLDERS = resources.text("specimens", "holders.toml")


def offered(permit: Permit, record: PermitRecord) -> set[str]:
    offers = decide_offers(permit, record, TODAY, CATALOGUE)
    return {offer.option.option_id for offer in offers if offer.refusal is None}


def well_worded(reason: Reason) -> None:
    text = CATALOGUE.reason_text(reason)
    for words in (text.zh, text.en):
        assert words
        assert not re.search(r"[{}—]", words), reason


@given(cases())
def test_every_enabled_option_appears_once_in_order(case: Case) -> None:
    offers = decide_offers(*case, TODAY, CATALOGUE)
    assert [offer.option for offer in offers] == [entry.option for entry in CATALOGUE.enabled]


@given(cases())
def test_every_refusal_can_be_read_in_both_languages(case: Case) -> None:
    for offer in decide_offers(*case, TODAY, CATALOGUE):
        if offer.refusal is not None:
            well_worded(offer.refusal)
            assert offer.cancels == ()


@given(cases())
def test_who_may_not_use_the_machine_is_offered_nothing(case: Case) -> None:
    reason = may_use_machine(*case, TODAY, CATALOGUE)
    if reason is not None:
        well_worded(reason)
        assert offered(*case) == set()


@given(cases(), st.integers(1, 4000))
def test_a_permit_valid_for_longer_loses_no_offer(case: Case, days: int) -> None:
    permit, record = case
    longer = replace(permit, expiry=permit.expiry + timedelta(days=days))
    assert offered(permit, record) <= offered(longer, record)


@given(cases(), st.sampled_from(all_qualifications))
def test_a_further_qualification_loses_no_offer(case: Case, code: str) -> None:
    permit, record = case
    more = replace(record, qualifications=(*record.qualifications, Qualification(code)))
    assert offered(permit, record) <= offered(permit, more)


@given(cases())
def test_a_clean_history_loses_no_offer(case: Case) -> None:
    permit, record = case
    clean = replace(record, endorsements=(), last_issued=())
    assert offered(permit, record) <= offered(permit, clean)


@given(cases(), st.randoms())
def test_the_order_on_record_does_not_matter(case: Case, random: Random) -> None:
    permit, record = case
    shuffled = list(record.endorsements)
    random.shuffle(shuffled)
    other = replace(record, endorsements=tuple(shuffled))
    assert decide_offers(permit, record, TODAY, CATALOGUE) == decide_offers(permit, other, TODAY, CATALOGUE)


@given(cases())
def test_what_is_offered_keeps_the_rules(case: Case) -> None:
    permit, record = case
    for offer in decide_offers(permit, record, TODAY, CATALOGUE):
        if offer.refusal is None:
            assert offer.valid_until + timedelta(days=20) <= permit.expiry
            assert all(held.destination is offer.option.destination for held in offer.cancels)
            assert all(held.kind != offer.option.kind for held in offer.cancels)
            assert all(live(held, TODAY) for held in offer.cancels)


def granted(option_id: str, record: PermitRecord) -> tuple[Endorsement, PermitRecord]:
    """Issue an option as an authority would: the old one for that place goes, the new one stands."""
    new = held(option_id, TODAY, 1, "N00000001")
    kept = tuple(old for old in record.endorsements if old.destination is not new.destination)
    return new, replace(record, endorsements=(*kept, new))


@given(cases())
def test_after_an_issue_its_kind_is_blocked_and_one_stands_per_place(case: Case) -> None:
    permit, record = case
    for option_id in sorted(offered(permit, record))[:3]:
        new, after = granted(option_id, record)
        same = {o for o in offered(permit, after) if o.startswith(f"{new.destination}-{new.kind}-")}
        assert same == set()
        assert card_face(permit, record, (new,), TODAY) == card_face(permit, after, (), TODAY)


@given(cases(), st.lists(st.sampled_from(list(CATALOGUE.entries)), max_size=3))
def test_a_film_has_at_most_one_living_endorsement_per_place(case: Case, wanted: list[str]) -> None:
    permit, record = case
    one_each = {option_id[:3]: held(option_id, TODAY, 1) for option_id in wanted}
    new = tuple(one_each.values())
    face = card_face(permit, record, new, TODAY)
    places = [endorsement.destination for endorsement in face.endorsements]
    assert len(places) == len(set(places))
    assert set(new) <= set(face.endorsements)
    assert all(live(endorsement, TODAY) for endorsement in face.endorsements)
    for endorsement in record.endorsements:
        assert not live(endorsement, TODAY) or endorsement.destination in places


@given(cases(), st.sampled_from(list(CATALOGUE.entries.values())), st.booleans())
def test_an_application_not_printed_has_a_readable_reason(
    case: Case, entry: OptionEntry, known: bool
) -> None:
    permit, record = case
    application = Application("A1", entry.option, TODAY)
    if known:
        record = replace(record, applications=(application,))
    reason = collectable(application, permit, record, TODAY, CATALOGUE)
    if reason is not None:
        well_worded(reason)
    else:
        assert known
        assert may_use_machine(permit, record, TODAY, CATALOGUE) is None


@given(st.text(max_size=30), st.lists(st.tuples(st.text(max_size=10), st.text(max_size=50)), max_size=4))
def test_no_reason_from_outside_breaks_its_wording(code: str, params: list[tuple[str, str]]) -> None:
    text = CATALOGUE.reason_text(Reason(code, tuple(params)))
    assert text.zh
    assert text.en


@given(st.sampled_from(sorted(CATALOGUE.reasons)), st.text(max_size=50))
def test_no_value_from_outside_breaks_a_known_wording(code: str, value: str) -> None:
    params = tuple((name, value) for name, _ in CATALOGUE.reasons[code].params)
    assert "{" not in CATALOGUE.reason_text(Reason(code, params)).zh.replace(value, "")


@given(eep_numbers)
def test_a_masked_number_keeps_its_length_and_hides_four(number: str) -> None:
    masked = masked_number(number)
    assert len(masked) == len(number)
    assert masked.count("*") == 4


@settings(max_examples=30)
@given(st.dates(date(2026, 1, 1), date(2060, 12, 31)))
def test_the_specimens_make_sense_on_any_day(today: date) -> None:
    specimens = {s.slug: s for s in parse_specimens(HOLDERS, CATALOGUE, today)}
    default = specimens["chen-xiaoming"]
    assert default.record is not None
    offers = decide_offers(default.permit, default.record, today, CATALOGUE)
    assert any(o.option.option_id == "HKG-G-3M-1" and o.refusal is None for o in offers)


@given(records)
def test_a_record_of_another_permit_is_never_used(record: PermitRecord) -> None:
    (first, *_) = parse_specimens(HOLDERS, CATALOGUE, TODAY)
    reason = may_use_machine(first.permit, record, TODAY, CATALOGUE)
    assert reason is not None
    assert reason.code == "permit_mismatch"
