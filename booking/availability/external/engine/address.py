"""Which addresses of external calendars are allowed, judged by their text. Pure.

What the host name resolves to is checked when the request is sent (`fetch`); this module checks
what the text alone shows (calendar rule 19).
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit, urlunsplit

from booking.availability.external.engine.calendar import CannotRead, Trouble

PORTS = {"http": 80, "https": 443}
LONGEST = 2000

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_INSIDE = frozenset({"localhost", "local", "localdomain", "internal", "intranet", "lan", "arpa"})
"""Last labels of names that no public name server answers (RFC 6761, RFC 6762, RFC 8375)."""

_OWN_FEEDS = "/feed/"
"""How the paths of this program's feeds begin (`calendars.views`)."""

_EMBEDDING = tuple(
    ipaddress.IPv6Network(network)
    for network in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
"""IPv6 networks whose last 32 bits are an IPv4 address."""


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


def read_new_address(text: str, own_hosts: Collection[str]) -> str:
    """Normalise an address that somebody adds, as `read_address`.

    Raises `CannotRead` with `FILE`, `OWN` or `NOT_PUBLIC` as well, for what the text alone shows
    to be a file, a feed of this installation (at one of `own_hosts`), or inside a network.
    """
    if re.match(r"(?i)\s*(file:|[A-Za-z]:[\\/]|/(?!/))", text):
        raise CannotRead(Trouble.FILE)
    address = read_address(text)
    host = unicodedata.normalize("NFKC", host_of(address)).replace("。", ".").rstrip(".").lower()
    if host in own_hosts and urlsplit(address).path.startswith(_OWN_FEEDS):
        raise CannotRead(Trouble.OWN)
    if _is_inside(host):
        raise CannotRead(Trouble.NOT_PUBLIC)
    return address


def is_public(ip: _IP) -> bool:
    """Whether an IP address is routed globally."""
    if isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local:
        return False
    return ip.is_global and not ip.is_reserved and not ip.is_multicast


def _is_inside(host: str) -> bool:
    """Whether a host is a name or an IP address of this computer or of a private network."""
    labels = host.split(".")
    if ":" in host or _is_number(labels[-1]):
        return not all(map(is_public, _meanings(host)))
    return len(labels) == 1 or labels[-1] in _INSIDE


def _meanings(host: str) -> list[_IP]:
    """A numeric host as IP addresses: itself, and the IPv4 address in it; no host is 0.0.0.0."""
    if ":" not in host:
        return [_read_ipv4(host.split("."))]
    ip = ipaddress.IPv6Address(host.partition("%")[0])
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _EMBEDDING):
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    known = [one for one in inner if one is not None]
    # The outer address only carries the inner one.
    return known or [ip]


def _is_number(label: str) -> bool:
    return re.fullmatch(r"[0-9]+|0x[0-9a-f]*", label) is not None


def _read_ipv4(labels: list[str]) -> ipaddress.IPv4Address:
    """An IPv4 address as resolvers read it: 127.1, 0x7f.1, 017700000001; 0.0.0.0 if it is none."""
    nowhere = ipaddress.IPv4Address(0)
    if len(labels) > 4 or not all(map(_is_number, labels)):
        return nowhere
    *leading, last = [_read_number(label) for label in labels]
    if any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
        return nowhere
    places = [number << (24 - 8 * place) for place, number in enumerate(leading)]
    return ipaddress.IPv4Address(sum(places) + last)


def _read_number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    octal = label.startswith("0") and set(label) <= set("01234567")
    return int(label, 8 if octal else 10)
