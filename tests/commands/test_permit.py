"""`kiosk permit` from the shell's side: words, JSON and exit codes."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.commands.permit import app
from kiosk.devices.simulated.pcscd_stack import PcscdStack, missing_parts, reserve_socket
from kiosk.devices.simulated.specimen_chip import LONG_ATR
from tests.support.patience import LONG_S

reserve_socket()  # before any test calls PC/SC: the library reads the path once in a process

SLUG, ALTERED = "li-fu", "sun-yiming"


def kiosk(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


@pytest.fixture
def state(tmp_path: Path) -> Path:
    assert kiosk("make", "--state", str(tmp_path), SLUG, ALTERED)[0] == 0
    return tmp_path


def line_of(state: Path, slug: str) -> str:
    listed = json.loads(kiosk("list", "--state", str(state), "--json")[1])["specimens"]
    return str(next(row["line"] for row in listed if row["slug"] == slug))


def test_made_permits_are_listed_as_made(state: Path) -> None:
    listed = json.loads(kiosk("list", "--state", str(state), "--json")[1])["specimens"]
    assert {row["slug"] for row in listed if row["made"]} == {SLUG, ALTERED}
    assert (state / "trust" / "specimen-csca.cer").is_file()
    status, words = kiosk("list", "--state", str(state))
    assert status == 0
    assert SLUG in words


def test_making_says_where(tmp_path: Path) -> None:
    status, answer = kiosk("make", "--state", str(tmp_path), "--json", SLUG)
    assert status == 0
    assert json.loads(answer)["permits"] == [str(tmp_path / "permits" / SLUG)]


def test_unknown_names_and_places_are_named(tmp_path: Path) -> None:
    assert kiosk("make", "--state", str(tmp_path), "nobody")[0] == 1
    assert "kiosk permit list" in kiosk("make", "--state", str(tmp_path), "nobody")[1]
    assert "kiosk permit make" in kiosk("insert", "nobody", "--state", str(tmp_path))[1]
    occupied = tmp_path / "file"
    occupied.write_text("")
    assert kiosk("make", "--state", str(occupied), SLUG)[0] == 1


def test_inserting_where_no_reader_listens(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    status, words = kiosk("insert", SLUG, "--state", str(state), "--port", str(port))
    assert status == 1
    assert "vsmartcard-vpcd" in words


# Whoever starts the tests in a shell's background gives all their children an interrupt that is ignored.
INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


def test_an_inserted_card_stays_until_interrupted(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", f"{INTERRUPTIBLE}; from kiosk.commands.permit import app; app()"]
        arguments = ["insert", SLUG, "--state", str(state), "--port", str(server.getsockname()[1])]
        with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True) as card:
            server.settimeout(LONG_S)
            slot, _ = server.accept()
            with slot:
                slot.settimeout(LONG_S)
                slot.sendall(b"\x00\x01\x04")
                assert slot.recv(2 + len(LONG_ATR), socket.MSG_WAITALL)[2:] == LONG_ATR
                card.send_signal(signal.SIGINT)
                words, _ = card.communicate(timeout=LONG_S)
    assert line_of(state, SLUG) in words
    assert "taken out" in words
    assert card.returncode == 0


def test_reading_a_card_over_a_real_pcsc_stack(state: Path) -> None:
    missing = missing_parts()
    if missing:
        pytest.skip(missing)
    trust = str(state / "trust")
    with PcscdStack() as stack:
        stack.plug(state / "permits" / SLUG)
        status, words = kiosk("read", "--mrz", line_of(state, SLUG), "--trust", trust)
        assert status == 0
        assert "commands" in words
        stack.plug(state / "permits" / ALTERED)
        status, words = kiosk("read", "--mrz", line_of(state, ALTERED), "--trust", trust, "--json")
    answer = json.loads(words[words.index("{") :])
    assert (status, answer["genuine"]) == (3, False)
    verdicts = {row["check"]: row["verdict"] for row in answer["checks"]}
    assert verdicts["group_hashes"] == "altered"
    assert answer["counts"]["wire_per_payload"] < 1.2


def test_reading_in_a_virtual_reader_started_for_it(state: Path) -> None:
    missing = missing_parts()
    if missing:
        pytest.skip(missing)
    status, words = kiosk("read", "--insert", SLUG, "--can", "000003", "--state", str(state))
    assert status == 0
    assert "CAN" in words
    assert "not offered" in words
    assert kiosk("make", "--reference", "--state", str(state))[0] == 0
    status, words = kiosk("read", "--insert", "reference-set-long", "--state", str(state), "--json")
    answer = json.loads(words[words.index("{") :])
    assert (status, answer["protocol"]) == (0, "BAC")
    assert answer["counts"]["apdus"] <= 12
    assert answer["counts"]["wire_per_payload"] <= 1.03
    assert kiosk("read", "--state", str(state))[0] == 2  # neither a line nor a permit
    assert kiosk("read", "--insert", "nobody", "--state", str(state))[0] == 1


def test_reading_without_a_service(state: Path) -> None:
    status, words = kiosk("read", "--mrz", line_of(state, SLUG), "--state", str(state))
    assert status == 1
    assert "READER_UNAVAILABLE" in words


def test_reading_with_a_line_that_is_none(state: Path) -> None:
    status, words = kiosk("read", "--mrz", "C00", "--state", str(state))
    assert status == 1
    assert "LINE_UNREADABLE" in words
