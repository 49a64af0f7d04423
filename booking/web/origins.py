"""Checks of the Host header and of the origin of a request (cross-site requests)."""

from __future__ import annotations

import enum
import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest, Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""

_HOST = re.compile(r"([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Addresses(enum.StrEnum):
    """Which IP addresses are accepted in the Host header, besides the host names."""

    NONE = "none"
    LOOPBACK = "loopback"
    ANY = "any"


class Source(enum.Enum):
    """The origin of a request, according to its headers."""

    OWN = "own"
    """A page of this site, or a direct action of the user."""
    FOREIGN = "foreign"
    """A page of another site."""
    UNKNOWN = "unknown"
    """Neither header is present (an old browser or a program), or `Origin: null`."""


class UnknownHost(BadRequest):
    """The Host header is malformed or names no host of this installation (400)."""


class ForeignForm(Forbidden):
    """A page of another site sent an unsafe request to this one (403)."""


def known_host(host: str, names: Collection[str], addresses: Addresses) -> bool:
    """Whether a Host header names this installation.

    `names` are in lower case; a name that begins with a dot matches all its subdomains. The port
    is ignored.
    """
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match[1].removesuffix(".")
    if name in names or any(
        trusted.startswith(".") and name.endswith(trusted) for trusted in names
    ):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return addresses is Addresses.ANY or (addresses is Addresses.LOOPBACK and address.is_loopback)


def source_of(fetch_site: str | None, origin: str | None, own: Collection[str]) -> Source:
    """The origin of a request, by Sec-Fetch-Site (Fetch Metadata), else by Origin (RFC 6454).

    Sec-Fetch-Site covers redirects on the way and cannot be set by a page. Browsers without it
    (before 2023, some inside apps, and all if the site has no https) send Origin with forms.
    `null` is sent for sandboxed frames and by some privacy settings alike, so it proves nothing.
    """
    if fetch_site is not None:
        # "none": started by the user and not by a page, such as by reloading.
        return Source.OWN if fetch_site in ("same-origin", "none") else Source.FOREIGN
    if origin is None or origin == "null":
        return Source.UNKNOWN
    return Source.OWN if origin.lower() in own else Source.FOREIGN


def source() -> Source:
    """The origin of the current request."""
    base = urlsplit(current_app.config["BASE_URL"])
    own = {
        f"{base.scheme}://{host.lower().removesuffix(_DEFAULT_PORTS[base.scheme])}"
        for host in (base.netloc, request.host)
    }
    headers = request.headers
    return source_of(headers.get("Sec-Fetch-Site"), headers.get("Origin"), own)


def _check_host() -> None:
    """Reject a foreign Host header, before any other code handles the request."""
    environ, config = request.environ, current_app.config
    sent = environ["HTTP_HOST"] if "HTTP_HOST" in environ else environ["SERVER_NAME"]
    if not known_host(sent, config["TRUSTED_HOSTS"], config["TRUSTED_ADDRESSES"]):
        raise UnknownHost()


def _check_source() -> None:
    """Reject unsafe cross-site requests on every route, with or without a session.

    SameSite keeps cookies off such a request, but its response could still set cookies, display
    the sent values, or sign the user in to the attacker's account (login CSRF).
    """
    if request.method not in SAFE_METHODS and source() is Source.FOREIGN:
        raise ForeignForm()


def init_app(app: Flask) -> None:
    """Check host and origin of each request; to be called before all other extensions."""
    app.before_request(_check_host)
    app.before_request(_check_source)
