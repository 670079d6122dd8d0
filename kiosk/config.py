"""Settings of one machine, read from `kiosk.toml`, the environment (`KIOSK_…`) and the command line."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Reader(StrEnum):
    """Where the chip is read."""

    SIMULATED = "simulated"
    PCSC = "pcsc"


class SettingsInvalid(Exception):
    """A setting is missing or wrong; the message names it and says what is expected."""


def default_state() -> Path:
    """Return the user's state folder of the program."""
    return Path(platformdirs.user_state_dir("endorsement-kiosk"))


class Settings(BaseSettings):
    """One machine's settings.

    Attributes:
        state: folder of journal, keys and the simulated devices' state; mode 0700.
        kiosk_id: four characters, part of every visit and order number.
        language: interface language at the start of every visit.
        reader: where the chip is read; everything else has no second driver yet.
        pace: 1.0 lets simulated mechanics take their true time, 0 none.
        panel_inches: diagonal of the screen's panel, inches; None asks the display.
    """

    model_config = SettingsConfigDict(env_prefix="KIOSK_", extra="forbid", frozen=True)

    state: Path = Field(default_factory=default_state)
    kiosk_id: str = Field(default="GZ01", pattern="^[0-9A-Z]{4}$")
    language: str = Field(default="zh_CN", pattern="^(zh_CN|en)$")
    reader: Reader = Reader.SIMULATED
    pace: float = Field(default=1.0, ge=0.0, le=10.0)
    panel_inches: float | None = Field(default=None, ge=7.0, le=100.0)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class names them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line before environment before file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(config: Path | None = None, **given: Any) -> Settings:
    """Return the settings; `given` values that are not None win. Raises SettingsInvalid."""
    if config is not None and not config.is_file():
        raise SettingsInvalid(f"there is no configuration file {config}")
    try:
        return _with_file(config)(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsInvalid(f"setting {where!r}: {first['msg']}") from error
    except ValueError as error:
        raise SettingsInvalid(f"{config}: {error}") from error


def _with_file(config: Path | None) -> type[Settings]:
    """Return the settings class bound to one configuration file."""
    if config is None:
        return Settings

    class FileSettings(Settings):
        model_config = SettingsConfigDict(toml_file=config)

    return FileSettings
