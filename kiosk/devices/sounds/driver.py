"""The machine's tones through a player."""

from kiosk.clock import Clock
from kiosk.devices.cabinet_contracts import Tone
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    Done,
    Failed,
    MediaAction,
    MediaPosition,
    Refused,
)
from kiosk.devices.polled import PolledDevice, State
from kiosk.devices.sounds.player import NotPlayed, Player
from kiosk.devices.sounds.tones import silence_wav, tone_wav
from kiosk.domain.failure import FailureCode, Fault

PROBE_S = 0.02
"""Silence that is played to find out whether sound works again, seconds."""


class PlayedSounds(PolledDevice):
    """Driver of one loudspeaker or jack.

    Whether anybody hears a tone no program can know: Done says that the sound service took it all.
    After a failure the status says so until something was played again; `reset` tries.
    """

    def __init__(self, player: Player, clock: Clock, *, simulated: bool = False) -> None:
        super().__init__(DeviceName.SOUNDS, FailureCode.SOUNDS_UNAVAILABLE, clock, simulated=simulated)
        self._player = player
        self._failed: Fault | None = None

    async def play(self, tone: Tone, *, volume: int, deadline_s: float) -> Completion[None]:
        async def play() -> Completion[None]:
            return await self._play(tone_wav(tone, min(volume, 100))) if volume > 0 else Done(None)

        return await self._run(play, deadline_s=deadline_s, late=self._too_long)

    async def reset(
        self,
        action: MediaAction,  # noqa: ARG002 - a loudspeaker holds no card
        *,
        deadline_s: float,
    ) -> Completion[MediaPosition]:
        """Play a moment of silence, to find out whether sound works."""

        async def reset() -> Completion[MediaPosition]:
            played = await self._play(silence_wav(PROBE_S))
            return Done(MediaPosition.NOT_PRESENT) if isinstance(played, Done) else played

        return await self._run(reset, deadline_s=deadline_s, late=self._too_long)

    async def _state(self) -> State:
        missing = self._player.missing()
        if missing is not None:
            return DeviceState.OFFLINE, (self._fault(missing),)
        if self._failed is not None:
            return DeviceState.HARDWARE_ERROR, (self._failed,)
        return DeviceState.ONLINE, ()

    async def _play(self, wav: bytes) -> Completion[None]:
        missing = self._player.missing()
        if missing is not None:
            return Refused(self._fault(missing))
        try:
            await self._player.play(wav)
        except NotPlayed as error:
            self._failed = self._fault(str(error))
            return Failed(self._failed)
        self._failed = None
        return Done(None)

    def _too_long(self, why: str) -> Failed:
        """A tone takes about a second: a player that is not through by the deadline hangs."""
        fault = self._fault(why)
        if not self._closed:
            self._failed = fault
        return Failed(fault)
