"""What `make run` starts with: is the port free? then web and worker as one process.

Run as a file (`python -I booking/cli/start.py check`, then `start`), so that nothing of the
product is imported; `check` needs the standard library only.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Mapping

STOPPED = frozenset({130, 143})
"""What honcho returns after SIGINT or SIGTERM: somebody stopped it, nothing failed."""


def port_trouble(environ: Mapping[str, str]) -> str | None:
    """Why the web server could not listen on HOST:PORT, in one sentence, or None if it can."""
    host, port = environ.get("HOST") or "127.0.0.1", environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdecimal()) or not 1 <= int(port) <= 65535:
        return f"PORT is {port!r}: use a number from 1 to 65535."
    try:
        _listen(host, int(port))
    except OSError as error:
        return _sentence(error, host, int(port))
    return None


def _listen(host: str, port: int) -> None:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, kind, _protocol, _name, address = found[0]
    with socket.socket(family, kind) as probe:
        # As the server does, so that a port that was just left is not called busy.
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
    """BASE_URL for all processes, where nobody set it (a public installation must).

    honcho hands each kind of process a PORT of its own: without this, links in the worker's
    mail would lead to the worker's.
    """
    if environ.get("BASE_URL") or environ.get("APP_ENV") == "production":
        return {}
    return {"BASE_URL": f"http://localhost:{environ.get('PORT') or '8000'}"}


def start() -> int:
    """Run the Procfile in the foreground until somebody stops it; the exit status."""
    from honcho.command import main  # type: ignore[import-untyped]

    os.environ.update(own_address(os.environ))
    try:
        # No .env file: the settings come from the environment and from nowhere else.
        main(["--env", os.devnull, "start"])
    except SystemExit as stopped:
        status = stopped.code if isinstance(stopped.code, int) else 1
        return 0 if status in STOPPED else status
    return 0


if __name__ == "__main__":
    sys.exit(start() if sys.argv[1:] == ["start"] else port_trouble(os.environ))
