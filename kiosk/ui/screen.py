"""The root of what QML sees: takes snapshots in, hands the applicant's taps out to the port."""

# ruff: noqa: N802, N815 - the names of properties, slots and signals are QML's

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.catalogue import Catalogue
from kiosk.domain.endorsement import Destination
from kiosk.domain.payment import Channel
from kiosk.runtime.ports import KioskPort
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.asked import Asked
from kiosk.ui.colleague import Colleague
from kiosk.ui.countdown import Countdown, stopwatch
from kiosk.ui.languages import CHINESE, ENGLISH
from kiosk.ui.models import Choice, Holder, Machine, Order, Outcome, Payment, Work
from kiosk.ui.pictures import Sources, VisitPictures
from kiosk.ui.switching import OtherSide
from kiosk.ui.views.choice import choice_view
from kiosk.ui.views.holder import holder_view
from kiosk.ui.views.machine import machine_view
from kiosk.ui.views.order import order_view
from kiosk.ui.views.outcome import outcome_view
from kiosk.ui.views.pages import Page, can_go_back, cancellable, page_key, page_of, stage_of
from kiosk.ui.views.payment import payment_view
from kiosk.ui.views.wording import Wording
from kiosk.ui.views.work import work_view
from kiosk.visit.events import (
    Cancelled,
    CollectionChosen,
    DestinationsChosen,
    Event,
    IdentityConfirmed,
    IdentityDenied,
    MethodChosen,
    OptionChosen,
    OrderConfirmed,
    ResultSeen,
    WentBack,
)
from kiosk.visit.model import Step, Visit

QML_IMPORT_NAME = "Kiosk.Backend"
QML_IMPORT_MAJOR_VERSION = 1
QVariantList = list  # what pyside6-metaobjectdump has to read where PySide takes a list

