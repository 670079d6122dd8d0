"""All devices of one machine, by the place that each has in it."""

from dataclasses import dataclass

from kiosk.devices.cabinet_contracts import Cabinet, Keypad, Lights, Sounds, Ups
from kiosk.devices.contracts import (
    CardPrinter,
    CardStation,
    ChipReader,
    CodeScanner,
    Device,
    FaceCamera,
    SlipPrinter,
)
from kiosk.devices.document_contracts import DocumentPrinter, PaymentCodeScanner


@dataclass(frozen=True, slots=True)
class Devices:
    """All devices of one machine, real and simulated mixed as configured; None: this machine has none."""

    station: CardStation
    chip: ChipReader
    scanner: CodeScanner
    camera: FaceCamera
    printer: CardPrinter
    slip: SlipPrinter
    document: DocumentPrinter | None = None
    payment_scanner: PaymentCodeScanner | None = None
    keypad: Keypad | None = None
    lights: Lights | None = None
    sounds: Sounds | None = None
    cabinet: Cabinet | None = None
    ups: Ups | None = None

    def all(self) -> tuple[Device, ...]:
        """Return every device once, in the order the technician's screen lists them."""
        needed = (self.station, self.chip, self.scanner, self.camera, self.printer, self.slip)
        more = (self.document, self.payment_scanner, *self._cabinet())
        return (*needed, *(device for device in more if device is not None))

    def _cabinet(self) -> tuple[Device | None, ...]:
        return (self.keypad, self.lights, self.sounds, self.cabinet, self.ups)
