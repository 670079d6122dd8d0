"""The networks' bills: true formats there and back, the day's cut, what is refused, and hostile files."""

import asyncio
import base64
import zipfile
import zlib
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.money import Fen
from kiosk.domain.payment import Channel
from kiosk.domain.reconciliation import Billed, Movement
from kiosk.payments import beijing
from kiosk.payments.alipay import bill as alipay
from kiosk.payments.contract import Undecided
from kiosk.payments.reconciliation.bills import Bill, BillInvalid, window
from kiosk.payments.sandbox import bills
from kiosk.payments.sandbox.bills import Line
from kiosk.payments.sandbox.keys import ALIPAY_SELLER_ID, UNIONPAY_MER_ID, WECHAT_MCHID
from kiosk.payments.unionpay import bill as unionpay
from kiosk.payments.wechat import bill as wechat
from tests.payments.world import CHANNELS, World, make_refund, opened, settled

DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
NUMBERS = st.from_regex(r"[0-9A-Za-z]{8,32}", fullmatch=True)
PRODUCTS = st.text(st.sampled_from("往来港澳签注,，`/ab 0"), min_size=1, max_size=20)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    moment = NOON + timedelta(seconds=draw(st.integers(-40_000, 40_000)))
    back = draw(st.booleans())
    return Line(
        draw(NUMBERS),
        draw(st.integers(1, 10**9)),
        draw(st.from_regex(r"[0-9]{21}", fullmatch=True)),
        moment,
        draw(PRODUCTS).strip("`,") or "签注",
        draw(NUMBERS) if back else "",
        "500000000000000000001" if back else "",
        NOON if back else None,
    )


def read(channel: Channel, content: bytes | str) -> tuple[Billed, ...]:
    match channel:
        case Channel.WECHAT:
            assert isinstance(content, bytes)
            return wechat.read_bill(content, WECHAT_MCHID)
        case Channel.ALIPAY:
            assert isinstance(content, bytes)
            return alipay.read_bill(content, ALIPAY_SELLER_ID)
    assert isinstance(content, str)
    return unionpay.read_bill(content, UNIONPAY_MER_ID, DAY)


def written(channel: Channel, of: list[Line]) -> bytes | str:
    match channel:
        case Channel.WECHAT:
            return bills.wechat_bill(of, "ALL")
        case Channel.ALIPAY:
            return bills.alipay_bill(of, DAY, NOON)
    return bills.unionpay_bill(of, DAY)[1]


def expected(channel: Channel, line: Line) -> Billed:
    movement = Movement.REFUND if line.refund else Movement.PAY
    tells_order = not line.refund or channel is not Channel.UNIONPAY
    order = line.order if tells_order else ""
    number = line.refund or line.order
    return Billed(channel, movement, number, Fen(line.amount), line.moment, order, line.transaction_id)


@pytest.mark.parametrize("channel", CHANNELS)
@settings(max_examples=40, deadline=None)
@given(of=st.lists(lines(), max_size=6))
def test_a_bill_is_read_as_it_was_written(channel: Channel, of: list[Line]) -> None:
    assert read(channel, written(channel, of)) == tuple(expected(channel, line) for line in of)


@pytest.mark.parametrize("channel", CHANNELS)
@settings(max_examples=150, deadline=None)
@given(of=st.lists(lines(), min_size=1, max_size=3), data=st.data())
def test_a_damaged_bill_is_refused_or_tells_the_same_kind_of_thing(
    channel: Channel, of: list[Line], data: st.DataObject
) -> None:
    """Bytes changed, cut out or put in: named failure, never another exception."""
    whole = written(channel, of)
    content = bytearray(whole if isinstance(whole, bytes) else whole.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 3))
        content[place : place + length] = data.draw(st.binary(max_size=3))
    try:
        got = read(channel, bytes(content) if isinstance(whole, bytes) else content.decode("latin-1"))
    except BillInvalid:
        return
    assert all(line.channel is channel and line.amount > 0 and line.number for line in got)


@pytest.mark.parametrize("channel", CHANNELS)
@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=300))
def test_noise_is_refused(channel: Channel, content: bytes) -> None:
    with pytest.raises(BillInvalid):
        read(channel, content.decode("latin-1") if channel is Channel.UNIONPAY else content)


@settings(max_examples=80, deadline=None)
@given(inner=st.binary(max_size=700), name=st.sampled_from(["INN26112188ZM_777290058100001", "业务明细.csv"]))
def test_noise_inside_true_wrappers_is_refused_or_empty(inner: bytes, name: str) -> None:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(name, inner)
    packed = base64.b64encode(zlib.compress(output.getvalue())).decode()
    for channel, content in ((Channel.ALIPAY, output.getvalue()), (Channel.UNIONPAY, packed)):
        try:
            got = read(channel, content)
        except BillInvalid:
            continue
        assert got == ()
        assert not inner.strip()


def test_what_unpacks_without_bounds_is_refused() -> None:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("业务明细.csv", bytes(20 << 20))
    with pytest.raises(BillInvalid, match="too long"):
        read(Channel.ALIPAY, output.getvalue())
    bomb = base64.b64encode(zlib.compress(bytes(40 << 20), 9)).decode()
    with pytest.raises(BillInvalid, match="too long"):
        read(Channel.UNIONPAY, bomb)


