"""Settings of a cable: a TCP address or a serial port; exactly one of them."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from kiosk.devices.byte_line import ByteLine, SerialByteLine, SerialSettings, TcpByteLine
from kiosk.devices.driver import Section
from kiosk.devices.usb_line import UsbPrinterLine

Host = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]([0-9A-Za-z.:-]{0,252}[0-9A-Za-z])?$|^::1?$")]
Port = Annotated[int, Field(ge=1, le=65535)]


class SerialPort(Section):
    """A serial port or a USB adapter of one."""

    serial: str | None = Field(
        None,
        min_length=1,
        description="path of the port, such as /dev/serial/by-id/…, which stays when re-plugged",
    )
    baud: int = Field(9600, ge=300, le=4_000_000, description="speed of the serial port, bits per second")
    parity: Literal["none", "even", "odd"] = Field("none", description="parity: none, even or odd")
    stop_bits: Literal[1, 2] = Field(1, description="stop bits: 1 or 2")
    flow_control: Literal["none", "rtscts", "dsrdtr", "xonxoff"] = Field(
        "none", description="flow control: none, rtscts, dsrdtr or xonxoff"
    )

    def serial_settings(self) -> SerialSettings:
        """Return the port's settings; only for a section that names one."""
        return SerialSettings(
            self.serial or "",
            self.baud,
            parity=self.parity[0].upper(),
            stop_bits=self.stop_bits,
            rtscts=self.flow_control == "rtscts",
            dsrdtr=self.flow_control == "dsrdtr",
            xonxoff=self.flow_control == "xonxoff",
        )


class Cable(SerialPort):
    """Either a TCP address or a serial port; a driver's section builds on it and sets its own usual port."""

    host: Host | None = Field(None, description="name or address of the device in the network")
    port: Port = Field(9100, description="TCP port, 1 to 65535")

    @model_validator(mode="after")
    def _one_cable(self) -> Self:
        ways = self._ways()
        if sum(way is not None for way in ways.values()) != 1:
            raise ValueError(f"expected one of {', '.join(ways)}")
        return self

    def _ways(self) -> dict[str, str | None]:
        """Return the settings of which one names the cable."""
        return {"host (and port)": self.host, "serial": self.serial}

    def line(self) -> ByteLine:
        """Return the cable, not yet opened."""
        if self.host is not None:
            return TcpByteLine(self.host, self.port)
        return SerialByteLine(self.serial_settings())


class PrinterCable(Cable):
    """A cable of a printer, which may be USB as well."""

    usb: str | None = Field(
        None,
        min_length=1,
        description="path of a USB printer, such as /dev/usb/lp0, best by a udev rule's name",
    )

    def line(self) -> ByteLine:
        return UsbPrinterLine(self.usb) if self.usb is not None else super().line()

    def _ways(self) -> dict[str, str | None]:
        return {**super()._ways(), "usb": self.usb}
