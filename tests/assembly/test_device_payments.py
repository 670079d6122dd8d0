"""Card terminal and purse reader from the payment folder: simulated ones written, live ones left alone."""

import asyncio
import stat
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from kiosk.assembly.payments import device_channels
from kiosk.assembly.simulated_payments import simulated_tills
from kiosk.clock import SystemClock
from kiosk.devices.simulated.machine import SimulatedMachine
from kiosk.domain.payment import Channel
from kiosk.payments.merchants import LoadedChannels, load_channels
from kiosk.payments.yct.records import RecordsUnavailable

LIVE = """
[card_terminal]
url = "https://192.0.2.7:8443/nexo"
server_name = "terminal.example"
merchant = "898440160120001"
sale_id = "GZ01"
poi_id = "P400Plus-123456789"
key_id = "kiosk"
key_version = 3

[yang_cheng_tong]
serial = "/dev/serial/by-id/usb-reader"
merchant_code = "0815"
"""


TYPED = "correct horse battery staple"


def written(folder: Path, text: str, passphrase: str | None = TYPED) -> Path:
    """Write a payment folder; `passphrase` is the terminal's, None for no file."""
    folder.mkdir(parents=True)
    (folder / "merchants.toml").write_text(text)
    if passphrase is not None:
        (folder / "card_terminal").mkdir()
        secret = folder / "card_terminal" / "passphrase.txt"
        secret.touch(mode=0o600)
        secret.write_text(passphrase)
    return folder


def loaded(folder: Path) -> LoadedChannels:
    return load_channels(folder, SystemClock())


def test_live_devices_are_addresses_ids_and_keys_alone(tmp_path: Path) -> None:
    folder = written(tmp_path / "payments", LIVE)
    found = loaded(folder)
    assert found.faults == ()

    async def main() -> None:
        async with AsyncExitStack() as stack:
            channels = device_channels(found, tmp_path, SystemClock(), stack)
            assert set(channels) == {Channel.CARD, Channel.YCT}
            assert not any(channel.simulated for channel in channels.values())

    asyncio.run(main())
    assert "correct horse" not in repr(found)


@pytest.mark.parametrize(
    ("old", "new", "channel", "said"),
    [
        ('url = "https', 'url = "ftp', Channel.CARD, "card_terminal.url: Value error, must be an http"),
        ('key_id = "kiosk"\n', 'url_ = "x"\n', Channel.CARD, "card_terminal.url_: Extra inputs"),
        ('"https://192.0.2.7:8443/nexo"', '"http://192.0.2.7/nexo"', None, ""),
        ("key_version = 3", 'key_version = "3"', Channel.CARD, "card_terminal.key_version"),
        ('merchant_code = "0815"', 'merchant_code = "815"', Channel.YCT, "yang_cheng_tong.merchant_code"),
        ('serial = "', 'host = "x"\nserial = "', Channel.YCT, "expected either serial, or host and port"),
        ("[card_terminal]", "[card_terminal]\nkey = 1", Channel.CARD, "card_terminal.key: Extra inputs"),
    ],
)
def test_a_wrong_section_is_named_and_takes_out_its_own_way_alone(
    tmp_path: Path, old: str, new: str, channel: Channel | None, said: str
) -> None:
    assert old in LIVE
    found = loaded(written(tmp_path / "payments", LIVE.replace(old, new)))
    assert [fault.channel for fault in found.faults] == ([] if channel is None else [channel])
    assert all(said in fault.reason and "docs/card-and-purse.md" in fault.reason for fault in found.faults)
    assert (found.terminal is None, found.purse is None) == (channel is Channel.CARD, channel is Channel.YCT)


def test_plain_http_to_a_terminal_needs_a_key(tmp_path: Path) -> None:
    text = LIVE.replace("https://", "http://").replace('key_id = "kiosk"\nkey_version = 3\n', "")
    (fault,) = loaded(written(tmp_path / "payments", text)).faults
    assert "plain http needs key_id" in fault.reason


@pytest.mark.parametrize(
    ("passphrase", "mode", "said"),
    [
        (None, 0, "passphrase.txt: cannot be read"),
        ("short", 0o600, "not a line of 8 characters"),
        ("ünlikely enough", 0o600, "not a line of ASCII"),
        ("two lines\nof a passphrase", 0o600, "not a line of"),
        ("correct horse battery staple", 0o640, "chmod 600"),
    ],
)
def test_the_terminals_passphrase_is_a_secret_of_one_line(
    tmp_path: Path, passphrase: str | None, mode: int, said: str
) -> None:
    folder = written(tmp_path / "payments", LIVE, passphrase)
    if passphrase is not None:
        (folder / "card_terminal" / "passphrase.txt").chmod(mode)
    found = loaded(folder)
    (fault,) = found.faults
    assert said in fault.reason
    assert passphrase is None or passphrase not in fault.reason
    assert found.purse is not None


def simulated(state: Path, folder: Path) -> tuple[bool, bool]:
    """Start the simulated devices beside a payment folder; return which of the two were started."""

    async def main() -> tuple[bool, bool]:
        async with AsyncExitStack() as stack:
            clock = SystemClock()
            machine = SimulatedMachine(state, clock, 0.0)
            stack.push_async_callback(machine.close)
            tills = await simulated_tills(folder, machine, "GZ01", clock, stack)
            return tills.terminal is not None, tills.purse is not None

    return asyncio.run(main())


def test_the_simulated_start_writes_sections_that_work_and_again_at_every_start(tmp_path: Path) -> None:
    folder = written(tmp_path / "payments", "# mine\n", None)
    assert simulated(tmp_path, folder) == (True, True)
    first = (folder / "merchants.toml").read_text()
    assert simulated(tmp_path, folder) == (True, True)
    again = (folder / "merchants.toml").read_text()
    assert again.startswith("# mine\n")
    assert again.count("[card_terminal]") == again.count("[yang_cheng_tong]") == 1
    assert len(again.splitlines()) == len(first.splitlines())
    found = loaded(folder)
    assert found.faults == ()
    assert found.terminal is not None
    assert found.terminal.section.simulated
    assert stat.S_IMODE((folder / "card_terminal" / "passphrase.txt").stat().st_mode) == 0o600


def test_a_live_device_is_never_replaced_by_a_simulated_one(tmp_path: Path) -> None:
    folder = written(tmp_path / "payments", LIVE.partition("[yang_cheng_tong]")[0])
    assert simulated(tmp_path, folder) == (False, True)
    found = loaded(folder)
    assert found.terminal is not None
    assert found.terminal.section.poi_id == "P400Plus-123456789"
    assert found.purse is not None
    assert found.purse.section.simulated


def test_without_durable_records_the_machine_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "purse.sqlite").write_bytes(b"no database at all, but as long as one would have to be" * 40)
    found = loaded(written(tmp_path / "payments", LIVE))

    async def main() -> None:
        async with AsyncExitStack() as stack:
            with pytest.raises(RecordsUnavailable):
                device_channels(found, tmp_path, SystemClock(), stack)

    asyncio.run(main())
