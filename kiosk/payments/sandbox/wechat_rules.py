"""What the simulated WeChat Pay demands of a request's members (merchant documentation v3)."""

import re
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.payment import Channel
from kiosk.payments import beijing
from kiosk.payments.documents import Document, integer_of, object_of, text_of
from kiosk.payments.sandbox.keys import WECHAT_APPID, WECHAT_MCHID
from kiosk.payments.sandbox.ledger import OrderKind, OrderState, StoredOrder, stamp
from kiosk.payments.sandbox.notify_urls import is_notify_url

CHANNEL = Channel.WECHAT
_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_AUTH_CODE = re.compile(r"1[0-5][0-9]{16}")
_REFUND_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")


class Refusal(Exception):
    """A request refused with an HTTP status and WeChat Pay's code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.document: Document = {"code": code, "message": message}


def require(good: bool, name: str) -> None:
    """Refuse with PARAM_ERROR naming the member unless it is good."""
    if not good:
        raise Refusal(400, "PARAM_ERROR", f"参数错误: {name}")


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """A checked request for a Native order."""

    number: str
    amount: int
    description: str
    notify_url: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedCharge:
    """A checked request to charge a payer's code."""

    number: str
    amount: int
    description: str
    auth_code: str


@dataclass(frozen=True, slots=True)
class AskedRefund:
    """A checked request for a refund."""

    number: str
    order_number: str
    transaction_id: str
    amount: int
    total: int


def check_native(document: Document, now: datetime) -> AskedOrder:
    number, description = text_of(document, "out_trade_no"), text_of(document, "description")
    notify_url, total = text_of(document, "notify_url"), integer_of(object_of(document, "amount"), "total")
    require(text_of(document, "appid") == WECHAT_APPID, "appid")
    require(text_of(document, "mchid") == WECHAT_MCHID, "mchid")
    require(_NUMBER.fullmatch(number) is not None, "out_trade_no")
    require(0 < len(description) <= 127, "description")
    require(is_notify_url(notify_url) and "?" not in notify_url, "notify_url")
    require(total is not None and 0 < total < 10**10, "amount.total")
    require(object_of(document, "amount").get("currency", "CNY") == "CNY", "amount.currency")
    require(len(text_of(document, "attach")) <= 128, "attach")
    return AskedOrder(number, total or 0, description, notify_url, _time_expire(document, now))


def check_codepay(document: Document) -> AskedCharge:
    number, description = text_of(document, "out_trade_no"), text_of(document, "description")
    amount, scene = object_of(document, "amount"), object_of(document, "scene_info")
    total, auth_code = integer_of(amount, "total"), text_of(object_of(document, "payer"), "auth_code")
    require(text_of(document, "appid") == WECHAT_APPID, "appid")
    require(text_of(document, "mchid") == WECHAT_MCHID, "mchid")
    require(_NUMBER.fullmatch(number) is not None, "out_trade_no")
    require(0 < len(description) <= 127, "description")
    require(total is not None and 0 < total < 10**10, "amount.total")
    require(amount.get("currency", "CNY") == "CNY", "amount.currency")
    require(_AUTH_CODE.fullmatch(auth_code) is not None, "payer.auth_code")
    require(0 < len(text_of(scene, "device_ip")) <= 45, "scene_info.device_ip")
    store = object_of(scene, "store_info")
    require(bool(text_of(store, "id")) != bool(text_of(store, "out_id")), "scene_info.store_info")
    return AskedCharge(number, total or 0, description, auth_code)


def repeated_codepay(known: StoredOrder, asked: AskedCharge) -> StoredOrder:
    """Return the known order for the same charge again, refuse everything else under its number."""
    if known.state in {OrderState.CLOSED, OrderState.FAILED}:
        raise Refusal(400, "ORDER_CLOSED", "该订单已关闭")
    same = (known.kind, known.amount, known.subject) == (
        OrderKind.PAYER_CODE,
        asked.amount,
        asked.description,
    )
    if not same:
        raise Refusal(400, "INVALID_REQUEST", "201 商户订单号重复")
    if known.state is OrderState.PAID:
        raise Refusal(400, "ORDERPAID", "该订单已支付")
    return known


def _time_expire(document: Document, now: datetime) -> datetime | None:
    if "time_expire" not in document:
        return None
    try:
        expires_at = beijing.from_rfc3339(text_of(document, "time_expire"))
    except ValueError:
        raise Refusal(400, "PARAM_ERROR", "参数错误: time_expire") from None
    require(expires_at > now, "time_expire")
    return expires_at


def repeated_native(known: StoredOrder, asked: AskedOrder, now: datetime) -> StoredOrder:
    """Return the known order for the same request again, refuse everything else under its number."""
    if known.state is OrderState.PAID:
        raise Refusal(400, "ORDERPAID", "该订单已支付")
    if known.state is OrderState.CLOSED:
        raise Refusal(400, "ORDER_CLOSED", "该订单已关闭")
    expires_at = known.expires_at if asked.expires_at is None else stamp(asked.expires_at)
    same = (known.amount, known.subject, known.notify_url, known.expires_at) == (
        asked.amount,
        asked.description,
        asked.notify_url,
        expires_at,
    )
    if not same or known.over(now):
        raise Refusal(400, "INVALID_REQUEST", "201 商户订单号重复")
    return known


def check_refund(document: Document) -> AskedRefund:
    amount = object_of(document, "amount")
    refund, total = integer_of(amount, "refund"), integer_of(amount, "total")
    number, order_number = text_of(document, "out_refund_no"), text_of(document, "out_trade_no")
    transaction_id = text_of(document, "transaction_id")
    require(_REFUND_NUMBER.fullmatch(number) is not None, "out_refund_no")
    require(bool(order_number) != bool(transaction_id), "out_trade_no")
    require(len(text_of(document, "reason")) <= 80, "reason")
    require(refund is not None and refund > 0, "amount.refund")
    require(total is not None and total > 0, "amount.total")
    require(amount.get("currency") == "CNY", "amount.currency")
    return AskedRefund(number, order_number, transaction_id, refund or 0, total or 0)
