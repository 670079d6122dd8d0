"""Asks every configured device how it is, for the technician: state, faults, what is used up, the remedy."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.assembly.fitting import DriverUnusable, fit
from kiosk.assembly.plan import Absent, Choice, Considered, Misconfigured, real_drivers
from kiosk.assembly.slots import Slot
from kiosk.devices.contracts import Device, DeviceState
from kiosk.devices.driver import Capability, Place
from kiosk.devices.upkeep import Consumable, ConsumableKind, Counter, Level, Maintained
from kiosk.domain.catalogue import Catalogue
from kiosk.domain.failure import Fault
from kiosk.domain.text import Text

ASK_S = 8.0
"""How long one device may take to say how it is, seconds."""

_CORRECT = Text("按提示更正 kiosk.toml 中的该设备设置", "Correct this device's section in kiosk.toml as said")
_LET_GO = Text("先停止 kiosk，再执行 kiosk doctor", "Stop the kiosk, then run kiosk doctor again")
_REFILL = Text("及时补充或更换耗材", "Refill or replace what is used up")
_UNREACHED = frozenset({DeviceState.OFFLINE, DeviceState.NO_DEVICE, DeviceState.UNKNOWN})
_CLEAN = Text("用清洁卡清洁设备", "Clean the device with a cleaning card")


class Verdict(StrEnum):
    """How one device stands: it works, wants care soon, does not work, has no driver though no visit can be
    served without, has wrong settings, is not part of this machine, or was not asked."""

    READY = "ready"
    CARE = "care"
    BROKEN = "broken"
    MISSING = "missing"
    WRONG_SETTINGS = "wrong_settings"
    ABSENT = "absent"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class CheckedDevice:
    """One device as it was found.

    Attributes:
        driver: None where none is configured.
        detail: what was found, for the technician.
        remedies: what to do, most important first; empty where nothing is.
    """

    slot: Slot
    verdict: Verdict
    driver: str | None = None
    simulated: bool = False
    capabilities: frozenset[Capability] = frozenset()
    state: DeviceState | None = None
    faults: tuple[Fault, ...] = ()
    detail: str = ""
    remedies: tuple[Text, ...] = ()
    consumables: tuple[Consumable, ...] = ()
    counters: tuple[Counter, ...] = ()


async def check(one: Considered, place: Place, catalogue: Catalogue) -> CheckedDevice:
    """Look at one place in the machine; a device is made, asked and closed again."""
    match one:
        case Absent(slot):
            return CheckedDevice(slot, Verdict.ABSENT)
        case Misconfigured(slot, why, missing):
            if missing:
                return CheckedDevice(slot, Verdict.MISSING, remedies=(_configure(slot),))
            return CheckedDevice(slot, Verdict.WRONG_SETTINGS, detail=why, remedies=(_CORRECT,))
        case Choice():
            return await _ask(one, place, catalogue)


def _configure(slot: Slot) -> Text:
    """Say which drivers could serve a device that has none."""
    shipped = ", ".join(real_drivers(slot.device))
    if not shipped:
        return Text(
            "没有随附的真实设备驱动：请自写一个驱动文件（docs/write-a-driver.md）",
            "No driver of a real one is shipped: write one, one file (docs/write-a-driver.md)",
        )
    return Text(
        f"在 kiosk.toml 中选用驱动：{shipped}（docs/devices.md）；"
        "或自写一个驱动文件（docs/write-a-driver.md）",
        f"Choose a driver in kiosk.toml: {shipped} (docs/devices.md); or write one, one file"
        " (docs/write-a-driver.md)",
    )


def not_asked(one: Considered, why: str) -> CheckedDevice:
    """Say of a device that it was not asked, e.g. because the running kiosk has it."""
    match one:
        case Choice():
            return _found(one, Verdict.NOT_ASKED, detail=why, remedies=(_LET_GO,))
        case Absent(slot):
            return CheckedDevice(slot, Verdict.ABSENT)
        case Misconfigured(slot, problem):
            return CheckedDevice(slot, Verdict.WRONG_SETTINGS, detail=problem, remedies=(_CORRECT,))


def _found(choice: Choice, verdict: Verdict, **more: Any) -> CheckedDevice:
    driver = choice.driver
    return CheckedDevice(
        choice.slot, verdict, driver.name, driver.simulated, **{"capabilities": choice.capabilities, **more}
    )


async def _ask(choice: Choice, place: Place, catalogue: Catalogue) -> CheckedDevice:
    async with AsyncExitStack() as stack:
        try:
            device = await fit(choice, place, stack)
            async with asyncio.timeout(ASK_S):
                return await _examined(choice, device, catalogue)
        except DriverUnusable as problem:
            why = str(problem)
        except TimeoutError:
            why = f"no word within {ASK_S:g} s"
    return _found(choice, Verdict.BROKEN, detail=why, remedies=(choice.driver.remedy,))


async def _examined(choice: Choice, device: Device, catalogue: Catalogue) -> CheckedDevice:
    status = await device.status()
    able = (await device.capabilities()).can
    consumables: tuple[Consumable, ...] = ()
    counters: tuple[Counter, ...] = ()
    if isinstance(device, Maintained):
        consumables, counters = await device.consumables(), await device.counters()
    care = [one for one in consumables if one.level in {Level.LOW, Level.OUT}]
    remedies = [catalogue.failure(fault.code).remedy for fault in status.faults]
    if status.state in _UNREACHED:
        remedies.insert(0, choice.driver.remedy)
    remedies += [_CLEAN if one.kind is ConsumableKind.CLEANING else _REFILL for one in care]
    return _found(
        choice,
        Verdict.BROKEN if not status.ready else Verdict.CARE if care else Verdict.READY,
        capabilities=choice.capabilities & able,
        state=status.state,
        faults=status.faults,
        remedies=tuple(dict.fromkeys(remedies)),
        consumables=consumables,
        counters=counters,
    )
