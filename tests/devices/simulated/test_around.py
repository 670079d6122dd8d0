"""The simulated lights, loudspeaker, keypad, cabinet and power supply: files, restarts, other processes."""

import asyncio
from pathlib import Path

import pytest

from kiosk.devices.cabinet.faults import cabinet_faults
from kiosk.devices.cabinet_contracts import (
    CabinetSensors,
    Door,
    DoorState,
    FlashRate,
    Key,
    Light,
    LightColour,
    LightSetting,
    Mains,
    OperatorSwitch,
    Presence,
    SensorState,
    Tone,
)
from kiosk.devices.contracts import DeviceName, DeviceState, Done, Failed, MediaAction
from kiosk.devices.simulated.cabinet import CABINET, CabinetPicture
from kiosk.devices.simulated.faults import FaultMode
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.devices.simulated.ups import POWER, PowerPicture
from kiosk.devices.ups.faults import power_faults
from kiosk.domain.face_evidence import Liveness
from kiosk.domain.failure import FailureCode
from tests.devices.bench import running
from tests.support.virtual_time import VirtualClock, run

STATES = ("lights", "sounds", "keypad", "cabinet", "ups")


def other_process(state: Path) -> SimulatedParts:
    return SimulatedParts(state, VirtualClock(), 0.0)


def test_what_was_set_survives_a_restart(tmp_path: Path) -> None:
    async def work() -> None:
        green = LightSetting(FlashRate.QUICK, LightColour.GREEN)
        async with running(tmp_path) as machine:
            await machine.lights.light({Light.SLIP: green, Light.FACE: green}, deadline_s=1)
            await machine.sounds.play(Tone.ERROR, volume=40, deadline_s=1)
            machine.keypad.plug(there=True)
            machine.cabinet.show(CabinetPicture.FRONT_OPEN)
            machine.ups.show(PowerPicture.ON_BATTERY)
        async with running(tmp_path) as machine:
            assert machine.lights.shown()[Light.SLIP] == green
            assert machine.sounds.loudspeaker().last[0].tone is Tone.ERROR
            assert machine.keypad.headphones() is Presence.PRESENT
            assert (await machine.cabinet.sensors()).doors[Door.FRONT] is DoorState.OPEN
            assert (await machine.ups.power()).mains is Mains.BATTERY
            assert isinstance(await machine.lights.reset(MediaAction.KEEP, deadline_s=1), Done)
            assert machine.lights.panel().lit == {}

    run(work())


