"""A layout file is accepted whole or refused with the place of the fault."""

from pathlib import Path

import pytest

from kiosk import resources
from kiosk.documents.layout import LayoutInvalid, field_places, load_layout, parse_layout
from kiosk.documents.slip_layout import load_slip_layout, parse_slip_layout
from kiosk.domain.endorsement import Destination

SHIPPED = resources.text("data", "layouts", "endorsement.toml")
SLIP = resources.text("data", "layouts", "slip.toml")


def test_the_shipped_layout_is_id_1_with_a_film_of_960_by_560_dots() -> None:
    layout = load_layout()
    assert (layout.page.width, layout.page.height) == (85.60, 53.98)
    assert round(layout.film.width / 25.4 * 300) == 960
    assert round(layout.film.height / 25.4 * 300) == 560
    assert layout.destinations == (Destination.HONG_KONG, Destination.MACAO)
    assert "not the official" in layout.title
    assert [name for name, _ in field_places(layout)][:3] == ["kind", "entries", "stay"]
    assert layout.film_area.x == pytest.approx(2.16)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("width = 85.60", 'width = "85.60"', "page.width"),
        ("width = 85.60", "width = nan", "page.width"),
        ("width = 85.60", "width = -1.0", "page.width"),
        ("width = 81.28", "width = 99.0", "film: larger than the page"),
        ("side = 20.40", "side = 40.40", "code: reaches outside the film"),
        ("side = 20.40", "side = 20.40\ncolour = 1", "code.colour"),
        ('error_correction = "Q"', 'error_correction = "X"', "code.error_correction"),
        ('destination = "MAC"', 'destination = "HKG"', "a destination appears twice"),
        ('destination = "MAC"', 'destination = "XXX"', "blocks.1.destination"),
        ('M = { zh = "多次", en = "multiple" }', "", "words.entries: no words for M"),
        ('G = { zh = "个人旅游"', 'g = { zh = "个人旅游"', "words.kinds.g"),
        ("min_size = 11.0", "min_size = 11.5", "captions.0: min_size is above size"),
        ("baseline = 18.50", "baseline = 19.40", "block.fields.control_no: reaches outside the block"),
        ("height = 16.80", "height = 26.80", "block.rules.0: reaches outside the block"),
        ("y = 30.20", "y = 38.20", "blocks.MAC: reaches outside the film"),
        ("≤{days} 天", "≤{day} 天", "words.stay"),
        ("[words]", "[words", "not TOML"),
        ('align = "centre"', 'align = "middle"', "align"),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, named: str) -> None:
    assert old in SHIPPED
    with pytest.raises(LayoutInvalid) as raised:
        parse_layout(SHIPPED.replace(old, new))
    assert named in str(raised.value)


def test_a_text_above_its_block_is_refused() -> None:
    with pytest.raises(LayoutInvalid, match=r"block\.captions\.0: reaches outside the block"):
        parse_layout(SHIPPED.replace("baseline = 2.40", "baseline = 0.40", 1))


def test_an_empty_file_names_what_is_missing() -> None:
    with pytest.raises(LayoutInvalid, match="page: Field required"):
        parse_layout("")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(LayoutInvalid, match=r"^gone\.toml: cannot be read$"):
        load_layout(tmp_path / "gone.toml")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(LayoutInvalid, match=r"^latin\.toml: cannot be read$"):
        load_layout(tmp_path / "latin.toml")
    (tmp_path / "half.toml").write_text("name = 'x'", encoding="utf-8")
    with pytest.raises(LayoutInvalid, match=r"^half\.toml: "):
        load_layout(tmp_path / "half.toml")


def test_another_file_can_take_the_templates_place(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text(SHIPPED.replace('name = "endorsement"', 'name = "other"'), encoding="utf-8")
    assert load_layout(file).name == "other"


def test_the_shipped_slip_is_for_an_80_mm_roll() -> None:
    layout = load_slip_layout()
    assert layout.paper.width == 80
    assert layout.paper.printable == 72


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("text = 10.5", "text = 9.5", "sizes.text"),
        ("margin = 4.0", "margin = 30.0", "paper.margin"),
        ('TWN = { zh = "台湾", en = "Taiwan" }', "", "words.destinations"),
        ('yct = { zh = "羊城通", en = "Yang Cheng Tong" }', "", "words.channels"),
        ('case = { zh = "问题编号", en = "Case number" }', "", "words.case"),
    ],
)
def test_a_fault_in_the_slips_file_is_named(old: str, new: str, named: str) -> None:
    assert old in SLIP
    with pytest.raises(LayoutInvalid) as raised:
        parse_slip_layout(SLIP.replace(old, new))
    assert named in str(raised.value)
