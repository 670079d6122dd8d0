"""Real stacks for the kit's clauses: pcscd with a virtual reader, ippeveprinter on a private bus."""

import shutil
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from kiosk.clock import SystemClock
from kiosk.devices.chip.pcsc_reader import PcscChipReader
from kiosk.devices.contracts import Completion, Device
from kiosk.devices.ipp.client import IppClient
from kiosk.devices.ipp.driver import IppDocumentPrinter
from kiosk.devices.simulated.pcscd_stack import PcscdStack, missing_parts
from kiosk.devices.simulated.scanner import printed_line
from tests.contract.bench import HOLDER
from tests.devices.ipp.bench import PrinterBench, document, printer_bench


class RealStack(Protocol):
    """A device that really is there, and can go away and come back."""

    def device(self) -> Device:
        """Return a new driver."""

    def command(self, device: Any, deadline_s: float) -> Awaitable[Completion[Any]]: ...

    def away(self) -> None: ...

    def back(self) -> None: ...


class PcscStack:
    """A private pcscd whose virtual reader holds one permit."""

    def __init__(self, stack: PcscdStack, state: Path) -> None:
        self._stack = stack
        self._state = state
        self._line = printed_line(self._permit) or ""
        self._stack.plug(self._permit)

    @property
    def _permit(self) -> Path:
        return self._state / "permits" / HOLDER

    def device(self) -> PcscChipReader:
        return PcscChipReader(SystemClock(), self._state / "trust")

    def command(self, device: PcscChipReader, deadline_s: float) -> Awaitable[Completion[Any]]:
        return device.read(self._line, deadline_s=deadline_s)

    def away(self) -> None:
        self._stack.stop()

    def back(self) -> None:
        self._stack.start()
        self._stack.plug(self._permit)


class IppStack:
    """An ippeveprinter."""

    def __init__(self, bench: PrinterBench) -> None:
        self._bench = bench
        self._names = count(1)

    def device(self) -> IppDocumentPrinter:
        return IppDocumentPrinter(IppClient(self._bench.uri), SystemClock(), poll_s=0.05)

    def command(self, device: IppDocumentPrinter, deadline_s: float) -> Awaitable[Completion[Any]]:
        return device.print_document(f"kit-{next(self._names)}", document(), deadline_s=deadline_s)

    def away(self) -> None:
        self._bench.kill()

    def back(self) -> None:
        self._bench.start()


def missing(name: str) -> str:
    """Return what is not installed for a stack; empty where everything is there."""
    if name == "pcsc":
        return missing_parts()
    lacking = [tool for tool in ("ippeveprinter", "dbus-daemon") if shutil.which(tool) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


@contextmanager
def opened(name: str, state: Path) -> Iterator[RealStack]:
    """Start a stack; it is gone afterwards."""
    if name == "pcsc":
        with PcscdStack() as stack:
            yield PcscStack(stack, state)
    else:
        with printer_bench() as bench:
            yield IppStack(bench)
