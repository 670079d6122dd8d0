"""What the sections of merchants.toml share: strict values, and addresses that nobody can listen to."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MERCHANTS_FILE = "merchants.toml"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Section(BaseModel):
    """One section; `simulated` says that what stands behind its address is simulated."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    simulated: bool = False


def _safe_url(url: str) -> str:
    """Accept https anywhere and plain http on this machine only."""
    parts = urlsplit(url)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOOPBACK):
        raise ValueError("must be an https address (plain http only to this machine)")
    return url.rstrip("/")


class NotificationsSection(Section):
    """``[notifications]`` of merchants.toml: where this kiosk listens for the networks' notifications.

    Attributes:
        listen: an address of this machine; its loopback unless something else must reach it.
    """

    listen: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]{2,45}$")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)]


Address = Annotated[str, AfterValidator(_safe_url)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_]{4,64}$")]
