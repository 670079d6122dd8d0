"""Properly signed nonsense: whatever a merchant's program sends, each network answers, nothing breaks."""

from functools import cache
from secrets import token_hex
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.payment import Channel
from kiosk.payments import beijing, rsa
from kiosk.payments.alipay.signing import request_text
from kiosk.payments.documents import Document, encode, parse_object
from kiosk.payments.keyfiles import read_certificate, read_private_key
from kiosk.payments.sandbox import keys as ids
from kiosk.payments.sandbox.exchange import Answer, Request
from kiosk.payments.unionpay.signing import parse_answer, sign
from kiosk.payments.wechat.signing import authorize
from tests.payments.world import Bench

private_key, certificate_of = cache(read_private_key), cache(read_certificate)  # reading takes its time
DAYS = st.sampled_from(["0001-01-01", "9999-12-31", "2026-11-20", "ALL", "GZIP"])
FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
NAMES = {
    Channel.WECHAT: "appid mchid description out_trade_no payer amount scene_info notify_url time_expire",
    Channel.ALIPAY: "out_trade_no trade_no subject total_amount scene auth_code bill_type bill_date",
}
SENSIBLE: dict[str, st.SearchStrategy[object]] = {
    "appid": st.just(ids.WECHAT_APPID),
    "mchid": st.just(ids.WECHAT_MCHID),
    "out_trade_no": st.from_regex(r"K[0-9]{7}", fullmatch=True),
    "description": st.just("签注费"),
    "subject": st.just("签注费"),
    "total_amount": st.sampled_from(["15.00", "0.00", "-1.00", "1e3"]),
    "scene": st.just("bar_code"),
    "payer": st.builds(lambda code: {"auth_code": code}, st.from_regex(r"13[0-9]{16}", fullmatch=True) | ANY),
    "amount": st.builds(lambda total: {"total": total, "currency": "CNY"}, st.integers(-1, 10**11) | ANY),
    "scene_info": st.just({"device_ip": "127.0.0.1", "store_info": {"out_id": "K0001"}}),
    "bill_type": st.just("trade"),
    "bill_date": st.sampled_from(["2026-11-20", "2026-02-30", "9999-12-31", "0001-01-01"]),
}


def documents(channel: Channel) -> st.SearchStrategy[dict[str, object]]:
    names = NAMES[channel].split()
    return st.fixed_dictionaries({}, optional={name: SENSIBLE.get(name, ANY) | ANY for name in names})


def wechat(bench: Bench, method: str, target: str, body: bytes) -> Answer:
    key = private_key(bench.keys / "wechat/merchant_key.pem")
    serial = f"{certificate_of(bench.keys / 'wechat/merchant_cert.pem').serial_number:X}"
    second = int(bench.clock.now().timestamp())
    authorization = authorize(
        key, method, target, body, mchid=ids.WECHAT_MCHID, serial=serial, second=second, nonce=token_hex(16)
    )
    headers = {"authorization": authorization, "accept": "*/*", "user-agent": "fuzz", "host": "127.0.0.1"}
    headers["content-type"] = "application/json"
    request = Request(method, target, headers, body)
    return bench.network(Channel.WECHAT).answer(request, bench.clock.now())


@FUZZ
@given(
    st.sampled_from(["codepay", "native", "out-trade-no/K0000001/reverse", "out-trade-no/K0000001/close"]),
    documents(Channel.WECHAT),
)
def test_wechat_pay_answers_every_document(bench: Bench, call: str, document: dict[str, object]) -> None:
    answer = wechat(bench, "POST", f"/v3/pay/transactions/{call}", encode(document))
    assert answer.status in {200, 204, 400, 403, 404}
    assert answer.headers["Wechatpay-Signature"]
    if answer.status >= 400:
        assert (parse_object(answer.body) or {})["code"]


