"""A terminal's address that answers like anything but a terminal: named, bounded, never a payment."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.devices.terminal.driver import NexoTerminal, Parties
from kiosk.devices.terminal.line import TerminalAddress, TerminalLine
from kiosk.devices.terminal.messages import RESPONSE
from kiosk.domain.card_payment import CardAnswer, Lost
from tests.devices.terminal.bench import SALE
from tests.support.virtual_time import VirtualClock, run

PARTIES = Parties("GZ01", "POI")
PAID = {
    "Response": {"Result": "Success"},
    "SaleData": {"SaleTransactionID": {"TransactionID": SALE.number}},
    "POIData": {"POITransactionID": {"TransactionID": "1", "TimeStamp": "2026-06-01T08:00:00Z"}},
    "PaymentResult": {"AmountsResp": {"Currency": "CNY", "AuthorizedAmount": 15}},
}


def http(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = (b"HTTP/1.1 " + status, b"content-length: %d" % len(body), b"connection: close", *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def answer_with(**changed: Any) -> Callable[[dict[str, Any]], bytes]:
    """Return an answer whose header differs in one member from the request's."""

    def answer(header: dict[str, Any]) -> bytes:
        body = {"MessageHeader": {**header, "MessageType": "Response", **changed}, "PaymentResponse": PAID}
        return http(json.dumps({RESPONSE: body}).encode())

    return answer


def fixed(answer: bytes) -> Callable[[dict[str, Any]], bytes]:
    return lambda _: answer


HOSTILE: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "nothing": fixed(b""),
    "no http": fixed(b"BD\x00\xff hello\r\n\r\n"),
    "error": fixed(http(b"", status=b"500 Oops")),
    "redirect": fixed(http(b"", b"location: http://127.0.0.1/", status=b"302 Found")),
    "compressed": fixed(http(b"\x1f\x8b", b"content-encoding: gzip")),
    "endless": fixed(http(b"[" * 300_000)),
    "cut short": fixed(http(b"{}")[:-1]),
    "empty": fixed(http(b"")),
    "list": fixed(http(b"[]")),
    "deep": fixed(http(b'{"a":' * 50_000)),
    "other service": answer_with(ServiceID="ANOTHER001"),
    "other terminal": answer_with(POIID="ANOTHER"),
    "other kiosk": answer_with(SaleID="GZ02"),
    "other message": answer_with(MessageCategory="Reversal"),
    "a request": answer_with(MessageType="Request"),
}


def paid_at(answer: Callable[[dict[str, Any]], bytes]) -> CardAnswer:
    """Pay at an address that answers logins well and payments with `answer`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        header = json.loads(await reader.readexactly(size))["SaleToPOIRequest"]["MessageHeader"]
        if header["MessageCategory"] == "Login":
            body = {"MessageHeader": {**header, "MessageType": "Response"}, "LoginResponse": _SUCCESS}
            writer.write(http(json.dumps({RESPONSE: body}).encode()))
        else:
            writer.write(answer(header))
        writer.close()

    async def main() -> CardAnswer:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/nexo"
            driver = NexoTerminal(TerminalLine(TerminalAddress(url)), VirtualClock(), PARTIES)
            found = await driver.pay("PAY0000001", SALE, deadline_s=10)
            await driver.close()
            return found

    return run(main())


_SUCCESS = {"Response": {"Result": "Success"}}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hostile_is_a_payment(answer: Callable[[dict[str, Any]], bytes]) -> None:
    found = paid_at(answer)
    assert isinstance(found, Lost)
    assert not found.unsent, "it was sent: nobody may call it undone"


def test_the_same_answer_without_a_lie_is_one() -> None:
    assert not isinstance(paid_at(answer_with()), Lost)
