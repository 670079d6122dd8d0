"""The gateway refuses what the real ones refuse, in their words."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest

from kiosk.domain.payment import Channel
from kiosk.payments import beijing, rsa
from kiosk.payments.alipay.signing import request_text
from kiosk.payments.keyfiles import read_certificate, read_private_key
from kiosk.payments.sandbox.exchange import Request
from kiosk.payments.sandbox.keys import ALIPAY_APP_ID, UNIONPAY_MER_ID, WECHAT_APPID, WECHAT_MCHID
from kiosk.payments.unionpay.signing import parse_answer, sign
from kiosk.payments.wechat.signing import authorize
from tests.payments.world import Bench, World, make_order

JSON = {"accept": "application/json", "content-type": "application/json", "user-agent": "test"}


class Wechat:
    """A merchant who can be made to err in every way."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.key = read_private_key(bench.keys / "wechat/merchant_key.pem")
        self.serial = f"{read_certificate(bench.keys / 'wechat/merchant_cert.pem').serial_number:X}"
        self.nonces = iter(range(10**9, 2 * 10**9))

    def send(self, method: str, target: str, document: object = None, **changes: str) -> tuple[int, dict]:
        body = b"" if document is None else json.dumps(document).encode()
        second = int(self.bench.clock.now().timestamp()) + int(changes.pop("late", "0"))
        nonce = changes.pop("nonce", f"strict{id(self)}{next(self.nonces)}")
        authorization = authorize(
            self.key, method, target, body, mchid=WECHAT_MCHID, serial=self.serial, second=second, nonce=nonce
        )
        for old, new in changes.items():
            authorization = (
                authorization.replace(*new.split("→")) if old.startswith("swap") else authorization
            )
        return self.raw(method, target, body, authorization)

    def raw(self, method: str, target: str, body: bytes, authorization: str) -> tuple[int, dict]:
        headers = {**JSON, "authorization": authorization}
        network = self.bench.network(Channel.WECHAT)
        answer = network.answer(Request(method, target, headers, body), self.bench.clock.now())
        return answer.status, json.loads(answer.body) if answer.body else {}

    def order(self, **changes: object) -> dict:
        number = make_order(Channel.WECHAT, self.bench.clock.now()).number
        base = {
            "appid": WECHAT_APPID,
            "mchid": WECHAT_MCHID,
            "description": "签注",
            "out_trade_no": number,
            "notify_url": "https://kiosk.example/notice",
            "amount": {"total": 1500, "currency": "CNY"},
        }
        return {name: value for name, value in {**base, **changes}.items() if value is not None}


@pytest.fixture
def wechat(bench: Bench) -> Wechat:
    return Wechat(bench)


NATIVE = "/v3/pay/transactions/native"


def test_wechat_takes_a_good_order(wechat: Wechat) -> None:
    status, document = wechat.send("POST", NATIVE, wechat.order())
    assert status == 200
    assert document["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")


@pytest.mark.parametrize(
    "changes",
    [
        {"late": "301"},
        {"late": "-301"},
        {"swap": '",serial_no="→",serial_no="0'},
        {"swap": "1900000001→1900000002"},
    ],
    ids=["early", "stale", "serial", "mchid"],
)
def test_wechat_refuses_the_signature(wechat: Wechat, changes: dict[str, str]) -> None:
    status, document = wechat.send("POST", NATIVE, wechat.order(), **changes)
    assert (status, document["code"]) == (401, "SIGN_ERROR")
    assert document["detail"]["sign_information"]["url"] == NATIVE


