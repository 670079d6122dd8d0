"""The worked sample's commands under the contract kit."""

from kiosk.devices.contracts import MediaAction
from tests.contract.bench import Subject
from tests.devices.escpos.slips import slip_pdf

SAMPLE_SUBJECTS = (
    Subject(
        "zpl_sample.print_slip",
        lambda bench: bench.peers.sample.slip,
        None,
        lambda bench: lambda deadline: bench.peers.sample.slip.print_slip(slip_pdf(), deadline_s=deadline),
        "line_lost",
    ),
    Subject(
        "zpl_sample.reset",
        lambda bench: bench.peers.sample.slip,
        None,
        lambda bench: lambda deadline: bench.peers.sample.slip.reset(MediaAction.KEEP, deadline_s=deadline),
        None,
    ),
)
