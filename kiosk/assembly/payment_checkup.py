"""Looks at the ways to pay for the technician: keys and their validity, addresses that answer, the clock."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from kiosk.assembly.payments import device_channels
from kiosk.assembly.surroundings import Finding, Outcome
from kiosk.clock import Clock
from kiosk.documents.slip_layout import load_slip_layout
from kiosk.domain.payment import Channel
from kiosk.domain.text import Text
from kiosk.payments.contract import Availability, PaymentChannel
from kiosk.payments.merchants import ChannelFault, LoadedChannels, load_channels
from kiosk.payments.wire import ClockWatching
from kiosk.payments.yct.records import RecordsUnavailable

_ALL = Text("支付设置", "Payment settings")
_GUIDE = Text("参见 docs/payments.md", "See docs/payments.md")
_RENEW = Text("在到期前向渠道申请并更换证书", "Get a new certificate from the network before this one ends")
_ANSWER = Text(
    "检查网络、地址和密钥，然后重试", "Check network, address and keys, then run kiosk doctor again"
)
_SET_CLOCK = Text("启用时间同步：timedatectl set-ntp true", "Keep the clock set: timedatectl set-ntp true")
_NOTICED_SKEW = timedelta(seconds=60)


async def payment_findings(
    folder: Path, state: Path, clock: Clock, *, simulate: bool, running: bool = False
) -> tuple[Finding, ...]:
    """Load and ask every way to pay that the payment folder configures.

    What is simulated answers only while the kiosk runs and is not asked. A machine none of whose ways to pay
    can be used is `Outcome.MISSING`; while there is another one, `Outcome.OPTIONAL`.

    Args:
        folder: the payment folder.
        simulate: a folder that is not there yet is made by the sandbox.
        running: a kiosk holds terminal and purse reader, which are not asked then.
    """
    if simulate and not await asyncio.to_thread(folder.exists):
        made = Text("首次启动时由沙箱生成", "made by the sandbox at the first start")
        return (Finding("payments", _ALL, Outcome.OK, made),)
    async with AsyncExitStack() as stack:
        loaded = await asyncio.to_thread(load_channels, folder, clock)
        for channel in loaded.channels.values():
            stack.push_async_callback(channel.aclose)
        channels, broken = (loaded.channels, ()) if running else _channels(loaded, state, clock, stack)
        asked = await asyncio.gather(*(_ask(channel) for channel in channels.values()))
        usable = [finding for finding in asked if finding.outcome is Outcome.OK]
        worst = Outcome.OPTIONAL if usable else Outcome.MISSING
        faults = [_fault(one, worst) for one in (*loaded.faults, *broken)]
        unusable = [one if one.outcome is Outcome.OK else _worse(one, worst) for one in asked]
        return (*faults, *unusable, *map(_warning, loaded.warnings))


def _channels(
    loaded: LoadedChannels, state: Path, clock: Clock, stack: AsyncExitStack
) -> tuple[Mapping[Channel, PaymentChannel], tuple[ChannelFault, ...]]:
    try:
        devices = device_channels(loaded, state, clock, stack)
    except RecordsUnavailable as error:
        return loaded.channels, (ChannelFault(Channel.YCT, f"{state}: {error}"),)
    return {**loaded.channels, **devices}, ()


async def _ask(channel: PaymentChannel) -> Finding:
    check, title = f"pay_{channel.channel}", _title(channel.channel)
    if channel.simulated:
        return Finding(check, title, Outcome.OK, Text("模拟，未询问", "simulated, not asked"))
    answer = await channel.available()
    skew = channel.clock_skew if isinstance(channel, ClockWatching) else None
    answered, apart = _words(answer), _skew_words(skew)
    found = answered if apart is None else Text(f"{answered.zh} · {apart.zh}", f"{answered.en} · {apart.en}")
    if not answer.available:
        return Finding(check, title, Outcome.OPTIONAL, found, _SET_CLOCK if _far(skew) else _ANSWER)
    return Finding(check, title, Outcome.OK, found, _SET_CLOCK if _far(skew) else None)


def _words(answer: Availability) -> Text:
    if answer.reason:
        return Text(answer.reason, answer.reason)
    return Text("有应答", "answers") if answer.available else Text("无应答", "does not answer")


def _far(skew: timedelta | None) -> bool:
    return skew is not None and abs(skew) > _NOTICED_SKEW


def _skew_words(skew: timedelta | None) -> Text | None:
    seconds = None if skew is None else f"{skew.total_seconds():+.0f}"
    return None if seconds is None else Text(f"时钟相差 {seconds} 秒", f"clock {seconds} s")


def _fault(fault: ChannelFault, outcome: Outcome) -> Finding:
    if fault.channel is None:
        return Finding("payments", _ALL, outcome, fault.reason, _GUIDE)
    return Finding(f"pay_{fault.channel}", _title(fault.channel), outcome, fault.reason, _GUIDE)


def _warning(warning: ChannelFault) -> Finding:
    title = _ALL if warning.channel is None else _title(warning.channel)
    return Finding("pay_certificate", title, Outcome.OPTIONAL, warning.reason, _RENEW)


def _worse(finding: Finding, outcome: Outcome) -> Finding:
    return Finding(finding.check, finding.title, outcome, finding.found, finding.remedy)


def _title(channel: Channel) -> Text:
    name = load_slip_layout().words.channels[channel]
    return Text(f"支付：{name.zh}", f"Paying by {name.en}")
