"""nexo Retailer (Sale to POI) 3.x messages: the JSON form documented for Adyen's Terminal API.

Reading keeps what the kiosk may know and drops the rest unseen: of a card its brand and last four digits.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

from kiosk.devices.terminal.json_text import Document, amount_json, amount_of, object_of, text_of
from kiosk.domain.beijing import BEIJING
from kiosk.domain.card_payment import (
    Approved,
    CardAnswer,
    CardReversal,
    CardSale,
    InProgress,
    Lost,
    NotApproved,
    NotFound,
    TerminalHealth,
    TerminalReference,
    TerminalStage,
    TerminalTotals,
    WhyNot,
)
from kiosk.domain.money import Fen

REQUEST, RESPONSE = "SaleToPOIRequest", "SaleToPOIResponse"
CURRENCY = "CNY"
PROTOCOL = "3.0"
_REFERENCE = re.compile(r"[!-~]{1,64}")
_BRAND = re.compile(r"[A-Za-z0-9 _-]{1,16}")
_LONGEST_TEXT = 512
_LAST_FOUR = re.compile(r"[0-9]{4}\Z")

# ErrorConditions of a payment or reversal after which no money has moved. Those that are not listed
# (MessageFormat, NotAllowed, …) may answer a repeated ServiceID whose first sending went through: Lost.
_NOTHING_MOVED = {
    "Aborted": WhyNot.ABORTED,
    "Busy": WhyNot.BUSY,
    "Cancel": WhyNot.CANCELLED,
    "DeviceOut": WhyNot.NOT_READY,
    "InsertedCard": WhyNot.NOT_READY,
    "InvalidCard": WhyNot.CARD_NOT_ACCEPTED,
    "LoggedOut": WhyNot.NOT_READY,
    "PaymentRestriction": WhyNot.CARD_NOT_ACCEPTED,
    "Refusal": WhyNot.REFUSED,
    "UnavailableDevice": WhyNot.NOT_READY,
    "UnavailableService": WhyNot.NOT_READY,
    "UnreachableHost": WhyNot.HOST_UNREACHABLE,
    "WrongPIN": WhyNot.WRONG_PIN,
}


@dataclass(frozen=True, slots=True)
class Header:
    """The MessageHeader of a request, which its answer repeats."""

    category: str
    service_id: str
    sale_id: str
    poi_id: str

    def document(self, kind: str) -> Document:
        """Return the JSON form; `kind` is Request or Response."""
        return {
            "ProtocolVersion": PROTOCOL,
            "MessageClass": "Service",
            "MessageCategory": self.category,
            "MessageType": kind,
            "SaleID": self.sale_id,
            "ServiceID": self.service_id,
            "POIID": self.poi_id,
        }

    def answered_by(self, header: Document) -> bool:
        """Tell whether a header is that of this request's answer."""
        expected = self.document("Response")
        # The terminal may speak another 3.x.
        return all(header.get(name) == value for name, value in expected.items() if name != "ProtocolVersion")


def request(header: Header, body: Document) -> Document:
    """Return a whole request; the body's name follows from the category."""
    return {REQUEST: {"MessageHeader": header.document("Request"), f"{header.category}Request": body}}


def login_body(now: datetime, version: str) -> Document:
    """Return the body of a LoginRequest of an unattended machine."""
    return {
        "DateTime": timestamp(now),
        "SaleSoftware": {
            "ManufacturerID": "Endorsement Kiosk",
            "ApplicationName": "endorsement-kiosk",
            "SoftwareVersion": version,
            "CertificationCode": "none",
        },
        "SaleTerminalData": {"TerminalEnvironment": "Unattended"},
        "OperatorLanguage": "zh",
    }


def payment_body(sale: CardSale) -> Document:
    """Return the body of a PaymentRequest."""
    return {
        "SaleData": _sale_data(sale.number, sale.at),
        "PaymentTransaction": {
            "AmountsReq": {"Currency": CURRENCY, "RequestedAmount": amount_json(sale.amount)},
        },
    }


