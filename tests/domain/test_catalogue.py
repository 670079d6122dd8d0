"""The shipped data: complete, in agreement with the program, and refused by name where it is not."""

import re
from datetime import date

import pytest

from kiosk.domain.catalogue import Catalogue, date_text, parse_catalogue
from kiosk.domain.catalogue_entries import Confidence
from kiosk.domain.endorsement import Destination, Entries, Reason
from kiosk.domain.failure import FailureCode, Severity
from kiosk.domain.reasons import ReasonCode
from kiosk.domain.text import Text

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_individual_visits_are_those_of_the_announcement(catalogue: Catalogue) -> None:
    found = {
        (entry.option.destination, entry.option.months, entry.option.entries)
        for entry in catalogue.enabled
        if entry.option.kind == "G"
    }
    hong_kong, macao = Destination.HONG_KONG, Destination.MACAO
    assert found == {
        (hong_kong, 3, Entries.ONCE),
        (hong_kong, 3, Entries.TWICE),
        (hong_kong, 12, Entries.ONCE),
        (hong_kong, 12, Entries.TWICE),
        (hong_kong, 12, Entries.MULTIPLE),
        (macao, 3, Entries.ONCE),
        (macao, 12, Entries.ONCE),
        (macao, 12, Entries.MULTIPLE),
        (macao, 12, Entries.WEEKLY),
    }


@pytest.mark.parametrize(
    ("option_id", "fen", "stay"),
    [
        ("HKG-G-3M-1", 1500, 7),
        ("HKG-G-1Y-2", 3000, 7),
        ("HKG-G-1Y-M", 8000, 7),
        ("MAC-G-1Y-W", 8000, 7),
        ("HKG-S-3M-M", 8000, 14),
        ("HKG-R-3Y-M", 24000, 30),
        ("MAC-R-5Y-M", 24000, 30),
        ("TWN-L-6M-1", 1500, 15),
    ],
)
def test_fees_follow_the_price_list(catalogue: Catalogue, option_id: str, fen: int, stay: int) -> None:
    option = catalogue.option(option_id)
    assert option is not None
    assert (option.fee, option.stay_days, option.option_id) == (fen, stay, option_id)


def test_every_kind_of_both_places_is_listed_and_taiwan_is_off(catalogue: Catalogue) -> None:
    for place in (Destination.HONG_KONG, Destination.MACAO):
        assert {letter for where, letter in catalogue.kinds if where is place} == set("GLSTQRD")
    assert {letter for where, letter in catalogue.kinds if where is Destination.TAIWAN} == set("LGTDYFXCQ")
    assert all(entry.option.destination is not Destination.TAIWAN for entry in catalogue.enabled)


def test_the_scheme_has_its_59_cities(catalogue: Catalogue) -> None:
    assert sum(city.individual_visit for city in catalogue.cities.values()) == 59


def test_every_line_has_a_known_source(catalogue: Catalogue) -> None:
    lines = [
        *catalogue.kinds.values(),
        *catalogue.entries.values(),
        *catalogue.fees,
        *catalogue.requirements.values(),
        *catalogue.reasons.values(),
        *catalogue.cities.values(),
        *catalogue.rules.intervals,
    ]
    used = {line.source for line in lines}
    assert used <= set(catalogue.sources)
    assert catalogue.sources["price-list"].confidence is Confidence.OFFICIAL


def test_reasons_and_failures_agree_with_the_program(catalogue: Catalogue) -> None:
    assert set(catalogue.reasons) == {code.value for code in ReasonCode}
    assert set(catalogue.failures) == set(FailureCode)
    assert {catalogue.failure(code).severity for code in FailureCode} == set(Severity)


def all_texts(catalogue: Catalogue) -> list[Text]:
    texts = [kind.explanation for kind in catalogue.kinds.values()]
    texts += [kind.name for kind in catalogue.kinds.values()]
    texts += [entry.text for entry in catalogue.reasons.values()]
    texts += [city.name for city in catalogue.cities.values()]
    for failure in catalogue.failures.values():
        texts += [failure.applicant, failure.cause, failure.remedy]
    return texts


def test_every_text_is_in_its_own_language(catalogue: Catalogue) -> None:
    for text in all_texts(catalogue):
        assert HAN.search(text.zh), text
        assert not HAN.search(text.en), text


def test_a_failure_that_touches_card_or_money_says_so(catalogue: Catalogue) -> None:
    silent = {FailureCode.SLIP_PRINTER_UNAVAILABLE, FailureCode.SLIP_PAPER_OUT}
    card = re.compile(r"证件|插卡|这张卡|款|支付|付|收取")
    for code, entry in catalogue.failures.items():
        if code not in silent:
            assert card.search(entry.applicant.zh), code
            assert re.search(r"card|permit|charged|pa(y|id)|refund", entry.applicant.en), code


def test_no_failure_promises_the_way_back_that_a_purse_has_not(catalogue: Catalogue) -> None:
    """The same words are read by whoever paid with a card that takes no money back."""
    for code, entry in catalogue.failures.items():
        assert "将原路" not in entry.applicant.zh, code
        assert "the way it was paid" not in entry.applicant.en, code


