"""The printed line of both permits: one line of 30 characters, unlike any ICAO document.

Layout (GA/T 704.16-2015 and public reader code, see docs/facts.md), positions from 1::

    1-2 code   3-11 number   12 check   13 <   14-19 expiry   20 check   21 <
    22-27 birth   28 check   29 <   30 composite check over 3-12, 14-20 and 22-28

Check digits are those of ICAO Doc 9303-3 section 4.9 (weights 7, 3, 1; modulus 10).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from kiosk.domain.permit import PermitKind

LINE_LENGTH = 30

#: Document codes of the printed line. ``CD`` rests on one source only (docs/facts.md).
LINE_CODES: Mapping[str, PermitKind] = MappingProxyType(
    {"CS": PermitKind.HONG_KONG_MACAO, "CD": PermitKind.TAIWAN}
)

_ALPHABET = re.compile(r"[A-Z0-9<]*")
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_NUMBERS = {
    PermitKind.HONG_KONG_MACAO: re.compile(r"C[0-9A-HJ-NP-Z][0-9]{7}"),
    PermitKind.TAIWAN: re.compile(r"L[0-9]{8}"),
}


class LineFault(StrEnum):
    """What is wrong with a line or with DG1; the value stands in the technician's detail."""

    LENGTH = "length"
    ALPHABET = "alphabet"
    CODE = "code"
    FILLER = "filler"
    NUMBER_CHECK = "number_check"
    EXPIRY_CHECK = "expiry_check"
    BIRTH_CHECK = "birth_check"
    COMPOSITE_CHECK = "composite_check"
    NUMBER_FORM = "number_form"
    EXPIRY_DATE = "expiry_date"
    BIRTH_DATE = "birth_date"
    # of DG1 only
    OPTIONAL_CHECK = "optional_check"
    SEX = "sex"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class PermitLine:
    """What the printed line says: no name, no sex, no state."""

    code: str
    number: str
    expiry: date
    birth: date


@dataclass(frozen=True, slots=True)
class LineRefused:
    """A text that is not a permit's line, with the first thing found wrong."""

    reason: LineFault


def permit_kind(number: str) -> PermitKind | None:
    """Return which permit a number belongs to, None for a number of neither form.

    EEP: ``C``, then a digit or a letter other than I and O, then seven digits (notice of the National
    Immigration Administration on the number's second place). Taiwan permit: ``L`` and eight digits.
    """
    return next((kind for kind, form in _NUMBERS.items() if form.fullmatch(number)), None)


def check_digit(text: str) -> str:
    """Return the check digit of ICAO Doc 9303-3 section 4.9; ValueError outside ``A-Z0-9<``."""
    return str(sum(_value(char) * (7, 3, 1)[place % 3] for place, char in enumerate(text)) % 10)


def _value(char: str) -> int:
    if char == "<":
        return 0
    if "0" <= char <= "9":
        return ord(char) - ord("0")
    if "A" <= char <= "Z":
        return ord(char) - ord("A") + 10
    raise ValueError("a machine-readable line has only A-Z, 0-9 and <")


def machine_readable(text: str) -> bool:
    """Return whether a text consists of the characters of a machine-readable zone only."""
    return _ALPHABET.fullmatch(text) is not None


def expiry_date(six: str) -> date | None:
    """Return a YYMMDD date of expiry: always in the century 20yy. None where there is no such day."""
    return _day(2000, six)


def birth_date(six: str, today: date) -> date | None:
    """Return a YYMMDD date of birth: 20yy unless that lies after `today`, then 19yy."""
    born = _day(2000, six)
    return _day(1900, six) if born is not None and born > today else born


def _day(century: int, six: str) -> date | None:
    if not _SIX_DIGITS.fullmatch(six):
        return None
    try:
        return date(century + int(six[:2]), int(six[2:4]), int(six[4:]))
    except ValueError:
        return None


def parse_line(
    text: str, today: date, codes: Mapping[str, PermitKind] = LINE_CODES
) -> PermitLine | LineRefused:
    """Read a printed line strictly; optical readings go through `normalise_line` first.

    Args:
        today: the Beijing date, which decides the century of birth.
        codes: accepted document codes and the permit each stands for.
    """
    fault = _form_fault(text, codes) or _check_fault(text)
    if fault is not None:
        return LineRefused(fault)
    number = text[2:11]
    if permit_kind(number) is not codes[text[:2]]:
        return LineRefused(LineFault.NUMBER_FORM)
    expiry = expiry_date(text[13:19])
    if expiry is None:
        return LineRefused(LineFault.EXPIRY_DATE)
    birth = birth_date(text[21:27], today)
    if birth is None:
        return LineRefused(LineFault.BIRTH_DATE)
    return PermitLine(text[:2], number, expiry, birth)


def _form_fault(text: str, codes: Mapping[str, PermitKind]) -> LineFault | None:
    if len(text) != LINE_LENGTH:
        return LineFault.LENGTH
    if not machine_readable(text):
        return LineFault.ALPHABET
    if text[:2] not in codes:
        return LineFault.CODE
    if (text[12], text[20], text[28]) != ("<", "<", "<"):
        return LineFault.FILLER
    return None


def _check_fault(text: str) -> LineFault | None:
    checks = (
        (text[2:11], text[11], LineFault.NUMBER_CHECK),
        (text[13:19], text[19], LineFault.EXPIRY_CHECK),
        (text[21:27], text[27], LineFault.BIRTH_CHECK),
        (text[2:12] + text[13:20] + text[21:28], text[29], LineFault.COMPOSITE_CHECK),
    )
    return next((fault for field, digit, fault in checks if check_digit(field) != digit), None)


def build_line(line: PermitLine) -> str:
    """Return the 30 characters; ValueError for a number of neither form or an expiry outside 20yy."""
    if permit_kind(line.number) is None or len(line.code) != 2 or not 2000 <= line.expiry.year <= 2099:
        raise ValueError("not a permit that this line can carry")
    number, expiry, birth = (
        field + check_digit(field) for field in (line.number, f"{line.expiry:%y%m%d}", f"{line.birth:%y%m%d}")
    )
    return f"{line.code}{number}<{expiry}<{birth}<{check_digit(number + expiry + birth)}"


# What optical readers confuse, by what a position can hold; places count from 0.
_AS_DIGIT = str.maketrans("OQDUILZSGB$|", "000011256851")
_AS_FILLER = str.maketrans("KCX(‹«", "<<<<<<")
_AS_SECOND_PLACE = str.maketrans("OI$|", "0151")
_FILLERS = (12, 20, 28)


def normalise_line(text: str) -> str:
    """Undo the known misreadings of an optical reader, only where the position allows no doubt.

    Spaces go, small letters become capitals; the code's ``C5``, ``C$`` and ``C0`` become ``CS`` and
    ``CD``; letters become digits where only digits can stand; the number's second place, which never
    holds I or O, loses only those. A text of any other length is returned merely trimmed.
    """
    line = "".join(text[:200].split()).upper()
    if len(line) != LINE_LENGTH:
        return line
    code = line[:2].translate(str.maketrans("(5$0O", "CSSDD"))
    first = _first_letter(code, line[2])
    digits = "".join(
        char.translate(_AS_FILLER if place in _FILLERS else _AS_DIGIT)
        for place, char in enumerate(line[4:], start=4)
    )
    return code + first + line[3].translate(_AS_SECOND_PLACE if code == "CS" else _AS_DIGIT) + digits


def _first_letter(code: str, char: str) -> str:
    if code == "CS":
        return "C" if char == "(" else char
    return "L" if char in "1I|" else char
