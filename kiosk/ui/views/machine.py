"""The machine before and between visits: is it ready, and if not, why not."""

from dataclasses import dataclass

from kiosk.devices.contracts import DeviceName
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.recovery import NOT_RECOVERING, RecoveryView, recovery_view
from kiosk.ui.views.wording import Wording

# What an applicant needs for a visit; whether lights or doors are well is not their business.
_FOR_APPLICANTS = frozenset(
    {
        DeviceName.STATION,
        DeviceName.CHIP,
        DeviceName.SCANNER,
        DeviceName.CAMERA,
        DeviceName.PRINTER,
        DeviceName.SLIP,
        DeviceName.DOCUMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """One device or way to pay: the name is a code that the page puts into words."""

    name: str
    ready: bool


@dataclass(frozen=True, slots=True)
class MachineView:
    """The machine as an applicant sees it: `fault` in words, and `code` of it for staff."""

    service: str = "starting"
    fault: str = ""
    code: str = ""
    recovery: RecoveryView = NOT_RECOVERING
    simulated: bool = False
    devices: tuple[Readiness, ...] = ()
    channels: tuple[Readiness, ...] = ()


def machine_view(snapshot: Snapshot, wording: Wording) -> MachineView:
    return MachineView(
        service=snapshot.service.value,
        fault=wording.failure(snapshot.fault),
        code=snapshot.fault.code.value if snapshot.fault else "",
        recovery=recovery_view(snapshot),
        simulated=snapshot.simulated,
        devices=tuple(
            Readiness(device.name, device.ready)
            for device in snapshot.devices
            if device.name in _FOR_APPLICANTS
        ),
        channels=tuple(Readiness(c.channel.value, c.available) for c in snapshot.channels),
    )
