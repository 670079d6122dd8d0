"""What the purse channel needs of a reader; `kiosk.devices` has the same shape as `PurseReader`."""

from typing import Protocol

from kiosk.domain.purse import Debited, PreparedDebit, PurseCard, PurseDebit, PurseRefused, PurseSilent


class PursePort(Protocol):
    """Poll, prepare, complete, restore: docs/card-and-purse.md says what each answer proves."""

    async def version(self, *, deadline_s: float) -> str | PurseRefused | PurseSilent: ...

    async def poll(self, *, deadline_s: float) -> PurseCard | PurseRefused | PurseSilent: ...

    async def prepare(
        self, debit: PurseDebit, *, deadline_s: float
    ) -> PreparedDebit | PurseRefused | PurseSilent: ...

    async def complete(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent: ...

    async def restore(self, *, deadline_s: float) -> Debited | PurseRefused | PurseSilent: ...

    async def beep(self, *, deadline_s: float) -> PurseRefused | PurseSilent | None: ...
