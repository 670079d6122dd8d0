"""The simulated card station: the `CardStation` contract over the mechanism's sensors and motors."""

import asyncio

from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Orientation,
    Refused,
    Unknown,
)
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import (
    BIN_CAPACITY,
    WAY_FREE,
    Mechanism,
    MechanismState,
    Pace,
    Picture,
    PrintPhase,
)
from kiosk.devices.simulated.watch import Watch
from kiosk.devices.upkeep import Consumable, ConsumableKind, Counted, Counter, Unit, counted
from kiosk.domain.failure import FailureCode, Fault

_GRIPPED = frozenset({Picture.AT_ENTRY, Picture.AT_CHIP, Picture.AT_PRINT, Picture.AT_EXIT})
_BIN_NEARLY_FULL = 5  # cards that still find room
_SLICES = 10  # how often, while it is drawn in, the card is looked for
_MOVES = {MediaPosition.CHIP: Picture.AT_CHIP, MediaPosition.PRINT: Picture.AT_PRINT}


class SimulatedCardStation(SimulatedDevice):
    """A motorised card way with one slot, chip and print positions and a retain bin."""

    def __init__(self, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace) -> None:
        super().__init__(
            DeviceName.STATION,
            FailureCode.STATION_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )

    async def locate(self) -> MediaPosition:
        if self._out_of_reach() or self._blind():
            return MediaPosition.UNKNOWN
        return self._mechanism.state().position

    async def retained_count(self) -> int:
        return len(self._mechanism.state().retained)

    async def consumables(self) -> tuple[Consumable, ...]:
        """Return the room in the retain bin (XFS4IoT Storage: ok, high, full)."""
        left = None if self._out_of_reach() else BIN_CAPACITY - await self.retained_count()
        kind, unit = ConsumableKind.RETAIN_BIN, Unit.CARDS
        return (counted(kind, "retain bin", left=left, threshold=_BIN_NEARLY_FULL, unit=unit),)

    async def counters(self) -> tuple[Counter, ...]:
        counts = self._mechanism.state().counters
        return (
            Counter(Counted.CARDS_ACCEPTED, counts.accepted),
            Counter(Counted.CARDS_PRESENTED, counts.presented),
            Counter(Counted.CARDS_RETAINED, counts.retained),
        )

    async def accept(self, *, deadline_s: float) -> Completion[Orientation]:
        return await self._run(self._accept, deadline_s=deadline_s, late=FailureCode.TIMED_OUT)

    async def move(self, to: MediaPosition, *, deadline_s: float) -> Completion[MediaPosition]:
        """Move the card to CHIP or PRINT; any other place is a mistake of the caller (ValueError)."""
        if to not in _MOVES:
            raise ValueError(f"a card is not moved to {to}: eject or retain it")

        async def move() -> Completion[MediaPosition]:
            return await self._travel(_MOVES[to], self._pace.times.to_print, jam="jam_on_move")

        return await self._run(move, deadline_s=deadline_s, late=FailureCode.STATION_UNAVAILABLE)

    async def eject(self, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._run(self._present, deadline_s=deadline_s, late=FailureCode.STATION_UNAVAILABLE)

    async def retain(self, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._run(self._retain, deadline_s=deadline_s, late=FailureCode.STATION_UNAVAILABLE)

    async def wait_taken(self, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._run(self._taken, deadline_s=deadline_s, late=FailureCode.CARD_LEFT)

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        async def reset() -> Completion[MediaPosition]:
            return await self._reset(action)

        return await self._run(reset, deadline_s=deadline_s, late=FailureCode.STATION_UNAVAILABLE)

    def _status(self) -> DeviceStatus:
        state = self._mechanism.state()
        if self._blind() or state.picture is Picture.UNCLEAR:
            return DeviceStatus(
                DeviceState.UNKNOWN, (self._fault("the sensors do not agree"),), simulated=True
            )
        if state.picture is Picture.JAMMED:
            jam = Fault(FailureCode.CARD_JAMMED)
            return DeviceStatus(DeviceState.HARDWARE_ERROR, (jam,), simulated=True)
        full = (Fault(FailureCode.RETAIN_BIN_FULL),) if len(state.retained) >= BIN_CAPACITY else ()
        return DeviceStatus(DeviceState.ONLINE, full, simulated=True)

    def _blind(self) -> bool:
        return self._faults.armed(DeviceName.STATION, "unknown_position")

    async def _accept(self) -> Completion[Orientation]:
        picture = self._mechanism.state().picture
        if self._blind() or picture not in WAY_FREE | {Picture.HALF_IN, Picture.AT_ENTRY}:
            return Refused(self._fault(f"the way is not free: {picture}"))
        self._mechanism.open_entry(True)
        try:
            return await self._draw_in()
        finally:
            self._mechanism.open_entry(False)

    async def _draw_in(self) -> Completion[Orientation]:
        """Wait for cards until one stays in; one pulled back at once is a false start, no failure."""
        while True:
            await self._watch.until(lambda: self._out_of_reach() or self._sees(Picture.AT_ENTRY))
            if self._out_of_reach():
                return Unknown(self._fault("the line was lost while waiting for a card"))
            for _ in range(_SLICES):
                await self._motor(self._pace.times.draw_in / _SLICES)
                if not self._sees(Picture.AT_ENTRY):
                    break
            else:
                drawn_in = self._mechanism.shift(Picture.AT_CHIP, only_from=frozenset({Picture.AT_ENTRY}))
                if drawn_in.picture is Picture.AT_CHIP:
                    return Done(drawn_in.orientation)

    async def _present(self) -> Completion[MediaPosition]:
        return await self._travel(Picture.AT_EXIT, self._pace.times.present, jam="jam_on_eject")

    async def _retain(self) -> Completion[MediaPosition]:
        if len(self._mechanism.state().retained) >= BIN_CAPACITY:
            return Refused(Fault(FailureCode.RETAIN_BIN_FULL))
        return await self._travel(Picture.RETAINED, self._pace.times.retain, jam="jam_on_move")

    async def _taken(self) -> Completion[MediaPosition]:
        picture = self._mechanism.state().picture
        if picture is Picture.NO_CARD:
            return Done(MediaPosition.NOT_PRESENT)
        if picture is not Picture.AT_EXIT:
            return Refused(self._fault(f"no card is presented: {picture}"))
        await self._watch.until(lambda: self._out_of_reach() or not self._sees(Picture.AT_EXIT))
        if self._out_of_reach():
            return Unknown(self._fault("the line was lost while the card was presented"))
        return Done(MediaPosition.NOT_PRESENT)

    async def _reset(self, action: MediaAction) -> Completion[MediaPosition]:
        await self._motor(self._pace.times.present)
        self._faults.take(DeviceName.STATION, "unknown_position")
        if self._blind():
            return Failed(self._fault("the sensors still do not agree"))
        state = self._mechanism.clear_way()
        if state.picture in WAY_FREE:
            return Done(state.position)
        match action:
            case MediaAction.EJECT:
                return await self._present()
            case MediaAction.RETAIN:
                return await self._retain()
            case MediaAction.KEEP:
                return Done(state.position)

    async def _travel(self, to: Picture, seconds: float, *, jam: str) -> Completion[MediaPosition]:
        before = self._mechanism.state()
        if before.picture is to:
            return Done(before.position)
        obstacle = self._obstacle(before, to)
        if obstacle is not None:
            return Refused(obstacle)
        await self._motor(seconds)
        if self._faults.take(DeviceName.STATION, jam):
            self._mechanism.shift(Picture.JAMMED, only_from=frozenset({before.picture}))
            return Failed(Fault(FailureCode.CARD_JAMMED))
        after = self._mechanism.shift(to, only_from=frozenset({before.picture}))
        if after.picture is to:
            return Done(after.position)
        if after.picture in WAY_FREE:
            return Failed(Fault(FailureCode.CARD_REMOVED, "pulled out on the way"))
        return Failed(self._fault(f"the card is {after.picture}"))

    def _obstacle(self, state: MechanismState, to: Picture) -> Fault | None:
        if state.picture in WAY_FREE:
            return Fault(FailureCode.CARD_REMOVED, "no card is inside")
        if state.picture is Picture.JAMMED:
            return Fault(FailureCode.CARD_JAMMED)
        if self._blind() or state.picture is Picture.UNCLEAR:
            return self._fault("the sensors do not agree where the card is")
        if state.print_phase is PrintPhase.PRINTING:
            return self._fault("the card is being printed")
        if state.picture not in _GRIPPED and to is not Picture.AT_EXIT:
            return self._fault("the card is not far enough in to be gripped")
        return None

    async def _motor(self, seconds: float) -> None:
        if self._faults.take(DeviceName.STATION, "stuck"):
            await asyncio.Event().wait()  # never: the deadline of the command ends it
        await self._pace.spend(seconds)

    def _sees(self, picture: Picture) -> bool:
        return self._mechanism.state().picture is picture
