"""The client over real sockets, against servers that say anything at all, or nothing."""

import asyncio
import socket
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.authority import client as client_module
from kiosk.authority.client import Credentials, HttpAuthority
from kiosk.authority.contract import Found, NotOnRecord, Unreachable
from kiosk.domain.failure import FailureCode
from tests.authority.world import KIOSK, PERMIT, StillClock

KEY = Ed25519PrivateKey.generate()


async def look_up_at(port: int) -> Found | NotOnRecord | Unreachable:
    credentials = Credentials(KIOSK, KEY, KEY.public_key())
    authority = HttpAuthority(
        f"http://127.0.0.1:{port}/authority", credentials, StillClock(datetime(2026, 3, 10, tzinfo=UTC))
    )
    try:
        return await authority.look_up(PERMIT)
    finally:
        await authority.aclose()


def against(answer: Callable[[asyncio.StreamWriter], None]) -> Found | NotOnRecord | Unreachable:
    """Look a permit up at a server that answers any request in its own way."""

    async def converse() -> Found | NotOnRecord | Unreachable:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(4096)
            answer(writer)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            return await look_up_at(server.sockets[0].getsockname()[1])

    return asyncio.run(converse())


def assert_unreachable(answer: Found | NotOnRecord | Unreachable, *, sent: bool = True) -> None:
    assert isinstance(answer, Unreachable)
    assert answer.fault.code is FailureCode.AUTHORITY_UNREACHABLE
    assert answer.sent is sent


@given(content=st.binary(max_size=300))
@settings(max_examples=40, deadline=None)
def test_noise_is_no_answer(content: bytes) -> None:
    assert_unreachable(against(lambda writer: writer.write(content)))


@given(
    head=st.sampled_from(
        [
            "200 OK",
            "204 No Content",
            "302 Found\r\nLocation: http://127.0.0.1:1/",
            "500 Internal Server Error",
            "999 Odd",
            "200 OK\r\nContent-Encoding: gzip",
            "200 OK\r\nAuthority-Signature: " + "0" * 128,
        ]
    ),
    length=st.integers(-1, 10**9),
    content=st.binary(max_size=300),
)
@settings(max_examples=40, deadline=None)
def test_unsigned_http_is_no_answer(head: str, length: int, content: bytes) -> None:
    start = f"HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n".encode()
    assert_unreachable(against(lambda writer: writer.write(start + content)))


def test_an_endless_answer_is_cut_off() -> None:
    def pour(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)

    answer = against(pour)
    assert_unreachable(answer)
    assert isinstance(answer, Unreachable)
    assert answer.fault.detail == "answer too long"


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "TOTAL_SECONDS", 0.05)

    async def converse() -> Found | NotOnRecord | Unreachable:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            return await look_up_at(listening.getsockname()[1])

    assert_unreachable(asyncio.run(converse()))


def test_nobody_listening_means_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert_unreachable(asyncio.run(look_up_at(port)), sent=False)


def test_a_proxy_of_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    heard: list[bool] = []

    def answer(writer: asyncio.StreamWriter) -> None:
        heard.append(True)
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")

    assert_unreachable(against(answer))
    assert heard
