"""Data group 1 of the chip: the permit's own 90 characters, and the ordinary TD1 and TD3 forms.

The permit's DG1 is not a TD1 although it is as long (public reader code, docs/facts.md), from 0::

    [0:30] the printed line   [30:42] Chinese name   [42:60] pinyin SURNAME<<GIVEN   [60] sex   [61:90] rest

The Chinese name is three characters at most in GBK, each half-byte written as a letter (0-9 → A-J,
A-F → K-P); a longer or rarer name stands in DG11 only. TD1 is Doc 9303-5 section 4.2, TD3 is Doc 9303-4
section 4.2.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.mrz import (
    LINE_LENGTH,
    LineFault,
    LineRefused,
    birth_date,
    check_digit,
    expiry_date,
    machine_readable,
    parse_line,
)
from kiosk.domain.permit import Permit, Sex

_TD1_LENGTH, _TD3_LENGTH = 90, 88
_NAME_CHARACTERS, _NAME_FIELD, _PINYIN_FIELD = 3, 12, 18
_NIBBLES = "ABCDEFGHIJKLMNOP"
_NAME_FORM = re.compile(r"((?:[A-P]{2}){0,6})<*")
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, "<": Sex.UNSPECIFIED, "X": Sex.UNSPECIFIED}


class Dg1Layout(StrEnum):
    """Which of the three forms the group has."""

    PERMIT = "permit"
    TD1 = "td1"
    TD3 = "td3"


@dataclass(frozen=True, slots=True)
class Dg1:
    """A parsed group.

    Attributes:
        line: the printed line; of TD1 and TD3 all lines, concatenated.
        state: issuing state of a TD1 or TD3, empty for a permit, which names none.
        name_zh: Chinese name, empty where the group carries none or one that GBK cannot say.
        surname, given: Latin letters with spaces for single fillers; may be cut off by the field.
    """

    layout: Dg1Layout
    line: str
    code: str
    state: str
    number: str
    expiry: date
    birth: date
    sex: Sex
    name_zh: str
    surname: str
    given: str


@dataclass(frozen=True, slots=True)
class Dg1Refused:
    """A group that is none of the three forms, with the first thing found wrong."""

    reason: LineFault


def parse_dg1(text: str, today: date) -> Dg1 | Dg1Refused:
    """Read the characters of DG1 (the value of tag 5F1F) in whichever of the three forms they are.

    Args:
        today: the Beijing date, which decides the century of birth.
    """
    if len(text) == _TD3_LENGTH and machine_readable(text):
        return _parse_td3(text, today)
    if len(text) != _TD1_LENGTH:
        return Dg1Refused(LineFault.LENGTH if len(text) != _TD3_LENGTH else LineFault.ALPHABET)
    if not machine_readable(text):
        return Dg1Refused(LineFault.ALPHABET)
    permit = _parse_permit(text, today)
    if isinstance(permit, Dg1):
        return permit
    ordinary = _parse_td1(text, today)
    if isinstance(ordinary, Dg1) or permit.reason is LineFault.CODE:
        return ordinary
    return permit


def _parse_permit(text: str, today: date) -> Dg1 | Dg1Refused:
    line = parse_line(text[:LINE_LENGTH], today)
    if isinstance(line, LineRefused):
        return Dg1Refused(line.reason)
    name = _decode_name(text[30:42])
    if name is None:
        return Dg1Refused(LineFault.NAME)
    sex = _SEXES.get(text[60])
    if sex is None:
        return Dg1Refused(LineFault.SEX)
    surname, given = _split_latin(text[42:60])
    return Dg1(
        layout=Dg1Layout.PERMIT,
        line=text[:LINE_LENGTH],
        code=line.code,
        state="",
        number=line.number,
        expiry=line.expiry,
        birth=line.birth,
        sex=sex,
        name_zh=name,
        surname=surname,
        given=given,
    )


def _parse_td1(text: str, today: date) -> Dg1 | Dg1Refused:
    number, number_ok = _td1_number(text[5:14], text[14], text[15:30])
    composite = text[5:30] + text[30:37] + text[38:45] + text[48:59]
    fault = _first_fault(
        (number_ok, LineFault.NUMBER_CHECK),
        (check_digit(text[30:36]) == text[36], LineFault.BIRTH_CHECK),
        (check_digit(text[38:44]) == text[44], LineFault.EXPIRY_CHECK),
        (check_digit(composite) == text[59], LineFault.COMPOSITE_CHECK),
    )
    if fault is not None:
        return Dg1Refused(fault)
    return _ordinary(
        Dg1Layout.TD1,
        text,
        today,
        number=number,
        birth=text[30:36],
        sex=text[37],
        expiry=text[38:44],
        name=text[60:90],
    )


def _td1_number(field: str, check: str, optional: str) -> tuple[str, bool]:
    """Return the document number and whether its check digit fits.

    A number longer than nine characters goes on in the optional data, its check digit last
    (Doc 9303-5, note on document numbers of more than nine characters).
    """
    if check != "<":
        return field.rstrip("<"), check_digit(field) == check
    rest = optional.split("<", 1)[0]
    number = field + rest[:-1]
    return number.rstrip("<"), bool(rest) and check_digit(number) == rest[-1]


def _parse_td3(text: str, today: date) -> Dg1 | Dg1Refused:
    optional_digit = "0" if text[86] == "<" and not text[72:86].strip("<") else text[86]
    fault = _first_fault(
        (check_digit(text[44:53]) == text[53], LineFault.NUMBER_CHECK),
        (check_digit(text[57:63]) == text[63], LineFault.BIRTH_CHECK),
        (check_digit(text[65:71]) == text[71], LineFault.EXPIRY_CHECK),
        (check_digit(text[72:86]) == optional_digit, LineFault.OPTIONAL_CHECK),
        (check_digit(text[44:54] + text[57:64] + text[65:87]) == text[87], LineFault.COMPOSITE_CHECK),
    )
    if fault is not None:
        return Dg1Refused(fault)
    number = text[44:53].rstrip("<")
    return _ordinary(
        Dg1Layout.TD3,
        text,
        today,
        number=number,
        birth=text[57:63],
        sex=text[64],
        expiry=text[65:71],
        name=text[5:44],
    )


def _first_fault(*checks: tuple[bool, LineFault]) -> LineFault | None:
    return next((fault for right, fault in checks if not right), None)


def _ordinary(
    layout: Dg1Layout, text: str, today: date, *, number: str, birth: str, sex: str, expiry: str, name: str
) -> Dg1 | Dg1Refused:
    born, expires = birth_date(birth, today), expiry_date(expiry)
    if not number:
        return Dg1Refused(LineFault.NUMBER_FORM)
    if expires is None:
        return Dg1Refused(LineFault.EXPIRY_DATE)
    if born is None:
        return Dg1Refused(LineFault.BIRTH_DATE)
    if sex not in _SEXES:
        return Dg1Refused(LineFault.SEX)
    surname, given = _split_latin(name)
    return Dg1(
        layout=layout,
        line=text,
        code=text[:2].rstrip("<"),
        state=text[2:5].rstrip("<"),
        number=number,
        expiry=expires,
        birth=born,
        sex=_SEXES[sex],
        name_zh="",
        surname=surname,
        given=given,
    )


def _split_latin(field: str) -> tuple[str, str]:
    surname, _, given = field.strip("<").partition("<<")
    return surname.replace("<", " ").strip(), given.replace("<", " ").strip()


def _decode_name(field: str) -> str | None:
    """Return the Chinese name; empty where the field is filler or says nothing in GBK; None if malformed."""
    match = _NAME_FORM.fullmatch(field)
    if match is None:
        return None
    nibbles = [_NIBBLES.index(char) for char in match[1]]
    octets = bytes(high << 4 | low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True))
    try:
        name = octets.decode("gbk")
    except UnicodeDecodeError:
        return ""  # a character of a private area: DG11 has the name
    return name if name.isprintable() else ""


def _encode_name(name: str) -> str:
    try:
        octets = name[:_NAME_CHARACTERS].encode("gbk")
    except UnicodeEncodeError:
        octets = b""
    letters = "".join(_NIBBLES[octet >> 4] + _NIBBLES[octet & 15] for octet in octets)
    return letters.ljust(_NAME_FIELD, "<")


def build_dg1(permit: Permit) -> str:
    """Return the 90 characters for a permit.

    The Chinese name is cut to three characters, and left out whole where GBK lacks one of them; the
    pinyin is cut to its field. ValueError if the permit's line is not a single printed line, or the
    pinyin has other letters than A-Z and the space.
    """
    latin = f"{permit.surname}<<{permit.given}".replace(" ", "<")
    if len(permit.line) != LINE_LENGTH or not machine_readable(permit.line + latin):
        raise ValueError("not a permit whose chip has this form of DG1")
    sex = "<" if permit.sex is Sex.UNSPECIFIED else permit.sex.value
    pinyin = latin[:_PINYIN_FIELD].ljust(_PINYIN_FIELD, "<")
    return (permit.line + _encode_name(permit.name_zh) + pinyin + sex).ljust(_TD1_LENGTH, "<")


def permit_from_groups(
    dg1: Dg1, full_name: str, place_of_birth: str, authority: str, issued: date | None
) -> Permit:
    """Return the permit that DG1, DG11 (full name, place of birth) and DG12 (authority, issue) describe.

    DG11's name wins wherever there is one: DG1 cuts a longer name off and leaves a rare one out.
    """
    return Permit(
        line=dg1.line,
        number=dg1.number,
        expiry=dg1.expiry,
        birth=dg1.birth,
        sex=dg1.sex,
        name_zh=full_name or dg1.name_zh,
        surname=dg1.surname,
        given=dg1.given,
        place_of_birth=place_of_birth,
        authority=authority,
        issued=issued,
    )
