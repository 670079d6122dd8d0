"""A simulated machine on the bench: a state folder with two permits, switched on in virtual time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image

from kiosk.devices.contracts import Done
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Mechanism, Picture
from kiosk.domain.raster import CardRaster
from tests.support.virtual_time import VirtualClock

LI, WU = "li-xiaoyang", "wu-wenwen"
LINES = {LI: "CSC000000004<3406119<9001011<2", WU: "CSCA00000015<3411218<8507158<6"}
CARD = (1011, 638)


def make_permits(state: Path) -> Path:
    """Lay out the folders of two specimen permits below a state folder, without chips."""
    for slug, line in LINES.items():
        folder = state / "permits" / slug
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "specimen.toml").write_text(f'slug = "{slug}"\nline = "{line}"\n', encoding="utf-8")
    return state


@asynccontextmanager
async def running(state: Path, pace: float = 0.0) -> AsyncIterator[SimulatedMachine]:
    """Switch a machine on, and off at the end."""
    machine = SimulatedMachine(make_permits(state), VirtualClock(), pace)
    await machine.start()
    try:
        yield machine
    finally:
        await machine.close()


def place(mechanism: Mechanism, picture: Picture, slug: str = LI) -> None:
    """Put a card where a test wants it, by hand."""
    mechanism.insert(slug)
    if picture is not Picture.AT_ENTRY:
        mechanism.shift(picture, only_from=frozenset({Picture.AT_ENTRY}))


def raster_of(picture: Image.Image) -> CardRaster:
    """Return a picture of mode ``1`` in which white is dark: the print's own convention."""
    return CardRaster(*picture.size, 300, picture.tobytes())


def spotted(width: int = 960, height: int = 560) -> CardRaster:
    """Return a picture with a frame, a diagonal and a block: no symmetry hides a turned print."""
    picture = Image.new("1", (width, height), 0)
    picture.paste(255, (0, 0, width, 3))
    picture.paste(255, (0, 0, 5, height))
    picture.paste(255, (width // 4, height // 2, width // 2, height // 2 + 40))
    for step in range(min(width, height)):
        picture.putpixel((step, step), 255)
    return raster_of(picture)


def ink_of(png: bytes) -> Image.Image:
    """Return the dots of a film's picture, white where the film is dark."""
    with Image.open(BytesIO(png)) as picture:
        return picture.convert("L").point(lambda value: 255 if value < 128 else 0, mode="1")


def on_card(raster: CardRaster, card: tuple[int, int] = CARD) -> Image.Image:
    """Return where the dots of a raster belong on the whole card: in its middle."""
    whole = Image.new("1", card, 0)
    dots = Image.frombytes("1", (raster.width, raster.height), raster.rows)
    whole.paste(dots, ((card[0] - raster.width) // 2, (card[1] - raster.height) // 2))
    return whole


async def film(machine: SimulatedMachine) -> Image.Image:
    """Return the dots on the film of the card inside, as the machine's camera sees it."""
    seen = await machine.printer.capture(deadline_s=5)
    assert isinstance(seen, Done)
    return ink_of(seen.value)
