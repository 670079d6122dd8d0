"""Any PC/SC contactless reader, through pcscd."""

from contextlib import AbstractAsyncContextManager

from pydantic import Field

from kiosk.devices.chip.pcsc_reader import PcscChipReader
from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, Section, can
from kiosk.devices.simulated.pcsc_bridge import PcscBridge
from kiosk.domain.text import Text


class PcscSection(Section):
    """``[devices.chip_reader] driver = "pcsc"``."""

    reader: str | None = Field(
        None, min_length=1, description="part of the reader's name where only that one is to be used"
    )
    silence_s: float = Field(
        5.0, ge=0.5, le=30.0, description="how long a chip may be silent before it counts as mute, seconds"
    )
    virtual_card: bool = Field(
        False,
        description="for the bench: a private pcscd whose virtual reader holds the simulated station's card",
    )


def make(section: PcscSection, place: Place) -> Device:
    return PcscChipReader(place.clock, place.trust, reader=section.reader, silence_s=section.silence_s)


def beside(section: PcscSection, place: Place) -> AbstractAsyncContextManager[object] | None:
    """Return the private service with the simulated station's card in its reader, where that is asked for."""
    if not section.virtual_card:
        return None
    if place.simulated is None:
        raise ValueError("virtual_card needs the simulated card station, --simulate")
    return PcscBridge(place.simulated)


DRIVER = Driver(
    device=DeviceName.CHIP,
    name="pcsc",
    title=Text("PC/SC 读卡器", "PC/SC reader"),
    section=PcscSection,
    make=make,
    capabilities=can(Capability.READ_CHIP),
    remedy=Text(
        "检查读卡器的 USB 线；apt-get install pcscd，然后 systemctl enable --now pcscd",
        "Check the reader's USB cable; apt-get install pcscd, then systemctl enable --now pcscd",
    ),
    beside=beside,
)