@pytest.mark.parametrize("name", STATES)
def test_a_file_that_cannot_be_read_says_nothing_is_well(name: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with running(tmp_path) as machine:
            machine.folder.replace(f"{name}.json", b"{nonsense")
            assert not (await machine.cabinet.status()).ready or name != "cabinet"
            assert (await machine.ups.power()).mains is (Mains.UNKNOWN if name == "ups" else Mains.LINE)
            unclear = name == "keypad"
            assert machine.keypad.headphones() is (Presence.UNKNOWN if unclear else Presence.NOT_PRESENT)
            machine.keypad.plug(there=False)
            assert machine.keypad.headphones() is Presence.NOT_PRESENT

    run(work())


def test_keys_of_another_process_reach_the_listeners_in_order(tmp_path: Path) -> None:
    async def work() -> None:
        async with running(tmp_path) as machine:
            other = other_process(tmp_path)
            other.keypad.press(Key.LEFT)  # before anybody listened
            await VirtualClock().sleep(1)
            heard: list[Key] = []
            stop = machine.keypad.listen(heard.append)
            waiting = asyncio.ensure_future(machine.keypad.read_key(deadline_s=5))
            await VirtualClock().sleep(1)
            other.keypad.press(Key.UP)
            other.keypad.press(Key.SELECT)
            assert await waiting == Done(Key.UP)
            assert heard == [Key.UP, Key.SELECT]
            stop()
            other.keypad.press(Key.BACK)
            await VirtualClock().sleep(1)
            assert heard == [Key.UP, Key.SELECT]
            late = await machine.keypad.read_key(deadline_s=1)
            assert isinstance(late, Failed)
            assert late.fault.code is FailureCode.TIMED_OUT
            machine.faults.arm(DeviceName.KEYPAD, "offline", FaultMode.UNTIL_CLEARED)
            assert machine.keypad.headphones() is Presence.UNKNOWN

    run(work())


@pytest.mark.parametrize("picture", CabinetPicture)
def test_only_a_closed_cabinet_is_ready(picture: CabinetPicture, tmp_path: Path) -> None:
    async def work() -> None:
        async with running(tmp_path) as machine:
            told: list[None] = []
            machine.cabinet.subscribe(lambda: told.append(None))
            other_process(tmp_path).cabinet.show(picture)
            await VirtualClock().sleep(1)
            assert bool(told) is (picture is not CabinetPicture.CLOSED)
            status = await machine.cabinet.status()
            assert status.ready is (picture is CabinetPicture.CLOSED)
            assert status.state is DeviceState.ONLINE

    run(work())


def test_what_stands_first_is_what_matters_most() -> None:
    worst = CabinetSensors(
        {Door.BIN: DoorState.UNKNOWN, Door.FRONT: DoorState.OPEN}, OperatorSwitch.MAINTENANCE, SensorState.ON
    )
    assert [fault.code for fault in cabinet_faults(worst)] == [
        FailureCode.CABINET_TAMPERED,
        FailureCode.MAINTENANCE,
        FailureCode.CABINET_OPEN,
        FailureCode.CABINET_UNAVAILABLE,
    ]
    locked = CabinetSensors({Door.BIN: DoorState.LOCKED})
    assert cabinet_faults(locked) == ()
    assert (
        cabinet_faults(CabinetSensors({Door.BIN: DoorState.TAMPERED}))[0].code is FailureCode.CABINET_TAMPERED
    )
    assert set(CABINET) == set(CabinetPicture)


def test_a_battery_is_low_also_while_it_is_charged() -> None:
    codes = {picture: [fault.code for fault in power_faults(power)] for picture, power in POWER.items()}
    assert codes == {
        PowerPicture.ON_LINE: [],
        PowerPicture.ON_BATTERY: [FailureCode.POWER_ON_BATTERY],
        PowerPicture.BATTERY_LOW: [FailureCode.POWER_LOW, FailureCode.POWER_ON_BATTERY],
        PowerPicture.CHARGING: [FailureCode.POWER_LOW],
        PowerPicture.WORN: [],
        PowerPicture.UNCLEAR: [FailureCode.UPS_UNAVAILABLE],
    }


@pytest.mark.parametrize(
    ("device", "fault", "code"),
    [
        (DeviceName.CABINET, "door_open", FailureCode.CABINET_OPEN),
        (DeviceName.CABINET, "maintenance", FailureCode.MAINTENANCE),
        (DeviceName.CABINET, "tampered", FailureCode.CABINET_TAMPERED),
        (DeviceName.UPS, "mains_off", FailureCode.POWER_ON_BATTERY),
        (DeviceName.UPS, "battery_low", FailureCode.POWER_LOW),
    ],
)
def test_doors_and_power_are_faults_too(
    device: DeviceName, fault: str, code: FailureCode, tmp_path: Path
) -> None:
    async def work() -> None:
        async with running(tmp_path) as machine:
            driven = machine.cabinet if device is DeviceName.CABINET else machine.ups
            machine.faults.arm(device, fault, FaultMode.UNTIL_CLEARED)
            assert (await driven.status()).faults[0].code is code
            assert (await machine.ups.power()).mains is Mains.BATTERY or device is DeviceName.CABINET
            machine.faults.clear(device)
            assert (await driven.status()).ready
            machine.faults.arm(DeviceName.CAMERA, "photo")
            for live in (Liveness.NOT_LIVE, Liveness.LIVE):
                compared = await machine.camera.compare(b"portrait", deadline_s=5)
                assert isinstance(compared, Done)
                assert compared.value.evidence is not None
                assert compared.value.evidence.liveness is live

    run(work())


def test_a_picture_held_up_is_not_the_person(tmp_path: Path) -> None:
    async def work() -> None:
        async with running(tmp_path) as machine:
            machine.mechanism.insert("li-xiaoyang")
            machine.camera.stand_in_front(photo=True)
            shown = await machine.camera.compare(b"portrait", deadline_s=5)
            assert isinstance(shown, Done)
            assert shown.value.evidence is not None
            assert (shown.value.matched, shown.value.hints) == (False, ("not_live",))
            assert shown.value.evidence.liveness is Liveness.NOT_LIVE
            machine.camera.stand_in_front(hints=("too_far",))
            far = await machine.camera.compare(b"portrait", deadline_s=5)
            assert isinstance(far, Done)
            assert (far.value.matched, far.value.hints) == (False, ("too_far",))

    run(work())
