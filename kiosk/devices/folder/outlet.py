"""The folder that printed things fall into: numbered files, written whole, mode 0600."""

import os
import re
import tempfile
from pathlib import Path

_NUMBERED = re.compile(r"(\d{6,12})\.[a-z]{3}")


class OutletBlocked(Exception):
    """The folder cannot be written; the message is the system's."""


class Outlet:
    """One folder; numbers go on from what lies in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def usable(self) -> str | None:
        """Return why nothing can be put in, None where it can."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                return None
        except OSError as error:
            return error.strerror or "cannot be written"

    def newest(self) -> int:
        """Return the highest number in the folder, 0 for none."""
        try:
            found = [_NUMBERED.fullmatch(path.name) for path in self.folder.iterdir()]
        except OSError:
            return 0
        return max((int(match[1]) for match in found if match), default=0)

    def put(self, **contents: bytes) -> int:
        """Put in one numbered thing in several forms, by file ending; return its number.

        Raises OutletBlocked; then none of it counts as put.
        """
        number = self.newest() + 1
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for ending, content in contents.items():
                self._write(f"{number:06d}.{ending}", content)
        except OSError as error:
            raise OutletBlocked(error.strerror or "cannot be written") from error
        return number

    def read(self, number: int, ending: str, largest: int) -> bytes | None:
        """Return a file of at most `largest` bytes, None where there is none."""
        try:
            with (self.folder / f"{number:06d}.{ending}").open("rb") as file:
                content = file.read(largest + 1)
        except OSError:
            return None
        return content if len(content) <= largest else None

    def _write(self, name: str, content: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(self.folder / name)