@FUZZ
@given(
    st.dictionaries(
        st.sampled_from(["bill_date", "bill_type", "tar_type", "token"]),
        st.text(max_size=12)
        | DAYS
        | st.sampled_from(["0001-01-01", "9999-12-31", "2026-11-20", "ALL", "GZIP"]),
    )
)
def test_wechat_pay_answers_every_question_for_a_bill(bench: Bench, asked: dict[str, str]) -> None:
    query = urlencode(asked)
    for path in ("/v3/bill/tradebill", "/v3/billdownload/file"):
        assert wechat(bench, "GET", f"{path}?{query}", b"").status in {200, 400, 404}


def alipay(bench: Bench, method: str, business: Document) -> Document:
    key = private_key(bench.keys / "alipay/app_key.pem")
    fields = {
        "app_id": ids.ALIPAY_APP_ID,
        "method": method,
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": beijing.text(bench.clock.now()),
        "version": "1.0",
        "biz_content": encode(business).decode(),
    }
    fields["sign"] = rsa.sign(key, request_text(fields))
    body = urlencode(fields, quote_via=quote).encode()
    request = Request("POST", "/gateway.do", {"host": "127.0.0.1"}, body)
    answer = bench.network(Channel.ALIPAY).answer(request, bench.clock.now())
    assert answer.status == 200
    told = parse_object(answer.body) or {}
    return dict(told[next(iter(told))])


@FUZZ
@given(
    st.sampled_from(
        [
            "alipay.trade.pay",
            "alipay.trade.precreate",
            "alipay.trade.cancel",
            "alipay.trade.refund",
            "alipay.data.dataservice.bill.downloadurl.query",
        ]
    ),
    documents(Channel.ALIPAY),
)
def test_alipay_answers_every_document(bench: Bench, method: str, business: dict[str, object]) -> None:
    assert alipay(bench, method, business)["code"] in {"10000", "10003", "40001", "40002", "40004"}


@FUZZ
@given(
    st.sampled_from([("01", "06"), ("01", "07"), ("31", "00"), ("99", "01"), ("76", "01")]),
    st.dictionaries(
        st.sampled_from(
            ["orderId", "txnTime", "txnAmt", "qrNo", "termId", "origQryId", "settleDate", "fileType"]
        ),
        st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=14),
    ),
)
def test_unionpay_answers_every_form(bench: Bench, kind: tuple[str, str], more: dict[str, str]) -> None:
    certificate = certificate_of(bench.keys / "unionpay/merchant_cert.pem")
    fields = {
        "version": "5.1.0",
        "encoding": "UTF-8",
        "signMethod": "01",
        "certId": str(certificate.serial_number),
        "txnType": kind[0],
        "txnSubType": kind[1],
        "bizType": "000000",
        "accessType": "0",
        "channelType": "08",
        "merId": ids.UNIONPAY_MER_ID,
        "orderId": "K0000001",
        "txnTime": beijing.digits(bench.clock.now()),
        "txnAmt": "1500",
        "backUrl": "http://www.specialUrl.com",
        **more,
    }
    body = urlencode(sign(private_key(bench.keys / "unionpay/merchant_key.pem"), fields)).encode()
    path = "/filedownload" if kind[0] == "76" else "/gateway/api/backTransReq.do"
    answer = bench.network(Channel.UNIONPAY).answer(Request("POST", path, {}, body), bench.clock.now())
    told = parse_answer(answer.body)
    assert told is not None
    assert told["respCode"] in {"00", "04", "10", "11", "12", "13", "34", "35", "36", "64", "98"}


@pytest.mark.parametrize(
    "header", ["", "ALIPAY-SHA256withRSA", "ALIPAY-SHA256withRSA a,b=c,=,sign=", "x" * 4000]
)
def test_the_rest_interface_refuses_any_header(bench: Bench, header: str) -> None:
    request = Request("POST", "/v3/alipay/trade/query", {"authorization": header}, b"{}")
    answer = bench.network(Channel.ALIPAY).answer(request, bench.clock.now())
    assert answer.status in {400, 401}
