"""The one fault interface of the simulated devices: used alike by dock, command line and tests.

A fault is armed for one use or until it is cleared. Devices ask `armed` where a fault is a state that
`status()` must show, and `take` where it strikes; `take` uses up a fault that was armed once.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.money_faults import PURSE_FAULTS, TERMINAL_FAULTS
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.domain.text import Text


class FaultMode(StrEnum):
    """How long a fault stays armed."""

    ONCE = "once"
    UNTIL_CLEARED = "until_cleared"


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A way in which one simulated device can fail; `text` is what the tester reads."""

    device: DeviceName
    name: str
    text: Text


_OFFLINE = Text("离线", "Off line")
_LINE_LOST = Text("执行指令时通信中断", "The line is lost during a command")


def _kinds(device: DeviceName, **texts: Text) -> tuple[FaultKind, ...]:
    return tuple(FaultKind(device, name, text) for name, text in texts.items())


CATALOGUE: tuple[FaultKind, ...] = (
    *_kinds(
        DeviceName.STATION,
        offline=_OFFLINE,
        line_lost=_LINE_LOST,
        jam_on_eject=Text("退卡时卡住", "The card jams while it is given back"),
        jam_on_move=Text("移卡时卡住", "The card jams on its way inside"),
        stuck=Text("电机不动", "The transport does not move"),
        unknown_position=Text("传感器无法确定卡的位置", "The sensors cannot tell where the card is"),
    ),
    *_kinds(
        DeviceName.CHIP,
        offline=_OFFLINE,
        mute=Text("芯片无响应", "The chip does not answer"),
        slow=Text("芯片响应缓慢", "The chip answers slowly"),
        cut_short=Text("读取中途中断", "The chip falls silent half-way"),
    ),
    *_kinds(
        DeviceName.SCANNER,
        offline=_OFFLINE,
        line_lost=_LINE_LOST,
        smudged=Text("部分字符污损", "Some characters are smudged"),
        confused=Text("相似字符误识", "Look-alike characters are confused"),
        unreadable=Text("整行无法识别", "The whole line cannot be read"),
    ),
    *_kinds(
        DeviceName.CAMERA,
        offline=_OFFLINE,
        line_lost=_LINE_LOST,
        mismatch=Text("人像不符", "The face does not match"),
        photo=Text("用照片冒充", "A photograph is held up instead"),
    ),
    *_kinds(
        DeviceName.PRINTER,
        offline=_OFFLINE,
        mute=Text("无应答", "No answer"),
        garbage=Text("应答乱码", "The answers are garbage"),
        cover_open=Text("机盖打开", "The cover is open"),
        film_station_down=Text("可视膜打印头故障", "The film station is down"),
        error_bit=Text("打印机报错", "The printer reports an error"),
        error_midway=Text("制卡中途报错", "The printer reports an error half-way"),
        jam=Text("制卡时卡住", "The card jams under the print head"),
        line_lost_before_print=Text("发送数据时通信中断", "The line is lost while the job is sent"),
        line_lost_during_print=Text("制卡时通信中断（仍完成）", "The line is lost, the card is still made"),
        power_lost_during_print=Text("制卡时断电（未完成）", "The printer loses power half-way"),
        wrong_print=Text("打印内容有误", "The print is wrong in one place"),
        blank_print=Text("打印为空白", "The film stays blank"),
    ),
    *_kinds(
        DeviceName.SLIP,
        offline=_OFFLINE,
        line_lost=_LINE_LOST,
        paper_out=Text("缺纸", "Paper out"),
        out_midway=Text("打印中途缺纸", "The paper ends half-way"),
        cover_open=Text("机盖打开", "The cover is open"),
        cutter=Text("切刀卡住", "The cutter jams"),
    ),
    *_kinds(
        DeviceName.DOCUMENT,
        offline=_OFFLINE,
        line_lost=_LINE_LOST,
        paper_out=Text("缺纸", "Paper out"),
        out_midway=Text("打印中途缺纸，补纸后继续", "The paper ends half-way; a refill lets it go on"),
        cover_open=Text("机盖打开", "The cover is open"),
        toner_out=Text("碳粉用尽", "Toner out"),
        jam=Text("卡纸", "The paper jams"),
        power_lost=Text("打印中断电，作业丢失", "It loses power and forgets the job"),
        miscounted=Text("少计一页", "It counts one page too few"),
        never_ends=Text("打印永不结束", "The job never ends"),
    ),
    *_kinds(DeviceName.PAYMENT_SCANNER, offline=_OFFLINE, line_lost=_LINE_LOST),
    *_kinds(DeviceName.CARD_TERMINAL, **TERMINAL_FAULTS),
    *_kinds(DeviceName.PURSE_READER, **PURSE_FAULTS),
    *_kinds(DeviceName.KEYPAD, offline=_OFFLINE, line_lost=_LINE_LOST),
    *_kinds(DeviceName.LIGHTS, offline=_OFFLINE, line_lost=_LINE_LOST),
    *_kinds(DeviceName.SOUNDS, offline=_OFFLINE, line_lost=_LINE_LOST),
    *_kinds(
        DeviceName.CABINET,
        offline=_OFFLINE,
        line_lost=_LINE_LOST,
        door_open=Text("维护门打开", "The service door is open"),
        maintenance=Text("钥匙开关转到维护", "The key switch is set to maintenance"),
        tampered=Text("防拆报警", "A tamper sensor strikes"),
    ),
    *_kinds(
        DeviceName.UPS,
        offline=_OFFLINE,
        line_lost=_LINE_LOST,
        mains_off=Text("市电中断", "Mains power is off"),
        battery_low=Text("电池电量低", "The battery is low"),
    ),
)
"""Every fault there is, in the order of the dock."""

