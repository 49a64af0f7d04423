"""Whether the receiving mail server has confirmed the sender (RFC 8601). Pure.

Only the topmost Authentication-Results counts, and only with the configured name of the server:
others below it may have been written by the sender. The server must remove forged ones with its own
name, as RFC 8601, section 5, demands.
"""

from __future__ import annotations

from authres import AuthenticationResultsHeader, AuthResError


def server_named(header: str) -> str:
    """The name of the server that wrote an Authentication-Results; empty if it cannot be read."""
    parsed = _parsed(header)
    return "" if parsed is None else str(parsed.authserv_id or "").lower()


def is_confirmed(sender: str, header: str, server: str) -> bool:
    """Whether `server` confirms the domain of `sender` by DMARC, DKIM or SPF.

    The signing domain must be that of the sender or one above it, as DMARC aligns (RFC 7489, 3.1);
    a domain below is accepted only from DMARC, which knows who owns what.
    """
    parsed = _parsed(header)
    if not server or parsed is None or str(parsed.authserv_id or "").lower() != server.lower():
        return False
    domain = sender.rpartition("@")[2]
    passed = {"dmarc": False, "dkim": False, "spf": False}
    for result in parsed.results or ():
        method = str(result.method).lower()
        found = str(result.result).lower()
        if method == "dmarc" and found in {"fail", "quarantine", "reject"}:
            return False
        if method in passed and found == "pass":
            passed[method] |= any(_aligned(domain, one) for one in _domains(result, method))
    return any(passed.values())


_PROPERTIES = {
    "dmarc": {("header", "from")},
    "dkim": {("header", "d"), ("header", "i")},
    "spf": {("smtp", "mailfrom"), ("smtp", "mail")},
}


def _domains(result: object, method: str) -> list[str]:
    """The domains that one result is about."""
    return [
        str(one.value).rpartition("@")[2].strip('"').lower()
        for one in getattr(result, "properties", None) or ()
        if (str(one.type).lower(), str(one.name).lower()) in _PROPERTIES[method]
    ]


def _aligned(domain: str, proven: str) -> bool:
    return bool(proven) and "." in proven and (domain == proven or domain.endswith(f".{proven}"))


def _parsed(header: str) -> AuthenticationResultsHeader | None:
    if not header:
        return None
    try:
        unfolded = " ".join(header.split())
        return AuthenticationResultsHeader.parse_value(unfolded)
    except (AuthResError, ValueError, IndexError, RecursionError):
        return None
