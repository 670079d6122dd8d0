"""The screen over thousands of visits: memory, file handles and QObjects stay where they are.

Run: ``python tools/steady_screen.py [--visits N]`` (5,000 by default: half an hour). Shows every
page of a visit after the other, drawn offscreen, switches language and text size in between as people do,
and compares the beginning with the end. Exits 1 if anything grew.
"""

import argparse
import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtQuick import QQuickItem

from kiosk.ui.main_window import make_application
from tests.ui.bench import LANDSCAPE, Bench
from tests.ui.support import scenes

_PAGES = (
    "reading", "comparing", "looking_up", "identity", "destination", "option", "confirm", "approving",
    "proving", "method", "opening_payment", "paying", "paying-asking", "closing_payment-renewing",
    "paying-renewed", "paying-show_card", "paying-same_purse", "making", "result", "refunding", "slip",
    "returning-refunded", "goodbye",
)  # fmt: skip
_SAMPLES = 40
_SETTLING = 0.2  # of the visits: caches fill, the allocator finds its size
_MOST_MB = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process holds after some visits."""

    memory_mb: float
    handles: int
    objects: int


def measure(bench: Bench) -> Sample:
    """Count after everything that is to be deleted is."""
    _turn()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return Sample(memory, len(os.listdir("/proc/self/fd")), _objects(bench.window.contentItem()))


def _objects(item: QQuickItem) -> int:
    """Count a visual tree and what belongs to it; repeaters' items are nobody's children as objects."""
    below = sum(_objects(child) for child in item.childItems())
    return 1 + len(item.findChildren(QObject)) + below


def _turn() -> None:
    """Do what one turn of Qt's own loop does; outside of it nothing that is to be deleted ever is."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def visit(bench: Bench, number: int) -> None:
    """Show one whole visit, and then nobody."""
    snapshots = scenes()
    for page in _PAGES:
        bench.face.show(snapshots[page])
        _turn()
        if page == "option" and number % 3 == 0:
            bench.face.screen.switchLanguage()
            bench.face.screen.chooseTextSize(number % 4)
            _turn()
    bench.window.grabWindow()
    bench.face.show(snapshots["welcome"])
    _turn()


def main(visits: int) -> int:
    make_application()
    bench = Bench.open("zh_CN", LANDSCAPE, tester=True)
    samples: list[Sample] = []
    every = max(visits // _SAMPLES, 1)
    for number in range(visits):
        visit(bench, number)
        if number % every == 0:
            samples.append(measure(bench))
            _tell(number, visits, samples[-1])
    settled = samples[int(len(samples) * _SETTLING) :]
    quarter = max(len(settled) // 4, 1)
    first, last = settled[:quarter], settled[-quarter:]
    grown = _median(last, "memory_mb") - _median(first, "memory_mb")
    print(f"\n{visits} visits, {visits * (len(_PAGES) + 1)} pages")
    memory = f"{_median(first, 'memory_mb'):.1f} -> {_median(last, 'memory_mb'):.1f} MB"
    print(f"  memory: {memory} (at most +{_MOST_MB})")
    same = True
    for name in ("handles", "objects"):
        before, after = _median(first, name), _median(last, name)
        same = same and after <= before
        print(f"  {name}: {before:.0f} -> {after:.0f}")
    bench.close()
    return 0 if same and grown <= _MOST_MB else 1


def _median(samples: list[Sample], name: str) -> float:
    return statistics.median(getattr(sample, name) for sample in samples)


def _tell(number: int, visits: int, sample: Sample) -> None:
    if sys.stderr.isatty():
        print(f"\r{number}/{visits} visits, {sample.memory_mb:.1f} MB ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--visits", type=int, default=5000)
    sys.exit(main(parser.parse_args().visits))
