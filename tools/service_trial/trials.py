"""The trials, in the order in which they are held: each says what was seen, and whether it is good."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.service_trial.hardening import ALLOWED, probed
from tools.service_trial.kiosk import START_S, STATE, STOP_S, UNIT, WATCHDOG_S, Kiosk
from tools.service_trial.log import lines, mark, waits

SERVING = ("Started endorsement-kiosk", "in service")


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the outcome."""

    trial: str
    seen: str
    good: bool


def held(kiosk: Kiosk, picture: Path | None) -> Iterator[Seen]:
    """Hold every trial on a machine that has just booted; raise NoTrial where one cannot be held."""
    yield installed(kiosk)
    kiosk.fit()
    yield started(kiosk)
    yield refused_twice(kiosk)
    yield from hardened(kiosk)
    yield from drawn(kiosk, picture)
    for trial in (killed, stopped, frozen, frozen_and_stopped, updated, removed):
        yield trial(kiosk)


def installed(kiosk: Kiosk) -> Seen:
    """The package goes in, and starts nothing by itself."""
    done = kiosk.machine.run("dpkg", "--install", "/root/kiosk.deb")
    state = kiosk.machine.say("systemctl", "is-enabled", UNIT)
    verified = kiosk.machine.run("systemd-analyze", "verify", f"{UNIT}.service")
    good = (done.returncode, state, verified.returncode) == (0, "disabled", 0)
    seen = f"installed, {state}; systemd-analyze verify: {verified.stdout.strip() or 'nothing to say'}"
    return Seen("install", seen if done.returncode == 0 else done.stdout[-400:], good)


def started(kiosk: Kiosk) -> Seen:
    """`enable --now` comes back when the kiosk has said READY=1."""
    before = mark(kiosk.machine)
    done = kiosk.machine.run("systemctl", "enable", "--now", UNIT)
    state = "/".join(kiosk.shown("ActiveState", "SubState"))
    came = waits(kiosk.machine, before, START_S, *SERVING)
    good = done.returncode == 0 and state == "active/running" and len(came) == len(SERVING)
    return Seen("enable --now", f"{state}, READY=1 and in service after {_times(came)}", good)


def drawn(kiosk: Kiosk, picture: Path | None) -> Iterator[Seen]:
    """The seat is seatd's, and cage shows the kiosk's screen."""
    seat = kiosk.machine.say("journalctl", "--unit=seatd", "--output=cat", "--grep=Opened client")
    yield Seen("seat", seat.rpartition("] ")[2] or "not opened", "Opened client" in seat)
    image = kiosk.picture()
    if image is None:
        yield Seen("screen", "no picture", False)
        return
    if picture is not None:
        image.save(picture)
    colours = len(image.getcolors(image.width * image.height) or ())
    yield Seen("screen", f"{image.width} × {image.height}, {colours} colours", colours > 16)


def refused_twice(kiosk: Kiosk) -> Seen:
    """A second kiosk on the same state ends at once and says why; the first goes on."""
    before = kiosk.process
    code, told = kiosk.command("run", "--simulate")
    said = next((line for line in told.splitlines() if "another kiosk" in line), told[-200:])
    return Seen("second start", f"exit code {code}: {said}", code == 2 and kiosk.process == before)


def hardened(kiosk: Kiosk) -> Iterator[Seen]:
    """What the kiosk needs it may, what it does not need it may not."""
    rating = kiosk.machine.say("systemd-analyze", "security", "--no-pager", UNIT).splitlines()[-1]
    figure = re.search(r"[0-9.]+ \w+", rating)
    yield Seen("systemd-analyze security", figure[0] if figure else rating, "OK" in rating)
    answers = probed(kiosk.machine)
    if not answers:
        yield Seen("hardening", "the probe does not run", False)
    for number, (question, may) in enumerate(answers):
        yield Seen(f"hardening: {question}", "yes" if may else "no", may is (number < ALLOWED))


