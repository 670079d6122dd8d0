"""A card printer of Evolis with a rewritable film, through the maker's SDK (the extra ``evolis``)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Driver, Place
from kiosk.devices.drivers.film_cameras import FilmCameraSection, film_camera, film_capabilities
from kiosk.devices.evolis.driver import EvolisCardPrinter, sdk_missing
from kiosk.devices.evolis.sdk import CardType, Face
from kiosk.domain.text import Text


class EvolisSection(FilmCameraSection):
    """``[devices.card_printer] driver = "evolis"``."""

    printer: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="its name in the SDK, such as Evolis KM500B, or socket://HOST:9100"
    )
    face: Face = Field(Face.BACK, description="face of the card that lies under the head: FRONT or BACK")
    film: CardType = Field(CardType.BLACK, description="the film: MBLACK or MBLUE")


def make(section: EvolisSection, place: Place) -> Device:
    missing = sdk_missing()
    if missing is not None:
        raise ValueError(missing.detail)
    return EvolisCardPrinter(
        section.printer, place.clock, film_camera(section, place), face=section.face, card=section.film
    )


DRIVER = Driver(
    device=DeviceName.PRINTER,
    name="evolis",
    title=Text("Evolis 卡片打印机", "Evolis card printer"),
    section=EvolisSection,
    make=make,
    capabilities=film_capabilities,
    remedy=Text(
        "安装厂商 SDK（pip install 'endorsement-kiosk[evolis]'），并检查打印机电源和连接线",
        "Install the maker's SDK (pip install 'endorsement-kiosk[evolis]'); check the printer and its cable",
    ),
)
