"""Answers and notifications that are not what they should be: never a payment, never a crash."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel, Order
from kiosk.payments.contract import NoticeRefused, RefundState, Settled, Undecided
from kiosk.payments.documents import code_of, parse_object, reference_of
from kiosk.payments.sandbox.keys import ensure_keys
from tests.payments.world import (
    CHANNELS,
    START,
    Bench,
    Bend,
    make_order,
    make_refund,
    opened,
    response,
    settled,
)

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def told(bench: Bench, order: Order, bend: Bend | None = None) -> object:
    return bench.run(bench.channels[order.channel].query(order), bend)


def with_body(answer: httpx.Response, body: bytes) -> httpx.Response:
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return response(answer.status_code, headers, body)


def body_of(answer: httpx.Response) -> bytes:
    return b"".join(answer.iter_raw())


HOSTILE: dict[str, Bend] = {
    "empty": lambda answer: with_body(answer, b""),
    "truncated": lambda answer: with_body(answer, body_of(answer)[:-7]),
    "web page": lambda _: response(200, {"Content-Type": "text/html"}, b"<html>the hotel's network</html>"),
    "huge": lambda answer: with_body(answer, body_of(answer) + b" " * (2 << 20)),
    "nested": lambda answer: with_body(answer, b"[" * 100_000),
    "redirect": lambda _: response(302, {"Location": "https://elsewhere.example/"}, b""),
    "compressed": lambda answer: response(200, {"Content-Encoding": "gzip"}, body_of(answer)),
    "not UTF-8": lambda answer: with_body(answer, b"\xff\xfe" + body_of(answer)),
    "captive 404": lambda _: response(404, {}, b'{"code":"ORDER_NOT_EXIST","message":"no"}'),
    "too many requests": lambda _: response(429, {}, b'{"code":"FREQUENCY_LIMITED"}'),
}


@pytest.fixture(scope="module")
def paid(bench: Bench) -> dict[Channel, Order]:
    orders = {name: bench.paid_order(name) for name in CHANNELS}
    for order in orders.values():  # the true answer is a payment: what follows is not trivial
        assert isinstance(told(bench, order), Settled)
    return orders


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", CHANNELS)
def test_a_hostile_answer_is_unknown(
    bench: Bench, paid: dict[Channel, Order], name: Channel, kind: str
) -> None:
    answer = told(bench, paid[name], HOSTILE[kind])
    assert isinstance(answer, Undecided)
    assert not answer.unsent


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", CHANNELS)
def test_a_hostile_answer_to_opening_is_never_a_code(bench: Bench, name: Channel, kind: str) -> None:
    order = make_order(name, bench.clock.now())
    assert isinstance(bench.run(bench.channels[name].open(order), HOSTILE[kind]), Undecided)


@FUZZ
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), name=st.sampled_from(CHANNELS))
def test_a_flipped_byte_changes_nothing_or_makes_it_unknown(
    bench: Bench, paid: dict[Channel, Order], place: float, flip: int, name: Channel
) -> None:
    """What a signature covers cannot be changed; what it leaves out tells nothing about money."""

    def flipped(answer: httpx.Response) -> httpx.Response:
        body = bytearray(body_of(answer))
        body[int(place * len(body))] ^= flip
        return with_body(answer, bytes(body))

    true = told(bench, paid[name])
    answer = told(bench, paid[name], flipped)
    assert isinstance(answer, Undecided) or answer == true


@FUZZ
@given(
    body=st.binary(max_size=400), status=st.sampled_from([200, 204, 400, 404]), name=st.sampled_from(CHANNELS)
)
def test_noise_is_unknown(
    bench: Bench, paid: dict[Channel, Order], body: bytes, status: int, name: Channel
) -> None:
    answer = told(bench, paid[name], lambda _: response(status, {}, body))
    assert isinstance(answer, Undecided)


@FUZZ
@given(body=st.binary(max_size=400), name=st.sampled_from(CHANNELS))
def test_a_noisy_notification_is_refused(
    bench: Bench, paid: dict[Channel, Order], body: bytes, name: Channel
) -> None:
    with pytest.raises(NoticeRefused):
        bench.channels[name].read_notice({}, body, lambda _: paid[name], bench.clock.now())


def test_an_impostor_with_keys_of_its_own(bench: Bench, tmp_path: Path) -> None:
    """It answers truthfully in everything but the keys."""
    ensure_keys(tmp_path / "keys", START)
    (tmp_path / "impostor").mkdir()
    impostor = Bench(tmp_path / "impostor", tmp_path / "keys")
    for name in CHANNELS:
        order = impostor.paid_order(name)
        assert isinstance(told(impostor, order), Settled)
        forged = impostor.last
        assert isinstance(told(bench, order, lambda _, forged=forged: response(*forged)), Undecided)
    impostor.gateway.close()


@pytest.mark.parametrize("name", CHANNELS)
def test_a_payment_of_another_amount_is_an_incident(
    bench: Bench, paid: dict[Channel, Order], name: Channel
) -> None:
    answer = told(bench, replace(paid[name], amount=Fen(1)))
    assert isinstance(answer, Undecided)
    assert answer.incident


@pytest.mark.parametrize("name", CHANNELS)
def test_an_answer_about_another_order_is_an_incident(
    bench: Bench, paid: dict[Channel, Order], name: Channel
) -> None:
    """A genuine answer about a paid order, replayed for one that is not."""
    told(bench, paid[name])
    replay = bench.last
    answer = told(bench, make_order(name, bench.clock.now()), lambda _: response(*replay))
    assert isinstance(answer, Undecided)
    assert answer.incident


def test_an_old_answer_of_wechat_is_not_believed_later(bench: Bench, paid: dict[Channel, Order]) -> None:
    order = paid[Channel.WECHAT]
    told(bench, order)
    replay = bench.last
    assert isinstance(told(bench, order, lambda _: response(*replay)), Settled)
    bench.clock.advance(301)
    assert isinstance(told(bench, order, lambda _: response(*replay)), Undecided)


def test_expired_keys_are_not_believed(tmp_path: Path, gateway_keys: Path) -> None:
    old = Bench(tmp_path, gateway_keys)
    order = old.paid_order(Channel.UNIONPAY)
    old.clock.advance(3651 * 86_400)
    answer = told(old, order)
    assert isinstance(answer, Undecided)
    assert "expired" in answer.reason
    old.gateway.close()


@pytest.mark.parametrize("name", CHANNELS)
def test_a_refund_of_another_amount_is_not_done(bench: Bench, name: Channel) -> None:
    order = bench.paid_order(name)

    async def story() -> None:
        channel = bench.channels[name]
        payment = await settled(channel, order)
        refund = make_refund(order, payment, bench.clock.now(), 700)
        await channel.refund(order, refund)
        other = replace(refund, amount=Fen(800))
        assert (await channel.query_refund(order, other)).state is RefundState.UNDECIDED
        assert (await channel.query_refund(order, refund)).state is RefundState.DONE

    bench.run(story())


@pytest.mark.parametrize("name", CHANNELS)
def test_availability_names_what_is_wrong(bench: Bench, name: Channel) -> None:
    channel = bench.channels[name]
    assert bench.run(channel.available()).available
    broken = bench.run(channel.available(), HOSTILE["web page"])
    assert not broken.available
    assert broken.reason

    def late(answer: httpx.Response) -> httpx.Response:
        return response(
            answer.status_code, {**answer.headers, "date": "Sun, 22 Nov 2026 00:00:00 GMT"}, body_of(answer)
        )

    off = bench.run(channel.available(), late)
    assert not off.available
    assert "clock" in off.reason
    bench.run(channel.available(), lambda answer: with_date(answer, bench))
    assert bench.run(opened(channel, make_order(name, bench.clock.now())))


def with_date(answer: httpx.Response, bench: Bench) -> httpx.Response:
    date = f"{bench.clock.now():%a, %d %b %Y %H:%M:%S GMT}"
    return response(answer.status_code, {**answer.headers, "date": date}, body_of(answer))


def unsigned_refusal(answer: httpx.Response) -> httpx.Response:
    """Whether the real WeChat Pay signs its refusals is not documented."""
    headers = {} if answer.status_code >= 400 else answer.headers
    return response(answer.status_code, dict(headers), body_of(answer))


def test_unsigned_refusals_of_wechat_neither_stop_payments_nor_decide_an_order(bench: Bench) -> None:
    channel = bench.channels[Channel.WECHAT]
    bench.run(channel.available(), lambda answer: with_date(answer, bench))  # the clocks agree
    assert bench.run(channel.available(), unsigned_refusal).available
    order = bench.paid_order(Channel.WECHAT)
    assert isinstance(bench.run(channel.open(order), unsigned_refusal), Undecided)
    assert isinstance(bench.run(channel.close(order), unsigned_refusal), Settled)
    unknown = make_order(Channel.WECHAT, bench.clock.now())
    assert isinstance(bench.run(channel.close(unknown), unsigned_refusal), Undecided)


@pytest.mark.parametrize("text", ["", "x" * 600, "code with blanks", "换行\n", "\x00", "a" * 65, "１２"])
def test_what_could_be_neither_shown_nor_kept_is_passed_over(text: str) -> None:
    """A genuine answer may hold nonsense: it becomes no code on the screen and no number in the journal."""
    assert code_of({"qr_code": text}, "qr_code") == (text if text == "a" * 65 else "")
    assert reference_of({"trade_no": text}, "trade_no") == ""


@given(st.text(max_size=40))
def test_a_document_holds_no_text_that_cannot_be_written(text: str) -> None:
    body = json.dumps({"a": text}).encode()
    assert parse_object(body) == {"a": text}
    assert parse_object(body.replace(b'"a"', b'"\\ud800"')) is None
    assert parse_object(b"\xed\xa0\x80".join((b'{"a":"', b'"}'))) is None
    assert parse_object(body.decode().encode("utf-16")) is None
