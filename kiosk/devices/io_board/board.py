"""A board with digital inputs and outputs that several devices share: one line, one request at a time."""

import asyncio
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Protocol

from kiosk.devices.byte_line import ByteLine, LineDown
from kiosk.devices.io_board.modbus import (
    MOST_BITS,
    Framing,
    Malformed,
    RefusedByBoard,
    Request,
    TcpFraming,
    parse,
    read_coils,
    read_inputs,
    write_coils,
)

ANSWER_S = 0.6
"""How long the board may take to answer, seconds."""


class BoardDown(Exception):
    """The board cannot be reached, or does not do what it is asked; whether it did is not known."""


class IoBoard(Protocol):
    """A board as the drivers need it; a board of another make is one class with these methods.

    Inputs and outputs are numbered from 0. Everything raises BoardDown and takes at most some seconds.
    """

    async def inputs(self, numbers: Iterable[int]) -> dict[int, bool]: ...

    async def outputs(self, numbers: Iterable[int]) -> dict[int, bool]:
        """Return how the outputs are set."""

    async def set_outputs(self, wanted: Mapping[int, bool]) -> None: ...

    def attach(self) -> None:
        """One more device uses the board."""

    def detach(self) -> None:
        """One device less; the last one hangs up."""


class ModbusBoard:
    """Driver of one board.

    Args:
        line: the cable; owned by this driver from now on.
        framing: `TcpFraming` for Modbus TCP (port 502), `RtuFraming` for serial lines and for converters
            that pass bytes through.
    """

    def __init__(self, line: ByteLine, framing: Framing | None = None) -> None:
        self._line = line
        self._framing = framing or TcpFraming()
        self._turn = asyncio.Lock()
        self._users = 0

    async def inputs(self, numbers: Iterable[int]) -> dict[int, bool]:
        return await self._read(numbers, outputs=False)

    async def outputs(self, numbers: Iterable[int]) -> dict[int, bool]:
        return await self._read(numbers, outputs=True)

    async def set_outputs(self, wanted: Mapping[int, bool]) -> None:
        """Set these outputs, those in a row together: no output in between is touched."""
        for first, run in _runs(wanted):
            await self._ask(write_coils(first, [wanted[number] for number in run]))

    def attach(self) -> None:
        self._users += 1

    def detach(self) -> None:
        self._users -= 1
        if self._users <= 0:
            self._line.drop()

    async def _read(self, numbers: Iterable[int], *, outputs: bool) -> dict[int, bool]:
        found: dict[int, bool] = {}
        for wanted in _windows(numbers):
            first, count = wanted[0], wanted[-1] - wanted[0] + 1
            bits = await self._ask(read_coils(first, count) if outputs else read_inputs(first, count))
            found |= {number: bits[number - first] for number in wanted}
        return found

    async def _ask(self, request: Request) -> tuple[bool, ...]:
        """Give one request and return the bits of its answer; after anything odd the line is opened anew."""
        async with self._turn:
            whole = False
            try:
                await self._line.open()
                async with asyncio.timeout(ANSWER_S):
                    await self._line.send(self._framing.frame(request))
                    answer = parse(request, await self._answer(request))
                whole = True
                return answer
            except RefusedByBoard as error:
                whole = True  # the line is sound
                raise BoardDown(f"the board refuses: {error}") from error
            except TimeoutError as error:
                raise BoardDown(f"no answer within {ANSWER_S:g} s") from error
            except (LineDown, Malformed) as error:
                raise BoardDown(str(error)) from error
            finally:
                if not whole:  # also where it was cancelled: a late answer must not meet the next request
                    self._line.drop()

    async def _answer(self, request: Request) -> bytes:
        received = b""
        while True:
            received += await self._line.receive()
            answer = self._framing.answer(request, received)
            if answer is not None:
                return answer


def _runs(numbers: Iterable[int]) -> list[tuple[int, list[int]]]:
    """Return the numbers as runs without gaps, each with its first."""
    runs = [
        [number for _, number in group]
        for window in _windows(numbers)
        for _, group in groupby(enumerate(window), key=lambda pair: pair[1] - pair[0])
    ]
    return [(run[0], run) for run in runs]


def _windows(numbers: Iterable[int]) -> list[list[int]]:
    """Return the numbers in order, cut so that no part spans more than one request can ask for."""
    windows: list[list[int]] = []
    for number in sorted(numbers):
        if not windows or number - windows[-1][0] >= MOST_BITS:
            windows.append([])
        windows[-1].append(number)
    return windows
