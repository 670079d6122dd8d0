"""Payments: what opening a QR order costs over the bare signed round trip, and how fast the sandbox is.

    .venv/bin/python benchmarks/payments.py [--rounds N] [--seconds S]

The sandbox runs in a process of its own, as `kiosk sandbox` does. *Bare* is the same request written by hand:
signed, sent with one httpx client, its answer read and not looked at. Bare and kiosk take turns in one
process; medians are compared. Targets: an order costs at most 1.5 times the bare round trip, and the sandbox
opens 200 orders a second on two cores, each verified, booked and answered with a signature.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlencode

import httpx

from kiosk.clock import SystemClock
from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.payments import beijing, rsa
from kiosk.payments.alipay.signing import request_text
from kiosk.payments.contract import Opened, PaymentChannel
from kiosk.payments.keyfiles import read_certificate, read_private_key
from kiosk.payments.merchants import load_channels, read_merchants
from kiosk.payments.sandbox.server import GatewayServer
from kiosk.payments.unionpay.signing import sign
from kiosk.payments.wechat.signing import authorize

RATIO, RATE = 1.5, 200
AT_ONCE = 8
_FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
_numbers = count(1)

Signed = tuple[str, dict[str, str], bytes]  # address, headers, body


def new_order(channel: Channel) -> Order:
    """Return an order with a number that the sandbox has not seen."""
    now = SystemClock().now().replace(microsecond=0)
    number = f"KBNCH{now:%y%m%d%H%M%S}{next(_numbers):07d}"
    return Order(number, channel, Fen(1500), now, now + timedelta(minutes=3), "签注")


def bare_wechat(keys: Path) -> Callable[[Order], Signed]:
    """Return what writes a Native order by hand."""
    section = read_merchants(keys).wechat
    assert section is not None
    key = read_private_key(keys / "wechat" / "merchant_key.pem")
    serial = f"{read_certificate(keys / 'wechat' / 'merchant_cert.pem').serial_number:X}"
    target = "/v3/pay/transactions/native"

    def write(order: Order) -> Signed:
        document = {
            "appid": section.appid,
            "mchid": section.mchid,
            "description": order.subject,
            "out_trade_no": order.number,
            "notify_url": section.notify_url,
            "amount": {"total": order.amount, "currency": "CNY"},
        }
        body, second = json.dumps(document).encode(), int(SystemClock().now().timestamp())
        authorization = authorize(
            key, "POST", target, body, mchid=section.mchid, serial=serial, second=second, nonce=token_hex(16)
        )
        headers = {"Authorization": authorization, "Accept": "application/json", "User-Agent": "bare"}
        headers |= {"Content-Type": "application/json", "Wechatpay-Serial": section.platform_key_id or ""}
        return section.base_url + target, headers, body

    return write


def bare_alipay(keys: Path) -> Callable[[Order], Signed]:
    """Return what writes a precreate by hand."""
    section = read_merchants(keys).alipay
    assert section is not None
    key = read_private_key(keys / "alipay" / "app_key.pem")

    def write(order: Order) -> Signed:
        content = {"out_trade_no": order.number, "total_amount": "15.00", "subject": order.subject}
        fields = {
            "app_id": section.app_id,
            "method": "alipay.trade.precreate",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": beijing.text(SystemClock().now()),
            "version": "1.0",
            "biz_content": json.dumps(content),
        }
        fields["sign"] = rsa.sign(key, request_text(fields))
        return section.gateway_url, _FORM, urlencode(fields).encode()

    return write


def bare_unionpay(keys: Path) -> Callable[[Order], Signed]:
    """Return what writes an application for a QR code by hand."""
    section = read_merchants(keys).unionpay
    assert section is not None
    key = read_private_key(keys / "unionpay" / "merchant_key.pem")
    cert_id = str(read_certificate(keys / "unionpay" / "merchant_cert.pem").serial_number)

    def write(order: Order) -> Signed:
        fields = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "certId": cert_id,
            "txnType": "01",
            "txnSubType": "07",
            "bizType": "000000",
            "accessType": "0",
            "channelType": "08",
            "merId": section.mer_id,
            "orderId": order.number,
            "txnTime": beijing.digits(order.opened_at),
            "txnAmt": str(order.amount),
            "currencyCode": "156",
            "backUrl": "http://www.specialUrl.com",
        }
        url = f"{section.base_url}/gateway/api/backTransReq.do"
        return url, _FORM, urlencode(sign(key, fields)).encode()

    return write


BARE = {Channel.WECHAT: bare_wechat, Channel.ALIPAY: bare_alipay, Channel.UNIONPAY: bare_unionpay}


async def compare(keys: Path, channel: PaymentChannel, rounds: int) -> tuple[float, float]:
    """Return the median seconds of the bare round trip and of the kiosk's, taken in turns."""
    write = BARE[channel.channel](keys)
    bare, kiosk = [], []
    async with httpx.AsyncClient(trust_env=False) as client:
        for number in range(rounds + 3):
            order = new_order(channel.channel)
            began = time.perf_counter()
            url, headers, body = write(order)
            answer = await client.post(url, headers=headers, content=body)
            middle = time.perf_counter()
            opened = await channel.open(new_order(channel.channel))
            ended = time.perf_counter()
            assert answer.status_code == 200, answer.text
            assert isinstance(opened, Opened), opened
            if number >= 3:  # the first ones connect
                bare.append(middle - began)
                kiosk.append(ended - middle)
    await channel.aclose()
    return statistics.median(bare), statistics.median(kiosk)


