"""What the kiosk says to Alipay and how it reads what comes back.

Sources: Alipay Open Platform, "当面付": alipay.trade.precreate, query, cancel, refund, fastpay.refund.query;
"扫码支付异步通知". Reading is called only with verified objects; every success is compared with the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from kiosk.domain.money import Fen, parse_yuan, yuan_text
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments import beijing
from kiosk.payments.contract import (
    Closed,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
    matches,
)
from kiosk.payments.documents import Document, reference_of, text_of
from kiosk.payments.expiry import network_expiry

PRECREATE = "alipay.trade.precreate"
PAY = "alipay.trade.pay"
QUERY = "alipay.trade.query"
CANCEL = "alipay.trade.cancel"
REFUND = "alipay.trade.refund"
REFUND_QUERY = "alipay.trade.fastpay.refund.query"
BILL = "alipay.data.dataservice.bill.downloadurl.query"

PAID_STATES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_LONGEST_SUBJECT = 128  # the documentation allows 256 bytes
_LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class CertificateSerials:
    """What certificate mode names: the application's, Alipay's own and the root certificates."""

    app: str
    alipay: str
    root: str


@dataclass(frozen=True, slots=True)
class AlipayMerchant:
    """Who the kiosk is to Alipay; `alipay_key` is Alipay's public key made for this application."""

    gateway_url: str
    app_id: str
    seller_id: str
    key: RSAPrivateKey = field(repr=False)
    alipay_key: RSAPublicKey = field(repr=False)
    notify_url: str | None = None
    certificates: CertificateSerials | None = None
    simulated: bool = False


def common_parameters(merchant: AlipayMerchant, method: str, now: datetime) -> dict[str, str]:
    """Return the common parameters; the gateway reads times as Beijing time."""
    parameters = {
        "app_id": merchant.app_id,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": beijing.text(now),
        "version": "1.0",
    }
    if merchant.certificates is not None:
        parameters |= {
            "app_cert_sn": merchant.certificates.app,
            "alipay_root_cert_sn": merchant.certificates.root,
        }
    if method in {PRECREATE, PAY} and merchant.notify_url:
        parameters["notify_url"] = merchant.notify_url
    return parameters


def precreate_content(order: Order) -> Document:
    """Return the business content of a precreate.

    The expiry is absolute: a relative one starts only when the payer scans, for no trade exists before.
    """
    return {
        "out_trade_no": order.number,
        "total_amount": yuan_text(order.amount),
        "subject": order.subject[:_LONGEST_SUBJECT],
        "product_code": "FACE_TO_FACE_PAYMENT",
        "time_expire": beijing.text(network_expiry(order)),
    }


def pay_content(order: Order, code: str) -> Document:
    """Return the business content that charges a payer's code."""
    return {
        **precreate_content(order),
        "scene": "bar_code",
        "auth_code": code,
    }


def refund_content(order: Order, refund: Refund) -> Document:
    return {
        "out_trade_no": order.number,
        "refund_amount": yuan_text(refund.amount),
        "out_request_no": refund.number,
        "refund_reason": refund.reason[:_LONGEST_REASON],
    }


def amount_of(document: Mapping[str, str] | Document, name: str) -> Fen | None:
    """Return an amount in yuan as fen, None where it is missing or malformed."""
    try:
        return parse_yuan(text_of(document, name))
    except ValueError:
        return None


def read_trade(document: Document, merchant: AlipayMerchant, order: Order, now: datetime) -> QueryAnswer:
    """Return what a queried trade says of the order."""
    if text_of(document, "out_trade_no") != order.number:
        return Undecided("the answer is about another order", incident=True)
    match text_of(document, "trade_status"):
        case "TRADE_SUCCESS" | "TRADE_FINISHED":
            return read_paid(document, merchant, order, now)
        case "WAIT_BUYER_PAY":
            return Pending()
        case "TRADE_CLOSED":
            return Closed(refunded=bool(text_of(document, "send_pay_date")))
    return Undecided("unknown trade_status")


def read_paid(
    document: Document, merchant: AlipayMerchant, order: Order, now: datetime
) -> Settled | Undecided:
    """Return the payment in a paid trade, of a query or a notification, if it is the order's.

    A query's answer need not name the seller: Alipay's key is made for one application only.
    """
    trade_no = reference_of(document, "trade_no")
    for name, own in (("app_id", merchant.app_id), ("seller_id", merchant.seller_id)):
        if document.get(name, own) != own:
            return Undecided(f"paid, but to another {name}", incident=True)
    amount = amount_of(document, "total_amount")
    if not trade_no or amount is None or not matches(order, amount):
        return Undecided("paid, but another amount than the order's", incident=True)
    try:
        paid_at = beijing.from_text(text_of(document, "send_pay_date") or text_of(document, "gmt_payment"))
    except ValueError:
        paid_at = now
    return Settled(Payment(order.number, Channel.ALIPAY, order.amount, trade_no, paid_at))


def read_refund_query(document: Document, order: Order, refund: Refund) -> RefundAnswer:
    """Return what a refund query says: an answer without refund_status means that there is no such refund."""
    if text_of(document, "refund_status") != "REFUND_SUCCESS":
        return RefundAnswer(RefundState.UNDECIDED, "no such refund yet")
    told = text_of(document, "out_trade_no"), text_of(document, "out_request_no")
    amount = amount_of(document, "refund_amount")
    if told != (order.number, refund.number) or amount != refund.amount:
        return RefundAnswer(RefundState.UNDECIDED, "the answer is about another refund or amount")
    return RefundAnswer(RefundState.DONE)