def reversal_body(reversal: CardReversal) -> Document:
    """Return the body of a ReversalRequest."""
    original = reversal.original
    return {
        "SaleData": _sale_data(reversal.number, reversal.at),
        "OriginalPOITransaction": {
            "POITransactionID": {"TransactionID": original.transaction_id, "TimeStamp": original.timestamp}
        },
        "ReversedAmount": amount_json(reversal.amount),
        "ReversalReason": "MerchantCancel",
    }


def totals_body(header: Header, day: date) -> Document:
    """Return the body of a GetTotalsRequest for what this Sale system did on a day in Beijing."""
    return {
        "TotalDetails": ["TotalsGroupID"],
        "TotalFilter": {"SaleID": header.sale_id, "TotalsGroupID": _group(day)},
    }


def reference_body(header: Header) -> Document:
    """Return the MessageReference by which TransactionStatus and Abort name an earlier message."""
    return {
        "MessageReference": {
            "MessageCategory": header.category,
            "SaleID": header.sale_id,
            "ServiceID": header.service_id,
        }
    }


def read_answer(category: str, body: Document) -> CardAnswer:
    """Return what a PaymentResponse or ReversalResponse says."""
    response = object_of(body, "Response")
    result, condition = text_of(response, "Result"), text_of(response, "ErrorCondition")
    if result == "Failure":
        return _failure(condition)
    if result != "Success":
        return Lost(f"result {result[:20]!r}")
    return _payment(body) if category == "Payment" else _reversal(body)


def read_status(category: str, service_id: str, body: Document) -> CardAnswer:
    """Return the answer that a TransactionStatusResponse repeats."""
    response = object_of(body, "Response")
    result, condition = text_of(response, "Result"), text_of(response, "ErrorCondition")
    if result == "Failure" and condition in {"NotFound", "InProgress"}:
        return NotFound() if condition == "NotFound" else InProgress(_stage(response))
    if result != "Success":
        return Lost(f"no status: {result[:20]!r} {condition[:20]!r}")
    repeated = object_of(body, "RepeatedMessageResponse")
    header = object_of(repeated, "MessageHeader")
    if (header.get("ServiceID"), header.get("MessageCategory")) != (service_id, category):
        return Lost("the status is of another message")
    return read_answer(category, object_of(repeated, "RepeatedResponseMessageBody", f"{category}Response"))


def read_health(body: Document) -> TerminalHealth:
    """Return what a DiagnosisResponse says; what it leaves out is taken to work."""
    status = object_of(body, "POIStatus")
    hosts = body.get("HostStatus")
    down = isinstance(hosts, list) and any(
        isinstance(host, dict) and host.get("IsReachableFlag") is False for host in hosts
    )
    return TerminalHealth(
        ok=text_of(status, "GlobalStatus") in {"OK", "Busy"},
        pin_pad_ok=status.get("PEDOKFlag") is not False,
        reader_ok=status.get("CardReaderOKFlag") is not False,
        host_reachable=not down and status.get("CommunicationOKFlag") is not False,
    )


def read_totals(body: Document) -> TerminalTotals | Lost:
    """Return the sums of a ReconciliationResponse; Lost if one of them cannot be read."""
    sums = {"Debit": [0, 0], "ReverseDebit": [0, 0]}
    totals = body.get("TransactionTotals")
    for total in totals if isinstance(totals, list) else []:
        parts = total.get("PaymentTotals") if isinstance(total, dict) else None
        for part in parts if isinstance(parts, list) else []:
            kind = text_of(part, "TransactionType") if isinstance(part, dict) else ""
            if kind not in sums:
                continue
            amount, count = amount_of(part, "TransactionAmount"), part.get("TransactionCount")
            if amount is None or isinstance(count, bool) or not isinstance(count, int) or count < 0:
                return Lost("totals that cannot be read")
            sums[kind][0] += amount
            sums[kind][1] += count
    (paid, paid_count), (back, back_count) = sums["Debit"], sums["ReverseDebit"]
    name = text_of(body, "POIReconciliationID")[:32]
    return TerminalTotals(name, Fen(paid), paid_count, Fen(back), back_count)


