"""`kiosk run`: the kiosk on the screen."""

import builtins
import ctypes
import importlib
import os
import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Reader, Settings, SettingsInvalid, load_settings

# Numbers of settings from glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# HTTPX and structlog load these, where they are, for colours on a terminal that a kiosk does not have.
_CONSOLE = ("rich", "pygments")

if TYPE_CHECKING:
    from kiosk.app import RunningKiosk
    from kiosk.assembly.plan import Plan
    from kiosk.bench.late_tester import LateTester
    from kiosk.domain.catalogue import Catalogue
    from kiosk.domain.specimens import Specimen
    from kiosk.runtime.thread import LoopThread
    from kiosk.runtime.thread_port import ThreadPort
    from kiosk.ui.watchdog import Watchdog


def run(arguments: Sequence[str]) -> int:
    """Run the kiosk on the screen until its window is closed; return the exit code.

    This is what a machine starts with: its arguments are read by the standard library, because Typer
    loads Pydantic for them and takes longer than the first picture.
    """
    given = _parser().parse_args(arguments)
    settings = _settings(given)
    if settings.devices or not given.simulate:
        _check_devices(settings, simulate=given.simulate)
    return _on_screen(settings, simulate=given.simulate, windowed=given.windowed, verbose=given.verbose)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "kiosk run", description="Run the kiosk on the screen until its window is closed."
    )
    switches = {
        "--simulate": "simulate what is not configured, with the tester's dock",
        "--windowed": "a window instead of the full screen",
        "--verbose": "show the log",
    }
    for name, meaning in switches.items():
        parser.add_argument(name, action=BooleanOptionalAction, default=False, help=meaning)
    parser.add_argument("--config", type=Path, help="settings file, kiosk.toml")
    parser.add_argument("--state", type=Path, help="state folder; the user's own by default")
    parser.add_argument("--reader", choices=list(Reader), type=Reader, help="where the chip is read")
    parser.add_argument("--pace", type=float, help="1 gives mechanics their true times, 0 none")
    return parser


def _settings(given: Namespace) -> Settings:
    try:
        return load_settings(given.config, state=given.state, reader=given.reader, pace=given.pace)
    except SettingsInvalid as error:
        complain(str(error), 2)


def _check_devices(settings: Settings, *, simulate: bool) -> None:
    """Refuse to start where a device is not configured or configured wrongly, naming each.

    Asked before there is a screen, and only where something is configured: the first picture waits.
    """
    with _plain_imports():
        from kiosk.assembly.plan import plan_devices

    try:
        plan_devices(settings, simulate=simulate)
    except SettingsInvalid as error:
        hint = (
            ""
            if simulate
            else "\n`kiosk run --simulate` simulates what is not configured; see `kiosk doctor`."
        )
        complain(f"This machine cannot serve:\n{error}{hint}", 2)


def give_memory_back() -> None:
    """Let the C library return freed memory to the system: over days it is more than it uses.

    One arena instead of one per thread, and blocks from 64 KiB on their own pages; some 25 MB here
    (mallopt(3), glibc; other C libraries have no such call and need none).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for setting, value in ((_M_ARENA_MAX, 1), (_M_TRIM_THRESHOLD, 65536), (_M_MMAP_THRESHOLD, 65536)):
            mallopt(setting, value)


def _on_screen(settings: Settings, *, simulate: bool, windowed: bool, verbose: bool) -> int:
    """Show the screen first and start the machine behind it; return the exit code."""
    # Imported here and below: other commands need no Qt, and the first picture needs nothing of the machine.
    from kiosk.bench.late_tester import LateTester
    from kiosk.runtime.thread_port import ThreadPort
    from kiosk.ui.main_window import close_screen, run_screen

    give_memory_back()
    port, tester = ThreadPort(), LateTester(_people) if simulate else None
    machine: list[LoopThread] = []
    watching: list[Watchdog] = []

    def drawn() -> None:
        from kiosk.ui.watchdog import watchdog

        asked_for = watchdog(os.environ)
        watching.extend([] if asked_for is None else [asked_for])

    def start() -> None:
        # Loaded before there is a second thread: packages that load their parts on demand break when two
        # threads import them at once.
        with _plain_imports(), _without(_CONSOLE):
            # The fonts come first: reading them takes room that the rest then fills, 6 MB less in the end.
            from kiosk.documents.fonts import load

            load()
            import kiosk.app

            if simulate:
                import kiosk.ui.keypad  # noqa: F401
            from kiosk.assembly.plan import plan_devices

            plan = plan_devices(settings, simulate=simulate)  # loads the drivers that are chosen
        from kiosk.runtime.thread import LoopThread

        log_to_stderr(verbose=verbose)
        thread = LoopThread("runtime")
        machine.append(thread)
        thread.start(_serve(settings, plan, port, tester), ended=close_screen)
        for one in watching:
            one.follow(lambda answer: _soon(thread, answer))

    code = run_screen(
        port,
        _catalogue,
        tester,
        windowed=windowed,
        language=settings.language,
        panel_inches=settings.panel_inches,
        on_first_frame=drawn,
        on_ready=start,
        on_no_display=_no_display,
    )
    for one in watching:
        one.stop()
    for thread in machine:
        thread.stop()
        if thread.error is not None:
            return _explain(thread.error)
    return code


def _no_display(found: str) -> None:
    complain(
        f"There is no display to show the kiosk on ({found.strip().rstrip('.')}).\n"
        "Start it in a graphical session, or set WAYLAND_DISPLAY or DISPLAY. `kiosk visit` needs no display;"
        " `kiosk doctor` tells what there is.",
        2,
    )


def _soon(thread: "LoopThread", action: Callable[[], None]) -> None:
    """Have the machine's loop do something; where the machine has ended nothing is done."""
    with suppress(RuntimeError):  # the loop is closed
        thread.loop.call_soon_threadsafe(action)


