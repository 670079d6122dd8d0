"""What stands in for a device that a machine does without: it is there, does nothing, and says so."""

from kiosk.devices.capabilities import Abilities
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Listener,
    MediaAction,
    MediaPosition,
    Refused,
    Unsubscribe,
)
from kiosk.domain.failure import FailureCode, Fault


class AbsentSlipPrinter:
    """A machine without a slip printer: visits are served, slips are not promised."""

    _FAULT = Fault(FailureCode.SLIP_PRINTER_UNAVAILABLE, "this machine has none")

    @property
    def name(self) -> str:
        return DeviceName.SLIP

    async def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceState.NO_DEVICE, (self._FAULT,))

    async def capabilities(self) -> Abilities:
        return Abilities(frozenset())

    def subscribe(self, listener: Listener) -> Unsubscribe:
        """Nothing ever changes here."""
        del listener
        return lambda: None

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        del action, deadline_s
        return Refused(self._FAULT)

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]:
        del pdf, deadline_s
        return Refused(self._FAULT)
