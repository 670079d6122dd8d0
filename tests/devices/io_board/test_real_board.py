"""The board's driver, lights and cabinet sensors against a Modbus server written by others."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest
from pymodbus.framer import FramerType

from kiosk.devices.byte_line import SerialByteLine, SerialSettings, TcpByteLine
from kiosk.devices.cabinet.driver import BoardCabinet, CabinetWiring, Contact
from kiosk.devices.cabinet_contracts import (
    Door,
    DoorState,
    FlashRate,
    Light,
    LightColour,
    LightSetting,
    OperatorSwitch,
    Presence,
    SensorState,
)
from kiosk.devices.contracts import DeviceState, Done, MediaAction, Unknown
from kiosk.devices.io_board.board import BoardDown, ModbusBoard
from kiosk.devices.io_board.modbus import Framing, RtuFraming, TcpFraming
from kiosk.devices.lights.driver import BoardLights
from kiosk.domain.failure import FailureCode
from tests.devices.io_board.real_board import BITS, UNIT, RealBoard, real_board
from tests.devices.pseudo_terminal import PseudoTerminal
from tests.support.virtual_time import VirtualClock, run

LIT = LightSetting(FlashRate.CONTINUOUS)
WIRING = CabinetWiring(
    {Door.SERVICE: Contact(0), Door.FRONT: Contact(1)},
    tamper=Contact(4),
    maintenance=Contact(6, quiet=False),
    person=Contact(9, quiet=False),
)

framings = pytest.mark.parametrize(
    ("framer", "framing"),
    [(FramerType.SOCKET, TcpFraming), (FramerType.RTU, RtuFraming)],
    ids=["tcp", "rtu"],
)


def connected(board: RealBoard, framing: Callable[[int], Framing] = TcpFraming) -> ModbusBoard:
    return ModbusBoard(TcpByteLine("127.0.0.1", board.port), framing(UNIT))


def with_board(work: Callable[[RealBoard], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        async with real_board() as board:
            await work(board)

    run(whole())


def quiet(board: RealBoard) -> None:
    """Close every door's loop."""
    for number in (0, 1, 4):
        board.set_input(number, True)


@framings
def test_inputs_are_read_and_outputs_written(framer: FramerType, framing: Callable[[int], Framing]) -> None:
    async def work() -> None:
        async with real_board(framer) as far:
            far.set_input(2, True)
            far.set_input(17, True)
            board = connected(far, framing)
            board.attach()
            assert await board.inputs([2, 3, 17]) == {2: True, 3: False, 17: True}
            await board.set_outputs({0: True, 1: True, 2: False, 3: True, 9: True, 20: True})
            assert [n for n in range(BITS) if far.output(n)] == [0, 1, 3, 9, 20]
            await board.set_outputs({0: False, 9: False})
            assert await board.outputs(range(21)) == {n: n in {1, 3, 20} for n in range(21)}
            with pytest.raises(BoardDown, match="refuses"):
                await board.inputs([BITS + 40])
            assert await board.inputs([2]) == {2: True}  # a refusal does not spoil the line
            board.detach()

    asyncio.run(work())


