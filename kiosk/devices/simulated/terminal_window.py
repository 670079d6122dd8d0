"""The simulated terminal's own small window: a page of this machine on which a tester is the payer."""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.devices.payment_contracts import CARD_TERMINAL
from kiosk.devices.simulated.faults import FaultMode, Faults
from kiosk.devices.simulated.money_faults import TERMINAL_FAULTS
from kiosk.devices.simulated.terminal_book import CARDS
from kiosk.devices.simulated.terminal_core import NotNow, TerminalCore

_LONGEST_ACTION = 1024


class TerminalWindow:
    """Routes of the window: ``GET /``, ``GET /window``, ``POST /window`` with ``{"do": …, "with": …}``.

    Actions: insert and tap with the name of a card, pin with the digits, walk_away, arm and clear with the
    name of a fault. A page elsewhere cannot send them: they are taken as JSON only.
    """

    def __init__(self, core: TerminalCore, faults: Faults, changed: Callable[[], None]) -> None:
        self._core = core
        self._faults = faults
        self._changed = changed

    def routes(self) -> list[BaseRoute]:
        """Return the routes, for the application that also serves the protocol."""
        return [
            Route("/", self._page),
            Route("/window", self._see),
            Route("/window", self._act, methods=["POST"]),
        ]

    async def _page(self, _: Request) -> Response:
        return HTMLResponse(_PAGE)

    async def _see(self, _: Request) -> Response:
        entry = self._core.book().under_way()
        armed = [fault.name for fault in self._faults.active() if fault.device == CARD_TERMINAL]
        return JSONResponse(
            {
                "stage": entry.stage.value if entry else "idle",
                "fen": entry.amount if entry else 0,
                "cards": list(CARDS),
                "faults": {name: text.zh + " · " + text.en for name, text in TERMINAL_FAULTS.items()},
                "armed": armed,
            }
        )

    async def _act(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return JSONResponse({"error": "application/json only"}, 415)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _LONGEST_ACTION:
                return JSONResponse({"error": "too long"}, 413)
        try:
            self._do(json.loads(body))
        except (NotNow, ValueError, RecursionError) as error:
            return JSONResponse({"error": str(error)}, 409)
        self._changed()
        return JSONResponse({})

    def _do(self, action: object) -> None:
        """Carry out one action; raise NotNow or ValueError."""
        if not isinstance(action, dict):
            raise ValueError("not an action")
        word = action.get("with", "")
        if not isinstance(word, str):
            raise ValueError("not an action")
        match action.get("do"):
            case "insert":
                self._core.insert(word)
            case "tap":
                self._core.tap(word)
            case "pin":
                self._core.enter_pin(word)
            case "walk_away":
                self._core.walk_away()
            case "arm":
                self._faults.arm(CARD_TERMINAL, word, FaultMode.ONCE)
            case "clear":
                self._faults.clear(CARD_TERMINAL, word or None)
            case _:
                raise ValueError("no such action")


_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8">
<title>模拟刷卡终端 · Simulated terminal</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<style>body{font:18px sans-serif;margin:1rem;max-width:28rem}
button,input{font:inherit;min-height:44px;margin:4px}
#screen{background:#123;color:#dfe;padding:1rem;font-size:24px;min-height:3rem}</style>
<h1>模拟刷卡终端 <small>Simulated terminal</small></h1><p id="screen" role="status" aria-live="polite"></p>
<p id="cards"></p><form id="pin"><label>密码 PIN <input id="digits" type="password" inputmode="numeric"
 autocomplete="off" maxlength="12"></label><button>确认 OK</button></form>
<p><button id="leave">取卡离开 Walk away</button></p><h2>故障 <small>Faults</small></h2><p id="faults"></p>
<p id="error" role="alert"></p><script>
const words={idle:"待机 · Idle",card:"请刷卡或插卡 · Tap or insert",pin:"请输入密码 · Enter PIN",
host:"处理中 · Processing"},at=id=>document.getElementById(id);let shown="";
async function act(what,word){const answer=await fetch("/window",{method:"POST",
headers:{"content-type":"application/json"},body:JSON.stringify({do:what,with:word})});
at("error").textContent=answer.ok?"":(await answer.json()).error;await look();}
function button(text,run){const made=document.createElement("button");
made.textContent=text;made.onclick=run;return made;}
async function look(){const now=await(await fetch("/window")).json();
at("screen").textContent=words[now.stage]+(now.fen?"  ¥"+(now.fen/100).toFixed(2):"");
const key=JSON.stringify([now.cards,now.armed]);if(key===shown)return;shown=key;
at("cards").replaceChildren(...now.cards.flatMap(card=>[button("插卡 insert "+card,()=>act("insert",card)),
button("挥卡 tap "+card,()=>act("tap",card))]));
at("faults").replaceChildren(...Object.entries(now.faults).map(([name,text])=>button(
(now.armed.includes(name)?"● ":"○ ")+text,()=>act(now.armed.includes(name)?"clear":"arm",name))));}
at("pin").onsubmit=event=>{event.preventDefault();act("pin",at("digits").value);at("digits").value="";};
at("leave").onclick=()=>act("walk_away","");look();setInterval(look,500);
</script></html>"""
