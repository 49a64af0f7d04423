"""Runs Thunderbird without a window and asks it questions over its Marionette port.

Marionette is Mozilla's protocol of remote control: each message is its length, a colon, and JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 60
_OPTIONS = ("--headless", "--marionette", "--remote-allow-system-access", "--no-remote")
_PREFERENCES = """\
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mail.rights.version", 1);
user_pref("marionette.port", {port});
user_pref("network.proxy.type", 1);
user_pref("network.proxy.socks", "127.0.0.1");
user_pref("network.proxy.socks_port", 9);
user_pref("toolkit.telemetry.enabled", false);
"""


class Unanswered(Exception):
    """Thunderbird did not start, or its script failed; the message says how."""


class Thunderbird:
    """A running Thunderbird; scripts run with all its rights."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._number = 0
        self._read()  # its greeting

    def run(self, script: str, *arguments: object) -> Any:
        """The value with which an asynchronous script calls its last argument."""
        parameters = {"script": script, "args": list(arguments), "scriptTimeout": SECONDS * 1000}
        return self.command("WebDriver:ExecuteAsyncScript", parameters)["value"]

    def command(self, name: str, parameters: dict[str, Any]) -> Any:
        """The answer to one command of the protocol."""
        self._number += 1
        message = json.dumps([0, self._number, name, parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(message), message))
        _kind, _number, error, value = self._read()
        if error is not None:
            raise Unanswered(f"{name}: {error.get('message')}")
        return value

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._some(1)
        return json.loads(self._some(int(length[:-1])))

    def _some(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            part = self._connection.recv(size - len(found))
            if not part:
                raise Unanswered("Thunderbird has gone")
            found += part
        return found


@contextmanager
def thunderbird() -> Iterator[Thunderbird]:
    """A Thunderbird with an empty profile, without a window; raises `Unanswered`."""
    program = shutil.which("thunderbird")
    if program is None:
        raise Unanswered("apt install thunderbird")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        port = _free_port()
        profile = Path(name, "profile")
        profile.mkdir()
        (profile / "user.js").write_text(_PREFERENCES.format(port=port))
        process = subprocess.Popen(
            [program, *_OPTIONS, "--profile", str(profile)],
            env={**os.environ, "HOME": name, "MOZ_CRASHREPORTER_DISABLE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with _connected(port, process) as connection:
                found = Thunderbird(connection)
                found.command("WebDriver:NewSession", {"capabilities": {}})
                found.command("Marionette:SetContext", {"value": "chrome"})
                yield found
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _connected(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        except OSError:
            time.sleep(0.3)
    raise Unanswered("Thunderbird does not answer")
