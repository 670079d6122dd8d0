"""Ctrl-C as a wish: what a long command has found so far is not thrown away."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as shells have it."""


@contextmanager
def until_interrupted(acknowledge: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Give a question: was Ctrl-C pressed? It is acknowledged at once; a second one raises KeyboardInterrupt.

    Only the main thread can ask. `acknowledge` runs in the middle of whatever that thread does.
    """
    pressed = False

    def press(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        acknowledge()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
