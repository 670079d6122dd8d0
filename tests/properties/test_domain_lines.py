"""The printed line and DG1: round trips, corruption found, nothing crashes on hostile text."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain.dg1 import Dg1, Dg1Refused, build_dg1, parse_dg1, permit_from_groups
from kiosk.domain.mrz import (
    LineRefused,
    PermitLine,
    build_line,
    check_digit,
    normalise_line,
    parse_line,
)
from kiosk.domain.permit import Permit, Sex
from tests.domain.strategies import TODAY, births, eep_numbers, expiries, lines

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
CONFUSED = {"0": "OQD", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B", "<": "KC"}
DIGIT_PLACES = (*range(4, 12), *range(13, 20), *range(21, 28), 29)
latin = st.from_regex(r"[A-Z]{1,8}", fullmatch=True)
gbk_names = st.text(st.characters(codec="gb2312", min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=3)


def value(char: str) -> int:
    """The value of a character after ICAO Doc 9303-3, by another road than the program's."""
    return max(ALPHABET.index(char), 0) if char != "<" else 0


@given(lines)
def test_a_line_is_read_as_it_was_built(line: PermitLine) -> None:
    assert parse_line(build_line(line), TODAY) == line


@given(lines)
def test_a_right_line_needs_no_normalising(line: PermitLine) -> None:
    assert normalise_line(build_line(line)) == build_line(line)


@given(lines, st.data())
def test_confusions_where_only_a_digit_or_filler_can_stand_are_undone(
    line: PermitLine, data: st.DataObject
) -> None:
    text = list(build_line(line))
    for place in data.draw(st.sets(st.sampled_from([*DIGIT_PLACES, 12, 20, 28]), max_size=12)):
        text[place] = data.draw(st.sampled_from(CONFUSED.get(text[place], text[place])))
    assert normalise_line("".join(text)) == build_line(line)


@given(lines, st.integers(0, 29), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_is_found(line: PermitLine, place: int, char: str) -> None:
    """The check digits miss only what ICAO's modulus 10 must miss: values that differ by tens."""
    text = build_line(line)
    collides = value(char) % 10 == value(text[place]) % 10
    if char == text[place] or (collides and place not in (0, 1, 12, 20, 28)):
        return
    assert isinstance(parse_line(text[:place] + char + text[place + 1 :], TODAY), LineRefused)


@given(st.text(max_size=60))
@example("<" * 30)
@example("ß" * 30)
@example("CS" + "<" * 28)
def test_no_text_whatever_breaks_reading_a_line(text: str) -> None:
    parsed = parse_line(text, TODAY)
    assert isinstance(parsed, LineRefused) or build_line(parsed) == text
    assert isinstance(parse_line(normalise_line(text), TODAY), PermitLine | LineRefused)


@given(st.text(max_size=250))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_line(text)
    assert normalise_line(once) == once


@given(st.text(st.sampled_from(ALPHABET), max_size=40))
def test_check_digits_follow_the_weights(text: str) -> None:
    total = sum(value(char) * weight for char, weight in zip(text, [7, 3, 1] * 14, strict=False))
    assert check_digit(text) == str(total % 10)


@given(
    eep_numbers, expiries, births, st.sampled_from(list(Sex)), gbk_names, latin, st.one_of(st.just(""), latin)
)
def test_dg1_is_read_as_it_was_built(  # noqa: PLR0917 - one argument per field of the group
    number: str, expiry: date, birth: date, sex: Sex, name: str, surname: str, given_name: str
) -> None:
    line = build_line(PermitLine("CS", number, expiry, birth))
    permit = Permit(line, number, expiry, birth, sex, name, surname, given_name)
    group = parse_dg1(build_dg1(permit), TODAY)
    assert isinstance(group, Dg1)
    assert permit_from_groups(group, "", "", "", None) == permit


@given(st.one_of(st.text(max_size=100), st.text(st.sampled_from(ALPHABET), min_size=88, max_size=90)))
def test_no_text_whatever_breaks_reading_dg1(text: str) -> None:
    assert isinstance(parse_dg1(text, TODAY), Dg1 | Dg1Refused)


@given(lines, st.integers(30, 89), st.sampled_from(ALPHABET))
def test_no_single_change_behind_the_line_breaks_reading_dg1(line: PermitLine, place: int, char: str) -> None:
    text = (build_line(line) + "MAOONAKBNBPJLI<<XIAOYANG<<<<<<M").ljust(90, "<")
    group = parse_dg1(text[:place] + char + text[place + 1 :], TODAY)
    assert isinstance(group, Dg1Refused) or group.number == line.number
