"""Which driver of the settings each name in the kit stands for, and what is at the other end."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One driver in the kit: ``[devices.DEVICE] driver = "DRIVER"``."""

    device: str
    driver: str
    other_end: str


_MACHINE = "the simulated machine"

ENTRIES = {
    "station": Entry("card_station", "simulated", _MACHINE),
    "chip": Entry("chip_reader", "simulated", "a virtual chip in process"),
    "scanner": Entry("code_scanner", "simulated", _MACHINE),
    "serial_scanner": Entry("code_scanner", "serial", "a scanner that obeys its trigger, over TCP"),
    "keyboard_scanner": Entry("code_scanner", "wedge", "a pipe in the place of the kernel"),
    "wedge_scanner": Entry("code_scanner", "WedgeScanner (through a window)", "typed keys"),
    "camera": Entry("face_camera", "simulated", _MACHINE),
    "worker_camera": Entry("face_camera", "opencv", "drawn people"),
    "printer": Entry("card_printer", "simulated", "the printer station, over TCP"),
    "serial_printer": Entry("card_printer", "easyprinter", "the printer station, over a serial line"),
    "evolis": Entry("card_printer", "evolis", "a stand-in of the maker's SDK"),
    "card_folder": Entry("card_printer", "folder", "a folder that can be away"),
    "slip": Entry("slip_printer", "simulated", _MACHINE),
    "escpos": Entry("slip_printer", "escpos", "a printer that obeys its bytes, over TCP"),
    "page_slip": Entry("slip_printer", "page", "the simulated A4 printer"),
    "slip_folder": Entry("slip_printer", "folder", "a folder that can be away"),
    "zpl_sample": Entry("slip_printer", "docs/samples/zpl_slip_printer.py", "a ZPL printer, over TCP"),
    "document": Entry("document_printer", "simulated", _MACHINE),
    "ipp": Entry("document_printer", "ipp", "a printer that answers IPP, over HTTP"),
    "document_folder": Entry("document_printer", "folder", "a folder that can be away"),
    "payment_scanner": Entry("payment_scanner", "simulated", _MACHINE),
    "terminal": Entry("card_terminal", "nexo", "the simulated terminal"),
    "purse": Entry("purse_reader", "line", "the simulated reader"),
    "keypad": Entry("keypad", "simulated", _MACHINE),
    "evdev_keypad": Entry("keypad", "evdev", "a pipe in the place of the kernel"),
    "lights": Entry("lights", "simulated", _MACHINE),
    "board_lights": Entry("lights", "io_board", "a Modbus board in process"),
    "sounds": Entry("sounds", "simulated", _MACHINE),
    "program_sounds": Entry("sounds", "program", "a player that obeys the faults"),
    "cabinet": Entry("cabinet", "simulated", _MACHINE),
    "board_cabinet": Entry("cabinet", "io_board", "a Modbus board in process"),
    "ups": Entry("ups", "simulated", _MACHINE),
    "nut_ups": Entry("ups", "nut", "an upsd in process"),
}

ON_REAL_TIME = {
    ("chip_reader", "pcsc"): "tests/contract/test_real_stacks.py",
    ("payment_scanner", "serial"): "the class of the driver serial of code_scanner",
    ("payment_scanner", "wedge"): "the class of the driver wedge of code_scanner",
}
"""Drivers of the settings that are not run in virtual time, or under another name."""
