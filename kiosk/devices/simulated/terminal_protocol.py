"""The simulated terminal's side of nexo: reads requests strictly and answers as the documents say.

Written from the same public description as the driver, not with the driver's reader: what one side gets
wrong, the other does not repeat.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kiosk.devices.payment_contracts import CARD_TERMINAL
from kiosk.devices.simulated.faults import FaultSource
from kiosk.devices.simulated.terminal_book import CARDS, Stage, TerminalBook, Transaction
from kiosk.devices.simulated.terminal_core import CARD_WAIT, TerminalCore
from kiosk.devices.terminal.json_text import Document, amount_json, amount_of
from kiosk.devices.terminal.messages import RESPONSE, timestamp
from kiosk.domain.money import Fen

MERCHANT = "898440160120001"
"""The merchant number that the simulated acquirer knows the kiosk by (15 digits, as ISO 8583 field 42)."""

_Name = Annotated[str, StringConstraints(pattern="^[!-~]{1,64}$")]
_Group = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{0,16}$")]
_Kind = Annotated[str, StringConstraints(pattern="^(Payment|Reversal)$")]


class BadMessage(Exception):
    """Not a message that a terminal answers."""


class MessageHeader(BaseModel):
    """A request's header; everything beyond it is as strict as a real terminal's schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ProtocolVersion: Annotated[str, StringConstraints(pattern=r"^3\.[0-9]$")]
    MessageClass: Annotated[str, StringConstraints(pattern="^Service$")]
    MessageCategory: Annotated[str, StringConstraints(pattern="^[A-Za-z]{1,32}$")]
    MessageType: Annotated[str, StringConstraints(pattern="^Request$")]
    SaleID: _Name
    ServiceID: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{1,10}$")]
    POIID: _Name


class _Identified(BaseModel):
    TransactionID: _Name
    TimeStamp: AwareDatetime


class _SaleTerminalData(BaseModel):
    TotalsGroupID: _Group = ""


class _SaleData(BaseModel):
    SaleTransactionID: _Identified
    SaleTerminalData: _SaleTerminalData = _SaleTerminalData()


class _Amounts(BaseModel):
    Currency: Annotated[str, StringConstraints(pattern="^CNY$")]


class _PaymentTransaction(BaseModel):
    AmountsReq: _Amounts


class _Payment(BaseModel):
    SaleData: _SaleData
    PaymentTransaction: _PaymentTransaction


class _Original(BaseModel):
    POITransactionID: _Identified


class _Reversal(BaseModel):
    SaleData: _SaleData
    OriginalPOITransaction: _Original
    ReversalReason: Annotated[str, StringConstraints(pattern="^[A-Za-z]{1,32}$")]


class _Reference(BaseModel):
    MessageCategory: _Kind
    SaleID: _Name
    ServiceID: _Name


class _Referring(BaseModel):
    MessageReference: _Reference


class _TotalFilter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    SaleID: _Name
    TotalsGroupID: _Group


class _GetTotals(BaseModel):
    model_config = ConfigDict(extra="forbid")

    TotalDetails: list[Annotated[str, StringConstraints(pattern="^TotalsGroupID$")]] = Field(max_length=1)
    TotalFilter: _TotalFilter


class _Login(BaseModel):
    DateTime: AwareDatetime
    SaleSoftware: dict[str, str] = Field(max_length=8)
    OperatorLanguage: Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]


@dataclass(frozen=True, slots=True)
class Working:
    """The answer comes when the payer is through; ask `TerminalProtocol.finished`."""

    header: MessageHeader


