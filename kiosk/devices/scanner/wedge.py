"""A scanner that types: it poses as a keyboard, and its keys are told from a person's by their speed.

The screen hands every key it gets to `WedgeScanner.key`; those that belong to a reading never reach a
field. A scanner types a character every 1 to 20 ms, a person hardly one in 80 ms.
"""

import asyncio
from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.devices.contracts import DeviceName, DeviceState
from kiosk.devices.polled import State
from kiosk.devices.scanner.framing import LONGEST
from kiosk.devices.scanner.reading import ReadingScanner

FAST_S = 0.05
"""Longest time between two keys of a scanner, seconds."""

SHORTEST = 8
"""Characters of the shortest reading: fewer could be a quick hand."""

_ENDS = frozenset({"\r", "\n", "\t"})


@dataclass(frozen=True, slots=True)
class WedgeLayout:
    """What a wrong keyboard layout makes of the characters that matter.

    A scanner set to a US keyboard types the positions of keys: where the machine's layout is another, or
    Caps Lock is on, other characters come. The default is for matching layouts.
    """

    corrections: tuple[tuple[str, str], ...] = ()

    def corrected(self, text: str) -> str:
        return text.translate({ord(wrong): right for wrong, right in self.corrections})


GERMAN_KEYBOARD = WedgeLayout(((";", "<"), ("z", "y"), ("y", "z"), ("Z", "Y"), ("Y", "Z")))
"""A scanner set to US on a machine set to German."""


class WedgeReadings:
    """Cuts keys into readings; bounded, and quick to forget."""

    def __init__(self, layout: WedgeLayout | None = None) -> None:
        self._layout = layout or WedgeLayout()
        self._held: list[str] = []
        self._last_at = float("-inf")
        self._spoilt = False

    @property
    def typing(self) -> bool:
        """Whether the keys so far can only be a scanner's: the screen then keeps them from its fields."""
        return len(self._held) >= SHORTEST

    def key(self, text: str, at: float) -> str | None:
        """Take one key at a moment in seconds of a clock that never goes back; return a whole reading."""
        if at - self._last_at > FAST_S:
            self._forget()
        self._last_at = at
        if text in _ENDS:
            return self._finished()
        if len(text) != 1 or not text.isascii() or not text.isprintable() or len(self._held) >= LONGEST:
            self._spoilt = True
        else:
            self._held.append(text)
        return None

    def _finished(self) -> str | None:
        reading = self._layout.corrected("".join(self._held)).strip()
        whole = not self._spoilt and len(reading) >= SHORTEST
        self._forget()
        return reading if whole else None

    def _forget(self) -> None:
        self._held.clear()
        self._spoilt = False


class WedgeScanner(ReadingScanner):
    """Driver of one scanner; `key` is its cable.

    Nothing tells whether a keyboard is plugged in before it types: the status is ONLINE unless
    `plugged` was told otherwise by whoever watches the input devices.
    """

    def __init__(
        self,
        clock: Clock,
        layout: WedgeLayout | None = None,
        *,
        name: str = DeviceName.SCANNER,
        simulated: bool = False,
    ) -> None:
        super().__init__(clock, name=name, simulated=simulated)
        self._keys = WedgeReadings(layout)
        self._arrived = asyncio.Event()
        self._plugged = True

    def key(self, text: str) -> bool:
        """Take one key, from the runtime's loop; tell whether it belongs to a reading."""
        typing = self._keys.typing
        reading = self._keys.key(text, self._clock.monotonic())
        if reading is not None:
            self._readings.append(reading)
            self._arrived.set()
        return typing or reading is not None

    def plugged(self, there: bool) -> None:
        """Say that the scanner was plugged in or pulled out."""
        self._plugged = there
        for listener in tuple(self._listeners):
            listener()

    async def _state(self) -> State:
        if self._plugged:
            return DeviceState.ONLINE, ()
        return DeviceState.OFFLINE, (self._fault("not plugged in"),)

    async def _next(self) -> str:
        while not self._readings:
            self._arrived.clear()
            await self._arrived.wait()
        return self._readings.popleft()
