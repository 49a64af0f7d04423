"""Settings, read once from the environment (12-factor) and validated at start.

Every setting is one environment variable. Wrong and missing ones raise one
`SettingsError`, with a sentence for each that names the variable and the way out.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
KNOWN_LANGUAGES = ("zh_Hans_CN", "en")
SHORTEST_KEY = 32
"""Characters of SECRET_KEY in production."""

KNOWN_ROLES = ("admin", "coordinator", "branch", "instructor")

_HOST_NAME = re.compile(r"\.?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")


P = ParamSpec("P")
T = TypeVar("T")

WEAKEST_KEY = 25
"""Decimal digits of guesses that a production key must withstand by zxcvbn's estimate.

Random keys of 32 characters need 28 and more; of 32 hexadecimal digits too.
"""

PLACEHOLDERS = ("changeme", "placeholder", "secretkey", "yoursecret", "insecure", "replacethis")
"""Parts of example values that were never replaced, without their hyphens."""


class SettingsError(ValueError):
    """Settings are missing or wrong; the text, a line for each, is meant for the operator."""


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
    trusted_hosts: tuple[str, ...]
    """Host names of this installation in lower case: that of BASE_URL, and further ones."""
    trusted_addresses: str
    """Which IP addresses are hosts as well: `none`, `loopback` or `any`."""
    host: str
    port: int
    timezone: str
    languages: tuple[str, ...]
    feed_plain_agents: tuple[str, ...]
    expiry_limit: int
    sign_in_days: int
    rate_limits: float
    """By how much the limits of requests are multiplied; 0 switches them off."""
    rate_limit_url: str
    proxies: int
    """How many proxies stand in front and name the client's address."""
    audit_days: int
    two_factor_roles: tuple[str, ...]
    instance: Path

    @property
    def production(self) -> bool:
        """Whether the strict rules for a public installation hold."""
        return self.environment == "production"

    @property
    def local(self) -> bool:
        """Whether only programs of this machine reach the product.

        In production a proxy passes on what comes from everywhere.
        """
        return is_loopback(self.host) and not self.production


def is_loopback(host: str) -> bool:
    """Whether an address, or a name, means this machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class _Reader:
    """Reads one setting after the other and collects what is wrong, to say all of it at once."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __call__(self, read: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """The setting; where it is wrong a value that nobody uses, because `finish` raises."""
        try:
            return read(*given, **named)
        except SettingsError as error:
            self.faults.append(str(error))
            return cast(T, None)

    def finish(self) -> None:
        """Raise `SettingsError` if anything was wrong."""
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
    smtp_url = read(_smtp, env.get("SMTP_URL"), environment)
    huey_url = read(_huey, env.get("HUEY_URL"), instance)
    base_url = read(_base_url, env.get("BASE_URL"), environment, port)
    host = env.get("HOST") or "127.0.0.1"
    settings = Settings(
        environment=environment,
        secret_key=read(_secret, env.get("SECRET_KEY"), environment, instance),
        secret_key_fallbacks=read(_fallbacks, env.get("SECRET_KEY_FALLBACKS", ""), environment),
        database_url=read(_database, env.get("DATABASE_URL"), instance),
        huey_url=huey_url,
        smtp_url=smtp_url,
        mail_from=read(_sender, env.get("MAIL_FROM"), environment),
        base_url=base_url,
        trusted_hosts=read(
            _trusted_hosts, env.get("TRUSTED_HOSTS", ""), environment, base_url or "", host
        ),
        trusted_addresses=_trusted_addresses(environment, host),
        host=host,
        port=port,
        timezone=read(_timezone, env.get("TIMEZONE", "Asia/Shanghai")),
        languages=read(_languages, env.get("LANGUAGES", "zh_Hans_CN,en")),
        feed_plain_agents=_words(env.get("FEED_PLAIN_AGENTS", "")),
        expiry_limit=read(_number, "EXPIRY_LIMIT", env.get("EXPIRY_LIMIT") or "200", 1, 1_000_000),
        sign_in_days=read(_number, "SIGN_IN_DAYS", env.get("SIGN_IN_DAYS") or "30", 1, 3650),
        rate_limits=read(_rate_limits, env.get("RATE_LIMITS") or "on"),
        rate_limit_url=read(_rate_limit_url, env.get("RATE_LIMIT_URL"), huey_url or ""),
        proxies=read(_proxies, env.get("PROXIES"), environment),
        # The database refuses to forget what is younger than 180 days.
        audit_days=read(_number, "AUDIT_DAYS", env.get("AUDIT_DAYS") or "1095", 180, 36500),
        two_factor_roles=read(_roles, env.get("TWO_FACTOR_ROLES", "")),
        instance=instance,
    )
    read.finish()
    return settings


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
    if value and not (value.isascii() and value.isprintable() and " " not in value):
        raise SettingsError(
            "SECRET_KEY contains a space or a character that is not ASCII, so it could not be "
            "listed in SECRET_KEY_FALLBACKS later: use letters, digits and punctuation only."
        )
    if environment == "production":
        if value is None or not is_strong(value):
            raise SettingsError(
                "SECRET_KEY must be a random text of at least 32 characters in production: "
                "make one with `python -c 'import secrets; print(secrets.token_urlsafe(48))'`."
            )
        return value
    return value or _kept_secret(instance / "secret_key")


def is_strong(key: str) -> bool:
    """Whether a key is long and not to be guessed, as far as that can be estimated."""
    # Only production asks, and reading the lists of words takes a tenth of a second.
    from zxcvbn import zxcvbn

    bare = "".join(letter for letter in key.lower() if letter.isalnum())
    if len(key) < SHORTEST_KEY or any(placeholder in bare for placeholder in PLACEHOLDERS):
        return False
    # The library refuses longer texts; the beginning of a good key is good as well.
    return bool(zxcvbn(key[:72])["guesses_log10"] >= WEAKEST_KEY)


def _fallbacks(value: str, environment: str) -> tuple[str, ...]:
    """Earlier keys, by spaces. A key that contained spaces would become several weak ones."""
    keys = tuple(value.split())
    if environment == "production" and any(len(key) < SHORTEST_KEY for key in keys):
        raise SettingsError(
            "SECRET_KEY_FALLBACKS holds a key of less than 32 characters: list earlier values of "
            "SECRET_KEY separated by spaces; one that contains a space itself cannot be listed."
        )
    return keys


def _kept_secret(path: Path) -> str:
    """A random key of this working copy, so that sign-ins survive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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


