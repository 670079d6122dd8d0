"""The faults of the two simulated devices that take money, behind the interface of the other devices' faults.

`FaultSource` is what the simulated devices need, `ArmableFaults` what testers need; `Faults` of the machine
has the shape of both.
"""

from collections.abc import Mapping
from typing import Protocol

from kiosk.devices.payment_contracts import CARD_TERMINAL, PURSE_READER
from kiosk.devices.simulated.faults import ArmedFault, ArmedFaults, FaultMode
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.domain.text import Text

TERMINAL_FAULTS: Mapping[str, Text] = {
    "offline": Text("离线", "Off line"),
    "lose_answer": Text("已处理但应答丢失", "The answer is lost after the work is done"),
    "slow": Text("处理缓慢", "Everything takes long"),
    "garbage": Text("应答乱码", "The answer is garbage"),
    "other_amount": Text("应答金额有误", "The answer names another amount"),
    "other_merchant": Text("应答商户有误", "The answer names another merchant"),
    "decline": Text("发卡行拒绝", "The issuer declines"),
    "host_down": Text("收单行无法连接", "The acquirer cannot be reached"),
    "pin_pad_down": Text("密码键盘故障", "The PIN pad is down"),
    "restart_midway": Text("交易中途重启", "The terminal restarts during a payment"),
}
"""Faults of the card terminal by name."""

PURSE_FAULTS: Mapping[str, Text] = {
    "offline": Text("离线", "Off line"),
    "mute": Text("无应答", "No answer"),
    "garbage": Text("应答校验错误", "The answer's checksum is wrong"),
    "lose_answer": Text("已处理但应答丢失", "The answer is lost after the work is done"),
    "torn_before_debit": Text("扣款前卡离开", "The card is torn away before it debits"),
    "torn_after_debit": Text("扣款后卡离开", "The card is torn away after it has debited"),
    "write_error": Text("写卡错误", "The card cannot be written"),
    "module_error": Text("安全模块错误", "The security module fails"),
    "wrong_mac": Text("MAC 错误", "The card finds the MAC wrong"),
    "interrupted": Text("交易中断", "The preparation is interrupted"),
    "other_amount": Text("应答金额有误", "The answer names another amount"),
}
"""Faults of the purse reader by name."""

_KNOWN: Mapping[str, Mapping[str, Text]] = {CARD_TERMINAL: TERMINAL_FAULTS, PURSE_READER: PURSE_FAULTS}


class FaultSource(Protocol):
    """Where a simulated device learns what is to go wrong."""

    def armed(self, device: str, name: str) -> bool:
        """Tell whether the fault is armed; it stays so."""

    def take(self, device: str, name: str) -> bool:
        """Tell whether the fault strikes now; one armed once is used up by this."""


class ArmableFaults(FaultSource, Protocol):
    """Where a tester arms what is to go wrong."""

    def active(self) -> tuple[ArmedFault, ...]: ...

    def arm(self, device: str, name: str, mode: FaultMode = FaultMode.ONCE) -> None:
        """Arm a fault, replacing its earlier arming; raise ValueError for one that does not exist."""

    def clear(self, device: str, name: str | None = None) -> None:
        """Clear one fault of a device, or all of them; raise ValueError for one that does not exist."""


class PaymentFaults:
    """The armed faults of terminal and purse reader, in ``payment_faults.json`` of the devices' folder."""

    def __init__(self, folder: StateFolder) -> None:
        nothing = ArmedFaults()
        self._file = StateFile(folder, "payment_faults.json", fresh=nothing, unreadable=nothing)

    def active(self) -> tuple[ArmedFault, ...]:
        return self._file.read().armed

    def armed(self, device: str, name: str) -> bool:
        _check(device, name)
        return any((fault.device, fault.name) == (device, name) for fault in self.active())

    def take(self, device: str, name: str) -> bool:
        _check(device, name)
        struck = False

        def use_up(content: ArmedFaults) -> ArmedFaults:
            nonlocal struck
            mine = [fault for fault in content.armed if (fault.device, fault.name) == (device, name)]
            struck = bool(mine)
            used = [fault for fault in mine if fault.mode is FaultMode.ONCE]
            return ArmedFaults(armed=tuple(fault for fault in content.armed if fault not in used))

        if self.armed(device, name):
            self._file.change(use_up)
        return struck

    def arm(self, device: str, name: str, mode: FaultMode = FaultMode.ONCE) -> None:
        """Arm a fault, replacing its earlier arming; raise ValueError for one that does not exist."""
        _check(device, name)
        fault = ArmedFault(device=device, name=name, mode=mode)
        self._file.change(lambda content: ArmedFaults(armed=(*_without(content, device, name), fault)))

    def clear(self, device: str, name: str | None = None) -> None:
        """Clear one fault of a device, or all of them; raise ValueError for one that does not exist."""
        if name is not None:
            _check(device, name)
        self._file.change(lambda content: ArmedFaults(armed=_without(content, device, name)))


def _check(device: str, name: str) -> None:
    if name not in _KNOWN.get(device, {}):
        raise ValueError(f"{device} has no fault named {name!r:.40}")


def _without(content: ArmedFaults, device: str, name: str | None) -> tuple[ArmedFault, ...]:
    return tuple(
        fault
        for fault in content.armed
        if fault.device != device or (name is not None and fault.name != name)
    )