@contextmanager
def _without(packages: Sequence[str]) -> Iterator[None]:
    """Import as if these packages were not installed; those loaded already stay."""
    hidden = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None means: cannot be imported
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def _plain_imports() -> Iterator[None]:
    """Import without PySide's look into the source of every module: it keeps 30 MB, and costs half the time.

    The look serves PySide's optional Python features (``from __feature__ import …``), which nobody uses here.
    """
    looking = builtins.__import__
    builtins.__import__ = importlib.__import__
    try:
        yield
    finally:
        builtins.__import__ = looking


def _catalogue() -> "Catalogue":
    from kiosk.shipped import load_catalogue

    return load_catalogue()


def _people() -> "tuple[Specimen, ...]":
    from kiosk.clock import SystemClock
    from kiosk.shipped import load_specimens

    return load_specimens(SystemClock().now())


async def _serve(settings: Settings, plan: "Plan", port: "ThreadPort", tester: "LateTester | None") -> None:
    """Serve until the screen is closed; while the journal refuses, say so on the screen and try again."""
    import asyncio

    import structlog

    from kiosk.clock import SystemClock
    from kiosk.journal.store import JournalUnavailable
    from kiosk.runtime.closed import AGAIN_S, ClosedKiosk

    clock = SystemClock()
    while True:
        try:
            await _put_together_and_serve(settings, plan, port, tester)
        except JournalUnavailable as refused:
            structlog.get_logger().error("out of service", why=refused.code, detail=str(refused))
            port.attach(ClosedKiosk(refused.fault, clock), asyncio.get_running_loop())
        await clock.sleep(AGAIN_S)


async def _put_together_and_serve(
    settings: Settings, plan: "Plan", port: "ThreadPort", tester: "LateTester | None"
) -> None:
    from kiosk.app import real_kiosk, simulated_kiosk
    from kiosk.clock import SystemClock

    if tester is None:
        async with real_kiosk(settings, SystemClock(), plan) as machine:
            await _serve_with(machine, port, settings.state)
        return
    async with simulated_kiosk(settings, SystemClock(), plan=plan) as bench:
        bench.kiosk.subscribe(bench.tester.watch)
        tester.attach(bench.tester)
        if bench.outside.devices.keypad is bench.machine.keypad:  # others are keyboards to the window
            from kiosk.ui.main_window import press_key

            bench.machine.keypad.listen(press_key)
        await _serve_with(bench, port, settings.state)


async def _serve_with(machine: "RunningKiosk", port: "ThreadPort", state: Path) -> None:
    import asyncio
    import linecache

    from kiosk.diagnostics.desk import desk

    linecache.clearcache()  # PySide looks through the source of all that is imported, and it stays: 7 MB
    port.attach(machine.kiosk, asyncio.get_running_loop())
    async with desk(machine.kiosk, machine.outside, machine.journal, state):
        await machine.kiosk.run()


def _explain(error: BaseException) -> int:
    """Say why the machine could not start; a bug keeps its trace and restarts by the service."""
    from kiosk.app import CannotStart

    if isinstance(error, CannotStart):
        complain(str(error), 2)
    raise error
