"""Asking for a member of staff, and what that colleague does at the screen, for QML."""

# ruff: noqa: N802 - the names of properties and slots are QML's

from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.runtime.ports import KioskPort
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.views.colleague import ColleagueView, colleague_view
from kiosk.ui.views.pages import Page, page_of
from kiosk.visit.events import Event, HolderConfirmedByStaff, HolderRefusedByStaff, StaffAsked

QML_IMPORT_NAME = "Kiosk.Backend"
QML_IMPORT_MAJOR_VERSION = 1
QVariantList = list  # what pyside6-metaobjectdump has to read where PySide takes a list


@QmlElement
class Colleague(QObject):
    """The way without the camera; see `ColleagueView`. A late tap changes nothing.

    Signals:
        changed: something of the view.
    """

    changed = Signal()

    def __init__(self, port: KioskPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port = port
        self._page: Page | None = None
        self._view = ColleagueView()

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot; must be called in the GUI thread."""
        self._page = page_of(snapshot)
        view = colleague_view(snapshot)
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(bool, notify=changed)
    def offered(self) -> bool:
        return self._view.offered

    @Property(QVariantList, notify=changed)
    def hints(self) -> list[Any]:
        return list(self._view.hints)

    @Property(bool, notify=changed)
    def cameraFailed(self) -> bool:
        return self._view.camera_failed

    @Property(int, notify=changed)
    def minutes(self) -> int:
        return self._view.minutes

    @Property(bool, notify=changed)
    def judging(self) -> bool:
        return self._view.judging

    @Property(str, notify=changed)
    def denial(self) -> str:
        return self._view.denial

    @Property(str, notify=changed)
    def lockedUntil(self) -> str:
        return self._view.locked_until

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._view.number

    @Slot()
    def ask(self) -> None:
        """The applicant asks for a colleague."""
        if self._view.offered and self._page in {Page.COMPARING, Page.NOT_RECOGNISED}:
            self._port.send(StaffAsked())

    @Slot(str, str)
    def identify(self, number: str, pin: str) -> None:
        """Somebody typed a number and a PIN; neither is kept here."""
        if self._page is Page.CALLING_STAFF and not self._view.judging:
            self._port.identify_staff(number, pin)

    @Slot()
    def confirm(self) -> None:
        """The colleague says: this is the holder."""
        self._decide(HolderConfirmedByStaff(self._view.number))

    @Slot()
    def refuse(self) -> None:
        """The colleague says: this is not the holder, or it cannot be told."""
        self._decide(HolderRefusedByStaff(self._view.number))

    def _decide(self, event: Event) -> None:
        if self._page is Page.CHECKING_HOLDER and self._view.number:
            self._port.send(event)