TEXT_SIZES = 4
_DEFAULT_SIZE = 1
_TICK_MS = 250
_IDLE_S = 60.0  # settings left behind at the welcome page by someone who walked away
_ACTIVITY_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the frame around the pages shows.

    Attributes:
        key: changes whenever another page, or the same page for something else, is shown.
    """

    page: str = Page.STARTING.value
    key: str = Page.STARTING.value
    stage: str = ""
    can_cancel: bool = False
    can_go_back: bool = False
    paying: bool = False
    warning: bool = False


@QmlElement
class Screen(QObject):
    """One screen at one port.

    Signals:
        shownChanged: another page, or another state of the frame around it.
        preferencesChanged: language, text size or contrast.
        languageChosen: the language to switch to.
        overlayChanged: a question or the settings lie over the page, or not any more.
        countdownChanged: a counted second went by.
        picturesChanged: portrait, film or payment code.
        partsGiven: never emitted, the parts stay; the linter's description of types knows no constants.
    """

    shownChanged = Signal()
    preferencesChanged = Signal()
    languageChosen = Signal(str)
    overlayChanged = Signal()
    countdownChanged = Signal()
    picturesChanged = Signal()
    partsGiven = Signal()

    def __init__(
        self,
        port: KioskPort,
        catalogue: Catalogue,
        pictures: VisitPictures,
        *,
        language: str = CHINESE,
        elapsed: Callable[[], float] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._port, self._catalogue = port, catalogue
        self._elapsed = elapsed or stopwatch()
        self._home_language = self._language = language
        self._text_size, self._high_contrast = _DEFAULT_SIZE, False
        self._snapshot: Snapshot | None = None
        self._shown = Shown()
        self._cancel_asked = self._settings_open = False
        self._machine, self._holder, self._choice = Machine(self), Holder(self), Choice(self)
        self._order, self._payment = Order(self), Payment(self)
        self._work, self._outcome = Work(self), Outcome(self)
        self._colleague = Colleague(port, self)
        self._sources = Sources(pictures)
        self._asked, self._other_side = Asked(), OtherSide()
        self._warning_left, self._code_left = Countdown(self._elapsed), Countdown(self._elapsed)
        self._touched_at = -_ACTIVITY_EVERY_S
        self._ticker = QTimer(self)
        self._ticker.setInterval(_TICK_MS)
        self._ticker.timeout.connect(self.tick)

    # --- snapshots in -------------------------------------------------------------------------------

    @Slot(object)
    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot; must be called in the GUI thread."""
        before = self._snapshot
        self._snapshot = snapshot
        if before is not None and before.visit is not None and snapshot.visit is None:
            self._forget_preferences()
        self._fill()
        self._count()
        self._frame()
        turned = self._other_side.due(snapshot.visit)
        if turned is not None:
            self._port.send(turned)

    def _fill(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        wording = Wording(self._catalogue, self._language)
        self._machine.show(machine_view(snapshot, wording))
        self._work.show(work_view(snapshot))
        self._colleague.show(snapshot)
        self._outcome.show(outcome_view(snapshot, wording))
        if self._visit is not None and self._visit.step is Step.ENDED:
            snapshot = replace(snapshot, visit=None)  # the goodbye needs nothing personal any more
        payment = replace(payment_view(snapshot, wording), not_yet=self._asked.not_yet(snapshot))
        personal = snapshot if snapshot.visit is not None else replace(snapshot, portrait=b"", film=b"")
        if self._sources.show(personal.portrait, personal.film, payment.matrix):
            self.picturesChanged.emit()
        self._holder.show(holder_view(snapshot, wording))
        self._choice.show(choice_view(snapshot, wording))
        self._order.show(order_view(snapshot, wording))
        self._payment.show(payment)

    def _count(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        self._warning_left.aim(snapshot.left_s if snapshot.warning else None)
        paying = page_of(snapshot) is Page.PAYING
        self._code_left.aim(snapshot.code_left_s if paying else None)
        self._keep_ticking()
        self.countdownChanged.emit()

    def _frame(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        visit = snapshot.visit
        shown = Shown(
            page=page_of(snapshot).value,
            key=page_key(snapshot),
            stage=stage_of(snapshot),
            can_cancel=cancellable(snapshot),
            can_go_back=can_go_back(snapshot),
            paying=visit is not None and not visit.before_payment,
            warning=snapshot.warning and visit is not None,
        )
        if shown.key != self._shown.key or not shown.can_cancel:
            self._lay_over(cancel=False)
        if shown != self._shown:
            self._shown = shown
            self.shownChanged.emit()

    # --- counting -----------------------------------------------------------------------------------

    @Slot()
    def tick(self) -> None:
        """Show the seconds that went by; forget settings that someone left behind at the welcome page."""
        self.countdownChanged.emit()
        if self._left_behind and self._elapsed() - self._touched_at > _IDLE_S:
            self._forget_preferences()
            self._fill()
        self._keep_ticking()

    @property
    def _left_behind(self) -> bool:
        idle = self._snapshot is None or self._snapshot.visit is None
        return idle and (
            self._preferences != (self._home_language, _DEFAULT_SIZE, False) or self._settings_open
        )

    @property
    def _preferences(self) -> tuple[str, int, bool]:
        return self._language, self._text_size, self._high_contrast

    def _keep_ticking(self) -> None:
        wanted = self._warning_left.running or self._code_left.running or self._left_behind
        if wanted and not self._ticker.isActive():
            self._ticker.start()
        elif not wanted:
            self._ticker.stop()

    @Property(int, notify=countdownChanged)
    def warningSeconds(self) -> int:
        return self._warning_left.seconds

    @Property(int, notify=countdownChanged)
    def codeSeconds(self) -> int:
        return self._code_left.seconds

    # --- the frame ----------------------------------------------------------------------------------

    @Property(str, notify=shownChanged)
    def page(self) -> str:
        return self._shown.page

    @Property(str, notify=shownChanged)
    def pageKey(self) -> str:
        return self._shown.key

    @Property(str, notify=shownChanged)
    def stage(self) -> str:
        return self._shown.stage

    @Property(bool, notify=shownChanged)
    def canCancel(self) -> bool:
        return self._shown.can_cancel

    @Property(bool, notify=shownChanged)
    def canGoBack(self) -> bool:
        return self._shown.can_go_back

    @Property(bool, notify=shownChanged)
    def paymentOpen(self) -> bool:
        return self._shown.paying

    @Property(bool, notify=shownChanged)
    def warning(self) -> bool:
        return self._shown.warning

    # --- parts --------------------------------------------------------------------------------------

    @Property(Machine, notify=partsGiven)
    def machine(self) -> Machine:
        return self._machine

    @Property(Holder, notify=partsGiven)
    def holder(self) -> Holder:
        return self._holder

    @Property(Choice, notify=partsGiven)
    def choice(self) -> Choice:
        return self._choice

    @Property(Order, notify=partsGiven)
    def order(self) -> Order:
        return self._order

    @Property(Payment, notify=partsGiven)
    def payment(self) -> Payment:
        return self._payment

    @Property(Work, notify=partsGiven)
    def work(self) -> Work:
        return self._work

    @Property(Colleague, notify=partsGiven)
    def colleague(self) -> Colleague:
        return self._colleague

    @Property(Outcome, notify=partsGiven)
    def outcome(self) -> Outcome:
        return self._outcome

    @Property(str, notify=picturesChanged)
    def portrait(self) -> str:
        return self._sources.address("portrait")

    @Property(str, notify=picturesChanged)
    def film(self) -> str:
        return self._sources.address("film")

    @Property(str, notify=picturesChanged)
    def code(self) -> str:
        return self._sources.address("code")

    # --- preferences --------------------------------------------------------------------------------

    @Property(str, notify=preferencesChanged)
    def language(self) -> str:
        return self._language

    @Property(int, notify=preferencesChanged)
    def textSize(self) -> int:
        return self._text_size

    @Property(bool, notify=preferencesChanged)
    def highContrast(self) -> bool:
        return self._high_contrast

    @Slot()
    def switchLanguage(self) -> None:
        self._prefer(language=ENGLISH if self._language == CHINESE else CHINESE)
        self._fill()

    @Slot(int)
    def chooseTextSize(self, size: int) -> None:
        self._prefer(text_size=min(max(size, 0), TEXT_SIZES - 1))

    @Slot(bool)
    def chooseHighContrast(self, wanted: bool) -> None:
        self._prefer(high_contrast=wanted)

    @Slot()
    def resetPreferences(self) -> None:
        self._prefer(text_size=_DEFAULT_SIZE, high_contrast=False)

    def _prefer(
        self, *, language: str | None = None, text_size: int | None = None, high_contrast: bool | None = None
    ) -> None:
        before = self._preferences
        self._language = language or self._language
        self._text_size = self._text_size if text_size is None else text_size
        self._high_contrast = self._high_contrast if high_contrast is None else high_contrast
        self.touched()
        if before[0] != self._language:
            self.languageChosen.emit(self._language)
        if before != self._preferences:
            self.preferencesChanged.emit()
        self._keep_ticking()

    def _forget_preferences(self) -> None:
        self._lay_over(cancel=False, settings=False)
        self._prefer(language=self._home_language, text_size=_DEFAULT_SIZE, high_contrast=False)

    # --- overlays -----------------------------------------------------------------------------------

    @Property(bool, notify=overlayChanged)
    def cancelAsked(self) -> bool:
        return self._cancel_asked

    @Property(bool, notify=overlayChanged)
    def settingsOpen(self) -> bool:
        return self._settings_open

    @Slot()
    def askCancel(self) -> None:
        self._lay_over(cancel=self._shown.can_cancel, settings=False)

    @Slot()
    def keepGoing(self) -> None:
        self._lay_over(cancel=False)

    @Slot()
    def openSettings(self) -> None:
        self._lay_over(cancel=False, settings=True)

    @Slot()
    def closeSettings(self) -> None:
        self._lay_over(settings=False)

    def _lay_over(self, *, cancel: bool | None = None, settings: bool | None = None) -> None:
        before = (self._cancel_asked, self._settings_open)
        self._cancel_asked = self._cancel_asked if cancel is None else cancel
        self._settings_open = self._settings_open if settings is None else settings
        if before != (self._cancel_asked, self._settings_open):
            self.overlayChanged.emit()
            self._keep_ticking()

    # --- what the applicant does --------------------------------------------------------------------

    @Slot()
    def touched(self) -> None:
        """Tell the runtime that someone is there, at most once a second."""
        now = self._elapsed()
        if now - self._touched_at >= _ACTIVITY_EVERY_S:
            self._touched_at = now
            if self._visit is not None:
                self._port.activity()

    @Slot()
    def moreTime(self) -> None:
        self._port.more_time()

    @Slot()
    def askPayment(self) -> None:
        """Ask the network at once; a second touch while it is being asked changes nothing."""
        if not self._payment.asking:
            self._send_on(Page.PAYING, None)

    @Slot()
    def cancel(self) -> None:
        """Cancel for good; the question was answered with yes."""
        asked = self._cancel_asked
        self._lay_over(cancel=False)
        if asked and self._snapshot is not None and cancellable(self._snapshot):
            self._port.send(Cancelled())

    @Slot()
    def goBack(self) -> None:
        if self._snapshot is not None and can_go_back(self._snapshot):
            self._port.send(WentBack())

    @Slot()
    def turnPayment(self) -> None:
        """Pay the same way, but show a code instead of scanning one, or the other way round."""
        visit = self._visit
        if visit is not None and visit.order is not None and self._payment.otherSide:
            self._other_side.wish(visit.order)
            self._port.send(WentBack())

    @Slot()
    def confirmIdentity(self) -> None:
        self._send_on(Page.IDENTITY, IdentityConfirmed())

    @Slot()
    def denyIdentity(self) -> None:
        self._send_on(Page.IDENTITY, IdentityDenied())

    @Slot(QVariantList)
    def chooseDestinations(self, codes: list[str]) -> None:
        self._send_on(Page.DESTINATION, DestinationsChosen(tuple(Destination(code) for code in codes)))

    @Slot(QVariantList)
    def chooseApplications(self, numbers: list[str]) -> None:
        self._send_on(Page.DESTINATION, CollectionChosen(tuple(numbers)))

    @Slot(str)
    def chooseOption(self, option_id: str) -> None:
        self._send_on(Page.OPTION, OptionChosen(option_id))

    @Slot()
    def confirmOrder(self) -> None:
        self._send_on(Page.CONFIRM, OrderConfirmed())

    @Slot(str)
    def chooseMethod(self, channel: str) -> None:
        self._send_on(Page.METHOD, MethodChosen(Channel(channel)))

    @Slot(str)
    def showPayerCode(self, channel: str) -> None:
        self._send_on(Page.METHOD, MethodChosen(Channel(channel), payer_code=True))

    @Slot(bool)
    def finish(self, slip: bool) -> None:
        self._send_on(Page.RESULT, ResultSeen(slip))

    @property
    def _visit(self) -> Visit | None:
        return self._snapshot.visit if self._snapshot else None

    def _send_on(self, page: Page, event: Event | None) -> None:
        """Pass on what was tapped on a page that is still the present one; a late tap changes nothing."""
        if self._snapshot is None or page_of(self._snapshot) is not page:
            return
        if event is None:
            self._port.ask_payment()
        else:
            self._port.send(event)
