"""What looks at the film, for printers that cannot read back what they wrote."""

from typing import Literal

from pydantic import Field

from kiosk.devices.contracts import FilmCamera
from kiosk.devices.driver import Capabilities, Capability, Place, Section, can


class FilmCameraSection(Section):
    """The setting that such printers share."""

    film_camera: Literal["none", "simulated"] = Field(
        "none",
        description="what reads the film back: none, or simulated beside a simulated printer station",
    )


def film_capabilities(section: FilmCameraSection) -> Capabilities:
    """Return what the printer can do: without a camera nobody can tell what it wrote."""
    if section.film_camera == "none":
        return can(Capability.WRITE_FILM)
    return can(Capability.WRITE_FILM, Capability.READ_FILM)


def film_camera(section: FilmCameraSection, place: Place) -> FilmCamera | None:
    """Return what looks at the film; raise ValueError where that is not to be had."""
    if section.film_camera == "none":
        return None
    if place.simulated is None:
        raise ValueError('film_camera = "simulated" needs --simulate')
    return place.simulated.film_camera
