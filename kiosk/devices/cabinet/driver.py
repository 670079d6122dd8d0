"""Door, key switch and tamper contacts on the inputs of an I/O board."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.devices.cabinet.faults import cabinet_faults
from kiosk.devices.cabinet_contracts import (
    CabinetSensors,
    Door,
    DoorState,
    OperatorSwitch,
    Presence,
    SensorState,
)
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
)
from kiosk.devices.io_board.board import BoardDown, IoBoard
from kiosk.devices.polled import PolledDevice, State
from kiosk.domain.failure import FailureCode


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact on an input, numbered from 0.

    Attributes:
        quiet: what the input reads while all is well. True is the loop that a cut cable breaks as well,
            the way to wire doors and tamper contacts.
    """

    number: int
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class CabinetWiring:
    """The contacts that the cabinet has; what it has not is left out of what is sensed."""

    doors: Mapping[Door, Contact]
    tamper: Contact | None = None
    maintenance: Contact | None = None
    person: Contact | None = None

    def contacts(self) -> tuple[Contact, ...]:
        others = (self.tamper, self.maintenance, self.person)
        return (*self.doors.values(), *(contact for contact in others if contact is not None))


class BoardCabinet(PolledDevice):
    """Driver of the sensors on one board.

    A tamper alarm stays until `reset`: whoever looks at the machine afterwards has to see it.
    """

    def __init__(
        self, board: IoBoard, wiring: CabinetWiring, clock: Clock, *, simulated: bool = False
    ) -> None:
        super().__init__(DeviceName.CABINET, FailureCode.CABINET_UNAVAILABLE, clock, simulated=simulated)
        board.attach()
        self._board = board
        self._wiring = wiring
        self._struck = False

    async def sensors(self) -> CabinetSensors:
        if self._closed:
            return self._nothing_known()
        try:
            return await self._sensed()
        except BoardDown:
            return self._nothing_known()

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - sensors hold no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Forget a tamper alarm that is over; Failed where the sensors cannot be read."""

        async def reset() -> Completion[MediaPosition]:
            try:
                self._struck = False
                await self._sensed()
            except BoardDown as error:
                return Failed(self._fault(str(error)))
            return Done(MediaPosition.NOT_PRESENT)

        return await self._run(reset, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def close(self) -> None:
        if self._closed:
            return
        await super().close()
        self._board.detach()

    async def _state(self) -> State:
        try:
            return DeviceState.ONLINE, cabinet_faults(await self._sensed())
        except BoardDown as error:
            return DeviceState.OFFLINE, (self._fault(str(error)),)

    async def _sensed(self) -> CabinetSensors:
        """Read the contacts; raises BoardDown."""
        wiring = self._wiring
        read = await self._board.inputs({contact.number for contact in wiring.contacts()})

        def struck(contact: Contact | None) -> bool:
            return contact is not None and read[contact.number] is not contact.quiet

        self._struck = self._struck or struck(wiring.tamper)
        person = Presence.PRESENT if struck(wiring.person) else Presence.NOT_PRESENT
        return CabinetSensors(
            doors={
                door: DoorState.OPEN if struck(contact) else DoorState.CLOSED
                for door, contact in wiring.doors.items()
            },
            switch=OperatorSwitch.MAINTENANCE if struck(wiring.maintenance) else OperatorSwitch.RUN,
            tamper=SensorState.ON if self._struck else SensorState.OFF,
            person=person if wiring.person else Presence.UNKNOWN,
        )

    def _nothing_known(self) -> CabinetSensors:
        return CabinetSensors(
            doors=dict.fromkeys(self._wiring.doors, DoorState.UNKNOWN),
            switch=OperatorSwitch.UNKNOWN if self._wiring.maintenance else OperatorSwitch.RUN,
            tamper=SensorState.UNKNOWN if self._wiring.tamper else SensorState.OFF,
        )
