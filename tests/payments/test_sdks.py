"""The networks' popular and official SDKs, unchanged but for the address, against the gateway.

They come with the extra `sdk-tests`; what is not installed is skipped. They read the machine's own clock, so
the gateway does too; the merchant's keys are made for it.
"""

import http.client
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.clock import SystemClock
from kiosk.payments.keyfiles import read_certificate, read_private_key
from kiosk.payments.sandbox import keys as ids
from kiosk.payments.sandbox.server import GatewayServer

# Their own deprecations are not this program's.
pytestmark = pytest.mark.filterwarnings("ignore")

_numbers = count(1)
TOTAL = {"total": 1500, "currency": "CNY"}


class Sdk:
    """A running gateway, the kiosk's keys as texts, and the payer's phone."""

    def __init__(self, url: str, keys: Path) -> None:
        self.url, self.keys = url, keys

    def text(self, name: str) -> str:
        return (self.keys / name).read_text()

    def number(self) -> str:
        return f"SDK{SystemClock().now():%Y%m%d%H%M%S}{next(_numbers):06d}"

    def call(self, path: str, **body: object) -> dict[str, Any]:
        answer = httpx.post(self.url + path, json=body, trust_env=False)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def pay(self, number: str) -> None:
        self.call(f"/control/orders/{number}/pay")

    def payer_code(self, channel: str, wallet: str = "pays") -> str:
        return str(self.call("/control/payer-codes", channel=channel, wallet=wallet)["code"])


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    if not any(find_spec(name) for name in ("wechatpayv3", "alipay")):
        pytest.skip("the extra sdk-tests is not installed")
    folder = tmp_path_factory.mktemp("sdk")
    with GatewayServer(folder / "gateway", SystemClock(), kiosk_keys=folder / "keys") as server:
        yield Sdk(server.url, folder / "keys")


@pytest.fixture(autouse=True)
def beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Alipay's SDKs stamp requests with the machine's local time, which has to be Beijing's."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


# --- wechatpayv3 ---


def wechat(sdk: Sdk, monkeypatch: pytest.MonkeyPatch, *, public_key: bool, kind: str = "NATIVE") -> Any:
    """Return the SDK's client in one of its key modes; in certificate mode it downloads them at once."""
    wechatpayv3 = pytest.importorskip("wechatpayv3")
    import requests.api

    send = requests.api.request

    def redirected(method: str, url: str, **more: Any) -> Any:
        return send(method, url.replace("https://api.mch.weixin.qq.com", sdk.url), **more)

    monkeypatch.setattr(requests.api, "request", redirected)
    serial = read_certificate(sdk.keys / "wechat/merchant_cert.pem").serial_number
    platform = sdk.text(f"wechat/platform/{ids.WECHAT_PUBLIC_KEY_ID}.pem")
    mode = {"public_key": platform, "public_key_id": ids.WECHAT_PUBLIC_KEY_ID} if public_key else {}
    client = wechatpayv3.WeChatPay(
        wechatpay_type=wechatpayv3.WeChatPayType[kind],
        mchid=ids.WECHAT_MCHID,
        private_key=sdk.text("wechat/merchant_key.pem"),
        cert_serial_no=f"{serial:X}",
        appid=ids.WECHAT_APPID,
        apiv3_key=sdk.text("wechat/apiv3_key.txt"),
        notify_url="https://kiosk.example/notice/wechat",
        **mode,
    )
    client._core._gate_way = sdk.url
    return client


@pytest.mark.parametrize("public_key", [True, False], ids=["public key", "certificates"])
def test_wechatpayv3_pays_closes_and_refunds(
    sdk: Sdk, monkeypatch: pytest.MonkeyPatch, public_key: bool
) -> None:
    client = wechat(sdk, monkeypatch, public_key=public_key)
    number = sdk.number()
    status, made = client.pay(description="签注费", out_trade_no=number, amount=TOTAL)
    assert (status, json.loads(made)["code_url"][:9]) == (200, "weixin://")
    assert json.loads(client.query(out_trade_no=number)[1])["trade_state"] == "NOTPAY"
    sdk.pay(number)
    paid = json.loads(client.query(out_trade_no=number)[1])
    assert (paid["trade_state"], paid["amount"]["total"]) == ("SUCCESS", 1500)
    assert client.close(out_trade_no=number)[0] == 400
    refund = partial(client.refund, f"{number}R1", {"refund": 500, **TOTAL}, out_trade_no=number)
    assert json.loads(refund()[1])["status"] == "PROCESSING"
    assert json.loads(client.query_refund(f"{number}R1")[1])["status"] == "SUCCESS"
    other = sdk.number()
    client.pay(description="签注费", out_trade_no=other, amount=TOTAL)
    assert client.close(out_trade_no=other) == (204, "")
    assert json.loads(client.query(out_trade_no=other)[1])["trade_state"] == "CLOSED"


