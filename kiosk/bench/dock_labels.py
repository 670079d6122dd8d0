"""What the tester's dock calls the specimens."""

from collections.abc import Iterable

from kiosk.domain.specimens import Specimen
from kiosk.domain.text import Text


def labels(people: Iterable[Specimen]) -> tuple[tuple[str, Text], ...]:
    """Return (slug, label) of specimens: the holder's name and what they are for."""
    return tuple(
        (one.slug, Text(f"{one.permit.name_zh} · {one.notes_zh}", f"{one.permit.name_zh} · {one.notes}"))
        for one in people
    )
