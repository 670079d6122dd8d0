"""The simulated Alipay gateway: gateway.do ("v2", RSA2, key and certificate mode) and the v3 REST interface.

Sources as in `kiosk.payments.alipay`. Of v2, parameters are merged from query and form body, whichever way
the client sends them; GET works too; every answer has HTTP status 200 and is signed over its raw text.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from kiosk.domain.money import Fen, yuan_text
from kiosk.payments import beijing, rsa
from kiosk.payments.alipay.signing import member_of, notice_text, request_text
from kiosk.payments.documents import Document, encode, parse_object, text_of
from kiosk.payments.sandbox import booking
from kiosk.payments.sandbox.alipay_trades import (
    CHANNEL,
    DOWNLOADS,
    OPERATIONS,
    AlipayTrades,
    Asked,
    Refusal,
)
from kiosk.payments.sandbox.exchange import STRAIGHT, Answer, Bend, Operation, Request
from kiosk.payments.sandbox.keys import ALIPAY_APP_ID, ALIPAY_SELLER_ID, AlipayGatewayKeys
from kiosk.payments.sandbox.ledger import Ledger, StoredOrder

V3 = "/v3/alipay/"
_V3_SCHEME = "ALIPAY-SHA256withRSA"
_CLOCK_WINDOW = timedelta(minutes=10)  # our strictness; the real gateway's is not published
_MOST_FIELDS = 100
_LONGEST_NONCE = 64


class AlipayNetwork:
    """Alipay as the gateway plays it."""

    channel = CHANNEL

    def __init__(self, ledger: Ledger, keys: AlipayGatewayKeys) -> None:
        self._ledger = ledger
        self._keys = keys
        self._trades = AlipayTrades(ledger)

    def operation(self, request: Request) -> Operation:
        if request.path.startswith(V3):
            return OPERATIONS.get(_v3_method(request), Operation.OTHER)
        return OPERATIONS.get(_parameters(request).get("method", ""), Operation.OTHER)

    def answer(self, request: Request, now: datetime, bend: Bend = STRAIGHT) -> Answer:
        if request.path.startswith(DOWNLOADS):
            return self._trades.download(request, now)
        with self._ledger.transaction():
            if request.path.startswith(V3):
                return self._answer_v3(request, now, bend)
            return self._answer_v2(request, now, bend)

    def _answer_v2(self, request: Request, now: datetime, bend: Bend) -> Answer:
        parameters = _parameters(request)
        method = parameters.get("method", "")
        try:
            self._check(parameters, now)
            business = parse_object(parameters.get("biz_content", ""))
            if business is None:
                raise Refusal("40001", "isv.missing-biz-content")
            host = request.headers.get("host", "")
            asked = Asked(business, now, bend, parameters.get("notify_url", ""), host)
            document = {"code": "10000", "msg": "Success", **self._trades.perform(method, asked)}
        except Refusal as refusal:
            document = dict(refusal.document)
        return self._signed(method, document, bend, certificate="app_cert_sn" in parameters)

    def _answer_v3(self, request: Request, now: datetime, bend: Bend) -> Answer:
        """Answer in REST: the fields alone, errors as HTTP statuses; signed in headers."""
        try:
            certificate = self._check_v3(request, now)
            business, method = parse_object(request.body), _v3_method(request)
            if business is None or method not in self._trades:
                raise Refusal("40002", "isv.invalid-method")
            asked = Asked(
                business, now, bend, text_of(business, "notify_url"), request.headers.get("host", "")
            )
            told = self._trades.perform(method, asked)
            status, body = 200, encode({name: told[name] for name in told if name not in {"code", "msg"}})
        except Refusal as refusal:
            sub_code = text_of(refusal.document, "sub_code")
            status, certificate = (401 if sub_code == "isv.invalid-signature" else 400), False
            body = encode({"code": sub_code, "message": sub_code, "links": []})
        second, nonce = str(int(now.timestamp() * 1000)), secrets.token_hex(16)
        covered = body + b" " if bend.wrong_signature else body
        sign = rsa.sign(self._keys.alipay, f"{second}\n{nonce}\n".encode() + covered + b"\n")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "alipay-timestamp": second,
            "alipay-nonce": nonce,
            "alipay-signature": sign,
            "alipay-trace-id": secrets.token_hex(16),
            **({"alipay-sn": self._keys.alipay_sn} if certificate else {}),
        }
        return Answer(status, headers, body)

    def notice(self, order: StoredOrder, event: str, now: datetime) -> tuple[Mapping[str, str], bytes]:
        paid_at = datetime.fromisoformat(order.paid_at)
        parameters = {
            "notify_time": beijing.text(now),
            "notify_type": "trade_status_sync",
            "notify_id": f"{event}{order.transaction_id}",
            "app_id": ALIPAY_APP_ID,
            "charset": "utf-8",
            "version": "1.0",
            "sign_type": "RSA2",
            "seller_id": ALIPAY_SELLER_ID,
            "trade_no": order.transaction_id,
            "out_trade_no": order.number,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": yuan_text(Fen(order.amount)),
            "receipt_amount": yuan_text(Fen(order.amount)),
            "subject": order.subject,
            "gmt_create": beijing.text(datetime.fromisoformat(order.opened_at)),
            "gmt_payment": beijing.text(paid_at),
        }
        if event == "refund":
            fee = yuan_text(Fen(booking.refunded(self._ledger, order)))
            parameters |= {"refund_fee": fee, "gmt_refund": beijing.text(now)}
        parameters["sign"] = rsa.sign(self._keys.alipay, notice_text(parameters))
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return headers, urlencode(parameters).encode("ascii")

    # requests

    def _check(self, parameters: Mapping[str, str], now: datetime) -> None:
        """Refuse what is not a request of the merchant's application, made now."""
        for name in ("app_id", "method", "charset", "sign_type", "sign", "timestamp", "version"):
            if not parameters.get(name):
                raise Refusal("40001", f"isv.missing-{name.replace('_', '-')}")
        if parameters["app_id"] != ALIPAY_APP_ID:
            raise Refusal("40002", "isv.invalid-app-id")
        if parameters["sign_type"] != "RSA2":
            raise Refusal("40002", "isv.invalid-signature-type")
        if not rsa.verifies(self._keys.app, request_text(parameters), parameters["sign"]):
            raise Refusal("40002", "isv.invalid-signature")
        self._check_certificates(parameters)
        if parameters["charset"].lower() != "utf-8":
            raise Refusal("40002", "isv.invalid-charset")
        if parameters.get("format", "JSON").upper() != "JSON" or parameters["version"] != "1.0":
            raise Refusal("40002", "isv.invalid-format")
        if not _is_now(parameters["timestamp"], now):
            raise Refusal("40002", "isv.invalid-timestamp")
        if parameters["method"] not in self._trades:
            raise Refusal("40002", "isv.invalid-method")

    def _check_v3(self, request: Request, now: datetime) -> bool:
        """Refuse what is not the application's own; return whether it asked in certificate mode."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        auth, _, sign = rest.rpartition(",sign=")
        told = dict(pair.partition("=")[::2] for pair in auth.split(","))
        if scheme != _V3_SCHEME or not {"app_id", "nonce", "timestamp"} <= told.keys():
            raise Refusal("40001", "isv.missing-signature")
        text = f"{auth}\n{request.method}\n{request.target}\n".encode() + request.body + b"\n"
        token = request.headers.get("alipay-app-auth-token", "")
        text += f"{token}\n".encode() if token else b""
        if told["app_id"] != ALIPAY_APP_ID or not rsa.verifies(self._keys.app, text, sign):
            raise Refusal("40002", "isv.invalid-signature")
        stamp = told["timestamp"]
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
            raise Refusal("40002", "isv.invalid-timestamp")
        if abs(int(stamp) / 1000 - now.timestamp()) > _CLOCK_WINDOW.total_seconds():
            raise Refusal("40002", "isv.invalid-timestamp")
        if len(told["nonce"]) > _LONGEST_NONCE or not self._ledger.use_nonce(f"alipay {told['nonce']}", now):
            raise Refusal("40002", "isv.invalid-nonce")
        if told.get("app_cert_sn", self._keys.app_sn) != self._keys.app_sn:
            raise Refusal("40002", "isv.invalid-app-cert-sn")
        return "app_cert_sn" in told

    def _check_certificates(self, parameters: Mapping[str, str]) -> None:
        """In certificate mode the request names both certificates' serials, and rightly."""
        told = parameters.get("app_cert_sn"), parameters.get("alipay_root_cert_sn")
        if told not in {(None, None), (self._keys.app_sn, self._keys.root_sn)}:
            raise Refusal("40002", "isv.invalid-app-cert-sn")

    def _signed(self, method: str, document: Document, bend: Bend, *, certificate: bool) -> Answer:
        """Write the answer as the gateway does: ``/`` escaped, `sign` directly behind the object.

        In certificate mode the serial of Alipay's certificate stands between them.
        """
        inner = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
        sign = rsa.sign(self._keys.alipay, (inner + " " if bend.wrong_signature else inner).encode())
        member = member_of(method) if method in self._trades else "error_response"
        between = f'"alipay_cert_sn":"{self._keys.alipay_sn}",' if certificate else ""
        body = f'{{"{member}":{inner},{between}"sign":"{sign}"}}'.encode()
        return Answer(200, {"Content-Type": "text/html;charset=utf-8"}, body)


def _v3_method(request: Request) -> str:
    """Return the v2 name of a REST path: ``/v3/alipay/trade/query`` → ``alipay.trade.query``."""
    return "alipay." + request.path.removeprefix(V3).replace("/", ".") if request.method == "POST" else ""


def _parameters(request: Request) -> dict[str, str]:
    """Return the parameters of query and form body together; none where a name comes twice."""
    texts = [request.query]
    if request.method == "POST":
        texts.append(request.body.decode("ascii", "replace"))
    try:
        pairs = [
            pair
            for text in texts
            for pair in parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        ]
    except ValueError:
        return {}
    parameters = dict(pairs)
    return parameters if len(parameters) == len(pairs) else {}


def _is_now(timestamp: str, now: datetime) -> bool:
    try:
        return abs(beijing.from_text(timestamp) - now) <= _CLOCK_WINDOW
    except ValueError:
        return False
