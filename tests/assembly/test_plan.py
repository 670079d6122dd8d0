"""Which driver serves which device: from the settings, every mistake named."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.assembly.plan import Plan, plan_devices
from kiosk.assembly.registry import NoDriver, find, names
from kiosk.assembly.slots import BY_DEVICE, SLOTS, methods
from kiosk.config import Reader, Settings, SettingsInvalid, load_settings
from kiosk.devices.contracts import SlipPrinter
from kiosk.devices.driver import Capability

DRIVERS = [(slot.device, name) for slot in SLOTS for name in names(slot.device)]


def planned(text: str, tmp_path: Path, *, simulate: bool = True) -> Plan:
    """Return the plan of a machine with this kiosk.toml."""
    file = tmp_path / "kiosk.toml"
    file.write_text(text, encoding="utf-8")
    return plan_devices(load_settings(file, state=tmp_path), simulate=simulate)


def chosen(plan: Plan) -> dict[str, str]:
    return {choice.slot.device: choice.driver.name for choice in plan.choices}


def test_what_is_not_configured_is_simulated(tmp_path: Path) -> None:
    plan = planned('[devices.slip_printer]\ndriver = "escpos"\nhost = "192.0.2.8"\n', tmp_path)
    drivers = chosen(plan)
    assert drivers.pop("slip_printer") == "escpos"
    assert set(drivers.values()) == {"simulated"}
    assert [choice.slot.device for choice in plan.real] == ["slip_printer"]


def test_a_machine_without_simulation_names_each_device_that_has_no_real_driver(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        planned('[devices.chip_reader]\ndriver = "pcsc"\n', tmp_path, simulate=False)
    lines = str(refused.value).splitlines()
    assert [line.split("]")[0] for line in lines] == [
        f"[devices.{slot.device}" for slot in SLOTS if slot.needed and slot.device != "chip_reader"
    ]
    assert all("docs/write-a-driver.md" in line for line in lines)
    assert "Choose one of: easyprinter" in next(line for line in lines if "card_printer" in line)


def test_a_simulated_driver_never_serves_a_real_machine(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"card_station\] driver = 'simulated' plays a device"):
        planned('[devices.card_station]\ndriver = "simulated"\n', tmp_path, simulate=False)


def test_an_optional_device_may_be_taken_away_and_a_needed_one_not(tmp_path: Path) -> None:
    plan = planned('[devices.slip_printer]\ndriver = "none"\n', tmp_path)
    assert "slip_printer" in {slot.device for slot in plan.absent}
    assert Capability.PRINT_SLIP not in plan.capabilities
    with pytest.raises(SettingsInvalid, match="no visit can be served without"):
        planned('[devices.card_printer]\ndriver = "none"\n', tmp_path)


def test_a_printer_that_nobody_can_read_back_says_so(tmp_path: Path) -> None:
    plan = planned('[devices.card_printer]\ndriver = "easyprinter"\nhost = "192.0.2.7"\n', tmp_path)
    assert Capability.WRITE_FILM in plan.capabilities
    assert Capability.READ_FILM not in plan.capabilities


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            '[devices.toaster]\ndriver = "x"',
            r"\[devices.toaster\]: there is no such device; there are: card_st",
        ),
        ("[devices.slip_printer]\n", r"\[devices.slip_printer\] driver: expected .* escpos"),
        ('[devices.slip_printer]\ndriver = "acme"', r"'acme': there is no driver of this name.*escpos"),
        ('[devices.slip_printer]\ndriver = "../../x"', "there is no driver of this name"),
        ('[devices.slip_printer]\ndriver = "escpos"', "expected one of host .and port., serial, usb"),
        ('[devices.slip_printer]\ndriver = "escpos"\nhost = "a b"', "host: .*address of the device"),
        (
            '[devices.slip_printer]\ndriver = "escpos"\nhost = "a"\nport = 70000',
            r"\[devices.slip_printer\] port: .*65535.*TCP port",
        ),
        (
            '[devices.slip_printer]\ndriver = "escpos"\nhost = "a"\nprot = 1',
            "prot: .* no such setting; it has: ",
        ),
        ('[devices.document_printer]\ndriver = "ipp"\nuri = "http://x/"', "uri: .*such as ipp://"),
        ('[devices.chip_reader]\ndriver = "pcsc"\nsilence_s = 99', "silence_s: .*seconds"),
        ("devices = 3", "expected sections such as"),
    ],
)
def test_a_wrong_section_is_named_with_what_is_expected(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=named):
        planned(text, tmp_path)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = (
        '[devices.slip_printer]\ndriver = "escpos"\n[devices.chip_reader]\ndriver = "pcsc"\nsilence_s = 0\n'
    )
    with pytest.raises(SettingsInvalid) as refused:
        planned(text, tmp_path)
    assert {"slip_printer", "chip_reader"} == {
        device for device in BY_DEVICE if f"[devices.{device}]" in str(refused.value)
    }


def test_the_setting_reader_is_a_short_word_for_a_section(tmp_path: Path) -> None:
    plan = plan_devices(Settings(state=tmp_path, reader=Reader.PCSC), simulate=True)
    assert chosen(plan)["chip_reader"] == "pcsc"
    with pytest.raises(SettingsInvalid, match="both name the chip reader"):
        planned('reader = "pcsc"\n[devices.chip_reader]\ndriver = "simulated"\n', tmp_path)


@pytest.mark.parametrize(("device", "name"), DRIVERS)
def test_every_shipped_driver_can_be_found_and_describes_its_settings(device: str, name: str) -> None:
    driver = find(device, name, Path())
    assert (driver.device, driver.name) == (device, name)
    assert all(field.description for field in driver.section.model_fields.values())
    assert driver.title.zh
    assert driver.title.en
    assert driver.remedy.zh


def test_a_contract_names_its_methods_and_those_of_its_bases() -> None:
    assert methods(SlipPrinter) == {
        "name",
        "status",
        "capabilities",
        "subscribe",
        "reset",
        "close",
        "print_slip",
    }


# --- drivers from elsewhere -----------------------------------------------------------------------

ACME = """
from kiosk.devices.absent import AbsentSlipPrinter
from kiosk.devices.driver import Capability, Driver, NoSettings, can
from kiosk.domain.text import Text

