"""What serial and keyboard-wedge scanners share: waiting for the reading that a command wants."""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
)
from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.scanner.codes import OtherReading, PermitReading, Reading, classify
from kiosk.domain.beijing import beijing_date
from kiosk.domain.failure import FailureCode, Fault

TRIES = 3
"""How often a line whose check digits disagree is read again before it is given back as read."""

_MOST_HELD = 16

T = TypeVar("T")


class ReadingScanner(PolledDevice):
    """Base of the scanners: `CodeScanner` and `PaymentCodeScanner` over `_next`.

    Args:
        name: the code scanner's, or another for a second scanner.
    """

    def __init__(self, clock: Clock, *, name: str = DeviceName.SCANNER, simulated: bool = False) -> None:
        super().__init__(name, FailureCode.SCANNER_UNAVAILABLE, clock, simulated=simulated)
        self._readings: deque[str] = deque(maxlen=_MOST_HELD)

    async def read_line(self, *, deadline_s: float) -> Completion[str]:
        """Return the printed line as read: at best one whose check digits agree."""
        tried: list[str] = []

        async def read_line() -> Completion[str]:
            while len(tried) < TRIES:
                reading = await self._wanted()
                if isinstance(reading, PermitReading):
                    tried.append(reading.text)
                    if reading.sound:
                        break
            return Done(tried[-1])

        def late(why: str) -> Completion[str]:
            if tried and not self._closed:
                return Done(tried[-1])
            return Failed(Fault(FailureCode.LINE_UNREADABLE, why))

        return await self._scan(read_line, deadline_s=deadline_s, late=late)

    async def read_payment_code(self, *, deadline_s: float) -> Completion[PaymentCode]:
        async def read_code() -> Completion[PaymentCode]:
            while not isinstance(reading := await self._wanted(), PaymentCode):
                pass
            return Done(reading)

        return await self._scan(read_code, deadline_s=deadline_s, late=self._nothing_read)

    async def read_code(self, *, deadline_s: float) -> Completion[str]:
        """Return the next code that is neither a payment code nor a permit's line, e.g. of a slip."""

        async def read_code() -> Completion[str]:
            while not isinstance(reading := await self._wanted(), OtherReading):
                pass
            return Done(reading.text)

        return await self._scan(read_code, deadline_s=deadline_s, late=self._nothing_read)

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a scanner holds no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Forget what was read; Refused where the scanner cannot be reached."""

        async def settle() -> Completion[MediaPosition]:
            self._readings.clear()
            _, faults = await self._reach()
            return Refused(faults[0]) if faults else Done(MediaPosition.NOT_PRESENT)

        return await self._run(settle, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def _next(self) -> str:
        """Wait for the next reading; raises LineDown."""
        raise NotImplementedError

    async def _reach(self) -> State:
        """Say how the scanner is while no reading is wanted."""
        return await self._state()

    async def _scan(
        self,
        action: Callable[[], Awaitable[Completion[T]]],
        *,
        deadline_s: float,
        late: Callable[[str], Completion[T]],
    ) -> Completion[T]:
        """Run a command on fresh readings: one from before it was wanted may be another person's."""
        self._readings.clear()
        return await self._run(action, deadline_s=deadline_s, late=late)

    async def _wanted(self) -> Reading:
        text = await self._next()
        return classify(text, beijing_date(self._clock.now()))

    def _nothing_read(self, why: str) -> Failed:
        return Failed(Fault(FailureCode.TIMED_OUT, why))
