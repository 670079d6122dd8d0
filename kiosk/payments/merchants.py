"""Who the kiosk is to each network: the payment folder with ``merchants.toml`` and the keys.

Going live is editing that folder (docs/payments.md): addresses, ids and keys, no code. A channel whose
section or keys are unusable is left out with a fault; the other channels work.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
)

from kiosk.clock import Clock
from kiosk.domain.payment import Channel
from kiosk.payments.alipay.adapter import AlipayChannel
from kiosk.payments.alipay.certificates import certificate_sn, root_sn
from kiosk.payments.alipay.messages import AlipayMerchant, CertificateSerials
from kiosk.payments.contract import PaymentChannel
from kiosk.payments.keyfiles import (
    KeyUnusable,
    read_certificate,
    read_certificates,
    read_private_key,
    read_public_key,
    read_secret_text,
)
from kiosk.payments.merchant_devices import (
    PURSE_SECTION,
    TERMINAL_SECTION,
    PurseSettings,
    RawSection,
    TerminalSettings,
    purse_settings,
    terminal_settings,
)
from kiosk.payments.sections import MERCHANTS_FILE, Address, Id, NotificationsSection, Section
from kiosk.payments.unionpay.adapter import UnionPayChannel
from kiosk.payments.unionpay.messages import FILE_URL, NO_NOTICE_URL, UnionPayMerchant
from kiosk.payments.validity import Inspection
from kiosk.payments.wechat.adapter import WechatChannel
from kiosk.payments.wechat.messages import WechatMerchant
from kiosk.payments.wechat.platform_keys import PUBLIC_KEY_PREFIX, PlatformKey
from kiosk.payments.wire import Timeouts, Wire

_APIV3_KEY_BYTES = 32

_log = structlog.get_logger()


def _query_free(url: str) -> str:
    if urlsplit(url).query:
        raise ValueError("must not have a query")
    return url


class WechatSection(Section):
    """``[wechat]`` of merchants.toml."""

    base_url: Address
    appid: Id
    mchid: Id
    device_ip: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F.:]{3,45}$")] = "127.0.0.1"
    notify_url: Annotated[Address, AfterValidator(_query_free)]
    platform_key_id: Id | None = None


class AlipaySection(Section):
    """``[alipay]`` of merchants.toml."""

    gateway_url: Address
    app_id: Id
    seller_id: Id
    notify_url: Address | None = None
    certificate_mode: bool = False


class UnionPaySection(Section):
    """``[unionpay]`` of merchants.toml; `base_url` is what stands before ``/gateway/api``."""

    base_url: Address
    mer_id: Id
    notify_url: Address | None = None
    file_url: Address = FILE_URL


class Merchants(BaseModel):
    """The whole of merchants.toml; a missing section means that the channel is not offered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wechat: WechatSection | None = None
    alipay: AlipaySection | None = None
    unionpay: UnionPaySection | None = None
    card_terminal: RawSection | None = None
    yang_cheng_tong: RawSection | None = None
    notifications: NotificationsSection | None = None


@dataclass(frozen=True, slots=True)
class ChannelFault:
    """Why a channel (None: all) cannot be used; `reason` names file and remedy, for the technician."""

    channel: Channel | None
    reason: str


@dataclass(frozen=True, slots=True)
class LoadedChannels:
    """The channels that can be used, why others cannot, and what will need attention within a month.

    Attributes:
        terminal, purse: settings of the ways that need a device; `kiosk.assembly.payments` makes channels
            of them.
    """

    channels: Mapping[Channel, PaymentChannel]
    faults: tuple[ChannelFault, ...]
    warnings: tuple[ChannelFault, ...] = ()
    terminal: TerminalSettings | None = None
    purse: PurseSettings | None = None


def read_merchants(folder: Path) -> Merchants:
    """Return the folder's merchants.toml; raise KeyUnusable naming what is wrong in it."""
    path = folder / MERCHANTS_FILE
    try:
        return Merchants.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        remedy = "Start the sandbox once, or write it after docs/payments.md"
        raise KeyUnusable(path, f"cannot be read ({error.strerror})", remedy) from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise KeyUnusable(path, wrong, "Correct it after docs/payments.md") from None
    except ValueError as error:
        raise KeyUnusable(path, f"not TOML ({error})", "Correct it after docs/payments.md") from None