def test_wechat_refuses_a_changed_body_and_a_replay(wechat: Wechat) -> None:
    body = json.dumps(wechat.order()).encode()
    second = int(wechat.bench.clock.now().timestamp())
    good = authorize(
        wechat.key,
        "POST",
        NATIVE,
        body,
        mchid=WECHAT_MCHID,
        serial=wechat.serial,
        second=second,
        nonce="once",
    )
    assert wechat.raw("POST", NATIVE, body.replace(b"1500", b"1"), good)[0] == 401
    assert wechat.raw("POST", NATIVE + "?a=1", body, good)[0] == 401
    assert wechat.raw("POST", NATIVE, body, "")[0] == 401
    assert wechat.raw("POST", NATIVE, body, good)[0] == 200
    assert wechat.raw("POST", NATIVE, body, good)[0] == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"appid": "wx1"},
        {"mchid": "1900000002"},
        {"description": ""},
        {"description": "x" * 128},
        {"out_trade_no": "ab"},
        {"out_trade_no": "a" * 33},
        {"notify_url": "http://kiosk.example/notice"},
        {"notify_url": "https://kiosk.example/notice?a=1"},
        {"notify_url": None},
        {"amount": {"total": "1500"}},
        {"amount": {"total": 0}},
        {"amount": {"total": True}},
        {"amount": {"total": 15.0}},
        {"amount": {"total": 1500, "currency": "USD"}},
        {"amount": None},
        {"time_expire": "2020-01-01T00:00:00+08:00"},
        {"time_expire": "tomorrow"},
    ],
    ids=str,
)
def test_wechat_refuses_the_member(wechat: Wechat, changes: dict[str, object]) -> None:
    status, document = wechat.send("POST", NATIVE, wechat.order(**changes))
    assert (status, document["code"]) == (400, "PARAM_ERROR")


def test_wechat_refuses_another_order_under_the_same_number(wechat: Wechat) -> None:
    order = wechat.order()
    assert wechat.send("POST", NATIVE, order)[0] == 200
    status, document = wechat.send("POST", NATIVE, {**order, "amount": {"total": 1}})
    assert (status, document["code"]) == (400, "INVALID_REQUEST")
    close = f"/v3/pay/transactions/out-trade-no/{order['out_trade_no']}/close"
    assert wechat.send("POST", close, {"mchid": WECHAT_MCHID})[0] == 204
    assert wechat.send("POST", close, {"mchid": WECHAT_MCHID})[1]["code"] == "ORDER_CLOSED"
    assert wechat.send("POST", NATIVE, order)[1]["code"] == "ORDER_CLOSED"


def test_wechat_knows_no_such_thing(wechat: Wechat) -> None:
    query = f"/v3/pay/transactions/out-trade-no/K00000000?mchid={WECHAT_MCHID}"
    assert wechat.send("GET", query)[1]["code"] == "ORDER_NOT_EXIST"
    assert wechat.send("GET", query.partition("?")[0])[1]["code"] == "PARAM_ERROR"
    assert wechat.send("GET", "/v3/refund/domestic/refunds/none")[1]["code"] == "RESOURCE_NOT_EXISTS"
    assert wechat.send("GET", "/v3/nothing")[0] == 404


def test_wechat_refunds_no_more_than_was_paid(wechat: Wechat) -> None:
    order = wechat.bench.paid_order(Channel.WECHAT)

    def refund(number: str, fen: int, total: int = 1500) -> dict:
        amount = {"refund": fen, "total": total, "currency": "CNY"}
        body = {"out_trade_no": order.number, "out_refund_no": number, "amount": amount}
        return wechat.send("POST", "/v3/refund/domestic/refunds", body)[1]

    first = refund("R1" + order.number, 1000)
    assert first["status"] == "PROCESSING"
    assert refund("R1" + order.number, 1000)["refund_id"] == first["refund_id"]
    assert refund("R1" + order.number, 900)["code"] == "INVALID_REQUEST"
    assert refund("R2" + order.number, 501)["code"] == "INVALID_REQUEST"
    assert refund("R3" + order.number, 500, total=1400)["code"] == "PARAM_ERROR"
    assert refund("R4" + order.number, 500)["status"] == "PROCESSING"