async def load(keys: Path, channel: Channel, seconds: float) -> float:
    """Return how many orders a second the sandbox opens while some clients wait for it at once."""
    write = BARE[channel](keys)
    prepared = [write(new_order(channel)) for _ in range(int(seconds * RATE * 2))]  # signing is not its work
    waiting = iter(prepared)
    opened = 0
    began = time.perf_counter()

    async def client() -> None:
        nonlocal opened
        async with httpx.AsyncClient(trust_env=False) as http:
            for url, headers, body in waiting:
                answer = await http.post(url, headers=headers, content=body)
                assert answer.status_code == 200, answer.text
                opened += 1
                if time.perf_counter() - began > seconds:
                    return

    await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    return opened / (time.perf_counter() - began)


async def measure(keys: Path, rounds: int, seconds: float) -> bool:
    """Print every measure with its target; return whether all were met."""
    met = True
    for name, channel in load_channels(keys, SystemClock()).channels.items():
        if name not in BARE:
            continue
        bare, kiosk = await compare(keys, channel, rounds)
        met &= kiosk / bare <= RATIO
        print(
            f"{name}: order {kiosk * 1000:.1f} ms, bare {bare * 1000:.1f} ms, ratio {kiosk / bare:.2f}"
            f" (target: at most {RATIO})"
        )
    for name in BARE:
        rate = await load(keys, name, seconds)
        met &= rate >= RATE
        print(f"{name}: the sandbox opens {rate:.0f} orders a second (target: {RATE})")
    return met


def serve(state: Path) -> None:
    """Serve the sandbox until standard input ends; say where."""
    with GatewayServer(state / "gateway", SystemClock(), kiosk_keys=state / "kiosk") as server:
        print(server.url, flush=True)
        sys.stdin.read()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="orders per way to pay")
    parser.add_argument("--seconds", type=float, default=3.0, help="of load per way to pay")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a target is missed")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        serve(options.serve)
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        command = [sys.executable, __file__, "--serve", folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sandbox:
            assert sandbox.stdout is not None
            assert sandbox.stdin is not None
            sandbox.stdout.readline()
            met = asyncio.run(measure(Path(folder) / "kiosk", options.rounds, options.seconds))
            sandbox.stdin.close()
    if options.strict and not met:
        sys.exit(1)


if __name__ == "__main__":
    main()
