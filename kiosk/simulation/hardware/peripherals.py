"""Chip reader, scanner, camera, card printer and slip printer."""

import asyncio

from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    Done,
    FaceResult,
    MediaAction,
    MediaPosition,
    Progress,
    Refused,
)
from kiosk.devices.document_contracts import PaymentCode
from kiosk.domain.chip import Check, CheckResult, ChipReading, TransferCounts, Verdict
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.raster import CardRaster
from kiosk.simulation.hardware.device import FAULTS, SimulatedDevice
from kiosk.simulation.hardware.scene import IN_MACHINE, SMEARED, Card, Place

_GENUINE = tuple(CheckResult(check, Verdict.GENUINE) for check in Check)
_ERASE_S, _WRITE_S, _CAPTURE_S, _SLIP_S = 4.0, 8.0, 1.0, 3.0
_MATCHED, _STRANGER = FaceResult(True, 0.9, 0.5), FaceResult(False, 0.1, 0.5)


class SimulatedScanner(SimulatedDevice):
    device = DeviceName.SCANNER

    async def read_line(self, *, deadline_s: float) -> Completion[str]:
        return await self._command("read_line", self._read, deadline_s)

    async def _read(self) -> Completion[str]:
        await self._scene.clock.sleep(0.4)
        card = self._scene.card
        if card is None or self._goes_wrong("cannot read the line"):
            return self._failed(FailureCode.LINE_UNREADABLE)
        return Done("?" * 30 if self._goes_wrong("reads nonsense") else card.permit.line)


class SimulatedPaymentScanner(SimulatedDevice):
    device = DeviceName.PAYMENT_SCANNER

    async def read_payment_code(self, *, deadline_s: float) -> Completion[PaymentCode]:
        self._scene.phone = None
        try:
            async with asyncio.timeout(deadline_s):
                return await self._command("read_payment_code", self._read, deadline_s)
        except TimeoutError:
            return self._failed(FailureCode.TIMED_OUT)

    async def _read(self) -> Completion[PaymentCode]:
        await self._scene.until(lambda: self._scene.phone is not None)
        seen, self._scene.phone = self._scene.phone, None
        if seen is None:
            raise AssertionError("it was waited for")
        return Done(seen)


