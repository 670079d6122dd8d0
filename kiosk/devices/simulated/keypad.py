"""The simulated keypad: a tester presses its keys and plugs headphones in, from any process."""

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.cabinet_contracts import Key, KeyListener, Presence
from kiosk.devices.contracts import Completion, DeviceName, Done, Failed, Unsubscribe
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode

KEPT = 32
"""Key presses that are remembered; more within one look at the file are lost, as on a full buffer."""


class Keys(BaseModel):
    """The content of ``keypad.json``.

    Attributes:
        count: keys pressed in all; the last of `pressed` has this number.
        headphones: whether they are plugged in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(default=0, ge=0)
    pressed: tuple[Key, ...] = Field(default=(), max_length=KEPT)
    headphones: Presence = Presence.NOT_PRESENT


class SimulatedKeypad(SimulatedDevice):
    """Tells its listeners of keys pressed since they began to listen."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.KEYPAD,
            FailureCode.KEYPAD_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        unclear = Keys(headphones=Presence.UNKNOWN)
        self._keys = StateFile(folder, "keypad.json", fresh=Keys(), unreadable=unclear)

    def listen(self, listener: KeyListener) -> Unsubscribe:
        seen = self.keys().count

        def look() -> None:
            nonlocal seen
            now = self.keys()
            fresh, seen = now.count - seen, now.count
            if fresh > 0 and not self._out_of_reach():
                for key in now.pressed[-fresh:]:
                    listener(key)

        return self._watch.subscribe(look)

    async def read_key(self, *, deadline_s: float) -> Completion[Key]:
        async def read_key() -> Completion[Key]:
            arrived: list[Key] = []
            unsubscribe = self.listen(arrived.append)
            try:
                await self._watch.until(lambda: bool(arrived) or self._closed)
            finally:
                unsubscribe()
            return Done(arrived[0]) if arrived else Failed(self._fault("closed"))

        return await self._run(read_key, deadline_s=deadline_s, late=FailureCode.TIMED_OUT)

    def headphones(self) -> Presence:
        return Presence.UNKNOWN if self._out_of_reach() else self.keys().headphones

    # what a tester does

    def keys(self) -> Keys:
        return self._keys.read()

    def press(self, key: Key) -> Keys:
        return self._keys.change(
            lambda keys: Keys(
                count=keys.count + 1, pressed=(*keys.pressed, key)[-KEPT:], headphones=keys.headphones
            )
        )

    def plug(self, there: bool) -> Keys:
        """Plug headphones in or pull them out."""
        headphones = Presence.PRESENT if there else Presence.NOT_PRESENT
        return self._keys.change(lambda keys: keys.model_copy(update={"headphones": headphones}))
