"""What the kiosk says to UnionPay and how it reads what comes back.

Source: UnionPay full-channel platform, product "二维码支付", interface specification 5.1.0. Reading is
called only with verified fields; every success is compared with the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments import beijing
from kiosk.payments.contract import (
    Declined,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
    matches,
)
from kiosk.payments.documents import reference_of
from kiosk.payments.expiry import network_expiry

PAID = frozenset({"00", "A6"})  # A6: "有缺陷的成功", counts as success
NOT_FOUND = "34"
DUPLICATE = "12"
# "03/04/05": the network itself does not know yet; of a QR payment also 01, 12 and 60.
UNDECIDED_CODES = frozenset({"03", "04", "05"})
UNDECIDED_ORIGINS = UNDECIDED_CODES | {"01", "12", "60"}
NOT_A_REFUSAL = UNDECIDED_CODES | {"37", "99"}  # too many queries, general failure
FILE_URL = "https://filedownload.95516.com/"
NO_NOTICE_URL = "http://www.specialUrl.com"  # the documentation's own "no notification wanted"


@dataclass(frozen=True, slots=True)
class UnionPayMerchant:
    """Who the kiosk is to UnionPay; `cert_id` is the merchant certificate's serial, in decimal."""

    base_url: str
    mer_id: str
    cert_id: str
    key: RSAPrivateKey = field(repr=False)
    root: x509.Certificate = field(repr=False)
    middle: x509.Certificate = field(repr=False)
    notify_url: str = NO_NOTICE_URL
    file_url: str = FILE_URL
    simulated: bool = False


def _common(
    merchant: UnionPayMerchant, number: str, moment: datetime, kind: tuple[str, str]
) -> dict[str, str]:
    txn_type, sub_type = kind
    return {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "signMethod": "01",
        "certId": merchant.cert_id,
        "txnType": txn_type,
        "txnSubType": sub_type,
        "bizType": "000000",
        "accessType": "0",
        "channelType": "08",
        "merId": merchant.mer_id,
        "orderId": number,
        "txnTime": beijing.digits(moment),
    }


def apply_fields(merchant: UnionPayMerchant, order: Order) -> dict[str, str]:
    """Return the request for a QR code that the kiosk shows (主扫, 01/07)."""
    return {
        **_common(merchant, order.number, order.opened_at, ("01", "07")),
        "txnAmt": str(order.amount),
        "currencyCode": "156",
        "backUrl": merchant.notify_url,
        "payTimeout": beijing.digits(network_expiry(order)),
    }


def charge_fields(merchant: UnionPayMerchant, order: Order, code: str) -> dict[str, str]:
    """Return the request that charges a payer's code (被扫, 01/06); the terminal is the kiosk."""
    return {
        **_common(merchant, order.number, order.opened_at, ("01", "06")),
        "txnAmt": str(order.amount),
        "currencyCode": "156",
        "backUrl": merchant.notify_url,
        "qrNo": code,
        "termId": f"{order.number[1:5]:0>8}",
    }


def reversal_fields(merchant: UnionPayMerchant, order: Order) -> dict[str, str]:
    """Return the reversal (冲正, 99/01): number and time of the original, no amount."""
    return _common(merchant, order.number, order.opened_at, ("99", "01"))


def query_fields(merchant: UnionPayMerchant, number: str, moment: datetime) -> dict[str, str]:
    """Return the query of one transaction by its number and its original time (00/00)."""
    return _common(merchant, number, moment, ("00", "00"))


def refund_fields(merchant: UnionPayMerchant, refund: Refund) -> dict[str, str]:
    """Return the request for a refund (退货, 04/00), a transaction with a number of its own."""
    return {
        **_common(merchant, refund.number, refund.requested_at, ("04", "00")),
        "txnAmt": str(refund.amount),
        "currencyCode": "156",
        "origQryId": refund.transaction_id,
        "backUrl": merchant.notify_url,
    }


def file_fields(merchant: UnionPayMerchant, day: date, now: datetime) -> dict[str, str]:
    """Return the request for a settlement day's file of transactions (76/01)."""
    return {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "signMethod": "01",
        "certId": merchant.cert_id,
        "txnType": "76",
        "txnSubType": "01",
        "bizType": "000000",
        "accessType": "0",
        "merId": merchant.mer_id,
        "settleDate": f"{day:%m%d}",
        "txnTime": beijing.digits(now),
        "fileType": "00",
    }


def answers(sent: Mapping[str, str], got: Mapping[str, str]) -> bool:
    """Return whether an answer belongs to the request and tells no other amount than it."""
    if "txnAmt" in sent and got.get("txnAmt", sent["txnAmt"]) != sent["txnAmt"]:
        return False
    names = ("txnType", "txnSubType", "merId", "orderId", "txnTime", "settleDate")
    return all(got.get(name) == sent[name] for name in names if name in sent)


def read_payment(fields: Mapping[str, str], merchant: UnionPayMerchant, order: Order) -> QueryAnswer:
    """Return what a query that found the order (respCode 00) says of the payment."""
    origin = fields.get("origRespCode", "")
    if origin in PAID:
        return read_paid(fields, merchant, order)
    if origin == NOT_FOUND:
        return Pending()
    if origin in UNDECIDED_ORIGINS or not origin:
        return Undecided(f"origRespCode {origin:.4}")
    return Declined(f"origRespCode {origin:.4}")


def read_paid(fields: Mapping[str, str], merchant: UnionPayMerchant, order: Order) -> Settled | Undecided:
    """Return the payment in a paid transaction, of a query or a notification, if it is the order's."""
    told = fields.get("merId"), fields.get("orderId"), fields.get("txnTime")
    if told != (merchant.mer_id, order.number, beijing.digits(order.opened_at)):
        return Undecided("paid, but another order or merchant", incident=True)
    amount, query_id = fields.get("txnAmt", ""), reference_of(fields, "queryId")
    right = amount.isascii() and amount.isdigit() and len(amount) <= 12 and matches(order, Fen(int(amount)))
    if not right or fields.get("currencyCode", "156") != "156" or not query_id:
        return Undecided("paid, but another amount than the order's", incident=True)
    paid_at = _trace_moment(fields.get("traceTime", ""), order.opened_at)
    return Settled(Payment(order.number, Channel.UNIONPAY, order.amount, query_id, paid_at))


def _trace_moment(trace_time: str, opened_at: datetime) -> datetime:
    """Return the UTC moment of ``MMDDhhmmss`` (Beijing, no year) near the order, else its opening."""
    for year in {(opened_at + days).year for days in (timedelta(days=-30), timedelta(days=30))}:
        try:
            moment = beijing.from_digits(f"{year}{trace_time}")
        except ValueError:
            continue
        if abs(moment - opened_at) < timedelta(days=60):
            return moment
    return opened_at.astimezone(UTC)


def read_refund(fields: Mapping[str, str], refund: Refund) -> RefundAnswer:
    """Return what a query that found the refund (respCode 00) says of it."""
    origin = fields.get("origRespCode", "")
    if origin in PAID:
        if fields.get("txnAmt") == str(refund.amount):
            return RefundAnswer(RefundState.DONE)
        return RefundAnswer(RefundState.UNDECIDED, "the answer is about another amount")
    if origin in UNDECIDED_ORIGINS or not origin:
        return RefundAnswer(RefundState.PROCESSING, f"origRespCode {origin:.4}")
    return RefundAnswer(RefundState.REFUSED, f"origRespCode {origin:.4}")
