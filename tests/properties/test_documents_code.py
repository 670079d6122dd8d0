"""The QR code's text: what is written is read back, and nothing else is taken for it."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk.documents.code import symbol_of
from kiosk.documents.face_code import FaceCode, NotAFaceCode, face_code, parse_face_code
from kiosk.domain.endorsement import Destination, Endorsement, Entries
from kiosk.domain.face import CardFace

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
PLACES = (Destination.HONG_KONG, Destination.MACAO)
ENDORSEMENT = Endorsement(
    Destination.HONG_KONG, "G", Entries.ONCE, date(2026, 11, 22), date(2027, 2, 21), 7, "A1", "广东"
)


@st.composite
def faces(draw: st.DrawFn) -> CardFace:
    endorsements = tuple(
        replace(ENDORSEMENT, destination=place, control_no=draw(TEXTS))
        for place in PLACES
        if draw(st.booleans())
    )
    return CardFace(draw(TEXTS), draw(TEXTS), endorsements)


@given(faces())
def test_what_is_written_is_read_back(face: CardFace) -> None:
    blocks = tuple((place, e.control_no if (e := face.block(place)) else None) for place in PLACES)
    assert parse_face_code(face_code(face)) == FaceCode(face.permit_no, blocks)


@given(faces())
def test_the_text_stays_in_the_codes_small_alphabet(face: CardFace) -> None:
    assert set(face_code(face)) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(faces(), st.data())
def test_one_wrong_character_is_always_noticed(face: CardFace, data: st.DataObject) -> None:
    text = face_code(face)
    index = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != text[index]))
    assert isinstance(parse_face_code(text[:index] + other + text[index + 1 :]), NotAFaceCode)


@given(st.one_of(st.text(), st.text("0123456789ABCDEF/:%-EK", max_size=60)))
def test_any_other_text_is_refused_by_name(text: str) -> None:
    read = parse_face_code(text)
    assert isinstance(read, NotAFaceCode)
    assert read.reason


def test_a_very_long_text_is_refused() -> None:
    assert parse_face_code("EK1/" * 1000) == NotAFaceCode("longer than any code of ours")


@given(st.text("0123456789ABCDEF", min_size=1, max_size=100), st.sampled_from(("L", "M", "Q", "H")))
def test_a_symbol_is_square_with_its_three_finders(text: str, level: str) -> None:
    symbol = symbol_of(text, level)  # type: ignore[arg-type] # one of the four levels
    assert all(len(row) == symbol.side for row in symbol.modules)
    assert (symbol.side - 17) % 4 == 0
    for row, column in ((0, 0), (0, symbol.side - 7), (symbol.side - 7, 0)):
        assert all(symbol.modules[row][column : column + 7])
