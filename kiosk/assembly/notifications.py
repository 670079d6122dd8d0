"""The kiosk's door for the networks' notifications: opened before the channels, which tell its address.

Polling is the truth and a notification only makes it faster, so a door that cannot be opened stops nothing.
"""

import socket
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from kiosk.journal.store import Journal
from kiosk.payments.keyfiles import KeyUnusable
from kiosk.payments.merchant_devices import put_sections
from kiosk.payments.merchants import Merchants, read_merchants
from kiosk.payments.notice_server import NoticeServer
from kiosk.payments.notifications import NoticeDesk
from kiosk.payments.sections import MERCHANTS_FILE, NotificationsSection, Section
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.notified import NotifiedKiosk
from kiosk.runtime.outside import Outside

_LOOPBACK = "127.0.0.1"
_SECTION = "notifications"
_log = structlog.get_logger()


def open_door(folder: Path, stack: AsyncExitStack) -> socket.socket | None:
    """Return the listening socket that ``[notifications]`` asks for; None where none is, or can be had.

    Args:
        folder: the payment folder.
        stack: closes the door in the end.
    """
    try:
        section = read_merchants(folder).notifications
    except KeyUnusable:
        return None  # told as the fault of all channels
    return None if section is None else _listening(section.listen, section.port, stack)


def simulated_door(folder: Path, stack: AsyncExitStack) -> socket.socket | None:
    """Open a door on this machine and tell the simulated networks its address; a live section stays as it is.

    The port is kept from start to start: an order that is repeated must be the same to the byte.
    """
    merchants = read_merchants(folder)
    known = merchants.notifications
    if known is not None and not known.simulated:
        return _listening(known.listen, known.port, stack)
    door = (_listening(_LOOPBACK, known.port, stack) if known else None) or _listening(_LOOPBACK, 0, stack)
    if door is not None:
        put_sections(folder / MERCHANTS_FILE, _told(merchants, door.getsockname()[1]))
    return door


async def serve_notices(
    door: socket.socket | None,
    outside: Outside,
    kiosk: Kiosk,
    journal: Journal,
    stack: AsyncExitStack,
) -> None:
    """Serve an open door until `stack` ends."""
    if door is None:
        return
    notified = NotifiedKiosk(kiosk, journal, outside)
    desk = NoticeDesk(outside.channels, notified.order_of, outside.clock, notified.take)
    await stack.enter_async_context(NoticeServer(desk, door))


def _listening(host: str, port: int, stack: AsyncExitStack) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = stack.enter_context(socket.create_server((host, port), family=family))
    except OSError as error:
        _log.warning("no notifications: the port cannot be had", port=port, why=error.strerror)
        return None
    # asyncio sets this only on sockets that name their protocol; accepted ones inherit it from here.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def _told(merchants: Merchants, port: int) -> dict[str, Section]:
    """Return the sections that name the door: its own, and those of the simulated networks."""
    sections: dict[str, Section] = {
        _SECTION: NotificationsSection(simulated=True, listen=_LOOPBACK, port=port)
    }
    for name in ("wechat", "alipay", "unionpay"):
        section = getattr(merchants, name)
        if section is not None and section.simulated:
            url = f"http://{_LOOPBACK}:{port}/notice/{name}"
            sections[name] = section.model_copy(update={"notify_url": url})
    return sections
