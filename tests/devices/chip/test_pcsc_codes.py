"""What the codes of the PC/SC service mean for a read: each in its own words."""

import pytest

from kiosk.devices.chip.pcsc_service import PcscError
from kiosk.domain.failure import FailureCode


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (0x8010001D, FailureCode.READER_UNAVAILABLE, "systemctl start pcscd"),
        (0x80100013, FailureCode.READER_UNAVAILABLE, "systemctl start pcscd"),
        (0x8010006A, FailureCode.READER_UNAVAILABLE, "polkit"),
        (0x80100017, FailureCode.READER_UNAVAILABLE, "unplugged"),
        (0x8010000B, FailureCode.READER_UNAVAILABLE, "another program"),
        (0x80100069, FailureCode.CARD_REMOVED, "80100069"),
        (0x8010000C, FailureCode.CARD_REMOVED, "8010000C"),
        (0x80100066, FailureCode.CHIP_MUTE, "does not answer"),
        (0x80100016, FailureCode.CHIP_UNREADABLE, "connection to the card lost"),
    ],
)
def test_codes_have_one_meaning_whatever_their_sign(number: int, code: FailureCode, words: str) -> None:
    for spelt in (number, number - (1 << 32)):
        fault = PcscError(spelt, "SCardTransmit").fault()
        assert fault.code is code
        assert words in fault.detail