class SimulatedChip(SimulatedDevice):
    device = DeviceName.CHIP

    async def read(
        self, line: str, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[ChipReading]:
        return await self._command("read", lambda: self._read(line), deadline_s)

    async def _read(self, line: str) -> Completion[ChipReading]:
        await self._scene.clock.sleep(2.0)
        card = self._scene.card
        if card is None or card.place is not Place.CHIP:
            return self._failed(FailureCode.CARD_REMOVED)
        if card.permit.line != line or self._goes_wrong("finds the chip mute"):
            return self._failed(FailureCode.CHIP_MUTE)
        return Done(ChipReading(card.permit, b"face", _GENUINE, "PACE", TransferCounts(40, 9000, 8000)))


class SimulatedCamera(SimulatedDevice):
    device = DeviceName.CAMERA

    async def compare(self, portrait: bytes, *, deadline_s: float) -> Completion[FaceResult]:
        return await self._command("compare", self._compare, deadline_s)

    async def _compare(self) -> Completion[FaceResult]:
        await self._scene.clock.sleep(1.0)
        return Done(_STRANGER if self._goes_wrong("does not know the holder", FAULTS * 4) else _MATCHED)


class SimulatedSlipPrinter(SimulatedDevice):
    device = DeviceName.SLIP

    async def print_slip(self, pdf: bytes, *, deadline_s: float) -> Completion[None]:
        return await self._command("print_slip", lambda: self._print(pdf), deadline_s)

    async def _print(self, pdf: bytes) -> Completion[None]:
        if self._goes_wrong("is out of paper"):
            return Refused(Fault(FailureCode.SLIP_PAPER_OUT))
        slip = self._art.slips[pdf]
        await self._scene.move(_SLIP_S, lambda: self._scene.slip_out(slip))
        return Done(None)


class SimulatedPrinter(SimulatedDevice):
    """Erases first and writes then: whoever stops it in between has a film that says nothing."""

    device = DeviceName.PRINTER

    def _faults(self) -> tuple[Fault, ...]:
        if self._scene.cover_open:
            return (Fault(FailureCode.PRINTER_COVER_OPEN),)
        return (Fault(FailureCode.PRINTER_FAULT),) if self._scene.printer_error else ()

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        return await self._command("reset", self._reset, deadline_s)

    async def print_card(
        self, raster: CardRaster, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[None]:
        return await self._command("print_card", lambda: self._print(raster), deadline_s)

    async def capture(self, *, deadline_s: float) -> Completion[bytes]:
        return await self._command("capture", self._capture, deadline_s)

    async def _reset(self) -> Completion[MediaPosition]:
        await self._scene.clock.sleep(2.0)
        await self._scene.until(lambda: not self._scene.printing)
        if self._scene.cover_open:
            return self._failed(FailureCode.PRINTER_COVER_OPEN)
        self._scene.printer_error = False
        return Done(self._scene.position())

    async def _print(self, raster: CardRaster) -> Completion[None]:
        scene, card = self._scene, self._scene.card
        faults = self._faults()
        if faults or scene.printing or card is None or card.place is not Place.PRINT:
            return Refused(faults[0] if faults else self._unavailable("busy, or no card at the film"))
        if self._goes_wrong("fails before it erases"):
            scene.printer_error = True
            return self._failed(FailureCode.PRINTER_FAULT, "before erasing")
        fails = self._goes_wrong("fails while it writes", FAULTS * 3)
        wrong = self._goes_wrong("says done though the film is empty", FAULTS * 3)
        erased, written = self._start(card, SMEARED if wrong else raster.rows, fails=fails)
        await erased
        self._life.point("while the film is written")
        await written
        if scene.printer_error:
            return self._failed(FailureCode.PRINTER_FAULT, "while writing")
        if not scene.at(Place.PRINT):
            return self._failed(FailureCode.CARD_REMOVED)
        if self._goes_wrong("says failed though the film is right", FAULTS * 8):
            return self._failed(FailureCode.PRINTER_FAULT, "so it says")
        return Done(None)

    def _start(
        self, card: Card, film: bytes, *, fails: bool
    ) -> "tuple[asyncio.Future[None], asyncio.Future[None]]":
        """Send the job: from here the printer erases and writes alone, whatever becomes of the program."""
        scene = self._scene
        scene.begin_print()
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def over() -> None:
            scene.printing = False
            if not written.done():
                written.set_result(None)
            scene.changed()

        def write() -> None:
            self._write(card, film)
            over()

        def erase() -> None:
            self._write(card, SMEARED)
            if scene.cover_open or fails:
                scene.printer_error = True
                over()
            else:
                scene.move(_WRITE_S, write, lambda: self._broken(card))

        return scene.move(_ERASE_S, erase, lambda: self._broken(card)), written

    def _write(self, card: Card, film: bytes) -> None:
        if card.place is Place.PRINT:
            self._scene.write(card, film)

    def _broken(self, card: Card) -> None:
        self._scene.printing = False
        self._write(card, SMEARED)

    async def _capture(self) -> Completion[bytes]:
        """Take a picture as soon as the film is not being written."""
        scene = self._scene
        await scene.until(lambda: not scene.printing)
        await scene.clock.sleep(_CAPTURE_S)
        if scene.card is None or not scene.at(*IN_MACHINE):
            return Refused(Fault(FailureCode.CARD_REMOVED))
        if self._goes_wrong("takes no picture"):
            return self._failed(FailureCode.PRINTER_FAULT, "no picture")
        scene.photographed = scene.card
        return Done(scene.card.film)
