"""docs/drivers.md says of every driver what its own entry says."""

import json

from typer.testing import CliRunner

from kiosk.assembly.registry import names
from kiosk.assembly.slots import SLOTS
from kiosk.cli import build
from tools import driver_page


def test_the_page_is_up_to_date() -> None:
    old = driver_page.PAGE.read_text(encoding="utf-8")
    assert driver_page.page() == old, "run: python -m tools.driver_page"


def test_the_command_lists_every_driver_and_its_settings() -> None:
    listed = json.loads(CliRunner().invoke(build("device"), ["device", "drivers", "--json"]).stdout)
    assert [(row["device"], row["driver"]) for row in listed] == [
        (slot.device, name) for slot in SLOTS for name in names(slot.device)
    ]
    (page,) = [row for row in listed if row["driver"] == "page"]
    assert {setting["key"]: setting["default"] for setting in page["settings"]}["uri"] == "required"
    text = CliRunner().invoke(build("device"), ["device", "drivers", "slip_printer"])
    assert 'driver = "escpos"' in text.stdout
    assert CliRunner().invoke(build("device"), ["device", "drivers", "toaster"]).exit_code == 1
