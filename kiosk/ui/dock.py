"""The tester's dock: what a tester does to a simulated machine, for QML."""

# ruff: noqa: N802, N815 - the names of properties, slots and signals are QML's

from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.runtime.ports import TesterPort

QML_IMPORT_NAME = "Kiosk.Backend"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class Dock(QObject):
    """Buttons for everything that `TesterPort` can do."""

    faultsChanged = Signal()
    upsideDownChanged = Signal()

    def __init__(self, tester: TesterPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tester = tester
        self._upside_down = False
        self._faults: tuple[tuple[str, str, bool], ...] = tester.faults()

    @Property(list, constant=True)
    def specimens(self) -> list[Any]:
        return [{"slug": slug, "label": label} for slug, label in self._tester.specimens()]

    @Property(list, notify=faultsChanged)
    def faults(self) -> list[Any]:
        return [{"device": d, "fault": f, "active": active} for d, f, active in self._faults]

    @Property(str, constant=True)
    def phonePage(self) -> str:
        return self._tester.phone_page()

    @Property(bool, notify=upsideDownChanged)
    def upsideDown(self) -> bool:
        return self._upside_down

    @Slot()
    def turn(self) -> None:
        """Insert the next card the other way up."""
        self._upside_down = not self._upside_down
        self.upsideDownChanged.emit()

    @Slot(str)
    def insert(self, slug: str) -> None:
        self._tester.insert(slug, upside_down=self._upside_down)
        if self._upside_down:
            self.turn()

    @Slot()
    def pullCard(self) -> None:
        self._tester.pull_card()

    @Slot()
    def pay(self) -> None:
        self._tester.pay()

    @Slot()
    def decline(self) -> None:
        self._tester.decline()

    @Slot(str, str, bool)
    def setFault(self, device: str, fault: str, active: bool) -> None:
        self._tester.set_fault(device, fault, active=active)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Ask again which faults are set: others than the dock may have changed them."""
        faults = self._tester.faults()
        if faults != self._faults:
            self._faults = faults
            self.faultsChanged.emit()
