"""What the printer's status proves: pure rules over one status at a time.

Only "printing rises and falls, printed set, no error" is success; an error is failure; everything else that
is over is unknown.
"""

from dataclasses import dataclass

from kiosk.devices.contracts import Completion, Done, Failed, MediaPosition, Progress, Unknown
from kiosk.devices.easyprinter.protocol import PrinterStatus
from kiosk.domain.failure import FailureCode, Fault

START_S = 5.0
"""How long after the print command printing must have begun, seconds."""


@dataclass(slots=True)
class Making:
    """One card being made. `commanded`: the print command may have reached the printer."""

    progress: Progress | None
    writes: bool
    commanded: bool = False
    printing_seen: bool = False

    def tell(self, fraction: float) -> None:
        if self.progress is not None:
            self.progress(fraction)


def obstacle(status: PrinterStatus) -> Fault | None:
    """Return why the printer can begin nothing, None where it can."""
    if status.error:
        return Fault(FailureCode.PRINTER_FAULT, "the printer reports an error")
    if status.printing:
        return Fault(FailureCode.PRINTER_UNAVAILABLE, "a card is still being printed")
    return None


def ending(status: PrinterStatus, making: Making, passed: float) -> Completion[None] | None:
    """Judge one status after the print command; None while it goes on."""
    if status.error:
        return Failed(failed("the printer reports an error"))
    if status.printing:
        return None
    if making.printing_seen:
        # Nothing says what "printed" shows after mere erasing: there the end of printing is enough.
        if making.writes and not status.printed:
            return Failed(failed("printing ended and the card is not printed"))
        making.tell(1.0)
        return Done(None)
    if passed > START_S:
        return Unknown(unknown(f"printing did not begin within {START_S:g} s"))
    return None


def seen_at(status: PrinterStatus) -> MediaPosition:
    if status.at_head:
        return MediaPosition.PRINT
    if status.at_peripheral:
        return MediaPosition.CHIP
    return MediaPosition.EXIT if status.sensor_front else MediaPosition.NOT_PRESENT


def failed(detail: str) -> Fault:
    return Fault(FailureCode.PRINT_FAILED, detail)


def unknown(detail: str) -> Fault:
    return Fault(FailureCode.PRINT_UNKNOWN, detail)
