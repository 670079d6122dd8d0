"""Virtual time stands still while anything is ready, and no timer is early by a rounding."""

import asyncio
import math

from kiosk.simulation.virtual_time import VirtualClock, run
from kiosk.simulation.world import run_world


def test_no_timer_fires_before_its_moment() -> None:
    async def story() -> None:
        clock, loop, fired = VirtualClock(), asyncio.get_running_loop(), list[float]()
        await clock.sleep(248.74609865039062)
        moment = math.nextafter(loop.time(), math.inf)
        loop.call_at(moment, lambda: fired.append(loop.time()))
        for _ in range(10):
            turn: asyncio.Future[None] = loop.create_future()
            loop.call_soon(turn.set_result, None)
            await turn
        assert fired == []
        await clock.sleep(1.0)
        assert fired == [moment]

    run(story())


def test_a_warning_whose_moment_is_rounded_comes_all_the_same() -> None:
    """In this world it was asked for a rounding too early, again and again, at the same moment for ever."""
    assert run_world(409).seconds > 300.0