def succeeded(body: Document) -> bool:
    """Tell whether the answer to a request without money says Success."""
    return text_of(object_of(body, "Response"), "Result") == "Success"


def timestamp(moment: datetime) -> str:
    """Return an aware moment as ``yyyy-MM-ddTHH:mm:ss.sssZ``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sale_data(number: str, at: datetime) -> Document:
    """Return number and time of a sale, counted with its Beijing day in the terminal's totals."""
    group = _group(at.astimezone(BEIJING).date())
    return {"SaleTransactionID": _transaction(number, at), "SaleTerminalData": {"TotalsGroupID": group}}


def _group(day: date) -> str:
    """Return a day as TotalsGroupID, by which a terminal keeps its sums apart (nexo SaleTerminalData)."""
    return f"{day:%Y%m%d}"


def _transaction(number: str, at: datetime) -> Document:
    return {"TransactionID": number, "TimeStamp": timestamp(at)}


def _stage(response: Document) -> TerminalStage | None:
    """Return what the terminal waits for: ``stage=card``, ``pin`` or ``host`` in AdditionalResponse.

    nexo leaves the content of AdditionalResponse to the vendor; with Adyen it is form-encoded. Nothing else
    of it is read. A terminal that does not tell has its own display all the same.
    """
    told = dict(parse_qsl(text_of(response, "AdditionalResponse")[:_LONGEST_TEXT]))
    return next((stage for stage in TerminalStage if stage == told.get("stage")), None)


def _failure(condition: str) -> CardAnswer:
    if condition == "InProgress":
        return InProgress()
    if condition not in _NOTHING_MOVED:
        return Lost(f"failure {condition[:20]!r}")
    return NotApproved(_NOTHING_MOVED[condition], condition)


def _payment(body: Document) -> CardAnswer:
    paid = object_of(body, "PaymentResult")
    amounts = object_of(paid, "AmountsResp")
    amount = amount_of(amounts, "AuthorizedAmount")
    if amount is None or amounts.get("Currency") != CURRENCY:
        return Lost("approved, but no amount in yuan")
    card = object_of(paid, "PaymentInstrumentData", "CardData")
    merchant = text_of(object_of(paid, "PaymentAcquirerData"), "MerchantID")[:32]
    return _approved(body, amount, merchant, _card_words(card))


def _reversal(body: Document) -> CardAnswer:
    if "ReversedAmount" in body and amount_of(body, "ReversedAmount") is None:
        return Lost("reversed, but no amount in yuan")
    return _approved(body, amount_of(body, "ReversedAmount"), "", "")


def _approved(body: Document, amount: Fen | None, merchant: str, card: str) -> CardAnswer:
    transaction = object_of(body, "POIData", "POITransactionID")
    reference = TerminalReference(text_of(transaction, "TransactionID"), text_of(transaction, "TimeStamp"))
    if not all(map(_REFERENCE.fullmatch, (reference.transaction_id, reference.timestamp))):
        return Lost("approved, but without a reference")
    try:
        at = datetime.fromisoformat(reference.timestamp).astimezone(UTC)
    except (ValueError, OverflowError):
        return Lost("approved, but at no time")
    number = text_of(object_of(body, "SaleData", "SaleTransactionID"), "TransactionID")[:32]
    return Approved(number, amount, merchant, reference, at, card)


def _card_words(card: Document) -> str:
    """Return brand and last four digits, whatever else the terminal may have told of the card."""
    brand, pan = text_of(card, "PaymentBrand"), text_of(card, "MaskedPan")
    digits = _LAST_FOUR.search(pan)
    words = (brand.upper() if _BRAND.fullmatch(brand) else "", f"**** {digits[0]}" if digits else "")
    return " ".join(word for word in words if word)
