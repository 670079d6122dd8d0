"""Counts every QObject of the process, not only those that hang in the window's tree.

Qt calls two hooks, for each QObject made and each destroyed (``qtHookData`` in ``private/qhooks_p.h``, meant
for debuggers). What was made before is not counted; what of it is destroyed later counts as one less.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import PySide6

_LIBRARY = Path(PySide6.__file__).parent / "Qt" / "lib" / "libQt6Core.so.6"
_VERSION, _MADE, _DESTROYED = 0, 3, 4
_ENTRIES = 7
_KNOWN_VERSION = 3
_Hook = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@dataclass
class Count:
    """How many were made and not destroyed since the count began."""

    alive: int = 0

    def made(self, _address: int) -> None:
        self.alive += 1

    def destroyed(self, _address: int) -> None:
        self.alive -= 1


@contextmanager
def counted_qobjects() -> Iterator[Count]:
    """Count from now on, until the context ends.

    To be begun when the window is open: Qt's own threads make QObjects while the application starts, and
    the thread that waits for them holds Python's lock.
    """
    hooks = (ctypes.c_size_t * _ENTRIES).in_dll(ctypes.CDLL(str(_LIBRARY)), "qtHookData")
    if hooks[_VERSION] != _KNOWN_VERSION:
        raise RuntimeError(f"Qt's hooks have version {hooks[_VERSION]}, known is {_KNOWN_VERSION}")
    count = Count()
    made, destroyed = _Hook(count.made), _Hook(count.destroyed)
    before = hooks[_MADE], hooks[_DESTROYED]
    try:
        hooks[_MADE], hooks[_DESTROYED] = _address(made), _address(destroyed)
        yield count
    finally:
        hooks[_MADE], hooks[_DESTROYED] = before


def _address(hook: "ctypes._FuncPointer") -> int:
    return ctypes.cast(hook, ctypes.c_void_p).value or 0
