"""What stands on the card's back as a whole: the film is rewritten whole, never in part."""

from dataclasses import dataclass

from kiosk.domain.endorsement import Destination, Endorsement


@dataclass(frozen=True, slots=True)
class CardFace:
    """All live endorsements of one permit, at most one per destination, as they are to be printed."""

    permit_no: str
    name_zh: str
    endorsements: tuple[Endorsement, ...]

    def __post_init__(self) -> None:
        places = [endorsement.destination for endorsement in self.endorsements]
        if len(set(places)) != len(places):
            raise ValueError("a card carries at most one endorsement per destination")

    def block(self, destination: Destination) -> Endorsement | None:
        """Return the endorsement for a destination, None where the block stays empty."""
        return next((e for e in self.endorsements if e.destination is destination), None)
