"""Whatever people do at the slot, in any order and at any moment, the station comes to rest."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.contracts import DeviceName, Done, Failed, MediaAction, MediaPosition, Refused, Unknown
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import NotPossible
from tests.devices.bench import LI, WU, running
from tests.support.virtual_time import run

HANDS = ("insert", "insert_other", "half", "take", "pull")
MOTORS = ("accept", "move", "back", "eject", "retain", "wait_taken", "reset")
STRIKES = ("jam_on_eject", "jam_on_move", "stuck", "unknown_position", "line_lost", "offline")

Script = list[tuple[float, str]]

scripts = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.5, 1.0, 1.6, 5.0]), st.sampled_from(HANDS + MOTORS + STRIKES)),
    max_size=14,
)


def _by_hand(machine: SimulatedMachine, act: str) -> None:
    hands = {
        "insert": lambda: machine.mechanism.insert(LI),
        "insert_other": lambda: machine.mechanism.insert(WU),
        "half": lambda: machine.mechanism.push_half(WU),
        "take": machine.mechanism.take,
        "pull": machine.mechanism.pull,
    }
    with suppress(NotPossible):  # people try what cannot be done, too
        hands[act]()


async def _by_motor(machine: SimulatedMachine, act: str) -> None:
    station = machine.station
    before = machine.pace.clock.monotonic()
    match act:
        case "accept":
            completion: object = await station.accept(deadline_s=10)
        case "move":
            completion = await station.move(MediaPosition.PRINT, deadline_s=10)
        case "back":
            completion = await station.move(MediaPosition.CHIP, deadline_s=10)
        case "eject":
            completion = await station.eject(deadline_s=10)
        case "retain":
            completion = await station.retain(deadline_s=10)
        case "wait_taken":
            completion = await station.wait_taken(deadline_s=10)
        case _:
            completion = await station.reset(MediaAction.EJECT, deadline_s=10)
    assert isinstance(completion, Done | Refused | Failed | Unknown)
    assert machine.pace.clock.monotonic() - before <= 10.01


async def _play(state: Path, script: Script) -> None:
    async with running(state, pace=1.0) as machine:
        commands = []
        for gap, act in script:
            await machine.pace.clock.sleep(gap)
            if act in HANDS:
                _by_hand(machine, act)
            elif act in STRIKES:
                machine.faults.arm(DeviceName.STATION, act)
            else:
                commands.append(asyncio.ensure_future(_by_motor(machine, act)))
        await asyncio.gather(*commands)
        machine.faults.clear_all()
        assert await machine.station.locate() is machine.mechanism.state().position
        # Whatever happened: one reset, and the card is at the exit or not in the machine.
        cleared = await machine.station.reset(MediaAction.EJECT, deadline_s=10)
        assert isinstance(cleared, Done)
        assert cleared.value in {MediaPosition.EXIT, MediaPosition.NOT_PRESENT, MediaPosition.RETAINED}
        assert (await machine.station.status()).ready
        if cleared.value is MediaPosition.EXIT:
            machine.mechanism.take()
        machine.mechanism.insert(LI)
        assert isinstance(await machine.station.accept(deadline_s=10), Done)


@given(script=scripts)
@settings(max_examples=60, deadline=None)
def test_the_station_comes_to_rest(script: Script, tmp_path_factory: pytest.TempPathFactory) -> None:
    run(_play(tmp_path_factory.mktemp("state"), script))
