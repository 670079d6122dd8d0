"""Finds a device's driver by its name: shipped, of an installed package, or one file given by its path."""

import importlib
import importlib.util
import pkgutil
import stat
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kiosk.config import SettingsInvalid
from kiosk.devices import drivers as shipped
from kiosk.devices.driver import Driver

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINTS = "kiosk.drivers"
"""Group of the entry points of other packages; each is named ``DEVICE.DRIVER`` and gives a `Driver`."""

AnyDriver = Driver[Any]


class NoDriver(SettingsInvalid):
    """There is no usable driver of that name; the message says what there is."""


def find(device: str, name: str, folder: Path) -> AnyDriver:
    """Return a device's driver by the name that the settings give; raise NoDriver.

    Args:
        name: a shipped or installed driver's name, or the path of a file that ends in ``.py``.
        folder: what a relative path starts from: where the settings file lies.
    """
    if name.endswith(".py"):
        return _checked(_from_file(folder / name), device, None)
    if is_shipped(device, name):
        return _checked(_from_shipped(f"{shipped.__name__}.{device}.{name}"), device, name)
    for point in _entry_points():
        if point.name == f"{device}.{name}":
            return _checked(_from_package(point), device, name)
    known = ", ".join(names(device)) or "none"
    raise NoDriver(
        f"[devices.{device}] driver = {name!r}: there is no driver of this name; there are: {known}."
        " Another make is one file: give its path (docs/write-a-driver.md)"
    )


def is_shipped(device: str, name: str) -> bool:
    """Tell whether a driver comes with the program; asks no other package, which would take its time."""
    return name in _shipped_names(device)


def names(device: str) -> tuple[str, ...]:
    """Return the names of a device's drivers, shipped ones first, without loading any."""
    prefix = f"{device}."
    installed = sorted(
        point.name.removeprefix(prefix) for point in _entry_points() if point.name.startswith(prefix)
    )
    return (*_shipped_names(device), *installed)


def _entry_points() -> "tuple[EntryPoint, ...]":
    from importlib import metadata  # noqa: PLC0415 - 2 MB that a machine with shipped drivers has no use for

    return tuple(metadata.entry_points(group=ENTRY_POINTS))


def _shipped_names(device: str) -> tuple[str, ...]:
    found = (Path(folder) / device for folder in shipped.__path__)
    return tuple(sorted(module.name for module in pkgutil.iter_modules([str(path) for path in found])))


def _from_shipped(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise NoDriver(f"driver {module}: cannot be loaded: {error}; see kiosk doctor") from error


def _from_file(path: Path) -> ModuleType:
    """Load one file; it runs with the program's rights, so nobody else may be able to change it."""
    try:
        if path.stat().st_mode & stat.S_IWOTH:
            raise NoDriver(f"driver {path}: everybody can change this file; chmod o-w it first")
        spec = importlib.util.spec_from_file_location(f"kiosk_driver_{path.stem}", path)
        if spec is None or spec.loader is None:
            raise NoDriver(f"driver {path}: not a Python file")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except FileNotFoundError:
        raise NoDriver(f"driver {path}: there is no such file") from None
    except (OSError, ImportError, SyntaxError, NameError, TypeError, ValueError, AttributeError) as error:
        raise NoDriver(f"driver {path}: cannot be loaded: {type(error).__name__}: {error}") from error
    return module


def _from_package(point: "EntryPoint") -> object:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise NoDriver(f"driver {point.name} of {point.value}: cannot be loaded: {error}") from error


def _checked(found: object, device: str, name: str | None) -> AnyDriver:
    """Return the entry that a module holds, or that an entry point names; raise NoDriver."""
    where = getattr(found, "__file__", None) or repr(found)
    entry = getattr(found, "DRIVER", None) if isinstance(found, ModuleType) else found
    if not isinstance(entry, Driver):
        raise NoDriver(f"driver {where}: has no DRIVER, an entry of type kiosk.devices.driver.Driver")
    if entry.device != device:
        raise NoDriver(f"driver {where}: serves {entry.device}, not {device}")
    if name is not None and entry.name != name:
        raise NoDriver(f"driver {where}: calls itself {entry.name!r}, not {name!r}")
    return entry
