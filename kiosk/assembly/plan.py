"""Which driver serves which device of one machine: read from the settings and checked, nothing made yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kiosk.assembly import registry
from kiosk.assembly.registry import AnyDriver
from kiosk.assembly.slots import BY_DEVICE, SLOTS, Slot
from kiosk.config import Reader, Settings, SettingsInvalid
from kiosk.devices.contracts import DeviceName
from kiosk.devices.driver import Capability, Section

SIMULATED, ABSENT = "simulated", "none"
"""Names that every device knows: its simulated side, and doing without it."""


class NotConfigured(SettingsInvalid):
    """A device that is needed has no driver in the settings."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One device, the driver that serves it, and that driver's settings."""

    slot: Slot
    driver: AnyDriver
    section: Section

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self.driver.can(self.section)


@dataclass(frozen=True, slots=True)
class Plan:
    """The devices that one machine is to have, in the order of `SLOTS`, and those it does without."""

    choices: tuple[Choice, ...]
    absent: tuple[Slot, ...]

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the machine can do with all of its devices."""
        return frozenset().union(*(choice.capabilities for choice in self.choices))

    @property
    def real(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if not choice.driver.simulated)


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """One device that cannot be had as the settings are; `why` has one line per thing that is wrong.

    `missing`: nothing is configured for it, and no visit can be served without it.
    """

    slot: Slot
    why: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """One device that the machine does without."""

    slot: Slot


Considered = Choice | Absent | Misconfigured


def plan_devices(settings: Settings, *, simulate: bool) -> Plan:
    """Return the devices that the settings ask for; see `consider`.

    Raises:
        SettingsInvalid: the message has one line per thing that is wrong.
    """
    considered = consider(settings, simulate=simulate)
    wrong = [one.why for one in considered if isinstance(one, Misconfigured)]
    if wrong:
        raise SettingsInvalid("\n".join(wrong))
    return Plan(
        tuple(one for one in considered if isinstance(one, Choice)),
        tuple(one.slot for one in considered if isinstance(one, Absent)),
    )


def consider(settings: Settings, *, simulate: bool) -> tuple[Considered, ...]:
    """Return for every place what the settings say about it, in the order of `SLOTS`.

    Args:
        simulate: what is not configured is simulated; otherwise every needed device must have a real
            driver, and an optional one that is not configured is absent.

    Raises:
        SettingsInvalid: a section names no device.
    """
    sections = dict(_sections(settings))
    strange = [name for name in sections if name not in BY_DEVICE]
    if strange:
        known = ", ".join(BY_DEVICE)
        raise SettingsInvalid(
            "\n".join(f"[devices.{name}]: there is no such device; there are: {known}" for name in strange)
        )
    found: list[Considered] = []
    for slot in SLOTS:
        try:
            found.append(_choose(slot, sections.get(slot.device), _folder(settings), simulate=simulate))
        except SettingsInvalid as problem:
            found.append(Misconfigured(slot, str(problem), isinstance(problem, NotConfigured)))
    return tuple(found)


def _sections(settings: Settings) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the sections of the file; the setting `reader` is a short word for one of them."""
    yield from settings.devices.items()
    if settings.reader is Reader.PCSC:
        if DeviceName.CHIP in settings.devices:
            raise SettingsInvalid(
                f"setting 'reader' and [devices.{DeviceName.CHIP}] both name the chip reader"
            )
        yield DeviceName.CHIP, {"driver": "pcsc", "virtual_card": True}


def _folder(settings: Settings) -> Path:
    return settings.config.parent if settings.config is not None else Path()


def _choose(slot: Slot, given: Mapping[str, Any] | None, folder: Path, *, simulate: bool) -> Choice | Absent:
    """Return the choice for one place; raise SettingsInvalid."""
    where = f"[devices.{slot.device}]"
    name = _driver_name(slot, given, simulate=simulate)
    if name == ABSENT:
        if slot.needed:
            raise SettingsInvalid(f"{where} driver = {ABSENT!r}: no visit can be served without this device")
        return Absent(slot)
    driver = registry.find(slot.device, name, folder)
    if driver.simulated and not simulate:
        raise SettingsInvalid(
            f"{where} driver = {name!r} plays a device and needs --simulate. {_remedy(slot)}"
        )
    settings = {key: value for key, value in (given or {}).items() if key != "driver"}
    return Choice(slot, driver, _section(where, driver, settings))


def _driver_name(slot: Slot, given: Mapping[str, Any] | None, *, simulate: bool) -> str:
    """Return the name of the driver that the settings give, or that stands in where they give none."""
    if given is not None:
        name = given.get("driver")
        if not isinstance(name, str) or not name:
            known = ", ".join(registry.names(slot.device)) or "a path that ends in .py"
            raise SettingsInvalid(f"[devices.{slot.device}] driver: expected a driver's name: {known}")
        return name
    if simulate and registry.is_shipped(slot.device, SIMULATED):
        return SIMULATED
    if slot.needed:
        raise NotConfigured(
            f"[devices.{slot.device}]: no driver is configured, and no visit can be served without one."
            f" {_remedy(slot)}"
        )
    return ABSENT


def _remedy(slot: Slot) -> str:
    real = ", ".join(real_drivers(slot.device))
    others = f"Choose one of: {real}; or give" if real else "None is shipped for real hardware: give"
    return f"{others} the path of a driver of your own, one file (docs/write-a-driver.md)"


def real_drivers(device: str) -> tuple[str, ...]:
    """Return the names of the drivers that drive a real device of this kind; loads them to ask."""
    return tuple(name for name in registry.names(device) if not _plays(device, name))


def _plays(device: str, name: str) -> bool:
    try:
        return registry.find(device, name, Path()).simulated
    except registry.NoDriver:
        return False


def _section(where: str, driver: AnyDriver, given: Mapping[str, Any]) -> Section:
    """Return a driver's settings, checked; raise SettingsInvalid with key, problem and what is expected."""
    try:
        section: Section = driver.section.model_validate(given)
    except ValidationError as error:
        raise SettingsInvalid("\n".join(_explained(where, driver, error))) from error
    return section


def _explained(where: str, driver: AnyDriver, error: ValidationError) -> Iterator[str]:
    fields = driver.section.model_fields
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        key = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "extra_forbidden":
            known = ", ".join(fields) or "none"
            yield f"{where} {key}: the driver {driver.name} has no such setting; it has: {known}"
            continue
        meant = fields[key].description if key in fields else None
        yield f"{where} {key}: {problem['msg']}" + (f" (expected: {meant})" if meant else "")