class Alipay:
    """An application that can be made to err in every way."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.key = read_private_key(bench.keys / "alipay/app_key.pem")

    def parameters(self, method: str, business: object, **changes: str) -> dict[str, str]:
        parameters = {
            "app_id": ALIPAY_APP_ID,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": beijing.text(self.bench.clock.now()),
            "version": "1.0",
            "biz_content": json.dumps(business),
            **changes,
        }
        return {"sign": rsa.sign(self.key, request_text(parameters)), **parameters}

    def send(self, parameters: dict[str, str], method: str = "POST", in_query: bool = False) -> dict:
        text = urlencode(parameters)
        target, body = (f"/gateway.do?{text}", b"") if in_query else ("/gateway.do", text.encode())
        request = Request(method, target, {}, body)
        answer = self.bench.network(Channel.ALIPAY).answer(request, self.bench.clock.now())
        document = json.loads(answer.body)
        assert answer.status == 200
        assert set(document) - {"sign"} <= {
            parameters["method"].replace(".", "_") + "_response",
            "error_response",
        }
        return next(iter(document.values()))

    def order(self, **changes: str) -> dict:
        number = make_order(Channel.ALIPAY, self.bench.clock.now()).number
        return {"out_trade_no": number, "total_amount": "15.00", "subject": "签注", **changes}


@pytest.fixture
def alipay(bench: Bench) -> Alipay:
    return Alipay(bench)


PRECREATE = "alipay.trade.precreate"


@pytest.mark.parametrize(("method", "in_query"), [("POST", False), ("POST", True), ("GET", True)])
def test_alipay_takes_parameters_wherever_they_travel(alipay: Alipay, method: str, in_query: bool) -> None:
    document = alipay.send(alipay.parameters(PRECREATE, alipay.order()), method, in_query)
    assert document["code"] == "10000"
    assert document["qr_code"].startswith("https://qr.alipay.com/")


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"app_id": "2021000000000002"}, "isv.invalid-app-id"),
        ({"sign_type": "RSA"}, "isv.invalid-signature-type"),
        ({"charset": "gbk"}, "isv.invalid-charset"),
        ({"format": "XML"}, "isv.invalid-format"),
        ({"version": "2.0"}, "isv.invalid-format"),
        ({"timestamp": "2020-01-01 00:00:00"}, "isv.invalid-timestamp"),
        ({"timestamp": "now"}, "isv.invalid-timestamp"),
        ({"method": "alipay.trade.unknown"}, "isv.invalid-method"),
        ({"biz_content": "[]"}, "isv.missing-biz-content"),
        ({"notify_url": "http://kiosk.example/"}, "isv.invalid-notify-url"),
    ],
    ids=str,
)
def test_alipay_refuses_the_parameter(alipay: Alipay, changes: dict[str, str], sub_code: str) -> None:
    document = alipay.send(alipay.parameters(**{"method": PRECREATE, "business": alipay.order(), **changes}))
    assert document["sub_code"] == sub_code


def test_alipay_takes_local_time_for_wrong(alipay: Alipay) -> None:
    utc = f"{alipay.bench.clock.now():%Y-%m-%d %H:%M:%S}"
    document = alipay.send(alipay.parameters(PRECREATE, alipay.order(), timestamp=utc))
    assert document["sub_code"] == "isv.invalid-timestamp"


def test_alipay_refuses_a_changed_parameter_and_a_missing_one(alipay: Alipay) -> None:
    parameters = alipay.parameters(PRECREATE, alipay.order())
    changed = {**parameters, "biz_content": parameters["biz_content"].replace("15.00", "0.01")}
    assert alipay.send(changed)["sub_code"] == "isv.invalid-signature"
    assert alipay.send({**parameters, "sign": ""})["code"] == "40001"


@pytest.mark.parametrize("amount", ["15", "15.0", "1e3", "-1.00", "0.00", "15.000", " 15.00", ""])
def test_alipay_refuses_the_amount(alipay: Alipay, amount: str) -> None:
    document = alipay.send(alipay.parameters(PRECREATE, alipay.order(total_amount=amount)))
    assert (document["code"], document["sub_code"]) == ("40004", "ACQ.INVALID_PARAMETER")


def test_alipay_has_no_trade_before_the_scan(alipay: Alipay, bench: Bench) -> None:
    order = alipay.order()
    alipay.send(alipay.parameters(PRECREATE, order))
    number = {"out_trade_no": order["out_trade_no"]}
    for method in ("query", "close", "refund", "fastpay.refund.query"):
        business = {**number, "refund_amount": "15.00", "out_request_no": "R1"}
        document = alipay.send(alipay.parameters(f"alipay.trade.{method}", business))
        assert document["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    other = alipay.send(alipay.parameters(PRECREATE, {**order, "total_amount": "16.00"}))
    assert other["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"


def test_alipay_refunds_once_per_request_number(alipay: Alipay, bench: Bench) -> None:
    order = bench.paid_order(Channel.ALIPAY)

    def refund(number: str, yuan: str) -> dict:
        business = {"out_trade_no": order.number, "refund_amount": yuan, "out_request_no": number}
        return alipay.send(alipay.parameters("alipay.trade.refund", business))

    assert (refund("R1", "10.00")["fund_change"], refund("R1", "10.00")["fund_change"]) == ("Y", "N")
    assert refund("R1", "9.00")["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert refund("R2", "5.01")["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert refund("R2", "5.00")["refund_fee"] == "15.00"
    closed = alipay.send(alipay.parameters("alipay.trade.close", {"out_trade_no": order.number}))
    assert closed["sub_code"] == "ACQ.TRADE_STATUS_ERROR"


class UnionPay:
    """A merchant who can be made to err in every way."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.key = read_private_key(bench.keys / "unionpay/merchant_key.pem")
        certificate = read_certificate(bench.keys / "unionpay/merchant_cert.pem")
        self.cert_id = str(certificate.serial_number)

    def fields(self, **changes: str) -> dict[str, str]:
        now = self.bench.clock.now()
        base = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "certId": self.cert_id,
            "txnType": "01",
            "txnSubType": "07",
            "bizType": "000000",
            "accessType": "0",
            "channelType": "08",
            "merId": UNIONPAY_MER_ID,
            "orderId": make_order(Channel.UNIONPAY, now).number,
            "txnTime": beijing.digits(now),
            "txnAmt": "1500",
            "currencyCode": "156",
            "backUrl": "https://kiosk.example/notice",
        }
        return {name: value for name, value in {**base, **changes}.items() if value}

    def send(self, fields: dict[str, str], call: str = "backTransReq", signed: bool = True) -> dict[str, str]:
        fields = sign(self.key, fields) if signed else fields
        request = Request("POST", f"/gateway/api/{call}.do", {}, urlencode(fields).encode())
        answer = self.bench.network(Channel.UNIONPAY).answer(request, self.bench.clock.now())
        parsed = parse_answer(answer.body)
        assert parsed is not None
        return parsed


