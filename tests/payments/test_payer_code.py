"""The payer's phone shows a code: charged, asked, refused, lost on the way, undone; on all three networks."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.payment import Channel, Order
from kiosk.payments import rsa
from kiosk.payments.contract import Closed, CodeAnswer, Declined, PayerCodeChannel, Settled, Undecided
from kiosk.payments.documents import encode, parse_object
from kiosk.payments.keyfiles import read_private_key, read_public_key
from kiosk.payments.merchants import load_channels
from kiosk.payments.payer_code import QUERY_WAITS, channel_of_code, is_code_of
from kiosk.payments.sandbox import booking
from kiosk.payments.sandbox.exchange import Request
from kiosk.payments.sandbox.keys import ALIPAY_APP_ID
from kiosk.payments.sandbox.ledger import OrderState, Wallet
from kiosk.payments.unionpay.messages import refund_fields, reversal_fields
from kiosk.payments.unionpay.signing import parse_answer
from kiosk.payments.unionpay.signing import sign as sign_fields
from tests.payments.world import (
    CHANNELS,
    Bench,
    ManualClock,
    as_request,
    edited_keys,
    make_order,
    make_refund,
    opened,
    response,
    settled,
)


class Hurry:
    """Makes the bench's clock pass by itself whenever somebody waits; tells what happened meanwhile."""

    def __init__(self, bench: Bench, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.bench, self.meanwhile, self.waits = bench, meanwhile, list[float]()

    def __enter__(self) -> "Hurry":
        self.bench.clock.sleep = self._sleep  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        self.bench.clock.sleep = ManualClock.sleep.__get__(self.bench.clock)  # type: ignore[method-assign]

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.bench.clock.advance(seconds)
        self.meanwhile()


def code_of(bench: Bench, name: Channel, wallet: Wallet = Wallet.PAYS) -> str:
    return booking.new_payer_code(bench.gateway.ledger, name, wallet, bench.clock.now())


def new_order(bench: Bench, name: Channel) -> Order:
    return make_order(name, bench.clock.now().replace(microsecond=0))


def pay(bench: Bench, order: Order, code: str, bend: object = None) -> CodeAnswer:
    channel = bench.channels[order.channel]
    assert isinstance(channel, PayerCodeChannel)
    return bench.run(channel.pay_with_code(order, code), bend)  # type: ignore[arg-type]


def stored(bench: Bench, order: Order) -> OrderState:
    found = bench.gateway.ledger.order(order.channel, order.number)
    assert found is not None
    return found.state


@pytest.mark.parametrize("name", CHANNELS)
def test_a_code_is_charged_once(bench: Bench, name: Channel) -> None:
    order, code = new_order(bench, name), code_of(bench, name)
    answer = pay(bench, order, code)
    assert isinstance(answer, Settled)
    assert (answer.payment.amount, answer.payment.order_number) == (order.amount, order.number)
    with Hurry(bench):
        again = pay(bench, new_order(bench, name), code)
    assert isinstance(again, Declined)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_payer_who_types_the_password_in_time_has_paid(bench: Bench, name: Channel) -> None:
    order = new_order(bench, name)

    def password() -> None:
        known = bench.gateway.ledger.order(name, order.number)
        if known is not None and len(hurry.waits) == 3:
            booking.pay(bench.gateway.ledger, known, bench.clock.now())

    with Hurry(bench, password) as hurry:
        answer = pay(bench, order, code_of(bench, name, Wallet.ASKS))
    assert isinstance(answer, Settled)
    assert hurry.waits == list(QUERY_WAITS[:3])


@pytest.mark.parametrize("name", CHANNELS)
def test_a_payer_who_never_answers_is_asked_for_a_minute_and_undone(bench: Bench, name: Channel) -> None:
    order = new_order(bench, name)
    with Hurry(bench) as hurry:
        answer = pay(bench, order, code_of(bench, name, Wallet.ASKS))
    assert isinstance(answer, Closed)
    assert hurry.waits[: len(QUERY_WAITS)] == list(QUERY_WAITS)
    assert stored(bench, order) is OrderState.CLOSED


@pytest.mark.parametrize("name", CHANNELS)
def test_a_refusal_is_declined_and_other_texts_are_never_sent(bench: Bench, name: Channel) -> None:
    assert isinstance(pay(bench, new_order(bench, name), code_of(bench, name, Wallet.REFUSES)), Declined)
    order = new_order(bench, name)
    for text in ("", "https://example.org", "1" * 40, "１３" + "0" * 16):
        assert isinstance(pay(bench, order, text), Declined)
    assert bench.gateway.ledger.order(name, order.number) is None


def lost(_: httpx.Response) -> httpx.Response:
    raise httpx.ReadError("gone")


@pytest.mark.parametrize("name", CHANNELS)
def test_a_lost_answer_is_found_by_asking(bench: Bench, name: Channel) -> None:
    """The first answer is lost after the money was taken: the query tells, nothing is charged twice."""
    order, asked = new_order(bench, name), []

    def only_first(response: httpx.Response) -> httpx.Response:
        asked.append(response)
        return lost(response) if len(asked) == 1 else response

    with Hurry(bench):
        answer = pay(bench, order, code_of(bench, name), only_first)
    assert isinstance(answer, Settled)
    assert len(asked) == 2


@pytest.mark.parametrize("name", CHANNELS)
def test_where_nobody_ever_answers_it_stays_unknown_and_is_undone_later(bench: Bench, name: Channel) -> None:
    order = new_order(bench, name)
    with Hurry(bench):
        answer = pay(bench, order, code_of(bench, name), lost)
    assert isinstance(answer, Undecided)
    assert not answer.unsent
    channel = bench.channels[name]
    assert isinstance(channel, PayerCodeChannel)
    later = bench.run(channel.reverse(order))
    assert later == Closed(refunded=True)  # what was sent after the lost answers did arrive


@pytest.mark.parametrize("name", CHANNELS)
def test_a_wrong_signature_is_never_a_payment_and_never_a_refusal(bench: Bench, name: Channel) -> None:
    order = new_order(bench, name)

    def forged(response: httpx.Response) -> httpx.Response:
        body = b"".join(response.stream)  # type: ignore[arg-type]
        changed = (
            body.replace(b"SUCCESS", b"SUCCES5")
            .replace(b"Success", b"Succes5")
            .replace("成功".encode(), b"OK")
        )
        headers = {k: v for k, v in response.headers.items() if k != "content-length"}
        return httpx.Response(response.status_code, headers=headers, stream=httpx.ByteStream(changed + b" "))

    with Hurry(bench):
        answer = pay(bench, order, code_of(bench, name), forged if name is not Channel.ALIPAY else lost)
    assert isinstance(answer, Undecided)


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{16,24}", fullmatch=True))
def test_a_code_belongs_to_at_most_one_network(text: str) -> None:
    owners = [channel for channel in Channel if is_code_of(channel, text)]
    assert len(owners) <= 1
    assert channel_of_code(text) == (owners[0] if owners else None)


def test_the_reversal_of_wechat_pay_waits_fifteen_seconds(bench: Bench) -> None:
    order = new_order(bench, Channel.WECHAT)
    with Hurry(bench):
        pay(bench, order, code_of(bench, Channel.WECHAT), lost)
    young = new_order(bench, Channel.WECHAT)
    wallet = code_of(bench, Channel.WECHAT, Wallet.ASKS)
    channel = bench.channels[Channel.WECHAT]
    assert isinstance(channel, PayerCodeChannel)

    async def story() -> tuple[object, object]:
        task = asyncio.ensure_future(channel.pay_with_code(young, wallet))
        for _ in range(50):
            await asyncio.sleep(0)  # noqa: TID251 - lets the charge be sent; time stands still
        task.cancel()
        early = await channel.reverse(young)
        bench.clock.advance(15)
        return early, await channel.reverse(young)

    early, later = bench.run(story())
    assert isinstance(early, Undecided)
    assert later == Closed()


def test_certificate_mode_of_alipay(bench: Bench, tmp_path: Path) -> None:
    keys = edited_keys(bench.keys, tmp_path / "keys", "[alipay]\n", "[alipay]\ncertificate_mode = true\n")
    answers: list[bytes] = []

    def respond(request: httpx.Request) -> httpx.Response:
        answer = bench.network(Channel.ALIPAY).answer(as_request(request), bench.clock.now())
        answers.append(answer.body)
        return response(answer.status, dict(answer.headers), answer.body)

    loaded = load_channels(keys, bench.clock, transport=httpx.MockTransport(respond))
    assert loaded.faults == ()
    channel, order = loaded.channels[Channel.ALIPAY], new_order(bench, Channel.ALIPAY)
    bench.run(opened(channel, order))
    known = bench.gateway.ledger.order(Channel.ALIPAY, order.number)
    assert known is not None
    booking.pay(bench.gateway.ledger, known, bench.clock.now())
    assert bench.run(settled(channel, order)).amount == order.amount
    assert all(b'"alipay_cert_sn":"' in body for body in answers)
    (keys / "alipay" / "alipay_cert.pem").write_bytes((keys / "alipay" / "app_cert.pem").read_bytes())
    other = load_channels(keys, bench.clock, transport=httpx.MockTransport(respond)).channels[Channel.ALIPAY]
    assert isinstance(bench.run(other.query(order)), Undecided)
    (keys / "alipay" / "alipay_cert.pem").write_bytes((keys / "unionpay" / "middle.pem").read_bytes())
    refused = load_channels(keys, bench.clock)
    assert ["alipay_cert.pem" in fault.reason for fault in refused.faults] == [True]


def rest(bench: Bench, call: str, document: dict[str, object], **wrong: str) -> tuple[int, dict[str, object]]:
    """Ask Alipay's REST interface as its newest SDK does; `wrong` replaces parts of the request."""
    key = read_private_key(bench.keys / "alipay" / "app_key.pem")
    body, target = encode(document), f"/v3/alipay/trade/{call}"
    millis = str(int(bench.clock.now().timestamp() * 1000))
    auth = f"app_id={ALIPAY_APP_ID},nonce={wrong.get('nonce', token_hex(16))},timestamp={millis}"
    sign = rsa.sign(key, f"{auth}\nPOST\n{target}\n".encode() + body + b"\n")
    headers = {"authorization": f"ALIPAY-SHA256withRSA {auth},sign={wrong.get('sign', sign)}"}
    answer = bench.network(Channel.ALIPAY).answer(Request("POST", target, headers, body), bench.clock.now())
    told = f"{answer.headers['alipay-timestamp']}\n{answer.headers['alipay-nonce']}\n".encode()
    signer = read_public_key(bench.keys / "alipay" / "alipay_public.pem")
    assert rsa.verifies(signer, told + answer.body + b"\n", answer.headers["alipay-signature"])
    return answer.status, dict(parse_object(answer.body) or {})


def test_the_rest_interface_of_alipay(bench: Bench) -> None:
    number = new_order(bench, Channel.ALIPAY).number
    asked: dict[str, object] = {"out_trade_no": number, "total_amount": "15.00", "subject": "签注"}
    status, made = rest(bench, "precreate", asked)
    assert (status, made["out_trade_no"]) == (200, number)
    status, error = rest(bench, "query", {"out_trade_no": number})
    assert (status, error["code"]) == (400, "ACQ.TRADE_NOT_EXIST")
    known = bench.gateway.ledger.order(Channel.ALIPAY, number)
    assert known is not None
    booking.pay(bench.gateway.ledger, known, bench.clock.now())
    assert rest(bench, "query", {"out_trade_no": number})[1]["trade_status"] == "TRADE_SUCCESS"
    refund: dict[str, object] = {"out_trade_no": number, "refund_amount": "15.00", "out_request_no": "R1"}
    assert rest(bench, "refund", refund)[1]["fund_change"] == "Y"
    status, told = rest(bench, "fastpay/refund/query", {"out_trade_no": number, "out_request_no": "R1"})
    assert (status, told["refund_status"]) == (200, "REFUND_SUCCESS")
    assert rest(bench, "close", {"out_trade_no": number})[0] == 400
    assert rest(bench, "nothing", {})[0] == 400
    assert rest(bench, "query", {"out_trade_no": number}, sign="AAAA")[0] == 401
    assert rest(bench, "query", {"out_trade_no": number}, nonce="twice")[0] == 200
    assert rest(bench, "query", {"out_trade_no": number}, nonce="twice")[0] == 400


def test_what_unionpay_voids_and_reverses_only_within_its_clearing_day(bench: Bench) -> None:
    """31 takes the whole payment back, 99 an order; both until 23:00 in Beijing."""
    channel = bench.channels[Channel.UNIONPAY]
    merchant = channel._merchant  # type: ignore[attr-defined]

    def ask(fields: dict[str, str]) -> str:
        body = urlencode(sign_fields(merchant.key, fields)).encode()
        request = Request("POST", "/gateway/api/backTransReq.do", {}, body)
        answer = bench.network(Channel.UNIONPAY).answer(request, bench.clock.now())
        return (parse_answer(answer.body) or {})["respCode"]

    order = bench.paid_order(Channel.UNIONPAY)
    refund = make_refund(order, bench.run(settled(channel, order)), bench.clock.now())
    void = refund_fields(merchant, refund) | {"txnType": "31"}
    assert ask(void | {"txnAmt": "1"}) == "36"
    assert ask(reversal_fields(merchant, order) | {"txnAmt": "1500"}) == "10"
    assert ask(void) == "00"
    assert ask(void) == "12"
    late = bench.paid_order(Channel.UNIONPAY)
    payment = bench.run(settled(channel, late))
    bench.clock.advance(86_400)
    refund = make_refund(late, payment, bench.clock.now())
    assert ask(refund_fields(merchant, refund) | {"txnType": "31"}) == "35"
    assert ask(reversal_fields(merchant, late)) == "35"
    assert ask(refund_fields(merchant, refund)) == "00"
