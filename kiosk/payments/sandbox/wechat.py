"""The simulated WeChat Pay, APIv3: verifies what the real one verifies, signs what the real one signs.

Sources as in `kiosk.payments.wechat`. Every answer but 401 and 5xx is signed; errors carry
``{"code", "message", "detail"}``.
"""

import gzip
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.payments import beijing, rsa
from kiosk.payments.documents import Document, encode, parse_object, text_of
from kiosk.payments.sandbox import bills, booking
from kiosk.payments.sandbox.exchange import STRAIGHT, Answer, Bend, Operation, Request
from kiosk.payments.sandbox.keys import (
    WECHAT_APPID,
    WECHAT_MCHID,
    WECHAT_PUBLIC_KEY_ID,
    WechatGatewayKeys,
)
from kiosk.payments.sandbox.ledger import Ledger, OrderKind, OrderState, StoredOrder, StoredRefund, stamp
from kiosk.payments.sandbox.wechat_rules import (
    CHANNEL,
    AskedCharge,
    Refusal,
    check_codepay,
    check_native,
    check_refund,
    repeated_codepay,
    repeated_native,
    require,
)
from kiosk.payments.wechat.signing import (
    Authorization,
    answer_headers,
    in_window,
    parse_authorization,
    request_text,
    seal,
)

_NATIVE = "/v3/pay/transactions/native"
_BY_NUMBER = re.compile(r"/v3/pay/transactions/out-trade-no/([^/]+)")
_BY_ID = re.compile(r"/v3/pay/transactions/id/([^/]+)")
_CLOSE = re.compile(r"/v3/pay/transactions/out-trade-no/([^/]+)/close")
_REFUNDS = "/v3/refund/domestic/refunds"
_REFUND = re.compile(r"/v3/refund/domestic/refunds/([^/]+)")
_CODEPAY = "/v3/pay/transactions/codepay"
_REVERSE = re.compile(r"/v3/pay/transactions/out-trade-no/([^/]+)/reverse")
_CERTIFICATES = "/v3/certificates"
_BILL = "/v3/bill/tradebill"
_BILL_FILE = "/v3/billdownload/file"
_CODE_LIFE = timedelta(hours=2)
_BILL_LIFE = timedelta(minutes=5)
_ASKING_LIFE = timedelta(minutes=5)
_REVERSE_FROM, _REVERSE_UNTIL = timedelta(seconds=15), timedelta(days=7)