def test_unknown_ids_are_answers_not_crashes(catalogue: Catalogue) -> None:
    assert catalogue.option("HKG-G-3M-9") is None
    assert catalogue.city_name("999999") == Text("999999", "999999")
    assert catalogue.city_name("440100").en == "Guangzhou"
    assert catalogue.destination_name(Destination.MACAO).zh == "澳门"
    assert "7 天" in catalogue.explanation("MAC-G-1Y-W").zh


def test_dates_and_places_are_put_into_words(catalogue: Catalogue) -> None:
    reason = Reason("unused_endorsement", (("place", "HKG"), ("until", "2026-03-01")))
    text = catalogue.reason_text(reason)
    assert "香港" in text.zh
    assert "2026年3月1日" in text.zh
    assert "1 March 2026" in text.en
    assert date_text(date(2026, 12, 31)).en == "31 December 2026"


def test_a_reason_from_outside_is_never_trusted(catalogue: Catalogue) -> None:
    unknown = catalogue.reason_text(Reason("quota_used_up"))
    assert "quota_used_up" in unknown.zh
    assert "{" not in catalogue.reason_text(Reason("{0.__class__}")).en
    assert "—" in catalogue.reason_text(Reason("unused_endorsement")).en
    text = catalogue.reason_text(Reason("unused_endorsement", (("until", "soon"), ("place", "MARS"))))
    assert "—" in text.zh
    assert "MARS" not in text.en


def test_a_machine_in_another_city_is_the_same_catalogue(catalogue: Catalogue) -> None:
    assert catalogue.located("440300").rules.city == "440300"
    assert catalogue.rules.city == "440100"
    with pytest.raises(ValueError, match=r"cities\.toml"):
        catalogue.located("000000")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("kinds", 'letter = "G"', 'letter = "g"', r"kinds\.toml: kind HKG-g: 'letter'"),
        ("kinds", 'letter = "L"', 'letter = "G"', r"kinds\.toml: kind HKG-G: .*already"),
        ("kinds", "months = 3", 'months = "3"', r"kinds\.toml: kind HKG-G, option 1: 'months'"),
        ("kinds", "months = 12", "months = 3", r"HKG-G-3M-1 is already listed"),
        ("kinds", 'entries = "2"', 'entries = "3"', r"option 2: 'entries' is '3'"),
        ("kinds", "stay_days = 7", "stay_days = 7\nstay = 7", r"option 1: unknown key 'stay'"),
        ("kinds", 'requires = ["firm"]', 'requires = ["form"]', r"'requires' names 'form'"),
        ("kinds", "machine = true", "machine = 1", r"'machine' must be true or false"),
        ("kinds", 'HKG = { zh = "香港"', 'HKG = { zh = ""', r"'zh' must be a text"),
        ("kinds", "[destination]", "[destination", r"kinds\.toml: .*line"),
        ("kinds", 'source = "announcement-2024-05"', 'source = "hearsay"', r"'hearsay' is not listed"),
        ("fees", 'yuan = "15.00"', 'yuan = "15"', r"fees\.toml: fee 1: not an amount"),
        ("fees", "up_to_months = 12", "up_to_months = 11", r"0 prices"),
        ("kinds", 'TWN = { zh = "台湾", en = "Taiwan" }', 'TWN = "台湾"', r"'TWN' must be a table"),
        ("kinds", "[[kind.option]]", "[kind.option]", r"kinds\.toml"),
        ("rules", 'categories = ["state_employee", "military"]', 'categories = "all"', r"list of texts"),
        ("rules", "[[interval]]", "[interval]", r"'interval' must be an array of tables"),
        ("fees", 'entries = ["1"]', "entries = []", r"fee 1: 'entries'"),
        ("rules", 'city = "440100"', 'city = "440199"', r"rules\.toml: rule\.place"),
        ("rules", "years = 16", "years = -1", r"rule\.minimum_age: 'years'"),
        ("rules", '"military"', '"soldier"', r"rule\.barred_holders: .*'soldier'"),
        ("rules", "days = 60", "days = 60.5", r"interval 1: 'days'"),
        ("rules", 'reason = "needs_firm"', 'reason = "firm"', r"requirement\.firm: 'reason'"),
        ("rules", "allowed = false", "", r"rule\.first_endorsement: 'allowed' is missing"),
        ("cities", 'code = "440200"', 'code = "440100"', r"cities\.toml: city 440100"),
        ("cities", 'code = "440200"', 'code = "44020"', r"cities\.toml: city 44020"),
        ("reasons", "{expiry} 到期，请", "{expire} 到期，请", r"reasons\.toml: reason\.permit_expired"),
        ("reasons", "已被注销", "已被注销{", r"reasons\.toml: reason\.permit_cancelled"),
        ("reasons", 'expiry = "date"', 'expiry = "day"', r"reason\.permit_expired: .*'day'"),
        ("reasons", "[reason.military]", "[reason.soldier]", r"military is missing"),
        ("failures", "[failure.CARD_JAMMED]", "[failure.CARD_STUCK]", r"CARD_JAMMED is missing"),
        ("failures", 'severity = "info"', 'severity = "fatal"', r"failures\.toml: failure\.\w+: 'severity'"),
    ],
)
def test_faulty_data_is_refused_with_file_and_entry(
    texts: dict[str, str], file: str, old: str, new: str, message: str
) -> None:
    assert old in texts[file]
    with pytest.raises(ValueError, match=message):
        parse_catalogue(**{**texts, file: texts[file].replace(old, new, 1)})
