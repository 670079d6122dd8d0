"""The tester's dock: what a tester does to a simulated machine, for QML."""

# ruff: noqa: N802, N815 - the names of properties, slots and signals are QML's

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.money import Fen, yuan_text
from kiosk.domain.text import Text
from kiosk.runtime.ports import TesterPort

QML_IMPORT_NAME = "Kiosk.Backend"
QML_IMPORT_MAJOR_VERSION = 1
_LOOK_AGAIN_MS = 150  # while hands are at work, no other thread may tell Qt that they are done
QVariantList = list  # what pyside6-metaobjectdump has to read where PySide takes a list


@dataclass(frozen=True, slots=True)
class _Seen:
    """The simulated machine as the dock last saw it."""

    faults: tuple[tuple[str, str, bool], ...] = ()
    phone_page: str = ""
    scenarios: tuple[tuple[str, Text, bool], ...] = ()
    bank_cards: tuple[tuple[str, str], ...] = ()
    terminal: tuple[str, int] = ("idle", 0)
    purse_cards: tuple[tuple[str, str], ...] = ()
    purse_held: str = ""
    staff: tuple[str, str] = ("", "")


@QmlElement
class Dock(QObject):
    """Buttons for everything that `TesterPort` can do.

    Hands work in a thread of their own, one act after the other: the phone talks over the network, and a
    device that is stuck must not freeze the screen.
    """

    changed = Signal()
    languageChanged = Signal()
    upsideDownChanged = Signal()

    def __init__(self, tester: TesterPort, *, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tester, self._people = tester, tester.specimens()
        self._language = language
        self._upside_down = False
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tester")
        self._acts: list[Future[None]] = []
        self._seen = self._look()
        self._waiting = QTimer(self)
        self._waiting.setInterval(_LOOK_AGAIN_MS)
        self._waiting.timeout.connect(self.refresh)

    # --- what there is ------------------------------------------------------------------------------

    @Property(QVariantList, notify=languageChanged)
    def specimens(self) -> list[Any]:
        return [{"slug": slug, "label": label.in_language(self._language)} for slug, label in self._people]

    @Property(QVariantList, notify=changed)
    def faults(self) -> list[Any]:
        return [
            {
                "device": device,
                "fault": fault,
                "label": self._tester.fault_text(device, fault).in_language(self._language),
                "active": active,
            }
            for device, fault, active in self._seen.faults
        ]

    @Property(QVariantList, notify=changed)
    def scenarios(self) -> list[Any]:
        return [
            {"name": name, "label": title.in_language(self._language), "playing": playing}
            for name, title, playing in self._seen.scenarios
        ]

    @Property(str, notify=changed)
    def phonePage(self) -> str:
        return self._seen.phone_page

    @Property(QVariantList, notify=changed)
    def bankCards(self) -> list[Any]:
        return _cards(self._seen.bank_cards)

    @Property(str, notify=changed)
    def terminalStage(self) -> str:
        """What the card terminal waits for: idle, card, pin or host."""
        return self._seen.terminal[0]

    @Property(str, notify=changed)
    def terminalAmount(self) -> str:
        amount = self._seen.terminal[1]
        return f"¥{yuan_text(Fen(amount))}" if amount else ""

    @Property(QVariantList, notify=changed)
    def purseCards(self) -> list[Any]:
        held = self._seen.purse_held
        return [{**card, "held": card["name"] == held} for card in _cards(self._seen.purse_cards)]

    @Property(str, notify=changed)
    def staffNumber(self) -> str:
        return self._seen.staff[0]

    @Property(str, notify=changed)
    def staffPin(self) -> str:
        return self._seen.staff[1]

    @Property(bool, notify=upsideDownChanged)
    def upsideDown(self) -> bool:
        return self._upside_down

    # --- hands --------------------------------------------------------------------------------------

    @Slot()
    def turn(self) -> None:
        """Insert the next card the other way up."""
        self._upside_down = not self._upside_down
        self.upsideDownChanged.emit()

    @Slot(str)
    def insert(self, slug: str) -> None:
        upside_down = self._upside_down
        self._act(lambda: self._tester.insert(slug, upside_down=upside_down))
        if upside_down:
            self.turn()

    @Slot()
    def pullCard(self) -> None:
        self._act(self._tester.pull_card)

    @Slot()
    def pay(self) -> None:
        self._act(self._tester.pay)

    @Slot()
    def decline(self) -> None:
        self._act(self._tester.decline)

    @Slot(str, str)
    def showCode(self, channel: str, wallet: str) -> None:
        self._act(lambda: self._tester.show_code(channel, wallet))

    @Slot(str)
    def tapCard(self, card: str) -> None:
        self._act(lambda: self._tester.tap_card(card))

    @Slot(str)
    def insertCard(self, card: str) -> None:
        self._act(lambda: self._tester.insert_card(card))

    @Slot(str)
    def enterPin(self, digits: str) -> None:
        self._act(lambda: self._tester.enter_pin(digits))

    @Slot()
    def leaveTerminal(self) -> None:
        self._act(self._tester.leave_terminal)

    @Slot(str)
    def holdPurse(self, card: str) -> None:
        """Hold a purse card to the reader, or take it away if it lies there."""
        if card == self._seen.purse_held:
            self._act(self._tester.remove_purse)
        else:
            self._act(lambda: self._tester.hold_purse(card))

    @Slot(str, str, bool)
    def setFault(self, device: str, fault: str, active: bool) -> None:
        self._act(lambda: self._tester.set_fault(device, fault, active=active))

    @Slot(str)
    def playScenario(self, name: str) -> None:
        """Play a scenario, or break it off if it is playing."""
        self._act(lambda: self._tester.play(name))

    # --- looking ------------------------------------------------------------------------------------

    @Slot(str)
    def speak(self, language: str) -> None:
        """Label everything in another language."""
        self._language = language
        self.languageChanged.emit()
        self.changed.emit()

    @Slot()
    def refresh(self) -> None:
        """Look again: others than the dock act too, and the phone page comes up with the machine."""
        for act in [act for act in self._acts if act.done()]:
            self._acts.remove(act)
            act.result()  # a bug in it is a bug here
        if not self._acts:
            self._waiting.stop()
        seen = self._look()
        if seen != self._seen:
            self._seen = seen
            self.changed.emit()

    def finish(self) -> None:
        """Wait until the hands have done everything they were asked for, and look again."""
        for act in tuple(self._acts):
            act.exception()
        self.refresh()

    def _act(self, action: Callable[[], None]) -> None:
        self._acts.append(self._hands.submit(action))
        self._waiting.start()

    def _look(self) -> _Seen:
        tester = self._tester
        return _Seen(
            faults=tester.faults(),
            phone_page=tester.phone_page(),
            scenarios=tester.scenarios(),
            bank_cards=tester.bank_cards(),
            terminal=tester.terminal(),
            purse_cards=tester.purse_cards(),
            purse_held=tester.purse_held(),
            staff=tester.staff(),
        )


def _cards(cards: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """Return cards by their name and what else stands on them; the name is put into words by the page."""
    return [{"name": name, "more": label.partition(" · ")[2]} for name, label in cards]
