"""Values of HTTP headers for calendars. Pure."""

from __future__ import annotations

from urllib.parse import quote


def disposition(kind: str, plain: str, name: str) -> str:
    """Content-Disposition with a file name in ASCII and one in UTF-8 (RFC 6266)."""
    return f"{kind}; filename={plain}.ics; filename*=UTF-8''{quote(name)}.ics"
