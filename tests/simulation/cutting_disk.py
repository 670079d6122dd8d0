"""A disk below SQLite that forgets what was not synced: power cuts at every write, sync and truncation.

Every file is kept twice: as it is, and as it was at its last xSync. At a chosen operation the power goes:
from then on every operation fails, and what is found afterwards is the synced image with a random part of
the 512-byte sectors written since. Works under SQLAlchemy because Debian's python3-apsw and Python's own
sqlite3 load the same libsqlite3 (https://rogerbinns.github.io/apsw/vfs.html).
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

_SYSTEM = Path("/usr/lib/python3/dist-packages")


def _import_apsw(folder: Path) -> None:
    """Make the system's apsw importable here, and nothing else of the system."""
    if (_SYSTEM / "apsw").exists() and "apsw" not in sys.modules:
        link = folder / "apsw"
        if not link.exists():
            link.symlink_to(_SYSTEM / "apsw")
        sys.path.append(str(folder))


SECTOR = 512


@dataclass
class Shadow:
    """One file: as it is, as it was synced, and the sectors written since (None: the file was shortened)."""

    now: bytearray
    synced: bytes
    dirty: dict[int, bytes] = field(default_factory=dict)

    def write(self, data: bytes, offset: int) -> None:
        if len(self.now) < offset + len(data):
            self.now.extend(bytes(offset + len(data) - len(self.now)))
        self.now[offset : offset + len(data)] = data
        for sector in range(offset // SECTOR, (offset + len(data) - 1) // SECTOR + 1):
            self.dirty[sector] = bytes(self.now[sector * SECTOR : (sector + 1) * SECTOR])

    def sync(self) -> None:
        self.synced, self.dirty = bytes(self.now), {}

    def after_the_cut(self, chance: Random) -> bytes:
        """Return what stands on the disk: the synced image and a random part of what came after."""
        image = bytearray(self.synced)
        for sector, data in self.dirty.items():
            if chance.random() < 0.5:
                if len(image) < sector * SECTOR + len(data):
                    image.extend(bytes(sector * SECTOR + len(data) - len(image)))
                image[sector * SECTOR : sector * SECTOR + len(data)] = data
        return bytes(image)


class Disk:
    """The VFS's files and its switch: `cut_at` is the number of the operation at which the power goes."""

    def __init__(self, name: str, cut_at: int | None, folder: Path) -> None:
        _import_apsw(folder)
        apsw = pytest.importorskip("apsw", reason="needs the system package python3-apsw")
        self.name = name
        self.operations = 0
        self.files: dict[str, Shadow] = {}
        self.synced: Callable[[str], None] = lambda _: None
        self._cut_at = cut_at
        self._vfs = _vfs(apsw, self)

    @property
    def off(self) -> bool:
        return self._cut_at is not None and self.operations >= self._cut_at

    def count(self) -> bool:
        """Count an operation; return whether the power is still on."""
        if self.off:
            return False
        self.operations += 1
        return not self.off

    def close(self) -> None:
        self._vfs.unregister()

    def leave(self, folder: Path, chance: Random) -> None:
        """Write what the cut left of every file into another folder."""
        for name, shadow in self.files.items():
            (folder / Path(name).name).write_bytes(shadow.after_the_cut(chance))


def _vfs(apsw: object, disk: Disk) -> object:
    """Return a registered VFS over the default one; its files report every change to `disk`."""

    class CutFile(apsw.VFSFile):  # type: ignore[name-defined, misc] # apsw has no types
        def __init__(self, name: object, flags: list[int]) -> None:
            super().__init__("", name, flags)
            self.path = name.filename() if hasattr(name, "filename") else str(name)
            on_disk = Path(self.path).read_bytes() if Path(self.path).exists() else b""
            self.shadow = disk.files.setdefault(self.path, Shadow(bytearray(on_disk), on_disk))

        def excepthook(self, *_: object) -> None:
            """SQLite is told of the failing disk by its error code; nobody needs to be told twice."""

        def xWrite(self, data: bytes, offset: int) -> None:
            if not disk.count():
                raise apsw.IOError("the power is off")  # type: ignore[attr-defined]
            super().xWrite(data, offset)
            self.shadow.write(bytes(data), offset)

        def xSync(self, flags: int) -> None:
            if not disk.count():
                raise apsw.IOError("the power is off")  # type: ignore[attr-defined]
            self.shadow.sync()
            disk.synced(self.path)

        def xTruncate(self, size: int) -> None:
            if not disk.count():
                raise apsw.IOError("the power is off")  # type: ignore[attr-defined]
            super().xTruncate(size)
            del self.shadow.now[size:]

    class CutVFS(apsw.VFS):  # type: ignore[name-defined, misc] # apsw has no types
        def __init__(self) -> None:
            super().__init__(disk.name, "")

        def excepthook(self, *_: object) -> None:
            """As above."""

        def xOpen(self, name: object, flags: list[int]) -> CutFile:
            return CutFile(name, flags)

        def xDelete(self, filename: str, sync_folder: bool) -> None:
            if disk.count():
                super().xDelete(filename, sync_folder)
                disk.files.pop(filename, None)

    return CutVFS()