async def carry(terminal: PseudoTerminal, port: int) -> None:
    """Be the cable between a serial port and the board: pass bytes both ways until it is pulled."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def back() -> None:
        while content := await reader.read(4096):
            terminal.send(content)

    answering = asyncio.ensure_future(back())
    while content := await terminal.receive():
        writer.write(content)
    answering.cancel()
    writer.transport.abort()


def test_a_board_on_a_serial_line_and_a_pulled_cable() -> None:
    async def work() -> None:
        async with real_board(FramerType.RTU) as far:
            far.set_input(3, True)
            terminal = PseudoTerminal()
            cable = asyncio.ensure_future(carry(terminal, far.port))
            board = ModbusBoard(SerialByteLine(SerialSettings(terminal.path)), RtuFraming(UNIT))
            board.attach()
            await board.set_outputs({4: True, 5: True})
            assert await board.inputs([2, 3]) == {2: False, 3: True}
            assert far.output(4)
            terminal.hang_up()
            await cable
            with pytest.raises(BoardDown):
                await board.inputs([3])
            board.detach()

    asyncio.run(work())


def test_a_light_shows_its_colour_and_no_other() -> None:
    async def work(far: RealBoard) -> None:
        wiring = {
            Light.CARD_ENTRY: {LightColour.GREEN: 0, LightColour.RED: 1},
            Light.SLIP: {None: 5},
        }
        lights = BoardLights(connected(far), wiring, VirtualClock())
        red = LightSetting(FlashRate.CONTINUOUS, LightColour.RED)
        wanted = {Light.CARD_ENTRY: red, Light.SLIP: LIT, Light.FACE: LIT}
        assert isinstance(await lights.light(wanted, deadline_s=5), Done)
        assert [far.output(n) for n in (0, 1, 5)] == [False, True, True]
        blue = LightSetting(FlashRate.CONTINUOUS, LightColour.BLUE)
        assert isinstance(await lights.light({Light.CARD_ENTRY: blue}, deadline_s=5), Done)
        assert [far.output(n) for n in (0, 1, 5)] == [True, False, True]
        assert lights.shown()[Light.CARD_ENTRY] == blue
        assert isinstance(await lights.reset(MediaAction.KEEP, deadline_s=5), Done)
        assert not any(far.output(n) for n in (0, 1, 5))
        assert (await lights.capabilities()).colours[Light.CARD_ENTRY] == {LightColour.GREEN, LightColour.RED}
        await lights.close()

    with_board(work)


def test_a_board_that_lost_its_power_is_lit_again() -> None:
    async def work(far: RealBoard) -> None:
        lights = BoardLights(connected(far), {Light.SLIP: {None: 5}, Light.FACE: {None: 6}}, VirtualClock())
        await lights.light({Light.SLIP: LIT}, deadline_s=5)
        far.lose_power()
        assert (await lights.status()).ready
        assert [far.output(n) for n in (5, 6)] == [True, False]
        await lights.close()

    with_board(work)


def test_flashing_lights_flash_at_their_rates() -> None:
    async def work(far: RealBoard) -> None:
        clock = VirtualClock()
        wiring = {Light.CARD_ENTRY: {None: 0}, Light.SLIP: {None: 1}, Light.SCANNER: {None: 2}}
        lights = BoardLights(connected(far), wiring, clock)
        rates = {
            Light.CARD_ENTRY: LightSetting(FlashRate.QUICK),
            Light.SLIP: LightSetting(FlashRate.MEDIUM),
            Light.SCANNER: LightSetting(FlashRate.SLOW),
        }
        await lights.light(rates, deadline_s=5)
        seen = []
        for _ in range(160):
            await clock.sleep(0.05)
            seen.append([far.output(n) for n in range(3)])
        flips = [sum(a[n] != b[n] for a, b in pairwise(seen)) for n in range(3)]
        assert [round(count / 2 / 8, 1) for count in flips] == pytest.approx([2.0, 1.0, 0.5], abs=0.15)
        await lights.light({light: LightSetting(FlashRate.OFF) for light in rates}, deadline_s=5)
        await clock.sleep(2)
        assert not any(far.output(n) for n in range(3))
        await lights.close()

    with_board(work)


def test_the_cabinet_tells_what_is_open() -> None:
    async def work(far: RealBoard) -> None:
        quiet(far)
        cabinet = BoardCabinet(connected(far), WIRING, VirtualClock())
        assert (await cabinet.status()).ready
        far.set_input(1, False)
        far.set_input(9, True)
        sensors = await cabinet.sensors()
        assert sensors.doors == {Door.SERVICE: DoorState.CLOSED, Door.FRONT: DoorState.OPEN}
        assert (sensors.person, sensors.switch) == (Presence.PRESENT, OperatorSwitch.RUN)
        (fault,) = (await cabinet.status()).faults
        assert fault.code is FailureCode.CABINET_OPEN
        assert "front" in fault.detail
        far.set_input(6, True)
        codes = [fault.code for fault in (await cabinet.status()).faults]
        assert codes == [FailureCode.MAINTENANCE, FailureCode.CABINET_OPEN]
        await cabinet.close()

    with_board(work)


def test_a_tamper_alarm_stays_until_it_is_reset() -> None:
    async def work(far: RealBoard) -> None:
        quiet(far)
        cabinet = BoardCabinet(connected(far), WIRING, VirtualClock())
        far.set_input(4, False)
        assert (await cabinet.sensors()).tamper is SensorState.ON
        far.set_input(4, True)
        assert (await cabinet.status()).faults[0].code is FailureCode.CABINET_TAMPERED
        assert isinstance(await cabinet.reset(MediaAction.KEEP, deadline_s=5), Done)
        assert (await cabinet.status()).ready
        await cabinet.close()

    with_board(work)


def test_two_devices_share_a_board_and_outlive_each_other() -> None:
    async def work(far: RealBoard) -> None:
        quiet(far)
        board = connected(far)
        cabinet = BoardCabinet(board, WIRING, VirtualClock())
        lights = BoardLights(board, {Light.SLIP: {None: 3}}, VirtualClock())
        both = await asyncio.gather(lights.light({Light.SLIP: LIT}, deadline_s=5), cabinet.sensors())
        assert isinstance(both[0], Done)
        assert both[1].doors[Door.SERVICE] is DoorState.CLOSED
        await lights.close()
        assert (await cabinet.status()).ready
        await cabinet.close()

    with_board(work)


def test_a_board_that_goes_and_comes_back() -> None:
    async def work() -> None:
        far = RealBoard()
        await far.start()
        port = far.port
        quiet(far)
        board = ModbusBoard(TcpByteLine("127.0.0.1", port), TcpFraming(UNIT))
        cabinet = BoardCabinet(board, WIRING, VirtualClock())
        lights = BoardLights(board, {Light.SLIP: {None: 3}}, VirtualClock())
        assert (await cabinet.status()).ready
        await far.stop()
        status = await cabinet.status()
        assert status.state is DeviceState.OFFLINE
        assert status.faults[0].code is FailureCode.CABINET_UNAVAILABLE
        sensors = await cabinet.sensors()
        assert set(sensors.doors.values()) == {DoorState.UNKNOWN}
        assert (sensors.switch, sensors.tamper) == (OperatorSwitch.UNKNOWN, SensorState.UNKNOWN)
        assert isinstance(await lights.light({Light.SLIP: LIT}, deadline_s=5), Unknown)
        await cabinet.close()
        await lights.close()

    run(work())
