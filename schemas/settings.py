"""Settings of an operator: defaults, then `lofte.toml`, then the environment, then flags."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from schemas.errors import SettingsError
from schemas.told_names import told_name, told_syntax
from schemas.warehouse_address import MEMORY_MB, WAIT_SECONDS, WarehouseAddress, embedded, parse_warehouse_url

FILE_NAME = "lofte.toml"
PREFIX = "LOFTE_"


class PublishedSettings(BaseSettings):
    """Settings that stand in what is published, and so are inputs of a release."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    base_url: Annotated[str, Field(pattern=r"^https?://[^\s]+/$")] = "https://example.org/"
    publisher_name: Annotated[str, Field(min_length=1)] = "ej angiven (example.org)"
    contact_email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = "kontakt@example.org"


class FetchSettings(BaseModel):
    """How sources are reached.

    `user_agent` says who calls and where to complain; `settle_seconds` is how long a file that has changed of late
    must stay as it is; `deadline_seconds` is for one file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_agent: str
    settle_seconds: float
    deadline_seconds: float
    allow_loopback: bool


class Settings(PublishedSettings):
    """All settings; the defaults run the embedded program in the current folder."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        toml_file=FILE_NAME,
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )

    state: Path = Path("var")
    public: Path = Path("public")
    agreements: Path = Path("agreements")
    inbox: Path | None = None
    warehouse: SecretStr | None = None  # a URL may hold a password
    lock_wait_seconds: Annotated[float, Field(ge=0, le=3600)] = 30
    warehouse_wait_seconds: Annotated[float, Field(ge=0, le=3600)] = WAIT_SECONDS
    warehouse_memory_mb: Annotated[int, Field(ge=128)] = MEMORY_MB
    settle_seconds: Annotated[float, Field(ge=0, le=3600)] = 1
    fetch_deadline_seconds: Annotated[float, Field(gt=0, le=3600)] = 120
    fetch_context: bool = False  # what others publish is fetched only when asked for
    allow_loopback: bool = False  # for tests: a source may then be a server on this machine

    @field_validator("warehouse")
    @classmethod
    def _is_warehouse(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_warehouse_url(value.get_secret_value())
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let flags win over the environment, and the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def inbox_folder(self) -> Path:
        """Return where handed-over files are put: in the state unless a folder is named."""
        return self.inbox or self.state / "inbox"

    @property
    def warehouse_address(self) -> WarehouseAddress:
        """Return where the warehouse is: a file in the state unless a URL says otherwise."""
        if self.warehouse is None:
            return embedded(self.state / "warehouse.duckdb", self.warehouse_wait_seconds, self.warehouse_memory_mb)
        return WarehouseAddress(parse_warehouse_url(self.warehouse.get_secret_value()), self.warehouse_wait_seconds)

    @property
    def fetching(self) -> FetchSettings:
        """Return how sources are reached."""
        return FetchSettings(
            user_agent=f"Lofteskollen (+{self.base_url}; {self.contact_email})",
            settle_seconds=self.settle_seconds,
            deadline_seconds=self.fetch_deadline_seconds,
            allow_loopback=self.allow_loopback,
        )

    @property
    def published(self) -> PublishedSettings:
        """Return only the settings that stand in what is published."""
        return PublishedSettings.model_construct(
            base_url=self.base_url, publisher_name=self.publisher_name, contact_email=self.contact_email
        )


def read_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: naming each key that cannot be used.
    """
    unknown = [name for name in os.environ if name.startswith(PREFIX) and name not in _known_variables()]
    if unknown:
        raise SettingsError(f"{unknown[0]} is no setting; known: {', '.join(_known_variables())}")
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(told_name(str(part)) for part in e['loc'])}: {e['msg']}" for e in error.errors())
        # Pydantic's own words, which a traceback would show, may hold a password.
        raise SettingsError(f"settings (flags, LOFTE_… in the environment or {FILE_NAME}): {faults}") from None
    except ValueError as error:
        raise SettingsError(f"{FILE_NAME}: {told_syntax(str(error))}") from None


def _known_variables() -> list[str]:
    return [PREFIX + name.upper() for name in (*Settings.model_fields, "home")]
