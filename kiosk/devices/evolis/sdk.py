"""What the driver uses of the Evolis SDK for Python, and nothing else knows of it.

Source: the package evolis-sdk 9.4.1 on PyPI and its docstrings (classes Connection, PrintSession, State,
Status, CleaningInfo, ReturnCode). It is a ctypes wrapper around a closed library; every call blocks. What a
call raises for a broken library or an answer that is no text is a `SdkTrouble` here.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

from kiosk.devices.contracts import MediaPosition


class SdkMissing(Exception):
    """The SDK is not installed or its library does not load; the message names the remedy."""


class SdkTrouble(Exception):
    """No connection to the printer, or nothing sensible came from it."""


class CardType(StrEnum):
    """What the film of the card is, as the SDK's RwCardType."""

    BLACK = "MBLACK"
    BLUE = "MBLUE"


class Face(StrEnum):
    """Which face of the card lies under the head."""

    FRONT = "FRONT"
    BACK = "BACK"


class Major(StrEnum):
    """The SDK's State.Major."""

    OFF = "OFF"
    READY = "READY"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the printer says of itself.

    Attributes:
        minor: the name of the SDK's State.Minor, such as ``DEF_COVER_OPEN``.
        busy: it prints or encodes.
    """

    major: Major
    minor: str
    position: MediaPosition
    busy: bool


@dataclass(frozen=True, slots=True)
class CleaningFigures:
    """The SDK's CleaningInfo, as far as it is used; all in cards but for `cleanings`."""

    total: int
    since: int
    due_at: int
    overdue_at: int
    cleanings: int


#: The SDK's flags for where the card is (Status.Flag), in the contract's words.
_PLACES = (
    ("INF_CARD_PRINT", MediaPosition.PRINT),
    ("INF_CARD_SMART", MediaPosition.CHIP),
    ("INF_CARD_CONTACTLESS", MediaPosition.CHIP),
    ("INF_CARD_EJECT", MediaPosition.EXIT),
)
_LARGEST_COUNT = 2**31 - 1


def load() -> Any:
    """Return the SDK's module; raise SdkMissing."""
    try:
        return import_module("evolis")
    except ModuleNotFoundError as error:
        raise SdkMissing(
            "the Evolis SDK is not installed: pip install 'endorsement-kiosk[evolis]'"
        ) from error
    except (ImportError, OSError) as error:
        raise SdkMissing("the Evolis SDK's library does not load on this machine") from error


class EvolisPrinter:
    """One printer through the SDK. Every method blocks and is called from one thread at a time.

    Args:
        name: as the SDK knows it, such as ``Evolis KM2000B`` or ``socket://HOST:9100``.
        sdk: gives the SDK's module; tests put their own here.
    """

    def __init__(self, name: str, sdk: Callable[[], Any] = load) -> None:
        self._name = name
        self._load = sdk
        self._sdk: Any = None
        self._connection: Any = None

    def look(self) -> Seen:
        """Ask for state and position; raise SdkMissing or SdkTrouble."""
        with self._trouble():
            connection = self._opened()
            state = connection.get_state()
            flags = connection.get_status()
            if flags is None or state.major.name not in {*Major}:
                raise SdkTrouble("the printer does not tell its status")
            is_on = {name: bool(flags.is_on(self._flag(name))) for name, _ in _PLACES}
            place = next((place for name, place in _PLACES if is_on[name]), MediaPosition.NOT_PRESENT)
            busy = bool(flags.is_on(self._flag("INF_BUSY"))) or bool(
                flags.is_on(self._flag("INF_PRINTING_RUNNING"))
            )
            return Seen(Major(state.major.name), str(state.minor.name)[:40], place, busy)

    def rewrite(self, bitmap: bytes, face: Face, card: CardType, timeout_s: float) -> str:
        """Erase the whole film and write the bitmap (BMP, 1 bit); return the name of the SDK's ReturnCode.

        The card stays inside. Raises SdkMissing or SdkTrouble before anything is sent to the head.
        """
        with self._trouble():
            connection = self._opened()
            sdk = self._sdk
            session = sdk.PrintSession(connection, rwCard=getattr(sdk.RwCardType, card))
            setting = sdk.SettingKey.FRwManagement if face is Face.FRONT else sdk.SettingKey.BRwManagement
            session.set_auto_eject(False)
            told = session.set_setting(setting, "FULLREWRITE")
            if not told or not session.set_black_buffer(getattr(sdk.CardFace, face), bytearray(bitmap)):
                raise SdkTrouble(f"the job is not taken: {session.get_last_error().name}")
        try:
            return str(session.print(int(timeout_s * 1000)).name)
        except (OSError, ValueError, ctypes.ArgumentError):
            return "EUNDEFINED"

    def recover(self) -> None:
        """Clear mechanical errors; raise SdkMissing or SdkTrouble where they do not clear."""
        with self._trouble():
            connection = self._opened()
            if not connection.clear_mechanical_errors():
                raise SdkTrouble(f"errors do not clear: {connection.get_last_error().name}")

    def give_out(self, *, reject: bool) -> None:
        """Eject the card, or move it into the reject box; raise SdkMissing or SdkTrouble."""
        with self._trouble():
            connection = self._opened()
            moved = connection.reject_card() if reject else connection.eject_card()
            if not moved:
                raise SdkTrouble(f"the card does not move: {connection.get_last_error().name}")

    def cleaning(self) -> CleaningFigures:
        """Return what the printer counts; raise SdkMissing or SdkTrouble."""
        with self._trouble():
            info = self._opened().get_cleaning_info()
            if info is None:
                raise SdkTrouble("the printer does not tell its counters")
            figures = CleaningFigures(
                total=int(info.totalCardCount),
                since=int(info.cardCount) - int(info.cardCountAtLastCleaning),
                due_at=int(info.warningThreshold),
                overdue_at=int(info.warrantyLostThreshold),
                cleanings=int(info.regularCleaningCount) + int(info.advancedCleaningCount),
            )
            counts = (figures.total, figures.since, figures.due_at, figures.overdue_at, figures.cleanings)
            if any(not 0 <= count <= _LARGEST_COUNT for count in counts):
                raise SdkTrouble("counters that make no sense")
            return figures

    def close(self) -> None:
        """Hang up; the next use opens again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError, ValueError, ctypes.ArgumentError):  # gone is closed
                connection.close()

    def _opened(self) -> Any:
        if self._sdk is None:
            self._sdk = self._load()
        if self._connection is None:
            connection = self._sdk.Connection()
            if not connection.open(self._name, self._sdk.OpenMode.DIRECT):
                raise SdkTrouble("no connection to the printer")
            self._connection = connection
        return self._connection

    def _flag(self, name: str) -> Any:
        return getattr(self._sdk.Status.Flag, name)

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        """Turn what the SDK raises into `SdkTrouble`, and hang up after any of it."""
        try:
            yield
        except (OSError, ValueError, ctypes.ArgumentError) as error:
            self.close()
            raise SdkTrouble(f"nonsense from the SDK ({type(error).__name__})") from error
        except AttributeError as error:
            raise SdkTrouble(f"another version of the SDK: no {error.name}") from error
        except SdkTrouble:
            self.close()
            raise
