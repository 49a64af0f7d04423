"""Settings, read once from the environment (12-factor) and validated at start.

Every setting is one environment variable. Invalid and missing ones raise one `SettingsError`, with
a sentence for each that names the variable and what to do.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

import config_keys
import config_urls
from config_urls import SettingsError as SettingsError

ROOT = Path(__file__).resolve().parent
KNOWN_LANGUAGES = ("zh_Hans_CN", "en")
LONGEST_WORD = 6
KNOWN_ROLES = ("admin", "coordinator", "branch", "instructor")


P = ParamSpec("P")
T = TypeVar("T")


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
    reply_maildir: Path | None
    """The maildir into which answers are delivered; None: there is none."""
    base_url: str
    trusted_hosts: tuple[str, ...]
    """Accepted host names in lower case: that of BASE_URL, and those of TRUSTED_HOSTS."""
    trusted_addresses: str
    """Which IP addresses are accepted as a host as well: `none`, `loopback` or `any`."""
    host: str
    port: int
    timezone: str
    languages: tuple[str, ...]
    instructor_word: str
    """What Chinese pages call a person of the register."""
    accept_word: str
    """What Chinese pages call the acceptance of a request."""
    feed_plain_agents: tuple[str, ...]
    expiry_limit: int
    credit_hour_minutes: int
    sign_in_days: int
    rate_limits: float
    """The factor of all rate limits; 0 disables them."""
    rate_limit_url: str
    proxies: int
    """The number of trusted proxies that set the client's address."""
    audit_days: int
    two_factor_roles: tuple[str, ...]
    instance: Path
    given: frozenset[str] = field(default=frozenset(), compare=False)
    """Names of the environment variables that are set: they precede what is set on pages."""

    @property
    def production(self) -> bool:
        """Whether the strict rules of a public installation apply."""
        return self.environment == "production"

    @property
    def local(self) -> bool:
        """Whether only programs on this machine can reach the server.

        Never in production, where a proxy forwards requests from outside.
        """
        return is_loopback(self.host) and not self.production


