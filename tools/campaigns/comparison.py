"""The books that have to agree after every stop: money of others, prints, film, card, journal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
import zxingcpp

from kiosk.app import SimulatedKiosk
from kiosk.devices.contracts import MediaPosition
from kiosk.devices.simulated.purse_world import PurseWorld
from kiosk.documents.face_code import FaceCode, parse_face_code
from kiosk.visit.fold import Folded
from kiosk.visit.invariants import violations
from kiosk.visit.model import CaseKind, Visit, refund_number


@dataclass(frozen=True, slots=True)
class Till:
    """What one of the others says was taken and given back, fen, and how many charges stand."""

    taken: int
    back: int
    charges: int


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that is compared.

    Attributes:
        journal_fault: what `kiosk journal verify` says.
        position: where the sensors see the card.
        printed: prints in the life of the printer, as it counts them itself.
        shown: control numbers of the endorsements that stand on the cards' films.
        tills: of the gateway, the card terminal and the purse cards.
    """

    folds: tuple[Folded, ...]
    journal_fault: str | None
    position: MediaPosition
    printed: int
    shown: frozenset[str]
    tills: tuple[Till, ...]


def gathered(bench: SimulatedKiosk) -> Books:
    """Read every book of a machine on which everything has come to its end."""
    folds = tuple(bench.journal.fold(visit_id) for visit_id in bench.journal.visits())
    state = bench.machine.mechanism.state()
    tills = (_gateway(bench), _terminal(bench), _purses(bench))
    shown, printed = frozenset(_shown(bench)), state.counters.printed
    fault = bench.journal.verify()
    return Books(folds, fault and fault.en, state.position, printed, shown, tills)


def disagreements(books: Books) -> list[str]:
    """Return what does not agree, in words; empty where all is well."""
    visits = [folded.visit for folded in books.folds]
    problems = [problem for folded in books.folds for problem in violations(folded)]
    problems += [f"{folded.visit.visit_id} is not over" for folded in books.folds if not folded.over]
    if books.journal_fault is not None:
        problems.append(f"journal: {books.journal_fault}")
    if books.position is not MediaPosition.NOT_PRESENT:
        problems.append(f"the card is {books.position}")
    problems += _prints(books.printed, visits) + _film(books.shown, visits)
    return problems + _money(books.tills, visits)


def _prints(counted: int, visits: Sequence[Visit]) -> list[str]:
    good = sum(1 for visit in visits if visit.printed)
    attempts = sum(visit.print_attempts for visit in visits)
    if good <= counted <= attempts:
        return []
    return [f"the printer counts {counted} prints, the journal {attempts} attempts, {good} good"]


def _film(shown: frozenset[str], visits: Sequence[Visit]) -> list[str]:
    wanted = {one.control_no for visit in visits if visit.printed for one in visit.endorsements}
    missing = sorted(wanted - shown)
    return [f"the film does not show {', '.join(missing)}"] if missing else []


def _shown(bench: SimulatedKiosk) -> Iterator[str]:
    """Yield the control numbers in the codes on the films, read by nothing that drew them."""
    for slug in bench.machine.mechanism.permit_names():
        for found in zxingcpp.read_barcodes(bench.machine.films.load(slug).convert("L")):
            code = parse_face_code(found.text)
            if isinstance(code, FaceCode):
                yield from (number for _, number in code.control_numbers if number is not None)


def _money(tills: Sequence[Till], visits: Sequence[Visit]) -> list[str]:
    """Compare what others say was taken and given back with the journal and with what was printed.

    Only an open case about a payment or a refund may leave the two apart; what was printed is paid for.
    """
    taken, back = sum(till.taken for till in tills), sum(till.back for till in tills)
    charges = sum(till.charges for till in tills)
    booked = sum(payment.amount for visit in visits for payment in visit.payments)
    returned = sum(_returned(visit) for visit in visits)
    owed = sum(visit.total for visit in visits if visit.printed)
    cases = {case for visit in visits for case in visit.cases}
    sound = taken - back >= owed and charges <= len(visits)
    sound &= taken == booked or CaseKind.PAYMENT_UNDECIDED in cases
    sound &= back == returned or CaseKind.REFUND_OPEN in cases
    sound &= taken - back == owed or bool(cases & {CaseKind.PAYMENT_UNDECIDED, CaseKind.REFUND_OPEN})
    told = f"taken {taken} (journal {booked}), given back {back} (journal {returned})"
    return [] if sound else [f"money: {told}, owed {owed} fen, {charges} charges"]


def _returned(visit: Visit) -> int:
    """Return what the journal says was given back, fen."""
    return sum(payment.amount for payment in visit.payments if refund_number(payment) in visit.refunded)


def _gateway(bench: SimulatedKiosk) -> Till:
    with httpx.Client(trust_env=False, timeout=10) as client:
        orders = client.get(f"{bench.sandbox.url}/control/orders").json()
    paid = [order for order in orders if order["paid_at"] is not None]
    taken = sum(order["amount_fen"] for order in paid)
    back = sum(refund["amount_fen"] for order in orders for refund in order["refunds"])
    return Till(taken, back, sum(1 for order in paid if not order["refunds"]))


def _terminal(bench: SimulatedKiosk) -> Till:
    server = bench.tester.hands.terminal
    entries = [] if server is None else [e for e in server.terminal.core.book().transactions if e.approved]
    taken = [entry.amount for entry in entries if entry.category == "Payment"]
    back = [entry.amount for entry in entries if entry.category != "Payment"]
    return Till(sum(taken), sum(back), len(taken) - len(back))


def _purses(bench: SimulatedKiosk) -> Till:
    """Read the city's purse from what its cards have left; nothing ever goes back there."""
    purse = bench.tester.hands.purse
    cards = {} if purse is None else purse.world().cards
    spent = [one.balance - cards[name].balance for name, one in PurseWorld().cards.items() if name in cards]
    return Till(sum(spent), 0, sum(1 for one in spent if one))
