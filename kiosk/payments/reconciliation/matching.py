"""Bill against journal by (channel, kind, own number) and amount: pure, one pass over each side."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import (
    Billed,
    Booked,
    ChannelTotals,
    Difference,
    Finding,
    Movement,
    Stated,
    Sum,
)

Key = tuple[Channel, Movement, str]


def compare(
    billed: Iterable[Billed], booked: Iterable[Booked], windows: Mapping[Channel, tuple[datetime, datetime]]
) -> tuple[Finding, ...]:
    """Return where bill and journal differ.

    Every line of the bill is looked for in the whole of `booked`; a booked movement is missing only if it
    fell into its channel's window. Channels without a window, whose bill could not be had, are left out.
    """
    lines: defaultdict[Key, list[Billed]] = defaultdict(list)
    for line in billed:
        lines[_key(line)].append(line)
    own = {_key(movement): movement for movement in booked}
    found = [_finding(own.get(key), tuple(group)) for key, group in lines.items()]
    missing = (
        Finding(Difference.ONLY_OWN, movement, ())
        for key, movement in own.items()
        if key not in lines and _inside(movement, windows)
    )
    return (*(finding for finding in found if finding is not None), *missing)


def _finding(own: Booked | None, lines: tuple[Billed, ...]) -> Finding | None:
    if len(lines) > 1:
        return Finding(Difference.TWICE, own, lines)
    if own is None:
        return Finding(Difference.ONLY_BILL, None, lines)
    return None if own.amount == lines[0].amount else Finding(Difference.AMOUNT, own, lines)


def _key(movement: Billed | Booked) -> Key:
    return movement.channel, movement.movement, movement.number


def _inside(movement: Booked, windows: Mapping[Channel, tuple[datetime, datetime]]) -> bool:
    if movement.channel not in windows:
        return False
    start, end = windows[movement.channel]
    return start <= movement.moment < end


def totals(
    channel: Channel,
    billed: Iterable[Billed],
    booked: Iterable[Booked],
    window: tuple[datetime, datetime],
    *,
    fault: str = "",
    stated: Stated | None = None,
) -> ChannelTotals:
    """Return the sums of one channel: its bill's, and what the journal has in the same window."""
    lines = [line for line in billed if line.channel is channel]
    own = [one for one in booked if one.channel is channel and one.final]
    inside = [one for one in own if window[0] <= one.moment < window[1]]
    known = {(*_key(one), one.amount) for one in own}
    times = Counter(_key(line) for line in lines)
    return ChannelTotals(
        channel=channel,
        billed_pay=_sum(lines, Movement.PAY),
        billed_refund=_sum(lines, Movement.REFUND),
        booked_pay=_sum(inside, Movement.PAY),
        booked_refund=_sum(inside, Movement.REFUND),
        agreed=sum((*_key(line), line.amount) in known for line in lines if times[_key(line)] == 1),
        fault=fault,
        stated=stated,
    )


def _sum(movements: Iterable[Billed | Booked], movement: Movement) -> Sum:
    amounts = [one.amount for one in movements if one.movement is movement and one.amount]
    return Sum(len(amounts), Fen(sum(amounts)))
