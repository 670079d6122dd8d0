"""The way into the GUI thread: the newest snapshot, and the wish to close, from any thread or signal."""

import signal
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier

if TYPE_CHECKING:  # loaded after the first picture
    from kiosk.runtime.snapshot import Snapshot


class Mailbox:
    """Wakes the GUI thread by a socket.

    No other thread ever calls Qt: a call that waits for one of Qt's locks while it holds the
    interpreter's own stops both threads for ever. Snapshots that were overtaken are not shown.
    """

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close
        self._show: Callable[[Snapshot], None] | None = None
        self._newest: deque[Snapshot] = deque(maxlen=1)
        self._closing = False
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._empty)

    def deliver_to(self, show: "Callable[[Snapshot], None]") -> None:
        """Show snapshots with `show` from now on, beginning with the newest that came before."""
        self._show = show
        self._wake()

    def post(self, snapshot: "Snapshot") -> None:
        """Have a snapshot shown; returns at once."""
        self._newest.append(snapshot)
        self._wake()

    def close(self) -> None:
        """Have the screen closed; returns at once."""
        self._closing = True
        self._wake()

    def dispose(self) -> None:
        """Give the socket back; what comes after that is dropped."""
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._reading.close()
        self._writing.close()

    @contextmanager
    def closes_on_signals(self) -> Iterator[None]:
        """Close on SIGINT and SIGTERM: Python runs its handlers only when Qt gives it a turn."""

        def end(_number: int, _frame: FrameType | None) -> None:
            self.close()

        before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
        wakeup = signal.set_wakeup_fd(self._writing.fileno())
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _wake(self) -> None:
        # A full socket has woken the reader already; a closed one has no reader any more.
        with suppress(BlockingIOError, OSError):
            self._writing.send(b"\0")

    def _empty(self) -> None:
        with suppress(BlockingIOError):
            self._reading.recv(4096)
        if self._show is not None and self._newest:
            self._show(self._newest.pop())
        if self._closing:
            self._close()