DRIVER = Driver(device="{device}", name="acme", title=Text("甲", "Acme"), section=NoSettings,
                make=lambda section, place: AbsentSlipPrinter(), capabilities=can(Capability.PRINT_SLIP),
                remedy=Text("甲", "ring Acme"))
"""


def acme(tmp_path: Path, text: str) -> str:
    (tmp_path / "acme.py").write_text(text, encoding="utf-8")
    return '[devices.slip_printer]\ndriver = "acme.py"\n'


def test_a_driver_is_one_file_given_by_its_path_beside_the_settings(tmp_path: Path) -> None:
    plan = planned(acme(tmp_path, ACME.format(device="slip_printer")), tmp_path)
    assert chosen(plan)["slip_printer"] == "acme"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "has no DRIVER"),
        ("DRIVER = 3", "has no DRIVER"),
        (
            "import no_such_package",
            "cannot be loaded: ModuleNotFoundError: No module named 'no_such_package'",
        ),
        ("this is no Python", "cannot be loaded: SyntaxError"),
        (ACME.format(device="card_printer"), "serves card_printer, not slip_printer"),
    ],
)
def test_a_file_that_is_no_driver_is_named(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=named):
        planned(acme(tmp_path, text), tmp_path)


def test_a_file_that_everybody_can_change_is_not_run(tmp_path: Path) -> None:
    text = acme(tmp_path, "raise AssertionError('it was run')")
    (tmp_path / "acme.py").chmod(0o666)
    with pytest.raises(SettingsInvalid, match="chmod o-w"):
        planned(text, tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoDriver, match="there is no such file"):
        find("slip_printer", "nowhere.py", tmp_path)


def test_an_installed_package_brings_drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package announces its drivers by entry points, as `pip` lays them down."""
    (tmp_path / "acme_kiosk.py").write_text(ACME.format(device="slip_printer"), encoding="utf-8")
    laid_down = tmp_path / "acme_kiosk-1.0.dist-info"
    laid_down.mkdir()
    (laid_down / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-kiosk\nVersion: 1.0\n")
    (laid_down / "entry_points.txt").write_text("[kiosk.drivers]\nslip_printer.acme = acme_kiosk:DRIVER\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "acme" in names("slip_printer")
    settings: dict[str, Any] = {"slip_printer": {"driver": "acme"}}
    plan = plan_devices(Settings(state=tmp_path, devices=settings), simulate=True)
    assert chosen(plan)["slip_printer"] == "acme"
