"""What can go wrong with the two simulated devices that take money, by name and in words."""

from collections.abc import Mapping

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
