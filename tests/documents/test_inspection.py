"""What the film shows against what was ordered."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageFilter

from kiosk.documents.inspection import REACH, BlockVerdict, inspect, is_blank, shows
from kiosk.domain.endorsement import Destination, Endorsement
from kiosk.domain.face import CardFace
from tests.documents.faces import FACE, HONG_KONG, LAYOUT, MACAO, card_png, face, film_png, picture, png

FILM = (960, 560)
BLANK = png(Image.new("1", FILM, 255))
EMPTY = face()


def together(*pictures: bytes) -> bytes:
    """One film over the other, without erasing."""
    first, *others = (picture(each) for each in pictures)
    for other in others:
        first = ImageChops.darker(first, other)
    return png(first)


def half_and_half(left: bytes, right: bytes, border: int) -> bytes:
    mixed = picture(left).copy()
    mixed.paste(picture(right).crop((border, 0, 960, 560)), (border, 0))
    return png(mixed)


@pytest.mark.parametrize("ordered", [FACE, face(HONG_KONG), face(MACAO), EMPTY])
def test_a_print_as_ordered_matches(ordered: CardFace) -> None:
    for taken in (film_png(ordered), card_png(ordered)):
        seen = inspect(taken, ordered, LAYOUT)
        assert seen.matches, seen
        assert seen.code_matches
        assert seen.detail == ""
        assert all(block.matches for block in seen.blocks)
        assert shows(taken, ordered, LAYOUT)


@pytest.mark.parametrize(("right", "down"), [(2, -2), (-2, 1), (REACH, REACH), (-REACH, 0)])
def test_a_print_some_dots_beside_its_place_matches(right: int, down: int) -> None:
    moved = ImageChops.offset(picture(film_png(FACE)), right, down)
    assert inspect(png(moved), FACE, LAYOUT).matches


def test_a_print_far_beside_its_place_does_not_match() -> None:
    moved = ImageChops.offset(picture(film_png(FACE)), 12, 0)
    assert not inspect(png(moved), FACE, LAYOUT).matches


def test_lines_that_bled_by_a_dot_match() -> None:
    bled = picture(film_png(FACE)).filter(ImageFilter.MinFilter(3))
    assert inspect(png(bled), FACE, LAYOUT).matches


def test_a_slightly_blurred_picture_matches() -> None:
    blurred = picture(film_png(FACE)).filter(ImageFilter.GaussianBlur(0.7))
    assert inspect(png(blurred), FACE, LAYOUT).matches


def changed(verdicts: tuple[BlockVerdict, ...]) -> list[str]:
    return [f"{verdict.destination.value}.{name}" for verdict in verdicts for name in verdict.differing]


@pytest.mark.parametrize(
    ("printed", "named"),
    [
        (replace(HONG_KONG, valid_until=date(2027, 2, 22)), "HKG.valid_until"),
        (replace(HONG_KONG, valid_until=date(2027, 3, 21)), "HKG.valid_until"),
        (replace(HONG_KONG, valid_until=date(2028, 2, 21)), "HKG.valid_until"),
        (replace(HONG_KONG, stay_days=1), "HKG.stay"),
        (replace(HONG_KONG, kind="L"), "HKG.kind"),
        (replace(HONG_KONG, place_of_issue="广东广洲"), "HKG.place_of_issue"),
        (replace(HONG_KONG, control_no="A12345679"), "HKG.control_no"),
    ],
)
def test_one_wrong_character_is_found_and_its_field_named(printed: Endorsement, named: str) -> None:
    seen = inspect(film_png(face(printed, MACAO)), FACE, LAYOUT)
    assert not seen.matches
    assert changed(seen.blocks) == [named]
    assert [block.matches for block in seen.blocks] == [False, True]
    assert named.split(".")[1] in seen.detail
    assert seen.code_matches is (printed.control_no == HONG_KONG.control_no)


def test_every_pair_of_digits_is_told_apart() -> None:
    faces = {digit: face(replace(HONG_KONG, control_no=f"A1234{digit}678")) for digit in "0123456789"}
    films = {digit: film_png(ordered) for digit, ordered in faces.items()}
    for ordered, printed in combinations(faces, 2):
        seen = inspect(films[printed], faces[ordered], LAYOUT)
        assert "HKG.control_no" in changed(seen.blocks), (ordered, printed)
        assert not seen.code_matches


def test_another_persons_card_does_not_match() -> None:
    other = replace(FACE, permit_no="C00000001")
    seen = inspect(film_png(other), FACE, LAYOUT)
    assert not seen.matches
    assert "number" in seen.page
    assert "name" in inspect(film_png(replace(FACE, name_zh="李小祥")), FACE, LAYOUT).page


def test_a_missing_block_is_found() -> None:
    seen = inspect(film_png(face(HONG_KONG)), FACE, LAYOUT)
    assert not seen.code_matches
    assert [block.matches for block in seen.blocks] == [True, False]


def test_an_erased_block_is_found_although_the_code_is_right() -> None:
    film = picture(film_png(FACE))
    film.paste(255, (0, 320, 660, 560))
    seen = inspect(png(film), FACE, LAYOUT)
    assert seen.code_matches
    assert [block.matches for block in seen.blocks] == [True, False]
    assert not seen.matches


def test_a_damaged_code_is_found_even_while_it_can_be_read() -> None:
    film = picture(film_png(FACE))
    film.paste(255, (780, 180, 795, 195))
    seen = inspect(png(film), FACE, LAYOUT)
    assert seen.code_matches
    assert seen.page == ("code",)
    assert not seen.matches


def test_an_old_film_does_not_match_and_shows_the_old_face() -> None:
    old = face(replace(HONG_KONG, control_no="A00000001"))
    assert not shows(film_png(old), FACE, LAYOUT)
    assert shows(film_png(old), old, LAYOUT)


def test_printing_over_an_old_film_is_found() -> None:
    old = film_png(face(replace(MACAO, control_no="B00000001")))
    seen = inspect(together(old, film_png(FACE)), FACE, LAYOUT)
    assert not seen.matches


@pytest.mark.parametrize("border", [120, 480, 900])
def test_a_film_half_erased_and_half_printed_does_not_match(border: int) -> None:
    old = face(replace(HONG_KONG, control_no="A00000001", place_of_issue="广东深圳"), name="王晓")
    for mixed in (
        half_and_half(film_png(FACE), film_png(old), border),
        half_and_half(film_png(FACE), BLANK, border),
        half_and_half(BLANK, film_png(FACE), border),
    ):
        assert not inspect(mixed, FACE, LAYOUT).matches


def test_ink_where_nothing_belongs_is_found() -> None:
    film = picture(film_png(FACE))
    film.paste(0, (700, 545, 712, 549))
    seen = inspect(png(film), FACE, LAYOUT)
    assert seen.page == ("elsewhere",)
    assert not seen.matches


def test_a_print_upside_down_does_not_match() -> None:
    assert not shows(png(picture(film_png(FACE)).rotate(180)), FACE, LAYOUT)


def test_a_blank_film_is_blank_and_matches_nothing() -> None:
    assert is_blank(BLANK, LAYOUT)
    assert is_blank(png(Image.new("L", (1011, 638), 250)), LAYOUT)
    assert not shows(BLANK, EMPTY, LAYOUT)
    assert not is_blank(film_png(EMPTY), LAYOUT)
    assert "no readable code" in inspect(BLANK, FACE, LAYOUT).detail


def test_a_spoilt_picture_is_a_verdict_not_a_crash() -> None:
    for bad in (b"", b"nonsense", film_png(FACE)[:500], png(Image.new("L", (100, 100), 255))):
        seen = inspect(bad, FACE, LAYOUT)
        assert not seen.matches
        assert not seen.code_matches
        assert [block.destination for block in seen.blocks] == [Destination.HONG_KONG, Destination.MACAO]
        assert seen.detail
        assert not is_blank(bad, LAYOUT)


def test_a_face_that_cannot_be_drawn_is_never_shown() -> None:
    seen = inspect(film_png(FACE), face(HONG_KONG, name="\U00030000"), LAYOUT)
    assert not seen.matches
    assert "cannot be printed" in seen.detail


def test_the_detail_tells_nothing_about_the_holder() -> None:
    seen = inspect(film_png(replace(FACE, name_zh="王晓", permit_no="C99999999")), FACE, LAYOUT)
    for personal in ("李小样", "王晓", "C00000000", "C99999999", "A12345678"):
        assert personal not in repr(seen)
