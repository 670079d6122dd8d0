"""The simulated UnionPay full-channel platform 5.1.0: apply QR, query, refund, void and reversal.

Sources as in `kiosk.payments.unionpay`. Answers are not URL-encoded and carry the whole certificate.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.domain.payment import Channel
from kiosk.payments import beijing
from kiosk.payments.reconciliation.bills import window
from kiosk.payments.sandbox import bills, booking
from kiosk.payments.sandbox.exchange import STRAIGHT, Answer, Bend, Operation, Request
from kiosk.payments.sandbox.keys import UNIONPAY_MER_ID, UnionPayGatewayKeys
from kiosk.payments.sandbox.ledger import Ledger, OrderKind, OrderState, StoredOrder, StoredRefund, stamp
from kiosk.payments.sandbox.notify_urls import is_notify_url
from kiosk.payments.unionpay.signing import answer_body, sign, verifies

CHANNEL = Channel.UNIONPAY
_BACK = "/gateway/api/backTransReq.do"
_QUERY = "/gateway/api/queryTrans.do"
_FILES = "/filedownload"
_NUMBER = re.compile(r"[0-9A-Za-z]{8,32}")
_AMOUNT = re.compile(r"[1-9][0-9]{0,11}")
_QR_NUMBER = re.compile(r"[0-9]{1,20}")
_CODE_LIFE = timedelta(hours=2)
_MOST_FIELDS = 100
# "txnTime must be now": how far a new order may be off is not published; refunds are repeated for a day.
_TIME_WINDOW = timedelta(minutes=10)
_REFUND_WINDOW = timedelta(hours=48)  # the next day's reconciliation repeats what was lost
_KIND_FIELDS = ("txnType", "txnSubType", "bizType", "accessType", "merId", "orderId", "txnTime")
_REQUIRED = ("version", "encoding", "signMethod", "certId", "channelType", *_KIND_FIELDS)
_REQUIRED_OF_FILES = (
    *("version", "encoding", "signMethod", "certId", "txnType", "txnSubType", "bizType", "accessType"),
    *("merId", "settleDate", "txnTime", "fileType"),
)
_ECHOED = (
    "version",
    "encoding",
    "signMethod",
    *_KIND_FIELDS,
    "txnAmt",
    "currencyCode",
    "reqReserved",
    "settleDate",
)
_FIXED = {
    "version": "5.1.0",
    "encoding": "UTF-8",
    "signMethod": "01",
    "bizType": "000000",
    "accessType": "0",
    "channelType": "08",
}
_KINDS = {
    (_BACK, "01", "07"): Operation.CREATE,
    (_BACK, "01", "06"): Operation.CREATE,
    (_BACK, "04", "00"): Operation.REFUND,
    (_BACK, "31", "00"): Operation.REFUND,
    (_BACK, "99", "01"): Operation.CLOSE,
    (_QUERY, "00", "00"): Operation.QUERY,
    (_FILES, "76", "01"): Operation.BILL,
}
_MESSAGES = {
    "00": "成功[0000000]",
    "04": "交易状态未明，请查询对账结果[0400000]",
    "64": "卡上的余额不足[6400000]",
    "10": "报文格式错误[1000000]",
    "11": "验证签名失败[1100000]",
    "12": "重复交易[1200000]",
    "13": "报文交易要素缺失[1300000]",
    "34": "查无此交易[3400000]",
    "35": "原交易状态不正确[3500000]",
    "98": "文件不存在[9800000]",
    "36": "与原交易信息不符[3600000]",
}


class _Refusal(Exception):
    """A request refused with a respCode; `told` says more where the code alone does not."""

    def __init__(self, code: str, told: str = "") -> None:
        super().__init__(code)
        self.fields = {"respCode": code, "respMsg": told or _MESSAGES[code]}


class UnionPayNetwork:
    """UnionPay as the gateway plays it."""

    channel = CHANNEL

    def __init__(self, ledger: Ledger, keys: UnionPayGatewayKeys) -> None:
        self._ledger = ledger
        self.adopt(keys)

    def adopt(self, keys: UnionPayGatewayKeys) -> None:
        """Sign and verify by other keys from now on."""
        self._keys = keys
        self._cert_id = str(keys.merchant.serial_number)
        pem = keys.leaf.public_bytes(Encoding.PEM).decode("ascii")
        self._certificate = pem.strip().replace("\n", "\r\n")

    def operation(self, request: Request) -> Operation:
        fields = _fields(request)
        kind = _kind(request, fields)
        asked = self._ledger.refund(CHANNEL, fields.get("orderId", ""))
        return Operation.REFUND_QUERY if kind is Operation.QUERY and asked is not None else kind

    def answer(self, request: Request, now: datetime, bend: Bend = STRAIGHT) -> Answer:
        fields = _fields(request)
        with self._ledger.transaction():
            try:
                self._check(request, fields)
                result = {"respCode": "00", "respMsg": _MESSAGES["00"]}
                result |= self._perform(_kind(request, fields), fields, now, bend)
            except _Refusal as refusal:
                result = refusal.fields
        echoed = {name: fields[name] for name in _ECHOED if fields.get(name) and "&" not in fields[name]}
        return self._signed({**echoed, **result}, bend)

    def notice(
        self,
        order: StoredOrder,
        event: str,  # noqa: ARG002 - refunds are asked for, not notified
        now: datetime,  # noqa: ARG002 - nothing in it is dated by its delivery
    ) -> tuple[Mapping[str, str], bytes]:
        fields = {
            **_FIXED,
            "txnType": "01",
            "txnSubType": "06" if order.kind is OrderKind.PAYER_CODE else "07",
            "merId": UNIONPAY_MER_ID,
            "orderId": order.number,
            "txnTime": order.txn_time,
            "txnAmt": str(order.amount),
            "currencyCode": "156",
            "respCode": "00",
            "respMsg": _MESSAGES["00"],
            **_trace(order),
            "signPubKeyCert": self._certificate,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        return headers, urlencode(sign(self._keys.leaf_key, fields)).encode("ascii")

    # requests

    def _check(self, request: Request, fields: Mapping[str, str]) -> None:
        if request.method != "POST" or not fields:
            raise _Refusal("10")
        files = _kind(request, fields) is Operation.BILL
        for name in (*(_REQUIRED_OF_FILES if files else _REQUIRED), "signature"):
            if not fields.get(name):
                raise _Refusal("13", f"{_MESSAGES['13'][:8]}[{name}]")
        key = self._keys.merchant.public_key()
        known = isinstance(key, RSAPublicKey) and fields["certId"] == self._cert_id
        if not known or not isinstance(key, RSAPublicKey) or not verifies(key, fields):
            raise _Refusal("11")
        for name, value in _FIXED.items():
            if name in fields and fields[name] != value:
                raise _Refusal("10", f"{name}[{fields[name][:16]}] invalid")
        if fields["merId"] != UNIONPAY_MER_ID or not (files or _NUMBER.fullmatch(fields["orderId"])):
            raise _Refusal("10")

    def _perform(
        self, operation: Operation, fields: Mapping[str, str], now: datetime, bend: Bend
    ) -> Mapping[str, str]:
        match operation:
            case Operation.CREATE if fields["txnSubType"] == "06":
                return self._charge(fields, now)
            case Operation.CREATE:
                return {"qrCode": self._apply(fields, now).code}
            case Operation.QUERY:
                return self._query(fields, now, bend)
            case Operation.REFUND:
                made = self._refund(fields, now)
                told = {"txnAmt": str(bend.amount(made.amount)), "origQryId": fields["origQryId"]}
                return {"queryId": made.refund_id, **told}
            case Operation.CLOSE:
                self._reverse(fields, now, bend)
                return {}
            case Operation.BILL:
                return self._file(fields, now)
        raise _Refusal("10", "txnType/txnSubType invalid")

    def _apply(self, fields: Mapping[str, str], now: datetime) -> StoredOrder:
        order = self._new_order(fields, now)
        self._ledger.save_order(order)
        return order

    def _new_order(self, fields: Mapping[str, str], now: datetime) -> StoredOrder:
        _check_time(fields["txnTime"], now, _TIME_WINDOW)
        amount, back_url = _amount(fields), fields.get("backUrl", "")
        if not (is_notify_url(back_url) or back_url == "http://www.specialUrl.com"):
            raise _Refusal("10" if back_url else "13", "backUrl invalid")
        self._refuse_known(fields["orderId"])
        return StoredOrder(
            channel=CHANNEL,
            number=fields["orderId"],
            amount=amount,
            subject="",
            state=OrderState.OPEN,
            code=booking.new_code(CHANNEL),
            opened_at=stamp(now),
            expires_at=stamp(_pay_timeout(fields, now)),
            notify_url=back_url if is_notify_url(back_url) else "",
            txn_time=fields["txnTime"],
        )

    def _charge(self, fields: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Charge the phone whose payment code was read (被扫); a phone that asks its owner answers 04."""
        for name in ("qrNo", "termId"):
            if not fields.get(name):
                raise _Refusal("13", f"{_MESSAGES['13'][:8]}[{name}]")
        if _QR_NUMBER.fullmatch(fields["qrNo"]) is None or not 0 < len(fields["termId"]) <= 8:
            raise _Refusal("10", "qrNo or termId invalid")
        order, charge = booking.charge(self._ledger, self._new_order(fields, now), fields["qrNo"], now)
        if order is None or charge is booking.Charge.REFUSED:
            raise _Refusal("64" if order else "36")
        if charge is booking.Charge.ASKING:
            return {"respCode": "04", "respMsg": _MESSAGES["04"]}
        return _trace(order)

    def _query(self, fields: Mapping[str, str], now: datetime, bend: Bend) -> Mapping[str, str]:
        number, txn_time = fields["orderId"], fields["txnTime"]
        refund = self._ledger.refund(CHANNEL, number)
        if refund is not None and refund.txn_time == txn_time:
            self._ledger.save_refund(replace(refund, state="done"))
            told = {"txnAmt": str(bend.amount(refund.amount)), "currencyCode": "156"}
            return {"origRespCode": "00", "origRespMsg": _MESSAGES["00"], "queryId": refund.refund_id, **told}
        order = self._ledger.order(CHANNEL, number)
        if order is None or order.txn_time != txn_time:
            raise _Refusal("34")
        if bend.pay_first:
            order = booking.pay(self._ledger, order, now, late=True) or order
        told = {"txnAmt": str(bend.amount(order.amount)), "currencyCode": "156"}
        match order.state:
            case OrderState.PAID if not self._reversed(order):
                return {"origRespCode": "00", "origRespMsg": _MESSAGES["00"], **_trace(order), **told}
            case OrderState.OPEN if order.kind is OrderKind.PAYER_CODE and order.payable(now):
                return {"origRespCode": "04", "origRespMsg": _MESSAGES["04"], **told}
            case OrderState.FAILED:
                return {"origRespCode": "64", "origRespMsg": "卡上的余额不足[6400000]", **told}
        raise _Refusal("34")  # nobody has paid: there is no transaction

    def _reversed(self, order: StoredOrder) -> bool:
        refunds = self._ledger.refunds(CHANNEL, order.number)
        return any(refund.number.startswith(booking.REVERSAL) for refund in refunds)

    def _refund(self, fields: Mapping[str, str], now: datetime) -> StoredRefund:
        """Refund a part (04) or void the whole (31)."""
        _check_time(fields["txnTime"], now, _REFUND_WINDOW)
        amount = _amount(fields)
        if not fields.get("origQryId"):
            raise _Refusal("13", "origQryId missing")
        self._refuse_known(fields["orderId"])
        order = self._ledger.order_of_transaction(CHANNEL, fields["origQryId"])
        if order is None:
            raise _Refusal("34")
        if fields["txnType"] == "31":
            _check_void(order, amount, now)
        made = booking.refund(self._ledger, order, fields["orderId"], amount, now, txn_time=fields["txnTime"])
        if made is None:
            raise _Refusal("36")
        return made

    def _reverse(self, fields: Mapping[str, str], now: datetime, bend: Bend) -> None:
        """Undo the order of the same number and time (冲正); a paid one is given back."""
        order = self._ledger.order(CHANNEL, fields["orderId"])
        if order is None or order.txn_time != fields["txnTime"]:
            raise _Refusal("34")
        if "txnAmt" in fields:
            raise _Refusal("10", "txnAmt is not wanted here")
        if not _same_clearing_day(datetime.fromisoformat(order.opened_at), now):
            raise _Refusal("35")
        if bend.pay_first:
            order = booking.pay(self._ledger, order, now) or order
        booking.give_back(self._ledger, order, now)

    def _file(self, fields: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return the transactions of a settlement day, 23:00 to 23:00, of the last twelve months."""
        _check_time(fields["txnTime"], now, _TIME_WINDOW)
        day = _settlement_day(fields["settleDate"], now)
        if fields["fileType"] != "00" or day is None:
            raise _Refusal("10", "settleDate or fileType invalid")
        lines = bills.lines_of(self._ledger, CHANNEL, day)
        if not lines or window(CHANNEL, day)[1] > now:
            raise _Refusal("98")
        name, content = bills.unionpay_bill(lines, day)
        return {"fileName": name, "fileContent": content}

    def _refuse_known(self, number: str) -> None:
        if self._ledger.order(CHANNEL, number) or self._ledger.refund(CHANNEL, number):
            raise _Refusal("12")

    def _signed(self, fields: dict[str, str], bend: Bend) -> Answer:
        signed = sign(self._keys.leaf_key, {**fields, "signPubKeyCert": self._certificate})
        if bend.wrong_signature:
            signed["respMsg"] += " "
        return Answer(200, {"Content-Type": "text/html;charset=UTF-8"}, answer_body(signed))


def _fields(request: Request) -> dict[str, str]:
    """Return the form's fields, none where a name comes twice or the body is no form."""
    try:
        text = request.body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else {}


def _kind(request: Request, fields: Mapping[str, str]) -> Operation:
    key = request.path, fields.get("txnType", ""), fields.get("txnSubType", "")
    return _KINDS.get(key, Operation.OTHER)


def _amount(fields: Mapping[str, str]) -> int:
    if _AMOUNT.fullmatch(fields.get("txnAmt", "")) is None:
        raise _Refusal("10" if fields.get("txnAmt") else "13", "txnAmt invalid")
    if fields.get("currencyCode", "156") != "156":
        raise _Refusal("10", "currencyCode invalid")
    return int(fields["txnAmt"])


def _check_time(txn_time: str, now: datetime, window: timedelta) -> None:
    try:
        near = abs(beijing.from_digits(txn_time) - now) <= window
    except ValueError:
        near = False
    if not near:
        raise _Refusal("10", f"txnTime[{txn_time[:16]}] invalid")


def _check_void(order: StoredOrder, amount: int, now: datetime) -> None:
    """A void (撤销) takes back the whole payment of the same clearing day."""
    if amount != order.amount:
        raise _Refusal("36")
    if not order.paid_at or not _same_clearing_day(datetime.fromisoformat(order.paid_at), now):
        raise _Refusal("35")


def _same_clearing_day(first: datetime, second: datetime) -> bool:
    """Return whether both moments lie in one day from 23:00 to 23:00 in Beijing."""
    shifted = [(moment.astimezone(beijing.BEIJING) + timedelta(hours=1)).date() for moment in (first, second)]
    return shifted[0] == shifted[1]


def _settlement_day(settle_date: str, now: datetime) -> date | None:
    """Return the latest day ``MMDD`` that is not after tomorrow in Beijing, None for no day."""
    tomorrow = now.astimezone(beijing.BEIJING).date() + timedelta(days=1)
    for year in (tomorrow.year, tomorrow.year - 1):
        try:
            day = datetime.strptime(f"{year}{settle_date}", "%Y%m%d").replace(tzinfo=beijing.BEIJING).date()
        except ValueError:
            continue
        if day <= tomorrow and len(settle_date) == 4:
            return day
    return None


def _pay_timeout(fields: Mapping[str, str], now: datetime) -> datetime:
    if "payTimeout" not in fields:
        return now + _CODE_LIFE
    try:
        expires_at = beijing.from_digits(fields["payTimeout"])
    except ValueError:
        raise _Refusal("10", "payTimeout invalid") from None
    if expires_at <= now:
        raise _Refusal("10", "payTimeout invalid")
    return expires_at


def _trace(order: StoredOrder) -> Mapping[str, str]:
    moment = beijing.digits(datetime.fromisoformat(order.paid_at))
    return {
        "queryId": order.transaction_id,
        "traceNo": order.transaction_id[-6:],
        "traceTime": moment[4:],
        "settleDate": moment[4:8],
        "settleAmt": str(order.amount),
        "settleCurrencyCode": "156",
    }
