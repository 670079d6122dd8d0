"""The card's way through the machine, with its jams, its lies, and hands that are quicker."""

from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Orientation,
    Refused,
)
from kiosk.domain.failure import FailureCode, Fault
from kiosk.simulation.hardware.device import FAULTS, SimulatedDevice
from kiosk.simulation.hardware.scene import BIN_CAPACITY, IN_MACHINE, POSITIONS, Card, Place

_TO = {MediaPosition.CHIP: Place.CHIP, MediaPosition.PRINT: Place.PRINT}
_DRAW_IN_S, _MOVE_S, _PRESENT_S, _RETAIN_S, _RESET_S = 1.2, 0.8, 1.5, 2.0, 3.0


class SimulatedStation(SimulatedDevice):
    device = DeviceName.STATION

    async def locate(self) -> MediaPosition:
        self._life.point("before card_station.locate")
        if self._scene.is_gone(self.device) or self._goes_wrong("cannot see the card", FAULTS / 3):
            return MediaPosition.UNKNOWN
        where = self._scene.position()
        if self._goes_wrong("tells late where the card is", FAULTS / 3):
            await self._scene.clock.sleep(self._scene.fate.seconds("tells after", 0.1, 4.0))
        return where

    async def retained_count(self) -> int:
        return len(self._scene.bin)

    async def accept(self, *, deadline_s: float) -> Completion[Orientation]:
        return await self._command("accept", self._accept, deadline_s)

    async def move(self, to: MediaPosition, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._command("move", lambda: self._travel(_TO[to], _MOVE_S), deadline_s)

    async def eject(self, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._command("eject", lambda: self._travel(Place.EXIT, _PRESENT_S), deadline_s)

    async def retain(self, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._command("retain", self._retain, deadline_s)

    async def wait_taken(self, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._command("wait_taken", lambda: self._taken(deadline_s), deadline_s)

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._command("reset", lambda: self._reset(action), deadline_s)

    # --- parts -----------------------------------------------------------------------------------

    def _faults(self) -> tuple[Fault, ...]:
        if self._scene.at(Place.JAMMED):
            return (Fault(FailureCode.CARD_JAMMED),)
        return (Fault(FailureCode.RETAIN_BIN_FULL),) if len(self._scene.bin) >= BIN_CAPACITY else ()

    async def _accept(self) -> Completion[Orientation]:
        scene = self._scene
        if scene.at(*IN_MACHINE):
            return Refused(self._unavailable("the way is not free"))
        scene.entry_open = True
        scene.changed()
        try:
            await scene.until(lambda: scene.at(Place.ENTRY))
        finally:
            if not self._life.over:
                scene.entry_open = False
        card = scene.card
        if card is None:
            raise AssertionError("a card is at the entry")
        jams = self._goes_wrong("jams while it draws the card in")
        await scene.move(_DRAW_IN_S, lambda: self._arrive(card, Place.ENTRY, Place.CHIP, jams=jams))
        if not scene.at(Place.CHIP):
            return self._not_there()
        return Done(Orientation.UPSIDE_DOWN if card.upside_down else Orientation.RIGHT)

    async def _travel(self, to: Place, seconds: float) -> Completion[MediaPosition]:
        """Bring the card from where it is to where it shall be."""
        scene, card = self._scene, self._scene.card
        if card is None or card.place is Place.ENTRY:
            return Refused(Fault(FailureCode.CARD_REMOVED, "no card is inside"))
        if card.place is Place.JAMMED:
            return Refused(Fault(FailureCode.CARD_JAMMED))
        if scene.printing:
            return Refused(self._unavailable("the card is being printed"))
        if card.place is to:
            return Done(scene.position())
        jams = self._goes_wrong(f"jams on the way to {to.name.lower()}")
        source = card.place
        await scene.move(seconds, lambda: self._arrive(card, source, to, jams=jams))
        if not scene.at(to):
            lies = jams and self._goes_wrong("says done though the card jammed", 0.2)
            return Done(POSITIONS[to]) if lies else self._not_there()
        if self._goes_wrong("says failed though the card arrived"):
            return self._failed(FailureCode.STATION_UNAVAILABLE, "so it says")
        return Done(scene.position())

    def _arrive(self, card: Card, source: Place, to: Place, *, jams: bool) -> None:
        """End a motion, unless somebody took the card meanwhile."""
        if self._scene.card is card and card.place is source:
            self._scene.put(card, Place.JAMMED if jams else to)

    def _not_there(self) -> Failed:
        if self._scene.at(Place.JAMMED):
            return self._failed(FailureCode.CARD_JAMMED)
        return self._failed(FailureCode.CARD_REMOVED, "pulled out on the way")

    async def _retain(self) -> Completion[MediaPosition]:
        if len(self._scene.bin) >= BIN_CAPACITY:
            return Refused(Fault(FailureCode.RETAIN_BIN_FULL))
        card = self._scene.card
        if card is None or card.place in {Place.JAMMED, Place.ENTRY}:
            return Refused(Fault(FailureCode.CARD_REMOVED, "no card is at the exit"))
        source, jams = card.place, self._goes_wrong("jams while it retains the card", FAULTS * 5)
        await self._scene.move(_RETAIN_S, lambda: self._arrive(card, source, Place.BIN, jams=jams))
        return Done(MediaPosition.RETAINED) if card.place is Place.BIN else self._not_there()

    async def _taken(self, deadline_s: float) -> Completion[MediaPosition]:
        scene = self._scene
        if scene.card is None or scene.card.place is Place.ENTRY:
            return Done(MediaPosition.NOT_PRESENT)
        if not scene.at(Place.EXIT):
            return Refused(self._unavailable("no card is presented"))
        waited = scene.move(deadline_s, scene.changed)
        await scene.until(lambda: waited.done() or scene.is_gone(self.device) or not scene.at(Place.EXIT))
        if not scene.at(Place.EXIT):
            return Done(MediaPosition.NOT_PRESENT)
        if scene.is_gone(self.device):
            return Refused(self._unavailable("the line was lost while the card was presented"))
        return self._failed(FailureCode.CARD_LEFT)

    async def _reset(self, action: MediaAction) -> Completion[MediaPosition]:
        """Clear the way; every second jam comes free by itself."""
        scene = self._scene
        await scene.clock.sleep(_RESET_S)
        card = scene.card
        if card is not None and card.place is Place.JAMMED and scene.fate.chance("the jam comes free", 0.5):
            scene.put(card, Place.CHIP)
        match action:
            case MediaAction.EJECT if scene.at(*IN_MACHINE):
                return await self._travel(Place.EXIT, _PRESENT_S)
            case MediaAction.RETAIN if scene.at(*IN_MACHINE):
                return await self._retain()
        return Done(scene.position())
