"""An open door or a low battery takes a healthy machine out of service, and it comes back by itself."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.devices.fitted import Devices
from kiosk.devices.simulated.cabinet import CabinetPicture
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.ups import PowerPicture
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel
from kiosk.runtime import health
from kiosk.runtime.snapshot import ChannelHealth
from tests.contract.subjects import chip_reader
from tests.devices.bench import running
from tests.support.virtual_time import run


async def why_closed(machine: SimulatedMachine, state: Path) -> Fault | None:
    """Return why this machine would serve nobody, as the runtime asks it."""

    async def available() -> bool:
        return True

    devices = Devices(
        machine.station,
        chip_reader(state, machine),
        machine.scanner,
        machine.camera,
        machine.printer,
        machine.slip,
        cabinet=machine.cabinet,
        ups=machine.ups,
        lights=machine.lights,
    )
    outside: Any = SimpleNamespace(devices=devices, authority=SimpleNamespace(available=available))
    paying = (ChannelHealth(Channel.ALIPAY, available=True, simulated=True),)
    return await health.out_of_service(outside, await health.devices(outside), paying)


@pytest.mark.parametrize(
    ("cabinet", "power", "code"),
    [
        (CabinetPicture.CLOSED, PowerPicture.ON_LINE, None),
        (CabinetPicture.CLOSED, PowerPicture.ON_BATTERY, None),
        (CabinetPicture.CLOSED, PowerPicture.BATTERY_LOW, FailureCode.POWER_LOW),
        (CabinetPicture.BIN_OPEN, PowerPicture.BATTERY_LOW, FailureCode.CABINET_OPEN),
        (CabinetPicture.TAMPERED, PowerPicture.ON_LINE, FailureCode.CABINET_TAMPERED),
        (CabinetPicture.UNCLEAR, PowerPicture.UNCLEAR, FailureCode.CABINET_UNAVAILABLE),
    ],
)
def test_cabinet_and_power_decide_whether_anybody_is_served(
    cabinet: CabinetPicture, power: PowerPicture, code: FailureCode | None, tmp_path: Path
) -> None:
    async def work() -> None:
        async with running(tmp_path) as machine:
            machine.cabinet.show(cabinet)
            machine.ups.show(power)
            closed = await why_closed(machine, tmp_path)
            assert (closed and closed.code) is code
            machine.cabinet.show(CabinetPicture.CLOSED)
            machine.ups.show(PowerPicture.ON_LINE)
            assert await why_closed(machine, tmp_path) is None

    run(work())
