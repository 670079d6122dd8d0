"""Which ways to pay work now, and by which code a way says that it does not."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.payment import Channel
from kiosk.payments.contract import PayerCodeChannel, PaymentChannel
from kiosk.runtime.outside import Outside
from kiosk.runtime.snapshot import ChannelHealth
from kiosk.visit.events import WaysChanged

UNAVAILABLE: Mapping[Channel, FailureCode] = {
    Channel.ALIPAY: FailureCode.GATEWAY_UNREACHABLE,
    Channel.WECHAT: FailureCode.GATEWAY_UNREACHABLE,
    Channel.UNIONPAY: FailureCode.GATEWAY_UNREACHABLE,
    Channel.CARD: FailureCode.TERMINAL_UNAVAILABLE,
    Channel.YCT: FailureCode.PURSE_READER_UNAVAILABLE,
}
"""By which failure each way says that nothing can be paid with it now."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to pay that work now; `payer_code` are those that charge a phone's code."""

    channels: tuple[Channel, ...]
    payer_code: tuple[Channel, ...]

    def changed(self) -> WaysChanged:
        return WaysChanged(self.channels, self.payer_code)


async def channel_health(outside: Outside) -> tuple[ChannelHealth, ...]:
    """Ask every way to pay whether its network or device answers."""
    adapters = tuple(outside.channels.values())
    scans = await _scans(outside)
    lines = await asyncio.gather(*(_health(adapter) for adapter in adapters))
    return tuple(
        replace(line, payer_code=scans and line.available and isinstance(adapter, PayerCodeChannel))
        for adapter, line in zip(adapters, lines, strict=True)
    )


def ways(lines: tuple[ChannelHealth, ...]) -> Ways:
    """Return what the applicant may choose among."""
    return Ways(
        tuple(line.channel for line in lines if line.available),
        tuple(line.channel for line in lines if line.payer_code),
    )


async def _health(adapter: PaymentChannel) -> ChannelHealth:
    answer = await adapter.available()
    fault = None if answer.available else Fault(UNAVAILABLE[adapter.channel], answer.reason)
    return ChannelHealth(adapter.channel, answer.available, adapter.simulated, fault)


async def _scans(outside: Outside) -> bool:
    scanner = outside.devices.payment_scanner
    return scanner is not None and (await scanner.status()).ready