def _rate_limits(value: str) -> float:
    """The factor of all limits of requests: `on` is 1, `off` is 0."""
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


def _rate_limit_url(value: str | None, huey_url: str) -> str:
    """Where requests are counted: in each process, or in a Redis that several machines share."""
    url = value or (huey_url if huey_url.startswith(("redis://", "rediss://")) else "memory://")
    if url != "memory://" and not url.startswith(("redis://", "rediss://")):
        raise SettingsError(f"RATE_LIMIT_URL is {url!r}: use memory:// or redis://host:6379/2.")
    _port_of("RATE_LIMIT_URL", url)
    return url


def _proxies(value: str | None, environment: str) -> int:
    """How many proxies are believed when they name the client's address."""
    return _number("PROXIES", value or ("1" if environment == "production" else "0"), 0, 10)


def _smtp(value: str | None, environment: str) -> str | None:
    if not value:
        if environment == "production":
            raise SettingsError(
                "SMTP_URL is missing: name the mail server that hands mail on, "
                "for example smtp+starttls://user:password@host:587."
            )
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise SettingsError(
            "SMTP_URL must look like smtp://host:25, smtp+starttls://user:password@host:587 "
            "or smtps://user:password@host:465."
        )
    _port_of("SMTP_URL", value)
    return value


def _sender(value: str | None, environment: str) -> str:
    if not value and environment == "production":
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
    _port_of("BASE_URL", value)
    if parts.username is not None or not _HOST_NAME.fullmatch(_host_name(parts.hostname or "")):
        raise SettingsError(
            f"BASE_URL is {value!r}: after http:// or https:// it needs the name of a host, with "
            "at most 63 letters between two dots, for example https://yueke.example.org."
        )
    if environment == "production" and parts.scheme != "https":
        raise SettingsError(
            f"BASE_URL is {value!r}: in production it must begin with https://, "
            "because passwords and cookies travel to it."
        )
    return value.rstrip("/")


def _host_name(name: str) -> str:
    """A host name as browsers send it: in lower case, other scripts as Punycode (RFC 3492)."""
    if ":" in name:
        return f"[{name.strip('[]').lower()}]"
    dot = "." if name.startswith(".") else ""
    name = name.lower().removeprefix(".")
    try:
        return dot + (name if name.isascii() else name.encode("idna").decode("ascii"))
    except UnicodeError:
        return ""


def _trusted_hosts(value: str, environment: str, base_url: str, listens_on: str) -> tuple[str, ...]:
    """The host names that requests may carry: that of BASE_URL, and those of the setting."""
    hosts = [_host_name(urlsplit(base_url).hostname or "")]
    for name in value.replace(",", " ").split():
        host = _host_name(name)
        if not _HOST_NAME.fullmatch(host):
            raise SettingsError(
                f"TRUSTED_HOSTS has {name!r}: list host names without http:// and port, "
                "separated by spaces, for example www.example.org."
            )
        hosts.append(host)
    if environment != "production":
        hosts += ["localhost", _host_name(listens_on)]
    return tuple(dict.fromkeys(hosts))


def _trusted_addresses(environment: str, listens_on: str) -> str:
    """Who tries the product on a network of their own types the address of the machine."""
    if environment == "production":
        return "none"
    try:
        outside = not ipaddress.ip_address(listens_on.strip("[]")).is_loopback
    except ValueError:
        outside = listens_on != "localhost"
    return "any" if outside else "loopback"


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
