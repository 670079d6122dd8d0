"""Makes what the bench needs of the specimens: chips and first films.

``python -m kiosk.bench.specimen_making STATE NOW SLUG...`` makes these permits in a state folder and ends.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kiosk.devices.simulated.films import Films
from kiosk.devices.simulated.machine import DEVICES_FOLDER
from kiosk.devices.simulated.specimen_maker import make_specimens
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.documents.card import render_card
from kiosk.documents.layout import CardLayout, load_layout
from kiosk.documents.raster import CARD_HEIGHT, CARD_WIDTH, raster_to_image, rasterise
from kiosk.domain.specimens import Specimen
from kiosk.shipped import load_specimens


def make(state: Path, specimens: Sequence[Specimen], now: datetime) -> None:
    """Make these permits, with what already stands on their films."""
    make_specimens(state, specimens, now)
    films, layout = Films(StateFolder(state / DEVICES_FOLDER)), load_layout()
    for specimen in specimens:
        _first_film(films, layout, specimen)


def _first_film(films: Films, layout: CardLayout, specimen: Specimen) -> None:
    """Write the endorsements that the holder already has; a name no font has leaves the film empty."""
    drawn = render_card(specimen.film, layout)
    if isinstance(drawn, bytes) and specimen.film.endorsements:
        films.save(specimen.slug, raster_to_image(rasterise(drawn, width=CARD_WIDTH, height=CARD_HEIGHT)))


def main(state: Path, now: datetime, slugs: Sequence[str]) -> None:
    """Make the specimens of these names."""
    make(state, [one for one in load_specimens(now) if one.slug in slugs], now)


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3:])
