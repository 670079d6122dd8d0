"""`kiosk doctor`: whether `kiosk run` with the same options would serve; what is missing, and the remedy.

Every device of the machine is made, asked how it is, and let go of again.
"""

import asyncio
import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len

from kiosk.assembly.authority_checkup import authority_finding
from kiosk.assembly.checkup import CheckedDevice, Verdict, check, not_asked
from kiosk.assembly.journal_checkup import journal_finding
from kiosk.assembly.payment_checkup import payment_findings
from kiosk.assembly.plan import Choice, Considered, consider
from kiosk.assembly.services import Offer, offers
from kiosk.assembly.surroundings import Finding, Outcome, Surroundings, examine
from kiosk.clock import SystemClock
from kiosk.commands import doctor_words as words
from kiosk.commands.reporting import complain
from kiosk.commands.speaking import Speaker, Spoken
from kiosk.config import Settings, SettingsInvalid, load_settings
from kiosk.devices.driver import Capability, Place
from kiosk.domain.text import Text


class Health(IntEnum):
    """Exit codes; 2 is for settings that cannot be read and for wrong usage."""

    READY = 0
    CANNOT_SERVE = 1
    SERVES_WITH_LESS = 3


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found."""

    findings: tuple[Finding, ...]
    devices: tuple[CheckedDevice, ...]
    offers: tuple[Offer, ...]
    payments: tuple[Finding, ...] = ()

    @property
    def health(self) -> Health:
        """Return whether visits can be served, and whether all that is configured works."""
        lacking = any(one.outcome is Outcome.MISSING for one in (*self.findings, *self.payments))
        broken = any(one.slot.needed and one.verdict in _UNFIT for one in self.devices)
        refused = any(one.verdict is Verdict.WRONG_SETTINGS for one in self.devices)
        unserved = any(offer.service.needed and not offer.offered for offer in self.offers)
        if lacking or broken or refused or unserved:
            return Health.CANNOT_SERVE
        less = any(one.verdict in {Verdict.BROKEN, Verdict.CARE} for one in self.devices)
        less = less or any(one.outcome is Outcome.OPTIONAL for one in self.payments)
        return Health.SERVES_WITH_LESS if less else Health.READY


_UNFIT = frozenset({Verdict.BROKEN, Verdict.MISSING, Verdict.WRONG_SETTINGS})
_NOTHING_THAT = Text("缺：", "nothing that ")
_HEALTH = {
    Health.READY: Text("本机可以办理业务。", "The machine can serve."),
    Health.SERVES_WITH_LESS: Text(
        "本机可以办理业务，但有设备需要处理。", "The machine can serve, but a device wants attention."
    ),
    Health.CANNOT_SERVE: Text("本机不能办理业务。", "The machine cannot serve."),
}


def doctor(
    state: Annotated[Path | None, typer.Option("--state", help="State folder of the kiosk.")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Settings file, kiosk.toml.")] = None,
    simulate: Annotated[
        bool, typer.Option(help="As for kiosk run: simulate what is not configured.")
    ] = False,
    language: Spoken = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say whether `kiosk run` with these options would serve: what is there, what is missing, the remedy.

    Exit code 0: everything works; 1: no visit can be served; 2: the settings cannot be read; 3: visits can
    be served, but something that is configured does not work or wants care soon.
    """
    try:
        settings = load_settings(config, state=state)
        report = asyncio.run(examined(settings, Surroundings(), simulate=simulate))
    except SettingsInvalid as error:
        complain(str(error), 2)
    if as_json:
        typer.echo(json.dumps(_plain(report), ensure_ascii=False, indent=1))
    else:
        _print(report, language or settings.language)
    raise typer.Exit(report.health)


async def examined(settings: Settings, around: Surroundings, *, simulate: bool) -> Report:
    """Look at the computer and at every device; raise SettingsInvalid where a section names no device."""
    considered = consider(settings, simulate=simulate)
    chosen = [one for one in considered if isinstance(one, Choice)]
    findings = examine(settings.state, around, pcsc=any(_needs_pcscd(one) for one in chosen))
    devices = await _devices(settings, considered, simulate=simulate)
    working = [one for one in devices if one.verdict not in _UNFIT]
    capabilities = frozenset().union(*(one.capabilities for one in working))
    from kiosk.app import PAYMENTS_FOLDER

    payments = await payment_findings(
        settings.state / PAYMENTS_FOLDER,
        settings.state,
        SystemClock(),
        simulate=simulate,
        running=any(one.verdict is Verdict.NOT_ASKED for one in devices),
    )
    journal = journal_finding(settings.state, SystemClock().now())
    authority = await authority_finding(
        settings.state / "keys" / "authority", SystemClock(), simulate=simulate
    )
    return Report((*findings, journal, authority), devices, offers(capabilities), payments)


def _needs_pcscd(choice: Choice) -> bool:
    """Tell whether the computer's own reader service is needed; a virtual card brings a private one."""
    return choice.driver.name == "pcsc" and not getattr(choice.section, "virtual_card", False)


