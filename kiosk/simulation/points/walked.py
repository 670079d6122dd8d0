"""What a walk through every point has found so far, kept on disk: hours of work outlive whoever ends them.

One line of JSON for each point. The first line says of which program they are: the cells of another one are
worth nothing and are thrown away.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import kiosk
from kiosk import resources
from kiosk.simulation.points.every_point import Cell, Point


class Walked:
    """The cells that are known, and the file to which new ones are added.

    Attributes:
        cells: by their points.
    """

    def __init__(self, file: Path, cells: dict[Point, Cell]) -> None:
        self.cells = cells
        self._file = file

    def keep(self, point: Point, cell: Cell) -> None:
        """Add a cell, at once; raise OSError where it cannot be written."""
        self.cells[point] = cell
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"point": asdict(point), "cell": asdict(cell)}) + "\n")

    def forget(self) -> None:
        """The walk has come to its end."""
        self._file.unlink(missing_ok=True)


def walked(file: Path, *, deep: bool) -> Walked:
    """Return what an earlier walk of this very program left in a file; raise OSError without room."""
    head = json.dumps({"program": program(), "deep": deep})
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    cells = dict(_read(line) for line in _whole(lines[1:])) if lines[:1] == [head] else {}
    known = Walked(file, {})
    file.write_text(head + "\n", encoding="utf-8")
    for point, cell in cells.items():
        known.keep(point, cell)
    return known


def program() -> str:
    """Return a digest of everything that decides how a world turns out: the package and its data."""
    digest = sha256()
    for folder, kind in ((Path(kiosk.__file__).parent, "*.py"), (resources.root(), "*.toml")):
        for source in sorted(folder.rglob(kind)):
            digest.update(str(source.relative_to(folder)).encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _whole(lines: list[str]) -> Iterator[dict[str, Any]]:
    """Return the lines that are whole; the last one may have been cut off."""
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            return


def _read(line: dict[str, Any]) -> tuple[Point, Cell]:
    cell = line["cell"]
    told = cell | {"endings": tuple(cell["endings"]), "broken": tuple(cell["broken"])}
    return Point(**line["point"]), Cell(**told)
