"""Card terminal and purse reader of one simulated machine, in folders of their own below the devices'."""

from kiosk.clock import Clock
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.purse_core import PurseCore
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.devices.simulated.terminal import SimulatedTerminal
from kiosk.devices.simulated.terminal_core import TerminalCore
from kiosk.devices.terminal.blob import BlobKey


def simulated_terminal(parts: SimulatedParts, clock: Clock, key: BlobKey, pace: float) -> SimulatedTerminal:
    """Return the machine's terminal, to be put on a port."""
    return SimulatedTerminal(parts.folder.path / "terminal", parts.faults, clock, key=key, pace=pace)


def terminal_core(parts: SimulatedParts, clock: Clock) -> TerminalCore:
    """Return the terminal for a payer who is another process."""
    return TerminalCore(StateFolder(parts.folder.path / "terminal"), parts.faults, clock, 1.0)


def purse_core(parts: SimulatedParts) -> PurseCore:
    """Return the machine's reader with its virtual cards."""
    return PurseCore(StateFolder(parts.folder.path / "purse"), parts.faults)
