"""Charging the code on a payer's phone: ask while nobody knows, then undo (docs/payments.md, Rules, 5)."""

import re
from typing import Protocol

from kiosk.clock import Clock
from kiosk.domain.payment import Channel, Order
from kiosk.payments.contract import (
    CloseAnswer,
    CodeAnswer,
    Pending,
    QueryAnswer,
    Settled,
    Undecided,
)

# The networks' advice for an undecided charge; a payer who has to type a password needs some of it too.
QUERY_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
# An undoing is repeated while the network says so (WeChat Pay: not within 15 s of the charge).
REVERSE_WAITS = (0.0, 5.0, 10.0, 20.0)

# Each network's own form (WeChat Pay "付款码规则", Alipay "auth_code", UnionPay "付款码 62…").
_FORMS = {
    Channel.WECHAT: re.compile(r"1[0-5][0-9]{16}"),
    Channel.ALIPAY: re.compile(r"(?:2[5-9]|30)[0-9]{14,22}"),
    Channel.UNIONPAY: re.compile(r"62[0-9]{17}"),
}


def is_code_of(channel: Channel, code: str) -> bool:
    """Return whether a scanned text has the form of a channel's payment codes."""
    form = _FORMS.get(channel)
    return form is not None and code.isascii() and form.fullmatch(code) is not None


def channel_of_code(code: str) -> Channel | None:
    """Return whose payment code a scanned text is; None for any other text."""
    return next((channel for channel in _FORMS if is_code_of(channel, code)), None)


class _Charging(Protocol):
    """What is needed of a channel to follow a charge up."""

    async def query(self, order: Order) -> QueryAnswer: ...

    async def reverse(self, order: Order) -> CloseAnswer: ...


async def until_known(channel: _Charging, clock: Clock, order: Order, first: QueryAnswer) -> CodeAnswer:
    """Ask until the charge is decided; where it stays undecided, undo it right behind the last question."""
    if isinstance(first, Undecided) and (first.unsent or first.incident):
        return first
    answer = first
    for wait in QUERY_WAITS:
        if not isinstance(answer, Pending | Undecided):
            return answer
        await clock.sleep(wait)
        answer = await channel.query(order)
    if not isinstance(answer, Pending | Undecided):
        return answer
    undone, sent = Undecided("not undone yet"), False
    for wait in REVERSE_WAITS:
        await clock.sleep(wait)
        reversal = await channel.reverse(order)
        if sent and isinstance(reversal, Settled):  # an undoing without an answer may still arrive
            return Undecided("paid, and perhaps not for good")
        if not isinstance(reversal, Undecided):
            return reversal
        undone, sent = reversal, sent or not reversal.unsent
    # The charge was sent; that its undoing never was must not pass for a charge that never was.
    return Undecided(undone.reason, incident=undone.incident)
