"""Makes the planned devices and lets go of them again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from kiosk.assembly.guarding import FAILS_BY, GuardedDevice
from kiosk.assembly.plan import Choice, Plan
from kiosk.assembly.slots import methods
from kiosk.devices.contracts import Device
from kiosk.devices.driver import Place
from kiosk.devices.fitted import Devices


class DriverUnusable(Exception):
    """A driver could not make its device; the message names the section and the reason."""


@asynccontextmanager
async def fitted(plan: Plan, place: Place) -> AsyncIterator[Devices]:
    """Give the machine's devices; they are closed in the reverse order.

    Raises:
        DriverUnusable: a driver lacks what it needs on this machine, or its device lacks a method.
    """
    async with AsyncExitStack() as stack:
        made: dict[str, Device] = {}
        for choice in plan.choices:
            made[choice.slot.field] = await fit(choice, place, stack)
        for slot in plan.absent:
            if slot.absent is not None:
                made[slot.field] = slot.absent()
        yield Devices(**made)  # type: ignore[arg-type] # each has the methods of its contract: `fit` looked


async def fit(choice: Choice, place: Place, stack: AsyncExitStack) -> Device:
    """Start what has to run beside one device, and make it; both end with the stack.

    Raises:
        DriverUnusable: the driver lacks what it needs on this machine, or its device lacks a method.
    """
    where = f"[devices.{choice.slot.device}] driver {choice.driver.name}"
    try:
        if choice.driver.beside is not None:
            beside = choice.driver.beside(choice.section, place)
            if beside is not None:
                await stack.enter_async_context(beside)
        device = choice.driver.make(choice.section, place)
    except FAILS_BY as error:  # a driver may be anybody's file: what goes wrong in it is told as its fault
        why = str(error) or type(error).__name__
        raise DriverUnusable(f"{where}: {why}. {choice.driver.remedy.en}") from error
    lacking = sorted(name for name in methods(choice.slot.contract) if not hasattr(device, name))
    if lacking:
        raise DriverUnusable(
            f"{where}: its device lacks {', '.join(lacking)} of {choice.slot.contract.__name__}"
        )
    if type(device).__module__.partition(".")[0] != "kiosk":  # code that the contract kit has not held
        device = GuardedDevice(device, choice.slot.device)
    stack.push_async_callback(device.close)
    return device
