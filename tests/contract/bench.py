"""What the contract kit is made of: the bench with its devices, and a subject under its clauses."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kiosk.devices.contracts import Completion, Device, DeviceName
from kiosk.devices.simulated.chip_reader import SimulatedChipReader
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture
from tests.contract.peers import Peers
from tests.devices.bench import place

HOLDER = "chen-xiaoming"
"""The specimen permit that every subject works on; `conftest.py` makes it."""

Call = Callable[[float], Awaitable[Completion[Any]]]


@dataclass(frozen=True)
class Bench:
    """What a subject finds: the simulated machine, and beside it drivers with something at their line."""

    machine: SimulatedMachine
    chip: SimulatedChipReader
    peers: Peers

    def arm(self, device: str, fault: str, mode: FaultMode = FaultMode.ONCE) -> None:
        """Arm a fault, at the simulated device and at whatever plays the same device at a line."""
        self.peers.document_faults.update({fault} if device == DeviceName.DOCUMENT else ())
        self.machine.faults.arm(device, fault, mode)
        self.peers.printers.armed(device, fault, mode)

    def clear(self, device: str) -> None:
        self.peers.document_faults.difference_update(
            set(self.peers.document_faults) if device == DeviceName.DOCUMENT else ()
        )
        self.machine.faults.clear(device)
        self.peers.printers.cleared(device)

    def clear_all(self) -> None:
        self.peers.document_faults.clear()
        self.machine.faults.clear_all()
        self.peers.printers.cleared(None)


@dataclass(frozen=True)
class Subject:
    """One command of one driver.

    Attributes:
        card: where the card lies when the command is given, None for no card.
        call: gives the command with a deadline in seconds.
        loses_line: the fault by which its answer is lost, None where no such doubt can exist because
            the command changes nothing outside.
        offline: the fault that takes the device off the line.
    """

    name: str
    device: Callable[[Bench], Device]
    card: Picture | None
    call: Callable[[Bench], Call]
    loses_line: str | None
    offline: str = "offline"

    def prepare(self, bench: Bench) -> None:
        """Lay the card where this command wants it, whatever lay there before."""
        if bench.machine.mechanism.state().card is not None:
            bench.machine.mechanism.pull()
        if self.card is not None:
            place(bench.machine.mechanism, self.card, HOLDER)