def killed(kiosk: Kiosk) -> Seen:
    """`kill -9` in a visit: started again, the visit recovered, the card given back."""
    visit = kiosk.begin_visit()
    before = kiosk.signal("KILL")
    came = waits(kiosk.machine, before, START_S, "Scheduled restart job", "Started endorsement-kiosk")
    wrong = kiosk.finished(visit, before)
    return Seen("kill -9 in a visit", _again(came, wrong), not wrong and len(came) == 2)


def stopped(kiosk: Kiosk) -> Seen:
    """`systemctl stop` in a visit ends in order; the next start recovers the visit."""
    visit = kiosk.begin_visit()
    before = mark(kiosk.machine)
    kiosk.machine.run("systemctl", "stop", UNIT)
    took = waits(kiosk.machine, before, STOP_S, "Stopped endorsement-kiosk")
    state, result = kiosk.shown("ActiveState", "Result")
    kiosk.machine.run("systemctl", "start", UNIT)
    wrong = kiosk.finished(visit, before)
    good = (state, result, wrong) == ("inactive", "success", "") and len(took) == 1
    return Seen(
        "stop in a visit", f"{state}, {result} after {_times(took)}; {wrong or 'visit recovered'}", good
    )


def frozen(kiosk: Kiosk) -> Seen:
    """A kiosk whose screen's thread stands still is ended by the watchdog and started again."""
    visit = kiosk.begin_visit()
    old = kiosk.process
    before = kiosk.signal("STOP")
    bound_s = WATCHDOG_S * 2 + START_S
    came = waits(kiosk.machine, before, bound_s, "Watchdog timeout", "Started endorsement-kiosk")
    wrong = kiosk.finished(visit, before)
    gone = kiosk.machine.run("test", "-e", f"/proc/{old}").returncode != 0
    good = len(came) == 2 and came[0] <= WATCHDOG_S + 1 and not wrong and gone
    return Seen("kill -STOP in a visit (watchdog)", _again(came, wrong), good)


def frozen_and_stopped(kiosk: Kiosk) -> Seen:
    """Even a frozen kiosk is gone after a stop."""
    old = kiosk.process
    before = kiosk.signal("STOP")
    kiosk.machine.run("systemctl", "stop", UNIT)
    took = waits(kiosk.machine, before, WATCHDOG_S, "Stopped endorsement-kiosk")
    gone = kiosk.machine.run("test", "-e", f"/proc/{old}").returncode != 0
    kiosk.machine.run("systemctl", "start", UNIT)
    return Seen("stop while frozen", f"ended after {_times(took)}", gone and len(took) == 1)


def updated(kiosk: Kiosk) -> Seen:
    """A new version is installed over a running one, which then runs the new one."""
    old = kiosk.process
    before = mark(kiosk.machine)
    done = kiosk.machine.run("dpkg", "--install", "/root/kiosk.deb")
    came = waits(kiosk.machine, before, START_S, *SERVING)
    good = done.returncode == 0 and len(came) == len(SERVING) and kiosk.process != old
    return Seen("update of the package", f"running again and in service after {_times(came)}", good)


def removed(kiosk: Kiosk) -> Seen:
    """Removing the package ends the service and leaves the journal, which is evidence."""
    before = mark(kiosk.machine)
    done = kiosk.machine.run("dpkg", "--purge", UNIT)
    ended = any("Stopped endorsement-kiosk" in line for line in lines(kiosk.machine, before))
    left = kiosk.machine.run("test", "-s", f"{STATE}/journal.db").returncode == 0
    good = done.returncode == 0 and ended and left
    return Seen(
        "purge", f"{'stopped' if ended else 'runs'}, the journal {'stays' if left else 'is gone'}", good
    )


def _again(came: list[float], wrong: str) -> str:
    return f"{_times(came)} until ended and running again; {wrong or 'visit recovered'}"


def _times(seconds: list[float]) -> str:
    return ", ".join(f"{one:.1f} s" for one in seconds) or "nothing"