class WechatNetwork:
    """WeChat Pay as the gateway plays it."""

    channel = CHANNEL

    def __init__(self, ledger: Ledger, keys: WechatGatewayKeys) -> None:
        self._ledger = ledger
        self._keys = keys
        self._shelf = bills.BillShelf(_BILL_LIFE)

    def adopt(self, keys: WechatGatewayKeys) -> None:
        """Sign and verify by other keys from now on."""
        self._keys = keys

    def operation(self, request: Request) -> Operation:
        match request.method, request.path:
            case "POST", path if path in {_NATIVE, _CODEPAY}:
                return Operation.CREATE
            case "POST", path if path == _REFUNDS:
                return Operation.REFUND
            case "POST", path if _CLOSE.fullmatch(path) or _REVERSE.fullmatch(path):
                return Operation.CLOSE
            case "GET", path if _BY_NUMBER.fullmatch(path) or _BY_ID.fullmatch(path):
                return Operation.QUERY
            case "GET", path if _REFUND.fullmatch(path):
                return Operation.REFUND_QUERY
            case "GET", path if path == _BILL:
                return Operation.BILL
        return Operation.OTHER

    def answer(self, request: Request, now: datetime, bend: Bend = STRAIGHT) -> Answer:
        with self._ledger.transaction():
            refused = self._unauthorized(request, now)
            if refused is not None:
                return refused
            if request.path == _BILL_FILE:
                return self._bill_file(request, now)
            try:
                status, document = self._perform(request, now, bend)
            except Refusal as refusal:
                status, document = refusal.status, refusal.document
        body = b"" if document is None else encode(document)
        return Answer(status, self._signed(request, body, now, bend), body)

    def notice(
        self,
        order: StoredOrder,
        event: str,  # noqa: ARG002 - refunds are not notified: no notify_url is taken for them
        now: datetime,
    ) -> tuple[Mapping[str, str], bytes]:
        plain = encode(self._transaction(order, STRAIGHT))
        nonce = secrets.token_hex(6)
        message = {
            "id": f"EV-{order.transaction_id}",
            "create_time": beijing.rfc3339(now),
            "resource_type": "encrypt-resource",
            "event_type": "TRANSACTION.SUCCESS",
            "summary": "支付成功",
            "resource": {
                "original_type": "transaction",
                **seal(self._keys.apiv3_key, plain, nonce, "transaction"),
            },
        }
        body = encode(message)
        signed = answer_headers(
            self._keys.public, WECHAT_PUBLIC_KEY_ID, int(now.timestamp()), secrets.token_hex(16), body
        )
        return {"Content-Type": "application/json", **signed}, body

    # requests

    def _unauthorized(self, request: Request, now: datetime) -> Answer | None:
        """Return the 401 for a request that is not the merchant's, None for a good one."""
        parsed = parse_authorization(request.headers.get("authorization", ""))
        if parsed is None:
            return _sign_error("Http头Authorization值格式错误", request, b"")
        text = request_text(request.method, request.target, parsed.timestamp, parsed.nonce_str, request.body)
        if not in_window(parsed.timestamp, now.timestamp()):
            return _sign_error("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟", request, text)
        if not self._verifies(parsed, text):
            return _sign_error("错误的签名，验签失败", request, text)
        if not self._ledger.use_nonce(f"wechat {parsed.nonce_str}", now):
            return _sign_error("nonce_str重复", request, text)
        return None

    def _verifies(self, parsed: Authorization, text: bytes) -> bool:
        if parsed.mchid != WECHAT_MCHID or parsed.serial_no.upper() != self._keys.merchant_serial:
            return False
        return rsa.verifies(self._keys.merchant, text, parsed.signature)

    def _perform(self, request: Request, now: datetime, bend: Bend) -> tuple[int, Document | None]:
        _check_headers(request)
        if request.path == _CERTIFICATES and request.method == "GET":
            return 200, {"data": [self._certificate(number) for number in range(len(self._keys.platform))]}
        match self.operation(request):
            case Operation.CREATE if request.path == _CODEPAY:
                return self._pay_by_code(_body(request), now, bend)
            case Operation.CREATE:
                return 200, {"code_url": self._create(_body(request), now).code}
            case Operation.QUERY:
                return 200, self._transaction(self._queried(request), bend)
            case Operation.CLOSE if _REVERSE.fullmatch(request.path):
                return 200, self._reverse(request, now, bend)
            case Operation.CLOSE:
                self._close(request, now, bend)
                return 204, None
            case Operation.BILL:
                return 200, self._bill(request, now)
            case Operation.REFUND:
                return 200, self._refund_document(self._refund(_body(request), now), bend)
            case Operation.REFUND_QUERY:
                return 200, self._refund_document(self._settled_refund(request.path), bend)
        raise Refusal(404, "RESOURCE_NOT_EXISTS", "请求的资源不存在")

    def _create(self, document: Document, now: datetime) -> StoredOrder:
        asked = check_native(document, now)
        known = self._ledger.order(CHANNEL, asked.number)
        if known is not None:
            return repeated_native(known, asked, now)
        expires_at = asked.expires_at or now + _CODE_LIFE
        order = StoredOrder(
            channel=CHANNEL,
            number=asked.number,
            amount=asked.amount,
            subject=asked.description,
            state=OrderState.OPEN,
            code=booking.new_code(CHANNEL),
            opened_at=stamp(now),
            expires_at=stamp(expires_at),
            notify_url=asked.notify_url,
        )
        self._ledger.save_order(order)
        return order

    def _pay_by_code(self, document: Document, now: datetime, bend: Bend) -> tuple[int, Document]:
        """Charge the phone whose payment code was read (付款码支付)."""
        asked = check_codepay(document)
        known = self._ledger.order(CHANNEL, asked.number)
        order = repeated_codepay(known, asked) if known is not None else self._charged(asked, now)
        if order.state is not OrderState.PAID:
            raise Refusal(400, "USERPAYING", "需要用户输入支付密码")
        return 200, self._transaction(order, bend)

    def _charged(self, asked: AskedCharge, now: datetime) -> StoredOrder:
        wanted = StoredOrder(
            channel=CHANNEL,
            number=asked.number,
            amount=asked.amount,
            subject=asked.description,
            state=OrderState.OPEN,
            code=f"payer_code {asked.number}",
            opened_at=stamp(now),
            expires_at=stamp(now + _ASKING_LIFE),
        )
        order, charge = booking.charge(self._ledger, wanted, asked.auth_code, now)
        if order is None:
            raise Refusal(400, "AUTH_CODE_INVALID", "付款码无效")
        if charge is booking.Charge.REFUSED:
            raise Refusal(403, "NOT_ENOUGH", "用户余额不足")
        return order

    def _reverse(self, request: Request, now: datetime, bend: Bend) -> Document:
        """Undo a payment by the payer's code, within seven days; a paid one is given back."""
        asked = _body(request)
        require(text_of(asked, "mchid") == WECHAT_MCHID, "mchid")
        require(text_of(asked, "appid") == WECHAT_APPID, "appid")
        order = _existing(self._ledger.order(CHANNEL, request.path.split("/")[-2]))
        age = now - datetime.fromisoformat(order.opened_at)
        if order.kind is not OrderKind.PAYER_CODE or age > _REVERSE_UNTIL:
            raise Refusal(400, "INVALID_REQUEST", "订单不支持撤销")
        if age < _REVERSE_FROM:
            raise Refusal(400, "INVALID_REQUEST", "请在支付15秒后撤销")
        if bend.pay_first:
            order = booking.pay(self._ledger, order, now, late=True) or order
        if not booking.refunded(self._ledger, order):
            booking.give_back(self._ledger, order, now)
        return {"out_trade_no": order.number}

    def _queried(self, request: Request) -> StoredOrder:
        require(dict(parse_qsl(request.query)).get("mchid") == WECHAT_MCHID, "mchid")
        if match := _BY_NUMBER.fullmatch(request.path):
            order = self._ledger.order(CHANNEL, match[1])
        else:
            order = self._ledger.order_of_transaction(CHANNEL, request.path.rpartition("/")[2])
        return _existing(order)

    def _close(self, request: Request, now: datetime, bend: Bend) -> None:
        require(text_of(_body(request), "mchid") == WECHAT_MCHID, "mchid")
        order = _existing(self._ledger.order(CHANNEL, request.path.split("/")[-2]))
        if bend.pay_first:
            order = booking.pay(self._ledger, order, now) or order
        if order.kind is OrderKind.PAYER_CODE:
            raise Refusal(400, "INVALID_REQUEST", "付款码订单请使用撤销")
        if order.state is OrderState.PAID:
            raise Refusal(400, "ORDERPAID", "订单已支付")
        if order.state is OrderState.CLOSED:
            raise Refusal(400, "ORDER_CLOSED", "订单已关闭")
        self._ledger.save_order(replace(order, state=OrderState.CLOSED))

    def _refund(self, document: Document, now: datetime) -> StoredRefund:
        asked = check_refund(document)
        if asked.transaction_id:
            order = self._ledger.order_of_transaction(CHANNEL, asked.transaction_id)
        else:
            order = self._ledger.order(CHANNEL, asked.order_number)
        if order is None:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        require(asked.total == order.amount, "amount.total")
        known = self._ledger.refund(CHANNEL, asked.number)
        if known is not None:
            if (known.order_number, known.amount) != (order.number, asked.amount):
                raise Refusal(400, "INVALID_REQUEST", "退款单号重复, 与原请求不一致")
            return known
        made = booking.refund(self._ledger, order, asked.number, asked.amount, now)
        if made is None:
            raise Refusal(400, "INVALID_REQUEST", "订单未支付或退款金额大于可退金额")
        return made

    def _bill(self, request: Request, now: datetime) -> Document:
        """Put the bill of a past day on the shelf and tell where it is."""
        asked = dict(parse_qsl(request.query))
        kind, packing = asked.get("bill_type", "ALL"), asked.get("tar_type", "")
        try:
            day = date.fromisoformat(asked.get("bill_date", ""))
        except ValueError:
            raise Refusal(400, "PARAM_ERROR", "参数错误: bill_date") from None
        require(bills.is_past(day, now), "bill_date")
        require(kind in {"ALL", "SUCCESS", "REFUND"} and packing in {"", "GZIP"}, "bill_type")
        lines = bills.lines_of(self._ledger, CHANNEL, day)
        if not lines:
            raise Refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        content = bills.wechat_bill(lines, kind)
        token = self._shelf.put(gzip.compress(content) if packing else content, now)
        return {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            "download_url": f"http://{request.headers.get('host', '')}{_BILL_FILE}?token={token}",
        }

    def _bill_file(self, request: Request, now: datetime) -> Answer:
        """Return a bill by its token; the answer is not signed."""
        content = self._shelf.get(dict(parse_qsl(request.query)).get("token", ""), now)
        if content is None or request.method != "GET":
            return Answer(404)
        return Answer(200, {"Content-Type": "application/octet-stream"}, content)

    def _settled_refund(self, path: str) -> StoredRefund:
        """Find a refund; the first query after the request finds it done."""
        refund = self._ledger.refund(CHANNEL, path.rpartition("/")[2])
        if refund is None:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        done = replace(refund, state="done")
        self._ledger.save_refund(done)
        return done

    # answers

    def _transaction(self, order: StoredOrder, bend: Bend) -> Document:
        document: dict[str, object] = {
            "appid": WECHAT_APPID,
            "mchid": WECHAT_MCHID,
            "out_trade_no": order.number,
            "trade_state": self._state(order),
            "trade_state_desc": "",
            "amount": {"total": bend.amount(order.amount), "currency": "CNY"},
        }
        if order.state is OrderState.PAID:
            document |= {
                "transaction_id": order.transaction_id,
                "trade_type": "MICROPAY" if order.kind is OrderKind.PAYER_CODE else "NATIVE",
                "bank_type": "OTHERS",
                "attach": "",
                "success_time": beijing.rfc3339(datetime.fromisoformat(order.paid_at)),
                "payer": {"openid": "oSandboxPayer0000000000000001"},
                "amount": {
                    "total": bend.amount(order.amount),
                    "payer_total": bend.amount(order.amount),
                    "currency": "CNY",
                    "payer_currency": "CNY",
                },
            }
        return document

    def _state(self, order: StoredOrder) -> str:
        """Return the trade_state; reversal, payer's password and failure exist with payer's codes only."""
        by_code = order.kind is OrderKind.PAYER_CODE
        refunds = self._ledger.refunds(CHANNEL, order.number)
        match order.state:
            case OrderState.PAID if by_code and any(r.number.startswith(booking.REVERSAL) for r in refunds):
                return "REVOKED"
            case OrderState.PAID:
                return "REFUND" if refunds else "SUCCESS"
            case OrderState.CLOSED:
                return "REVOKED" if by_code else "CLOSED"
            case OrderState.FAILED:
                return "PAYERROR"
        return "USERPAYING" if by_code else "NOTPAY"

    def _refund_document(self, refund: StoredRefund, bend: Bend) -> Document:
        order = _existing(self._ledger.order(CHANNEL, refund.order_number))
        document: dict[str, object] = {
            "refund_id": refund.refund_id,
            "out_refund_no": refund.number,
            "transaction_id": order.transaction_id,
            "out_trade_no": order.number,
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": beijing.rfc3339(datetime.fromisoformat(refund.asked_at)),
            "status": "SUCCESS" if refund.state == "done" else "PROCESSING",
            "amount": {
                "total": order.amount,
                "refund": bend.amount(refund.amount),
                "payer_total": order.amount,
                "payer_refund": bend.amount(refund.amount),
                "settlement_total": order.amount,
                "settlement_refund": bend.amount(refund.amount),
                "discount_refund": 0,
                "currency": "CNY",
            },
        }
        if refund.state == "done":
            document["success_time"] = document["create_time"]
        return document

    def _certificate(self, number: int) -> Document:
        _, certificate = self._keys.platform[number]
        pem = certificate.public_bytes(Encoding.PEM)
        return {
            "serial_no": f"{certificate.serial_number:X}",
            "effective_time": beijing.rfc3339(certificate.not_valid_before_utc),
            "expire_time": beijing.rfc3339(certificate.not_valid_after_utc),
            "encrypt_certificate": seal(self._keys.apiv3_key, pem, secrets.token_hex(6), "certificate"),
        }

    def _signed(self, request: Request, body: bytes, now: datetime, bend: Bend) -> Mapping[str, str]:
        """Sign with the public key where the merchant asks for it by id, else with the newest certificate."""
        key, certificate = self._keys.platform[-1]
        serial = f"{certificate.serial_number:X}"
        if request.headers.get("wechatpay-serial") == WECHAT_PUBLIC_KEY_ID:
            key, serial = self._keys.public, WECHAT_PUBLIC_KEY_ID
        covered = body + b" " if bend.wrong_signature else body
        second, nonce = int(now.astimezone(UTC).timestamp()), secrets.token_hex(16)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Request-ID": secrets.token_hex(16).upper(),
            **answer_headers(key, serial, second, nonce, covered),
        }


def _existing(order: StoredOrder | None) -> StoredOrder:
    if order is None:
        raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
    return order


def _body(request: Request) -> Document:
    document = parse_object(request.body)
    if document is None:
        raise Refusal(400, "PARAM_ERROR", "请求体不是JSON对象")
    return document


def _check_headers(request: Request) -> None:
    headers = request.headers
    accepted = ("application/json" in headers.get("accept", ""), "*/*" in headers.get("accept", ""))
    require(any(accepted), "Accept")
    require(bool(headers.get("user-agent", "")), "User-Agent")
    if request.method == "POST":
        require(headers.get("content-type", "").startswith("application/json"), "Content-Type")


def _sign_error(message: str, request: Request, text: bytes) -> Answer:
    information = {
        "method": request.method,
        "url": request.target[:256],
        "sign_message_length": len(text),
        "truncated_sign_message": text[:128].decode("utf-8", "replace"),
    }
    document = {"code": "SIGN_ERROR", "message": message, "detail": {"sign_information": information}}
    return Answer(401, {"Content-Type": "application/json; charset=utf-8"}, encode(document))
