"""What the cabinet's sensors mean for service; the most important first."""

from kiosk.devices.cabinet_contracts import CabinetSensors, DoorState, OperatorSwitch, SensorState
from kiosk.domain.failure import FailureCode, Fault


def cabinet_faults(sensors: CabinetSensors) -> tuple[Fault, ...]:
    """Return the faults that keep a machine with these sensors from serving.

    A sensor that does not know is taken for one that cannot vouch for its door: a cut cable must not
    open a cabinet unseen. Somebody with the machine's key explains an open door: maintenance comes first
    then, but never before a tamper alarm.
    """
    faults = []
    if sensors.tamper is SensorState.ON or DoorState.TAMPERED in sensors.doors.values():
        faults.append(Fault(FailureCode.CABINET_TAMPERED))
    if sensors.switch is OperatorSwitch.MAINTENANCE:
        faults.append(Fault(FailureCode.MAINTENANCE))
    wide = [door for door, state in sensors.doors.items() if state is DoorState.OPEN]
    if wide:
        faults.append(Fault(FailureCode.CABINET_OPEN, ", ".join(wide)))
    if _unsure(sensors):
        faults.append(Fault(FailureCode.CABINET_UNAVAILABLE, "a sensor does not know"))
    return tuple(faults)


def _unsure(sensors: CabinetSensors) -> bool:
    return (
        DoorState.UNKNOWN in sensors.doors.values()
        or sensors.switch is OperatorSwitch.UNKNOWN
        or sensors.tamper is SensorState.UNKNOWN
    )
