"""The simulated chip reader: the real session, reading and checks over a virtual chip in this process."""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path

from kiosk.clock import Clock
from kiosk.devices.capabilities import DeviceCapabilities, abilities
from kiosk.devices.chip.bac import RandomSource
from kiosk.devices.chip.card_folder import Behaviour, UnusableFolder, load_card
from kiosk.devices.chip.exchange import ChipFailure, SessionBroken
from kiosk.devices.chip.reading import Forward, read_chip
from kiosk.devices.chip.session import Secrets
from kiosk.devices.chip.trust_store import load_trust_store
from kiosk.devices.chip.virtual_chip import VirtualChip
from kiosk.devices.contracts import (
    Completion,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Done,
    Failed,
    Listener,
    MediaAction,
    MediaPosition,
    Progress,
    Refused,
    Unsubscribe,
)
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.chip import ChipReading
from kiosk.domain.failure import FailureCode, Fault

CardFolder = Callable[[], Path | None]
"""Where the card in the chip position comes from: its folder, None while there is none."""

SILENCE_S = 5.0
"""Seconds without an answer after which a chip counts as mute, as in the real driver."""

_SLOW_MS = 40
_CUT_SHORT_AFTER = 8


class SimulatedChipReader:
    """A reader whose card is a folder; see `kiosk.devices.chip.card_folder`.

    Args:
        faults: the tester's armed faults (offline, mute, slow, cut_short).
        watch: tells the listeners of changes.
    """

    def __init__(
        self,
        card_folder: CardFolder,
        trust_store: Path,
        clock: Clock,
        *,
        faults: Faults | None = None,
        watch: Watch | None = None,
        random: RandomSource = secrets.token_bytes,
    ) -> None:
        self._card_folder = card_folder
        self._trust_store = trust_store
        self._clock = clock
        self._faults = faults
        self._watch = watch
        self._random = random
        self._reading = False
        self._closed = False

    @property
    def name(self) -> str:
        return DeviceName.CHIP

    async def capabilities(self) -> DeviceCapabilities:
        return abilities(self)

    async def status(self) -> DeviceStatus:
        if self._closed or self._armed("offline"):
            return DeviceStatus(DeviceState.OFFLINE, (_offline(),), simulated=True)
        return DeviceStatus(DeviceState.BUSY if self._reading else DeviceState.ONLINE, simulated=True)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        return (lambda: None) if self._watch is None else self._watch.subscribe(listener)

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Say where the card is; this device has no mechanics."""
        del action, deadline_s
        if self._closed or self._armed("offline"):
            return Failed(_offline())
        return Done(MediaPosition.NOT_PRESENT if self._card_folder() is None else MediaPosition.CHIP)

    async def close(self) -> None:
        self._closed = True

    async def read(
        self, line: str, *, deadline_s: float, progress: Progress | None = None
    ) -> Completion[ChipReading]:
        """Read the card; see `kiosk.devices.contracts.ChipReader`."""
        if self._closed or self._reading or self._taken("offline"):
            return Refused(_busy() if self._reading else _offline())
        try:
            Secrets(line).check()
        except ValueError as problem:
            return Refused(Fault(FailureCode.LINE_UNREADABLE, str(problem)))
        self._reading = True
        try:
            async with asyncio.timeout(deadline_s):
                return await self._read(line, progress)
        except TimeoutError:
            return Failed(Fault(FailureCode.CHIP_UNREADABLE, f"not read within {deadline_s:g} s"))
        finally:
            self._reading = False

    async def _read(self, line: str, progress: Progress | None) -> Completion[ChipReading]:
        folder = self._card_folder()
        if folder is None:
            return Failed(Fault(FailureCode.CHIP_MUTE, "no chip in the reader's field"))
        try:
            card = load_card(folder)
        except UnusableFolder as problem:
            return Failed(Fault(FailureCode.CHIP_UNREADABLE, str(problem)))
        link = _FolderLink(
            VirtualChip(card, self._random), self._behaviour(card.behaviour), self._clock, self._holds(folder)
        )
        try:
            return Done(await self._read_twice(link, Secrets(line), Forward(progress)))
        except ChipFailure as problem:
            return Failed(problem.fault)

    async def _read_twice(self, link: "_FolderLink", known: Secrets, progress: Progress) -> ChipReading:
        """Read, once more and cautiously where the session broke, as the real driver does."""
        try:
            return await self._read_once(link, known, progress, cautious=False)
        except SessionBroken:
            link.reset()
            return await self._read_once(link, known, progress, cautious=True)

    async def _read_once(
        self, link: "_FolderLink", known: Secrets, progress: Progress, *, cautious: bool
    ) -> ChipReading:
        return await read_chip(
            link,
            known,
            store=load_trust_store(self._trust_store),
            moment=self._clock.now(),
            progress=progress,
            random=self._random,
            cautious=cautious,
        )

    def _holds(self, folder: Path) -> Callable[[], bool]:
        return lambda: self._card_folder() == folder

    def _behaviour(self, own: Behaviour) -> Behaviour:
        """Return how the card behaves, the tester's faults included."""
        mute_after = own.mute_after
        if self._taken("mute"):
            mute_after = 0
        elif self._taken("cut_short"):
            mute_after = _CUT_SHORT_AFTER
        return Behaviour(mute_after, own.pulled_after, _SLOW_MS if self._taken("slow") else own.delay_ms)

    def _armed(self, fault: str) -> bool:
        return self._faults is not None and self._faults.armed(DeviceName.CHIP, fault)

    def _taken(self, fault: str) -> bool:
        return self._faults is not None and self._faults.take(DeviceName.CHIP, fault)


class _FolderLink:
    """Passes commands to the virtual chip for as long as its card lies there."""

    def __init__(
        self, chip: VirtualChip, behaviour: Behaviour, clock: Clock, present: Callable[[], bool]
    ) -> None:
        self._chip = chip
        self._behaviour = behaviour
        self._clock = clock
        self._present = present
        self._answered = 0

    @property
    def atr(self) -> bytes:
        return self._chip.atr

    def reset(self) -> None:
        """Begin anew, as a reader's reset does."""
        self._chip.reset()

    async def transmit(self, command: bytes) -> bytes:
        if self._behaviour.mute_after is not None and self._answered >= self._behaviour.mute_after:
            await self._clock.sleep(SILENCE_S)
            self._check_present()
            raise ChipFailure(FailureCode.CHIP_MUTE, f"no answer from the chip within {SILENCE_S:g} s")
        await self._clock.sleep(self._behaviour.delay_ms / 1000)
        self._check_present()
        self._answered += 1
        return self._chip.process(command)

    def _check_present(self) -> None:
        pulled = self._behaviour.pulled_after is not None and self._answered >= self._behaviour.pulled_after
        if pulled or not self._present():
            raise ChipFailure(FailureCode.CARD_REMOVED, "the card left the reader")


def _offline() -> Fault:
    return Fault(FailureCode.READER_UNAVAILABLE, "the simulated reader is off line")


def _busy() -> Fault:
    return Fault(FailureCode.READER_UNAVAILABLE, "a read is under way")
