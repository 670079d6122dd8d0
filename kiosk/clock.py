"""The clock contract: nothing else in the program reads time or waits (a lint rule keeps it so)."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time as the program sees it; a simulation puts virtual time here."""

    def now(self) -> datetime:
        """Return the wall clock, aware UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go back, from an arbitrary origin."""

    async def sleep(self, seconds: float) -> None: ...

    async def sleep_until(self, moment: datetime) -> None:
        """Wait until the wall clock shows `moment` (aware); return at once if it is past."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0.0))

    async def sleep_until(self, moment: datetime) -> None:
        await self.sleep((moment - self.now()).total_seconds())
