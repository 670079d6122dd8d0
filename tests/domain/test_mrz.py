"""The printed line: published form, refusals by name, misreadings undone."""

from datetime import date

import pytest

from kiosk.domain.mrz import (
    LineFault,
    LineRefused,
    PermitLine,
    build_line,
    check_digit,
    normalise_line,
    parse_line,
    permit_kind,
)
from kiosk.domain.permit import PermitKind

TODAY = date(2026, 11, 22)
SAMPLE = "CSC000000004<3406119<9001011<2"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SAMPLE, PermitLine("CS", "C00000000", date(2034, 6, 11), date(1990, 1, 1))),
        (
            "CSCA00000015<3411218<8507158<6",
            PermitLine("CS", "CA0000001", date(2034, 11, 21), date(1985, 7, 15)),
        ),
        (
            "CSCZ99999996<3102282<1202292<8",
            PermitLine("CS", "CZ9999999", date(2031, 2, 28), date(2012, 2, 29)),
        ),
        (
            "CDL000000007<3406119<9001011<6",
            PermitLine("CD", "L00000000", date(2034, 6, 11), date(1990, 1, 1)),
        ),
    ],
)
def test_known_lines_are_read_and_built(text: str, line: PermitLine) -> None:
    assert parse_line(text, TODAY) == line
    assert build_line(line) == text


def changed(place: int, char: str) -> str:
    return SAMPLE[:place] + char + SAMPLE[place + 1 :]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", LineFault.LENGTH),
        (SAMPLE + "<", LineFault.LENGTH),
        (SAMPLE.lower(), LineFault.ALPHABET),
        (changed(4, "０"), LineFault.ALPHABET),
        (changed(1, "5"), LineFault.CODE),
        (changed(12, "K"), LineFault.FILLER),
        (changed(20, "0"), LineFault.FILLER),
        (changed(28, "1"), LineFault.FILLER),
        (changed(5, "1"), LineFault.NUMBER_CHECK),
        (changed(11, "5"), LineFault.NUMBER_CHECK),
        (changed(14, "5"), LineFault.EXPIRY_CHECK),
        (changed(26, "3"), LineFault.BIRTH_CHECK),
        (changed(29, "3"), LineFault.COMPOSITE_CHECK),
    ],
)
def test_a_faulty_line_is_refused_with_the_name_of_its_fault(text: str, fault: LineFault) -> None:
    assert parse_line(text, TODAY) == LineRefused(fault)


def with_checks(code: str, number: str, expiry: str, birth: str) -> str:
    fields = [field + check_digit(field) for field in (number, expiry, birth)]
    return f"{code}{fields[0]}<{fields[1]}<{fields[2]}<{check_digit(''.join(fields))}"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (("CS", "CI0000001", "340611", "900101"), LineFault.NUMBER_FORM),
        (("CS", "CO0000001", "340611", "900101"), LineFault.NUMBER_FORM),
        (("CS", "L00000000", "340611", "900101"), LineFault.NUMBER_FORM),
        (("CD", "C00000000", "340611", "900101"), LineFault.NUMBER_FORM),
        (("CS", "W00000000", "340611", "900101"), LineFault.NUMBER_FORM),
        (("CS", "C00000000", "340631", "900101"), LineFault.EXPIRY_DATE),
        (("CS", "C00000000", "34<<<<", "900101"), LineFault.EXPIRY_DATE),
        (("CS", "C00000000", "340611", "900229"), LineFault.BIRTH_DATE),
        (("CS", "C00000000", "340611", "A00101"), LineFault.BIRTH_DATE),
    ],
)
def test_right_check_digits_do_not_excuse_impossible_fields(
    fields: tuple[str, str, str, str], fault: LineFault
) -> None:
    assert parse_line(with_checks(*fields), TODAY) == LineRefused(fault)


@pytest.mark.parametrize(("today", "year"), [(date(2026, 1, 1), 1926), (date(2026, 1, 2), 2026)])
def test_a_birth_lies_in_this_century_unless_that_is_the_future(today: date, year: int) -> None:
    line = parse_line(with_checks("CS", "C00000000", "340611", "260102"), today)
    assert isinstance(line, PermitLine)
    assert line.birth == date(year, 1, 2)


def test_codes_are_configuration() -> None:
    text = with_checks("CX", "C00000000", "340611", "900101")
    assert parse_line(text, TODAY) == LineRefused(LineFault.CODE)
    accepted = parse_line(text, TODAY, {"CX": PermitKind.HONG_KONG_MACAO})
    assert isinstance(accepted, PermitLine)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("C12345678", PermitKind.HONG_KONG_MACAO),
        ("CZ2345678", PermitKind.HONG_KONG_MACAO),
        ("CI2345678", None),
        ("CO2345678", None),
        ("C1234567", None),
        ("C１2345678", None),
        ("C12345678\n", None),
        ("L12345678", PermitKind.TAIWAN),
        ("LA2345678", None),
        ("W12345678", None),
    ],
)
def test_a_number_tells_its_permit(number: str, kind: PermitKind | None) -> None:
    assert permit_kind(number) is kind


@pytest.mark.parametrize("bad", ["", "C1234567", "c00000000", "CI0000000"])
def test_a_line_is_never_built_for_a_number_that_no_permit_has(bad: str) -> None:
    with pytest.raises(ValueError, match="not a permit"):
        build_line(PermitLine("CS", bad, date(2030, 1, 1), date(2000, 1, 1)))


def test_check_digit_has_its_alphabet() -> None:
    assert check_digit("520727") == "3"  # ICAO Doc 9303-3, worked example
    with pytest.raises(ValueError, match="A-Z"):
        check_digit("é")


@pytest.mark.parametrize(
    "misread",
    [
        "C5C000000004<3406119<9001011<2",
        "C$C000000004<3406119<9001011<2",
        "(SC000000004<3406119<9001011<2",
        "CSCO00000004<3406119<9001011<2",
        "csCOOOOOOOO4K34O6II9C9OOIOII<Z",
        " CSC000000004< 3406119<9001011<2\r\n",
    ],
)
def test_known_misreadings_are_undone(misread: str) -> None:
    assert normalise_line(misread) == SAMPLE


@pytest.mark.parametrize("misread", ["C0L000000007<3406119<9001011<6", "CD1000000007<3406119<9001011<6"])
def test_misreadings_of_a_taiwan_permit_are_undone(misread: str) -> None:
    assert normalise_line(misread) == "CDL000000007<3406119<9001011<6"


def test_a_letter_that_a_number_may_hold_is_left_alone() -> None:
    assert normalise_line("CSCS00000002<3406119<9001011<2")[3] == "S"
