"""The places for devices in a machine: how each is named in the settings, and which contract it has."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.devices.absent import AbsentSlipPrinter
from kiosk.devices.cabinet_contracts import Cabinet, Keypad, Lights, Sounds, Ups
from kiosk.devices.contracts import (
    CardPrinter,
    CardStation,
    ChipReader,
    CodeScanner,
    Device,
    DeviceName,
    FaceCamera,
    SlipPrinter,
)
from kiosk.devices.document_contracts import (
    DocumentPrinter,
    PaymentCodeScanner,
)
from kiosk.domain.text import Text


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a device.

    Attributes:
        device: its name in kiosk.toml, ``[devices.NAME]``.
        field: the attribute of `devices.fitted.Devices` that holds the device.
        contract: the Protocol that the device must have the methods of.
        needed: no visit can be served without it.
        absent: makes what stands in where the device is left out; None where the field is then None.
    """

    device: str
    title: Text
    field: str
    contract: type
    needed: bool = True
    absent: Callable[[], Device] | None = None


SLOTS: tuple[Slot, ...] = (
    Slot(DeviceName.STATION, Text("卡片通道", "Card station"), "station", CardStation),
    Slot(DeviceName.CHIP, Text("芯片读卡器", "Chip reader"), "chip", ChipReader),
    Slot(DeviceName.SCANNER, Text("机读码扫描器", "Scanner of the printed line"), "scanner", CodeScanner),
    Slot(DeviceName.CAMERA, Text("人像比对摄像头", "Face camera"), "camera", FaceCamera),
    Slot(DeviceName.PRINTER, Text("签注打印机", "Card printer"), "printer", CardPrinter),
    Slot(
        DeviceName.SLIP,
        Text("凭条打印机", "Slip printer"),
        "slip",
        SlipPrinter,
        needed=False,
        absent=AbsentSlipPrinter,
    ),
    Slot(DeviceName.DOCUMENT, Text("A4 打印机", "A4 printer"), "document", DocumentPrinter, needed=False),
    Slot(
        DeviceName.PAYMENT_SCANNER,
        Text("付款码扫描器", "Scanner of payment codes"),
        "payment_scanner",
        PaymentCodeScanner,
        needed=False,
    ),
    Slot(DeviceName.KEYPAD, Text("触感键盘和耳机", "Keypad and headphones"), "keypad", Keypad, needed=False),
    Slot(DeviceName.LIGHTS, Text("指示灯", "Lights"), "lights", Lights, needed=False),
    Slot(DeviceName.SOUNDS, Text("提示音", "Sounds"), "sounds", Sounds, needed=False),
    Slot(DeviceName.CABINET, Text("机柜传感器", "Cabinet sensors"), "cabinet", Cabinet, needed=False),
    Slot(DeviceName.UPS, Text("不间断电源", "Power supply (UPS)"), "ups", Ups, needed=False),
)
"""In the order in which they are listed."""

BY_DEVICE = {slot.device: slot for slot in SLOTS}


def methods(contract: type) -> frozenset[str]:
    """Return the names of what a contract asks for, its bases' included."""
    return frozenset(
        name for base in contract.__mro__[:-1] for name in vars(base) if not name.startswith("_")
    ) - {"mro"}
