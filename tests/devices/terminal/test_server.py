"""The simulated terminal as a program: its port, its window, TLS; in true time and without waiting."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.clock import SystemClock
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.money_faults import TERMINAL_FAULTS
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.devices.simulated.terminal import SimulatedTerminal, SimulatedTerminalServer
from kiosk.devices.terminal.driver import NexoTerminal
from kiosk.devices.terminal.line import TerminalAddress, TerminalLine
from kiosk.domain.card_payment import Approved, Lost, NotApproved, WhyNot
from tests.devices.terminal.bench import KEY, PARTIES, SALE


def terminal(state: Path) -> SimulatedTerminal:
    faults = Faults(StateFolder(state / "devices"))
    return SimulatedTerminal(state / "devices" / "terminal", faults, SystemClock(), key=KEY, pace=0.0)


def driver(url: str, authority: Path | None = None) -> NexoTerminal:
    line = TerminalLine(TerminalAddress(url, authority))
    return NexoTerminal(line, SystemClock(), PARTIES, key=KEY, simulated=True)


async def act(window: httpx.AsyncClient, do: str, word: str = "") -> httpx.Response:
    return await window.post("/window", json={"do": do, "with": word})


async def until_asked(window: httpx.AsyncClient) -> None:
    while (await window.get("/window")).json()["stage"] == "idle":
        pass  # each look is a round trip


def test_a_payer_at_the_window_pays(tmp_path: Path) -> None:
    async def main(server: SimulatedTerminalServer) -> None:
        device = driver(server.url)
        async with httpx.AsyncClient(base_url=server.window, trust_env=False) as window:
            assert "模拟刷卡终端" in (await window.get("/")).text
            paying = asyncio.ensure_future(device.pay("PAY0000001", SALE, deadline_s=30))
            await until_asked(window)
            assert (await act(window, "insert", "debit")).status_code == 200
            assert (await window.get("/window")).json()["stage"] == "pin"
            assert (await act(window, "tap", "debit")).status_code == 409
            assert (await act(window, "pin", "111101")).status_code == 200
            assert isinstance(await paying, Approved)
        await device.close()

    with SimulatedTerminalServer(terminal(tmp_path)) as server:
        asyncio.run(main(server))


def test_the_window_walks_away_arms_faults_and_loses_answers(tmp_path: Path) -> None:
    async def main(server: SimulatedTerminalServer) -> None:
        device = driver(server.url)
        async with httpx.AsyncClient(base_url=server.window, trust_env=False) as window:
            paying = asyncio.ensure_future(device.pay("PAY0000001", SALE, deadline_s=30))
            await until_asked(window)
            await act(window, "walk_away")
            assert await paying == NotApproved(WhyNot.CANCELLED, "Cancel")
            assert set((await window.get("/window")).json()["faults"]) == set(TERMINAL_FAULTS)
            await act(window, "arm", "lose_answer")
            assert (await window.get("/window")).json()["armed"] == ["lose_answer"]
            paying = asyncio.ensure_future(device.pay("PAY0000002", SALE, deadline_s=30))
            await until_asked(window)
            await act(window, "tap", "debit")
            assert isinstance(await paying, Lost)
            assert isinstance(await device.transaction("PAY0000002", deadline_s=5), Approved)
            await act(window, "arm", "offline")
            await act(window, "clear")
            assert (await window.get("/window")).json()["armed"] == []
        await device.close()

    with SimulatedTerminalServer(terminal(tmp_path)) as server:
        asyncio.run(main(server))


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"content-type": "text/plain"}, b'{"do":"walk_away"}', 415),
        ({"content-type": "application/json"}, b"[", 409),
        ({"content-type": "application/json"}, b"[]", 409),
        ({"content-type": "application/json"}, b'{"do":"tap","with":7}', 409),
        ({"content-type": "application/json"}, b'{"do":"arm","with":"nothing"}', 409),
        ({"content-type": "application/json"}, b'{"do":"dance"}', 409),
        ({"content-type": "application/json"}, b" " * 2000, 413),
        ({"content-type": "application/json", "host": "elsewhere.example"}, b"{}", 400),
    ],
)
def test_the_window_takes_nothing_else(
    tmp_path: Path, headers: dict[str, str], content: bytes, status: int
) -> None:
    with (
        SimulatedTerminalServer(terminal(tmp_path)) as server,
        httpx.Client(base_url=server.window, trust_env=False) as window,
    ):
        assert window.post("/window", headers=headers, content=content).status_code == status


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine; return its file and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "terminal")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "terminal.pem", folder / "terminal.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    files[1].write_bytes(pem)
    return files


def test_tls_is_verified_against_the_terminals_own_authority(tmp_path: Path) -> None:
    made, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 503 \r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
            url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/nexo"
            trusting, wary = driver(url, made), driver(url)
            assert await trusting.diagnose(deadline_s=5) == Lost("HTTP 503")
            refused = await wary.diagnose(deadline_s=5)
            assert isinstance(refused, Lost)
            assert refused.unsent
            await trusting.close()
            await wary.close()

    asyncio.run(main())
    assert asked == [b"POST /nexo HTTP/1.1\r\n"]
