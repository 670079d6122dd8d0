"""Puts the simulated card into a real PC/SC stack: a virtual reader follows the card station."""

import asyncio
from pathlib import Path
from typing import Self

from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.pcscd_stack import PcscdStack
from kiosk.tasks import Tasks


class PcscBridge:
    """A running pcscd of our own whose reader holds the card exactly while the station has it there."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._stack = PcscdStack()
        self._plugged: Path | None = None
        self._moved = asyncio.Event()
        self._work = Tasks()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._stack.__enter__)
        self._unsubscribe = self._machine.watch.subscribe(self._moved.set)
        self._work.start(self._follow(), "virtual card reader")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._unsubscribe()
        await self._work.end()
        await asyncio.to_thread(self._stack.close)

    async def _follow(self) -> None:
        """Plug and unplug as the card moves."""
        while True:
            folder = self._machine.card_at_chip()
            if folder != self._plugged:
                await asyncio.to_thread(self._change, folder)
                self._plugged = folder
            await self._moved.wait()
            self._moved.clear()

    def _change(self, folder: Path | None) -> None:
        if folder is None:
            self._stack.unplug()
        else:
            self._stack.plug(folder)
