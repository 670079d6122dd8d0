"""A named pipe in the place of an input device, and what the kernel says through one."""

import os
from pathlib import Path

from kiosk.devices.keypad.events import EV_KEY, EV_SYN, EVENT, SYN_REPORT

UP, ENTER = 103, 28
RELEASE, PRESS, REPEAT = 0, 1, 2


def event(kind: int, code: int, value: int) -> bytes:
    return EVENT.pack(1_700_000_000, 5, kind, code, value)


SYNC = event(EV_SYN, SYN_REPORT, 0)


def press(code: int) -> bytes:
    return event(EV_KEY, code, PRESS) + SYNC + event(EV_KEY, code, RELEASE) + SYNC


class Pipe:
    """Plugged in from the beginning; pulling out what is out does nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end: int | None = None
        self.plug_in()

    @property
    def there(self) -> bool:
        return self._end is not None

    def plug_in(self) -> None:
        os.mkfifo(self.path)
        self._end = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def say(self, content: bytes) -> None:
        assert self._end is not None
        os.write(self._end, content)

    def pull_out(self) -> None:
        if self._end is not None:
            self.path.unlink()
            os.close(self._end)
            self._end = None
