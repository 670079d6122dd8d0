"""The payment folder: what is wrong in it is named with file and remedy, and the other channels work."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.payment import Channel
from kiosk.payments.keyfiles import KeyUnusable
from kiosk.payments.merchants import MERCHANTS_FILE, load_channels
from kiosk.payments.sandbox.keys import ensure_keys, load_keys, rotate_wechat, write_merchant_folder
from kiosk.payments.sandbox.server import GatewayServer
from kiosk.payments.wire import Reply, Wire
from tests.payments.world import START, Bench, ManualClock


@pytest.fixture
def folder(bench: Bench, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bench.keys, tmp_path / "keys"))


def edit(old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / MERCHANTS_FILE).read_text()
        assert old in text
        (folder / MERCHANTS_FILE).write_text(text.replace(old, new))

    return change


BROKEN: dict[str, tuple[Channel | None, str, Callable[[Path], object]]] = {
    "readable by others": (
        Channel.WECHAT,
        "chmod 600",
        lambda f: (f / "wechat/merchant_key.pem").chmod(0o640),
    ),
    "secret readable by others": (
        Channel.WECHAT,
        "chmod 600",
        lambda f: (f / "wechat/apiv3_key.txt").chmod(0o604),
    ),
    "short secret": (Channel.WECHAT, "32", lambda f: (f / "wechat/apiv3_key.txt").write_text("short")),
    "no platform key": (
        Channel.WECHAT,
        "platform",
        lambda f: shutil.rmtree(f / "wechat/platform"),
    ),
    "missing key": (Channel.ALIPAY, "app_key.pem", lambda f: (f / "alipay/app_key.pem").unlink()),
    "not a key": (
        Channel.ALIPAY,
        "alipay_public.pem",
        lambda f: (f / "alipay/alipay_public.pem").write_text("-----BEGIN PUBLIC KEY-----"),
    ),
    "huge": (
        Channel.ALIPAY,
        "too long",
        lambda f: (f / "alipay/app_key.pem").write_bytes(b"x" * 100_000),
    ),
    "another's certificate": (
        Channel.UNIONPAY,
        "another key",
        lambda f: shutil.copy(f / "wechat/merchant_cert.pem", f / "unionpay/merchant_cert.pem"),
    ),
    "not a certificate": (
        Channel.UNIONPAY,
        "root.pem",
        lambda f: (f / "unionpay/root.pem").write_bytes(b"\x30\x82"),
    ),
    "plain http elsewhere": (None, "https", edit("http://127.0.0.1:9", "http://pay.example")),
    "unknown setting": (None, "wechat.spelt", edit("[wechat]", "[wechat]\nspelt = 1")),
    "not TOML": (None, "not TOML", edit("[wechat]", "[wechat")),
    "no file": (None, MERCHANTS_FILE, lambda f: (f / MERCHANTS_FILE).unlink()),
    "query in the address": (None, "query", edit("notice/wechat", "notice/wechat?a=1")),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_folder_is_named(folder: Path, what: str) -> None:
    channel, told, spoil = BROKEN[what]
    spoil(folder)
    loaded = load_channels(folder, ManualClock())
    (fault,) = loaded.faults
    assert (fault.channel, told in fault.reason) == (channel, True), fault.reason
    assert str(folder) in fault.reason
    expected = set() if channel is None else set(Channel) - {channel, Channel.CARD, Channel.YCT}
    assert set(loaded.channels) == expected


def test_a_channel_without_section_is_not_offered(folder: Path) -> None:
    text = (folder / MERCHANTS_FILE).read_text()
    (folder / MERCHANTS_FILE).write_text(text[: text.index("[unionpay]")])
    loaded = load_channels(folder, ManualClock())
    assert (set(loaded.channels), loaded.faults) == ({Channel.WECHAT, Channel.ALIPAY}, ())


def test_every_file_of_the_kiosk_is_private(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_no_secret_is_shown(folder: Path, bench: Bench) -> None:
    secret = (folder / "wechat/apiv3_key.txt").read_text()
    for channel in bench.channels.values():
        assert secret not in repr(vars(channel))


def test_a_live_folder_is_never_overwritten(folder: Path, gateway_keys: Path) -> None:
    edit("simulated = true", "simulated = false")(folder)
    before = (folder / MERCHANTS_FILE).read_bytes()
    with pytest.raises(KeyUnusable, match="live"):
        write_merchant_folder(gateway_keys, folder, "http://127.0.0.1:1")
    assert (folder / MERCHANTS_FILE).read_bytes() == before


def test_a_gateway_that_may_not_start_leaves_nothing_running(
    folder: Path, gateway_keys: Path, tmp_path: Path
) -> None:
    edit("simulated = true", "simulated = false")(folder)
    shutil.copytree(gateway_keys, tmp_path / "gateway" / "keys")
    with (
        pytest.raises(KeyUnusable),
        GatewayServer(tmp_path / "gateway", ManualClock(), kiosk_keys=folder),
    ):
        raise AssertionError("it must not start")


def test_keys_are_made_once(gateway_keys: Path) -> None:
    before = {path: path.read_bytes() for path in gateway_keys.rglob("*.pem")}
    ensure_keys(gateway_keys, START)
    assert before == {path: path.read_bytes() for path in gateway_keys.rglob("*.pem")}


def test_a_rotated_certificate_signs_and_the_old_one_stays(gateway_keys: Path, tmp_path: Path) -> None:
    keys = Path(shutil.copytree(gateway_keys, tmp_path / "keys"))
    (old,) = load_keys(keys).wechat.platform
    rotate_wechat(keys, START)
    first, second = load_keys(keys).wechat.platform
    assert first[1] == old[1]
    assert second[1] != old[1]


@pytest.mark.parametrize(("days", "told"), [(-2, "not valid before"), (3651, "expired on")])
def test_certificates_out_of_their_time_are_refused_at_the_start(folder: Path, days: int, told: str) -> None:
    loaded = load_channels(folder, ManualClock(START + timedelta(days=days)))
    assert {fault.channel for fault in loaded.faults} == {Channel.WECHAT, Channel.UNIONPAY}
    assert all(told in fault.reason for fault in loaded.faults)
    assert set(loaded.channels) == {Channel.ALIPAY}  # in key mode nothing of it ends


def test_certificates_about_to_end_are_told_in_time(folder: Path) -> None:
    calm = load_channels(folder, ManualClock(START + timedelta(days=3600)))
    assert (calm.faults, calm.warnings) == ((), ())
    loaded = load_channels(folder, ManualClock(START + timedelta(days=3630)))
    assert set(loaded.channels) == {Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY}
    told = {(one.channel, one.reason.partition(":")[0].rpartition("/")[2]) for one in loaded.warnings}
    assert told == {
        (Channel.WECHAT, "merchant_cert.pem"),
        (Channel.UNIONPAY, "merchant_cert.pem"),
        (Channel.UNIONPAY, "middle.pem"),
        (Channel.UNIONPAY, "root.pem"),
    }


def test_a_chain_that_is_none_is_refused_at_the_start(folder: Path) -> None:
    shutil.copy(folder / "wechat/merchant_cert.pem", folder / "unionpay/root.pem")
    (fault,) = load_channels(folder, ManualClock()).faults
    assert "middle.pem: not issued by the root" in fault.reason


@pytest.mark.parametrize("shown", ["Date", "Wechatpay-Timestamp"])
@pytest.mark.parametrize(
    ("seconds", "available", "told"), [(20, True, ""), (100, True, "soon"), (300, False, "set")]
)
def test_the_clock_is_watched_by_what_answers_tell(
    shown: str, seconds: int, available: bool, told: str
) -> None:
    clock = ManualClock()
    theirs = clock.now() + timedelta(seconds=seconds)
    date = format_datetime(theirs, usegmt=True)
    headers = {"Date": date} if shown == "Date" else {"Wechatpay-Timestamp": f"{theirs.timestamp():.0f}"}
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"")))
    wire = Wire(clock, transport=answer)
    asyncio.run(wire.send("GET", "http://127.0.0.1:9/", {}, b""))
    judged = wire.clock_availability()
    assert judged.available is available
    assert told in judged.reason
    assert (judged.reason == "") is (told == "")


TEXTS = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=40)


@given(st.dictionaries(st.sampled_from(["Date", "Wechatpay-Timestamp"]), TEXTS))
def test_no_date_breaks_the_watch(headers: dict[str, str]) -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"")))
    wire = Wire(ManualClock(), transport=answer)
    assert isinstance(asyncio.run(wire.send("GET", "http://127.0.0.1:9/", {}, b"")), Reply)
