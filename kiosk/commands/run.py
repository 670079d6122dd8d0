"""`kiosk run`: the kiosk on the screen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.commands.reporting import complain, log_to_stderr
from kiosk.config import Reader, Settings, SettingsInvalid, load_settings

if TYPE_CHECKING:
    from kiosk.bench.late_tester import LateTester
    from kiosk.domain.catalogue import Catalogue
    from kiosk.domain.specimens import Specimen
    from kiosk.runtime.thread import LoopThread
    from kiosk.runtime.thread_port import ThreadPort


def run(
    simulate: Annotated[bool, typer.Option(help="Simulate all hardware, with the tester's dock.")] = False,
    windowed: Annotated[bool, typer.Option(help="A window instead of the full screen.")] = False,
    config: Annotated[Path | None, typer.Option(help="Settings file, kiosk.toml.")] = None,
    state: Annotated[Path | None, typer.Option(help="State folder; the user's own by default.")] = None,
    reader: Annotated[Reader | None, typer.Option(help="Where the chip is read.")] = None,
    pace: Annotated[float | None, typer.Option(help="1 gives mechanics their true times, 0 none.")] = None,
    verbose: Annotated[bool, typer.Option(help="Show the log.")] = False,
) -> None:
    """Run the kiosk on the screen until its window is closed."""
    if not simulate:
        complain(
            "There is no driver for a real card station in this version, so the machine cannot serve."
            " Run `kiosk run --simulate`; `kiosk doctor` lists what is there.",
            2,
        )
    try:
        settings = load_settings(config, state=state, reader=reader, pace=pace)
    except SettingsInvalid as error:
        complain(str(error), 2)
    raise typer.Exit(_on_screen(settings, windowed=windowed, verbose=verbose))


def _on_screen(settings: Settings, *, windowed: bool, verbose: bool) -> int:
    """Show the screen first and start the machine behind it; return the exit code."""
    # Imported here and below: other commands need no Qt, and the first picture needs nothing of the machine.
    from kiosk.bench.late_tester import LateTester
    from kiosk.runtime.thread_port import ThreadPort
    from kiosk.ui.main_window import close_screen, run_screen

    port, tester = ThreadPort(), LateTester(_people)
    machine: list[LoopThread] = []

    def start() -> None:
        from kiosk.runtime.thread import LoopThread

        log_to_stderr(verbose=verbose)
        thread = LoopThread("runtime")
        machine.append(thread)
        thread.start(_serve(settings, port, tester), ended=close_screen)

    code = run_screen(
        port,
        _catalogue,
        tester,
        windowed=windowed,
        language=settings.language,
        panel_inches=settings.panel_inches,
        on_first_frame=start,
    )
    for thread in machine:
        thread.stop()
        if thread.error is not None:
            return _explain(thread.error)
    return code


def _catalogue() -> "Catalogue":
    from kiosk.shipped import load_catalogue

    return load_catalogue()


def _people() -> "tuple[Specimen, ...]":
    from kiosk.clock import SystemClock
    from kiosk.shipped import load_specimens

    return load_specimens(SystemClock().now())


async def _serve(settings: Settings, port: "ThreadPort", tester: "LateTester") -> None:
    """Put the machine together and serve applicants until the screen is closed."""
    import asyncio

    from kiosk.app import simulated_kiosk
    from kiosk.clock import SystemClock

    async with simulated_kiosk(settings, SystemClock()) as bench:
        bench.kiosk.subscribe(bench.tester.watch)
        tester.attach(bench.tester)
        port.attach(bench.kiosk, asyncio.get_running_loop())
        await bench.kiosk.run()


def _explain(error: BaseException) -> int:
    """Say why the machine could not start; a bug keeps its trace and restarts by the service."""
    from kiosk.app import CannotStart

    if isinstance(error, CannotStart):
        complain(str(error), 2)
    raise error
