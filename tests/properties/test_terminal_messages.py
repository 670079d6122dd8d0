"""Whatever a terminal or a kiosk sends: read to a value, never to a crash, never to an invented payment."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.state_files import StateFolder
from kiosk.devices.simulated.terminal_core import TerminalCore
from kiosk.devices.simulated.terminal_protocol import BadMessage, TerminalProtocol, Working
from kiosk.devices.terminal.blob import BlobKey, NotGenuine, seal, unseal
from kiosk.devices.terminal.json_text import amount_json, amount_of, encode, parse
from kiosk.devices.terminal.messages import (
    Header,
    read_answer,
    read_health,
    read_status,
    read_totals,
    reference_body,
    request,
)
from kiosk.domain.card_payment import Approved, InProgress, TerminalTotals
from kiosk.domain.money import Fen
from tests.support.virtual_time import START, VirtualClock

KEY = BlobKey("kiosk", 1, "correct horse battery staple")
ROOT = "SaleToPOIResponse"
NAMES = st.sampled_from(
    [
        "Response",
        "Result",
        "ErrorCondition",
        "SaleData",
        "SaleTransactionID",
        "TransactionID",
        "TimeStamp",
        "POIData",
        "POITransactionID",
        "PaymentResult",
        "AmountsResp",
        "AuthorizedAmount",
        "Currency",
        "PaymentInstrumentData",
        "CardData",
        "MaskedPan",
        "RepeatedMessageResponse",
        "MessageHeader",
        "RepeatedResponseMessageBody",
        "PaymentResponse",
        "ReversedAmount",
        "TransactionTotals",
        "PaymentTotals",
        "TransactionType",
        "TransactionAmount",
        "TransactionCount",
        "HostStatus",
        "POIStatus",
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.text(max_size=20),
    st.sampled_from(["Success", "Failure", "NotFound", "InProgress", "CNY", "Debit", "2026-06-01T08:00:00Z"]),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
OBJECTS = st.dictionaries(NAMES, TREES, max_size=8)


@given(OBJECTS)
def test_every_answer_reads_to_a_value(body: dict[str, Any]) -> None:
    for category in ("Payment", "Reversal"):
        answer = read_answer(category, body)
        status = read_status(category, "PAY0000001", body)
        for found in (answer, status):
            if isinstance(found, Approved):
                assert found.reference.transaction_id
    read_health(body)
    totals = read_totals(body)
    assert not isinstance(totals, TerminalTotals) or min(totals.paid, totals.paid_count) >= 0


@given(st.text(max_size=600) | st.sampled_from(["stage=pin", "message=x&stage=host", "stage=card&stage=pin"]))
def test_of_what_a_terminal_adds_only_the_stage_is_read(added: str) -> None:
    response = {"Result": "Failure", "ErrorCondition": "InProgress", "AdditionalResponse": added}
    answer = read_status("Payment", "PAY0000001", {"Response": response})
    assert isinstance(answer, InProgress)
    assert answer.stage is None or f"stage={answer.stage}" in added


@given(st.integers(0, 10**12 - 1))
def test_money_survives_the_wire_exactly(fen: int) -> None:
    document = parse(encode({"RequestedAmount": amount_json(Fen(fen))}))
    assert document is not None
    assert amount_of(document, "RequestedAmount") == fen


@given(
    st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False).filter(lambda d: (d * 100) % 1 != 0)
)
def test_fractions_of_a_fen_are_no_money(amount: Decimal) -> None:
    assert amount_of({"a": amount}, "a") is None


@pytest.mark.parametrize(
    "text", [b"1e999999999", b"-1", b"true", b'"15.00"', b"NaN", b"Infinity", b"1e400", b"null", b"[15]"]
)
def test_what_is_no_amount_is_none(text: bytes) -> None:
    document = parse(b'{"a":' + text + b"}")
    assert document is None or amount_of(document, "a") is None


@given(st.binary(max_size=400))
def test_bytes_parse_to_an_object_or_nothing(body: bytes) -> None:
    assert isinstance(parse(body), dict | None)


@settings(max_examples=50)
@given(OBJECTS)
def test_what_is_encoded_parses_to_the_same(body: dict[str, Any]) -> None:
    parsed = parse(encode(body))
    assert parsed is not None
    assert encode(parsed) == encode(body)


@given(st.dictionaries(st.sampled_from(["MessageHeader", "NexoBlob", "SecurityTrailer"]), TREES))
def test_nothing_invented_opens(envelope: dict[str, Any]) -> None:
    with pytest.raises(NotGenuine):
        unseal({ROOT: envelope}, ROOT, KEY)


@given(st.dictionaries(NAMES, LEAVES, max_size=4))
def test_everything_sealed_opens_again(body: dict[str, Any]) -> None:
    message = {ROOT: {"MessageHeader": {}, **body}}
    assert unseal(seal(message, KEY), ROOT, KEY) == encode(message)


CATEGORIES = st.sampled_from(
    ["Login", "Diagnosis", "Payment", "Reversal", "TransactionStatus", "Abort", "Reconciliation", "Other"]
)


@settings(max_examples=30)
@given(CATEGORIES, st.text("0123456789AZaz!", min_size=0, max_size=12), OBJECTS)
def test_the_simulated_terminal_answers_or_refuses(
    category: str, service_id: str, body: dict[str, Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        faults = Faults(StateFolder(Path(folder) / "devices"))
        state = StateFolder(Path(folder) / "terminal")
        protocol = TerminalProtocol(TerminalCore(state, faults, _Still(), 0.0), faults, "POI")
        header = Header(category, service_id, "GZ01", "POI")
        for content in (body, {**reference_body(header), **body}):
            message = request(header, content)["SaleToPOIRequest"]
            try:
                answer = protocol.receive(message, START)
            except BadMessage:
                continue
            assert answer is None or isinstance(answer, dict | Working)


class _Still(VirtualClock):
    """A clock that stands."""

    def now(self) -> Any:
        return START
