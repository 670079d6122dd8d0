"""The simulated loudspeaker: what was played stands in a file; nothing is heard."""

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.cabinet_contracts import Tone
from kiosk.devices.contracts import Completion, DeviceName, Done
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode

TONE_S = 0.6
"""How long a simulated tone takes, seconds."""

KEPT = 32
"""Tones that are remembered."""


class Played(BaseModel):
    """One tone that was played; volume 0 to 100."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tone: Tone
    volume: int = Field(ge=0, le=100)


class Loudspeaker(BaseModel):
    """The content of ``sounds.json``: how many tones were played, and the last of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(default=0, ge=0)
    last: tuple[Played, ...] = Field(default=(), max_length=KEPT)


class SimulatedSounds(SimulatedDevice):
    """Plays tones one after the other."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.SOUNDS,
            FailureCode.SOUNDS_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        self._speaker = StateFile(folder, "sounds.json", fresh=Loudspeaker(), unreadable=Loudspeaker())

    async def play(self, tone: Tone, *, volume: int, deadline_s: float) -> Completion[None]:
        async def play() -> Completion[None]:
            if volume > 0:
                await self._pace.spend(TONE_S)
                self._remember(Played(tone=tone, volume=min(volume, 100)))
            return Done(None)

        return await self._run(play, deadline_s=deadline_s, late=FailureCode.SOUNDS_UNAVAILABLE)

    def loudspeaker(self) -> Loudspeaker:
        return self._speaker.read()

    def _remember(self, played: Played) -> None:
        def edit(speaker: Loudspeaker) -> Loudspeaker:
            last = (*speaker.last, played)[-KEPT:]
            return Loudspeaker(count=speaker.count + 1, last=last)

        self._speaker.change(edit)
