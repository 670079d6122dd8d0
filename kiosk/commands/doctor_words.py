"""The words of `kiosk doctor` in both languages: verdicts, states, capabilities, what runs out."""

from collections.abc import Mapping

from kiosk.assembly.checkup import Verdict
from kiosk.assembly.surroundings import Outcome
from kiosk.devices.contracts import DeviceState
from kiosk.devices.driver import Capability
from kiosk.devices.upkeep import Consumable, ConsumableKind, Level, Unit
from kiosk.domain.text import Text

OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.OK: Text("正常", "ok"),
    Outcome.OPTIONAL: Text("可选", "optional"),
    Outcome.MISSING: Text("缺失", "missing"),
}

VERDICTS: Mapping[Verdict, Text] = {
    Verdict.READY: Text("就绪", "ready"),
    Verdict.CARE: Text("需保养", "care"),
    Verdict.BROKEN: Text("故障", "broken"),
    Verdict.MISSING: Text("缺失", "missing"),
    Verdict.WRONG_SETTINGS: Text("设置有误", "settings"),
    Verdict.ABSENT: Text("未配", "absent"),
    Verdict.NOT_ASKED: Text("未询问", "not asked"),
}

STATES: Mapping[DeviceState, Text] = {
    DeviceState.ONLINE: Text("在线", "online"),
    DeviceState.OFFLINE: Text("离线", "offline"),
    DeviceState.NO_DEVICE: Text("无设备", "no device"),
    DeviceState.HARDWARE_ERROR: Text("硬件故障", "hardware error"),
    DeviceState.USER_ERROR: Text("需人工处理", "wants a hand"),
    DeviceState.BUSY: Text("忙", "busy"),
    DeviceState.STARTING: Text("启动中", "starting"),
    DeviceState.UNKNOWN: Text("未知", "unknown"),
}

CAPABILITIES: Mapping[Capability, Text] = {
    Capability.MOVE_CARD: Text("传送卡片", "moves the card"),
    Capability.RETAIN_CARD: Text("收存卡片", "keeps cards"),
    Capability.READ_CHIP: Text("读芯片", "reads the chip"),
    Capability.READ_LINE: Text("读机读码", "reads the printed line"),
    Capability.READ_CODE: Text("读二维码", "reads codes"),
    Capability.READ_PAYMENT_CODE: Text("读付款码", "reads payment codes"),
    Capability.COMPARE_FACE: Text("人像比对", "compares faces"),
    Capability.WRITE_FILM: Text("写签注面", "writes the film"),
    Capability.READ_FILM: Text("核读签注面", "reads the film back"),
    Capability.PRINT_SLIP: Text("打印凭条", "prints slips"),
    Capability.PRINT_DOCUMENT: Text("打印文件", "prints pages"),
    Capability.CHARGE_BANK_CARD: Text("银行卡收款", "charges bank cards"),
    Capability.DEBIT_PURSE: Text("羊城通扣款", "debits purses"),
    Capability.SHOW_LIGHTS: Text("灯光引导", "shows lights"),
    Capability.PLAY_SOUNDS: Text("声音引导", "plays tones"),
    Capability.SPEAK_PRIVATELY: Text("耳机语音", "has headphones"),
    Capability.TAKE_KEYS: Text("按键操作", "takes keys"),
    Capability.WATCH_DOORS: Text("门和盖板监测", "watches doors"),
    Capability.OUTLAST_POWER_CUT: Text("停电续电", "outlasts a power cut"),
}

_LEVELS: Mapping[Level, Text] = {
    Level.FULL: Text("充足", "enough"),
    Level.LOW: Text("不足", "low"),
    Level.OUT: Text("用尽", "out"),
    Level.UNKNOWN: Text("未知", "unknown"),
}

_UNITS: Mapping[Unit, Text] = {
    Unit.PERCENT: Text("%", "%"),
    Unit.CARDS: Text("张卡", "cards"),
    Unit.CYCLES: Text("次", "cycles"),
    Unit.CUTS: Text("次", "cuts"),
    Unit.SLIPS: Text("张", "slips"),
    Unit.SHEETS: Text("张", "sheets"),
}

_KINDS: Mapping[ConsumableKind, Text] = {
    ConsumableKind.PAPER: Text("纸张", "paper"),
    ConsumableKind.MARKER: Text("墨粉", "toner"),
    ConsumableKind.WASTE: Text("废粉盒", "waste box"),
    ConsumableKind.RIBBON: Text("色带", "ribbon"),
    ConsumableKind.FILM: Text("卡片薄膜", "film of the card"),
    ConsumableKind.CUTTER: Text("切刀", "cutter"),
    ConsumableKind.RETAIN_BIN: Text("收卡箱余量", "room in the retain bin"),
    ConsumableKind.CLEANING: Text("距清洁", "until the next cleaning"),
}


def consumable(one: Consumable) -> Text:
    """Return what is to be said of one thing that runs out, with its threshold where it has one."""
    kind, level = _KINDS[one.kind], _LEVELS[one.level]
    own = one.name if one.kind in {ConsumableKind.MARKER, ConsumableKind.WASTE} else ""
    head = Text(f"{kind.zh}{own and f' {own}'}", own or kind.en)
    if one.left is None:
        return Text(f"{head.zh}：{level.zh}", f"{head.en}: {level.en}")
    unit = _UNITS[one.unit] if one.unit else Text("", "")
    count = Text(f"{one.left} {unit.zh}".strip(), f"{one.left} {unit.en}".strip())
    used = one.kind is ConsumableKind.WASTE
    limit = one.threshold
    return Text(
        f"{head.zh}：{level.zh}，{'已满' if used else '剩'} {count.zh}"
        + (f"（{limit} 起提醒）" if limit is not None else ""),
        f"{head.en}: {level.en}, {count.en} {'full' if used else 'left'}"
        + (f" (warns from {limit})" if limit is not None else ""),
    )
