"""Whether the machine could serve the next applicant, told from its devices and networks."""

import asyncio

from kiosk.devices.contracts import Device, MediaPosition
from kiosk.domain.failure import FailureCode, Fault
from kiosk.runtime import guards
from kiosk.runtime.outside import Outside
from kiosk.runtime.snapshot import ChannelHealth, DeviceHealth

# A card in the slot is only about to come in; one in the bin is in nobody's way.
WAY_FREE = frozenset({MediaPosition.NOT_PRESENT, MediaPosition.RETAINED, MediaPosition.ENTRY})

# Without these no visit can be finished; a slip printer or a single way to pay is not among them.
_NEEDED = {
    "station": FailureCode.STATION_UNAVAILABLE,
    "chip": FailureCode.READER_UNAVAILABLE,
    "scanner": FailureCode.SCANNER_UNAVAILABLE,
    "camera": FailureCode.CAMERA_UNAVAILABLE,
    "printer": FailureCode.PRINTER_UNAVAILABLE,
}


async def devices(outside: Outside) -> tuple[DeviceHealth, ...]:
    """Ask every device for its status."""
    return tuple(await asyncio.gather(*(_health(device) for device in outside.devices.all())))


async def _health(device: Device) -> DeviceHealth:
    status = await device.status()
    fault = status.faults[0] if status.faults else None
    return DeviceHealth(device.name, status.ready, status.simulated, fault)


async def out_of_service(
    outside: Outside, devices_now: tuple[DeviceHealth, ...], channels_now: tuple[ChannelHealth, ...]
) -> Fault | None:
    """Return why no visit may start, most important first; None where everything needed works."""
    guarded = guards.stop(devices_now)
    if guarded is not None:
        return guarded
    health = {line.name: line for line in devices_now}
    for field, code in _NEEDED.items():
        line = health[getattr(outside.devices, field).name]
        if not line.ready:
            return line.fault or Fault(code)
    if await outside.devices.station.locate() not in WAY_FREE:
        return Fault(FailureCode.CARD_JAMMED, "there is a card in the transport without a visit")
    if not any(line.available for line in channels_now):
        return Fault(FailureCode.GATEWAY_UNREACHABLE)
    if not await outside.authority.available():
        return Fault(FailureCode.AUTHORITY_UNREACHABLE)
    return None
