"""A machine whose recovery never ends says so, and goes on as soon as what was stuck answers."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from kiosk.devices.contracts import MediaPosition
from kiosk.domain.failure import FailureCode
from kiosk.runtime import health
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.recovery_time import before_service_s
from kiosk.runtime.snapshot import Service, Snapshot
from kiosk.simulation.virtual_time import VirtualClock, run


@dataclass
class Station:
    """Does not tell where its card is before it is let go."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def locate(self) -> MediaPosition:
        await self.let_go.wait()
        return MediaPosition.NOT_PRESENT


class Journal:
    """Nothing was left open."""

    def unfinished(self) -> tuple[str, ...]:
        return ()

    def unready(self, _now: object) -> None:
        return None


def test_a_recovery_that_is_overdue_is_said_and_still_comes_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def well(*_: object) -> None:
        return None

    monkeypatch.setattr(health, "out_of_service", well)

    async def main() -> list[Snapshot]:
        clock, station, heard = VirtualClock(), Station(), list[Snapshot]()
        devices = SimpleNamespace(station=station, payment_scanner=None, all=lambda: ())
        outside = SimpleNamespace(clock=clock, devices=devices, channels={})
        kiosk = Kiosk(outside, Journal(), "GZ01")  # type: ignore[arg-type] # what recovery needs of them
        kiosk.subscribe(heard.append)
        recovering = asyncio.ensure_future(kiosk.recover())
        await clock.sleep(before_service_s() - 1)
        assert (heard[-1].service, heard[-1].fault) == (Service.RECOVERING, None)
        clock.jump(-86400.0)
        await clock.sleep(2)
        assert heard[-1].service is Service.RECOVERING
        assert heard[-1].fault is not None
        assert heard[-1].fault.code is FailureCode.RECOVERY_OVERDUE
        station.let_go.set()
        await recovering
        return heard

    last = run(main())[-1]
    assert (last.service, last.fault) == (Service.IN_SERVICE, None)