class TerminalProtocol:
    """Turns requests into the core's actions and the core's book into answers."""

    def __init__(self, core: TerminalCore, faults: FaultSource, poi_id: str) -> None:
        self._core = core
        self._faults = faults
        self._poi_id = poi_id

    def receive(self, message: Document, now: datetime) -> Document | Working | None:
        """Take one SaleToPOIRequest; None where nexo has no answer (Abort). Raise BadMessage."""
        try:
            header = MessageHeader.model_validate(message.get("MessageHeader"))
            if self._poi_id != header.POIID:
                raise BadMessage("for another terminal")
            body = message.get(f"{header.MessageCategory}Request")
            match header.MessageCategory:
                case "Login":
                    _Login.model_validate(body)
                    self._core.log_in()
                    return self._answer(header, {"Response": _SUCCESS, "POISystemData": self._system(now)})
                case "Diagnosis":
                    return self._answer(header, {"Response": _SUCCESS, **self._health()})
                case "Payment":
                    return self._pay(header, body, now)
                case "Reversal":
                    return self._reverse(header, body, now)
                case "TransactionStatus":
                    return self._status(header, _Referring.model_validate(body).MessageReference)
                case "Abort":
                    named = _Referring.model_validate(body).MessageReference
                    self._core.abort(named.SaleID, named.ServiceID)
                    return None
                case "Reconciliation":
                    told = {"ReconciliationType": "SaleReconciliation"}
                    return self._answer(header, {**_totals(self._core.book()), **told})
                case "GetTotals":
                    wanted = _GetTotals.model_validate(body).TotalFilter
                    return self._answer(header, _totals(self._core.book(), wanted))
        except ValidationError as error:
            raise BadMessage(f"{error.error_count()} errors against the schema") from error
        raise BadMessage("no such message")

    def finished(self, working: Working) -> Document | None:
        """Return the answer of a payment that is done, None while it is not."""
        header = working.header
        entry = self._core.book().find(header.SaleID, header.ServiceID, "Payment")
        if entry is None or entry.stage is not Stage.DONE:
            return None
        return self._answer(header, self._outcome(entry))

    def _pay(self, header: MessageHeader, body: Any, now: datetime) -> Document | Working:
        request = _Payment.model_validate(body)
        number = request.SaleData.SaleTransactionID.TransactionID
        amount = _amount(body["PaymentTransaction"]["AmountsReq"], "RequestedAmount")
        entry = Transaction(
            category="Payment",
            sale_id=header.SaleID,
            service_id=header.ServiceID,
            number=number,
            group=request.SaleData.SaleTerminalData.TotalsGroupID,
            amount=amount,
            began=now,
            until=now + CARD_WAIT,
        )
        refusal = self._core.begin(entry)
        return self._answer(header, {"Response": _failure(refusal)}) if refusal else Working(header)

    def _reverse(self, header: MessageHeader, body: Any, now: datetime) -> Document:
        request = _Reversal.model_validate(body)
        entry = Transaction(
            category="Reversal",
            sale_id=header.SaleID,
            service_id=header.ServiceID,
            number=request.SaleData.SaleTransactionID.TransactionID,
            group=request.SaleData.SaleTerminalData.TotalsGroupID,
            amount=_amount(body, "ReversedAmount"),
            began=now,
            until=now,
            reverses=request.OriginalPOITransaction.POITransactionID.TransactionID,
        )
        refusal = self._core.reverse(entry)
        if refusal:
            return self._answer(header, {"Response": _failure(refusal)})
        done = self._core.book().find(header.SaleID, header.ServiceID, "Reversal")
        return self._answer(header, self._outcome(done or entry))

    def _status(self, header: MessageHeader, named: _Reference) -> Document:
        entry = self._core.book().find(named.SaleID, named.ServiceID, named.MessageCategory)
        if entry is None:
            return self._answer(header, {"Response": _failure("NotFound")})
        if entry.stage is not Stage.DONE:
            told = {"AdditionalResponse": f"stage={entry.stage.value}"}
            return self._answer(header, {"Response": {**_failure("InProgress"), **told}})
        repeated = {
            "MessageHeader": {
                **header.model_dump(),
                "MessageType": "Response",
                "MessageCategory": entry.category,
                "ServiceID": entry.service_id,
            },
            "RepeatedResponseMessageBody": {f"{entry.category}Response": self._outcome(entry)},
        }
        return self._answer(
            header,
            {
                "Response": _SUCCESS,
                "MessageReference": named.model_dump(),
                "RepeatedMessageResponse": repeated,
            },
        )

    def _outcome(self, entry: Transaction) -> Document:
        sale = {"SaleTransactionID": {"TransactionID": entry.number, "TimeStamp": timestamp(entry.began)}}
        poi = {"POITransactionID": {"TransactionID": entry.poi_id, "TimeStamp": timestamp(entry.began)}}
        body = {"Response": _failure(entry.condition) if entry.condition else _SUCCESS, "SaleData": sale}
        if entry.condition:
            return body
        amount = Fen(entry.amount + (1 if self._faults.armed(CARD_TERMINAL, "other_amount") else 0))
        if entry.category == "Reversal":
            return {**body, "POIData": poi, "ReversedAmount": amount_json(amount)}
        return {**body, "POIData": poi, "PaymentResult": self._paid(entry, amount)}

    def _paid(self, entry: Transaction, amount: Fen) -> Document:
        card = CARDS.get(entry.card or "")
        stranger = self._faults.armed(CARD_TERMINAL, "other_merchant")
        return {
            "PaymentType": "Normal",
            "OnlineFlag": True,
            "PaymentInstrumentData": {
                "PaymentInstrumentType": "Card",
                "CardData": {
                    "PaymentBrand": card.brand if card else "",
                    "MaskedPan": card.masked if card else "",
                    "EntryMode": [entry.entry.value] if entry.entry else [],
                },
            },
            "AmountsResp": {"Currency": "CNY", "AuthorizedAmount": amount_json(amount)},
            "PaymentAcquirerData": {
                "AcquirerID": "simulated",
                "MerchantID": "000000000000000" if stranger else MERCHANT,
                "AcquirerPOIID": self._poi_id,
                "ApprovalCode": entry.poi_id[-6:],
            },
        }

    def _system(self, now: datetime) -> Document:
        return {
            "DateTime": timestamp(now),
            "POISoftware": {"ManufacturerID": "Simulated", "ApplicationName": "terminal"},
            **self._health(),
        }

    def _health(self) -> Document:
        reachable = not self._faults.armed(CARD_TERMINAL, "host_down")
        pin_pad = not self._faults.armed(CARD_TERMINAL, "pin_pad_down")
        status = {
            "GlobalStatus": "OK" if pin_pad and self._core.book().readable else "Unreachable",
            "PEDOKFlag": pin_pad,
            "CardReaderOKFlag": True,
            "CommunicationOKFlag": reachable,
        }
        return {
            "POIStatus": status,
            "HostStatus": [{"AcquirerID": "simulated", "IsReachableFlag": reachable}],
        }

    def _answer(self, header: MessageHeader, body: Document) -> Document:
        answered = {**header.model_dump(), "MessageType": "Response"}
        return {RESPONSE: {"MessageHeader": answered, f"{header.MessageCategory}Response": body}}


