"""The screen alone over thousands of visits, drawn offscreen: every page of five different visits in turn.

Every visit has a number and a payment code of its own; every third applicant switches
language and text size in between. Counted are all QObjects of the process; memory as in `leak.py`.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

os.environ.update(QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software")

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from kiosk.commands.run import give_memory_back
from kiosk.runtime.snapshot import Snapshot
from kiosk.ui.main_window import make_application
from tests.ui.bench import Bench
from tests.ui.support import scenes
from tools.campaigns.qobjects import counted_qobjects
from tools.campaigns.watching import Watch, Wish

_WINDOW = (1280, 720)
_CHOOSING = "identity destination option confirm approving proving method opening_payment"
_VISITS = (
    f"reading comparing looking_up {_CHOOSING} paying paying-asking making result slip returning goodbye",
    f"reading comparing-again looking_up {_CHOOSING} opening_payment-card paying-show_card paying-enter_pin "
    "paying-terminal_works making refunding returning-refunded goodbye",
    "reading comparing-staff not_recognised calling_staff calling_staff-locked checking_holder looking_up "
    "identity-endorsed destination-approved option confirm-cancels approving proving method paying-show_code "
    "paying-other_code paying-confirm_on_phone making result slip returning retaining",
    f"reading comparing-mask looking_up {_CHOOSING} paying closing_payment-renewing paying-renewed "
    "closing_payment method-declined goodbye out_of_service recovering recovering-payment",
    f"reading comparing looking_up {_CHOOSING} paying-hold_purse paying-same_purse paying-other_purse "
    "paying-purse_works paying-ask_staff refunding returning-voucher goodbye-voucher goodbye-case",
)
"""What five applicants see, page after page."""


def run(wish: Wish) -> int:
    """Show them all; return the exit code: 0 steady, 1 something grew, 3 too few to tell."""
    give_memory_back()
    make_application()
    bench = Bench.open("zh_CN", _WINDOW, tester=True)
    with counted_qobjects() as count:
        watch = Watch(wish, lambda: count.alive, QObject)
        for number in watch.visits():
            for snapshot in _visit(number):
                _show(bench, snapshot)
                _touch(bench, number)
            bench.window.grabWindow()
            _show(bench, scenes()["welcome"])
            watch.over()
            if watch.due(number):
                _sweep(bench)
                watch.read(number)
    bench.close()
    return watch.verdict()


def _visit(number: int) -> Iterator[Snapshot]:
    """Yield what one applicant sees; no two visits have the same number or code."""
    for page in _VISITS[number % len(_VISITS)].split():
        snapshot = scenes()[page]
        visit = snapshot.visit
        if visit is None:
            yield snapshot
            continue
        code = visit.payment_code and f"{visit.payment_code}{number}"
        own = replace(visit, visit_id=f"K1A2-20261122-{number:04}", ordinal=number, payment_code=code)
        yield replace(snapshot, visit=own)


def _show(bench: Bench, snapshot: Snapshot) -> None:
    bench.face.show(snapshot)
    _turn()


def _touch(bench: Bench, number: int) -> None:
    """Switch language and text size, as every third applicant does."""
    screen = bench.face.screen
    if number % 3 == 0 and screen.property("page") == "option":
        screen.switchLanguage()
        screen.chooseTextSize(number % 4)
        _turn()


def _turn() -> None:
    """Do what one turn of Qt's own loop does; outside of it nothing that is to be deleted ever is."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _sweep(bench: Bench) -> None:
    """Have QML throw away what is garbage, as Python does before it is read."""
    bench.face.frame.engine.collectGarbage()
    _turn()
