"""Guidance lights on the relay or transistor outputs of an I/O board; the driver makes them flash."""

import asyncio
from collections.abc import Collection, Mapping

from kiosk.clock import Clock
from kiosk.devices.cabinet_contracts import (
    DARK,
    FLASHES_PER_S,
    FlashRate,
    Light,
    LightColour,
    Lighting,
    LightsCapabilities,
    LightSetting,
)
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Unknown,
)
from kiosk.devices.io_board.board import BoardDown, IoBoard
from kiosk.devices.polled import PolledDevice, State
from kiosk.domain.failure import FailureCode

Lamps = Mapping[LightColour | None, int]
"""Outputs of one light by colour; None for a light of one colour."""

AGAIN_S = 1.0
"""How long the flashing rests after the board did not answer, seconds."""

_STEP_S = 0.5 / FLASHES_PER_S[FlashRate.QUICK]


class BoardLights(PolledDevice):
    """Driver of the lights of one board.

    Args:
        board: shared with whatever else hangs on it.
        wiring: the outputs, numbered from 0, of every light there is.
    """

    def __init__(
        self, board: IoBoard, wiring: Mapping[Light, Lamps], clock: Clock, *, simulated: bool = False
    ) -> None:
        super().__init__(DeviceName.LIGHTS, FailureCode.LIGHTS_UNAVAILABLE, clock, simulated=simulated)
        board.attach()
        self._board = board
        self._wiring = dict(wiring)
        self._settings: dict[Light, LightSetting] = dict.fromkeys(self._wiring, DARK)
        self._flashing: asyncio.Task[None] | None = None

    async def capabilities(self) -> LightsCapabilities:
        return LightsCapabilities(
            {
                light: frozenset(colour for colour in lamps if colour is not None)
                for light, lamps in self._wiring.items()
            }
        )

    async def light(self, wanted: Lighting, *, deadline_s: float) -> Completion[None]:
        """Set these lights. Unknown where the board does not answer: which of them are lit nobody knows."""

        async def light() -> Completion[None]:
            self._settings.update(
                {light: setting for light, setting in wanted.items() if light in self._wiring}
            )
            return await self._show()

        return await self._run(light, deadline_s=deadline_s, late=lambda why: Unknown(self._fault(why)))

    def shown(self) -> Lighting:
        return {light: self._settings.get(light, DARK) for light in Light}

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - lights hold no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Put every light out."""

        async def reset() -> Completion[MediaPosition]:
            self._settings = dict.fromkeys(self._wiring, DARK)
            shown = await self._show()
            return Done(MediaPosition.NOT_PRESENT) if isinstance(shown, Done) else shown

        return await self._run(reset, deadline_s=deadline_s, late=lambda why: Failed(self._fault(why)))

    async def close(self) -> None:
        if self._closed:
            return
        await super().close()
        self._board.detach()

    async def _state(self) -> State:
        """Say whether the board answers, and light again what a board without power has forgotten."""
        try:
            burning = await self._board.outputs(self._outputs())
            forgotten = {output: on for output, on in self._steady().items() if burning[output] is not on}
            await self._board.set_outputs(forgotten)
        except BoardDown as error:
            return DeviceState.OFFLINE, (self._fault(str(error)),)
        return DeviceState.ONLINE, ()

    async def _show(self) -> Completion[None]:
        try:
            await self._board.set_outputs(self._outputs())
        except BoardDown as error:
            return Unknown(self._fault(str(error)))
        finally:
            self._flash()
        return Done(None)

    def _flash(self) -> None:
        """Let the lights flash as long as one of them should."""
        if self._flashing is None and self._any_flashes() and not self._closed:
            self._flashing = self._background.start(self._keep_flashing(), "lights flash")

    async def _keep_flashing(self) -> None:
        shown: Mapping[int, bool] = {}
        while self._any_flashes():
            await self._clock.sleep(_STEP_S - self._clock.monotonic() % _STEP_S)
            wanted = self._outputs()
            changed = {output: on for output, on in wanted.items() if shown.get(output) is not on}
            try:
                await self._board.set_outputs(changed)
                shown = wanted
            except BoardDown:  # status() says so; after its return everything is written anew
                shown = {}
                await self._clock.sleep(AGAIN_S)
        self._flashing = None

    def _any_flashes(self) -> bool:
        return any(setting.rate in FLASHES_PER_S for setting in self._settings.values())

    def _steady(self) -> dict[int, bool]:
        """Return the outputs of the lights that do not flash."""
        steady = {light for light, setting in self._settings.items() if setting.rate not in FLASHES_PER_S}
        return self._outputs(steady)

    def _outputs(self, lights: Collection[Light] | None = None) -> dict[int, bool]:
        """Return every output, or those of some lights, as it should be now."""
        now = self._clock.monotonic()
        outputs: dict[int, bool] = {}
        for light, lamps in self._wiring.items():
            if lights is not None and light not in lights:
                continue
            setting = self._settings[light]
            chosen = lamps.get(setting.colour, next(iter(lamps.values()), None))
            for output in lamps.values():
                outputs[output] = output == chosen and is_lit(setting.rate, now)
        return outputs


def is_lit(rate: FlashRate, now: float) -> bool:
    """Tell whether a light of this rate is lit at a moment in seconds; all of a rate flash together."""
    match rate:
        case FlashRate.OFF:
            return False
        case FlashRate.CONTINUOUS:
            return True
        case _:
            return (now * FLASHES_PER_S[rate]) % 1.0 < 0.5
