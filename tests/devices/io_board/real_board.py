"""A Modbus server of other people's making (pymodbus) as the board at the far end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

UNIT = 7
BITS = 32
READ_DISCRETE_INPUTS = 2


class RealBoard:
    """Inputs to set and outputs to look at, numbered from 0."""

    def __init__(self, framer: FramerType = FramerType.SOCKET, port: int = 0) -> None:
        self._wires = [0] * (BITS // 16)
        self._relays = [0] * (BITS // 16)
        unused = [SimData(0, datatype=DataType.REGISTERS)]
        bits = [SimData(0, values=[False] * BITS, datatype=DataType.BITS)]
        device = SimDevice(UNIT, (bits, list(bits), unused, list(unused)), action=self._asked)
        self._server = ModbusTcpServer(device, framer=framer, address=("127.0.0.1", port))

    @property
    def port(self) -> int:
        port: int = self._server.transport.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        await self._server.serve_forever(background=True)

    async def stop(self) -> None:
        await self._server.shutdown()

    def set_input(self, number: int, on: bool) -> None:
        place = 1 << number % 16
        word = self._wires[number // 16]
        self._wires[number // 16] = word | place if on else word & ~place

    def output(self, number: int) -> bool:
        return bool(self._relays[number // 16] >> number % 16 & 1)

    def lose_power(self) -> None:
        """Let every relay fall, as after a moment without power."""
        for word in range(len(self._relays)):
            self._relays[word] = 0

    async def _asked(  # noqa: PLR0917 - what a SimAction is
        self,
        function: int,
        first: int,
        address: int,
        count: int,
        registers: list[int],
        values: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """Lay the wires on the inputs, and keep hold of the relays' registers."""
        if function == READ_DISCRETE_INPUTS:
            registers[: len(self._wires)] = self._wires
        else:
            self._relays = registers
        return None


@asynccontextmanager
async def real_board(framer: FramerType = FramerType.SOCKET) -> AsyncIterator[RealBoard]:
    board = RealBoard(framer)
    await board.start()
    try:
        yield board
    finally:
        await board.stop()
