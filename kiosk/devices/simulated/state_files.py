"""Small JSON files that several processes may read and change: atomic, locked, hostile until parsed.

A write goes to a temporary file beside the target and replaces it, under one lock for the whole folder,
so that nobody reads half a file and no change is lost. There is no fsync: this is the state of simulated
devices; it survives the end of a process, and a power cut takes the simulated machine with it anyway.
"""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

LARGEST_FILE = 256 * 1024
"""Bytes; a larger state file is not read."""

ModelT = TypeVar("ModelT", bound=BaseModel)

_log = structlog.get_logger()


class StateFolder:
    """The folder of the simulated devices, private to its owner (mode 0700).

    Attributes:
        changed: called after every change made through this object, from the changing thread.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.changed: Callable[[], None] = lambda: None
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder's lock, against other processes and threads alike."""
        handle = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)  # closing lets go of the lock

    def replace(self, name: str, content: bytes) -> None:
        """Put `content` in the place of file `name` (may lie in a subfolder), mode 0600.

        Raises OSError where there is no room; the file is as it was then.
        """
        target = self.path / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(target)
        except OSError:
            Path(temporary).unlink()
            raise


_Mark = tuple[int, int, int]


def _mark(found: os.stat_result) -> _Mark:
    """Return what tells one file from the one that takes its place."""
    return found.st_ino, found.st_mtime_ns, found.st_size


class StateFile(Generic[ModelT]):
    """One model kept in one file; a missing file reads as the fresh model.

    What was read is kept as long as the file is the same one by number, time and size: the state is looked
    at many times a second, and every change puts a new file in its place. A change always reads anew.

    A file that is too large, no JSON or not of the model's form reads as `unreadable`, a value that
    says so in the model's own terms; the next change replaces it.
    """

    def __init__(self, folder: StateFolder, name: str, *, fresh: ModelT, unreadable: ModelT) -> None:
        self._folder = folder
        self._name = name
        self._fresh = fresh
        self._unreadable = unreadable
        self._path = os.path.join(folder.path, name)
        self._known: tuple[_Mark, ModelT] | None = None

    def read(self) -> ModelT:
        try:
            mark = _mark(os.stat(self._path))
        except FileNotFoundError:
            return self._fresh
        known = self._known
        if known is not None and known[0] == mark:
            return known[1]
        return self._read()

    def _read(self) -> ModelT:
        """Read the file as it is now."""
        try:
            with open(self._path, "rb") as file:
                mark = _mark(os.fstat(file.fileno()))
                content = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            return self._fresh
        found = self._parsed(content)
        self._known = (mark, found)
        return found

    def _parsed(self, content: bytes) -> ModelT:
        if len(content) > LARGEST_FILE:
            return self._refuse("larger than a state file can be")
        try:
            return type(self._fresh).model_validate_json(content)
        except ValidationError as error:
            return self._refuse(f"{error.error_count()} errors against its form")

    def change(self, edit: Callable[[ModelT], ModelT]) -> ModelT:
        """Apply `edit` to the newest content under the lock; return what is stored afterwards.

        An exception from `edit` leaves the file as it was.
        """
        with self._folder.locked():
            before = self._read()
            after = edit(before)
            if after != before:
                content = after.model_dump_json(indent=1).encode()
                self._folder.replace(self._name, content)
        if after != before:
            self._folder.changed()
        return after

    def _refuse(self, why: str) -> ModelT:
        _log.warning("simulated_state_unreadable", file=self._name, why=why)
        return self._unreadable
