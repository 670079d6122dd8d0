"""A UPS that Network UPS Tools knows."""

from pydantic import Field

from kiosk.devices.byte_line import TcpByteLine
from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, Section, can
from kiosk.devices.drivers.cables import Host, Port
from kiosk.devices.ups.driver import NutUps
from kiosk.devices.ups.protocol import NAME, PORT, Limits
from kiosk.domain.text import Text


class NutSection(Section):
    """``[devices.ups] driver = "nut"``."""

    ups: str = Field(pattern=f"^(?:{NAME.pattern})$", description="the name of the UPS in upsd's ups.conf")
    host: Host = Field("127.0.0.1", description="where upsd runs")
    port: Port = Field(PORT, description="TCP port of upsd, 1 to 65535")
    low_charge: float = Field(
        Limits().charge, ge=0, le=100, description="charge at which the battery counts as low, percent"
    )
    low_runtime_s: float = Field(
        Limits().runtime_s, ge=0, le=7200, description="run time left at which it counts as low, seconds"
    )


def make(section: NutSection, place: Place) -> Device:
    limits = Limits(section.low_charge, section.low_runtime_s)
    return NutUps(TcpByteLine(section.host, section.port), section.ups, place.clock, limits)


DRIVER = Driver(
    device=DeviceName.UPS,
    name="nut",
    title=Text("不间断电源（NUT）", "UPS, through Network UPS Tools"),
    section=NutSection,
    make=make,
    capabilities=can(Capability.OUTLAST_POWER_CUT),
    remedy=Text(
        "apt-get install nut，在 ups.conf 中登记 UPS，并检查其 USB 线",
        "apt-get install nut, name the UPS in ups.conf, and check its USB cable",
    ),
)
