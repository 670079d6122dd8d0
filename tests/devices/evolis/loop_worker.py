"""Makes the SDK's calls in the loop and lets them take their time there: virtual time stays exact."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from kiosk.devices.evolis.worker import SdkWorker
from kiosk.devices.simulated.mechanism import Pace
from tests.devices.evolis.stand_in import StandInSdk

T = TypeVar("T")


class LoopWorker(SdkWorker):
    def __init__(self, sdk: StandInSdk, pace: Pace) -> None:
        super().__init__()
        self._sdk = sdk
        self._pace = pace
        self._call: asyncio.Task[object] | None = None

    @property
    def busy(self) -> bool:
        return self._call is not None and not self._call.done()

    def call(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        task = asyncio.get_running_loop().create_task(self._make(work))
        self._call = task  # type: ignore[assignment] # only ever asked whether it is done
        return task

    async def _make(self, work: Callable[[], T]) -> T:
        self._sdk.took_s = 0.0
        try:
            return work()
        finally:
            await self._pace.spend(self._sdk.took_s)
