"""What the printers into a folder share: their only fault is a folder that cannot be written."""

from pathlib import Path

from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
    DeviceState,
    Done,
    MediaAction,
    MediaPosition,
    Refused,
    Unknown,
)
from kiosk.devices.folder.outlet import Outlet
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.upkeep import Consumable, Counted, Counter
from kiosk.domain.failure import FailureCode


class FolderPrinter(PolledDevice):
    """Base of the printers into a folder; `counts` is what one numbered thing counts as."""

    counts: Counted

    def __init__(self, name: str, unavailable: FailureCode, folder: Path, clock: Clock) -> None:
        super().__init__(name, unavailable, clock, simulated=True)
        self._outlet = Outlet(folder)

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Done(NOT_PRESENT) for any action: a folder holds no card."""
        del action

        async def look() -> Completion[MediaPosition]:
            why = self._outlet.usable()
            return Done(MediaPosition.NOT_PRESENT) if why is None else Refused(self._fault(why))

        return await self._run(look, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    async def consumables(self) -> tuple[Consumable, ...]:
        return ()

    async def counters(self) -> tuple[Counter, ...]:
        return (Counter(self.counts, self._outlet.newest()),)

    async def _state(self) -> State:
        why = self._outlet.usable()
        if why is not None:
            return DeviceState.OFFLINE, (self._fault(why),)
        return DeviceState.ONLINE, ()
