"""The simulated scanner: reads the printed line of the specimen that lies in the station."""

import tomllib
from pathlib import Path

from kiosk.devices.contracts import Completion, DeviceName, Done, Failed, Orientation, Refused
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace, Picture
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode, Fault

_LARGEST_SPECIMEN = 64 * 1024
_LONGEST_LINE = 128
_IN_SIGHT = frozenset({Picture.AT_CHIP, Picture.AT_PRINT})
_LOOK_ALIKES = str.maketrans("S0O1IB82Z", "50Q1l8BZ2")
"""Characters that optical reading takes for each other; ``CS`` becomes ``C5``."""


class SimulatedScanner(SimulatedDevice):
    """Sees what stands in ``permits/SLUG/specimen.toml`` under the key ``line``."""

    def __init__(self, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace) -> None:
        super().__init__(
            DeviceName.SCANNER,
            FailureCode.SCANNER_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )

    async def read_line(self, *, deadline_s: float) -> Completion[str]:
        return await self._run(self._read_line, deadline_s=deadline_s, late=FailureCode.LINE_UNREADABLE)

    async def _read_line(self) -> Completion[str]:
        if self._mechanism.state().picture not in _IN_SIGHT:
            return Refused(Fault(FailureCode.LINE_UNREADABLE, "no card in sight"))
        await self._pace.spend(self._pace.times.scan)
        state = self._mechanism.state()
        if state.card is None or state.picture not in _IN_SIGHT:
            return Failed(Fault(FailureCode.CARD_REMOVED, "pulled out while it was scanned"))
        if state.orientation is not Orientation.RIGHT or self._takes("unreadable"):
            return Failed(Fault(FailureCode.LINE_UNREADABLE, "no line in sight"))
        line = printed_line(self._mechanism.permits / state.card)
        if line is None:
            return Failed(Fault(FailureCode.LINE_UNREADABLE, "the specimen has no printed line"))
        return Done(self._as_seen(line))

    def _as_seen(self, line: str) -> str:
        if self._takes("smudged"):
            return "".join("?" if index % 9 == 4 else mark for index, mark in enumerate(line))
        if self._takes("confused"):
            return line[:12].translate(_LOOK_ALIKES) + line[12:]
        return line

    def _takes(self, fault: str) -> bool:
        return self._faults.take(DeviceName.SCANNER, fault)


def printed_line(specimen: Path) -> str | None:
    """Return the printed line of a specimen's folder, None where it has none that could be one."""
    try:
        with (specimen / "specimen.toml").open("rb") as file:
            content = file.read(_LARGEST_SPECIMEN + 1)
        line = tomllib.loads(content.decode()).get("line") if len(content) <= _LARGEST_SPECIMEN else None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return line if isinstance(line, str) and 0 < len(line) <= _LONGEST_LINE else None
