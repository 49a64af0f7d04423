"""Who can reach a development installation: is this request made on this machine itself?

A server that listens on the loopback can still be reached from elsewhere, through a proxy on
this machine or by a page that lets its own name mean 127.0.0.1 (DNS rebinding). So a request
is local only if the server listens there, the client is there, the name that it asks for is that of
the loopback, and nothing says that it was passed on.
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
    """Whether the request comes from this machine and goes to it."""
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    return (
        bool(current_app.config["LOCAL"])
        and config.is_loopback(request.remote_addr or "")
        and config.is_loopback(host)
        and not any(name in request.headers for name in PASSED_ON)
    )


def mark_demonstration() -> None:
    """Remember that this database holds the demonstration, so that pages need not look."""
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
    """Another database may be used with the same folder; its address stays secret."""
    url: str = current_app.config["SQLALCHEMY_DATABASE_URI"]
    return hashlib.sha256(url.encode()).hexdigest()
