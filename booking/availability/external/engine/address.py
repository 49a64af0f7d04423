"""Which addresses of external calendars are allowed, judged by their text. Pure.

What the host name resolves to is checked when the request is sent (`fetch`); this module checks
what the text alone shows (calendar rule 19).
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

from booking.availability.external.engine.calendar import CannotRead, Trouble

PORTS = {"http": 80, "https": 443}
LONGEST = 2000


def read_address(text: str) -> str:
    """Normalise an entered address to http or https; raises `CannotRead` with `ADDRESS`.

    webcal:// and webcals:// become https://. Other schemes and ports, and user names or passwords
    before an @, are refused.
    """
    text = text.strip()
    if not text.isprintable() or " " in text or "\\" in text or len(text) > LONGEST:
        raise CannotRead(Trouble.ADDRESS)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise CannotRead(Trouble.ADDRESS) from None
    scheme = "https" if parts.scheme in {"webcal", "webcals"} else parts.scheme
    if scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise CannotRead(Trouble.ADDRESS)
    if port is not None and port != PORTS[scheme]:
        raise CannotRead(Trouble.ADDRESS)
    return urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))


def redirected(address: str, location: str) -> str:
    """The target of a redirect, under the same rules; never from https to http."""
    target = read_address(urljoin(address, location))
    if address.startswith("https:") and not target.startswith("https:"):
        raise CannotRead(Trouble.ADDRESS)
    return target


def host_of(address: str) -> str:
    """The host name, the only part of an address that is shown: the rest is a secret."""
    return urlsplit(address).hostname or ""
