"""Describes the shipped drivers from their entries: what each drives, its settings, units and defaults."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from kiosk.assembly import registry
from kiosk.assembly.registry import AnyDriver, NoDriver
from kiosk.assembly.slots import SLOTS, Slot


@dataclass(frozen=True, slots=True)
class SettingWords:
    """One setting: its key, what is expected, and the default (``required`` where there is none)."""

    key: str
    kind: str
    default: str
    meaning: str


def drivers() -> Iterator[tuple[Slot, AnyDriver]]:
    """Give every driver that can be loaded here, in the order of the devices."""
    for slot in SLOTS:
        for name in registry.names(slot.device):
            try:
                yield slot, registry.find(slot.device, name, Path())
            except NoDriver:
                continue


def settings_of(driver: AnyDriver) -> tuple[SettingWords, ...]:
    """Return a driver's settings in the order of its section."""
    return tuple(
        SettingWords(key, _kind(field.annotation), _default(field), field.description or "")
        for key, field in driver.section.model_fields.items()
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    match default:
        case None | () | [] | {}:
            return "none"
        case bool():
            return str(default).lower()
        case Enum():
            return str(default.value)
    return f"{default:g}" if isinstance(default, float) else str(default)


def _kind(annotation: Any) -> str:
    """Return the kind of value that TOML wants: text, number, yes or no, list or table."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0])
    if origin is Literal:
        return " or ".join(str(value) for value in arguments)
    if origin in {Union, UnionType}:
        return _kind(next(one for one in arguments if one is not type(None)))
    if origin in {list, tuple, set, frozenset}:
        return "list"
    if origin is dict or not isinstance(annotation, type):
        return "table"
    if issubclass(annotation, Enum):
        return " or ".join(str(one.value) for one in annotation)
    if annotation is bool:
        return "true or false"
    if annotation in {int, float}:
        return "whole number" if annotation is int else "number"
    return "text" if issubclass(annotation, str | Path) else "table"