_KNOWN = {(kind.device.value, kind.name): kind for kind in CATALOGUE}


class ArmedFault(BaseModel):
    """One armed fault as stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str = Field(max_length=32)
    name: str = Field(max_length=64)
    mode: FaultMode


class ArmedFaults(BaseModel):
    """The content of ``faults.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    armed: tuple[ArmedFault, ...] = Field(default=(), max_length=len(CATALOGUE))


def faults_of(device: str) -> tuple[FaultKind, ...]:
    """Return the faults that one device can have."""
    return tuple(kind for kind in CATALOGUE if kind.device == device)


class FaultSource(Protocol):
    """Where a simulated device learns what is to go wrong."""

    def armed(self, device: str, name: str) -> bool:
        """Tell whether the fault is armed; it stays so."""

    def take(self, device: str, name: str) -> bool:
        """Tell whether the fault strikes now; one armed once is used up by this."""


class Faults:
    """The armed faults of one simulated machine, in ``faults.json`` of its folder."""

    def __init__(self, folder: StateFolder) -> None:
        # A file that cannot be read arms nothing: a fault is only ever what a tester asked for.
        nothing = ArmedFaults()
        self._file = StateFile(folder, "faults.json", fresh=nothing, unreadable=nothing)

    def active(self) -> tuple[ArmedFault, ...]:
        return self._file.read().armed

    def armed(self, device: str, name: str) -> bool:
        """Tell whether the fault is armed; it stays so."""
        _check(device, name)
        return any(fault.device == device and fault.name == name for fault in self.active())

    def take(self, device: str, name: str) -> bool:
        """Tell whether the fault strikes now; one armed once is used up by this."""
        if not self.armed(device, name):
            return False
        struck = False

        def use_up(content: ArmedFaults) -> ArmedFaults:
            nonlocal struck
            mine = [fault for fault in content.armed if (fault.device, fault.name) == (device, name)]
            struck = bool(mine)
            used = [fault for fault in mine if fault.mode is FaultMode.ONCE]
            return ArmedFaults(armed=tuple(fault for fault in content.armed if fault not in used))

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

    def clear_all(self) -> None:
        self._file.change(lambda _: ArmedFaults())


def _check(device: str, name: str) -> None:
    if (device, name) not in _KNOWN:
        raise ValueError(f"{device} has no fault named {name!r:.40}")


def _without(content: ArmedFaults, device: str, name: str | None) -> tuple[ArmedFault, ...]:
    return tuple(
        fault
        for fault in content.armed
        if fault.device != device or (name is not None and fault.name != name)
    )
