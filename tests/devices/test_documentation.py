"""docs/devices.md names every fault and every picture there is."""

from pathlib import Path

import pytest

from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.faults import faults_of
from kiosk.devices.simulated.mechanism import Picture

TEXT = (Path(__file__).parents[2] / "docs" / "devices.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("device", DeviceName)
def test_every_fault_stands_in_its_row(device: DeviceName) -> None:
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| `{device.value}` |")]
    assert {kind.name for kind in faults_of(device)} <= set(row.split("`"))


def test_every_picture_is_named() -> None:
    assert all(f"`{picture.value}`" in TEXT for picture in Picture)
