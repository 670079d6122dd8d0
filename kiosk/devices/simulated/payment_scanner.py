"""The simulated scanner of payment codes: reads what a tester's phone shows it."""

from pydantic import BaseModel, ConfigDict, Field

from kiosk.devices.contracts import Completion, DeviceName, Done, Unknown
from kiosk.devices.document_contracts import PaymentCode
from kiosk.devices.scanner.codes import payment_code
from kiosk.devices.simulated.device import SimulatedDevice
from kiosk.devices.simulated.faults import Faults
from kiosk.devices.simulated.mechanism import Mechanism, Pace
from kiosk.devices.simulated.state_files import StateFile, StateFolder
from kiosk.devices.simulated.watch import Watch
from kiosk.domain.failure import FailureCode


class Phone(BaseModel):
    """What is held in front of the scanner, in ``phone.json``; "" for nothing. Gone once it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(default="", max_length=512, repr=False)


class SimulatedPaymentScanner(SimulatedDevice):
    """A `PaymentCodeScanner`: tells payment codes from other texts as the real ones do."""

    def __init__(
        self, folder: StateFolder, mechanism: Mechanism, faults: Faults, watch: Watch, pace: Pace
    ) -> None:
        super().__init__(
            DeviceName.PAYMENT_SCANNER,
            FailureCode.SCANNER_UNAVAILABLE,
            mechanism=mechanism,
            faults=faults,
            watch=watch,
            pace=pace,
        )
        self._phone = StateFile(folder, "phone.json", fresh=Phone(), unreadable=Phone())

    def phone(self) -> Phone:
        return self._phone.read()

    def show(self, text: str) -> None:
        """Hold a code in front of the scanner, until it is read or another takes its place."""
        self._phone.change(lambda _: Phone(code=text))

    async def read_payment_code(self, *, deadline_s: float) -> Completion[PaymentCode]:
        """Wait for a phone; what was shown before nobody waited for is passed over."""
        self.show("")
        return await self._run(self._read, deadline_s=deadline_s, late=FailureCode.TIMED_OUT)

    async def _read(self) -> Completion[PaymentCode]:
        while True:
            await self._watch.until(lambda: self._out_of_reach() or bool(self.phone().code))
            if self._out_of_reach():
                return Unknown(self._fault("the line was lost while waiting for a phone"))
            seen = self.phone().code
            self.show("")
            await self._pace.spend(self._pace.times.scan)
            found = payment_code(seen)
            if found is not None:
                return Done(found)
