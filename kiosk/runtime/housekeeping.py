"""What the machine does for its journal while it waits: empty its log, forget what is due, find damage."""

from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from kiosk.clock import Clock
from kiosk.domain.failure import FailureCode, Fault
from kiosk.journal.store import Journal, JournalUnavailable

_log = structlog.get_logger()

_EVERY_S = 24 * 3600.0


@dataclass(slots=True)
class Housekeeping:
    """One round of it is short enough for the runtime's loop; the kiosk calls it while nobody is served.

    Attributes:
        retention: how long after a visit's last record it is forgotten; None never.
        damage: what is wrong with the journal; once found, no visit begins any more.
    """

    journal: Journal
    clock: Clock
    retention: timedelta | None = None
    damage: Fault | None = None
    _next_s: float = field(default=float("-inf"))
    _log_fault: Fault | None = None

    def unready(self) -> Fault | None:
        """Return why the journal keeps the machine out of service, None where it does not."""
        return self.damage or self._log_fault or self.journal.unready(self.clock.now())

    def between_visits(self) -> None:
        """Empty the journal's log where it has become long, so that no commit of a visit has to.

        What the log holds is safe there; a disk that refuses keeps the machine out of service until it does
        not any more. A log that another program reads is let be until the next time.
        """
        if not (self._log_fault or self.journal.log_is_long):
            return
        try:
            self.journal.empty_log()
            self._log_fault = None
        except JournalUnavailable as error:
            _log.warning("the journal's log cannot be emptied", code=error.code)
            self._log_fault = error.fault

    def tidy(self) -> None:
        """Do a little; called only while the networks agree with the clock, which tells what is due."""
        try:
            self._look_for_damage()
            if self.clock.monotonic() >= self._next_s:
                self._forget()
        except JournalUnavailable as error:
            self.damage = error.fault

    def _look_for_damage(self) -> None:
        broken = self.journal.check_some()
        if broken is not None:
            self.damage = Fault(FailureCode.JOURNAL_DAMAGED, broken.en)
            _log.error("the journal is damaged", where=broken.en)

    def _forget(self) -> None:
        """Forget some of what is due; when nothing is left, come back in a day."""
        now = self.clock.now()
        due = () if self.retention is None else self.journal.forgettable(now - self.retention)
        if not due:
            self._next_s = self.clock.monotonic() + _EVERY_S
            return
        done = self.journal.forget(due, now)
        _log.info("forgotten", visits=len(done.visits), traces=done.traces)
