"""Watches readers and cards in a thread of its own, for as long as the driver lives.

The loop waits on the service with a time-out of one second, follows readers through the plug-and-play pseudo
reader, and starts over with a new context whenever the service dies or comes back.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from smartcard import scard

from kiosk.devices.chip.pcsc_service import Context, PcscError, ReaderView
from kiosk.domain.failure import Fault

_WAIT_MS = 1000
_PAUSE_S = 0.5

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The readers at one moment; `fault` is set while the service cannot be used."""

    readers: tuple[ReaderView, ...] = ()
    fault: Fault | None = None

    def reader(self, name: str) -> ReaderView | None:
        return next((reader for reader in self.readers if reader.name == name), None)


class Monitor:
    """Calls `publish` from its thread with every changed snapshot, the first one included."""

    def __init__(self, publish: Callable[[Snapshot], None]) -> None:
        self._publish = publish
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._context: Context | None = None
        self._last: Snapshot | None = None
        self._thread = threading.Thread(target=self._run, name="pcsc-monitor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end and wait for it, two seconds at most."""
        self._stopping.set()
        with self._lock:
            if self._context is not None:
                self._context.cancel()
        self._thread.join(2.0)

    def _run(self) -> None:
        said = ""
        while not self._stopping.is_set():
            try:
                self._watch(self._open())
            except PcscError as problem:
                if str(problem) != said:  # it is tried again twice a second, perhaps for days
                    said = str(problem)
                    _log.info("pcsc.service_lost", problem=said)
                self._show(Snapshot(fault=problem.fault()))
            finally:
                self._release()
            self._stopping.wait(_PAUSE_S)

    def _open(self) -> Context:
        context = Context()
        with self._lock:
            self._context = context
        return context

    def _release(self) -> None:
        with self._lock:
            context, self._context = self._context, None
        if context is not None:
            context.release()

    def _watch(self, context: Context) -> None:
        known: dict[str, int] = {}
        while not self._stopping.is_set():
            names = context.readers()
            states = [(name, known.get(name, scard.SCARD_STATE_UNAWARE)) for name in names]
            views = context.wait(states, _WAIT_MS)
            known = {view.name: view.raw for view in views}
            self._show(Snapshot(views))

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot != self._last:
            self._last = snapshot
            self._publish(snapshot)
