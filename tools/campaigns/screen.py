"""SIGKILL of the program with its screen, while money is moving: Qt draws, the machine runs beside it."""

import asyncio
import os
from pathlib import Path
from random import Random

from kiosk.app import simulated_kiosk
from kiosk.bench.automatic import AutomaticApplicant, Plan
from kiosk.clock import SystemClock
from kiosk.domain.payment import Channel
from kiosk.runtime.thread import LoopThread
from kiosk.runtime.thread_port import ThreadPort
from kiosk.shipped import load_catalogue
from tools.campaigns.books import SLUG, settings
from tools.campaigns.killing import while_money_moves


def while_money_moves_on_screen(template: Path, state: Path, chance: Random) -> tuple[str, list[str]]:
    """Kill it shortly after a step in which money moves began; recover without a screen, compare."""
    return while_money_moves(template, state, chance, work=on_screen)


async def on_screen(state: Path, channel: Channel) -> None:
    """Serve one applicant on a screen that nobody sees; the GUI thread is this one, as in `kiosk run`."""
    os.environ.update(QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software")
    from kiosk.ui.main_window import close_screen, run_screen  # noqa: PLC0415 - Qt only in the child

    port, machine = ThreadPort(), LoopThread("runtime")
    run_screen(
        port,
        load_catalogue,
        None,
        windowed=True,
        on_ready=lambda: machine.start(_serve(state, channel, port), ended=close_screen),
    )
    machine.stop()
    if machine.error is not None:
        raise machine.error


async def _serve(state: Path, channel: Channel, port: ThreadPort) -> None:
    async with simulated_kiosk(settings(state), SystemClock(), (SLUG,)) as bench:
        applicant = AutomaticApplicant(bench.kiosk, bench.tester, Plan(channel))
        bench.kiosk.subscribe(applicant.watch)
        port.attach(bench.kiosk, asyncio.get_running_loop())
        await bench.kiosk.recover()
        bench.tester.insert(SLUG)
        await bench.kiosk.serve_one()
        await bench.kiosk.settle()