@pytest.fixture
def unionpay(bench: Bench) -> UnionPay:
    return UnionPay(bench)


def test_unionpay_takes_a_good_order_once(unionpay: UnionPay) -> None:
    fields = unionpay.fields()
    assert unionpay.send(fields)["qrCode"].startswith("https://qr.95516.com/")
    assert unionpay.send(fields)["respCode"] == "12"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": "5.0.0"}, "10"),
        ({"encoding": "GBK"}, "10"),
        ({"channelType": "07"}, "10"),
        ({"merId": "777290058110099"}, "10"),
        ({"certId": "1"}, "11"),
        ({"orderId": "short"}, "10"),
        ({"orderId": "with-dash-1"}, "10"),
        ({"orderId": ""}, "13"),
        ({"txnTime": "20200101000000"}, "10"),
        ({"txnTime": "never"}, "10"),
        ({"txnAmt": "15.00"}, "10"),
        ({"txnAmt": "0"}, "10"),
        ({"txnAmt": ""}, "13"),
        ({"currencyCode": "840"}, "10"),
        ({"backUrl": ""}, "13"),
        ({"backUrl": "ftp://x/"}, "10"),
        ({"payTimeout": "20200101000000"}, "10"),
        ({"txnSubType": "99"}, "10"),
    ],
    ids=str,
)
def test_unionpay_refuses_the_field(unionpay: UnionPay, changes: dict[str, str], code: str) -> None:
    assert unionpay.send(unionpay.fields(**changes))["respCode"] == code


