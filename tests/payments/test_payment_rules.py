"""The rules of docs/payments.md that no other test shows, and that each rule names a test that exists."""

import ast
import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.payments.contract import Pending, QueryAnswer, Settled, Undecided
from kiosk.payments.wire import Reply, Wire
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.runtime.performers.payment import watch_payment
from kiosk.visit.effects import WatchPayment
from kiosk.visit.events import PaymentExpired
from tests.payments.world import CHANNELS, Bench, World, make_order
from tests.support import virtual_time
from tests.support.virtual_time import START, VirtualClock

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "payments.md"
ADAPTERS = [*ROOT.glob("kiosk/payments/*/*.py"), ROOT / "kiosk" / "payments" / "wire.py"]


def polls(answers: list[QueryAnswer]) -> list[float]:
    """Watch an order that gets these answers, the last one for good; return the seconds between questions."""
    asked: list[float] = []

    async def story() -> None:
        clock = VirtualClock(START)
        order = Order("K0001", Channel.WECHAT, Fen(1500), START, START + timedelta(seconds=180), "")

        async def query(_: Order) -> QueryAnswer:
            asked.append(clock.monotonic())
            return answers[min(len(asked), len(answers)) - 1]

        network = SimpleNamespace(query=query)
        outside = cast(Outside, SimpleNamespace(channels={Channel.WECHAT: network}, clock=clock))
        memory = Memory(lambda: None, clock.monotonic)
        assert isinstance(await watch_payment(outside, memory, WatchPayment(order)), PaymentExpired)

    virtual_time.run(story())
    return [now - before for before, now in zip([0.0, *asked], asked, strict=False)]


def test_polls_every_two_seconds_at_first_then_calmly_and_ends_with_the_code() -> None:
    waits = polls([Pending()])
    assert waits[:15] == [2.0] * 15
    assert set(waits[15:-1]) == {4.0}
    assert sum(waits) == 180.0


def test_polls_back_off_while_the_network_does_not_answer_and_are_quick_again_afterwards() -> None:
    busy = Undecided("HTTP 429")
    assert polls([busy] * 5 + [Pending()])[:8] == [2.0, 4.0, 8.0, 16.0, 16.0, 16.0, 4.0, 4.0]


class Impostor:
    """An https server with a certificate that nobody has signed; counts who calls."""

    def __init__(self, folder: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self_signed(folder))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.calls = 0

    @property
    def url(self) -> str:
        return f"https://localhost:{self._listening.getsockname()[1]}/"

    def __enter__(self) -> "Impostor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            self.calls += 1
            with caller:
                try:
                    self._context.wrap_socket(caller, server_side=True).close()
                except (ssl.SSLError, OSError):
                    continue


def self_signed(folder: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime(2026, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=9000))
        .not_valid_after(now + timedelta(days=9000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "impostor.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def sent(wire: Wire, url: str) -> Reply | Undecided:
    async def story() -> Reply | Undecided:
        try:
            return await wire.send("POST", url, {}, b"{}")
        finally:
            await wire.aclose()

    return asyncio.run(story())


def test_tls_is_verified_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    with Impostor(tmp_path) as impostor:
        answer = sent(Wire(cast(Any, VirtualClock())), impostor.url)
    assert isinstance(answer, Undecided)
    assert answer.unsent
    assert impostor.calls == 1


def test_a_proxy_of_the_environment_is_not_used(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answer = sent(Wire(world.clock), f"{world.url}/control/orders")
    assert isinstance(answer, Reply)


def decisions(path: Path) -> Iterator[ast.expr]:
    """Yield every condition in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                yield test
            case ast.Match(subject=subject):
                yield subject


def test_no_adapter_asks_whether_it_is_simulated() -> None:
    adapters = [path for path in ADAPTERS if "sandbox" not in path.parts]
    assert len(adapters) > 15
    for path in adapters:
        for test in decisions(path):
            assert "simulated" not in ast.unparse(test), path


def test_unpaid_a_number_is_never_taken_again_for_another_amount(bench: Bench) -> None:
    """The networks refuse it, so that a slip of ours cannot become a second charge."""
    for name in CHANNELS:
        order = make_order(name, bench.clock.now())
        bench.run(bench.channels[name].open(order))
        other = Order(order.number, name, Fen(1), order.opened_at, order.expires_at, order.subject)
        answer = bench.run(bench.channels[name].open(other))
        assert not isinstance(answer, Settled)
        stored = bench.gateway.ledger.order(name, order.number)
        assert stored is not None
        assert stored.amount == order.amount


def named_tests() -> list[tuple[str, str]]:
    return re.findall(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`", DOCUMENT.read_text(encoding="utf-8"))


def test_every_rule_names_tests_that_exist() -> None:
    section = (
        DOCUMENT.read_text(encoding="utf-8")
        .partition("### Which test shows which rule")[2]
        .partition("\n## ")[0]
    )
    rows = [int(number) for number in re.findall(r"^\| ([0-9]+) ", section, re.MULTILINE)]
    assert rows == list(range(1, 15))
    assert len(named_tests()) > 25
    for file, name in named_tests():
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"
