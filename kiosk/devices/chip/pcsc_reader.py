"""Driver for any PC/SC contactless reader, through a running pcscd.

The card is looked for by what it can do, not by the reader's name: a reader plugged in again is a new reader.
Any error ends the session; the card is let go with a reset; nothing is carried over to the next attempt.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path

import structlog

from kiosk.clock import Clock
from kiosk.devices.capabilities import DeviceCapabilities, abilities
from kiosk.devices.chip.bac import RandomSource
from kiosk.devices.chip.exchange import ChipFailure, SessionBroken
from kiosk.devices.chip.pcsc_monitor import Monitor, Snapshot
from kiosk.devices.chip.pcsc_service import PcscError, ReaderView
from kiosk.devices.chip.pcsc_worker import CardWorker
from kiosk.devices.chip.reading import Forward, read_chip
from kiosk.devices.chip.session import NoApplication, Secrets
from kiosk.devices.chip.trust_store import load_trust_store
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
from kiosk.domain.chip import ChipReading
from kiosk.domain.failure import FailureCode, Fault

_CLOSED = Fault(FailureCode.READER_UNAVAILABLE, "closed")
_NO_READER = Fault(FailureCode.READER_UNAVAILABLE, "no card reader connected")
_ATTEMPTS = 2
_FIRST_LOOK_S = 2.0
_PRESENCE_S = 3.0
_SETTLE_S = 1.0  # vpcd and most readers notice a removal within 400 ms

_log = structlog.get_logger()


class PcscChipReader:
    """Reads the permit in whichever PC/SC reader it lies.

    Args:
        trust_store: folder of trusted authorities' certificates, read anew for every card.
        reader: part of a reader's name, where only that one is to be used.
        silence_s: seconds without an answer after which a chip counts as mute.
    """

    def __init__(
        self,
        clock: Clock,
        trust_store: Path,
        *,
        reader: str | None = None,
        silence_s: float = 5.0,
        random: RandomSource = secrets.token_bytes,
    ) -> None:
        self._clock = clock
        self._trust_store = trust_store
        self._wanted = reader
        self._silence_s = silence_s
        self._random = random
        self._listeners: list[Listener] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._monitor: Monitor | None = None
        self._snapshot: Snapshot | None = None
        self._changed = asyncio.Event()
        self._reading = False
        self._left_behind: list[CardWorker] = []
        self._closed = False

    @property
    def name(self) -> str:
        return DeviceName.CHIP

    async def capabilities(self) -> DeviceCapabilities:
        return abilities(self)

    async def status(self) -> DeviceStatus:
        if self._closed:
            return DeviceStatus(DeviceState.OFFLINE, (_CLOSED,))
        snapshot = await self._look()
        if snapshot is None:
            return DeviceStatus(DeviceState.STARTING)
        if snapshot.fault is not None:
            return DeviceStatus(DeviceState.OFFLINE, (snapshot.fault,))
        if not snapshot.readers:
            return DeviceStatus(DeviceState.NO_DEVICE, (_NO_READER,))
        if any(self._held(reader.name) for reader in snapshot.readers):
            return DeviceStatus(DeviceState.HARDWARE_ERROR, (_held_fault(),))
        return DeviceStatus(DeviceState.BUSY if self._reading else DeviceState.ONLINE)

    def subscribe(self, listener: Listener) -> Unsubscribe:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        """Say where the card is; this device has no mechanics, every read already ends in a reset."""
        del action, deadline_s
        if self._closed:
            return Refused(_CLOSED)
        snapshot = await self._look()
        if snapshot is None or snapshot.fault is not None or not snapshot.readers:
            fault = _NO_READER if snapshot is None or snapshot.fault is None else snapshot.fault
            return Failed(fault)
        present = any(reader.present for reader in snapshot.readers)
        return Done(MediaPosition.CHIP if present else MediaPosition.NOT_PRESENT)

    async def close(self) -> None:
        self._closed = True
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            await asyncio.to_thread(monitor.stop)
        for worker in self._left_behind:
            await worker.finish()

    async def read(
        self,
        line: str,
        *,
        deadline_s: float,
        progress: Progress | None = None,
        can: str | None = None,
    ) -> Completion[ChipReading]:
        """Read the card; see `kiosk.devices.contracts.ChipReader`.

        `can` is the card access number, with which PACE is then done instead of the line.
        """
        secrets_of_card = Secrets(line, can)
        try:
            secrets_of_card.check()
        except ValueError as problem:
            return Refused(Fault(FailureCode.LINE_UNREADABLE, str(problem)))
        if self._closed:
            return Refused(_CLOSED)
        if self._reading:
            return Refused(Fault(FailureCode.READER_UNAVAILABLE, "a read is under way"))
        self._reading = True
        self._tell()
        try:
            async with asyncio.timeout(deadline_s):
                return await self._read(secrets_of_card, progress)
        except TimeoutError:
            return Failed(Fault(FailureCode.CHIP_UNREADABLE, f"not read within {deadline_s:g} s"))
        finally:
            self._reading = False
            self._tell()

    async def _read(self, known: Secrets, progress: Progress | None) -> Completion[ChipReading]:
        snapshot = await self._look()
        if snapshot is None or snapshot.fault is not None:
            missing = Fault(FailureCode.READER_UNAVAILABLE, "card reader service does not answer")
            return Refused(missing if snapshot is None or snapshot.fault is None else snapshot.fault)
        if not snapshot.readers:
            return Refused(_NO_READER)
        candidates = await self._cards()
        if not candidates:
            stuck = any(reader.present for reader in snapshot.readers)
            return Failed(
                _held_fault() if stuck else Fault(FailureCode.CHIP_MUTE, "no chip in any reader's field")
            )
        return await self._read_first(candidates, known, progress)

    async def _read_first(
        self, candidates: tuple[ReaderView, ...], known: Secrets, progress: Progress | None
    ) -> Completion[ChipReading]:
        """Read the first card that is a permit; a technician's card may lie in another reader."""
        completion: Completion[ChipReading] = Failed(Fault(FailureCode.CHIP_UNREADABLE))
        for reader in candidates:
            completion, no_permit = await self._read_twice(reader, known, Forward(progress))
            if not no_permit:
                break
        return completion

    async def _read_twice(
        self, reader: ReaderView, known: Secrets, progress: Progress
    ) -> tuple[Completion[ChipReading], bool]:
        """Read one card, from the very start once more where the session broke and the same card is there.

        The second attempt is cautious: chips and readers claim more than they can do. The second value is
        true for a card without the permit application.
        """
        fault = Fault(FailureCode.CHIP_UNREADABLE)
        attempt = _Attempt(known, progress)
        for _ in range(_ATTEMPTS):
            try:
                return Done(await self._read_in(reader, attempt)), False
            except NoApplication as problem:
                return Failed(problem.fault), True
            except SessionBroken as problem:
                fault = await self._settle(problem.fault, reader)
            except ChipFailure as problem:
                return Failed(await self._settle(problem.fault, reader)), False
            except PcscError as problem:
                fault = await self._settle(problem.fault(), reader)
            if fault.code is not FailureCode.CHIP_UNREADABLE:
                break
            _log.info("pcsc.session_broken", reason=fault.detail)
        return Failed(fault), False

    async def _read_in(self, reader: ReaderView, attempt: "_Attempt") -> ChipReading:
        store = load_trust_store(self._trust_store)
        worker = CardWorker(reader.name, self._silence_s, self._tell)
        try:
            await worker.connect()
            again = attempt.begin(worker.atr)
            return await read_chip(
                worker,
                attempt.known,
                store=store,
                moment=self._clock.now(),
                progress=attempt.progress,
                random=self._random,
                cautious=again,
            )
        finally:
            await self._let_go(worker)

    async def _let_go(self, worker: CardWorker) -> None:
        await asyncio.shield(worker.finish())
        if worker.alive:
            _log.warning("pcsc.worker_left_behind", reader=worker.reader)
            self._left_behind.append(worker)

    async def _settle(self, fault: Fault, reader: ReaderView) -> Fault:
        """Tell a card that was pulled (or swapped) from one that is there but cannot be read."""
        if fault.code not in (FailureCode.CHIP_UNREADABLE, FailureCode.CHIP_MUTE):
            return fault

        def moved() -> bool:
            now = None if self._snapshot is None else self._snapshot.reader(reader.name)
            return now is not None and (not now.present or now.events != reader.events)

        if await self._until(moved, _SETTLE_S):
            return Fault(FailureCode.CARD_REMOVED, fault.detail)
        return fault

    async def _cards(self) -> tuple[ReaderView, ...]:
        """Return the readers with a card, waiting a little for one to be noticed."""
        await self._until(lambda: bool(self._present()), _PRESENCE_S)
        return self._present()

    def _present(self) -> tuple[ReaderView, ...]:
        readers = () if self._snapshot is None else self._snapshot.readers
        return tuple(
            reader
            for reader in readers
            if reader.present and not self._held(reader.name) and (self._wanted or "") in reader.name
        )

    def _held(self, name: str) -> bool:
        self._left_behind = [worker for worker in self._left_behind if worker.alive]
        return any(worker.reader == name for worker in self._left_behind)

    async def _look(self) -> Snapshot | None:
        """Return the latest snapshot, waiting for the very first one."""
        self._start()
        await self._until(lambda: self._snapshot is not None, _FIRST_LOOK_S)
        return self._snapshot

    async def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        return condition()

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._monitor is None:
            self._loop = loop
            self._monitor = Monitor(self._publish)
            self._monitor.start()

    def _publish(self, snapshot: Snapshot) -> None:
        """Take a snapshot over from the monitor's thread."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody looks any more
                loop.call_soon_threadsafe(self._take, snapshot)

    def _take(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        for listener in tuple(self._listeners):
            listener()


def _held_fault() -> Fault:
    return Fault(
        FailureCode.READER_UNAVAILABLE, "a card that stopped answering holds the reader: take it out"
    )


class _Attempt:
    """What stays the same from one attempt at a card to the next."""

    def __init__(self, known: Secrets, progress: Progress) -> None:
        self.known = known
        self.progress = progress
        self._atr: bytes | None = None

    def begin(self, atr: bytes) -> bool:
        """Return whether this is not the first attempt; raise ChipFailure for another card."""
        before, self._atr = self._atr, atr
        if before is not None and before != atr:
            raise ChipFailure(FailureCode.CARD_REMOVED, "another card than at the first attempt")
        return before is not None
