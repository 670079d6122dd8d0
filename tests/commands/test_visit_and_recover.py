"""`kiosk visit`, `kiosk recover` and `kiosk journal` as their users run them: processes and exit codes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.devices.simulated.pcscd_stack import missing_parts
from kiosk.documents.face_code import FaceCode, parse_face_code
from tests.support.patience import LONG_S


def kiosk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )


def test_a_visit_leaves_card_slip_and_journal(tmp_path: Path) -> None:
    done = kiosk("visit", "--pay", "wechat", "--out", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"card.pdf", "card.png", "slip.pdf", "visit.json"}
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "visit.json").read_text(encoding="utf-8"))
    assert told["printed"]
    assert told["invariants_broken"] == []
    assert told["journal"][0]["name"] == "CardInserted"


def test_a_refused_visit_says_so_and_has_its_own_exit_code(tmp_path: Path) -> None:
    done = kiosk("visit", "--permit", "zhou-wei", "--out", str(tmp_path))
    assert done.returncode == 3
    assert "NOT_ALLOWED" in done.stdout
    assert not (tmp_path / "card.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("visit", "--permit", "nobody"), "kiosk permit list"),
        (("visit", "--pace", "99"), "pace"),
        (("visit", "--pay", "card", "--show-code"), "--show-code"),
        (("run",), "--simulate"),
        (("journal", "verify", "--language", "en"), "no journal"),
        (("journal", "show", "GZ01-1", "--language", "en"), "no journal"),
    ],
)
def test_what_cannot_start_says_why_and_exits_2(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    where = () if arguments[0] == "visit" else ("--state", str(tmp_path))
    out = ("--out", str(tmp_path / "out")) if arguments[0] == "visit" else ()
    done = kiosk(*arguments, *where, *out)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_killed_in_the_middle_and_recovered(tmp_path: Path) -> None:
    state = tmp_path / "state"
    command = [sys.executable, "-m", "kiosk", "visit", "--state", str(state), "--pace", "1", "--verbose"]
    with subprocess.Popen([*command, "--out", str(tmp_path)], stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "step=printing" in line:
                os.kill(running.pid, signal.SIGKILL)
                break
    recovered = kiosk("recover", "--state", str(state), "--json")
    assert recovered.returncode == 0, recovered.stderr
    told = json.loads(recovered.stdout)
    assert [visit["card"] for visit in told["recovered"]] == ["taken"]
    assert told["recovered"][0]["printed"]
    assert told["open_cases"] == {}
    again = json.loads(kiosk("recover", "--state", str(state), "--json").stdout)
    assert (again["recovered"], again["visits_checked"]) == ([], 1)

    verified = kiosk("journal", "verify", "--state", str(state))
    assert verified.returncode == 0
    visit_id = told["recovered"][0]["visit"]
    shown = kiosk("journal", "show", visit_id, "--state", str(state))
    assert "Restarted" in shown.stdout
    assert "陈晓明" not in shown.stdout
    exported = tmp_path / "journal.jsonl"
    assert kiosk("journal", "export", str(exported), "--state", str(state)).returncode == 0
    assert exported.stat().st_mode & 0o077 == 0
    lines = [json.loads(line) for line in exported.read_text("utf-8").splitlines()]
    assert {line["visit"] for line in lines if line["type"] == "record"} == {visit_id}
    key = tmp_path / "machine.pem"
    key.write_text(kiosk("journal", "key", "--state", str(state)).stdout)
    assert kiosk("journal", "check", str(exported), "--key", str(key)).returncode == 0
    exported.write_text(exported.read_text("utf-8").replace("CardTaken", "CardLeft"), "utf-8")
    assert kiosk("journal", "check", str(exported), "--key", str(key)).returncode == 1
    assert kiosk("case", "list", "--state", str(state)).returncode == 0
    listed = json.loads(kiosk("journal", "show", "--state", str(state), "--json").stdout)
    assert [row["printed"] for row in listed] == ["yes"]


@pytest.mark.skipif(bool(missing_parts()), reason="pcscd or vpcd is not installed")
def test_the_chip_is_read_through_a_real_pcsc_service(tmp_path: Path) -> None:
    done = kiosk("visit", "--reader", "pcsc", "--pay", "unionpay", "--out", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    read = next(r for r in json.loads(done.stdout)["journal"] if r["name"] == "PermitRead")
    assert {check["verdict"] for check in read["fields"]["checks"]} == {"genuine"}


@pytest.mark.skipif(not (shutil.which("pdftoppm") and shutil.which("zbarimg")), reason="no poppler or zbar")
def test_an_independent_reader_decodes_the_cards_code(tmp_path: Path) -> None:
    assert kiosk("visit", "--out", str(tmp_path)).returncode == 0
    subprocess.run(
        ["pdftoppm", "-r", "300", "-png", "-singlefile", tmp_path / "card.pdf", tmp_path / "page"], check=True
    )
    for picture in ("page.png", "card.png"):
        seen = subprocess.run(
            ["zbarimg", "-q", "--raw", tmp_path / picture], capture_output=True, text=True, check=True
        )
        code = parse_face_code(seen.stdout.strip())
        assert isinstance(code, FaceCode)
        assert code.permit_no == "C00000001"