def load_channels(
    folder: Path,
    clock: Clock,
    timeouts: Timeouts | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> LoadedChannels:
    """Return every channel that the payment folder configures, ready to use.

    `transport` stands in for the network (a simulation passes the gateway's application).
    """
    try:
        merchants = read_merchants(folder)
    except KeyUnusable as fault:
        return LoadedChannels({}, (ChannelFault(None, str(fault)),))
    channels: dict[Channel, PaymentChannel] = {}
    faults: list[ChannelFault] = []
    warnings: list[ChannelFault] = []
    for channel, load in _loaders(merchants, folder).items():
        inspection = Inspection(clock.now())
        try:
            channels[channel] = load(Wire(clock, timeouts, transport), inspection)
        except KeyUnusable as fault:
            faults.append(ChannelFault(channel, str(fault)))
        for warning in inspection.warnings:
            _log.warning("payment certificate", channel=channel, warning=warning)
            warnings.append(ChannelFault(channel, warning))
    terminal = purse = None
    if merchants.card_terminal is not None:
        try:
            terminal = terminal_settings(merchants.card_terminal, folder / TERMINAL_SECTION)
        except KeyUnusable as fault:
            faults.append(ChannelFault(Channel.CARD, str(fault)))
    if merchants.yang_cheng_tong is not None:
        try:
            purse = purse_settings(merchants.yang_cheng_tong, folder / PURSE_SECTION)
        except KeyUnusable as fault:
            faults.append(ChannelFault(Channel.YCT, str(fault)))
    return LoadedChannels(channels, tuple(faults), tuple(warnings), terminal, purse)


_Loader = Callable[[Wire, Inspection], PaymentChannel]


def _loaders(merchants: Merchants, folder: Path) -> Mapping[Channel, _Loader]:
    """Return how to build each configured channel, in the order the screen offers them."""
    loaders: dict[Channel, _Loader] = {}
    if (wechat := merchants.wechat) is not None:
        loaders[Channel.WECHAT] = lambda wire, look: WechatChannel(
            _wechat(wechat, folder / "wechat", look), wire
        )
    if (alipay := merchants.alipay) is not None:
        loaders[Channel.ALIPAY] = lambda wire, look: AlipayChannel(
            _alipay(alipay, folder / "alipay", look), wire
        )
    if (unionpay := merchants.unionpay) is not None:
        loaders[Channel.UNIONPAY] = lambda wire, look: UnionPayChannel(
            _unionpay(unionpay, folder / "unionpay", look), wire
        )
    return loaders


def _wechat(section: WechatSection, folder: Path, look: Inspection) -> WechatMerchant:
    apiv3_key = read_secret_text(folder / "apiv3_key.txt")
    if len(apiv3_key) != _APIV3_KEY_BYTES:
        raise KeyUnusable(folder / "apiv3_key.txt", "not 32 characters", "Copy the APIv3 key of the merchant")
    keys = tuple(_platform_key(path) for path in sorted((folder / "platform").glob("*.pem")))
    if section.platform_key_id is not None and section.platform_key_id not in {key.serial for key in keys}:
        path = folder / "platform" / f"{section.platform_key_id}.pem"
        raise KeyUnusable(
            path, "the platform's public key is missing", "Download it from the merchant platform"
        )
    key = read_private_key(folder / "merchant_key.pem")
    return WechatMerchant(
        base_url=section.base_url,
        appid=section.appid,
        mchid=section.mchid,
        notify_url=section.notify_url,
        serial=f"{look.own_serial(folder, key):X}",
        key=key,
        apiv3_key=apiv3_key,
        platform_key_id=section.platform_key_id,
        platform_keys=keys,
        device_ip=section.device_ip,
        simulated=section.simulated,
    )


def _platform_key(path: Path) -> PlatformKey:
    """Return a public key named by its id, or a certificate under its own serial."""
    if path.stem.startswith(PUBLIC_KEY_PREFIX):
        return PlatformKey(path.stem, read_public_key(path))
    try:
        return PlatformKey.of_certificate(read_certificate(path))
    except ValueError as error:
        raise KeyUnusable(path, str(error), "Download it again") from None


def _alipay(section: AlipaySection, folder: Path, look: Inspection) -> AlipayMerchant:
    key = read_private_key(folder / "app_key.pem")
    alipay_key, certificates = (
        _alipay_certificates(folder, key, look)
        if section.certificate_mode
        else (read_public_key(folder / "alipay_public.pem"), None)
    )
    return AlipayMerchant(
        gateway_url=section.gateway_url,
        app_id=section.app_id,
        seller_id=section.seller_id,
        key=key,
        alipay_key=alipay_key,
        certificates=certificates,
        notify_url=section.notify_url,
        simulated=section.simulated,
    )


def _alipay_certificates(
    folder: Path, key: RSAPrivateKey, look: Inspection
) -> tuple[RSAPublicKey, CertificateSerials]:
    """Return Alipay's key and the serials of certificate mode; the certificate must be the root's."""
    app, path = look.certificate(folder / "app_cert.pem"), folder / "alipay_cert.pem"
    look.pair(folder / "app_cert.pem", app, key)
    own, roots = look.certificate(path), read_certificates(folder / "alipay_root.pem")
    look.issued(path, own, roots)
    alipay_key = own.public_key()
    if not isinstance(alipay_key, RSAPublicKey):
        raise KeyUnusable(path, "without an RSA key", "Choose RSA2 in the application's settings")
    return alipay_key, CertificateSerials(certificate_sn(app), certificate_sn(own), root_sn(roots))


def _unionpay(section: UnionPaySection, folder: Path, look: Inspection) -> UnionPayMerchant:
    key = read_private_key(folder / "merchant_key.pem")
    root, path = look.certificate(folder / "root.pem"), folder / "middle.pem"
    middle = look.certificate(path)
    look.issued(path, middle, [root])
    return UnionPayMerchant(
        base_url=section.base_url,
        mer_id=section.mer_id,
        cert_id=str(look.own_serial(folder, key)),
        key=key,
        root=root,
        middle=middle,
        notify_url=section.notify_url or NO_NOTICE_URL,
        file_url=section.file_url,
        simulated=section.simulated,
    )
