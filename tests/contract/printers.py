"""The printers under the contract kit, beside those of the simulated machine."""

from collections.abc import Callable

from kiosk.devices.contracts import Device
from kiosk.devices.simulated.mechanism import Picture
from tests.contract.bench import Bench, Call, Subject
from tests.devices.bench import spotted
from tests.devices.escpos.slips import slip_pdf


def _card(
    name: str, device: Callable[[Bench], Device], loses_line: str | None = "line_lost_during_print"
) -> Subject:
    """A card printer's print."""

    def call(bench: Bench) -> Call:
        return lambda deadline: device(bench).print_card(spotted(80, 40), deadline_s=deadline)  # type: ignore[attr-defined]

    return Subject(f"{name}.print_card", device, Picture.AT_PRINT, call, loses_line)


def _slip(name: str, device: Callable[[Bench], Device], loses_line: str | None) -> Subject:
    def call(bench: Bench) -> Call:
        return lambda deadline: device(bench).print_slip(slip_pdf(), deadline_s=deadline)  # type: ignore[attr-defined]

    return Subject(f"{name}.print_slip", device, None, call, loses_line)


PRINTER_SUBJECTS = (
    Subject(
        "printer.clean",
        lambda bench: bench.machine.printer,
        Picture.AT_ENTRY,
        lambda bench: lambda deadline: bench.machine.printer.clean(deadline_s=deadline),
        None,
    ),
    _card("serial_printer", lambda bench: bench.peers.printers.serial),
    _card("evolis", lambda bench: bench.peers.printers.evolis),
    _card("card_folder", lambda bench: bench.peers.printers.card_folder, None),
    _slip("slip_folder", lambda bench: bench.peers.printers.slip_folder, None),
    _slip("page_slip", lambda bench: bench.peers.printers.page_slip, "line_lost"),
    Subject(
        "document.print_document",
        lambda bench: bench.machine.document,
        None,
        lambda bench: lambda deadline: bench.peers.printers.print_in("machine", deadline),
        "line_lost",
    ),
    Subject(
        "document_folder.print_document",
        lambda bench: bench.peers.printers.document_folder,
        None,
        lambda bench: lambda deadline: bench.peers.printers.print_in("folder", deadline),
        None,
    ),
)
