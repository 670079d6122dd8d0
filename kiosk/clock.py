"""The clock contract: nothing else in the program reads time or waits (a lint rule keeps it so)."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time as the program sees it; a simulation puts virtual time here.

    `now` is for what is told and written; whatever is waited for is counted by `monotonic`.
    """

    def now(self) -> datetime:
        """Return the wall clock, aware UTC; it may be set at any moment, either way."""

    def monotonic(self) -> float:
        """Return seconds that never go back or jump, from an arbitrary origin."""

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0.0))
