"""Where a request was sent to, and where it comes from: host names, and pages of other sites."""

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
    """Which plain IP addresses are accepted as a host, besides the names."""

    NONE = "none"
    LOOPBACK = "loopback"
    ANY = "any"


class Source(enum.Enum):
    """Where a request comes from, by what the browser says of it."""

    OWN = "own"
    """A page of this site, or the person's own doing."""
    FOREIGN = "foreign"
    """A page of another site."""
    UNKNOWN = "unknown"
    """An old browser or a program, which says nothing, or `Origin: null`."""


class UnknownHost(BadRequest):
    """The host of the request is not one of this installation, or is malformed."""


class ForeignForm(Forbidden):
    """A page of another site tried to send a form to this one."""


def known_host(host: str, names: Collection[str], addresses: Addresses) -> bool:
    """Whether a Host header names this installation.

    `names` are in lower case; one that begins with a dot stands for all names below it. The port
    is not compared.
    """
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return False
    name = found[1].removesuffix(".")
    if name in names or any(one.startswith(".") and name.endswith(one) for one in names):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return addresses is Addresses.ANY or (addresses is Addresses.LOOPBACK and address.is_loopback)


def source_of(fetch_site: str | None, origin: str | None, own: Collection[str]) -> Source:
    """Where a request comes from, by Sec-Fetch-Site (Fetch Metadata), else by Origin (RFC 6454).

    Sec-Fetch-Site covers redirects on the way and cannot be set by a page. Browsers without it
    (before 2023, some inside apps, and all where the site has no https) send Origin with forms.
    `null` is sent for sandboxed frames and by some privacy settings alike, so it says nothing.
    """
    if fetch_site is not None:
        # "none": the person did it without any page, such as by loading the page again.
        return Source.OWN if fetch_site in ("same-origin", "none") else Source.FOREIGN
    if origin is None or origin == "null":
        return Source.UNKNOWN
    return Source.OWN if origin.lower() in own else Source.FOREIGN


def source() -> Source:
    """Where the current request comes from."""
    base = urlsplit(current_app.config["BASE_URL"])
    own = {
        f"{base.scheme}://{host.lower().removesuffix(_DEFAULT_PORTS[base.scheme])}"
        for host in (base.netloc, request.host)
    }
    headers = request.headers
    return source_of(headers.get("Sec-Fetch-Site"), headers.get("Origin"), own)


def _check_host() -> None:
    """Refuse a host that is not this installation's, before anything looks at the request."""
    environ, config = request.environ, current_app.config
    sent = environ["HTTP_HOST"] if "HTTP_HOST" in environ else environ["SERVER_NAME"]
    if not known_host(sent, config["TRUSTED_HOSTS"], config["TRUSTED_ADDRESSES"]):
        raise UnknownHost()


def _check_source() -> None:
    """Refuse whatever a page of another site sends, for everybody and on every route.

    SameSite keeps cookies away from such a request, but its answer could still set some, show
    what that page sent, or sign somebody in to a foreign account.
    """
    if request.method not in SAFE_METHODS and source() is Source.FOREIGN:
        raise ForeignForm()


def init_app(app: Flask) -> None:
    """Check host and source of each request; before any other extension is attached."""
    app.before_request(_check_host)
    app.before_request(_check_source)