def is_loopback(host: str) -> bool:
    """Whether an IP address or host name is that of the loopback interface."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class _Reader:
    """Reads the settings and collects their errors, to report all of them at once."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __call__(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The setting; if it is invalid, None, which is never used because `finish` raises."""
        try:
            return read(*args, **kwargs)
        except SettingsError as error:
            self.faults.append(str(error))
            return cast(T, None)

    def finish(self) -> None:
        """Raise `SettingsError` if any setting was invalid."""
        if self.faults:
            raise SettingsError("\n".join(self.faults))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and validate the environment; raises `SettingsError`."""
    env = os.environ if environ is None else environ
    environment = env.get("APP_ENV", "development")
    if environment not in {"development", "production"}:
        raise SettingsError(f"APP_ENV is {environment!r}: use development or production.")
    instance = _folder(Path(env.get("INSTANCE_PATH") or ROOT / "instance").resolve())
    read = _Reader()
    read(_workers, env.get("WEB_CONCURRENCY") or "2")
    port = read(_port, env.get("PORT", "8000"))
    smtp_url = read(config_urls.smtp, env.get("SMTP_URL"))
    huey_url = read(config_urls.huey, env.get("HUEY_URL"), instance)
    base_url = read(config_urls.base_url, env.get("BASE_URL"), environment, port)
    host = env.get("HOST") or "127.0.0.1"
    settings = Settings(
        environment=environment,
        secret_key=read(config_keys.secret, env.get("SECRET_KEY"), environment, instance),
        secret_key_fallbacks=read(
            config_keys.fallbacks, env.get("SECRET_KEY_FALLBACKS", ""), environment
        ),
        database_url=read(config_urls.database, env.get("DATABASE_URL"), instance),
        huey_url=huey_url,
        smtp_url=smtp_url,
        mail_from=read(_sender, env.get("MAIL_FROM")),
        reply_maildir=read(_maildir, env.get("REPLY_MAILDIR")),
        base_url=base_url,
        trusted_hosts=read(
            config_urls.trusted_hosts,
            env.get("TRUSTED_HOSTS", ""),
            environment,
            base_url or "",
            host,
        ),
        trusted_addresses=config_urls.trusted_addresses(environment, host),
        host=host,
        port=port,
        timezone=read(_timezone, env.get("TIMEZONE", "Asia/Shanghai")),
        languages=read(_languages, env.get("LANGUAGES", "zh_Hans_CN,en")),
        instructor_word=read(_word, "INSTRUCTOR_WORD", env.get("INSTRUCTOR_WORD") or "讲师"),
        accept_word=read(_word, "ACCEPT_WORD", env.get("ACCEPT_WORD") or "接单"),
        feed_plain_agents=_words(env.get("FEED_PLAIN_AGENTS", "")),
        expiry_limit=read(_number, "EXPIRY_LIMIT", env.get("EXPIRY_LIMIT") or "200", 1, 1_000_000),
        credit_hour_minutes=read(
            _number, "CREDIT_HOUR_MINUTES", env.get("CREDIT_HOUR_MINUTES") or "45", 15, 240
        ),
        sign_in_days=read(_number, "SIGN_IN_DAYS", env.get("SIGN_IN_DAYS") or "30", 1, 3650),
        rate_limits=read(_rate_limits, env.get("RATE_LIMITS") or "on"),
        rate_limit_url=read(config_urls.rate_limit_url, env.get("RATE_LIMIT_URL"), huey_url or ""),
        proxies=read(_proxies, env.get("PROXIES"), environment),
        # Triggers forbid deleting entries younger than 180 days.
        audit_days=read(_number, "AUDIT_DAYS", env.get("AUDIT_DAYS") or "1095", 180, 36500),
        two_factor_roles=read(_roles, env.get("TWO_FACTOR_ROLES", "")),
        instance=instance,
        given=frozenset(name for name, value in env.items() if value),
    )
    read.finish()
    return settings


def _folder(path: Path) -> Path:
    """The instance folder, which `create_app` creates; checks that this is possible."""
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise SettingsError(
            f"INSTANCE_PATH is {str(path)!r}: name a folder that this user may write to."
        )
    return path


def _maildir(value: str | None) -> Path | None:
    """A maildir that exists: the mail server creates it, with its own rights."""
    if not value:
        return None
    path = Path(value)
    if not path.is_absolute() or not (path / "new").is_dir():
        raise SettingsError(
            f"REPLY_MAILDIR is {value!r}: name the full path of a maildir, a folder in which the "
            "folders new, cur and tmp are."
        )
    return path


def _workers(value: str) -> None:
    """Check WEB_CONCURRENCY, which gunicorn reads, before anything is started."""
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= 1000:
        raise SettingsError(f"WEB_CONCURRENCY is {value!r}: use a number from 1 to 1000.")


def _rate_limits(value: str) -> float:
    """The factor of all rate limits: `on` is 1, `off` is 0."""
    factor = {"on": 1.0, "off": 0.0}.get(value)
    if factor is None:
        try:
            factor = float(value)
        except ValueError:
            factor = 0.0
        if not 0.1 <= factor <= 1_000_000:
            raise SettingsError(
                f"RATE_LIMITS is {value!r}: use on, off, or a factor from 0.1 to 1000000 "
                "such as 2 for limits twice as high."
            )
    return factor


def _proxies(value: str | None, environment: str) -> int:
    """The number of proxies that are trusted to set the client's address."""
    return _number("PROXIES", value or ("1" if environment == "production" else "0"), 0, 10)


def _sender(value: str | None) -> str:
    sender = value or "yueke@example.org"
    if "@" not in sender or any(character.isspace() for character in sender):
        raise SettingsError(f"MAIL_FROM is {sender!r}: use a plain address such as a@example.org.")
    return sender


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SettingsError(f"PORT is {value!r}: use a number from 1 to 65535.")
    return int(value)


def _number(name: str, value: str, least: int, largest: int) -> int:
    if not (value.isascii() and value.isdecimal()) or not least <= int(value[:9]) <= largest:
        raise SettingsError(f"{name} is {value!r}: use a number from {least} to {largest}.")
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


def _word(name: str, value: str) -> str:
    """A word of Chinese sentences."""
    if not 1 <= len(value) <= LONGEST_WORD or not all("一" <= one <= "鿿" for one in value):
        raise SettingsError(
            f"{name} is {value!r}: use one to {LONGEST_WORD} Chinese characters, such as 教师."
        )
    return value


def _words(value: str) -> tuple[str, ...]:
    """The items of a comma-separated setting, in lower case."""
    return tuple(part.strip().lower() for part in value.split(",") if part.strip())


def _roles(value: str) -> tuple[str, ...]:
    """The roles that need two-factor authentication; none by default."""
    roles = _words(value)
    if any(role not in KNOWN_ROLES for role in roles):
        raise SettingsError(
            f"TWO_FACTOR_ROLES is {value!r}: list one or more of {', '.join(KNOWN_ROLES)} "
            "by commas, such as admin,coordinator, or leave it out."
        )
    return roles
