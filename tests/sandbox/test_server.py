"""The sandbox server over real HTTP on a port of its own, as kiosk and tester use it."""

import asyncio
import re
import shutil
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from kiosk.authority.contract import Accepted, Approved, Authority, Found, Issued, NotApproved, NotOnRecord
from kiosk.authority.settings import SETTINGS_FILE, load_authority
from kiosk.clock import SystemClock
from kiosk.devices.simulated import terminal as simulated_terminal
from kiosk.domain.beijing import beijing_date
from kiosk.domain.endorsement import Destination, Reason, RequestedItem
from kiosk.payments.sandbox import server as gateway_server
from kiosk.sandbox.server import SandboxNotStarted, SandboxServer

T = TypeVar("T")

ORDINARY, CHILD, UNKNOWN, TWO_WAITING = "C00000001", "C00000005", "C00000012", "C00000010"
HONG_KONG = RequestedItem("HKG-G-3M-1")
CLOCK = SystemClock()
TODAY = beijing_date(CLOCK.now())


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def running(state: Path) -> Iterator[SandboxServer]:
    with SandboxServer(state, CLOCK) as server:
        yield server


@pytest.fixture
def server(running: SandboxServer) -> SandboxServer:
    """Return the server with the books as on the first day."""
    running.desk.reset()
    return running


@pytest.fixture
def web(server: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


@pytest.fixture
def copy(server: SandboxServer, state: Path, tmp_path: Path) -> Path:
    """Return a state folder of one's own: made once and copied, since a dozen RSA keys take their time."""
    shutil.copytree(state / "sandbox" / "payments" / "keys", tmp_path / "sandbox" / "payments" / "keys")
    return tmp_path


def ask(state: Path, call: Callable[[Authority], Awaitable[T]]) -> T:
    """Do something as the kiosk that the server wrote its keys for."""

    async def once() -> T:
        authority = load_authority(state / "keys" / "authority", CLOCK)
        try:
            return await call(authority)
        finally:
            await authority.aclose()

    return asyncio.run(once())


async def one_endorsement(authority: Authority, name: str = "a") -> Issued | NotApproved:
    approved = await authority.apply(f"{name}1", ORDINARY, [HONG_KONG], TODAY)
    if isinstance(approved, NotApproved):
        return approved
    assert isinstance(approved, Approved)
    issued = await authority.issue(f"{name}2", approved.approval_no, "4200001")
    assert isinstance(issued, Issued)
    numbers = [endorsement.control_no for endorsement in issued.endorsements]
    assert await authority.confirm(f"{name}3", numbers, printed=True) == Accepted()
    return issued


def test_a_second_visit_sees_the_first_even_after_a_restart(copy: Path) -> None:
    with SandboxServer(copy, CLOCK):
        issued = ask(copy, one_endorsement)
    assert isinstance(issued, Issued)
    with SandboxServer(copy, CLOCK):
        found = ask(copy, lambda authority: authority.look_up(ORDINARY))
        assert isinstance(found, Found)
        live = [e for e in found.record.endorsements if e.destination is Destination.HONG_KONG]
        assert live == list(issued.endorsements)
        again = ask(copy, lambda authority: one_endorsement(authority, "b"))
        assert isinstance(again, NotApproved)
        assert again.reason.code == "unused_endorsement"


def test_the_authority_decides_by_the_rules_of_the_field(server: SandboxServer, state: Path) -> None:
    assert ask(state, lambda authority: authority.available())
    assert ask(state, lambda authority: authority.look_up(UNKNOWN)) == NotOnRecord()
    child = ask(state, lambda authority: authority.apply("c", CHILD, [HONG_KONG], TODAY))
    assert isinstance(child, NotApproved)
    assert child.reason.code == "too_young"


def test_a_tester_applies_online_and_the_machine_collects(
    server: SandboxServer, web: httpx.Client, state: Path
) -> None:
    order = {"option_id": "MAC-G-3M-1", "paid": True}
    assert web.post(f"/authority/control/permits/{ORDINARY}/applications", json=order).json()["done"]

    async def collect(authority: Authority) -> Issued:
        found = await authority.look_up(ORDINARY)
        assert isinstance(found, Found)
        (waiting,) = found.record.applications
        assert waiting.paid
        item = RequestedItem(waiting.option.option_id, waiting.application_no)
        approved = await authority.apply("r1", ORDINARY, [item], TODAY)
        assert isinstance(approved, Approved)
        issued = await authority.issue("r2", approved.approval_no, None)
        assert isinstance(issued, Issued)
        return issued

    issued = ask(state, collect)
    assert issued.endorsements[0].destination is Destination.MACAO
    assert issued.endorsements[0].control_no.startswith("4401")


def test_a_tester_orders_a_refusal_and_lifts_it(
    server: SandboxServer, web: httpx.Client, state: Path
) -> None:
    order = {"code": "authority_declined"}
    path = f"/authority/control/permits/{ORDINARY}/refusal"
    assert web.post(path, json=order).status_code == 200
    assert ask(state, one_endorsement) == NotApproved(Reason("authority_declined"))
    assert web.post(path, json={"code": None}).status_code == 200
    assert isinstance(ask(state, lambda authority: one_endorsement(authority, "b")), Issued)


def test_a_tester_orders_an_outage_and_resets(server: SandboxServer, web: httpx.Client, state: Path) -> None:
    assert web.post("/authority/control/outage", json={"mode": "down"}).status_code == 200
    assert not ask(state, lambda authority: authority.available())
    assert web.post("/authority/control/outage", json={"mode": None}).status_code == 200
    first = ask(state, one_endorsement)
    web.post("/authority/control/reset")
    second = ask(state, lambda authority: one_endorsement(authority, "a"))
    assert isinstance(first, Issued)
    assert isinstance(second, Issued)
    assert first.endorsements[0].control_no != second.endorsements[0].control_no


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"permits/{ORDINARY}/applications", '{"option_id": "HKG-X-3M-1"}'),
        ("permits/C99999999/applications", '{"option_id": "HKG-G-3M-1"}'),
        (f"permits/{ORDINARY}/applications", "not JSON"),
        ("permits/C99999999/refusal", '{"code": "x"}'),
        ("outage", '{"mode": "sideways"}'),
        ("outage", '{"mode": "down", "operation": "fly"}'),
        ("outage", '{"mode": "down", "left": 0}'),
    ],
)
def test_wrong_orders_are_named(web: httpx.Client, path: str, body: str) -> None:
    answer = web.post(f"/authority/control/{path}", content=body)
    assert (answer.status_code, answer.json()["done"]) == (400, False)
    assert answer.json()["problem"]