_SUCCESS = {"Result": "Success"}


def _failure(condition: str) -> Document:
    return {"Result": "Failure", "ErrorCondition": condition}


def _amount(document: Any, name: str) -> Fen:
    amount = amount_of(document, name)
    if amount is None or not 0 < amount < 10**10:
        raise BadMessage("no amount in yuan")
    return amount


def _totals(book: TerminalBook, wanted: _TotalFilter | None = None) -> Document:
    """Return the sums of all transactions, or of one sale system's in one group."""
    done = [
        entry
        for entry in book.transactions
        if entry.approved
        and (wanted is None or (entry.sale_id, entry.group) == (wanted.SaleID, wanted.TotalsGroupID))
    ]
    parts = [
        {
            "TransactionType": kind,
            "TransactionCount": len(mine),
            "TransactionAmount": amount_json(Fen(sum(entry.amount for entry in mine))),
        }
        for kind, category in (("Debit", "Payment"), ("ReverseDebit", "Reversal"))
        if (mine := [entry for entry in done if entry.category == category])
    ]
    totals = {"PaymentInstrumentType": "Card", "PaymentCurrency": "CNY", "PaymentTotals": parts}
    return {
        "Response": _SUCCESS,
        "POIReconciliationID": str(book.last_number),
        "TransactionTotals": [totals],
    }
