"""Stories that once broke an invariant, each shrunk to the faults it needs and kept for ever."""

import pytest

from kiosk.diagnostics import casework as ordering
from kiosk.runtime.kiosk import Kiosk
from kiosk.runtime.patience import JAM_AGAIN_S
from kiosk.runtime.performers import casework
from kiosk.simulation.fate import Plan
from kiosk.simulation.judge import Invariant
from kiosk.simulation.outcome import Outcome
from kiosk.simulation.points.every_point import OTHER_WAYS
from kiosk.simulation.world import run_world

SEED = 7


class Story:
    """The faults that it took, in a world of this seed."""

    def __init__(self, *faults: str, seed: int = SEED, applicants: int = 1) -> None:
        self.faults = faults
        self.seed = seed
        self.applicants = applicants


# What broke, and the faults that it took; every other fault stays away.
STORIES: dict[str, Story] = {
    # The printer said it failed, twice, though the film was right: the money went back and the authority
    # was told that nothing was printed, while the applicant left with valid endorsements.
    "the printer lies about a print that succeeded": Story(
        "1/card_printer says failed though the film is right#1",
        "1/card_printer says failed though the film is right#2",
    ),
    # A card drawn in just before a crash belongs to no visit. Presented at the next start, with nobody
    # there to take it, it stayed at the exit for ever: within reach of anyone, the machine out of service.
    "nobody takes a card that belongs to no visit": Story(
        "1/the program is killed before a visit's first record#1",
        "1/applicant forgets the card#1",
    ),
    # The phone's code was charged, the network then out of reach until the charge was to be undone. That
    # the undoing had never been sent passed for a charge that had never been sent: the next order was paid
    # too, and the first payment was lost.
    "a charge that cannot be undone is taken for one that was never sent": Story(
        "1/gateway is out of reach#7", seed=OTHER_WAYS["payer's code"]
    ),
    # Cards were swapped by force while the program stood still. At the next start the stranger's card was
    # erased and printed with what the applicant had paid.
    "the card is swapped while the program stands still": Story(
        "1/the program is killed before card_printer.print_card#1",
        "1/applicant pulls the card at printing#1",
        "1/applicant swaps the card#1",
        seed=1,
    ),
    # A notification came minutes late, when its visit had been forgotten: the receiver tried
    # to unfold what can be read by nobody any more, and broke off.
    "a late notification is about a visit that was forgotten": Story(
        "2/notification paid comes late#1",
        "2/the power is cut before card_printer.capture#2",
        "3/payer pays at the last moment#1",
        "4/applicant inserts the card again at once#1",
        seed=227,
        applicants=4,
    ),
}

# A print was good, and the film camera took no picture of it. Its card came again and was written anew; staff
# who looked into the first print then met a film that does not show it, and gave the money back.
STORIES["an old print is judged by a film written since"] = Story(
    *(f"1/card_printer takes no picture#{number}" for number in (2, 3, 4)), seed=11, applicants=3
)

# The applicant cancelled after the program had started anew in the middle of paying, and paid all the same.
# That the program had been interrupted was kept as the reason, and the payment was delivered for.
STORIES["who cancels after a restart and pays all the same gets a print"] = Story(
    "2/applicant cancels and pays all the same#1",
    "2/the program is killed before gateway.query#4",
    "2/gateway close arrives long after#1",
    seed=1906,
    applicants=2,
)

# The undoing of a phone's charge was on its way when the program ended. Started again it found the charge
# paid, printed, or gave the money back; then the undoing arrived and took the payment back once more.
STORIES["an undoing arrives after its charge was found paid, and printed for"] = Story(
    "1/applicant inserts the card again at once#1",
    "1/card_station jams on the way to exit#2",
    "2/gateway charge arrives long after#1",
    "2/gateway query loses its answer#5",
    "2/gateway query arrives long after#6",
    "2/the program is killed while gateway.reverse is on its way#1",
    "2/the power is cut after card_printer.capture#2",
    "2/applicant swaps the card while the machine is dark#2",
    seed=2032,
    applicants=2,
)
STORIES["an undoing arrives after its charge was found paid, and refunded"] = Story(
    "3/gateway query arrives long after#3",
    "3/gateway query loses its answer#5",
    "3/the power is cut while gateway.reverse is on its way#1",
    seed=4366,
    applicants=3,
)

# UnionPay knows no closing: all that it tells of an order is that its time is over. The payer kept the code
# and paid it while the visit was going on with its next order. The notification was answered well, as one of
# the visit that is served, and so came never again: nobody would have known before the next day's bill.
STORIES["a closed order is paid while its visit goes on"] = Story(
    "1/payer pays when its time is over#1",
    "1/applicant takes the card at the last moment#1",
    seed=41,
    applicants=4,
)


