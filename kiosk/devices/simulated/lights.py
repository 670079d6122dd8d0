"""The simulated guidance lights: what they are set to stands in a file, for testers and the dock to see."""

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.cabinet_contracts import (
    DARK,
    FlashRate,
    Light,
    LightColour,
    Lighting,
    LightsCapabilities,
    LightSetting,
)
from kiosk.devices.contracts import Completion, DeviceName, Done, MediaAction, MediaPosition
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode

SWITCH_S = 0.02
"""How long the lights take to follow, seconds."""

_COLOURS = frozenset({LightColour.GREEN, LightColour.YELLOW, LightColour.RED, LightColour.WHITE})


class Lamp(BaseModel):
    """One light as stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: FlashRate = FlashRate.OFF
    colour: LightColour | None = None


class Panel(BaseModel):
    """The content of ``lights.json``; lights that are dark are left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lit: dict[Light, Lamp] = Field(default_factory=dict)


class SimulatedLights(SimulatedDevice):
    """Every light there can be, in four colours."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.LIGHTS,
            FailureCode.LIGHTS_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        self._panel = StateFile(folder, "lights.json", fresh=Panel(), unreadable=Panel())

    async def capabilities(self) -> LightsCapabilities:
        return LightsCapabilities(dict.fromkeys(Light, _COLOURS))

    async def light(self, wanted: Lighting, *, deadline_s: float) -> Completion[None]:
        async def light() -> Completion[None]:
            await self._pace.spend(SWITCH_S)
            self._set(wanted)
            return Done(None)

        return await self._run(light, deadline_s=deadline_s, late=FailureCode.LIGHTS_UNAVAILABLE)

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Put every light out."""
        settled = await super().reset(action, deadline_s=deadline_s)
        if isinstance(settled, Done):
            self._panel.change(lambda _: Panel())
        return settled

    def shown(self) -> Lighting:
        lit = self.panel().lit
        return {
            light: LightSetting(lit[light].rate, lit[light].colour) if light in lit else DARK
            for light in Light
        }

    def panel(self) -> Panel:
        return self._panel.read()

    def _set(self, wanted: Lighting) -> None:
        def edit(panel: Panel) -> Panel:
            lit = dict(panel.lit)
            for light, setting in wanted.items():
                if setting.rate is FlashRate.OFF:
                    lit.pop(light, None)
                else:
                    lit[light] = Lamp(rate=setting.rate, colour=setting.colour)
            return Panel(lit=lit)

        self._panel.change(edit)
