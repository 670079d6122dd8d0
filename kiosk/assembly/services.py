"""What a machine offers with the devices it has: each service and the capabilities it takes."""

from dataclasses import dataclass

from kiosk.devices.driver import Capability as Can
from kiosk.domain.text import Text


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that a machine offers, and what of it depends on its devices."""

    name: str
    title: Text
    takes: frozenset[Can]
    needed: bool = False


SERVICES: tuple[Service, ...] = (
    Service(
        "endorsement",
        Text("办理签注", "Rewriting endorsements"),
        frozenset(
            {Can.MOVE_CARD, Can.READ_LINE, Can.READ_CHIP, Can.COMPARE_FACE, Can.WRITE_FILM, Can.READ_FILM}
        ),
        needed=True,
    ),
    Service(
        "safe_keeping", Text("收存遗留证件", "Keeping cards that are left"), frozenset({Can.RETAIN_CARD})
    ),
    Service("slip", Text("打印凭条", "Printing slips"), frozenset({Can.PRINT_SLIP})),
    Service("documents", Text("打印 A4 文件", "Printing documents on A4"), frozenset({Can.PRINT_DOCUMENT})),
    Service(
        "payer_code",
        Text("扫描付款码", "Paying with the phone's payment code"),
        frozenset({Can.READ_PAYMENT_CODE}),
    ),
    Service("keypad", Text("触感键盘操作", "Use by tactile keypad"), frozenset({Can.TAKE_KEYS})),
    Service(
        "guidance",
        Text("灯光和声音引导", "Guidance by lights and tones"),
        frozenset({Can.SHOW_LIGHTS, Can.PLAY_SOUNDS}),
    ),
    Service("doors", Text("机柜监测", "Watching doors and covers"), frozenset({Can.WATCH_DOORS})),
    Service(
        "power_cut", Text("停电续办", "Finishing a visit in a power cut"), frozenset({Can.OUTLAST_POWER_CUT})
    ),
)
"""In the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One service on one machine; `lacking` is empty where it is offered."""

    service: Service
    lacking: frozenset[Can]

    @property
    def offered(self) -> bool:
        return not self.lacking


def offers(capabilities: frozenset[Can]) -> tuple[Offer, ...]:
    """Return what a machine with these capabilities offers, and what the rest lacks."""
    return tuple(Offer(service, service.takes - capabilities) for service in SERVICES)
