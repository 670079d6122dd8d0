"""Keys are made once for all tests; servers and folders are each test's own or a module's."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands import reconcile as command
from kiosk.config import Settings
from kiosk.domain.reconciliation import Reconciliation
from kiosk.payments.sandbox.keys import ensure_keys
from tests.payments.told_day import DAY, MORNING, SetClock, ToldDay, told_day
from tests.payments.world import START, Bench, World, serve


@pytest.fixture(scope="session")
def gateway_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("payment-keys") / "keys"
    ensure_keys(folder, START)
    return folder


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, gateway_keys: Path) -> Iterator[World]:
    """One gateway for all tests: orders are new in each, faults name their order, time only goes on."""
    with serve(tmp_path_factory.mktemp("world"), gateway_keys) as world:
        yield world


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory, gateway_keys: Path) -> Iterator[Bench]:
    """The networks without a server, for all tests: time only goes on."""
    bench = Bench(tmp_path_factory.mktemp("bench"), gateway_keys)
    yield bench
    bench.gateway.close()


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, gateway_keys: Path) -> ToldDay:
    return told_day(tmp_path_factory.mktemp("day"), gateway_keys)


@pytest.fixture(scope="session")
def reports(told: ToldDay) -> tuple[Reconciliation, Reconciliation]:
    """The report of the next morning, and the one of the same command again."""

    def made() -> Reconciliation:
        result, broken = asyncio.run(
            command.run(
                Settings(state=told.state, pace=0.0), SetClock(MORNING), DAY, told.state / "purse.csv"
            )
        )
        assert broken == ()
        return result

    return made(), made()
