"""Before `make run` starts anything: is the port free?

Run as a file (`python -I booking/serve.py`) before anything is installed, so this module
imports the standard library only.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Mapping


def port_trouble(environ: Mapping[str, str]) -> str | None:
    """Why the web server could not listen on HOST:PORT, in one sentence, or None if it can."""
    host, port = environ.get("HOST") or "127.0.0.1", environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdecimal()) or not 1 <= int(port) <= 65535:
        return f"PORT is {port!r}: use a number from 1 to 65535."
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            # As the server does, so that a port that was just left is not called busy.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return _sentence(error, host, port)
    return None


def _sentence(error: OSError, host: str, port: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use: stop the program that uses it, or choose another, "
            f"for example `make run PORT={int(port) % 65535 + 1}`."
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} needs more rights than you have: choose one above 1023."
    return (
        f"HOST is {host!r}, which is not an address of this machine: leave it out or use 0.0.0.0."
    )


if __name__ == "__main__":
    sys.exit(port_trouble(os.environ))
