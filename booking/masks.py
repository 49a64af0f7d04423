"""Masking of personal data in records: contacts in texts, and client addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

_ADDRESS = re.compile(r"([^\s@<>,;]?)[^\s@<>,;]*@(?=[^\s@])")
_NUMBER = re.compile(r"(?<!\d)(?<![A-Z]-)(?!\d{4}-\d{2}-\d{2}(?!\d|[ -]\d))(?:\d[ -]?){6,}\d")
"""Seven or more digits, except dates (2026-12-01) and lecture numbers (YK-2026-000001)."""


def network(address: str | None) -> str | None:
    """The network of a client address: /24 of IPv4, /48 of IPv6; None if it is no IP address."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def without_contacts(value: Any) -> Any:
    """The JSON value with e-mail addresses and telephone numbers in its texts masked.

    Of an address the first letter and the domain stay: `l***@example.org`.
    """
    if isinstance(value, str):
        return _NUMBER.sub("***", _ADDRESS.sub(r"\1***@", value))
    if isinstance(value, Mapping):
        return {str(name): without_contacts(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_contacts(item) for item in value]
    return value
