"""A UPS through upsd, the server of Network UPS Tools, on this machine or another."""

import asyncio

from kiosk.clock import Clock
from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.cabinet_contracts import Mains, Power
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
)
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.ups.faults import power_faults
from kiosk.devices.ups.protocol import (
    NAME,
    Limits,
    NotUpsd,
    UpsSilent,
    list_variables,
    power,
    variables,
)
from kiosk.domain.failure import FailureCode

ANSWER_S = 1.0
"""How long upsd may take to answer, seconds."""

_UNKNOWN = Power(Mains.UNKNOWN)


class NutUps(PolledDevice):
    """Driver of one UPS.

    Args:
        line: to upsd, usually ``TcpByteLine("127.0.0.1", protocol.PORT)``; owned by this driver from now on.
        ups: its name in upsd's ups.conf; ValueError for one that cannot be.
    """

    def __init__(
        self,
        line: ByteLine,
        ups: str,
        clock: Clock,
        limits: Limits | None = None,
        *,
        simulated: bool = False,
    ) -> None:
        super().__init__(DeviceName.UPS, FailureCode.UPS_UNAVAILABLE, clock, simulated=simulated)
        if not NAME.fullmatch(ups):
            raise ValueError("not a name of a UPS")
        self._line = line
        self._ups = ups
        self._limits = limits or Limits()
        self._turn = asyncio.Lock()

    async def power(self) -> Power:
        if self._closed:
            return _UNKNOWN
        try:
            return await self._asked()
        except (LineDown, UpsSilent, NotUpsd):
            return _UNKNOWN

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a UPS holds no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Open the line anew and ask; Failed where the UPS cannot be asked."""

        async def reset() -> Completion[MediaPosition]:
            async with self._turn:
                self._line.drop()
            _, faults = await self._state()
            silent = [fault for fault in faults if fault.code is FailureCode.UPS_UNAVAILABLE]
            return Failed(silent[0]) if silent else Done(MediaPosition.NOT_PRESENT)

        return await self._run(reset, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def close(self) -> None:
        await super().close()
        self._line.drop()

    async def _state(self) -> State:
        try:
            return DeviceState.ONLINE, power_faults(await self._asked())
        except LineDown as error:
            return DeviceState.OFFLINE, (self._fault(str(error)),)
        except (UpsSilent, NotUpsd) as error:
            return DeviceState.UNKNOWN, (self._fault(str(error)),)

    async def _asked(self) -> Power:
        """Ask upsd; raises LineDown, UpsSilent, NotUpsd."""
        async with self._turn:
            whole = False
            try:
                async with asyncio.timeout(ANSWER_S):
                    await self._line.open()
                    await self._line.send(list_variables(self._ups))
                    found = await self._answer()
                whole = True
            except TimeoutError as error:
                raise LineDown(f"no answer within {ANSWER_S:g} s") from error
            except UpsSilent:
                whole = True
                raise
            finally:
                if not whole:
                    self._line.drop()
            return power(found, self._limits)

    async def _answer(self) -> dict[str, str]:
        received = b""
        while True:
            received += await self._line.receive()
            found = variables(received, self._ups)
            if found is not None:
                return dict(found)
