"""The technician: comes when something is stuck, or for no reason at all."""

from dataclasses import dataclass

from kiosk.simulation.fate import Fate
from kiosk.simulation.hardware.scene import BIN_CAPACITY, Place, Scene

_LATE = 0.1
"""Chance that nobody comes for a long while, before the world's storm."""

_LATE_S = 600.0


@dataclass(slots=True, eq=False)
class Technician:
    """Comes when something is stuck, opens the door, and leaves the machine working."""

    scene: Scene
    fate: Fate

    async def live(self) -> None:
        """Watch over the machine for ever."""
        while True:
            await self.scene.until(self._needed)
            await self.scene.clock.sleep(self.fate.seconds("technician comes after", 20.0, 200.0))
            if self.fate.fault("the technician is late", _LATE):
                await self.scene.clock.sleep(_LATE_S)
            if self._needed():
                await self.visit()

    async def visit(self) -> None:
        """Open the door, take out what is stuck, empty the bin, close the door."""
        scene = self.scene
        scene.story("the technician opens the door")
        scene.cover_open = True
        scene.guard(door_open=True)
        await scene.clock.sleep(self.fate.seconds("door open for", 3.0, 25.0))
        self.repair()
        scene.story("the technician closes the door")

    def repair(self) -> None:
        """Leave everything as it should be."""
        scene, card = self.scene, self.scene.card
        if card is not None and card.place is Place.JAMMED:
            by_hand = self.fate.chance("technician takes the card out", 0.7)
            scene.put(card, Place.STAFF if by_hand else Place.CHIP)
        while scene.bin:
            scene.put(scene.bin.pop(), Place.STAFF)
        scene.cover_open = scene.printer_error = False
        scene.guard(door_open=False)

    def _needed(self) -> bool:
        return self.scene.at(Place.JAMMED) or self.scene.printer_error or len(self.scene.bin) >= BIN_CAPACITY
