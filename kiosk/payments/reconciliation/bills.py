"""What the bills of all networks have in common: their days, their bounds, and how they are refused."""

import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Protocol, runtime_checkable

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Refund
from kiosk.domain.reconciliation import Billed, Stated
from kiosk.payments.beijing import BEIJING
from kiosk.payments.contract import Undecided

LONGEST_BILL = 16 << 20  # bytes unpacked: some 60 000 lines, far more than one machine has in a day
_MOST_MEMBERS = 16
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_YUAN = re.compile(r"(-?)([0-9]{1,10})\.([0-9]{2})")
_NOT_A_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    struct.error,
)
_UNIONPAY_CUT = time(23)


class BillInvalid(ValueError):
    """A bill that is not what the network documents; the text says where, and names nobody."""


@dataclass(frozen=True, slots=True)
class Bill:
    """All movements of one channel in one of its days; empty where the network has none.

    `stated` are the channel's own sums of the day, where it tells them beside the lines.
    """

    channel: Channel
    day: date
    lines: tuple[Billed, ...]
    stated: Stated | None = None


BillAnswer = Bill | Undecided


@runtime_checkable
class BilledChannel(Protocol):
    """A channel whose network writes a bill for each of its days."""

    @property
    def channel(self) -> Channel: ...

    async def bill(self, day: date) -> BillAnswer:
        """Fetch the bill of a day in Beijing; Undecided where it cannot be had, verified or read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One movement that the journal knows of, or hoped for: an order, or one of its refunds."""

    order: Order
    refund: Refund | None = None


@runtime_checkable
class StatedChannel(Protocol):
    """A channel that writes no bill, but answers for each movement and states the sums of a day."""

    @property
    def channel(self) -> Channel: ...

    async def statement(self, day: date, asked: Sequence[Asked]) -> BillAnswer:
        """Ask for every movement of a day in Beijing; Undecided where one of them cannot be told."""


def window(channel: Channel, day: date) -> tuple[datetime, datetime]:
    """Return when a channel's day begins and ends: midnight in Beijing; UnionPay's day ends at 23:00."""
    if channel is Channel.UNIONPAY:
        end = datetime.combine(day, _UNIONPAY_CUT, BEIJING)
        return end - timedelta(days=1), end
    start = datetime.combine(day, time(), BEIJING)
    return start, start + timedelta(days=1)


def signed_yuan(text: str) -> int:
    """Return an amount in yuan with two decimals and perhaps a minus as fen; raise BillInvalid."""
    match = _YUAN.fullmatch(text)
    if match is None or not text.isascii():
        raise BillInvalid("an amount of an unknown form")
    fen = int(match[2]) * 100 + int(match[3])
    return -fen if match[1] else fen


def positive(fen: int) -> Fen:
    """Return an amount that moved money; raise BillInvalid for none."""
    if fen <= 0:
        raise BillInvalid("a line without an amount")
    return Fen(fen)


def unzipped(packed: bytes) -> dict[str, bytes]:
    """Return the files in a zip by name; raise BillInvalid where it is none, or unpacks without bounds.

    Names without the UTF-8 flag are GBK, as Alipay writes them.
    """
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise BillInvalid("too many files in the zip")
            # A member without a name breaks zipfile's own `is_dir`.
            files = [member for member in members if member.filename and not member.is_dir()]
            return {_name(member): _content(archive, member) for member in files}
    except BillInvalid:
        raise
    except _NOT_A_ZIP as error:
        raise BillInvalid(f"not a zip that can be read ({type(error).__name__})") from error


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.compress_type not in _PACKINGS:
        raise BillInvalid("a file packed in another way than the networks do")
    with archive.open(member) as file:
        content = file.read(LONGEST_BILL + 1)
    if len(content) > LONGEST_BILL:
        raise BillInvalid("the bill is too long")
    return content


def _name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 0x800:
        return member.filename
    return member.filename.encode("cp437", "replace").decode("gb18030", "replace")
