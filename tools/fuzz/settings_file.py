"""What technicians and testers write: kiosk.toml with its devices, scenarios; the first byte chooses.

What must hold: a file is taken, or refused with words that say where.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kiosk.assembly.plan import plan_devices
from kiosk.bench.scenario import ScenarioInvalid, load_scenario, shipped_scenarios
from kiosk.config import SettingsInvalid, load_settings

_KEPT = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")  # removed with the process
_FOLDER = Path(_KEPT.name)
_SETTINGS = (
    b'kiosk_id = "GZ01"\npace = 0.5\n[devices.slip_printer]\ndriver = "escpos"\nhost = "a"\n',
    b'[devices.chip_reader]\ndriver = "pcsc"\nsilence_s = 2.5\n[devices.document_printer]\ndriver = "none"\n',
    b'[devices.card_printer]\ndriver = "easyprinter"\nserial = "/dev/x"\nbaud = 9600\nparity = "even"\n',
    b'[devices.lights]\ndriver = "io_board"\nhost = "b"\noutputs = { slip = { green = 4 } }\n',
)


def seeds() -> Iterable[bytes]:
    yield from (b"\x00" + text for text in _SETTINGS)
    yield from (b"\x01" + path.read_bytes() for path in shipped_scenarios().values())


def one_input(data: bytes) -> None:
    file = _FOLDER / f"{os.getpid()}.toml"
    file.write_bytes(data[1:])
    if data[:1] == b"\x01":
        _scenario(file)
    elif b".py" not in data:  # a driver's path is a program to run: what it holds is not judged here
        _settings(file)


def _scenario(file: Path) -> None:
    moments, why = 0, ""
    try:
        moments = len(load_scenario(file).moments)
    except ScenarioInvalid as refused:
        why = str(refused)
    assert moments or str(file) in why


def _settings(file: Path) -> None:
    fields, why = set(), ""
    try:
        plan = plan_devices(load_settings(file, state=_FOLDER), simulate=True)
        fields = {choice.slot.field for choice in plan.choices}
    except SettingsInvalid as refused:
        why = str(refused)
    assert why or fields >= {"station", "chip", "scanner", "camera", "printer"}
