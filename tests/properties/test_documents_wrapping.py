"""Lines of the slip: nothing is lost, nothing is wider than the paper."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.documents import fonts
from kiosk.documents.wrapping import wrapped

SIZE = 10.0
CLOSING = ("，", "。", "；")
TEXTS = st.text("签注缴费凭条香港，。；A-bc 12", max_size=80)


@settings(deadline=None)
@given(TEXTS, st.integers(20, 200))
def test_every_line_fits_and_every_character_is_kept(text: str, available: int) -> None:
    lines = wrapped(text, SIZE, fonts.Weight.REGULAR, available)
    assert lines
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        over = SIZE if line.endswith(CLOSING) else 0
        assert fonts.width(line.rstrip(), SIZE, fonts.Weight.REGULAR) <= available + over


@settings(deadline=None)
@given(TEXTS, st.integers(60, 200))
def test_closing_punctuation_begins_a_line_only_after_another_one(text: str, available: int) -> None:
    lines = wrapped(text, SIZE, fonts.Weight.REGULAR, available)
    for above, line in pairwise(lines):
        assert not line.startswith(CLOSING) or above.endswith(CLOSING)


def test_latin_words_stay_whole_where_a_line_can_hold_them() -> None:
    lines = wrapped("The money goes back the way it was paid", SIZE, fonts.Weight.REGULAR, 60)
    assert " ".join(lines).split() == ["The", "money", "goes", "back", "the", "way", "it", "was", "paid"]
    assert len(lines) > 3
