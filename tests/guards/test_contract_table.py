"""docs/contract-table.md is of the kit as it is, and the kit has every driver that the settings can name."""

from kiosk.assembly.registry import names
from kiosk.assembly.slots import SLOTS
from tests.contract.entries import ENTRIES, ON_REAL_TIME
from tests.contract.subjects import SUBJECTS
from tools import contract_table


def test_the_page_is_up_to_date() -> None:
    old = contract_table.PAGE.read_text(encoding="utf-8")
    assert contract_table.page() == old, "run: python -m tools.contract_table"


def test_every_driver_that_can_be_configured_is_in_the_kit() -> None:
    configurable = {(slot.device, name) for slot in SLOTS for name in names(slot.device)}
    held = {(entry.device, entry.driver) for entry in ENTRIES.values()} | set(ON_REAL_TIME)
    assert configurable <= held
    assert set(ENTRIES) == {subject.name.partition(".")[0] for subject in SUBJECTS}
