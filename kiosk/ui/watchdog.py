"""Tells the service manager that the screen is up and that the program is alive: sd_notify(3), systemd.

Fed from the GUI thread, so that a frozen screen starves it; and only while the machine's own thread
answered since the last time, so that a frozen machine behind a living screen starves it too.
"""

import os
import socket
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

_ADDRESS, _PERIOD, _PROCESS = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"

Asking = Callable[[Callable[[], None]], None]
"""Has a function called in the machine's thread soon, and returns at once."""


class Notifier:
    """Sends states to the service manager; what it cannot take is lost, and it draws its conclusions.

    Args:
        address: path of its datagram socket; one that begins with ``@`` is abstract (unix(7)).
    """

    def __init__(self, address: str) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setblocking(False)

    def tell(self, state: str) -> None:
        """Send one state, e.g. ``READY=1``; returns at once."""
        with suppress(OSError):
            self._socket.sendto(state.encode(), self._address)

    def close(self) -> None:
        self._socket.close()


class Watchdog(QObject):
    """``READY=1`` at once, ``WATCHDOG=1`` at half the interval, ``STOPPING=1`` at the end.

    Args:
        period_s: seconds within which the service manager wants a sign of life; None wants none.
    """

    def __init__(self, notifier: Notifier, period_s: float | None) -> None:
        super().__init__()
        self._notifier = notifier
        self._ask: Asking | None = None
        self._answered = True
        notifier.tell("READY=1")
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.beat)
        if period_s is not None:
            self._timer.start(max(int(period_s * 1000 / 2), 1))

    @property
    def feeding(self) -> bool:
        """True while signs of life are due."""
        return self._timer.isActive()

    def follow(self, ask: Asking) -> None:
        """Feed from now on only while the machine's thread answers as well."""
        self._ask = ask
        self._ask_again()

    def beat(self) -> None:
        """Feed, if the machine's thread has answered the question asked at the last beat."""
        if not self._answered:
            return
        self._notifier.tell("WATCHDOG=1")
        self._ask_again()

    def stop(self) -> None:
        """Say that the program ends; no further sign of life is due."""
        self._timer.stop()
        self._notifier.tell("STOPPING=1")
        self._notifier.close()

    def _ask_again(self) -> None:
        if self._ask is not None:
            self._answered = False
            self._ask(self._answer)

    def _answer(self) -> None:
        self._answered = True  # one assignment: safe from the machine's thread


def watchdog(environment: MutableMapping[str, str], process: int | None = None) -> Watchdog | None:
    """Return the watchdog that the service manager asked for; None without one.

    Must be called in the GUI thread, once the first picture is on the display. Takes the variables out of
    the environment: children must not speak for the kiosk.
    """
    address = environment.pop(_ADDRESS, "")
    period_s = _period_s(environment, os.getpid() if process is None else process)
    for name in (_PERIOD, _PROCESS):
        environment.pop(name, None)
    return Watchdog(Notifier(address), period_s) if address[:1] in {"/", "@"} else None


def _period_s(environment: Mapping[str, str], process: int) -> float | None:
    """Return the interval in seconds, None where none is set for this process (sd_watchdog_enabled(3))."""
    period, meant = environment.get(_PERIOD, ""), environment.get(_PROCESS, "")
    if not (period.isascii() and period.isdigit() and int(period) > 0):
        return None
    return int(period) / 1_000_000 if meant in {"", str(process)} else None
