"""The scanner of payment codes under the contract kit: a phone is shown once the scanner waits for one."""

import asyncio
from collections.abc import Awaitable

from kiosk.devices.contracts import Completion
from kiosk.devices.document_contracts import PaymentCode
from tests.contract.bench import Bench, Subject

CODE = "134567890123456789"
"""A WeChat Pay payment code: 18 digits that begin with 13 (resources/data/payment_codes.toml)."""

_SHOWN_AFTER_S = 0.02


def _read(bench: Bench, deadline_s: float) -> Awaitable[Completion[PaymentCode]]:
    scanner = bench.machine.payment_scanner
    asyncio.get_running_loop().call_later(_SHOWN_AFTER_S, scanner.show, CODE)
    return scanner.read_payment_code(deadline_s=deadline_s)


PHONE_SUBJECTS = (
    Subject(
        "payment_scanner.read_payment_code",
        lambda bench: bench.machine.payment_scanner,
        None,
        lambda bench: lambda deadline: _read(bench, deadline),
        "line_lost",
    ),
)
