"""What the power supply's state means for service."""

from kiosk.devices.cabinet_contracts import Mains, Power
from kiosk.domain.failure import FailureCode, Fault


def power_faults(power: Power) -> tuple[Fault, ...]:
    """Return the faults of this state of power, most important first.

    POWER_LOW also stands while a flat battery is charged again: the next cut would come without warning.
    """
    faults = []
    if power.low:
        faults.append(Fault(FailureCode.POWER_LOW, _left(power)))
    if power.mains is Mains.BATTERY:
        faults.append(Fault(FailureCode.POWER_ON_BATTERY, _left(power)))
    if power.mains is Mains.UNKNOWN:
        faults.append(Fault(FailureCode.UPS_UNAVAILABLE, "the power supply does not say where power is from"))
    return tuple(faults)


def _left(power: Power) -> str:
    known = []
    if power.charge is not None:
        known.append(f"{power.charge:.0f} % charged")
    if power.runtime_s is not None:
        known.append(f"{power.runtime_s:.0f} s left")
    return ", ".join(known)