async def _devices(
    settings: Settings, considered: tuple[Considered, ...], *, simulate: bool
) -> tuple[CheckedDevice, ...]:
    """Ask the devices, unless a running kiosk has them."""
    from kiosk.app import StateInUse, only_one
    from kiosk.shipped import load_catalogue

    with ExitStack() as stack:
        try:
            stack.enter_context(only_one(settings.state))
        except StateInUse as error:
            return tuple(not_asked(one, str(error)) for one in considered)
        except OSError as error:
            return tuple(not_asked(one, f"{settings.state}: {error.strerror}") for one in considered)
        clock, catalogue = SystemClock(), load_catalogue()
        if not simulate:
            place = Place(clock, settings.state)
            return tuple([await check(one, place, catalogue) for one in considered])
        from kiosk.devices.simulated.machine import SimulatedMachine

        machine = SimulatedMachine(settings.state, clock, 0.0)
        await machine.start()
        try:
            place = Place(clock, settings.state, machine)
            return tuple([await check(one, place, catalogue) for one in considered])
        finally:
            await machine.close()


def _print(report: Report, language: str) -> None:
    say = _Sayer(language)
    say.heading(Text("计算机和签发机关", "Computer and issuing authority"))
    for finding in report.findings:
        say.line(say(words.OUTCOMES[finding.outcome]), f"{say(finding.title)}: {say(finding.words)}")
        say.remedies(() if finding.remedy is None else (finding.remedy,))
    say.heading(Text("设备", "Devices"))
    for one in report.devices:
        say.line(say(words.VERDICTS[one.verdict]), _device_line(one, say))
        for consumable in one.consumables:
            say.line("", say(words.consumable(consumable)))
        say.remedies(one.remedies)
    say.heading(Text("收费", "Ways to pay"))
    for finding in report.payments:
        say.line(say(words.OUTCOMES[finding.outcome]), f"{say(finding.title)}: {say(finding.words)}")
        say.remedies(() if finding.remedy is None else (finding.remedy,))
    say.heading(Text("服务", "Services"))
    for offer in report.offers:
        lacking = f" — {say(_NOTHING_THAT)}{_listed(offer.lacking, say)}" if offer.lacking else ""
        word = Text("提供", "yes") if offer.offered else Text("不提供", "no")
        say.line(say(word), say(offer.service.title) + lacking)
    typer.echo()
    typer.echo(say(_HEALTH[report.health]))


class _Sayer(Speaker):
    """Writes lines of text in one language, a word in front."""

    __slots__ = ()

    def heading(self, text: Text) -> None:
        typer.echo(f"\n{self(text)}")

    def line(self, word: str, text: str) -> None:
        # A Chinese character takes two columns.
        typer.echo(f"  {word}{' ' * (10 - cell_len(word))}{text}")

    def remedies(self, remedies: Iterable[Text]) -> None:
        for remedy in remedies:
            self.line("", f"→ {self(remedy)}")


def _device_line(one: CheckedDevice, say: _Sayer) -> str:
    driver = f" [{one.driver}]" if one.driver else ""
    told = [one.detail] if one.detail else []
    if one.state is not None:
        told.append(say(words.STATES[one.state]))
    told += [f"{fault.code} {fault.detail}".rstrip() for fault in one.faults]
    told += [_listed(one.capabilities, say)] if one.capabilities and one.verdict not in _UNFIT else []
    return f"{say(one.slot.title)}{driver}" + (f": {'; '.join(told)}" if told else "")


def _listed(capabilities: Iterable[Capability], say: _Sayer) -> str:
    return say.listed(words.CAPABILITIES[one] for one in sorted(capabilities))


def _plain(report: Report) -> dict[str, Any]:
    """Return the report as plain values, its words in both languages."""
    return {
        "exit_code": int(report.health),
        "health": report.health.name.lower(),
        "computer": list(map(_plain_finding, report.findings)),
        "payments": list(map(_plain_finding, report.payments)),
        "devices": [_plain_device(one) for one in report.devices],
        "services": [
            {"service": offer.service.name, "offered": offer.offered, "lacking": sorted(offer.lacking)}
            for offer in report.offers
        ],
    }


def _plain_finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "outcome": finding.outcome.value,
        "found": _both(finding.words),
        "remedy": None if finding.remedy is None else _both(finding.remedy),
    }


def _plain_device(one: CheckedDevice) -> dict[str, Any]:
    return {
        "device": one.slot.device,
        "driver": one.driver,
        "simulated": one.simulated,
        "needed": one.slot.needed,
        "verdict": one.verdict.value,
        "state": one.state,
        "faults": [{"code": fault.code, "detail": fault.detail} for fault in one.faults],
        "detail": one.detail,
        "capabilities": sorted(one.capabilities),
        "consumables": [
            {"name": c.name, "kind": c.kind, "level": c.level, "left": c.left, "unit": c.unit}
            for c in one.consumables
        ],
        "counters": {counter.what.value: counter.count for counter in one.counters},
        "remedies": [_both(remedy) for remedy in one.remedies],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
