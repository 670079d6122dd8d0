"""Specimen permits on the bench: chips and first films, made once and kept in the state folder."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.devices.simulated.films import Films
from kiosk.devices.simulated.specimen_maker import make_specimens
from kiosk.documents.card import render_card
from kiosk.documents.layout import CardLayout
from kiosk.documents.raster import CARD_HEIGHT, CARD_WIDTH, raster_to_image, rasterise
from kiosk.domain.specimens import Specimen
from kiosk.shipped import load_specimens


def prepare(
    state: Path,
    films: Films,
    layout: CardLayout,
    now: datetime,
    *,
    slugs: tuple[str, ...] | None = None,
    progress: Callable[[Specimen], None] | None = None,
) -> tuple[Specimen, ...]:
    """Make the permits that are not there yet, with what stands on their films; return all specimens.

    `slugs` limits the making to some of them, None makes all.
    """
    specimens = load_specimens(now)
    wanted = [one for one in specimens if slugs is None or one.slug in slugs]
    missing = [one for one in wanted if not (state / "permits" / one.slug).is_dir()]
    if missing:
        make_specimens(state, missing, now, progress)
    for specimen in missing:
        _first_film(films, layout, specimen)
    return specimens


def _first_film(films: Films, layout: CardLayout, specimen: Specimen) -> None:
    """Write the endorsements that the holder already has; a name no font has leaves the film empty."""
    drawn = render_card(specimen.film, layout)
    if isinstance(drawn, bytes) and specimen.film.endorsements:
        films.save(specimen.slug, raster_to_image(rasterise(drawn, width=CARD_WIDTH, height=CARD_HEIGHT)))
