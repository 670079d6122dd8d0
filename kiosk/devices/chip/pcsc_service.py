"""The PC/SC service as typed calls that block: thin over pyscard, every error a `PcscError` with its code.

pyscard's own card monitor is not used: its thread ends with the service and never comes back.
Codes: PC/SC part 5 and pcsclite.h.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from smartcard import scard

from kiosk.domain.failure import FailureCode, Fault

PLUG_AND_PLAY = "\\\\?PnP?\\Notification"
"""Pseudo reader that reports readers coming and going."""

_TIMEOUT = 0x8010000A
_NO_READERS = 0x8010002E
_CANCELLED = 0x80100002
_REFUSED = 0x8010006A
_NO_SERVICE = 0x8010001D

SERVICE_REMEDY = "card reader service (pcscd) not running: install it and run `systemctl start pcscd.socket`"
POLKIT_REMEDY = (
    "card reader service refuses this user (polkit): allow org.debian.pcsc-lite.access_pcsc and access_card"
)

_REMOVED = frozenset((0x80100069, 0x8010000C))
_SERVICE_LOST = frozenset((_NO_SERVICE, 0x8010001E, 0x80100013, 0x80100003))
_READER_LOST = frozenset((0x80100017, 0x80100009))
_MUTE = frozenset((0x80100066, 0x80100067, 0x80100065))


class PcscError(Exception):
    """A PC/SC call failed."""

    def __init__(self, code: int, call: str) -> None:
        self.code = code & 0xFFFFFFFF
        super().__init__(f"{call}: 0x{self.code:08X}")

    def fault(self) -> Fault:
        """Return what it means for a read; the caller settles what only the card's presence can tell."""
        if self.code == _REFUSED:
            return Fault(FailureCode.READER_UNAVAILABLE, f"{POLKIT_REMEDY} ({self})")
        if self.code in _SERVICE_LOST:
            return Fault(FailureCode.READER_UNAVAILABLE, f"{SERVICE_REMEDY} ({self})")
        if self.code in _READER_LOST:
            return Fault(FailureCode.READER_UNAVAILABLE, f"the card reader was unplugged ({self})")
        if self.code == 0x8010000B:
            return Fault(FailureCode.READER_UNAVAILABLE, f"another program holds the card ({self})")
        if self.code in _REMOVED:
            return Fault(FailureCode.CARD_REMOVED, str(self))
        if self.code in _MUTE:
            return Fault(FailureCode.CHIP_MUTE, f"the chip does not answer to power ({self})")
        return Fault(FailureCode.CHIP_UNREADABLE, f"connection to the card lost ({self})")


@dataclass(frozen=True, slots=True)
class ReaderView:
    """One reader as the service sees it.

    Attributes:
        events: insertions and removals counted by the service: a swap shows here.
        raw: the state word to hand back in the next call.
    """

    name: str
    present: bool
    events: int
    raw: int


class Connection:
    """A card connected exclusively: nobody else's command may end our session."""

    def __init__(self, handle: object, protocol: int) -> None:
        self._handle = handle
        self.atr = _atr_of(handle)
        self._pci = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1

    def transmit(self, command: bytes) -> bytes:
        """Return the card's answer; blocks as long as the card is silent."""
        code, answer = scard.SCardTransmit(self._handle, self._pci, list(command))
        _check(code, "SCardTransmit")
        return bytes(byte & 0xFF for byte in answer)

    def disconnect(self) -> None:
        """Let go and reset the card, else the chip would keep its session open."""
        scard.SCardDisconnect(self._handle, scard.SCARD_RESET_CARD)


class Context:
    """A connection to the service; one per thread.

    Attributes:
        socket: ``PCSCLITE_CSOCK_NAME`` at the first connection of this process: the library keeps to it.
        admitted: whether this process was ever let in. If so, a refusal is not polkit's: the library
            reports a service that hangs up in the same words.
    """

    socket: ClassVar[str | None] = None
    admitted: ClassVar[bool] = False

    def __init__(self) -> None:
        if Context.socket is None:
            Context.socket = os.environ.get("PCSCLITE_CSOCK_NAME", "")
        code, self._handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _check(code, "SCardEstablishContext")
        Context.admitted = True

    def readers(self) -> tuple[str, ...]:
        code, names = scard.SCardListReaders(self._handle, [])
        if code & 0xFFFFFFFF == _NO_READERS:
            return ()
        _check(code, "SCardListReaders")
        return tuple(names)

    def wait(self, known: Sequence[tuple[str, int]], timeout_ms: int) -> tuple[ReaderView, ...]:
        """Return the readers' states after a change or the time-out, the pseudo reader left out."""
        code, states = scard.SCardGetStatusChange(
            self._handle, timeout_ms, [(PLUG_AND_PLAY, scard.SCARD_STATE_UNAWARE), *known]
        )
        if code & 0xFFFFFFFF not in (_TIMEOUT, _CANCELLED):
            _check(code, "SCardGetStatusChange")
        return tuple(_view(name, event) for name, event, _ in states if name != PLUG_AND_PLAY)

    def cancel(self) -> None:
        """End a `wait` of another thread."""
        scard.SCardCancel(self._handle)

    def connect(self, reader: str) -> Connection:
        code, handle, protocol = scard.SCardConnect(
            self._handle,
            reader,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        if code & 0xFFFFFFFF == _REFUSED:
            self.readers()  # a service that is gone says so here; one that lives has truly refused
            raise PcscError(_REFUSED, "SCardConnect")
        _check(code, "SCardConnect")
        return Connection(handle, protocol)

    def release(self) -> None:
        scard.SCardReleaseContext(self._handle)


def _view(name: str, event: int) -> ReaderView:
    raw = event & ~scard.SCARD_STATE_CHANGED
    return ReaderView(name, bool(event & scard.SCARD_STATE_PRESENT), event >> 16 & 0xFFFF, raw)


def _atr_of(handle: object) -> bytes:
    """Return the answer to reset of a connected card, empty where the service does not say."""
    code, _, _, _, atr = scard.SCardStatus(handle)
    return bytes(byte & 0xFF for byte in atr) if code == scard.SCARD_S_SUCCESS else b""


def _check(code: int, call: str) -> None:
    if code & 0xFFFFFFFF == _REFUSED and Context.admitted:
        raise PcscError(_NO_SERVICE, call)  # the library says so when the service hangs up in mid-call
    if code != scard.SCARD_S_SUCCESS:
        raise PcscError(code, call)
