"""Reads the settings that are URLs or host names. Used by `config` alone.

Each function takes the text of an environment variable and returns the setting, or raises
`SettingsError` with one sentence that names the variable and what to do.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

_HOST_NAME = re.compile(r"\.?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")


class SettingsError(ValueError):
    """Settings are missing or invalid; the text, a line for each, is for the operator."""


def database(value: str | None, instance: Path) -> str:
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
        _check_port("DATABASE_URL", url)
    return f"{scheme}://{rest}"


def _sqlite_folder(name: str, rest: str, instance: Path) -> None:
    """Reject a file in a missing folder; relative paths are relative to the instance folder."""
    path = rest.removeprefix("/").partition("?")[0]
    folder = (instance / path).parent
    # The instance folder is created later, by `create_app`.
    if folder != instance and not path.startswith((":", "file:")) and not folder.is_dir():
        raise SettingsError(f"{name} names the folder {str(folder)!r}, which does not exist.")


def _check_port(name: str, url: str) -> None:
    """Reject a URL whose port is no number from 1 to 65535."""
    try:
        urlsplit(url).port  # noqa: B018
    except ValueError:
        raise SettingsError(
            f"{name} has a port that is no number from 1 to 65535: correct it or leave it out."
        ) from None


def huey(value: str | None, instance: Path) -> str:
    url = value or f"sqlite:///{instance / 'huey.db'}"
    if urlsplit(url).scheme not in {"sqlite", "redis", "rediss", "postgresql"}:
        raise SettingsError("HUEY_URL must begin with sqlite:///, redis:// or postgresql://.")
    if url.startswith("sqlite://"):
        _sqlite_folder("HUEY_URL", url.partition("://")[2], instance)
    else:
        _check_port("HUEY_URL", url)
    return url


def rate_limit_url(value: str | None, huey_url: str) -> str:
    """The storage of rate limits: memory of each process, or a Redis shared by machines."""
    url = value or (huey_url if huey_url.startswith(("redis://", "rediss://")) else "memory://")
    if url != "memory://" and not url.startswith(("redis://", "rediss://")):
        raise SettingsError(f"RATE_LIMIT_URL is {url!r}: use memory:// or redis://host:6379/2.")
    _check_port("RATE_LIMIT_URL", url)
    return url


def smtp(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise SettingsError(
            "SMTP_URL must look like smtp://host:25, smtp+starttls://user:password@host:587 "
            "or smtps://user:password@host:465."
        )
    _check_port("SMTP_URL", value)
    return value


def base_url(value: str | None, environment: str, port: int) -> str:
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
    _check_port("BASE_URL", value)
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
    """A host name as browsers send it: in lower case, non-ASCII as Punycode (RFC 3492)."""
    if ":" in name:
        return f"[{name.strip('[]').lower()}]"
    dot = "." if name.startswith(".") else ""
    name = name.lower().removeprefix(".")
    try:
        return dot + (name if name.isascii() else name.encode("idna").decode("ascii"))
    except UnicodeError:
        return ""


def trusted_hosts(value: str, environment: str, base_url: str, listens_on: str) -> tuple[str, ...]:
    """The accepted host names of requests: that of BASE_URL, and those of TRUSTED_HOSTS."""
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


def trusted_addresses(environment: str, listens_on: str) -> str:
    """Which IP addresses are accepted as a host (`origins.Addresses`).

    On a local network, outside production, users enter the IP address of the machine.
    """
    if environment == "production":
        return "none"
    try:
        outside = not ipaddress.ip_address(listens_on.strip("[]")).is_loopback
    except ValueError:
        outside = listens_on != "localhost"
    return "any" if outside else "loopback"
