"""View values as QML reads them: one small object per part of the screen, told only what has changed.

Every property is the field of its view value of the same name, in QML's spelling.
"""

# ruff: noqa: N802 - the names of properties are QML's

from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.ui.views.choice import ChoiceView
from kiosk.ui.views.holder import HolderView
from kiosk.ui.views.machine import MachineView
from kiosk.ui.views.order import OrderView
from kiosk.ui.views.outcome import OutcomeView
from kiosk.ui.views.payment import PaymentView
from kiosk.ui.views.work import WorkView

QML_IMPORT_NAME = "Kiosk.Backend"
QML_IMPORT_MAJOR_VERSION = 1
QVariantList = list  # what pyside6-metaobjectdump has to read where PySide takes a list


def _rows(values: Sequence[Any]) -> list[Any]:
    """Return rows of dataclasses as lists of plain maps, which QML reads as `modelData`."""
    return [
        _plain(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else value
        for value in values
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


@QmlElement
class Machine(QObject):
    """The machine before and between visits; see `MachineView`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = MachineView()

    def show(self, view: MachineView) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(str, notify=changed)
    def service(self) -> str:
        return self._view.service

    @Property(str, notify=changed)
    def fault(self) -> str:
        return self._view.fault

    @Property(str, notify=changed)
    def code(self) -> str:
        return self._view.code

    @Property(str, notify=changed)
    def doing(self) -> str:
        return self._view.recovery.doing

    @Property(int, notify=changed)
    def minutes(self) -> int:
        return self._view.recovery.minutes

    @Property(bool, notify=changed)
    def simulated(self) -> bool:
        return self._view.simulated

    @Property(QVariantList, notify=changed)
    def devices(self) -> list[Any]:
        return _rows(self._view.devices)

    @Property(QVariantList, notify=changed)
    def channels(self) -> list[Any]:
        return _rows(self._view.channels)


@QmlElement
class Holder(QObject):
    """The holder's data for checking; see `HolderView`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = HolderView()

    def show(self, view: HolderView) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(str, notify=changed)
    def name(self) -> str:
        return self._view.name

    @Property(str, notify=changed)
    def latin(self) -> str:
        return self._view.latin

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._view.number

    @Property(str, notify=changed)
    def sex(self) -> str:
        return self._view.sex

    @Property(str, notify=changed)
    def birth(self) -> str:
        return self._view.birth

    @Property(str, notify=changed)
    def expiry(self) -> str:
        return self._view.expiry

    @Property(QVariantList, notify=changed)
    def endorsements(self) -> list[Any]:
        return _rows(self._view.endorsements)


@QmlElement
class Choice(QObject):
    """What can be chosen; see `ChoiceView`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = ChoiceView()

    def show(self, view: ChoiceView) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(QVariantList, notify=changed)
    def destinations(self) -> list[Any]:
        return _rows(self._view.destinations)

    @Property(QVariantList, notify=changed)
    def both(self) -> list[Any]:
        return _rows(self._view.both)

    @Property(QVariantList, notify=changed)
    def applications(self) -> list[Any]:
        return _rows(self._view.applications)

    @Property(QVariantList, notify=changed)
    def together(self) -> list[Any]:
        return _rows(self._view.together)

    @Property(str, notify=changed)
    def destination(self) -> str:
        return self._view.destination

    @Property(int, notify=changed)
    def place(self) -> int:
        return self._view.place

    @Property(int, notify=changed)
    def places(self) -> int:
        return self._view.places

    @Property(QVariantList, notify=changed)
    def offered(self) -> list[Any]:
        return _rows(self._view.offered)

    @Property(QVariantList, notify=changed)
    def refused(self) -> list[Any]:
        return _rows(self._view.refused)


@QmlElement
class Order(QObject):
    """What was chosen; see `OrderView`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = OrderView()

    def show(self, view: OrderView) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(QVariantList, notify=changed)
    def items(self) -> list[Any]:
        return _rows(self._view.items)

    @Property(QVariantList, notify=changed)
    def cancelled(self) -> list[Any]:
        return _rows(self._view.cancelled)

    @Property(str, notify=changed)
    def total(self) -> str:
        return self._view.total

    @Property(bool, notify=changed)
    def free(self) -> bool:
        return self._view.free


@QmlElement
class Payment(QObject):
    """How to pay and what is being paid; see `PaymentView`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = PaymentView()

    def show(self, view: PaymentView) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(QVariantList, notify=changed)
    def methods(self) -> list[Any]:
        return _rows(self._view.methods)

    @Property(str, notify=changed)
    def channel(self) -> str:
        return self._view.channel

    @Property(str, notify=changed)
    def amount(self) -> str:
        return self._view.amount

    @Property(str, notify=changed)
    def note(self) -> str:
        return self._view.note

    @Property(str, notify=changed)
    def prompt(self) -> str:
        return self._view.prompt

    @Property(float, notify=changed)
    def shownS(self) -> float:
        return self._view.shown_s

    @Property(int, notify=changed)
    def renewals(self) -> int:
        return self._view.renewals

    @Property(str, notify=changed)
    def renewal(self) -> str:
        return self._view.renewal

    @Property(bool, notify=changed)
    def asking(self) -> bool:
        return self._view.asking

    @Property(bool, notify=changed)
    def notYet(self) -> bool:
        return self._view.not_yet

    @Property(str, notify=changed)
    def otherSide(self) -> str:
        return self._view.other_side


@QmlElement
class Work(QObject):
    """The machine's own work; see `WorkView`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = WorkView()

    def show(self, view: WorkView) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(float, notify=changed)
    def progress(self) -> float:
        return self._view.progress

    @Property(int, notify=changed)
    def remainingS(self) -> int:
        return self._view.remaining_s

    @Property(str, notify=changed)
    def step(self) -> str:
        return self._view.step

    @Property(int, notify=changed)
    def faceAttempt(self) -> int:
        return self._view.face_attempt

    @Property(int, notify=changed)
    def faceAttempts(self) -> int:
        return self._view.face_attempts

    @Property(str, notify=changed)
    def faceHint(self) -> str:
        return self._view.face_hint


@QmlElement
class Outcome(QObject):
    """How the visit ends; see `OutcomeView`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = OutcomeView()

    def show(self, view: OutcomeView) -> None:
        if view != self._view:
            self._view = view
            self.changed.emit()

    @Property(bool, notify=changed)
    def endedEarly(self) -> bool:
        return self._view.ended_early

    @Property(bool, notify=changed)
    def mild(self) -> bool:
        return self._view.mild

    @Property(str, notify=changed)
    def code(self) -> str:
        return self._view.code

    @Property(str, notify=changed)
    def what(self) -> str:
        return self._view.what

    @Property(str, notify=changed)
    def money(self) -> str:
        return self._view.money

    @Property(str, notify=changed)
    def amount(self) -> str:
        return self._view.amount

    @Property(str, notify=changed)
    def card(self) -> str:
        return self._view.card

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._view.number

    @Property(bool, notify=changed)
    def isCase(self) -> bool:
        return self._view.is_case

    @Property(str, notify=changed)
    def slip(self) -> str:
        return self._view.slip

    @Property(bool, notify=changed)
    def slipOffered(self) -> bool:
        return self._view.slip_offered

    @Property(bool, notify=changed)
    def verified(self) -> bool:
        return self._view.verified

    @Property(bool, notify=changed)
    def presented(self) -> bool:
        return self._view.presented

    @Property(QVariantList, notify=changed)
    def refunds(self) -> list[Any]:
        return _rows(self._view.refunds)

    @Property(QVariantList, notify=changed)
    def made(self) -> list[Any]:
        return _rows(self._view.made)
