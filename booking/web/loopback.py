"""Whether a request to a development installation comes from the same machine.

A server that listens on the loopback interface can still be reached from outside, through a proxy
on this machine or by a page whose host name resolves to 127.0.0.1 (DNS rebinding). So a request is
local only if server and client address are loopback addresses, the Host header names the loopback,
and no header shows that a proxy forwarded it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app, request

import config
from booking.process import files

PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def is_local_request() -> bool:
    """Whether client, server and Host header of the request are all on the loopback."""
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    return (
        bool(current_app.config["LOCAL"])
        and config.is_loopback(request.remote_addr or "")
        and config.is_loopback(host)
        and not any(name in request.headers for name in PASSED_ON)
    )


def mark_demonstration() -> None:
    """Record in a file that this database holds the demonstration, so that pages need no query."""
    files.write_bytes(_mark(), _database().encode())


def has_demonstration() -> bool:
    """Whether the demonstration was loaded into this database."""
    try:
        return _mark().read_text() == _database()
    except OSError:
        return False


def _mark() -> Path:
    return Path(current_app.instance_path) / "demonstration"


def _database() -> str:
    """A hash of the database URL, which is secret: the folder may serve another database later."""
    url: str = current_app.config["SQLALCHEMY_DATABASE_URI"]
    return hashlib.sha256(url.encode()).hexdigest()
