"""A card as a folder: one ``<FID>.bin`` per file of the chip, and ``specimen.toml`` beside them.

``specimen.toml`` may hold ``line`` (the printed line, which opens the chip) and a table ``[behaviour]`` with
what a tester wants the card to do: ``mute_after`` and ``pulled_after`` (number of commands answered before
that happens) and ``delay_ms`` (per command). Without the file the line is taken from DG1.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.devices.chip.bac import UnusableLine, access_text
from kiosk.devices.chip.groups import ChipFile, MalformedGroup, parse_dg1_text
from kiosk.domain.mrz import check_digit

DESCRIPTION = "specimen.toml"
_MOST_BYTES = 1 << 20


class UnusableFolder(ValueError):
    """The folder is not a card; the text says why."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a simulated card misbehaves; None and 0 for a good one."""

    mute_after: int | None = None
    pulled_after: int | None = None
    delay_ms: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """The contents of a simulated card: files by short identifier, and the line that opens it."""

    files: Mapping[int, bytes]
    line: str
    behaviour: Behaviour = field(default_factory=Behaviour)


def load_card(folder: Path) -> Card:
    """Return the card of a folder; raise UnusableFolder."""
    try:
        files = {
            file.short_id: (folder / file.file_name).read_bytes()[:_MOST_BYTES]
            for file in ChipFile
            if (folder / file.file_name).is_file()
        }
        description = _description(folder / DESCRIPTION)
    except OSError as problem:
        raise UnusableFolder(f"cannot read {folder.name}: {problem.strerror}") from problem
    if not files:
        raise UnusableFolder(f"no file of a chip in {folder.name}")
    line = description.get("line") or line_of_dg1(files.get(ChipFile.DG1.short_id, b""))
    try:
        access_text(str(line))
    except UnusableLine as problem:
        raise UnusableFolder(str(problem)) from problem
    return Card(files, str(line), _behaviour(description.get("behaviour", {})))


def line_of_dg1(raw: bytes) -> str:
    """Return the line that opens a chip with this DG1: the permit's single line, or the whole zone."""
    try:
        zone = parse_dg1_text(raw)
    except MalformedGroup as problem:
        raise UnusableFolder(str(problem)) from problem
    single = zone[:30]
    fields = single[2:12] + single[13:20] + single[21:28]
    try:
        return single if len(zone) == 90 and check_digit(fields) == single[29] else zone
    except ValueError as problem:
        raise UnusableFolder("DG1 with characters that no printed line has") from problem


def _description(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UnusableFolder(f"{path.name} is not TOML") from problem


def _behaviour(table: object) -> Behaviour:
    if not isinstance(table, dict):
        raise UnusableFolder("[behaviour] is not a table")
    for name, value in table.items():
        if name not in ("mute_after", "pulled_after", "delay_ms") or not isinstance(value, int) or value < 0:
            raise UnusableFolder(f"[behaviour] {name}")
    return Behaviour(**table)
