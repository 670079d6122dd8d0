"""Pictures of the film, spoilt in every way: the right ones pass, the wrong ones do not, none crashes."""

import io
import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from kiosk.documents.card import render_card
from kiosk.documents.inspection import inspect, is_blank
from kiosk.documents.layout import load_layout
from kiosk.documents.raster import raster_to_image, rasterise
from kiosk.domain.endorsement import Destination, Endorsement, Entries
from kiosk.domain.face import CardFace

LAYOUT = load_layout()
PLACES = (Destination.HONG_KONG, Destination.MACAO)
WIDTH, HEIGHT = 960, 560

FACE = CardFace(
    "C00000000",
    "李小样",
    (
        Endorsement(
            Destination.HONG_KONG,
            "G",
            Entries.TWICE,
            date(2026, 11, 22),
            date(2027, 2, 21),
            7,
            "A12345678",
            "广东广州",
        ),
    ),
)


@st.composite
def endorsements(draw: st.DrawFn, destination: Destination) -> Endorsement:
    issued = date(2026, 11, 22)
    return Endorsement(
        destination=destination,
        kind=draw(st.sampled_from("GLSTQDR")),
        entries=draw(st.sampled_from(Entries)),
        issued=issued,
        valid_until=issued + timedelta(draw(st.integers(30, 1800))),
        stay_days=draw(st.integers(1, 3660)),
        control_no=draw(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=6, max_size=20)),
        place_of_issue=draw(st.sampled_from(("广东广州", "广东珠海", "北京", "广东省公安厅出入境管理局"))),
    )


@st.composite
def faces(draw: st.DrawFn) -> CardFace:
    printed = tuple(draw(endorsements(place)) for place in PLACES if draw(st.booleans()))
    number = f"C{draw(st.integers(0, 99_999_999)):08d}"
    return CardFace(number, draw(st.sampled_from(("李小样", "王晓", "阿不都热合曼·买买提"))), printed)


def film(face: CardFace) -> Image.Image:
    pdf = render_card(face, LAYOUT)
    assert isinstance(pdf, bytes), pdf
    return raster_to_image(rasterise(pdf)).convert("L")


def png(image: Image.Image) -> bytes:
    output = io.BytesIO()
    image.save(output, format="PNG")
    return output.getvalue()


def with_specks(image: Image.Image, share: float, seed: int) -> Image.Image:
    """Turn a share of all dots over, picked at random."""
    chance = random.Random(seed)  # noqa: S311 (specks, no secrets)
    spoilt = image.copy()
    for _ in range(int(WIDTH * HEIGHT * share)):
        at = (chance.randrange(WIDTH), chance.randrange(HEIGHT))
        spoilt.putpixel(at, 255 - spoilt.getpixel(at))
    return spoilt


@settings(max_examples=15, deadline=None)
@given(faces(), st.integers(-3, 3), st.integers(-3, 3), st.floats(0, 0.008), st.integers(0, 2**32))
def test_a_right_print_matches_moved_and_speckled(
    face: CardFace, right: int, down: int, share: float, seed: int
) -> None:
    spoilt = with_specks(ImageChops.offset(film(face), right, down), share, seed)
    seen = inspect(png(spoilt), face, LAYOUT)
    assert seen.matches, seen.detail


@settings(max_examples=15, deadline=None)
@given(faces(), faces(), st.integers(-2, 2), st.integers(-2, 2))
def test_another_face_never_matches(ordered: CardFace, other: CardFace, right: int, down: int) -> None:
    assume(ordered != other)
    assert not inspect(png(ImageChops.offset(film(other), right, down)), ordered, LAYOUT).matches


@settings(max_examples=15, deadline=None)
@given(endorsements(Destination.MACAO), st.data())
def test_one_wrong_digit_of_the_date_never_matches(endorsement: Endorsement, data: st.DataObject) -> None:
    days = data.draw(st.sampled_from((-300, -90, -40, -10, -1, 1, 2, 5, 9, 31, 365)))
    printed = replace(endorsement, valid_until=endorsement.valid_until + timedelta(days))
    ordered, seen = (CardFace("C00000000", "李小样", (each,)) for each in (endorsement, printed))
    verdict = inspect(png(film(seen)), ordered, LAYOUT)
    assert verdict.code_matches
    assert [(block.matches, block.differing) for block in verdict.blocks] == [
        (True, ()),
        (False, ("valid_until",)),
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, WIDTH - 14), st.integers(0, HEIGHT - 14), st.sampled_from((0, 255)))
def test_a_spot_that_changes_the_print_never_matches(left: int, top: int, colour: int) -> None:
    printed = film(FACE)
    spoilt = printed.copy()
    spoilt.paste(colour, (left, top, left + 14, top + 14))
    changed = sum(1 for dot in ImageChops.difference(printed, spoilt).tobytes() if dot)
    assume(changed == 0 or changed > 60)
    assert inspect(png(spoilt), FACE, LAYOUT).matches is (changed == 0)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.booleans(), st.integers(0, 5000))
def test_no_bytes_crash_the_inspection(garbage: bytes, inside: bool, at: int) -> None:
    picture = garbage
    if inside:
        whole = png(film(FACE))
        at %= len(whole)
        picture = whole[:at] + garbage + whole[at + len(garbage) :]
    seen = inspect(picture, FACE, LAYOUT)
    assert len(seen.blocks) == 2
    if not inside:
        assert not seen.matches
        assert not is_blank(picture, LAYOUT)
