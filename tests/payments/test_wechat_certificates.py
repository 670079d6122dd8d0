"""Certificate mode: platform certificates are downloaded, kept by serial and renewed without a restart."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kiosk.domain.payment import Channel
from kiosk.payments.contract import PaymentChannel, Settled, Undecided
from kiosk.payments.merchants import MERCHANTS_FILE, load_channels
from kiosk.payments.sandbox.keys import load_keys, rotate_wechat
from kiosk.payments.sandbox.wechat import WechatNetwork
from tests.payments.world import Bench, as_request, make_order, opened, response


class CertificateMode:
    """A kiosk without the platform's public key, and a count of the downloads."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.bench = Bench(folder, keys)
        self.gateway_keys = folder / "gateway" / "keys"
        self.network = WechatNetwork(self.bench.gateway.ledger, load_keys(self.gateway_keys).wechat)
        shutil.rmtree(self.bench.keys / "wechat/platform")
        path = self.bench.keys / MERCHANTS_FILE
        lines = [line for line in path.read_text().splitlines() if not line.startswith("platform_key_id")]
        path.write_text("\n".join(lines))
        self.downloads = 0
        loaded = load_channels(
            self.bench.keys, self.bench.clock, transport=httpx.MockTransport(self._respond)
        )
        assert loaded.faults == ()
        self.channel: PaymentChannel = loaded.channels[Channel.WECHAT]

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.downloads += request.url.path == "/v3/certificates"
        answer = self.network.answer(as_request(request), self.bench.clock.now())
        return response(answer.status, dict(answer.headers), answer.body)

    def open(self) -> object:
        order = make_order(Channel.WECHAT, self.bench.clock.now())
        return self.bench.run(self.channel.open(order))

    def rotate(self) -> None:
        rotate_wechat(self.gateway_keys, self.bench.clock.now())
        self.network = WechatNetwork(self.bench.gateway.ledger, load_keys(self.gateway_keys).wechat)


@pytest.fixture
def mode(tmp_path: Path, gateway_keys: Path) -> Iterator[CertificateMode]:
    mode = CertificateMode(tmp_path, gateway_keys)
    yield mode
    mode.bench.gateway.close()


def test_downloaded_once_then_daily(mode: CertificateMode) -> None:
    for _ in range(3):
        mode.bench.run(opened(mode.channel, make_order(Channel.WECHAT, mode.bench.clock.now())))
    assert mode.downloads == 1
    mode.bench.clock.advance(86_401)
    mode.open()
    mode.open()
    assert mode.downloads == 2


def test_a_rotated_key_is_fetched_on_its_first_use(mode: CertificateMode) -> None:
    mode.open()
    mode.bench.clock.advance(3600)
    mode.rotate()
    mode.bench.run(opened(mode.channel, make_order(Channel.WECHAT, mode.bench.clock.now())))
    assert mode.downloads == 2


def test_unknown_serials_do_not_cause_a_download_each(mode: CertificateMode) -> None:
    mode.open()
    network = mode.network

    class Forger:
        def answer(self, request, now):
            answer = network.answer(request, now)
            from kiosk.payments.sandbox.exchange import Answer

            return Answer(answer.status, {**answer.headers, "Wechatpay-Serial": "ABCDEF"}, answer.body)

    mode.network = Forger()
    for _ in range(5):
        assert isinstance(mode.open(), Undecided)
    assert mode.downloads == 1  # the first was a moment ago
    mode.bench.clock.advance(601)
    for _ in range(5):
        assert isinstance(mode.open(), Undecided)
    assert mode.downloads == 2


def test_certificates_that_do_not_open_with_our_secret_are_not_adopted(
    tmp_path: Path, gateway_keys: Path
) -> None:
    mode = CertificateMode(tmp_path, gateway_keys)
    (mode.bench.keys / "wechat/apiv3_key.txt").write_text("0" * 32)
    loaded = load_channels(mode.bench.keys, mode.bench.clock, transport=httpx.MockTransport(mode._respond))
    mode.channel = loaded.channels[Channel.WECHAT]
    assert isinstance(mode.open(), Undecided)
    mode.bench.gateway.close()


def test_both_kinds_of_key_verify_at_once(bench: Bench) -> None:
    """A merchant in public-key mode still believes an answer signed with a certificate."""
    order = bench.paid_order(Channel.WECHAT)
    channel = bench.channels[Channel.WECHAT]
    network = bench.network(Channel.WECHAT)
    real = network.answer

    def answer(request, now, *bend):
        headers = {name: value for name, value in request.headers.items() if name != "wechatpay-serial"}
        return real(type(request)(request.method, request.target, headers, request.body), now, *bend)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "answer", answer)
        assert isinstance(bench.run(channel.query(order)), Settled)
        assert not bench.last[1]["Wechatpay-Serial"].startswith("PUB_KEY_ID_")
