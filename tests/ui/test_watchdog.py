"""The service manager's watchdog: fed by the screen, and only while the machine lives too."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kiosk.ui.watchdog import Watchdog, watchdog


class ServiceManager:
    """The other end of the socket."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.setblocking(False)
        self.heard: list[str] = []

    def hear(self) -> list[str]:
        """Return all that was said so far."""
        while True:
            try:
                self.heard.append(self._socket.recv(256).decode())
            except BlockingIOError:
                return self.heard

    def environment(self, **more: str) -> dict[str, str]:
        return {"NOTIFY_SOCKET": self.address, "PATH": "/bin", **more}

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["/", "@"], ids=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServiceManager]:
    path = str(tmp_path / "notify")
    service = ServiceManager(path if request.param == "/" else "@" + path)
    yield service
    service.close()


@pytest.fixture
def start(qapp: QGuiApplication) -> Iterator[Callable[[dict[str, str]], Watchdog]]:
    started: list[Watchdog] = []

    def make(environment: dict[str, str], process: int | None = None) -> Watchdog:
        made = watchdog(environment, process)
        assert made is not None
        started.append(made)
        return made

    yield make
    for one in started:
        one.stop()


def test_says_ready_lives_and_stops(
    qtbot: QtBot, manager: ServiceManager, start: Callable[..., Watchdog]
) -> None:
    dog = start(manager.environment(WATCHDOG_USEC="40000"))
    assert manager.hear() == ["READY=1"]
    qtbot.waitUntil(lambda: manager.hear().count("WATCHDOG=1") >= 3)
    dog.stop()
    assert manager.hear()[-1] == "STOPPING=1"


def test_a_machine_that_does_not_answer_starves_it(
    manager: ServiceManager, start: Callable[..., Watchdog]
) -> None:
    dog = start(manager.environment(WATCHDOG_USEC="60000000"))
    asked: list[Callable[[], None]] = []
    dog.follow(asked.append)
    dog.beat()
    dog.beat()
    assert manager.hear() == ["READY=1"]
    asked.pop()()
    dog.beat()
    dog.beat()
    assert manager.hear() == ["READY=1", "WATCHDOG=1"]
    asked.pop()()
    dog.beat()
    assert manager.hear().count("WATCHDOG=1") == 2


def test_the_answer_may_come_from_another_thread(
    manager: ServiceManager, start: Callable[..., Watchdog]
) -> None:
    dog = start(manager.environment(WATCHDOG_USEC="60000000"))

    def elsewhere(answer: Callable[[], None]) -> None:
        machine = threading.Thread(target=answer)
        machine.start()
        machine.join()

    dog.follow(elsewhere)
    dog.beat()
    assert manager.hear() == ["READY=1", "WATCHDOG=1"]


@pytest.mark.parametrize(
    "variables",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"}],
)
def test_no_interval_means_no_signs_of_life(
    manager: ServiceManager, start: Callable[..., Watchdog], variables: dict[str, str]
) -> None:
    dog = start(manager.environment(**variables), process=4711)
    assert not dog.feeding
    assert manager.hear() == ["READY=1"]


def test_an_interval_for_this_process_counts(
    qtbot: QtBot, manager: ServiceManager, start: Callable[..., Watchdog]
) -> None:
    start(manager.environment(WATCHDOG_USEC="20000", WATCHDOG_PID="4711"), process=4711)
    qtbot.waitUntil(lambda: "WATCHDOG=1" in manager.hear())


def test_children_do_not_inherit_the_socket(manager: ServiceManager, start: Callable[..., Watchdog]) -> None:
    environment = manager.environment(WATCHDOG_USEC="20000", WATCHDOG_PID="4711")
    start(environment, process=4711)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1"])
def test_without_a_socket_there_is_none(qapp: QGuiApplication, address: str) -> None:
    assert watchdog({"NOTIFY_SOCKET": address}) is None


def test_a_manager_that_went_away_stops_nothing(
    manager: ServiceManager, start: Callable[..., Watchdog]
) -> None:
    dog = start(manager.environment())
    manager.close()
    dog.beat()
