"""One input device of the kernel, ``/dev/input/…``: opened when it is there, let go when it is gone."""

import asyncio
import fcntl
import os
from collections.abc import Callable
from contextlib import suppress

from kiosk.devices.keypad.events import has_jack

_READ = 64 * 24
_SWITCH_BYTES = 8

EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int) of linux/input.h: nobody else gets these events."""

EVIOCGSW = 0x8008451B
"""_IOC(_IOC_READ, 'E', 0x1b, 8) of linux/input.h: the state of the switches."""


EVIOCGBIT_SW = 0x80084525
"""EVIOCGBIT(EV_SW, 8) of linux/input.h: which switches there are."""


class NodeGone(Exception):
    """The device is not there, or may not be read; the message says which."""


class InputNode:
    """Reads one device without a thread: the loop watches it.

    Args:
        path: best one that stays when devices are re-plugged, below ``/dev/input/by-id/``.
        grab: keep the events from the rest of the system; without it keys also reach the window.
        received: called from the loop with the bytes read, and with None once the device is gone.
    """

    def __init__(self, path: str, received: Callable[[bytes | None], None], *, grab: bool) -> None:
        self._path = path
        self._received = received
        self._grab = grab
        self._handle: int | None = None

    def open(self) -> bool:
        """Open the device if it is not open; tell whether it was opened now. Raises NodeGone."""
        if self._handle is not None:
            return False
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except PermissionError as error:
            raise NodeGone("may not be read: the program's user must be in the group input") from error
        except OSError as error:
            raise NodeGone("not plugged in") from error
        try:
            if self._grab:
                fcntl.ioctl(handle, EVIOCGRAB, 1)
            asyncio.get_running_loop().add_reader(handle, self._read)  # refuses what cannot be waited for
        except OSError as error:
            os.close(handle)
            raise NodeGone("no input device, or another program has it for itself") from error
        self._handle = handle
        return True

    def switches(self) -> bytes | None:
        """Return the bits of the switches, None where the device has none or is gone."""
        there, on = bytearray(_SWITCH_BYTES), bytearray(_SWITCH_BYTES)
        if self._handle is None:
            return None
        try:
            fcntl.ioctl(self._handle, EVIOCGBIT_SW, there)  # EVIOCGSW answers also where there is no switch
            fcntl.ioctl(self._handle, EVIOCGSW, on)
        except OSError:
            return None
        return bytes(on) if has_jack(bytes(there)) else None

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            asyncio.get_running_loop().remove_reader(handle)
            with suppress(OSError):  # unplugged: gone is closed
                os.close(handle)

    def _read(self) -> None:
        if self._handle is None:
            return
        try:
            content = os.read(self._handle, _READ)
        except BlockingIOError:
            return
        except OSError:
            content = b""
        if content:
            self._received(content)
        else:
            self.close()
            self._received(None)
