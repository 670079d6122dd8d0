"""The tester's dock: what a tester does to a simulated machine, for QML."""

# ruff: noqa: N802, N815 - the names of properties, slots and signals are QML's

from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.runtime.ports import TesterPort

QML_IMPORT_NAME = "Kiosk.Backend"
QML_IMPORT_MAJOR_VERSION = 1
QVariantList = list  # what pyside6-metaobjectdump has to read where PySide takes a list


@QmlElement
class Dock(QObject):
    """Buttons for everything that `TesterPort` can do."""

    changed = Signal()
    upsideDownChanged = Signal()

    def __init__(self, tester: TesterPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tester = tester
        self._specimens = [{"slug": slug, "label": label} for slug, label in tester.specimens()]
        self._upside_down = False
        self._seen = self._look()

    @Property(QVariantList, notify=changed)
    def specimens(self) -> list[Any]:
        return self._specimens

    @Property(QVariantList, notify=changed)
    def faults(self) -> list[Any]:
        return [{"device": d, "fault": f, "active": active} for d, f, active in self._seen[0]]

    @Property(str, notify=changed)
    def phonePage(self) -> str:
        return self._seen[1]

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
        """Look again: others than the dock set faults too, and the phone page comes up with the machine."""
        seen = self._look()
        if seen != self._seen:
            self._seen = seen
            self.changed.emit()

    def _look(self) -> tuple[tuple[tuple[str, str, bool], ...], str]:
        return self._tester.faults(), self._tester.phone_page()
