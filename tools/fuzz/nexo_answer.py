"""Answers of a card terminal (nexo JSON) to every message; the first byte chooses the message."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import httpx
from _networks import StoppedClock, texts

from kiosk.devices.terminal.driver import NexoTerminal, Parties
from kiosk.devices.terminal.json_text import encode, object_of, parse
from kiosk.devices.terminal.line import TerminalAddress, TerminalLine
from kiosk.domain.card_payment import Approved, CardReversal, CardSale, TerminalReference
from kiosk.domain.money import Fen

_NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_SALE = CardSale("K000120261122160000000001", Fen(1500), _NOW)
_REVERSAL = CardReversal(f"{_SALE.number}R1", Fen(1500), TerminalReference("1", "2026-11-22T08:00:00Z"), _NOW)
_PAID = {
    "Response": {"Result": "Success"},
    "SaleData": {"SaleTransactionID": {"TransactionID": _SALE.number, "TimeStamp": "2026-11-22T08:00:00Z"}},
    "POIData": {"POITransactionID": {"TransactionID": "T1", "TimeStamp": "2026-11-22T08:00:00.000Z"}},
    "PaymentResult": {
        "AmountsResp": {"Currency": "CNY", "AuthorizedAmount": Decimal("15.00")},
        "PaymentAcquirerData": {"MerchantID": "M1"},
        "PaymentInstrumentData": {"CardData": {"PaymentBrand": "UNIONPAY", "MaskedPan": "6226******0029"}},
    },
    "ReversedAmount": Decimal("15.00"),
}
_TOTALS = {
    "Response": {"Result": "Success"},
    "POIReconciliationID": "1",
    "TransactionTotals": [
        {"PaymentTotals": [{"TransactionType": "Debit", "TransactionCount": 1, "TransactionAmount": 15}]}
    ],
}
_HEALTH = {
    "Response": {"Result": "Success"},
    "POIStatus": {"GlobalStatus": "OK"},
    "HostStatus": [{"IsReachableFlag": True}],
}


def _status(of: dict[str, object]) -> dict[str, object]:
    repeated = {
        "MessageHeader": {"ServiceID": "ABC0000001", "MessageCategory": "Payment"},
        "RepeatedResponseMessageBody": {"PaymentResponse": of},
    }
    return {"Response": {"Result": "Success"}, "RepeatedMessageResponse": repeated}


def seeds() -> tuple[bytes, ...]:
    refused = {"Response": {"Result": "Failure", "ErrorCondition": "Refusal"}}
    bodies = [_PAID, _PAID, _status(_PAID), _TOTALS, _HEALTH, refused]
    return tuple(bytes((call % 5,)) + encode(body) for call, body in enumerate(bodies))


class _Reader:
    """The terminal: it answers the message asked for with whatever body it was told."""

    def __init__(self) -> None:
        self.body = b""
        line = TerminalLine(TerminalAddress("http://127.0.0.1:9/nexo"), httpx.MockTransport(self._respond))
        self.terminal = NexoTerminal(line, StoppedClock(), Parties("K0001", "P400-1"))

    def _respond(self, request: httpx.Request) -> httpx.Response:
        header = object_of(parse(request.content) or {}, "SaleToPOIRequest", "MessageHeader")
        category = str(header.get("MessageCategory"))
        body = b'{"Response":{"Result":"Success"}}' if category == "Login" else self.body
        answer = encode({**header, "MessageType": "Response"})
        whole = b'{"SaleToPOIResponse":{"MessageHeader":%s,"%sResponse":%s}}'
        return httpx.Response(200, stream=httpx.ByteStream(whole % (answer, category.encode(), body)))


_reader = _Reader()


def one_input(data: bytes) -> None:
    if not data:
        return
    _reader.body, terminal = data[1:], _reader.terminal
    calls = (
        lambda: terminal.pay("ABC0000001", _SALE, deadline_s=5),
        lambda: terminal.reverse("ABC0000002", _REVERSAL, deadline_s=5),
        lambda: terminal.transaction("ABC0000001", deadline_s=5),
        lambda: terminal.totals(deadline_s=5),
        lambda: terminal.diagnose(deadline_s=5),
    )
    answer = asyncio.run(calls[data[0] % len(calls)]())
    for text in texts(answer):
        text.encode()
        assert len(text) <= 256
    if isinstance(answer, Approved):
        assert answer.amount is None or 0 <= answer.amount < 10**12
        assert not any(part.isdigit() and len(part) > 4 for part in answer.card.split())
