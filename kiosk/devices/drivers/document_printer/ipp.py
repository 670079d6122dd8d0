"""A printer in the network that speaks IPP, as nearly every office printer does."""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from kiosk.devices.contracts import Device, DeviceName
from kiosk.devices.driver import Capability, Driver, Place, Section, can
from kiosk.devices.ipp.client import IppClient
from kiosk.devices.ipp.driver import POLL_S, IppDocumentPrinter
from kiosk.domain.text import Text


class IppSection(Section):
    """``driver = "ipp"`` of the A4 printer, ``driver = "page"`` of the slip printer."""

    uri: Annotated[str, StringConstraints(pattern=r"^ipps?://[^/\s]+/\S+$", max_length=1023)] = Field(
        description="the printer's address, such as ipp://printer.local/ipp/print"
    )
    certificate: Path | None = Field(
        None,
        description="PEM file of the certificate that ipps:// must show; none: the system's authorities",
    )
    poll_s: float = Field(POLL_S, ge=0.1, le=10.0, description="how often a job is asked about, seconds")


IPP_REMEDY = Text(
    "检查打印机电源、网线、纸张和碳粉；用 ipptool 检查地址",
    "Check the printer's power, network, paper and toner; try its address with ipptool",
)


def ipp_printer(section: IppSection, place: Place) -> IppDocumentPrinter:
    """Return the printer that a section names."""
    trust = ssl.create_default_context(cafile=section.certificate) if section.certificate else None
    return IppDocumentPrinter(IppClient(section.uri, trust), place.clock, poll_s=section.poll_s)


def make(section: IppSection, place: Place) -> Device:
    return ipp_printer(section, place)


DRIVER = Driver(
    device=DeviceName.DOCUMENT,
    name="ipp",
    title=Text("网络打印机（IPP）", "IPP printer"),
    section=IppSection,
    make=make,
    capabilities=can(Capability.PRINT_DOCUMENT),
    remedy=IPP_REMEDY,
)
