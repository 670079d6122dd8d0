"""The drivers under the contract kit: every command of every device, with what it needs to succeed.

A new driver joins by one more `Subject`; the clauses in `test_clauses.py` are the same for all.
"""

from collections.abc import Callable
from pathlib import Path

from kiosk.devices.contracts import Device, MediaAction, MediaPosition
from kiosk.devices.simulated.chip_reader import SimulatedChipReader
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture
from kiosk.devices.simulated.scanner import printed_line
from tests.contract.around import AROUND_SUBJECTS
from tests.contract.bench import HOLDER, Bench, Call, Subject
from tests.contract.money import MONEY_SUBJECTS
from tests.contract.phones import PHONE_SUBJECTS
from tests.contract.printers import PRINTER_SUBJECTS
from tests.contract.samples import SAMPLE_SUBJECTS
from tests.devices.bench import spotted
from tests.devices.escpos.slips import slip_pdf


def chip_reader(state: Path, machine: SimulatedMachine) -> SimulatedChipReader:
    """Return the simulated chip reader in the same machine, for the card at the chip position."""

    def card_folder() -> Path | None:
        seen = machine.mechanism.state()
        return (
            machine.mechanism.permits / seen.card if seen.card and seen.picture is Picture.AT_CHIP else None
        )

    return SimulatedChipReader(
        card_folder, state / "trust", machine.pace.clock, faults=machine.faults, watch=machine.watch
    )


def _line(bench: Bench) -> str:
    line = printed_line(bench.machine.mechanism.permits / HOLDER)
    assert line is not None
    return line


def _station(name: str, card: Picture | None, call: Callable[[SimulatedMachine], Call]) -> Subject:
    return Subject(
        f"station.{name}", lambda bench: bench.machine.station, card, lambda b: call(b.machine), "line_lost"
    )


def _reset(device: Callable[[Bench], Device]) -> Callable[[Bench], Call]:
    return lambda bench: lambda deadline: device(bench).reset(MediaAction.KEEP, deadline_s=deadline)


SUBJECTS = (
    _station("accept", Picture.AT_ENTRY, lambda m: lambda d: m.station.accept(deadline_s=d)),
    _station("move", Picture.AT_CHIP, lambda m: lambda d: m.station.move(MediaPosition.PRINT, deadline_s=d)),
    _station("eject", Picture.AT_CHIP, lambda m: lambda d: m.station.eject(deadline_s=d)),
    _station("retain", Picture.AT_EXIT, lambda m: lambda d: m.station.retain(deadline_s=d)),
    _station("wait_taken", None, lambda m: lambda d: m.station.wait_taken(deadline_s=d)),
    _station("reset", Picture.AT_CHIP, lambda m: lambda d: m.station.reset(MediaAction.EJECT, deadline_s=d)),
    Subject("chip.reset", lambda bench: bench.chip, Picture.AT_CHIP, _reset(lambda bench: bench.chip), None),
    Subject(
        "chip.read",
        lambda bench: bench.chip,
        Picture.AT_CHIP,
        lambda bench: lambda deadline: bench.chip.read(_line(bench), deadline_s=deadline),
        None,
    ),
    Subject(
        "scanner.read_line",
        lambda bench: bench.machine.scanner,
        Picture.AT_CHIP,
        lambda bench: lambda deadline: bench.machine.scanner.read_line(deadline_s=deadline),
        "line_lost",
    ),
    Subject(
        "camera.compare",
        lambda bench: bench.machine.camera,
        Picture.AT_CHIP,
        lambda bench: lambda deadline: bench.machine.camera.compare(b"portrait", deadline_s=deadline),
        "line_lost",
    ),
    Subject(
        "printer.print_card",
        lambda bench: bench.machine.printer,
        Picture.AT_PRINT,
        lambda bench: lambda deadline: bench.machine.printer.print_card(spotted(80, 40), deadline_s=deadline),
        "line_lost_during_print",
    ),
    Subject(
        "printer.capture",
        lambda bench: bench.machine.printer,
        Picture.AT_PRINT,
        lambda bench: lambda deadline: bench.machine.printer.capture(deadline_s=deadline),
        None,
    ),
    Subject(
        "printer.reset",
        lambda bench: bench.machine.printer,
        Picture.AT_PRINT,
        _reset(lambda bench: bench.machine.printer),
        None,
    ),
    Subject(
        "slip.print_slip",
        lambda bench: bench.machine.slip,
        None,
        lambda bench: lambda deadline: bench.machine.slip.print_slip(slip_pdf(), deadline_s=deadline),
        "line_lost",
    ),
    Subject(
        "slip.reset", lambda bench: bench.machine.slip, None, _reset(lambda b: b.machine.slip), "line_lost"
    ),
    Subject(
        "escpos.print_slip",
        lambda bench: bench.peers.slip,
        None,
        lambda bench: lambda deadline: bench.peers.slip.print_slip(slip_pdf(), deadline_s=deadline),
        "line_lost",
    ),
    Subject("escpos.reset", lambda bench: bench.peers.slip, None, _reset(lambda b: b.peers.slip), None),
    Subject(
        "ipp.print_document",
        lambda bench: bench.peers.document,
        None,
        lambda bench: bench.peers.print_document,
        "power_lost",
    ),
    Subject("ipp.reset", lambda bench: bench.peers.document, None, _reset(lambda b: b.peers.document), None),
    Subject(
        "serial_scanner.read_line",
        lambda bench: bench.peers.scanner,
        Picture.AT_CHIP,
        lambda bench: lambda deadline: bench.peers.scanner.read_line(deadline_s=deadline),
        None,
    ),
    Subject(
        "serial_scanner.reset",
        lambda bench: bench.peers.scanner,
        None,
        _reset(lambda b: b.peers.scanner),
        None,
    ),
    Subject(
        "keyboard_scanner.read_line",
        lambda bench: bench.peers.keyboard.scanner,
        Picture.AT_CHIP,
        lambda bench: bench.peers.keyboard.read_line,
        None,
    ),
    Subject(
        "wedge_scanner.read_line",
        lambda bench: bench.peers.wedge,
        Picture.AT_CHIP,
        lambda bench: bench.peers.read_typed_line,
        None,
    ),
    *AROUND_SUBJECTS,
    *PRINTER_SUBJECTS,
    *MONEY_SUBJECTS,
    *PHONE_SUBJECTS,
    *SAMPLE_SUBJECTS,
)
