"""The payer's phone: a page that shows an order and pays or declines it, Chinese and English."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.clock import Clock
from kiosk.domain.money import Fen, yuan_text
from kiosk.domain.payment import Channel
from kiosk.payments import beijing
from kiosk.payments.qr import qr_matrix
from kiosk.payments.sandbox import booking
from kiosk.payments.sandbox.bodies import read_bounded
from kiosk.payments.sandbox.ledger import Ledger, OrderState, StoredOrder, Wallet

_LISTED = 20
_LONGEST_BODY = 256
_NAMES = {
    Channel.WECHAT: "微信支付 WeChat Pay",
    Channel.ALIPAY: "支付宝 Alipay",
    Channel.UNIONPAY: "云闪付 UnionPay",
}
_STATES = {
    OrderState.OPEN: "待支付 · Waiting for payment",
    OrderState.PAID: "支付成功 · Paid",
    OrderState.FAILED: "支付失败 · Payment failed",
    OrderState.CLOSED: "订单已关闭 · Order closed",
}
_WALLETS = {
    Wallet.PAYS: "直接付款 · Pays at once",
    Wallet.ASKS: "需要密码（在订单页确认）· Wants a password: confirm on the order's page",
    Wallet.REFUSES: "余额不足 · Has no money",
}
_EXPIRED = "二维码已过期 · Code expired"
_REFUNDED = "已退款 · Refunded"
_STYLE = """
body{font:18px/1.5 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#111827}
main{max-width:26rem;margin:0 auto;padding:1.5rem 1rem}
section,li a{display:block;background:#fff;border-radius:1rem;padding:1.25rem;margin:0 0 1rem;
color:inherit;text-decoration:none}
h1{font-size:1.1rem;margin:0 0 1rem;color:#4b5563}
.amount{font-size:2.75rem;font-weight:700;margin:.25rem 0;overflow-wrap:anywhere}
.state{font-weight:600}
.code{text-align:center}
.code svg{display:block;margin:0 auto}
small{color:#4b5563;overflow-wrap:anywhere}
button{width:100%;min-height:3.5rem;font:inherit;font-weight:600;border-radius:.9rem;margin:.4rem 0;
border:2px solid #1d4ed8;background:#1d4ed8;color:#fff}
button.plain{background:#fff;color:#1d4ed8}
input{width:100%;box-sizing:border-box;font:inherit;padding:.75rem;border:2px solid #9ca3af;
border-radius:.75rem}
ul{list-style:none;padding:0}
"""


def phone_routes(ledger: Ledger, clock: Clock, wake: Callable[[], None]) -> list[BaseRoute]:
    """Return the page's routes; `wake` is called when notifications may be due."""
    phone = _Phone(ledger, clock, wake)
    return [
        Route("/pay", phone.start, methods=["GET"]),
        Route("/wallet/{channel}", phone.wallet, methods=["GET"]),
        Route("/pay/{reference:path}", phone.show, methods=["GET"]),
        Route("/pay/{reference:path}", phone.act, methods=["POST"]),
    ]


class _Phone:
    def __init__(self, ledger: Ledger, clock: Clock, wake: Callable[[], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._wake = wake

    async def start(self, request: Request) -> Response:
        """Show the latest orders and a field for a scanned code; with ``?code=`` go to its order."""
        code = request.query_params.get("code", "").strip()
        if not code:
            return _page("待支付订单 Orders", self._list())
        order = self._find(code)
        if order is None:
            return _page("找不到订单 No such order", self._list(), 404)
        return RedirectResponse(f"/pay/{quote(order.number)}", 303)

    async def wallet(self, request: Request) -> Response:
        """Show a fresh payment code of a wallet, for the kiosk's scanner."""
        try:
            channel = Channel(request.path_params["channel"])
            name = _NAMES[channel]
        except (ValueError, KeyError):
            return _page("找不到钱包 No such wallet", self._list(), 404)
        wallet = next((one for one in Wallet if request.query_params.get(one.value)), Wallet.PAYS)
        code = booking.new_payer_code(self._ledger, channel, wallet, self._clock.now())
        inner = (
            f'<section class="code"><div>付款码 Payment code</div>{_qr_picture(code)}<div>{code}</div>'
            f'<div class="state">{_WALLETS[wallet]}</div>'
            "<small>一分钟内有效，仅可使用一次 Good for one minute, once</small></section>"
        )
        others = "".join(
            f'<li><a href="/wallet/{channel}?{other.value}=1">{told}</a></li>'
            for other, told in _WALLETS.items()
        )
        return _page(name, inner + f'<ul>{others}</ul><p><a href="/pay">全部订单 All orders</a></p>')

    async def show(self, request: Request) -> Response:
        order = self._find(request.path_params["reference"])
        if order is None:
            return _page("找不到订单 No such order", self._list(), 404)
        if not order.scanned:
            order = booking.scan(self._ledger, order)
        return _page(_NAMES[order.channel], self._card(order))

    async def act(self, request: Request) -> Response:
        body = await read_bounded(request, _LONGEST_BODY)
        order = self._find(request.path_params["reference"])
        if order is None or body is None:
            return _page("找不到订单 No such order", self._list(), 404)
        now = self._clock.now()
        act = parse_qs(body.decode("ascii", "replace")).get("act", [""])[0]
        with self._ledger.transaction():
            if act in {"pay", "late"}:
                booking.pay(self._ledger, order, now, late=act == "late")
            elif act == "again":
                booking.pay_again(self._ledger, order, now)
            elif act == "decline":
                booking.decline(self._ledger, order, now)
        self._wake()
        return RedirectResponse(f"/pay/{quote(order.number)}", 303)

    def _find(self, reference: str) -> StoredOrder | None:
        """Find an order by its number or by the text of its QR code."""
        orders = self._ledger.orders_of_number(reference)
        return orders[0] if orders else self._ledger.order_of_code(reference)

    def _card(self, order: StoredOrder) -> str:
        return (
            f"<section><div>{escape(order.subject) or '签注费 Endorsement fee'}</div>"
            f'<div class="amount">¥{yuan_text(Fen(order.amount))}</div>'
            f'<div class="state" role="status">{self._state(order)}</div>'
            f"<small>{escape(order.number)}</small></section>"
            f'<form method="post">{self._buttons(order)}</form>'
            '<p><a href="/pay">全部订单 All orders</a></p>'
        )

    def _buttons(self, order: StoredOrder) -> str:
        """What the payer may do; also what a phone should not be able to do, and sometimes is."""
        if order.state is OrderState.PAID:
            return '<button class="plain" name="act" value="again">再付一次 Pay twice</button>'
        if not order.payable(self._clock.now()):
            return '<button class="plain" name="act" value="late">迟到的付款 Pay late</button>'
        return (
            '<button name="act" value="pay">支付 Pay</button>'
            '<button class="plain" name="act" value="decline">拒绝 Decline</button>'
        )

    def _state(self, order: StoredOrder) -> str:
        if order.state is OrderState.OPEN and order.over(self._clock.now()):
            return _EXPIRED
        back = booking.refunded(self._ledger, order)
        return f"{_REFUNDED} ¥{yuan_text(Fen(back))}" if back else _STATES[order.state]

    def _list(self) -> str:
        rows = "".join(self._row(order) for order in self._ledger.latest_orders(_LISTED))
        return (
            '<form method="get" action="/pay"><section><label for="code">扫到的内容 Scanned text</label>'
            '<input id="code" name="code" autocomplete="off"><button>打开 Open</button></section></form>'
            f"<ul>{_wallets()}</ul><ul>{rows}</ul>"
        )

    def _row(self, order: StoredOrder) -> str:
        opened = f"{datetime.fromisoformat(order.opened_at).astimezone(beijing.BEIJING):%H:%M:%S}"
        return (
            f'<li><a href="/pay/{quote(order.number)}"><b>¥{yuan_text(Fen(order.amount))}</b> '
            f"{_NAMES[order.channel]}<br>{self._state(order)}<br>"
            f"<small>{escape(order.number)} · {opened}</small></a></li>"
        )


def _wallets() -> str:
    links = (
        f'<li><a href="/wallet/{channel}">付款码 Payment code · {name}</a></li>'
        for channel, name in _NAMES.items()
    )
    return "".join(links)


def _qr_picture(code: str) -> str:
    """Return a QR code as an SVG picture with its quiet zone of four modules."""
    rows = qr_matrix(code)
    side = len(rows) + 8
    dark = "".join(
        f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return (
        f'<svg role="img" aria-label="{code}" viewBox="0 0 {side} {side}" width="240" height="240">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{dark}"/></svg>'
    )


def _page(title: str, inner: str, status: int = 200) -> Response:
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>模拟付款 Simulated payment<br>{title}</h1>{inner}</main></body></html>",
        status,
        {"Cache-Control": "no-store"},
    )
