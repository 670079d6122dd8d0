"""What the kiosk says to WeChat Pay and how it reads what comes back.

Sources: merchant documentation v3, "Native下单", "微信支付订单号查询订单", "退款申请", "查询单笔退款".
Reading is called only with verified documents; every success is compared with the order.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order, Payment, Refund
from kiosk.payments import beijing
from kiosk.payments.contract import (
    Closed,
    Declined,
    Pending,
    QueryAnswer,
    RefundAnswer,
    RefundState,
    Settled,
    Undecided,
    matches,
)
from kiosk.payments.documents import Document, encode, integer_of, object_of, reference_of, text_of
from kiosk.payments.expiry import network_expiry
from kiosk.payments.wechat.platform_keys import PlatformKey

NATIVE = "/v3/pay/transactions/native"
REFUNDS = "/v3/refund/domestic/refunds"
CODEPAY = "/v3/pay/transactions/codepay"
CERTIFICATES = "/v3/certificates"
BILL = "/v3/bill/tradebill"
_LONGEST_DESCRIPTION = 127
_LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class WechatMerchant:
    """Who the kiosk is to WeChat Pay.

    `platform_key_id` is set in public-key mode; None means platform certificates, downloaded.
    """

    base_url: str
    appid: str
    mchid: str
    notify_url: str
    serial: str
    key: RSAPrivateKey = field(repr=False)
    apiv3_key: bytes = field(repr=False)
    platform_key_id: str | None = None
    platform_keys: tuple[PlatformKey, ...] = ()
    device_ip: str = "127.0.0.1"
    simulated: bool = False


def query_target(merchant: WechatMerchant, number: str) -> str:
    return f"/v3/pay/transactions/out-trade-no/{number}?mchid={merchant.mchid}"


def close_target(number: str) -> str:
    return f"/v3/pay/transactions/out-trade-no/{number}/close"


def native_request(merchant: WechatMerchant, order: Order) -> bytes:
    """Return the body that creates the order; the same order gives the same bytes."""
    return encode(
        {
            "appid": merchant.appid,
            "mchid": merchant.mchid,
            "description": order.subject[:_LONGEST_DESCRIPTION],
            "out_trade_no": order.number,
            "time_expire": beijing.rfc3339(network_expiry(order)),
            "notify_url": merchant.notify_url,
            "amount": {"total": int(order.amount), "currency": "CNY"},
        }
    )


def reverse_target(number: str) -> str:
    return f"/v3/pay/transactions/out-trade-no/{number}/reverse"


def codepay_request(merchant: WechatMerchant, order: Order, code: str) -> bytes:
    """Return the body that charges a payer's code; the store is the kiosk, as in its order numbers."""
    return encode(
        {
            "appid": merchant.appid,
            "mchid": merchant.mchid,
            "description": order.subject[:_LONGEST_DESCRIPTION],
            "out_trade_no": order.number,
            "payer": {"auth_code": code},
            "amount": {"total": int(order.amount), "currency": "CNY"},
            "scene_info": {"device_ip": merchant.device_ip, "store_info": {"out_id": order.number[:5]}},
        }
    )


def refund_request(order: Order, refund: Refund) -> bytes:
    """Return the body that asks for a refund; the same refund gives the same bytes."""
    return encode(
        {
            "out_trade_no": order.number,
            "out_refund_no": refund.number,
            "reason": refund.reason[:_LONGEST_REASON],
            "amount": {"refund": int(refund.amount), "total": int(order.amount), "currency": "CNY"},
        }
    )


def read_transaction(
    document: Document, merchant: WechatMerchant, order: Order, now: datetime
) -> QueryAnswer:
    """Return what a transaction object says of the order."""
    state = text_of(document, "trade_state")
    if text_of(document, "out_trade_no") != order.number or text_of(document, "mchid") != merchant.mchid:
        return Undecided("the answer is about another order or merchant", incident=True)
    match state:
        case "SUCCESS" | "REFUND":
            return _read_paid(document, merchant, order, now)
        case "NOTPAY" | "USERPAYING":
            return Pending()
        case "CLOSED":
            return Closed()
        case "REVOKED":  # undone by us; with a transaction the money had been taken and goes back
            return Closed(refunded=bool(text_of(document, "transaction_id")))
        case "PAYERROR":
            return Declined("PAYERROR")
    return Undecided(f"trade_state {state:.32}")


def _read_paid(
    document: Document, merchant: WechatMerchant, order: Order, now: datetime
) -> Settled | Undecided:
    amount = object_of(document, "amount")
    total = integer_of(amount, "total")
    transaction_id = reference_of(document, "transaction_id")
    if text_of(document, "appid") != merchant.appid or not transaction_id:
        return Undecided("paid, but to another application", incident=True)
    if total is None or not matches(order, Fen(total)) or amount.get("currency", "CNY") != "CNY":
        return Undecided("paid, but another amount than the order's", incident=True)
    try:
        paid_at = beijing.from_rfc3339(text_of(document, "success_time"))
    except ValueError:
        paid_at = now
    return Settled(Payment(order.number, Channel.WECHAT, order.amount, transaction_id, paid_at))


def read_refund(document: Document, order: Order, refund: Refund) -> RefundAnswer:
    """Return what a refund object says of the refund."""
    amount = object_of(document, "amount")
    told = text_of(document, "out_refund_no"), text_of(document, "out_trade_no"), integer_of(amount, "refund")
    if told != (refund.number, order.number, refund.amount):
        return RefundAnswer(RefundState.UNDECIDED, "the answer is about another refund or amount")
    match text_of(document, "status"):
        case "SUCCESS":
            return RefundAnswer(RefundState.DONE)
        case "PROCESSING":
            return RefundAnswer(RefundState.PROCESSING)
        case "ABNORMAL":
            return RefundAnswer(RefundState.REFUSED, "ABNORMAL: finish it in the merchant platform")
        case "CLOSED":
            return RefundAnswer(RefundState.REFUSED, "CLOSED")
    return RefundAnswer(RefundState.UNDECIDED, "unknown state of the refund")
