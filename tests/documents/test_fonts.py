"""No glyph is ever silently missing, and what is printed can be copied out of the PDF again."""

import re
import subprocess
import sys

import pytest

from kiosk.documents import fonts
from kiosk.documents.fonts import Run, Weight
from tests.support.patience import LONG_S

RARE = "\U0002a6a5"  # 𪚥: extension B, in HanaMinB only
NOWHERE = "\U00030000"  # extension G: in no font of ours


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=LONG_S)
    return done.stdout.decode("utf-8").strip()


@pytest.fixture
def rare_font() -> None:
    if not any(place.is_file() for place in fonts.RARE_FONT_PLACES):
        pytest.skip("fonts-hanazono is not installed")


def test_common_texts_can_be_printed() -> None:
    assert fonts.unprintable("李小样·LI XIAOYANG ≤ 7 天 ¥15.00 签注") == ()


def test_each_missing_character_is_named_once_in_order() -> None:
    assert fonts.unprintable(f"李{NOWHERE}x\ue000{NOWHERE}样") == (NOWHERE, "\ue000")


@pytest.mark.parametrize("character", ["\n", "\x00", "\u200b", "\u202e", "\u0301", "\ud800", "\U000e0100"])
def test_what_draws_nothing_or_needs_shaping_counts_as_missing(character: str) -> None:
    assert fonts.unprintable(f"李{character}") == (character,)


@pytest.mark.usefixtures("rare_font")
def test_a_rare_character_comes_from_the_second_font() -> None:
    assert fonts.unprintable(f"李{RARE}") == ()
    assert list(fonts.runs(f"李{RARE}样", Weight.BOLD)) == [
        Run("KioskBold", "李"),
        Run("KioskRare", RARE),
        Run("KioskBold", "样"),
    ]


def test_without_the_rare_font_fewer_characters_can_be_printed() -> None:
    code = (
        "import kiosk.documents.fonts as f; f.RARE_FONT_PLACES = ();"
        "print(f.unprintable('\\u674e\\U0002a6a5') == ('\\U0002a6a5',))"
    )
    assert run_python(code) == "True"


def test_an_unchecked_text_is_a_bug_that_does_not_tell_the_text() -> None:
    with pytest.raises(ValueError, match="without being checked") as raised:
        fonts.width(f"李{NOWHERE}", 10, Weight.REGULAR)
    assert NOWHERE not in str(raised.value)


def test_widths_add_up() -> None:
    assert fonts.width("签注", 10, Weight.REGULAR) == pytest.approx(20)
    assert fonts.width("签注", 5, Weight.BOLD) == pytest.approx(10)
    assert fonts.width("", 10, Weight.BOLD) == 0


def test_fonts_are_loaded_only_when_needed() -> None:
    code = (
        "import kiosk.documents.card, kiosk.documents.slip, kiosk.documents.inspection;"
        "from reportlab.pdfbase import pdfmetrics;"
        "print([n for n in pdfmetrics.getRegisteredFontNames() if n.startswith('Kiosk')])"
    )
    assert run_python(code) == "[]"


def test_the_map_to_unicode_uses_utf_16_in_blocks_of_a_hundred() -> None:
    subset = [0, *range(0x4E00, 0x4E00 + 150), 0x2B5AF]
    text = fonts.to_unicode_map("AAAAAA+Test", subset)
    assert "<97> <D86DDDAF>" in text
    counts = [int(count) for count in re.findall(r"(\d+) beginbfchar", text)]
    assert counts == [100, 51]
    assert len(re.findall(r"^<[0-9A-F]{2}> <[0-9A-F]{4,8}>$", text, re.MULTILINE)) == 151
