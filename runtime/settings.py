"""Settings: one frozen object, read from the environment once, at the entry points."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from domain.rewards.webhooks import Door, read_secret
from runtime.channel_settings import ChannelSettings, read_channels
from runtime.reading import Reader, SettingsError, between, matching

DEVELOPMENT_ISSUER = "https://regulars.localhost"
DEVELOPMENT_AUDIENCE = "regulars"
_PARTNER = re.compile(r"REGULARS_PARTNER_([A-Z0-9_]+)_(?:URL|SECRET)")
__all__ = ["DEVELOPMENT_AUDIENCE", "DEVELOPMENT_ISSUER", "Environment", "Settings", "SettingsError"]

_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Environment(StrEnum):
    """Where Regulars runs. Production takes nothing for granted: no embedded servers, no development key."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between places where Regulars runs, each from the variable of the same name.

    `mongodb_uri` or `redis_url` of None asks for an embedded server over `data_dir`; `jwks` of None for the
    development key kept there, as are signed roots, and the key that signs them, unless they have places of their
    own. Addresses are left out of `repr`: they may hold passwords. `partners`, by `door_name`, come from two
    variables each: REGULARS_PARTNER_<NAME>_URL and REGULARS_PARTNER_<NAME>_SECRET.
    """

    environment: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    data_dir: Path = Path(".data")
    mongodb_uri: str | None = field(default=None, repr=False)
    mongodb_database: str = "regulars"
    redis_url: str | None = field(default=None, repr=False)
    jwks: str | None = None
    jwt_issuer: str = DEVELOPMENT_ISSUER
    jwt_audience: str = DEVELOPMENT_AUDIENCE
    log_level: str = "INFO"
    allowed_origins: tuple[str, ...] = ()
    roots_dir: Path | None = None
    root_key: Path | None = None
    partners: Mapping[str, Door] = field(default_factory=dict, repr=False)
    channels: ChannelSettings = field(default_factory=ChannelSettings, repr=False)

    @property
    def development(self) -> bool:
        """Whether this is a laptop or a test."""
        return self.environment is Environment.DEVELOPMENT

    @property
    def roots(self) -> Path:
        """The folder of signed roots."""
        return self.roots_dir or self.data_dir / "roots"

    @property
    def root_key_path(self) -> Path | None:
        """The file of the key that signs roots; None: in production none is taken for granted."""
        return self.root_key or (self.data_dir / "root-key.pem" if self.development else None)

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check all; an empty variable counts as unset. Raises SettingsError at the first fault."""
        reader = Reader(env)
        environment = reader.read("ENVIRONMENT", Environment, Environment.DEVELOPMENT, "development or production")
        production = environment is Environment.PRODUCTION
        if production:
            reader.require("ENVIRONMENT is production", "MONGODB_URI", "REDIS_URL", "JWKS")
        if reader.has("JWKS"):
            reader.require("JWKS is set", "JWT_ISSUER", "JWT_AUDIENCE")
        return cls(
            environment=environment,
            host=reader.text("HOST", "127.0.0.1"),
            port=reader.read("PORT", between(1, 65_535), 8000, "a number from 1 to 65535"),
            workers=reader.read("WORKERS", between(1, 256), 1, "a number from 1 to 256"),
            data_dir=Path(reader.text("DATA_DIR", ".data")),
            mongodb_uri=reader.read(
                "MONGODB_URI", matching("mongodb(\\+srv)?://.+"), None, "mongodb://… or mongodb+srv://…"
            ),
            mongodb_database=reader.read(
                "MONGODB_DATABASE", matching("[A-Za-z0-9_-]{1,63}"), "regulars", "1 to 63 letters, digits, _ or -"
            ),
            redis_url=reader.read(
                "REDIS_URL", matching("(rediss?|unix)://.+"), None, "redis://…, rediss://… or unix://…"
            ),
            jwks=reader.read(
                "JWKS",
                matching("https://.+|(?!\\w+://).+" if production else "https?://.+|(?!\\w+://).+"),
                None,
                "a file's path or an https:// address",
            ),
            jwt_issuer=reader.text("JWT_ISSUER", DEVELOPMENT_ISSUER),
            jwt_audience=reader.text("JWT_AUDIENCE", DEVELOPMENT_AUDIENCE),
            log_level=reader.read("LOG_LEVEL", _log_level, "INFO", ", ".join(_LOG_LEVELS)),
            allowed_origins=reader.read("ALLOWED_ORIGINS", _origins, (), "origins such as https://app.example"),
            roots_dir=reader.path("ROOTS_DIR"),
            root_key=reader.path("ROOT_KEY"),
            partners={name: _door(reader, name, production=production) for name in _partners(env)},
            channels=read_channels(reader, production=production),
        )


def _partners(env: Mapping[str, str]) -> list[str]:
    """The names of partners that any variable speaks of."""
    found = (_PARTNER.fullmatch(name) for name, given in env.items() if given)
    return sorted({match[1] for match in found if match})


def _door(reader: Reader, name: str, *, production: bool) -> Door:
    """Where a partner is told; both variables or none."""
    url, secret = (f"REGULARS_PARTNER_{name}_{what}" for what in ("URL", "SECRET"))
    reader.require(f"{url if reader.has(url) else secret} is set", url, secret)
    pattern, expected = ("https://.+", "https://…") if production else ("https?://.+", "https://… or http://…")
    return Door(
        reader.read(url, matching(pattern), "", expected),
        reader.read(secret, read_secret, b"", "whsec_ and 24 to 64 random bytes in base64"),
    )


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.strip() for origin in text.split(","))
    if not all(re.fullmatch(r"https?://[^\s/*?#]+", origin) for origin in origins):
        raise ValueError(text)
    return origins


def _log_level(text: str) -> str:
    if text.upper() not in _LOG_LEVELS:
        raise ValueError(text)
    return text.upper()
