"""The films: pictures that survive, blank where there is none, never a crash for a damaged one."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.simulated.films import FILM_SIZE, Films, png
from kiosk.devices.simulated.state_files import StateFolder
from tests.devices.bench import LI, ink_of, on_card, spotted


def _png(size: tuple[int, int]) -> bytes:
    out = BytesIO()
    Image.new("1", size, 0).save(out, "PNG")
    return out.getvalue()


def test_a_film_is_kept_dot_for_dot(tmp_path: Path) -> None:
    film = Image.new("1", FILM_SIZE, 255)
    film.paste(0, (10, 20, 300, 40))
    Films(StateFolder(tmp_path)).save(LI, film)
    again = Films(StateFolder(tmp_path)).load(LI)
    assert again.tobytes() == film.tobytes()


@pytest.mark.parametrize(
    "content",
    [None, b"", b"no picture", _png(FILM_SIZE)[:60], _png((20, 20)), _png(FILM_SIZE)[:-30]],
    ids=["none", "empty", "text", "cut", "small", "no-end"],
)
def test_a_damaged_film_is_blank(tmp_path: Path, content: bytes | None) -> None:
    films = Films(StateFolder(tmp_path))
    if content is not None:
        (tmp_path / "films").mkdir()
        (tmp_path / "films" / f"{LI}.png").write_bytes(content)
    film = films.load(LI)
    assert film.size == FILM_SIZE
    if content is None or len(content) < 60:
        assert film.getextrema() == (255, 255)


def test_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the name"):
        Films(StateFolder(tmp_path)).load("../mechanism")


def test_an_earlier_print_can_be_laid_on_a_film(tmp_path: Path) -> None:
    films = Films(StateFolder(tmp_path))
    films.write(LI, spotted(960, 560))
    assert ink_of(png(films.load(LI))).tobytes() == on_card(spotted(960, 560)).tobytes()
    with pytest.raises(ValueError, match="larger"):
        films.write(LI, spotted(1020, 560))
