"""A card as a folder: one ``<FID>.bin`` per file of the chip, its private keys, and ``specimen.toml``.

``011E.bin`` is EF.COM, ``0101.bin`` DG1; ``011C.bin`` (EF.CardAccess) and ``2F01.bin`` (EF.ATR/INFO) belong
to the master file. ``active.key`` and ``agreement.key`` (PEM) are what the chip proves itself with.
``specimen.toml`` may hold ``line`` (the printed line, which opens the chip; without it the line is taken from
DG1), ``can`` (the card access number) and two tables:

``[chip]`` what the chip is: ``atr`` (hex), ``answer_bytes`` (longest answer; with more than 256 it takes
commands of extended length), ``overlong`` (``cut`` or ``refuse``: what it does when asked for more), ``bac``
(false for a chip that PACE alone opens).

``[behaviour]`` what a tester wants it to do: ``mute_after`` and ``pulled_after`` (number of commands answered
before that happens) and ``delay_ms`` (per command).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kiosk.devices.chip.bac import UnusableLine, access_text
from kiosk.devices.chip.file_reading import MasterFile
from kiosk.devices.chip.groups import ChipFile, MalformedGroup, parse_dg1_text
from kiosk.devices.chip.pace import can_password
from kiosk.domain.mrz import check_digit

DESCRIPTION = "specimen.toml"
ACTIVE_KEY, AGREEMENT_KEY = "active.key", "agreement.key"

ATR = bytes.fromhex("3B8880010000000000000000 09")
"""Answer to reset that contactless readers make up for a type B chip (PC/SC part 3 section 3.1.3.2.3)."""

_MOST_BYTES = 1 << 20


class UnusableFolder(ValueError):
    """The folder is not a card; the text says why."""


class Overlong(StrEnum):
    """What a chip does when asked for more than its answer can hold."""

    CUT = "cut"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a simulated card misbehaves; None and 0 for a good one."""

    mute_after: int | None = None
    pulled_after: int | None = None
    delay_ms: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Traits:
    """What a chip can do.

    Attributes:
        can: card access number, None for a chip without one.
        answer_bytes: longest answer, without the status word.
        active_key: signs challenges, for active authentication.
        agreement_key: agrees on sessions, for chip authentication.
    """

    can: str | None = None
    atr: bytes = ATR
    answer_bytes: int = 256
    overlong: Overlong = Overlong.CUT
    bac: bool = True
    active_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None
    agreement_key: ec.EllipticCurvePrivateKey | None = None

    @property
    def extended(self) -> bool:
        """Whether commands of extended length are taken."""
        return self.answer_bytes > 256


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """The contents of a simulated card: files by short identifier, and the line that opens it.

    Attributes:
        master_files: files of the master file, by identifier.
    """

    files: Mapping[int, bytes]
    line: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    master_files: Mapping[int, bytes] = field(default_factory=dict)
    traits: Traits = field(default_factory=Traits)


def load_card(folder: Path) -> Card:
    """Return the card of a folder; raise UnusableFolder."""
    try:
        files = {file.short_id: raw for file in ChipFile if (raw := _read(folder / file.file_name))}
        master = {file.identifier: raw for file in MasterFile if (raw := _read(folder / file.file_name))}
        description = _description(folder / DESCRIPTION)
        keys = _private(folder / ACTIVE_KEY), _private(folder / AGREEMENT_KEY)
    except OSError as problem:
        raise UnusableFolder(f"cannot read {folder.name}: {problem.strerror}") from problem
    if not files:
        raise UnusableFolder(f"no file of a chip in {folder.name}")
    line = description.get("line") or line_of_dg1(files.get(ChipFile.DG1.short_id, b""))
    try:
        access_text(str(line))
    except UnusableLine as problem:
        raise UnusableFolder(str(problem)) from problem
    behaviour = _behaviour(description.get("behaviour", {}))
    traits = _traits(description.get("chip", {}), description.get("can"), *keys)
    return Card(files, str(line), behaviour, master, traits)


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


def _read(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)


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


_PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _traits(table: object, can: object, active: _PrivateKey | None, agreement: _PrivateKey | None) -> Traits:
    if not isinstance(table, dict):
        raise UnusableFolder("[chip] is not a table")
    if isinstance(agreement, rsa.RSAPrivateKey):
        raise UnusableFolder(f"{AGREEMENT_KEY} is no key of an elliptic curve")
    known = {"atr", "answer_bytes", "overlong", "bac"}
    if unknown := sorted(set(table) - known):
        raise UnusableFolder(f"[chip] {unknown[0]}")
    try:
        return Traits(
            can=None if can is None else can_password(str(can)).secret.decode("ascii"),
            atr=bytes.fromhex(str(table.get("atr", ATR.hex()))),
            answer_bytes=_size(table.get("answer_bytes", 256)),
            overlong=Overlong(table.get("overlong", Overlong.CUT)),
            bac=bool(table.get("bac", True)),
            active_key=active,
            agreement_key=agreement,
        )
    except ValueError as problem:
        raise UnusableFolder(f"[chip] {problem}") from problem


def _size(value: object) -> int:
    if not isinstance(value, int) or not 256 <= value <= 65536:
        raise ValueError("answer_bytes is not from 256 to 65536")
    return value


def _private(path: Path) -> _PrivateKey | None:
    raw = _read(path)
    if not raw:
        return None
    try:
        key = serialization.load_pem_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise UnusableFolder(f"{path.name} is no private key") from problem
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnusableFolder(f"{path.name} is a key of another kind")
    return key
