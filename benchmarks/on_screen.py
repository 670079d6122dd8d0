"""The kiosk on the screen: time to the first picture, and memory after a whole visit.

Run: ``make bench`` or ``python benchmarks/on_screen.py [--rounds N]``. Prints one line per measure with its
target; the ratio compares the kiosk with an empty QML window, started in turn with it in the same run. Both
run from compiled byte code, as an installed program does: the first round, not counted, makes it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

EMPTY = """
import os
os.environ["QT_QUICK_BACKEND"] = "software"
import PySide6.QtQuick
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
app = QGuiApplication([])
engine = QQmlApplicationEngine()
engine.loadData(b"import QtQuick; Window { width: 1920; height: 1080 }")
window = engine.rootObjects()[0]
window.frameSwapped.connect(lambda: (print("frame", flush=True), app.quit()))
window.show()
app.exec()
"""

# The real command; only its first-picture hook is told to say so and to end.
FIRST_FRAME = """
import sys
from kiosk.ui import main_window
show = main_window.run_screen
def run_screen(*args, on_ready, on_first_frame, **options):
    said = lambda: (print("frame", flush=True), main_window.close_screen())
    return show(*args, on_first_frame=said, **options)
main_window.run_screen = run_screen
sys.argv = ["kiosk", "run", "--simulate", "--state", sys.argv[1]]
from kiosk.cli import main
main()
"""

# The real command with the automatic applicant in front of it; says its memory after the visit.
MEMORY = """
import asyncio, linecache, sys
from kiosk.commands import run
async def serve(settings, plan, port, tester):
    from kiosk.app import simulated_kiosk
    from kiosk.bench.automatic import AutomaticApplicant, Plan
    from kiosk.clock import SystemClock
    from kiosk.domain.payment import Channel
    from kiosk.ui.main_window import close_screen
    async with simulated_kiosk(settings, SystemClock(), plan=plan) as bench:
        linecache.clearcache()  # as the command does
        tester.attach(bench.tester)
        port.attach(bench.kiosk, asyncio.get_running_loop())
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(Channel.ALIPAY))
        await bench.kiosk.recover()
        bench.kiosk.subscribe(applicant.watch)
        bench.tester.insert("chen-xiaoming")
        await bench.kiosk.serve_one()
        status = dict(l.split(":", 1) for l in open("/proc/self/status") if ":" in l)
        print("memory", status["VmRSS"].split()[0], applicant.last.visit.printed, flush=True)
    close_screen()
run._serve = serve
sys.argv = ["kiosk", "run", "--simulate", "--pace", "0", "--state", sys.argv[1]]
from kiosk.cli import main
main()
"""


def surroundings(folder: str) -> dict[str, str]:
    """Return the environment of the measured programs; their byte code is kept below `folder`."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ours = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    return inherited | ours | {"PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}


def seconds_to(word: str, environment: dict[str, str], program: str, *arguments: str) -> tuple[float, str]:
    """Return the seconds from process start to a line that begins with `word`, and that line."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        watchdog = threading.Timer(90, child.kill)
        watchdog.start()
        for line in child.stdout or ():
            if line.startswith(word):
                taken = time.perf_counter() - began
                child.stdout.read() if child.stdout else None
                watchdog.cancel()
                return taken, line
    raise RuntimeError(f"the program ended without saying {word!r}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="starts of each program, the first not counted")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        empty, kiosk = [], []
        environment = surroundings(folder)
        for _ in range(rounds + 1):
            empty.append(seconds_to("frame", environment, EMPTY)[0])
            kiosk.append(seconds_to("frame", environment, FIRST_FRAME, folder)[0])
        visit = str(Path(folder) / "visit")
        first, later = (seconds_to("memory", environment, MEMORY, visit)[1].split() for _ in range(2))
    bare, ours = statistics.median(empty[1:]), statistics.median(kiosk[1:])
    print(f"first picture: kiosk {ours * 1000:.0f} ms, empty QML window {bare * 1000:.0f} ms,")
    print(f"  ratio {ours / bare:.2f} (target at most 2.5)")
    for when, (_, kilobytes, printed) in (("new", first), ("known", later)):
        print(f"resident memory after a whole visit, {when} state: {int(kilobytes) / 1024:.0f} MB")
        print(f"  (printed: {printed}; in a new state the specimens' permits are made first)")
    print("  (target at most 200 MB; screen, machine, gateway, authority and printer in one process)")


if __name__ == "__main__":
    main()
