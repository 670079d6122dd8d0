"""What goes over the wire, checked by openssl: none of our own code takes part in the verdict."""

import base64
import hashlib
import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from kiosk.domain.payment import Channel
from tests.payments.world import CHANNELS, Bench, as_request, make_order, opened


def openssl_verifies(key: Path, text: bytes, signature: str, folder: Path) -> bool:
    (folder / "text").write_bytes(text)
    (folder / "signature").write_bytes(base64.b64decode(signature))
    command = [
        "openssl",
        "dgst",
        "-sha256",
        "-verify",
        key,
        "-signature",
        folder / "signature",
        folder / "text",
    ]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def public_key_of(path: Path, folder: Path, kind: str) -> Path:
    command = ["openssl", *(["x509", "-noout", "-pubkey"] if kind == "certificate" else ["pkey", "-pubout"])]
    done = subprocess.run([*command, "-in", path], capture_output=True, check=True)
    (folder / "public.pem").write_bytes(done.stdout)
    return folder / "public.pem"


@pytest.fixture
def requests_of(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> dict[Channel, httpx.Request]:
    """The requests that open an order, as they were sent."""
    seen: dict[Channel, httpx.Request] = {}
    for name in CHANNELS:
        network = bench.network(name)
        real = network.answer

        def answer(request, now, *bend, name=name, real=real):
            seen[name] = request
            return real(request, now, *bend)

        monkeypatch.setattr(network, "answer", answer)
        bench.run(opened(bench.channels[name], make_order(name, bench.clock.now())))
    return seen


def test_wechat_request_and_answer(bench: Bench, requests_of: dict, tmp_path: Path) -> None:
    request = requests_of[Channel.WECHAT]
    pairs = dict(re.findall(r'(\w+)="([^"]*)"', request.headers["authorization"]))
    text = f"POST\n/v3/pay/transactions/native\n{pairs['timestamp']}\n{pairs['nonce_str']}\n".encode()
    key = public_key_of(bench.keys / "wechat/merchant_cert.pem", tmp_path, "certificate")
    assert openssl_verifies(key, text + request.body + b"\n", pairs["signature"], tmp_path)
    assert not openssl_verifies(key, text + request.body, pairs["signature"], tmp_path)

    bench.run(opened(bench.channels[Channel.WECHAT], make_order(Channel.WECHAT, bench.clock.now())))
    _, headers, body = bench.last
    text = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n"
    key = next((bench.keys / "wechat/platform").glob("PUB_KEY_ID_*.pem"))
    assert headers["Wechatpay-Serial"] == key.stem
    assert openssl_verifies(key, text, headers["Wechatpay-Signature"], tmp_path)


def test_alipay_request_and_answer(bench: Bench, requests_of: dict, tmp_path: Path) -> None:
    request = requests_of[Channel.ALIPAY]
    fields = dict(parse_qsl(request.target.partition("?")[2])) | dict(parse_qsl(request.body.decode()))
    sign = fields.pop("sign")
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = public_key_of(bench.keys / "alipay/app_key.pem", tmp_path, "key")
    assert openssl_verifies(key, text.encode(), sign, tmp_path)

    bench.run(opened(bench.channels[Channel.ALIPAY], make_order(Channel.ALIPAY, bench.clock.now())))
    match = re.fullmatch(
        rb'\{"alipay_trade_precreate_response":(.*),"sign":"([^"]*)"\}', bench.last[2], re.DOTALL
    )
    assert match is not None
    assert rb"https:\/\/qr.alipay.com\/" in match[1]
    assert openssl_verifies(bench.keys / "alipay/alipay_public.pem", match[1], match[2].decode(), tmp_path)


def test_unionpay_request_and_answer(bench: Bench, requests_of: dict, tmp_path: Path) -> None:
    def digest(fields: dict[str, str]) -> bytes:
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "signature")
        return hashlib.sha256(text.encode()).hexdigest().encode()

    fields = dict(parse_qsl(requests_of[Channel.UNIONPAY].body.decode()))
    key = public_key_of(bench.keys / "unionpay/merchant_cert.pem", tmp_path, "certificate")
    assert openssl_verifies(key, digest(fields), fields["signature"], tmp_path)
    serial = subprocess.run(
        ["openssl", "x509", "-noout", "-serial", "-in", bench.keys / "unionpay/merchant_cert.pem"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert fields["certId"] == str(int(serial.strip().removeprefix("serial="), 16))

    bench.run(opened(bench.channels[Channel.UNIONPAY], make_order(Channel.UNIONPAY, bench.clock.now())))
    answer = dict(part.split("=", 1) for part in bench.last[2].decode().split("&"))
    (tmp_path / "leaf.pem").write_text(answer["signPubKeyCert"])
    key = public_key_of(tmp_path / "leaf.pem", tmp_path, "certificate")
    assert openssl_verifies(key, digest(answer), answer["signature"], tmp_path)
    chain = [
        "openssl",
        "verify",
        "-partial_chain",
        "-no_check_time",
        "-CAfile",
        bench.keys / "unionpay/root.pem",
    ]
    middle = ["-untrusted", bench.keys / "unionpay/middle.pem", tmp_path / "leaf.pem"]
    assert subprocess.run([*chain, *middle], capture_output=True, check=False).returncode == 0


def test_requests_keep_their_exact_bytes() -> None:
    request = httpx.Request("GET", "http://h/v3/x?mchid=1&b=%2F", headers={"X-Y": "z"})
    assert as_request(request).target == "/v3/x?mchid=1&b=%2F"
