"""The start script of `make run`: checks the port, then runs web server and worker by honcho.

Run as a file (`python -I booking/cli/start.py check`, then `start`), so that the application is
not imported; `check` needs the standard library only.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Mapping

STOPPED = frozenset({130, 143})
"""Exit statuses of honcho after SIGINT and SIGTERM, which are no failures."""


def port_trouble(environ: Mapping[str, str]) -> str | None:
    """A sentence on why the web server cannot listen on HOST:PORT, or None if it can."""
    host, port = environ.get("HOST") or "127.0.0.1", environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdecimal()) or not 1 <= int(port) <= 65535:
        return f"PORT is {port!r}: use a number from 1 to 65535."
    try:
        _listen(host, int(port))
    except OSError as error:
        return _sentence(error, host, int(port))
    return None


def _listen(host: str, port: int) -> None:
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, kind, _protocol, _name, address = addresses[0]
    with socket.socket(family, kind) as probe:
        # As the server does, so that a port in TIME_WAIT does not count as in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use: stop the program that uses it, or choose another, "
            f"for example `make run PORT={port % 65535 + 1}`."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} needs more rights than you have: choose one above 1023."
    return f"HOST is {host!r}, which is not an address of this machine: leave it out."


def own_address(environ: Mapping[str, str]) -> dict[str, str]:
    """BASE_URL for all processes if it is not set (in production it must be).

    honcho gives each type of process another PORT: without this, links in the worker's mail would
    lead to the worker's port.
    """
    if environ.get("BASE_URL") or environ.get("APP_ENV") == "production":
        return {}
    return {"BASE_URL": f"http://localhost:{environ.get('PORT') or '8000'}"}


def start() -> int:
    """Run the Procfile in the foreground until it is stopped; returns the exit status."""
    from honcho.command import main  # type: ignore[import-untyped]

    os.environ.update(own_address(os.environ))
    try:
        # No .env file: settings come from the environment only.
        main(["--env", os.devnull, "start"])
    except SystemExit as stopped:
        status = stopped.code if isinstance(stopped.code, int) else 1
        return 0 if status in STOPPED else status
    return 0


if __name__ == "__main__":
    sys.exit(start() if sys.argv[1:] == ["start"] else port_trouble(os.environ))
