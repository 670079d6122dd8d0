"""What the entries of all simulated drivers share."""

from kiosk.devices.driver import Place
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.domain.text import Text

REMEDY = Text(
    "这是模拟设备：用 kiosk device 查看并清除故障",
    "This device is simulated: see its faults and clear them with kiosk device",
)


def machine_of(place: Place) -> SimulatedMachine:
    """Return the simulated machine; raise ValueError in a machine without one."""
    if place.simulated is None:
        raise ValueError("a simulated device needs --simulate")
    return place.simulated
