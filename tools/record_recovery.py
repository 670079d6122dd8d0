"""Records a crash and what follows on the screen: ``python tools/record_recovery.py [FOLDER]``.

Runs `kiosk run --simulate` on an X server without a display, serves an applicant by real touches, and ends
the program with SIGKILL twice: right after the money has moved, and while the card is being printed. Each
time it is started again on the same state, and the applicant takes the card. Pictures of before, after and
the end go to FOLDER (docs/screens), with `recovery.md`, which tells their story.

Needs the Debian packages xvfb and xdotool.
"""

import asyncio
import os
import signal
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
from PIL import Image
from PySide6.QtGui import QGuiApplication

from kiosk.clock import SystemClock
from kiosk.devices.simulated.machine import SimulatedParts
from kiosk.ui.main_window import make_application
from tests.ui.bench import Bench
from tests.ui.support import scenes

ROOT = Path(__file__).resolve().parents[1]
SIZE = (1620, 720)  # what `--windowed` opens with the tester's dock
SLUG = "chen-xiaoming"
COLOURS = 64
PATIENCE_S = 180.0
CLOCK = SystemClock()

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of the story; `title` and `words` stand beside it."""

    file: str
    title: str
    words: str


STORY = (
    Shot(
        "recovery-money-1-before.png",
        "The moment before",
        "The code is on the screen and the payer about to confirm. Here the program is ended with "
        "`kill -9`, and the payer confirms while the machine is down: the network has the money, the kiosk "
        "knows nothing of it.",
    ),
    Shot(
        "recovery-money-2-after.png",
        "Started again",
        "A new process on the same state. The journal holds the order, so the network is asked to close "
        "it (in this recording it takes eight seconds to answer). Whoever stands there now reads why the "
        "machine is not ready, and for how long at the most.",
    ),
    Shot(
        "recovery-money-3-end.png",
        "The end",
        "The network's answer was: paid. So the visit goes on where it stood: what was paid for has been "
        "made, once, and read back.",
    ),
    Shot(
        "recovery-print-1-before.png",
        "The moment before",
        "Paid, and the film of the card is being written. `kill -9`.",
    ),
    Shot(
        "recovery-print-2-after.png",
        "Started again",
        "Nothing is printed blindly a second time: the printer is asked about its job, and the film is "
        "looked at.",
    ),
    Shot(
        "recovery-print-3-end.png",
        "The end",
        "The film was not written, so the card was made now, once, and read back: what was paid for is "
        "delivered.",
    ),
)


@dataclass
class Kiosk:
    """One run of the program: its log lines, and hands at its screen."""

    process: asyncio.subprocess.Process
    display: str
    seen: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        if self.process.stderr is None:
            raise AssertionError("the log is read from the error stream")
        async for line in self.process.stderr:
            self.seen.append(line.decode(errors="replace"))
            self.changed.set()

    async def until(self, *words: str) -> None:
        """Wait for a line of the log that holds one of these words."""
        looked = 0
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self.changed.clear()
                if any(word in line for line in self.seen[looked:] for word in words):
                    return
                looked = len(self.seen)
                await self.changed.wait()

    async def touch(self, at: Point) -> None:
        """Touch a place once the page has settled: taps meant for the page before are swallowed."""
        await CLOCK.sleep(0.9)
        await run("xdotool", "mousemove", str(at[0]), str(at[1]), "click", "1", display=self.display)

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


async def run(*command: str, display: str) -> None:
    done = await asyncio.create_subprocess_exec(*command, env={**os.environ, "DISPLAY": display})
    if await done.wait():
        raise SystemExit(f"{command[0]} failed")


def places() -> dict[str, Point]:
    """Return where the buttons are: found on the same pages, drawn without a display."""
    make_application()
    bench = Bench.open("zh_CN", SIZE, tester=True)
    simulated = scenes()["welcome-simulated"].devices
    option = next(item for item in scenes()["option"].visit.offers if item.refusal is None)  # type: ignore[union-attr] # a scene of a visit
    wanted = {
        "identity": ("yes",),
        "destination": ("destination-HKG",),
        "option": (f"option-{option.option.option_id}",),
        "confirm": ("confirm",),
        "method": ("method-wechat", "dock-pay"),
        "result": ("noSlip",),
    }
    found: dict[str, Point] = {}
    for scene, names in wanted.items():
        bench.show(replace(scenes()[scene], devices=simulated))
        for name in names:
            centre = bench.place(bench.find(name)).center().toPoint()
            found[scene if name != "dock-pay" else name] = (centre.x(), centre.y())
    bench.close()
    return found


@asynccontextmanager
async def x_server() -> AsyncIterator[str]:
    """Run an X server in memory; give its display's name."""
    told, tell = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    server = await asyncio.create_subprocess_exec(
        "Xvfb", "-displayfd", str(tell), "-screen", "0", screen, "-nolisten", "tcp",
        pass_fds=(tell,), stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(tell)
    try:
        number = await asyncio.to_thread(os.read, told, 16)
        yield f":{number.decode().strip()}"
    finally:
        os.close(told)
        server.terminate()
        await server.wait()


@asynccontextmanager
async def kiosk(state: Path, display: str) -> AsyncIterator[Kiosk]:
    """Run the program until the block ends; it may be dead by then."""
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kiosk", "run", "--simulate", "--windowed", "--verbose", "--state", str(state),
        env=environment, cwd=ROOT, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    running = Kiosk(process, display)
    listening = asyncio.ensure_future(running.listen())
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        await listening


async def photograph(display: str, path: Path) -> None:
    """Take a picture of the whole display, with few colours: small."""
    await run(sys.executable, __file__, "--camera", str(path), display=display)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def camera(path: str) -> None:
    """Be the camera: a process of its own, for Qt knows one display only."""
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    application = QGuiApplication([])
    application.primaryScreen().grabWindow(0).save(path)


async def apply(running: Kiosk, at: dict[str, Point], state: Path) -> None:
    """Put the card in and go as far as the payment code."""
    await running.until("in service")
    SimulatedParts(state, CLOCK).mechanism.insert(SLUG)
    for step, page in (
        ("identifying", "identity"),
        ("choosing_destination", "destination"),
        ("choosing_option", "option"),
        ("confirming", "confirm"),
        ("choosing_method", "method"),
    ):
        await running.until(f"step={step}")
        await running.touch(at[page])
    await running.until("step=paying")
    await CLOCK.sleep(1.5)


async def pay_while_down(state: Path) -> None:
    """Have the simulated network be paid before it answers the next close, and answer late."""
    merchants = tomllib.loads((state / "keys" / "payments" / "merchants.toml").read_text("utf-8"))
    gateway = merchants["wechat"]["base_url"]
    late = {"kind": "delay", "seconds": 8.0}
    async with httpx.AsyncClient(trust_env=False) as control:
        for fault in ({"kind": "late_success"}, late):
            order = {**fault, "channel": "wechat", "operation": "close", "times": 1}
            answer = await control.post(f"{gateway}/control/faults", json=order)
            answer.raise_for_status()


async def recover(display: str, state: Path, folder: Path, shots: tuple[Shot, Shot]) -> None:
    """Start again; picture the recovery and what it comes to; take the card."""
    async with kiosk(state, display) as again:
        await again.until("recovering")
        await CLOCK.sleep(0.6)
        await photograph(display, folder / shots[0].file)
        await again.until("step=taking", "step=reviewing")
        await CLOCK.sleep(1.5)
        await photograph(display, folder / shots[1].file)


async def record(folder: Path) -> None:
    at = places()
    async with x_server() as display:
        for part in ("money", "print"):
            first, *rest = [shot for shot in STORY if part in shot.file]
            with tempfile.TemporaryDirectory(prefix="kiosk-recovery-") as kept:
                state = Path(kept)
                async with kiosk(state, display) as running:
                    await apply(running, at, state)
                    if part == "money":
                        await pay_while_down(state)
                    else:
                        await running.touch(at["dock-pay"])
                        await running.until("step=printing")
                        await CLOCK.sleep(3.0)
                    await photograph(display, folder / first.file)
                    await running.kill()
                await recover(display, state, folder, (rest[0], rest[1]))
    (folder / "recovery.md").write_text(_page(), encoding="utf-8")


def _page() -> str:
    lines = [
        "# Killed twice, and nobody lost anything",
        "",
        "Made by `tools/record_recovery.py`: the running program on an X server, touched like a panel, ended",
        "with `kill -9`, started again. Staged are only the moments: of the kill, of the payment, and of a",
        "network that takes eight seconds to answer.",
    ]
    heads = {"money": "## While money moves", "print": "## While the card is printed"}
    for part, head in heads.items():
        lines += ["", head]
        for shot in STORY:
            if part in shot.file:
                lines += ["", f"**{shot.title}.** {shot.words}", "", f"![{shot.title}]({shot.file})"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--camera", path]:
            camera(path)
        case [given]:
            asyncio.run(record(Path(given)))
        case []:
            asyncio.run(record(ROOT / "docs" / "screens"))
        case _:
            sys.exit(__doc__)
