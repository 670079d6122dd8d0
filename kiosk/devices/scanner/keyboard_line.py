"""A scanner that poses as a keyboard, read at the kernel: a cable that carries what it types.

The scanner's own input device is taken away from the screen (EVIOCGRAB), so that no reading lands in a
window and no person's key among the readings. Key codes: linux/input-event-codes.h, a US keyboard, which is
what scanners come set to.
"""

import asyncio
from collections.abc import Iterator

from kiosk.devices.byte_line import LineDown
from kiosk.devices.keypad.events import EV_KEY, EVENT
from kiosk.devices.keypad.input_node import InputNode, NodeGone

_PRESSED = 1
_SHIFTS = frozenset({42, 54})
_CAPS_LOCK = 58
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (71, "789-456+1230.", "789-456+1230."),
)
_MOST_HELD = 4096

PLAIN = {first + n: mark for first, row, _ in _ROWS for n, mark in enumerate(row)} | {
    15: "\t",
    28: "\r",
    57: " ",
    96: "\r",
}
SHIFTED = PLAIN | {first + n: mark for first, _, row in _ROWS for n, mark in enumerate(row)}


class Typing:
    """Turns the kernel's key events into characters; remembers Shift and Caps Lock, and half an event."""

    def __init__(self) -> None:
        self._held = b""
        self._shifts: set[int] = set()
        self._caps = False

    def feed(self, content: bytes) -> Iterator[str]:
        """Yield what is typed; keys that type nothing are passed over."""
        whole = self._held + content
        end = len(whole) - len(whole) % EVENT.size
        self._held = whole[end:]
        for _, _, kind, code, value in EVENT.iter_unpack(whole[:end]):
            if kind == EV_KEY:
                yield self._key(code, value)

    def _key(self, code: int, value: int) -> str:
        if code in _SHIFTS:
            (self._shifts.add if value else self._shifts.discard)(code)
            return ""
        if value != _PRESSED:
            return ""
        if code == _CAPS_LOCK:
            self._caps = not self._caps
            return ""
        mark = (SHIFTED if self._shifts else PLAIN).get(code, "")
        return mark.swapcase() if self._caps else mark


class KeyboardLine:
    """A `ByteLine` that only listens.

    Args:
        path: the scanner's input device, best below ``/dev/input/by-id/``.
        grab: see `InputNode`; tests that stand in for the kernel cannot be grabbed.
    """

    def __init__(self, path: str, *, grab: bool = True) -> None:
        self._node = InputNode(path, self._received, grab=grab)
        self._typing = Typing()
        self._typed = bytearray()
        self._open = False
        self._woken = asyncio.Event()

    @property
    def is_open(self) -> bool:
        return self._open

    async def open(self) -> None:
        if self._open:
            return
        try:
            self._node.open()
        except NodeGone as error:
            raise LineDown(str(error)) from error
        self._typing, self._open = Typing(), True

    async def send(self, content: bytes) -> None:
        """A keyboard takes no commands: whatever is sent goes nowhere."""
        del content
        if not self._open:
            raise LineDown("not open")

    async def receive(self) -> bytes:
        while not self._typed:
            if not self._open:
                raise LineDown("the scanner was pulled out")
            self._woken.clear()
            await self._woken.wait()
        typed = bytes(self._typed)
        self._typed.clear()
        return typed

    def drop(self) -> None:
        self._node.close()
        self._typed.clear()
        self._open = False
        self._woken.set()

    def seconds(self, count: int) -> float:
        """A keyboard's speed is its own affair: 0."""
        del count
        return 0.0

    def _received(self, content: bytes | None) -> None:
        if content is None:
            self._open = False
        else:
            self._typed += "".join(self._typing.feed(content)).encode("ascii")
            del self._typed[:-_MOST_HELD]
        self._woken.set()
