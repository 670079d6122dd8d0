"""Where Qt finds no display it aborts with advice that helps nobody: here that end is put in order."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler


@contextmanager
def explained(explain: Callable[[str], object], code: int) -> Iterator[None]:
    """While Qt is set up: call `explain` with what Qt found, and end with an exit code, instead of aborting.

    Qt aborts as soon as its message is delivered, so that no exception could come through.
    """
    said: list[str] = []

    def hear(kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtFatalMsg:
            said.append(message)
            return
        try:
            explain(said[0] if said else message)
        finally:
            sys.stderr.flush()
            os._exit(code)

    before = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
    sys.stderr.writelines(f"{message}\n" for message in said)
