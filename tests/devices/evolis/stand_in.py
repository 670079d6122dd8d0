"""The Evolis SDK's module boundary, played on the simulated machine: same names, same kinds of answers.

Only what the driver calls is here; a test holds the names against the real SDK where it is installed.
A real call blocks; here it returns at once and says in `took_s` how long it would have taken.
"""

from enum import Enum
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from PIL import Image

from kiosk.devices.contracts import DeviceName
from kiosk.devices.simulated.films import FILM_SIZE
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.devices.simulated.mechanism import Picture, PrintPhase

REWRITE_S = 30.0


class Major(Enum):
    OFF = 0
    READY = 1
    WARNING = 2
    ERROR = 3


class Minor(Enum):
    PRINTER_OFFLINE = 1
    PRINTER_READY = 6
    DEF_COVER_OPEN = 58
    ERR_MECHANICAL = 85


class Code(Enum):
    OK = 0
    ETIMEOUT = -7
    PRINT_EDATA = -20
    PRINT_EMECHANICAL = -22
    PRINTER_ENOCOM = -60


class Flag(Enum):
    INF_CARD_CONTACTLESS = 56
    INF_CARD_SMART = 57
    INF_CARD_PRINT = 58
    INF_CARD_EJECT = 59
    INF_PRINTING_RUNNING = 76
    INF_BUSY = 83


_FLAGS = {
    Picture.AT_PRINT: Flag.INF_CARD_PRINT,
    Picture.AT_CHIP: Flag.INF_CARD_SMART,
    Picture.AT_EXIT: Flag.INF_CARD_EJECT,
}


class StandInSdk:
    """What ``import evolis`` gives.

    Attributes:
        ends_with: the code of the next print call instead of OK.
        broken: what every call raises instead of an answer.
        took_s: how long the last call would have blocked, seconds.
    """

    OpenMode = SimpleNamespace(DIRECT=1)
    CardFace = SimpleNamespace(FRONT=0, BACK=1)
    RwCardType = SimpleNamespace(MBLACK=0, MBLUE=1)
    SettingKey = SimpleNamespace(FRwManagement=32, BRwManagement=13)
    Status = SimpleNamespace(Flag=Flag)

    def __init__(self, machine: SimulatedMachine) -> None:
        self.machine = machine
        self.took_s = 0.0
        self.ends_with = Code.OK
        self.broken: Exception | None = None
        self.cover_open = False
        self.mechanical_error = False
        self.cleaning: Any = SimpleNamespace(
            totalCardCount=1200,
            cardCount=1200,
            cardCountAtLastCleaning=100,
            warningThreshold=1000,
            warrantyLostThreshold=1400,
            regularCleaningCount=1,
            advancedCleaningCount=0,
        )
        self.settings: dict[int, str] = {}
        self.films: list[Image.Image] = []

    @property
    def offline(self) -> bool:
        return self.machine.faults.armed(DeviceName.PRINTER, "offline")

    def Connection(self) -> "Connection":
        return Connection(self)

    def PrintSession(self, connection: "Connection", **card: int) -> "PrintSession":
        assert card in ({"rwCard": 0}, {"rwCard": 1})
        return PrintSession(connection)

    def check(self) -> None:
        if self.broken is not None:
            raise self.broken


class Connection:
    def __init__(self, sdk: StandInSdk) -> None:
        self.sdk = sdk
        self.error = Code.OK

    def open(self, name: str, mode: int) -> bool:
        self.sdk.check()
        return bool(name) and mode == 1 and not self.sdk.offline

    def close(self) -> None:
        self.sdk.check()

    def get_last_error(self) -> Code:
        return self.error

    def get_state(self) -> SimpleNamespace:
        self.sdk.check()
        major, minor = Major.READY, Minor.PRINTER_READY
        if self.sdk.offline:
            major, minor = Major.OFF, Minor.PRINTER_OFFLINE
        elif self.sdk.cover_open:
            major, minor = Major.WARNING, Minor.DEF_COVER_OPEN
        elif self.sdk.mechanical_error:
            major, minor = Major.ERROR, Minor.ERR_MECHANICAL
        return SimpleNamespace(major=major, minor=minor)

    def get_status(self) -> SimpleNamespace | None:
        if self.sdk.offline:
            return None
        standing = _FLAGS.get(self.sdk.machine.mechanism.state().picture)
        return SimpleNamespace(is_on=lambda flag: flag is standing)

    def get_cleaning_info(self) -> Any:
        self.sdk.check()
        return None if self.sdk.offline else self.sdk.cleaning

    def clear_mechanical_errors(self) -> bool:
        self.sdk.mechanical_error = False
        return not self.sdk.offline

    def eject_card(self) -> bool:
        return self._move(Picture.AT_EXIT)

    def reject_card(self) -> bool:
        return self._move(Picture.RETAINED)

    def _move(self, to: Picture) -> bool:
        moved = self.sdk.machine.mechanism.shift(to, only_from=frozenset(_FLAGS))
        return moved.picture is to


class PrintSession:
    def __init__(self, connection: Connection) -> None:
        self._sdk = connection.sdk
        self._picture: Image.Image | None = None

    def get_last_error(self) -> Code:
        return Code.PRINT_EDATA

    def set_auto_eject(self, value: bool) -> bool:
        return not value

    def set_setting(self, key: int, value: str) -> bool:
        self._sdk.settings[key] = value
        return True

    def set_black_buffer(self, face: int, buffer: bytearray) -> bool:
        assert face in {0, 1}
        with Image.open(BytesIO(bytes(buffer)), formats=("BMP",)) as picture:
            if picture.mode != "1":
                return False
            self._picture = picture.copy()
        return True

    def print(self, timeout: int) -> Code:
        assert timeout > 0
        sdk, card = self._sdk, self._sdk.machine.mechanism.state().card
        sdk.took_s = REWRITE_S
        if sdk.machine.faults.take(DeviceName.PRINTER, "line_lost_during_print"):
            return Code.PRINTER_ENOCOM
        if sdk.ends_with is not Code.OK or card is None or self._picture is None:
            return sdk.ends_with
        left, top = (
            (mine - theirs + 1) // 2 for mine, theirs in zip(self._picture.size, FILM_SIZE, strict=True)
        )
        film = self._picture.crop((left, top, left + FILM_SIZE[0], top + FILM_SIZE[1]))
        sdk.machine.films.save(card, film)
        sdk.machine.mechanism.mark_print(PrintPhase.PRINTED)
        return Code.OK