def test_wechatpayv3_goes_on_after_a_key_rotation(sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = wechat(sdk, monkeypatch, public_key=False)
    sdk.call("/control/keys", channel="wechat")
    status, _ = client.pay(description="签注费", out_trade_no=sdk.number(), amount=TOTAL)
    assert status == 200


def test_wechatpayv3_charges_a_payers_code(sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = wechat(sdk, monkeypatch, public_key=True, kind="CODEPAY")
    scene = {"device_ip": "127.0.0.1", "store_info": {"out_id": "K0001"}}
    charge = partial(client.pay, description="签注费", amount=TOTAL, scene_info=scene)
    number = sdk.number()
    status, paid = charge(out_trade_no=number, payer={"auth_code": sdk.payer_code("wechat")})
    assert (status, json.loads(paid)["trade_state"]) == (200, "SUCCESS")
    number = sdk.number()
    status, asked = charge(out_trade_no=number, payer={"auth_code": sdk.payer_code("wechat", "asks")})
    assert (status, json.loads(asked)["code"]) == (400, "USERPAYING")
    status, _ = client.codepay_reverse(out_trade_no=number)
    assert status == 400  # not within fifteen seconds


def test_wechatpayv3_asks_for_a_bill(sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = wechat(sdk, monkeypatch, public_key=True)
    status, answer = client.trade_bill((SystemClock().now() - timedelta(days=3)).date().isoformat())
    assert (status, json.loads(answer)["code"]) == (400, "NO_STATEMENT_EXIST")


# --- python-alipay-sdk ---


def alipay(sdk: Sdk, *, certificates: bool) -> Any:
    """Return the SDK's client in key or certificate mode."""
    module = pytest.importorskip("alipay")
    if not hasattr(module, "AliPay"):
        pytest.skip("python-alipay-sdk is not installed")
    own = {"appid": ids.ALIPAY_APP_ID, "app_private_key_string": sdk.text("alipay/app_key.pem")}
    if certificates:
        client = module.DCAliPay(
            **own,
            app_public_key_cert_string=sdk.text("alipay/app_cert.pem"),
            alipay_public_key_cert_string=sdk.text("alipay/alipay_cert.pem"),
            alipay_root_cert_string=sdk.text("alipay/alipay_root.pem"),
        )
    else:
        client = module.AliPay(**own, alipay_public_key_string=sdk.text("alipay/alipay_public.pem"))
    client._gateway = f"{sdk.url}/gateway.do"
    return client


@pytest.mark.parametrize("certificates", [False, True], ids=["keys", "certificates"])
def test_python_alipay_sdk_pays_cancels_and_refunds(sdk: Sdk, certificates: bool) -> None:
    client = alipay(sdk, certificates=certificates)
    number = sdk.number()
    made = client.api_alipay_trade_precreate(subject="签注费", out_trade_no=number, total_amount="15.00")
    assert made["qr_code"].startswith("https://qr.alipay.com/")
    assert client.api_alipay_trade_query(out_trade_no=number)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    sdk.pay(number)
    assert client.api_alipay_trade_query(out_trade_no=number)["trade_status"] == "TRADE_SUCCESS"
    back = client.api_alipay_trade_refund("15.00", out_trade_no=number, out_request_no=f"{number}R1")
    assert back["fund_change"] == "Y"
    told = client.api_alipay_trade_fastpay_refund_query(f"{number}R1", out_trade_no=number)
    assert told["refund_status"] == "REFUND_SUCCESS"
    other = sdk.number()
    client.api_alipay_trade_precreate(subject="签注费", out_trade_no=other, total_amount="15.00")
    assert client.api_alipay_trade_cancel(out_trade_no=other)["retry_flag"] == "N"
    code = sdk.payer_code("alipay")
    paid = client.api_alipay_trade_pay(sdk.number(), "bar_code", code, "签注费", total_amount="15.00")
    assert paid["code"] == "10000"


# --- alipay-sdk-python (official) ---


def test_the_official_alipay_sdk_pays_and_asks(sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows ports 80 and 443 only and sends absolute-form targets: its connection is led to our port."""
    pytest.importorskip("alipay.aop")
    from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
    from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
    from alipay.aop.api.domain.AlipayTradePrecreateModel import AlipayTradePrecreateModel
    from alipay.aop.api.domain.AlipayTradeQueryModel import AlipayTradeQueryModel
    from alipay.aop.api.request.AlipayTradePrecreateRequest import AlipayTradePrecreateRequest
    from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = read_private_key(sdk.keys / "alipay/app_key.pem")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    config = AlipayClientConfig()
    config.server_url = "http://127.0.0.1/gateway.do"
    port, connection = int(sdk.url.rpartition(":")[2]), http.client.HTTPConnection
    monkeypatch.setattr(
        http.client, "HTTPConnection", lambda host, timeout, **_: connection(host, port, timeout=timeout)
    )
    config.app_id = ids.ALIPAY_APP_ID
    config.app_private_key = "".join(pem.splitlines()[1:-1])
    config.alipay_public_key = "".join(sdk.text("alipay/alipay_public.pem").splitlines()[1:-1])
    client, number = DefaultAlipayClient(alipay_client_config=config), sdk.number()

    model = AlipayTradePrecreateModel()
    model.out_trade_no, model.total_amount, model.subject = number, "15.00", "签注费"
    made = json.loads(client.execute(AlipayTradePrecreateRequest(biz_model=model)))
    assert made["qr_code"].startswith("https://qr.alipay.com/")
    sdk.pay(number)
    asked = AlipayTradeQueryModel()
    asked.out_trade_no = number
    told = json.loads(client.execute(AlipayTradeQueryRequest(biz_model=asked)))
    assert (told["trade_status"], told["total_amount"]) == ("TRADE_SUCCESS", "15.00")