def test_unionpay_refuses_a_single_hash_and_a_changed_field(unionpay: UnionPay) -> None:
    fields = unionpay.fields()
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    single = {**fields, "signature": rsa.sign(unionpay.key, text.encode())}
    assert unionpay.send(single, signed=False)["respCode"] == "11"
    changed = {**sign(unionpay.key, fields), "txnAmt": "1"}
    assert unionpay.send(changed, signed=False)["respCode"] == "11"
    assert unionpay.send({**fields, "signature": ""}, signed=False)["respCode"] == "13"


def test_unionpay_queries_by_the_original_time(unionpay: UnionPay, bench: Bench) -> None:
    order = bench.paid_order(Channel.UNIONPAY)
    now = bench.clock.now()

    def query(txn_time: str) -> dict[str, str]:
        fields = unionpay.fields(
            txnType="00", txnSubType="00", orderId=order.number, txnTime=txn_time, txnAmt="", backUrl=""
        )
        return unionpay.send(fields, "queryTrans")

    assert query(beijing.digits(order.opened_at))["origRespCode"] == "00"
    assert query(beijing.digits(now + timedelta(seconds=1)))["respCode"] == "34"


@pytest.mark.parametrize(
    ("kind", "amount", "code"),
    [("04", "1501", "36"), ("31", "1400", "36"), ("31", "1500", "00"), ("04", "1", "00")],
)
def test_unionpay_refund_and_void(
    unionpay: UnionPay, bench: Bench, kind: str, amount: str, code: str
) -> None:
    order = bench.paid_order(Channel.UNIONPAY)
    stored = bench.gateway.ledger.order(Channel.UNIONPAY, order.number)
    assert stored is not None
    fields = unionpay.fields(txnType=kind, txnSubType="00", txnAmt=amount, origQryId=stored.transaction_id)
    assert unionpay.send(fields)["respCode"] == code
    assert unionpay.send({**fields, "orderId": order.number})["respCode"] == "12"


@pytest.mark.parametrize("paid", [True, False])
def test_unionpay_reversal_undoes_the_order_of_the_same_number(
    unionpay: UnionPay, bench: Bench, paid: bool
) -> None:
    fields = unionpay.fields()
    unionpay.send(fields)
    if paid:
        order = bench.paid_order(Channel.UNIONPAY)
        fields = {**fields, "orderId": order.number, "txnTime": beijing.digits(order.opened_at)}
    reversal = {**fields, "txnType": "99", "txnSubType": "01"}
    del reversal["txnAmt"]
    assert unionpay.send(reversal)["respCode"] == "00"
    stored = bench.gateway.ledger.order(Channel.UNIONPAY, fields["orderId"])
    assert stored is not None
    refunds = bench.gateway.ledger.refunds(Channel.UNIONPAY, stored.number)
    assert sum(refund.amount for refund in refunds) == (1500 if paid else 0)
    assert stored.state == ("paid" if paid else "closed")


def test_a_request_in_absolute_form_is_taken(world: World) -> None:
    """Some clients send the whole URL as the request's target, as to a proxy."""
    proxied = httpx.Client(proxy=world.url, trust_env=False)
    answer = proxied.get("http://openapi.alipay.example/gateway.do?a=1")
    assert answer.json()["error_response"]["code"] == "40001"
    proxied.close()


def test_a_huge_request_is_refused(world: World) -> None:
    answer = httpx.post(f"{world.url}/gateway.do", content=b"a" * (1 << 19), trust_env=False)
    assert answer.status_code == 413
