"""Settings of one machine, read from `kiosk.toml`, the environment (`KIOSK_…`) and the command line.

Few settings, checked by hand: a library for it costs more time than the whole first picture may take.
The sections of the devices are passed on as they are; `kiosk.assembly` checks those that are there.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

_PREFIX = "KIOSK_"


class Reader(StrEnum):
    """Where the chip is read."""

    SIMULATED = "simulated"
    PCSC = "pcsc"


class SettingsInvalid(Exception):
    """A setting is missing or wrong; the message names it and says what is expected."""


def default_state() -> Path:
    """Return the user's state folder of the program."""
    import platformdirs  # noqa: PLC0415 - asked for only where no folder is given

    return Path(platformdirs.user_state_dir("endorsement-kiosk"))


@dataclass(frozen=True, slots=True)
class Settings:
    """One machine's settings; `load_settings` has checked them.

    Attributes:
        state: folder of journal, keys and the simulated devices' state; mode 0700.
        kiosk_id: four characters, part of every visit and order number.
        language: interface language at the start of every visit.
        reader: where the chip is read: a short word for the section ``[devices.chip_reader]``.
        pace: 1.0 lets simulated mechanics take their true time, 0 none.
        panel_inches: diagonal of the screen's panel, inches; None asks the display.
        retention_days: how long after its last record a visit that is over is forgotten, days.
        devices: the sections ``[devices.NAME]``, each with its key ``driver``.
        config: the file that was read, where there is one.
    """

    state: Path = field(default_factory=default_state)
    kiosk_id: str = "GZ01"
    language: str = "zh_CN"
    reader: Reader = Reader.SIMULATED
    pace: float = 1.0
    panel_inches: float | None = None
    retention_days: float = 30.0
    devices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    config: Path | None = None


def load_settings(config: Path | None = None, **given: Any) -> Settings:
    """Return the settings; `given` values that are not None win. Raises SettingsInvalid."""
    found = {
        **_from_file(config),
        **_from_environment(os.environ),
        **{name: value for name, value in given.items() if value is not None},
    }
    return Settings(**{name: _checked(name, value) for name, value in found.items()}, config=config)


def _from_file(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    import tomllib  # noqa: PLC0415 - most machines have no file, and the first picture waits

    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsInvalid(f"there is no configuration file {config}") from None
    except RecursionError:
        raise SettingsInvalid(f"{config}: brackets within brackets, too deep to be read") from None
    except (OSError, ValueError) as error:
        raise SettingsInvalid(f"{config}: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings among the environment's variables; others with our prefix are not ours to judge."""
    named = {name: environment.get(f"{_PREFIX}{name.upper()}") for name in _CHECKS if name != "devices"}
    return {name: value for name, value in named.items() if value is not None}


def _checked(name: str, value: Any) -> Any:
    check = _CHECKS.get(name)
    if check is None:
        raise SettingsInvalid(f"setting {name!r}: there is none of this name; known are {', '.join(_CHECKS)}")
    try:
        return check(value)
    except ValueError as error:
        raise SettingsInvalid(f"setting {name!r}: {error}") from error


def _folder(value: Any) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise ValueError("expected a folder")
    return Path(value)


def _matching(pattern: str, expected: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"expected {expected}")
        return value

    return check


def _reader(value: Any) -> Reader:
    if value not in list(Reader):
        raise ValueError(f"expected one of {', '.join(Reader)}")
    return Reader(value)


def _number(least: float, most: float) -> Callable[[Any], float]:
    """Return the check of a number; the environment gives it as text."""
    expected = f"expected a number from {least:g} to {most:g}"

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError(expected)
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise ValueError(expected) from None
        if not least <= number <= most:
            raise ValueError(expected)
        return number

    return check


def _sections(value: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        raise ValueError('expected sections such as [devices.slip_printer] with driver = "escpos"')
    return value


_CHECKS: Mapping[str, Callable[[Any], object]] = {
    "state": _folder,
    "kiosk_id": _matching("[0-9A-Z]{4}", "four of 0-9 and A-Z"),
    "language": _matching("zh_CN|en", "zh_CN or en"),
    "reader": _reader,
    "pace": _number(0.0, 10.0),
    "panel_inches": _number(7.0, 100.0),
    "retention_days": _number(1.0, 3650.0),
    "devices": _sections,
}
