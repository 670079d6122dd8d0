"""The film on the back of every simulated card, kept as a picture, and the camera that looks at it."""

import asyncio
from io import BytesIO

import structlog
from PIL import Image, ImageChops, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.contracts import Completion, Done, Failed, Refused
from kiosk.devices.simulated.mechanism import Mechanism, Pace, Picture, is_slug
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.raster import CardRaster

DOTS_PER_INCH = 300
FILM_SIZE = (1011, 638)
"""The whole back of the card, ID-1 (85.60 x 53.98 mm, ISO/IEC 7810), in dots along and across it."""

FILM_CYCLES = 500
"""How often a film can be rewritten before it stays pale (docs/printers-and-scanners.md, Wear)."""

_LARGEST_PICTURE = 1024 * 1024
_IN_SIGHT = frozenset({Picture.AT_CHIP, Picture.AT_PRINT})

_log = structlog.get_logger()


class FilmWear(BaseModel):
    """The content of ``films.json``: how often each card's film was rewritten."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cycles: dict[str, int] = Field(default={}, max_length=10_000)


class Films:
    """One PNG per card, ``films/SLUG.png``; a card without one has an empty film, never rewritten."""

    def __init__(self, folder: StateFolder) -> None:
        self._folder = folder
        fresh = FilmWear()
        self._wear = StateFile(folder, "films.json", fresh=fresh, unreadable=fresh)

    def cycles(self, slug: str) -> int:
        """Return how often the card's film was rewritten."""
        return self._wear.read().cycles.get(slug, 0)

    def worn(self, slug: str) -> bool:
        return self.cycles(slug) > FILM_CYCLES

    def rewritten(self, slug: str, times: int = 1) -> None:
        """Count a rewriting, or as many as a tester wants to have happened."""

        def edit(wear: FilmWear) -> FilmWear:
            return FilmWear(cycles={**wear.cycles, slug: wear.cycles.get(slug, 0) + times})

        self._wear.change(edit)

    def renewed(self, slug: str) -> None:
        """Give the card's holder a new one: an empty film that was never rewritten."""
        self._wear.change(
            lambda wear: FilmWear(cycles={one: times for one, times in wear.cycles.items() if one != slug})
        )
        (self._folder.path / self._name(slug)).unlink(missing_ok=True)

    def load(self, slug: str) -> Image.Image:
        """Return the film as a picture of mode ``1``, white where nothing is written."""
        try:
            with (self._folder.path / self._name(slug)).open("rb") as file:
                content = file.read(_LARGEST_PICTURE + 1)
            with Image.open(BytesIO(content), formats=("PNG",)) as picture:
                if picture.size != FILM_SIZE:
                    raise UnidentifiedImageError("not of a film's size")
                return picture.convert("1", dither=Image.Dither.NONE)
        except FileNotFoundError:
            pass
        except (OSError, SyntaxError, ValueError):  # what Pillow raises for damaged files
            _log.warning("film_unreadable", film=self._name(slug))
        return Image.new("1", FILM_SIZE, 255)

    def save(self, slug: str, film: Image.Image) -> None:
        self._folder.replace(self._name(slug), png(film))

    def write(self, slug: str, raster: CardRaster) -> None:
        """Put a picture on a film as if it had been printed before: in the middle, on erased film."""
        if raster.width > FILM_SIZE[0] or raster.height > FILM_SIZE[1]:
            raise ValueError("the picture is larger than a film")
        ink = Image.frombytes("1", (raster.width, raster.height), raster.rows)
        film = Image.new("1", FILM_SIZE, 255)
        corner = ((FILM_SIZE[0] - raster.width) // 2, (FILM_SIZE[1] - raster.height) // 2)
        film.paste(ImageChops.invert(ink), corner)
        self.save(slug, film)

    def _name(self, slug: str) -> str:
        if not is_slug(slug):
            raise ValueError("not the name of a permit")
        return f"films/{slug}.png"


class SimulatedFilmGauge:
    """Knows the age of the film of the card inside, as a chip that keeps count of it would."""

    def __init__(self, mechanism: Mechanism, films: Films) -> None:
        self._mechanism = mechanism
        self._films = films

    def cycles(self) -> int | None:
        card = self._mechanism.state().card
        return None if card is None else self._films.cycles(card)


class SimulatedFilmCamera:
    """The `FilmCamera` of the simulated machine: sees the film from the chip and the print position."""

    def __init__(self, mechanism: Mechanism, films: Films, pace: Pace) -> None:
        self._mechanism = mechanism
        self._films = films
        self._pace = pace

    async def picture(self, *, deadline_s: float) -> Completion[bytes]:
        try:
            async with asyncio.timeout(deadline_s):
                await self._pace.spend(self._pace.times.look)
                return self._look()
        except TimeoutError:
            return Failed(Fault(FailureCode.PRINTER_UNAVAILABLE, "no picture within the deadline"))

    def _look(self) -> Completion[bytes]:
        state = self._mechanism.state()
        if state.card is None or state.picture not in _IN_SIGHT:
            return Refused(Fault(FailureCode.PRINTER_FAULT, f"no film in sight: {state.picture}"))
        return Done(png(self._films.load(state.card)))


def png(film: Image.Image) -> bytes:
    """Return the film as PNG that says its resolution."""
    out = BytesIO()
    film.save(out, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()
