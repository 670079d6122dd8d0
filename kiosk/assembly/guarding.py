"""Stands before a device of somebody else's code: what goes wrong in it is a fault, not the program's end.

A shipped driver is held to its contract by the kit, and an exception in it is a bug that may be seen. A file
that a technician has written is no better than any other part of the machine: it may fail, and the machine
says so.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from kiosk.devices.cabinet_contracts import (
    CabinetSensors,
    LightsCapabilities,
    Mains,
    OperatorSwitch,
    Power,
    Presence,
    SensorState,
)
from kiosk.devices.capabilities import Abilities, DeviceCapabilities
from kiosk.devices.contracts import (
    Completion,
    Device,
    DeviceName,
    DeviceState,
    DeviceStatus,
    Listener,
    MediaAction,
    MediaPosition,
    Unknown,
    Unsubscribe,
)
from kiosk.domain.failure import FailureCode, Fault

FAILS_BY = (
    ImportError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RuntimeError,
    ArithmeticError,
    AssertionError,
    EOFError,
)
"""By what the code of anybody may fail; a cancellation and the end of the program are none of it."""

_log = structlog.get_logger()

_UNAVAILABLE: Mapping[str, FailureCode] = {
    DeviceName.STATION: FailureCode.STATION_UNAVAILABLE,
    DeviceName.CHIP: FailureCode.READER_UNAVAILABLE,
    DeviceName.SCANNER: FailureCode.SCANNER_UNAVAILABLE,
    DeviceName.CAMERA: FailureCode.CAMERA_UNAVAILABLE,
    DeviceName.PRINTER: FailureCode.PRINTER_UNAVAILABLE,
    DeviceName.SLIP: FailureCode.SLIP_PRINTER_UNAVAILABLE,
    DeviceName.DOCUMENT: FailureCode.DOCUMENT_PRINTER_UNAVAILABLE,
    DeviceName.PAYMENT_SCANNER: FailureCode.SCANNER_UNAVAILABLE,
    DeviceName.KEYPAD: FailureCode.KEYPAD_UNAVAILABLE,
    DeviceName.LIGHTS: FailureCode.LIGHTS_UNAVAILABLE,
    DeviceName.SOUNDS: FailureCode.SOUNDS_UNAVAILABLE,
    DeviceName.CABINET: FailureCode.CABINET_UNAVAILABLE,
    DeviceName.UPS: FailureCode.UPS_UNAVAILABLE,
}

_NOBODY_CAN_SAY: Mapping[str, Callable[[], object]] = {
    "locate": lambda: MediaPosition.UNKNOWN,
    "retained_count": lambda: 0,
    "consumables": tuple,
    "counters": tuple,
    "sensors": lambda: CabinetSensors({}, OperatorSwitch.UNKNOWN, SensorState.UNKNOWN, Presence.UNKNOWN),
    "power": lambda: Power(Mains.UNKNOWN),
    "headphones": lambda: Presence.UNKNOWN,
    "shown": dict,
    "listen": lambda: _nothing,
    "key": lambda: False,
}
"""What is answered in the place of a question that failed; a command that failed is `Unknown`."""


def _nothing() -> None:
    """There is nothing to unsubscribe from."""


class GuardedDevice:
    """A device whose code is not trusted not to raise."""

    def __init__(self, device: Device, slot: str) -> None:
        self._device = device
        self._slot = slot
        self._logged: set[tuple[str, str]] = set()

    @property
    def name(self) -> str:
        return self._slot

    async def status(self) -> DeviceStatus:
        try:
            status = await self._device.status()
        except FAILS_BY as error:
            return DeviceStatus(DeviceState.UNKNOWN, (self._failed("status", error),))
        if isinstance(status, DeviceStatus):
            return status
        return DeviceStatus(DeviceState.UNKNOWN, (self._failed("status", TypeError("no DeviceStatus")),))

    async def capabilities(self) -> DeviceCapabilities:
        try:
            return await self._device.capabilities()
        except FAILS_BY as error:
            self._failed("capabilities", error)
        return LightsCapabilities({}) if self._slot == DeviceName.LIGHTS else Abilities(frozenset())

    def subscribe(self, listener: Listener) -> Unsubscribe:
        try:
            return self._device.subscribe(listener)
        except FAILS_BY as error:
            self._failed("subscribe", error)
            return _nothing

    async def reset(self, action: MediaAction, *, deadline_s: float) -> Completion[MediaPosition]:
        try:
            return await self._device.reset(action, deadline_s=deadline_s)
        except FAILS_BY as error:
            return Unknown(self._failed("reset", error))

    async def close(self) -> None:
        try:
            await self._device.close()
        except FAILS_BY as error:
            self._failed("close", error)

    def __getattr__(self, name: str) -> Any:
        """Give whatever else the device has, its commands guarded as well."""
        found = getattr(self._device, name)
        if inspect.iscoroutinefunction(found):
            return self._command(name, found)
        return self._question(name, found) if callable(found) else found

    def _command(self, name: str, call: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def guarded(*given: object, **named: object) -> object:
            try:
                return await call(*given, **named)
            except FAILS_BY as error:
                return self._instead(name, error)

        return guarded

    def _question(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def guarded(*given: object, **named: object) -> object:
            try:
                return call(*given, **named)
            except FAILS_BY as error:
                return self._instead(name, error)

        return guarded

    def _instead(self, name: str, error: Exception) -> object:
        fault = self._failed(name, error)
        return _NOBODY_CAN_SAY[name]() if name in _NOBODY_CAN_SAY else Unknown(fault)

    def _failed(self, what: str, error: Exception) -> Fault:
        """Log once where it failed, never what it held: an exception's text may quote what it was given."""
        word, place = type(error).__name__, _place(error)
        if (what, place) not in self._logged:
            self._logged.add((what, place))
            _log.error("a driver's code failed", device=self._slot, command=what, error=word, at=place)
        return Fault(_UNAVAILABLE[self._slot], f"the driver's code failed in {what}: {word} at {place}")


def _place(error: Exception) -> str:
    """Return the file and the line where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
