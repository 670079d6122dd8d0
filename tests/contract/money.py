"""The devices that take money under the contract kit; the commands that move it are tested elsewhere."""

from collections.abc import Callable

from kiosk.devices.contracts import Device, MediaAction
from tests.contract.bench import Bench, Subject


def _reset(name: str, device: Callable[[Bench], Device]) -> Subject:
    return Subject(
        f"{name}.reset",
        device,
        None,
        lambda bench: lambda deadline: device(bench).reset(MediaAction.KEEP, deadline_s=deadline),
        None,
    )


MONEY_SUBJECTS = (
    _reset("terminal", lambda bench: bench.peers.money.terminal),
    _reset("purse", lambda bench: bench.peers.money.purse),
)
