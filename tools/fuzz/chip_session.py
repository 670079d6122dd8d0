"""A chip's answers with their lengths before them: opened and read as far as they let the reader come."""

import asyncio
import random

from kiosk.devices.chip.exchange import ChipFailure
from kiosk.devices.chip.groups import ChipFile
from kiosk.devices.chip.session import Secrets, Session

_SECRETS = Secrets("CSC000000004<3406119<9001011<2")
_ATR = bytes.fromhex("3B85800180738001E096")
_MOST = 200


class _Script:
    """Says what it was given, one answer after the other, and then 9000 for ever."""

    atr = _ATR

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.asked = 0

    async def transmit(self, command: bytes) -> bytes:
        del command
        self.asked += 1
        assert self.asked < _MOST, "a read without end"
        size = int.from_bytes(self._data[:2], "big")
        answer, self._data = self._data[2 : 2 + size], self._data[2 + size :]
        return answer or b"\x90\x00"


def seeds() -> tuple[bytes, ...]:
    offer = "31143012060A04007F0007020204020202010202010D9000"
    sizes = "7F660A02020105020420029000"
    nonce = "7C128010" + "00" * 16 + "9000"
    no_offer = ("6A82", "9000", "0102030405060708" + "9000", "00" * 40 + "9000")
    return tuple(
        b"".join(len(raw).to_bytes(2, "big") + raw for raw in map(bytes.fromhex, answers))
        for answers in ((offer, sizes, "9000", nonce), no_offer, ("6986", "9000", "9000", offer))
    )


def one_input(data: bytes) -> None:
    numbers = random.Random(1)  # noqa: S311 - repeatable, not secret
    session = Session(_Script(data), numbers.randbytes)

    async def read() -> None:
        await session.open(_SECRETS)
        await session.read_file(ChipFile.SOD)

    try:
        asyncio.run(read())
    except ChipFailure:
        return