def test_too_long_a_body_is_cut_off(web: httpx.Client) -> None:
    for path in ("/authority/v1/status", "/authority/control/outage", "/authority/desk/outage"):
        assert web.post(path, content=b"x" * 70_000).status_code == 413


@pytest.mark.parametrize(("language", "words"), [("zh", "仅供测试"), ("en", "For tests only")])
def test_the_pages_in_both_languages(web: httpx.Client, language: str, words: str) -> None:
    for path in ("/", "/authority"):
        page = web.get(path, params={"lang": language})
        assert page.status_code == 200
        assert words in page.text
    assert "陈晓明" in web.get("/authority", params={"lang": language}).text


def test_the_page_does_what_its_forms_say(web: httpx.Client) -> None:
    web.post(f"/authority/desk/permits/{ORDINARY}/applications", data={"option_id": "HKG-G-3M-1"})
    web.post(f"/authority/desk/permits/{ORDINARY}/refusal", data={"code": "too_early"})
    answer = web.post("/authority/desk/outage", data={"operation": "issue", "mode": "lost", "left": "2"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/authority?lang=zh")
    (mine,) = (f for f in web.get("/authority/control/permits").json() if f["record"]["number"] == ORDINARY)
    assert [a["option"]["option_id"] for a in mine["record"]["applications"]] == ["HKG-G-3M-1"]
    assert mine["refusal"] == "too_early"
    assert "(2)" in web.get("/authority").text


def test_a_form_that_says_nothing_sensible_changes_nothing(web: httpx.Client) -> None:
    before = web.get("/authority/control/permits").json()
    assert (
        web.post(f"/authority/desk/permits/{ORDINARY}/applications", content=b"\xff\xfe").status_code == 400
    )
    assert web.get("/authority/control/permits").json() == before


def test_every_link_of_the_start_page_leads_somewhere(web: httpx.Client) -> None:
    links = re.findall(r'href="(/[^"]*)"', web.get("/").text)
    assert len(links) == 2
    assert [web.get(link).status_code for link in links] == [200, 200]


def test_the_payment_channels_find_the_gateway(server: SandboxServer, state: Path) -> None:
    assert server.url in (state / "keys" / "payments" / "merchants.toml").read_text()


def test_another_name_for_this_machine_is_refused(web: httpx.Client) -> None:
    assert web.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_taken_port_is_named(copy: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SandboxNotStarted, match="in use"),
        SandboxServer(copy, CLOCK, taken.getsockname()[1]),
    ):
        pass


def test_a_live_authority_in_the_state_folder_is_left_alone(copy: Path) -> None:
    with SandboxServer(copy, CLOCK):
        pass
    settings = copy / "keys" / "authority" / SETTINGS_FILE
    settings.write_text(settings.read_text().replace("simulated = true", "simulated = false"))
    with pytest.raises(SandboxNotStarted, match="live authority"), SandboxServer(copy, CLOCK):
        pass


def test_two_waiting_applications_of_one_specimen(web: httpx.Client) -> None:
    files = web.get("/authority/control/permits").json()
    (file,) = (f for f in files if f["record"]["number"] == TWO_WAITING)
    assert sorted(a["paid"] for a in file["record"]["applications"]) == [False, True]


@pytest.mark.parametrize("server_s", [gateway_server.KEEP_ALIVE_S, simulated_terminal.KEEP_ALIVE_S])
def test_a_connection_that_rests_is_let_go_by_the_client_first(server_s: float) -> None:
    """With equal times a request meets the hanging-up of its own connection, and its outcome is unknown."""
    client_s = httpx.Limits().keepalive_expiry
    assert client_s is not None
    assert server_s > 10 * client_s