def told(*faults: str, applicants: int = 1, seed: int = SEED) -> Outcome:
    """Run a world in which exactly these faults strike."""
    return run_world(seed, Plan(storm=0.0, forced=frozenset(faults)), applicants)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_a_story_that_once_broke_an_invariant_ends_well(story: Story) -> None:
    outcome = told(*story.faults, applicants=story.applicants, seed=story.seed)
    assert [str(broken) for broken in outcome.broken] == []
    assert outcome.happened, "the story does not reach its faults any more"


def test_a_film_that_is_right_counts_as_printed_whatever_the_printer_says() -> None:
    outcome = told("1/card_printer says failed though the film is right#1")
    story = "\n".join(outcome.trace)
    assert "CardInspected -> reporting" in story
    assert story.count("is smeared") == 1, "the film was written once, not again over a good print"
    assert "refund" not in story


def test_without_the_look_at_older_prints_money_goes_back_for_a_good_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The story above, and a program that asks neither film, journal nor authority who wrote last."""

    async def nothing(*_: object) -> None:
        """Nobody looks."""

    monkeypatch.setattr(Kiosk, "_film_found", nothing)
    for room, name in ((ordering, "told_by_film"), (ordering, "issued_since"), (casework, "issued_since")):
        monkeypatch.setattr(room, name, nothing)
    monkeypatch.setattr(ordering, "written_since", lambda *_: None)
    story = STORIES["an old print is judged by a film written since"]
    outcome = told(*story.faults, seed=story.seed, applicants=story.applicants)
    assert {broken.invariant for broken in outcome.broken} == {Invariant.NOT_GIVEN_AWAY}


def test_money_for_a_closed_order_goes_back_as_soon_as_its_visit_is_over() -> None:
    story = STORIES["a closed order is paid while its visit goes on"]
    lines = told(*story.faults, applicants=story.applicants, seed=story.seed).trace
    noticed = [line for line in lines if "0101 is paid, answered" in line]
    assert [line.rsplit(maxsplit=1)[1] for line in noticed] == ["500"] * (len(noticed) - 1) + ["200"]
    back = next(i for i, line in enumerate(lines) if "0101R1 is made" in line)
    assert back < next(i for i, line in enumerate(lines) if "everything works again" in line)


def test_a_card_that_nobody_takes_is_kept_under_a_visit_of_its_own() -> None:
    outcome = told(*STORIES["nobody takes a card that belongs to no visit"].faults)
    assert outcome.visits == 1
    assert "CardRetained -> ended" in "\n".join(outcome.trace)


def test_a_jam_that_the_motor_cannot_free_is_not_pulled_at_all_the_time() -> None:
    """Once every five seconds, for hours, is what the motor did before it was given half a minute's rest."""
    asked: list[str] = []
    faults = {"1/card_station jams while it draws the card in#1", "1/the technician is late#1"}
    jammed = Plan(storm=0.0, forced=frozenset(faults))
    outcome = run_world(5, jammed, 1, lambda key, _: asked.append(key))
    lines = [line for line in outcome.trace if "card 1 is" in line]
    jam = next(i for i, line in enumerate(lines) if "jammed" in line)
    stood_s = float(lines[jam + 1].split()[0]) - float(lines[jam].split()[0])
    tries = sum("is killed before card_station.reset#" in key for key in asked)
    assert stood_s > 150.0, "the jam ended too soon to tell anything"
    assert 1 <= tries <= stood_s / JAM_AGAIN_S + 2


# Stories that the judge once misjudged: nothing is wrong in them, and nobody may find anything.
MISJUDGED: dict[str, Story] = {
    # Killed in casework while the film was written: it is written for the case, not the last visit.
    "a print outlives the program that sent it": Story(
        "2/the power is cut before card_station.move#2",
        "2/code_scanner vanishes before read_line#2",
        "3/the program is killed out of the blue#1",
        "3/the power is cut out of the blue#1",
        seed=4048,
    ),
    # A card taken, put in again at once, and drawn in just before the program stops: it was taken.
    "a card comes in again before its last visit has done all": Story(
        "3/applicant goes back and pays all the same#1",
        "3/authority withdraw loses its answer#1",
        "3/applicant inserts the card again at once#1",
        "3/the disk is full#19",
        seed=2755,
    ),
    # The swapped card went out again unseen; what staff keep in the end is the holder's own card.
    "staff get hold of the card that was swapped": Story(
        "1/card_station fails to move#2",
        "1/the program is killed before card_station.move#3",
        "1/applicant swaps the card while the machine is dark#1",
        "1/card_station loses its answer to eject#1",
        seed=1178,
    ),
}


@pytest.mark.parametrize("story", MISJUDGED.values(), ids=MISJUDGED.keys())
def test_the_judge_finds_nothing_where_nothing_is_wrong(story: Story) -> None:
    outcome = told(*story.faults, applicants=3, seed=story.seed)
    assert [str(broken) for broken in outcome.broken] == []
    assert set(outcome.happened) == set(story.faults), "the story does not reach its faults any more"
