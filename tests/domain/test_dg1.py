"""DG1 in its three forms, from the documents' own examples."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.dg1 import Dg1, Dg1Layout, Dg1Refused, build_dg1, parse_dg1, permit_from_groups
from kiosk.domain.mrz import LineFault, check_digit
from kiosk.domain.permit import Permit, Sex

TODAY = date(2026, 11, 22)
LINE = "CSC000000004<3406119<9001011<2"
PERMIT_GROUP = (LINE + "MAOONAKBNBPJ" + "LI<<XIAOYANG<<<<<<" + "M").ljust(90, "<")
# The specimens of ICAO Doc 9303-5 and 9303-4, appendices.
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def read(text: str) -> Dg1:
    group = parse_dg1(text, TODAY)
    assert isinstance(group, Dg1)
    return group


def permit(name: str = "李小样", surname: str = "LI", given: str = "XIAOYANG", sex: Sex = Sex.MALE) -> Permit:
    return Permit(LINE, "C00000000", date(2034, 6, 11), date(1990, 1, 1), sex, name, surname, given)


def test_the_permit_form_is_read() -> None:
    group = read(PERMIT_GROUP)
    assert group.layout is Dg1Layout.PERMIT
    assert (group.line, group.number, group.expiry) == (LINE, "C00000000", date(2034, 6, 11))
    assert (group.name_zh, group.surname, group.given) == ("李小样", "LI", "XIAOYANG")
    assert (group.birth, group.sex, group.state) == (date(1990, 1, 1), Sex.MALE, "")


def test_the_permit_form_is_built() -> None:
    assert build_dg1(permit()) == PERMIT_GROUP


@pytest.mark.parametrize(
    ("text", "layout", "number"), [(TD1, Dg1Layout.TD1, "D23145890"), (TD3, Dg1Layout.TD3, "L898902C3")]
)
def test_ordinary_documents_are_read(text: str, layout: Dg1Layout, number: str) -> None:
    group = read(text)
    assert (group.layout, group.line, group.number, group.state) == (layout, text, number, "UTO")
    assert (group.surname, group.given, group.name_zh) == ("ERIKSSON", "ANNA MARIA", "")
    assert (group.birth, group.expiry, group.sex) == (date(1974, 8, 12), date(2012, 4, 15), Sex.FEMALE)


def test_a_td1_number_longer_than_nine_characters_goes_on_in_the_optional_data() -> None:
    # The example of Doc 9303-5: number D23145890734, check digit 9.
    first = "I<UTOD23145890<7349<<<<<<<<<<<"
    second = "7408122F1204159UTO<<<<<<<<<<<"
    composite = check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    assert read(first + second + composite + TD1[60:]).number == "D23145890734"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", LineFault.LENGTH),
        (TD1[:-1], LineFault.LENGTH),
        (PERMIT_GROUP.lower(), LineFault.ALPHABET),
        (TD3.lower(), LineFault.ALPHABET),
        (PERMIT_GROUP[:11] + "5" + PERMIT_GROUP[12:], LineFault.NUMBER_CHECK),
        (PERMIT_GROUP[:30] + "Z" + PERMIT_GROUP[31:], LineFault.NAME),
        (PERMIT_GROUP[:30] + "<" + PERMIT_GROUP[31:], LineFault.NAME),
        (PERMIT_GROUP[:60] + "Q" + PERMIT_GROUP[61:], LineFault.SEX),
        (TD1[:14] + "8" + TD1[15:], LineFault.NUMBER_CHECK),
        (TD1[:36] + "3" + TD1[37:], LineFault.BIRTH_CHECK),
        (TD1[:44] + "8" + TD1[45:], LineFault.EXPIRY_CHECK),
        (TD1[:59] + "7" + TD1[60:], LineFault.COMPOSITE_CHECK),
        (TD3[:53] + "7" + TD3[54:], LineFault.NUMBER_CHECK),
        (TD3[:86] + "2" + TD3[87:], LineFault.OPTIONAL_CHECK),
        (TD3[:87] + "1", LineFault.COMPOSITE_CHECK),
        ("<" * 90, LineFault.NUMBER_CHECK),
    ],
)
def test_a_faulty_group_is_refused_with_the_name_of_its_fault(text: str, fault: LineFault) -> None:
    assert parse_dg1(text, TODAY) == Dg1Refused(fault)


def td1(number: str = "D23145890", birth: str = "740812", expiry: str = "120415", sex: str = "F") -> str:
    """Return a TD1 whose check digits are right, whatever the fields say."""
    first = f"I<UTO{number}{check_digit(number)}".ljust(30, "<")
    second = f"{birth}{check_digit(birth)}{sex}{expiry}{check_digit(expiry)}UTO".ljust(29, "<")
    composite = check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    return first + second + composite + TD1[60:]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (td1(birth="7408<<"), LineFault.BIRTH_DATE),
        (td1(expiry="120431"), LineFault.EXPIRY_DATE),
        (td1(sex="N"), LineFault.SEX),
        (td1(number="<<<<<<<<<"), LineFault.NUMBER_FORM),
    ],
)
def test_right_check_digits_do_not_excuse_impossible_fields(text: str, fault: LineFault) -> None:
    assert td1() == TD1
    assert parse_dg1(text, TODAY) == Dg1Refused(fault)


@pytest.mark.parametrize(
    ("name", "in_group"),
    [("李𫖯", ""), ("赵𰻝", ""), ("阿依古丽·买买提", "阿依古"), ("高峰", "高峰"), ("", "")],
)
def test_a_name_that_does_not_fit_the_field_is_cut_or_left_out(name: str, in_group: str) -> None:
    assert read(build_dg1(permit(name))).name_zh == in_group


def test_bytes_that_mean_nothing_in_gbk_leave_the_name_to_dg11() -> None:
    for field in ("PPPPPPPPPPPP", "AAAAAAAAAAAA", "KK<<<<<<<<<<"):
        assert read(PERMIT_GROUP[:30] + field + PERMIT_GROUP[42:]).name_zh == ""


def test_the_full_name_of_dg11_wins() -> None:
    group = read(build_dg1(permit("阿依古丽·买买提")))
    issued = date(2024, 6, 12)
    whole = permit_from_groups(group, "阿依古丽·买买提", "新疆", "公安部出入境管理局", issued)
    assert (whole.name_zh, whole.place_of_birth, whole.issued) == ("阿依古丽·买买提", "新疆", issued)
    assert permit_from_groups(group, "", "", "", None).name_zh == "阿依古"


def test_an_ordinary_chip_becomes_a_permit_with_its_lines_joined() -> None:
    whole = permit_from_groups(read(TD3), "", "", "", None)
    assert (whole.line, whole.number, whole.name_zh) == (TD3, "L898902C3", "")


@pytest.mark.parametrize("bad", [replace(permit(), line=TD1), replace(permit(), surname="LÜ")])
def test_a_group_is_never_built_from_what_it_cannot_hold(bad: Permit) -> None:
    with pytest.raises(ValueError, match="DG1"):
        build_dg1(bad)
