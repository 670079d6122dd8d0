"""The devices that take money under the contract kit, by what they are asked without moving any of it.

Their own contracts answer with values of their own, which are told here in the kit's four words. The commands
that move money are held against the same moments in `tests/devices/terminal/` and `tests/devices/purse/`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from kiosk.devices.contracts import Completion, Device, Done, Failed, MediaAction, Refused, Unknown
from kiosk.domain.card_payment import Lost
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.purse import PurseRefused, PurseSilent
from tests.contract.bench import Bench, Call, Subject

Ask = Callable[[Any, float], Awaitable[object]]


def _reset(name: str, device: Callable[[Bench], Device]) -> Subject:
    return Subject(
        f"{name}.reset",
        device,
        None,
        lambda bench: lambda deadline: device(bench).reset(MediaAction.KEEP, deadline_s=deadline),
        None,
    )


def _asked(name: str, device: Callable[[Bench], Device], ask: Ask) -> Subject:
    def call(bench: Bench) -> Call:
        async def completed(deadline_s: float) -> Completion[object]:
            return _told(await ask(device(bench), deadline_s))

        return completed

    return Subject(name, device, None, call, None)


def _told(answer: object) -> Completion[object]:
    match answer:
        case Lost() | PurseSilent():
            fault = Fault(FailureCode.PAYMENT_UNKNOWN, answer.reason)
            return Refused(fault) if answer.unsent else Unknown(fault)
        case PurseRefused():
            return Failed(Fault(FailureCode.PAYMENT_DECLINED, answer.why))
    return Done(answer)


def _terminal(bench: Bench) -> Device:
    return bench.peers.money.terminal


def _purse(bench: Bench) -> Device:
    return bench.peers.money.purse


MONEY_SUBJECTS = (
    _reset("terminal", _terminal),
    _asked("terminal.diagnose", _terminal, lambda device, s: device.diagnose(deadline_s=s)),
    _asked("terminal.login", _terminal, lambda device, s: device.login(deadline_s=s)),
    _reset("purse", _purse),
    _asked("purse.version", _purse, lambda device, s: device.version(deadline_s=s)),
    _asked("purse.serial", _purse, lambda device, s: device.serial(deadline_s=s)),
)
