"""Settings, read once from the environment (12-factor) and validated at start.

Every setting is one environment variable. A wrong or missing one raises
`SettingsError` with one sentence that names the variable and the way out.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
KNOWN_LANGUAGES = ("zh_Hans_CN", "en")
KNOWN_ROLES = ("admin", "coordinator", "branch", "instructor")


class SettingsError(ValueError):
    """A setting is missing or wrong; the text is meant for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one installation, validated."""

    environment: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    database_url: str
    huey_url: str
    smtp_url: str | None
    mail_from: str
    base_url: str
    port: int
    timezone: str
    languages: tuple[str, ...]
    feed_plain_agents: tuple[str, ...]
    two_factor_roles: tuple[str, ...]
    instance: Path

    @property
    def production(self) -> bool:
        """Whether the strict rules for a public installation hold."""
        return self.environment == "production"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and validate the environment; raises `SettingsError`."""
    env = os.environ if environ is None else environ
    environment = env.get("APP_ENV", "development")
    if environment not in {"development", "production"}:
        raise SettingsError(f"APP_ENV is {environment!r}: use development or production.")
    instance = _folder(Path(env.get("INSTANCE_PATH") or ROOT / "instance").resolve())
    _workers(env.get("WEB_CONCURRENCY") or "2")
    port = _port(env.get("PORT", "8000"))
    smtp_url = _smtp(env.get("SMTP_URL"))
    return Settings(
        environment=environment,
        secret_key=_secret(env.get("SECRET_KEY"), environment, instance),
        secret_key_fallbacks=tuple(env.get("SECRET_KEY_FALLBACKS", "").split()),
        database_url=_database(env.get("DATABASE_URL"), instance),
        huey_url=_huey(env.get("HUEY_URL"), instance),
        smtp_url=smtp_url,
        mail_from=_sender(env.get("MAIL_FROM"), environment, smtp_url),
        base_url=_base_url(env.get("BASE_URL"), environment, port),
        port=port,
        timezone=_timezone(env.get("TIMEZONE", "Asia/Shanghai")),
        languages=_languages(env.get("LANGUAGES", "zh_Hans_CN,en")),
        feed_plain_agents=_words(env.get("FEED_PLAIN_AGENTS", "")),
        two_factor_roles=_roles(env.get("TWO_FACTOR_ROLES", "")),
        instance=instance,
    )


def _folder(path: Path) -> Path:
    """The instance folder; it is made when the application is."""
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise SettingsError(
            f"INSTANCE_PATH is {str(path)!r}: name a folder that this user may write to."
        )
    return path


def _workers(value: str) -> None:
    """The web server reads this one; it is checked here, before anything else is started."""
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= 1000:
        raise SettingsError(f"WEB_CONCURRENCY is {value!r}: use a number from 1 to 1000.")


def _secret(value: str | None, environment: str, instance: Path) -> str:
    if value is not None and len(value) >= 32:
        return value
    if environment == "production":
        raise SettingsError(
            "SECRET_KEY must be a random text of at least 32 characters in production: "
            "make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
        )
    if value:
        return value
    return _kept_secret(instance / "secret_key")


def _kept_secret(path: Path) -> str:
    """A random key of this working copy, so that sign-ins survive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _database(value: str | None, instance: Path) -> str:
    url = value or f"sqlite:///{instance / 'yueke.db'}"
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = "postgresql+psycopg"
    if scheme not in {"sqlite", "postgresql+psycopg"} or not rest.strip("/"):
        raise SettingsError(
            "DATABASE_URL must begin with sqlite:/// and a file or with postgresql://, "
            "for example postgresql://user:password@host/yueke."
        )
    if scheme == "sqlite":
        _sqlite_folder("DATABASE_URL", rest, instance)
    else:
        _port_of("DATABASE_URL", url)
    return f"{scheme}://{rest}"


def _sqlite_folder(name: str, rest: str, instance: Path) -> None:
    """Refuse a file in a folder that does not exist; a path without one lies in the instance's."""
    path = rest.removeprefix("/").partition("?")[0]
    folder = (instance / path).parent
    # The instance folder is made with the application.
    if folder != instance and not path.startswith((":", "file:")) and not folder.is_dir():
        raise SettingsError(f"{name} names the folder {str(folder)!r}, which does not exist.")


def _port_of(name: str, url: str) -> None:
    """Refuse an address whose port is no number."""
    try:
        urlsplit(url).port  # noqa: B018
    except ValueError:
        raise SettingsError(
            f"{name} has a port that is no number from 1 to 65535: correct it or leave it out."
        ) from None


def _huey(value: str | None, instance: Path) -> str:
    url = value or f"sqlite:///{instance / 'huey.db'}"
    if urlsplit(url).scheme not in {"sqlite", "redis", "rediss", "postgresql"}:
        raise SettingsError("HUEY_URL must begin with sqlite:///, redis:// or postgresql://.")
    if url.startswith("sqlite://"):
        _sqlite_folder("HUEY_URL", url.partition("://")[2], instance)
    else:
        _port_of("HUEY_URL", url)
    return url


def _smtp(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise SettingsError(
            "SMTP_URL must look like smtp://host:25, smtp+starttls://user:password@host:587 "
            "or smtps://user:password@host:465."
        )
    _port_of("SMTP_URL", value)
    return value


def _sender(value: str | None, environment: str, smtp_url: str | None) -> str:
    if value is None and environment == "production" and smtp_url:
        raise SettingsError(
            "MAIL_FROM is missing: name the address that sends invitations and receives replies."
        )
    sender = value or "yueke@example.org"
    if "@" not in sender or any(character.isspace() for character in sender):
        raise SettingsError(f"MAIL_FROM is {sender!r}: use a plain address such as a@example.org.")
    return sender


def _base_url(value: str | None, environment: str, port: int) -> str:
    if not value:
        if environment == "production":
            raise SettingsError(
                "BASE_URL is missing: links in mail need the public address, "
                "for example https://yueke.example.org."
            )
        return f"http://localhost:{port}"
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SettingsError(f"BASE_URL is {value!r}: it must begin with http:// or https://.")
    return value.rstrip("/")


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SettingsError(f"PORT is {value!r}: use a number from 1 to 65535.")
    return int(value)


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise SettingsError(
            f"TIMEZONE is {value!r}: use an IANA name such as Asia/Shanghai."
        ) from None
    return value


def _languages(value: str) -> tuple[str, ...]:
    languages = tuple(part.strip() for part in value.split(",") if part.strip())
    unknown = [language for language in languages if language not in KNOWN_LANGUAGES]
    if unknown or not languages:
        raise SettingsError(
            f"LANGUAGES is {value!r}: list one or more of {', '.join(KNOWN_LANGUAGES)}; "
            "the first is the default."
        )
    return languages


def _words(value: str) -> tuple[str, ...]:
    """What a setting lists by commas."""
    return tuple(part.strip().lower() for part in value.split(",") if part.strip())


def _roles(value: str) -> tuple[str, ...]:
    """The roles that must sign in with two factors; none by default."""
    roles = _words(value)
    if any(role not in KNOWN_ROLES for role in roles):
        raise SettingsError(
            f"TWO_FACTOR_ROLES is {value!r}: list one or more of {', '.join(KNOWN_ROLES)} "
            "by commas, such as admin,coordinator, or leave it out."
        )
    return roles