def test_a_file_without_a_name_or_packed_otherwise_is_no_bill() -> None:
    """Found by the fuzzer: a name of no characters broke the library that reads zips."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("N.csv", b"")
    nameless = output.getvalue().replace(b"N.csv", b"\x00.csv")
    with pytest.raises(BillInvalid, match="no file of details"):
        read(Channel.ALIPAY, nameless)
    for packing in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        output = BytesIO()
        with zipfile.ZipFile(output, "w", packing) as archive:
            archive.writestr("业务明细.csv", b"1")
        with pytest.raises(BillInvalid, match="another way"):
            read(Channel.ALIPAY, output.getvalue())


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_bill_that_lost_a_line_or_names_another_merchant_is_refused(channel: Channel) -> None:
    of = [Line(f"K000120261121{n:09d}", 1500, f"{n:021d}", NOON, "签注") for n in (1, 2)]
    whole = written(channel, of)
    if channel is Channel.WECHAT:
        assert isinstance(whole, bytes)
        broken = [b"\r\n".join(part for i, part in enumerate(whole.split(b"\r\n")) if i != 2)]
        broken.append(whole.replace(WECHAT_MCHID.encode(), b"1900000002"))
    elif channel is Channel.ALIPAY:
        rows = [{"业务类型": "交易", "商户订单号": "K00012026"}]
        with pytest.raises(KeyError):
            alipay.write_bill(rows, ALIPAY_SELLER_ID, DAY, NOON)
        broken = [bills.alipay_bill(of, DAY, NOON)]
        with pytest.raises(BillInvalid, match="seller"):
            alipay.read_bill(broken[0], "2088000000000002")
        return
    else:
        with pytest.raises(BillInvalid, match="no file"):
            unionpay.read_bill(str(whole), "777290058100002", DAY)
        return
    for content in broken:
        with pytest.raises(BillInvalid):
            read(channel, content)


def test_unionpays_lines_have_the_documented_widths_and_the_day_ends_at_eleven() -> None:
    _, content = bills.unionpay_bill([Line("K00012026112100000001", 1500, "1" * 21, NOON, "签注")], DAY)
    packed = zlib.decompress(base64.b64decode(content))
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.namelist()[0] == f"INN26112188ZM_{UNIONPAY_MER_ID}"
        line = archive.read(archive.namelist()[0])
    assert len(line) == 607 + 2
    assert line[:3] == b"S56"
    start, end = window(Channel.UNIONPAY, DAY)
    assert (beijing.text(start), beijing.text(end)) == ("2026-11-20 23:00:00", "2026-11-21 23:00:00")
    start, end = window(Channel.WECHAT, DAY)
    assert (beijing.text(start), beijing.text(end)) == ("2026-11-21 00:00:00", "2026-11-22 00:00:00")


def test_alipays_zip_has_names_and_texts_in_gbk() -> None:
    content = bills.alipay_bill([Line("K00012026112100000001", 1500, "1" * 21, NOON, "签注")], DAY, NOON)
    assert f"{ALIPAY_SELLER_ID}0156_20261121_业务明细.csv".encode("gbk") in content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert all(not member.flag_bits & 0x800 for member in archive.infolist())
        text = archive.read(archive.infolist()[0]).decode("gbk")
    assert text.startswith("#支付宝业务明细查询\r\n#账号：[")
    assert "K00012026112100000001\t," in text


def test_a_days_bill_is_fetched_from_every_network(world: World) -> None:
    """Paid, half of it refunded; fetched the day after: the movements of that day and no others."""

    async def story() -> None:
        told = {}
        for name in CHANNELS:
            channel, order = world.channels()[name], world.order(name)
            await opened(channel, order)
            world.pay(order)
            payment = await settled(channel, order)
            refund = make_refund(order, payment, world.clock.now(), 700)
            await channel.refund(order, refund)
            told[name] = (order, refund)
        today = world.clock.now().astimezone(beijing.BEIJING).date()
        cut = today + timedelta(days=1)  # the story may begin after 23:00, when UnionPay's next day has begun
        for name in (Channel.WECHAT, Channel.ALIPAY):
            early = await world.channels()[name].bill(today)  # type: ignore[attr-defined]
            assert isinstance(early, Undecided) or early.lines == ()
        world.clock.advance(2 * 86_400)
        for name, (order, refund) in told.items():
            found = []
            for day in (today, cut):
                bill = await world.channels()[name].bill(day)  # type: ignore[attr-defined]
                assert isinstance(bill, Bill), bill
                found += [line for line in bill.lines if line.number in {order.number, refund.number}]
            assert sorted((line.movement, line.number, line.amount) for line in found) == [
                (Movement.PAY, order.number, order.amount),
                (Movement.REFUND, refund.number, refund.amount),
            ]
        for channel in world.channels().values():
            await channel.aclose()

    asyncio.run(story())


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("fault", ["error", "drop", "wrong_signature"])
def test_a_bill_that_cannot_be_had_or_verified_is_unknown(world: World, name: Channel, fault: str) -> None:
    async def story() -> None:
        world.fault(fault, operation="bill", channel=name)
        channel = world.channels()[name]
        answer = await channel.bill(DAY - timedelta(days=30))  # type: ignore[attr-defined]
        assert isinstance(answer, Undecided), answer
        world.call("DELETE", "/control/faults")
        again = await channel.bill(DAY - timedelta(days=30))  # type: ignore[attr-defined]
        assert isinstance(again, Bill)
        assert again.lines == ()
        await channel.aclose()

    asyncio.run(story())
