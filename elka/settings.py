"""Every knob of the site. Read from the environment (``ELKA_*``); a wrong value stops the start and names itself."""

from __future__ import annotations

import secrets
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Self
from urllib.parse import urlparse

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
SHORTEST_KEY = 32


class Demo(StrEnum):
    """Whether the demo region and its personas are on."""

    OFF = "off"
    ON = "on"
    PUBLIC = "public"


class BadSettings(Exception):  # noqa: N818  read as a sentence by the operator
    """The environment holds a wrong value; the message names the variable."""


class Settings(BaseSettings):
    """The settings of one running site. ``ELKA_DATABASE_URL`` unset: embedded PostgreSQL in ``home``."""

    model_config = SettingsConfigDict(env_prefix="ELKA_", extra="ignore")

    home: Path = Field(default=Path(".elka"), description="folder of the embedded database, files and keys")
    database_url: str | None = Field(default=None, description="PostgreSQL 15 or newer; unset: embedded")
    host: str = Field(default="127.0.0.1", description="address to listen at")
    port: int = Field(default=8000, ge=1, le=65535, description="the one port of the site")
    base_url: str | None = Field(default=None, description="address that people open; default http://localhost:PORT")
    secret_key: SecretStr | None = Field(default=None, description="made and kept on first run; required in production")
    smtp_url: str | None = Field(default=None, description="smtp://user:password@host:587?tls=starttls, smtps://…")
    mail_from: str = Field(default="ЕЛКА <no-reply@elka.invalid>", description="sender of the site's mail")
    demo: Demo | None = Field(default=None, description="off, on, or public (a demo on a public address)")
    redis_url: str | None = Field(default=None, description="what several workers share; unset: embedded, if needed")
    workers: int = Field(default=1, ge=1, le=64, description="processes that serve the site")
    pool_size: int = Field(default=12, ge=2, le=200, description="threads for work and database connections, a worker")
    jobs_in_app: bool = Field(default=True, description="run jobs inside the site's process")
    trusted_proxies: int = Field(default=0, ge=0, le=5, description="reverse proxies in front of the site")
    payload_limit: int = Field(default=262_144, ge=1024, description="largest event from a browser, bytes")
    application_limit: int = Field(
        default=200 * 2**20, ge=2**20, description="largest size of all files of an application together, bytes"
    )
    # When a vote is asked for a proof of work (docs/adr/0023-bursts.md). It costs a person seconds and refuses nobody, so
    # the limits are those of a quiet day at a school or a library, not of a whole town behind one address.
    burst_minutes: int = Field(default=10, ge=1, le=1440, description="how far back a burst of votes is looked for")
    burst_address: int = Field(default=20, ge=1, description="votes of one address meanwhile; a class, not a crowd")
    burst_net: int = Field(default=100, ge=1, description="votes of one network (/24, /48) meanwhile")
    burst_fresh: int = Field(
        default=5, ge=1, description="votes of accounts a day old, of one address in a day; a family"
    )
    burst_times: int = Field(default=8, ge=2, description="a minute of a contest to the average one of its past hour")
    burst_floor: int = Field(default=120, ge=1, description="votes a minute below which no contest is in a burst")
    proof_work: int = Field(
        default=300_000, ge=1000, le=10_000_000, description="hashes of a proof at most, half on average: some seconds"
    )
    traces_days: int = Field(
        default=90, ge=1, le=1095, description="how long after the results votes keep their hashed addresses"
    )
    photo_limit: int = Field(default=12 * 2**20, ge=1024, description="largest photo, bytes")

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if not value:
            return None
        if urlparse(value).scheme.split("+")[0] not in {"postgresql", "postgres"}:
            raise ValueError("must start with postgresql://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlparse(value)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("must look like smtp://host:port or smtps://user:password@host:465")
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlparse(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
            raise ValueError("must look like https://elka.example")
        return value.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value and urlparse(value).scheme not in {"redis", "rediss", "unix"}:
            raise ValueError("must start with redis://, rediss:// or unix://")
        return value or None

    @model_validator(mode="after")
    def _together(self) -> Self:
        self.home = self.home.resolve()
        if self.base_url is None:
            self.base_url = f"http://localhost:{self.port}"
        if self.demo is None:
            self.demo = Demo.OFF if self.production else Demo.ON
        if self.demo is Demo.ON and self.production:
            raise ValueError(
                "ELKA_DEMO=on lets anybody act as an official, and ELKA_BASE_URL is public: "
                "set ELKA_DEMO=off, or ELKA_DEMO=public if that is what you want"
            )
        if self.production and self.secret_key is None:
            raise ValueError("ELKA_SECRET_KEY is required when ELKA_BASE_URL is not a local address")
        if self.secret_key is not None and len(self.secret_key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"ELKA_SECRET_KEY must have at least {SHORTEST_KEY} characters")
        return self

    @property
    def production(self) -> bool:
        """Whether people reach the site from outside this machine."""
        return urlparse(self.base_url or "").hostname not in LOCAL_HOSTS

    @property
    def is_demo(self) -> bool:
        """Whether demo personas, the mail page and the style guide exist."""
        return self.demo is not Demo.OFF

    @property
    def files(self) -> Path:
        """Folder of uploaded files; served only by authorised routes."""
        return self.home / "files"

    @property
    def origin(self) -> str:
        """The site's own origin, for Origin checks and links in mail."""
        return str(self.base_url)

    @property
    def allowed_origins(self) -> list[str]:
        """Origins that may open a websocket or post a form: our own, and its local aliases on a local machine."""
        origins = [self.origin]
        if not self.production:
            origins += [f"http://{host}:{self.port}" for host in ("localhost", "127.0.0.1", "[::1]")]
        return list(dict.fromkeys(origins))

    def key(self) -> bytes:
        """Return the secret key; made on first use and kept in ``home`` with mode 0600 when none is given."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        path = self.home / "secret_key"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            draft = self.home / f"secret_key.{secrets.token_hex(4)}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            try:
                path.hardlink_to(draft)  # atomic: the first process wins, nobody reads half a key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().encode()


def read_settings() -> Settings:
    """Read the environment; raise ``BadSettings`` with a message that names each wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for trouble in error.errors():
            name = f"ELKA_{str(trouble['loc'][0]).upper()}: " if trouble["loc"] else ""
            lines.append(name + trouble["msg"].removeprefix("Value error, "))
        raise BadSettings("\n".join(lines)) from error


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process."""
    return read_settings()
