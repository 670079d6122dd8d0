"""Whether cabinet and power supply let the machine serve: what they say comes before everything else."""

from collections.abc import Iterable

from kiosk.devices.contracts import DeviceName
from kiosk.domain.failure import FailureCode, Fault
from kiosk.runtime.snapshot import DeviceHealth

STOPS = (
    FailureCode.CABINET_TAMPERED,
    FailureCode.MAINTENANCE,
    FailureCode.CABINET_OPEN,
    FailureCode.CABINET_UNAVAILABLE,
    FailureCode.POWER_LOW,
)
"""Faults that let no visit begin, most important first; the visit under way is finished. A machine on its
battery, or whose UPS is not to be asked, goes on serving: it is only a warning."""

_GUARDS = frozenset({DeviceName.CABINET, DeviceName.UPS})


def stop(devices_now: Iterable[DeviceHealth]) -> Fault | None:
    """Return why cabinet or power supply let no visit begin, None where they do or there are none."""
    faults = [line.fault for line in devices_now if line.name in _GUARDS and line.fault is not None]
    stopping = [fault for fault in faults if fault.code in STOPS]
    return min(stopping, key=lambda fault: STOPS.index(fault.code), default=None)
