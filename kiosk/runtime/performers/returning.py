"""Giving the card back: present, wait, and keep it safe if nobody takes it.

What is kept, or gets lost, is said to be the visit's own card only where it was in sight all the time
since its line was last read; after a restart that is read on the way out.
"""

from kiosk.devices.contracts import Done, Failed, MediaAction, MediaPosition, Refused, Unknown
from kiosk.domain.failure import FailureCode, Fault
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside
from kiosk.runtime.patience import EJECT_S, RETAIN_S
from kiosk.runtime.performers.recognising import glance
from kiosk.visit.events import (
    CardLeft,
    CardNotReturned,
    CardPresented,
    CardRetained,
    CardTaken,
    Event,
)
from kiosk.visit.limits import TAKE_CARD_S


async def present_card(outside: Outside, memory: Memory) -> Event:
    """Move the card to the exit; where that fails, try once more by a reset."""
    station = outside.devices.station
    await glance(outside, memory)
    ejected = await station.eject(deadline_s=EJECT_S)
    if isinstance(ejected, Done):
        return CardPresented()
    where = await station.locate()
    if where is MediaPosition.NOT_PRESENT:
        return CardTaken()
    if where is MediaPosition.EXIT:
        return CardPresented()
    reset = await station.reset(MediaAction.EJECT, deadline_s=EJECT_S)
    if isinstance(reset, Done) and reset.value is MediaPosition.EXIT:
        return CardPresented()
    return CardNotReturned(ejected.fault, memory.whose)


async def ask_present(outside: Outside, memory: Memory) -> Event:
    """Find out after a restart where the card is, and go on from there."""
    where = await outside.devices.station.locate()
    match where:
        case MediaPosition.EXIT:
            return CardPresented()
        case MediaPosition.NOT_PRESENT:
            return CardTaken()
        case _:
            return await present_card(outside, memory)


async def await_taken(outside: Outside, memory: Memory) -> Event:
    """Wait until the card is taken."""
    waited = await outside.devices.station.wait_taken(deadline_s=TAKE_CARD_S)
    match waited:
        case Done():
            return CardTaken()
        case Failed(Fault(FailureCode.CARD_LEFT)):
            return CardLeft()
        case Refused(fault) | Failed(fault) | Unknown(fault):
            where = await outside.devices.station.locate()
            taken = where is MediaPosition.NOT_PRESENT
            return CardTaken() if taken else CardNotReturned(fault, memory.whose)


async def retain_card(outside: Outside, memory: Memory) -> Event:
    """Draw a forgotten card into the retain bin."""
    kept = await outside.devices.station.retain(deadline_s=RETAIN_S)
    match kept:
        case Done():
            return CardRetained(memory.whose)
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return await _after_failed_retain(outside, memory, fault)


async def _after_failed_retain(outside: Outside, memory: Memory, fault: Fault) -> Event:
    where = await outside.devices.station.locate()
    match where:
        case MediaPosition.NOT_PRESENT:
            return CardTaken()
        case MediaPosition.RETAINED:
            return CardRetained(memory.whose)
        case _:
            return CardNotReturned(fault, memory.whose)


async def ask_retain(outside: Outside, memory: Memory) -> Event:
    """Find out after a restart whether the card is in the bin."""
    where = await outside.devices.station.locate()
    match where:
        case MediaPosition.RETAINED:
            return CardRetained(memory.whose)
        case MediaPosition.NOT_PRESENT:
            return CardTaken()
        case _:
            return await retain_card(outside, memory)
