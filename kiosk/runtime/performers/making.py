"""Making the card: prove the machine, erase and print, read back; and the slip."""

from kiosk.devices.contracts import Completion, Done, Failed, MediaAction, MediaPosition, Refused, Unknown
from kiosk.documents.card import CardUnprintable
from kiosk.domain.failure import FailureCode, Fault
from kiosk.domain.slip import Slip
from kiosk.runtime.availability import channel_health, ways
from kiosk.runtime.memory import Memory
from kiosk.runtime.outside import Outside, channel_of
from kiosk.runtime.patience import CAPTURE_S, MOVE_S, PRINT_S, RESTART_S, SLIP_S
from kiosk.runtime.performers.recognising import read_whose
from kiosk.visit.effects import InspectCard, PrintCard, PrintSlip, ProveMachine
from kiosk.visit.events import (
    CardInspected,
    CardNotPrinted,
    CardPrinted,
    Event,
    InspectionFailed,
    MachineNotProven,
    MachineProven,
    PrintUndecided,
    SlipNotPrinted,
    SlipPrinted,
)


async def prove_machine(outside: Outside, memory: Memory, effect: ProveMachine) -> Event:
    """Bring the card to the film station, look at its film, and ask the ways to pay whether they work.

    It is the last look at what an older visit left on the film.
    """
    for device in (outside.devices.station, outside.devices.printer):
        status = await device.status()
        if not status.ready:
            code = FailureCode.PRINTER_UNAVAILABLE
            fault = status.faults[0] if status.faults else Fault(code, f"{device.name}: {status.state}")
            return MachineNotProven(fault)
    at_film = await _at_film(outside)
    if at_film is not None:
        return MachineNotProven(at_film)
    seen = await outside.devices.printer.capture(deadline_s=CAPTURE_S)
    if not isinstance(seen, Done):
        return MachineNotProven(seen.fault)
    if memory.card_watched:
        await memory.film_found(seen.value)
    working = ways(await channel_health(outside))
    if not working.channels and not effect.free:
        return MachineNotProven(Fault(FailureCode.GATEWAY_UNREACHABLE, "no way to pay works"))
    return MachineProven(working.channels, working.payer_code)


async def _at_film(outside: Outside) -> Fault | None:
    """Move the card to the film station; return why it is not there."""
    moved = await outside.devices.station.move(MediaPosition.PRINT, deadline_s=MOVE_S)
    return None if isinstance(moved, Done) else moved.fault


async def _free_printer(outside: Outside) -> Fault | None:
    """Clear the error that an earlier, broken-off print left in the printer; the card stays inside."""
    if (await outside.devices.printer.status()).ready:
        return None
    restarted = await outside.devices.printer.reset(MediaAction.KEEP, deadline_s=RESTART_S)
    return None if isinstance(restarted, Done) else restarted.fault


async def own_card(outside: Outside, memory: Memory, permit_no: str) -> Fault | None:
    """Return why the card inside is not known to be the visit's own, None where it is.

    Where it was out of sight its printed line is read; it is back at the film station afterwards.
    """
    if memory.card_watched:
        return None
    return await read_whose(outside, memory, permit_no) or await _at_film(outside)


async def print_card(outside: Outside, memory: Memory, effect: PrintCard) -> Event:
    """Draw the face, erase the film and write it.

    Only a refusal is taken at its word, as nothing was started then. A printer that says it failed may
    have written the film all the same: the film itself is the answer, before any money goes back.
    """
    memory.report(0.0)
    drawn = await outside.art.draw(effect.face)
    if isinstance(drawn, CardUnprintable):
        fields = ", ".join(drawn.fields)
        return CardNotPrinted(Fault(FailureCode.PRINT_FAILED, f"cannot be drawn: {fields}"))
    obstacle = (
        await _free_printer(outside)
        or await own_card(outside, memory, effect.face.permit_no)
        or await _at_film(outside)
    )
    if obstacle is not None:
        return CardNotPrinted(obstacle)
    await memory.film_found(None)
    printed = await outside.devices.printer.print_card(drawn, deadline_s=PRINT_S, progress=memory.report)
    match printed:
        case Done():
            return CardPrinted()
        case Refused(fault):
            return CardNotPrinted(fault)
        case Failed(fault) | Unknown(fault):
            return PrintUndecided(fault)


async def ask_print(outside: Outside, memory: Memory, effect: PrintCard) -> Event:
    """Find out after a restart what became of a print: the film of the visit's own card is the answer."""
    doubt = await own_card(outside, memory, effect.face.permit_no)
    if doubt is not None:
        return PrintUndecided(doubt)
    seen = await _look_at_film(outside)
    match seen:
        case Done(picture):
            result = await outside.art.inspect(picture, effect.face)
            if result.matches:
                return CardPrinted()
            return CardNotPrinted(Fault(FailureCode.PRINT_FAILED, f"after a restart: {result.detail}"))
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return PrintUndecided(fault)


async def inspect_card(outside: Outside, memory: Memory, effect: InspectCard) -> Event:
    """Read the film back and compare it with what was ordered."""
    doubt = await own_card(outside, memory, effect.face.permit_no)
    if doubt is not None:
        return InspectionFailed(doubt)
    seen = await _look_at_film(outside)
    match seen:
        case Done(picture):
            result = await outside.art.inspect(picture, effect.face)
            memory.film = picture
            return CardInspected(result.matches, result.detail)
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return InspectionFailed(fault)


async def _look_at_film(outside: Outside) -> Completion[bytes]:
    """Take a picture of the film; where that fails, once more after a restart of the printer."""
    printer = outside.devices.printer
    seen = await printer.capture(deadline_s=CAPTURE_S)
    if isinstance(seen, Done):
        return seen
    await printer.reset(MediaAction.KEEP, deadline_s=RESTART_S)
    return await printer.capture(deadline_s=CAPTURE_S)


def _money_is_simulated(outside: Outside, slip: Slip) -> bool:
    """Return whether money that a slip tells of came or goes a simulated way: then it was never moved."""
    told = {back.channel for back in slip.money_back}
    if slip.payment is not None:
        told.add(slip.payment.channel)
    return any(channel_of(outside, channel).simulated for channel in told)


async def print_slip(outside: Outside, effect: PrintSlip) -> Event:
    """Draw and print the slip."""
    failure = effect.slip.failure
    words = outside.catalogue.failure(failure).applicant if failure else None
    pdf = await outside.art.slip(effect.slip, words, simulated=_money_is_simulated(outside, effect.slip))
    printed = await outside.devices.slip.print_slip(pdf, deadline_s=SLIP_S)
    match printed:
        case Done():
            return SlipPrinted()
        case Refused(fault) | Failed(fault) | Unknown(fault):
            return SlipNotPrinted(fault)
