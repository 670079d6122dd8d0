"""PC/SC without a service: readers that come and go, a virtual chip in one of them, and errors by script.

Stands in for `smartcard.scard` below `kiosk.devices.chip.pcsc_service`, so that the driver's own threads and
rules are tested where no pcscd runs, and for answers that no virtual reader gives.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from smartcard import scard

from kiosk.devices.chip.card_folder import Card
from kiosk.devices.chip.virtual_chip import VirtualChip
from tests.support.patience import LONG_S

OK: int = scard.SCARD_S_SUCCESS
TIMEOUT, NO_READERS, NO_CARD = 0x8010000A, 0x8010002E, 0x8010000C
REMOVED, READER_GONE, SERVICE_GONE = 0x80100069, 0x80100017, 0x8010001D
REFUSED, SHARED, TOO_SMALL = 0x8010006A, 0x8010000B, 0x80100008

Answer = Callable[[bytes], bytes | int]
"""Says the answer to a command, or the error with which the call fails."""


@dataclass
class Slot:
    """One reader."""

    chip: VirtualChip | None = None
    events: int = 0

    @property
    def state(self) -> int:
        present = scard.SCARD_STATE_EMPTY if self.chip is None else scard.SCARD_STATE_PRESENT
        return int(self.events << 16 | present)


@dataclass
class ScriptedScard:
    """The module's functions as methods; a test moves cards and readers with the methods in small letters.

    Letting a card go blocks while `disconnects` is cleared.
    """

    slots: dict[str, Slot] = field(default_factory=lambda: {"Reader 00 00": Slot()})
    establish: int = OK
    connecting: int = OK
    twist: Answer | None = None
    silent: bool = False
    commands: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._moved = threading.Condition()
        self.disconnects = threading.Event()
        self.disconnects.set()
        self._contexts = 0
        self._cancelled = False

    def __getattr__(self, name: str) -> object:
        return getattr(scard, name)  # the constants

    def insert(self, card: Card, reader: str = "Reader 00 00") -> None:
        with self._moved:
            slot = self.slots[reader]
            slot.chip, slot.events = VirtualChip(card), slot.events + 1
            self._moved.notify_all()

    def remove(self, reader: str = "Reader 00 00") -> None:
        with self._moved:
            slot = self.slots[reader]
            slot.chip, slot.events = None, slot.events + 1
            self._moved.notify_all()

    def plug(self, reader: str, card: Card | None = None) -> None:
        with self._moved:
            self.slots[reader] = Slot(None if card is None else VirtualChip(card))
            self._moved.notify_all()

    def unplug(self, reader: str = "Reader 00 00") -> None:
        with self._moved:
            self.slots.pop(reader, None)
            self._moved.notify_all()

    def break_down(self, code: int) -> None:
        """Fail every call with a code, as a service that ends does; 0 brings it back."""
        with self._moved:
            self.establish = code
            self._moved.notify_all()

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        self._contexts += 1
        return self.establish, self._contexts

    def SCardReleaseContext(self, context: int) -> int:
        return OK

    def SCardListReaders(self, context: int, groups: Sequence[str]) -> tuple[int, list[str]]:
        if self.establish != OK:
            return self.establish, []
        return (OK, list(self.slots)) if self.slots else (NO_READERS, [])

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, known: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        """Return as soon as something differs from what is known, or after the time-out."""
        before = list(self.slots)
        with self._moved:
            self._moved.wait_for(lambda: self._cancelled or self._differs(known, before), timeout_ms / 1000)
            if self.establish != OK:
                return self.establish, []
            seen: list[tuple[str, int, list[int]]] = [(name, self._state(name), []) for name, _ in known]
            return (OK if self._differs(known, before) else TIMEOUT), seen

    def SCardCancel(self, context: int) -> int:
        with self._moved:
            self._cancelled = True
            self._moved.notify_all()
        return OK

    def SCardConnect(self, context: int, reader: str, mode: int, protocols: int) -> tuple[int, str, int]:
        slot = self.slots.get(reader)
        if self.connecting != OK:
            return self.connecting, "", 0
        if slot is None or slot.chip is None:
            return (READER_GONE if slot is None else NO_CARD), "", 0
        slot.chip.reset()
        return OK, reader, scard.SCARD_PROTOCOL_T1

    def SCardStatus(self, handle: str) -> tuple[int, str, int, int, list[int]]:
        slot = self.slots.get(handle)
        atr = b"" if slot is None or slot.chip is None else slot.chip.atr
        return OK, handle, 0, scard.SCARD_PROTOCOL_T1, list(atr)

    def SCardTransmit(self, handle: str, pci: object, command: list[int]) -> tuple[int, list[int]]:
        raw = bytes(command)
        self.commands.append(raw)
        if self.silent:
            with self._moved:
                self._moved.wait_for(lambda: not self.silent or self._gone(handle), LONG_S)
            return REMOVED, []
        answer = self.twist(raw) if self.twist is not None else b""
        slot = self.slots.get(handle)
        if slot is None or slot.chip is None:
            return (READER_GONE if slot is None else REMOVED), []
        if isinstance(answer, int):
            return answer, []
        return OK, list(answer or slot.chip.process(raw))

    def SCardDisconnect(self, handle: str, disposition: int) -> int:
        self.disconnects.wait(LONG_S)
        slot = self.slots.get(handle)
        if slot is not None and slot.chip is not None:
            slot.chip.reset()
        return OK

    def _gone(self, reader: str) -> bool:
        slot = self.slots.get(reader)
        return slot is None or slot.chip is None

    def _differs(self, known: Sequence[tuple[str, int]], before: list[str]) -> bool:
        if self.establish != OK or list(self.slots) != before:
            return True
        return any(state != self._state(name) for name, state in known if name in self.slots)

    def _state(self, name: str) -> int:
        slot = self.slots.get(name)
        return int(scard.SCARD_STATE_UNKNOWN) if slot is None else slot.state
