"""The card's PDF: exact size, right places, embedded fonts, same bytes, nothing left out silently."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from kiosk.documents import fonts
from kiosk.documents.card import CardUnprintable, card_fields, check_card, fitted_size, render_card
from kiosk.documents.face_code import FaceCode, face_code, parse_face_code
from kiosk.domain.endorsement import Destination, Entries
from tests.documents.faces import (
    FACE,
    HONG_KONG,
    LAYOUT,
    MACAO,
    card_pdf,
    card_png,
    face,
    film_png,
    run_tool,
    text_of,
    words_mm,
)
from tests.documents.faces import picture as open_png
from tests.support.patience import LONG_S

LONG_NAME = "阿不都热合曼·买买提江·沙迪克"
RARE_NAME = "李\U0002b5af"  # 李𫖯


def test_the_page_is_exactly_id_1() -> None:
    document = pypdfium2.PdfDocument(card_pdf(FACE))
    width, height = document[0].get_size()
    document.close()
    assert width * 25.4 / 72 == pytest.approx(85.60, abs=0.001)
    assert height * 25.4 / 72 == pytest.approx(53.98, abs=0.001)


def test_both_blocks_say_everything() -> None:
    text = text_of(card_pdf(FACE))
    for said in (
        *("香港", "HK", "G 个人旅游", "二次", "≤7 天", "2027-02-21", "A12345678"),
        *("澳门", "MO", "S 商务", "多次", "≤14 天", "2027-11-21", "B87654321"),
        *("李小样", "C00000000", "广东广州", "签注号 Control No.", "有效期至 Valid until"),
    ):
        assert said in text, said
    assert "NO ENDORSEMENT" not in text


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (Entries.ONCE, "一次"),
        (Entries.TWICE, "二次"),
        (Entries.MULTIPLE, "多次"),
        (Entries.WEEKLY, "每周一次"),
    ],
)
def test_every_number_of_entries_has_its_word(entries: Entries, words: str) -> None:
    assert words in text_of(card_pdf(face(replace(HONG_KONG, entries=entries))))


def test_an_empty_block_is_visibly_empty() -> None:
    text = text_of(card_pdf(face(HONG_KONG)))
    assert text.count("无有效签注") == 1
    assert text.count("Valid until") == 1
    assert "澳门" in text
    assert text_of(card_pdf(face())).count("无有效签注") == 2


def test_words_stand_where_the_layout_says() -> None:
    words = {word: box for word, *box in words_mm(card_pdf(FACE))}
    number = LAYOUT.holder.number
    assert words["C00000000"][2] == pytest.approx(number.x + number.width, abs=0.05)
    head, valid = LAYOUT.blocks[0], LAYOUT.block.fields.valid_until
    assert words["2027-02-21"][0] == pytest.approx(head.x + valid.x, abs=0.05)
    assert words["2027-11-21"][0] == pytest.approx(words["2027-02-21"][0], abs=0.01)
    apart = LAYOUT.blocks[1].y - LAYOUT.blocks[0].y
    assert words["2027-11-21"][1] - words["2027-02-21"][1] == pytest.approx(apart, abs=0.01)


def test_every_word_lies_on_the_film() -> None:
    film = LAYOUT.film_area
    words = words_mm(card_pdf(face(HONG_KONG, MACAO, name=LONG_NAME)))
    assert len(words) > 30
    for word, left, _, right, _ in words:
        assert film.x <= left < right <= film.x + film.width, word


def test_no_two_texts_overlap() -> None:
    fields = list(card_fields(FACE, LAYOUT))
    for index, one in enumerate(fields):
        for other in fields[index + 1 :]:
            a, b = one.place.area, other.place.area
            apart = (
                a.x + a.width <= b.x + 0.01
                or b.x + b.width <= a.x + 0.01
                or a.y + a.height <= b.y + 0.35  # line boxes are taller than their ink
                or b.y + b.height <= a.y + 0.35
            )
            assert apart, (one.full_name, other.full_name)


def test_every_font_is_embedded() -> None:
    pdf = card_pdf(face(HONG_KONG, MACAO, name=RARE_NAME))
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/BaseFont") == pdf.count(b"/FontFile2") > 0


def test_poppler_finds_every_font_embedded_and_subset() -> None:
    listed = run_tool("pdffonts", "-", standard_input=card_pdf(FACE)).splitlines()[2:]
    assert len(listed) >= 2
    for line in listed:
        assert re.search(r"\s+yes\s+yes\s+yes\s+\d+\s+\d+$", line), line


@pytest.mark.parametrize("name", [RARE_NAME, "王\U0002cb4a", "李\U0002a6a5"])
def test_a_rare_name_can_be_copied_out_of_the_pdf(name: str) -> None:
    if fonts.unprintable(name):
        pytest.skip("fonts-hanazono is not installed")
    pdf = card_pdf(face(HONG_KONG, name=name))
    assert name in text_of(pdf)
    assert name in run_tool("pdftotext", "-", "-", standard_input=pdf)


def test_the_same_face_gives_the_same_bytes_in_every_process() -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]);"
        "from tests.documents.faces import FACE, SLIP, card_pdf;"
        "from kiosk.documents.slip import render_slip;"
        "print(hashlib.sha256(card_pdf(FACE) + render_slip(SLIP)).hexdigest())"
    )
    folder = str(Path(__file__).parents[2])
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code, folder],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=LONG_S,
        ).stdout
        for seed in ("0", "1", "271828")
    }
    assert len(hashes) == 1
    assert hashlib.sha256(card_pdf(FACE)).digest() == hashlib.sha256(card_pdf(FACE)).digest()


def test_a_character_no_font_has_is_named_and_nothing_is_drawn() -> None:
    ordered = face(HONG_KONG, name="李\U00030000\u202e")
    expected = CardUnprintable(characters=("\U00030000", "\u202e"))
    assert render_card(ordered, LAYOUT) == expected
    assert check_card(ordered, LAYOUT) == expected


def test_a_long_name_is_shrunk_and_one_too_long_is_refused() -> None:
    size = fitted_size(LONG_NAME, LAYOUT.holder.name)
    assert size is not None
    assert LAYOUT.holder.name.min_size <= size < LAYOUT.holder.name.size
    assert LONG_NAME in text_of(card_pdf(face(name=LONG_NAME)))
    assert check_card(face(name="长" * 40), LAYOUT) == CardUnprintable(fields=("name",))


@pytest.mark.parametrize("letter", ["W", "0", "M"])
def test_any_control_number_of_twenty_fits_and_a_longer_one_is_refused(letter: str) -> None:
    assert check_card(face(replace(HONG_KONG, control_no=letter * 20)), LAYOUT) is None
    longer = replace(HONG_KONG, control_no=letter * 40)
    assert check_card(face(longer), LAYOUT) == CardUnprintable(fields=("HKG.control_no",))


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"kind": "Z"}, ("HKG.kind",)),
        ({"control_no": ""}, ("HKG.control_no",)),
        ({"place_of_issue": "  "}, ("HKG.place_of_issue",)),
        ({"destination": Destination.TAIWAN}, ("TWN.block",)),
    ],
)
def test_what_the_layout_has_no_words_or_place_for_is_refused(
    change: dict[str, object], fields: tuple[str, ...]
) -> None:
    assert check_card(face(replace(HONG_KONG, **change)), LAYOUT) == CardUnprintable(fields=fields)  # type: ignore[arg-type] # changes of several types


def test_the_code_is_as_documented() -> None:
    assert face_code(face(HONG_KONG)) == "EK1/C00000000/HKG:A12345678/MAC:-/58903743"


@pytest.mark.parametrize("draw", [film_png, card_png])
def test_the_code_is_read_from_a_300_dpi_picture(draw: object) -> None:
    found = zxingcpp.read_barcodes(open_png(draw(FACE)))  # type: ignore[operator] # one of two functions
    assert [barcode.text for barcode in found] == [face_code(FACE)]
    assert parse_face_code(found[0].text) == FaceCode(
        "C00000000", ((Destination.HONG_KONG, "A12345678"), (Destination.MACAO, "B87654321"))
    )


def test_a_second_reader_reads_the_code_from_popplers_picture(tmp_path: Path) -> None:
    (tmp_path / "card.pdf").write_bytes(card_pdf(FACE))
    run_tool(
        *("pdftoppm", "-r", "300", "-png", "-singlefile", str(tmp_path / "card.pdf"), str(tmp_path / "card")),
        standard_input=b"",
    )
    read = run_tool("zbarimg", "-q", "--raw", str(tmp_path / "card.png"), standard_input=b"")
    assert read.strip() == face_code(FACE)
