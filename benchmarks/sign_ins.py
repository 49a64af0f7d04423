"""Latencies under password guessing: `python -m benchmarks.sign_ins FOLDER [FOLDER ...]`.

Each folder is a checkout of the product. Its web server runs on a new SQLite database; eight
anonymous clients guess passwords, each attempt from another address to evade limits per address,
while one client requests a page and one signs in. The folders are measured alternately.
"""

from __future__ import annotations

import http.client
import itertools
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

ROUNDS, SECONDS, GUESSERS = 4, 5.0, 8
EMAIL, PASSWORD = "root@example.org", "correct horse battery"
_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
_numbers = itertools.count(1)


def _ask(port: int, form: dict[str, str] | None, cookie: str, path: str) -> tuple[int, str, str]:
    """(status, cookie, body) of one request on a new connection."""
    number = next(_numbers)
    headers = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    if cookie:
        headers["Cookie"] = cookie
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = None if form is None else urlencode(form)
    connection.request("GET" if form is None else "POST", path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    given = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    connection.close()
    return answer.status, given or cookie, text


def _sign_in(port: int, email: str, password: str, browser_session: tuple[str, str]) -> int:
    cookie, token = browser_session
    form = {"email": email, "password": password, "csrf_token": token}
    return _ask(port, form, cookie, "/login")[0]


def _new_session(port: int) -> tuple[str, str]:
    """A new session's (cookie, CSRF token)."""
    _status, cookie, text = _ask(port, None, "", "/login")
    match = _TOKEN.search(text)
    assert match
    return cookie, unescape(match[1])


def _round(port: int) -> tuple[list[float], list[float]]:
    """(seconds of page requests, seconds of sign-ins) while others guess."""
    end = time.monotonic() + SECONDS
    pages: list[float] = []
    entries: list[float] = []
    browser_session = _new_session(port)

    def guess() -> None:
        while time.monotonic() < end:
            _sign_in(port, f"nobody{next(_numbers)}@example.org", "wrong horse", browser_session)

    def read() -> None:
        while time.monotonic() < end:
            began = time.perf_counter()
            _ask(port, None, "", "/login")
            pages.append(time.perf_counter() - began)
            time.sleep(0.02)

    def enter() -> None:
        while time.monotonic() < end:
            began = time.perf_counter()
            status = _sign_in(port, EMAIL, PASSWORD, browser_session)
            assert status == 302, status
            entries.append(time.perf_counter() - began)
            time.sleep(0.1)

    threads = [threading.Thread(target=guess) for _ in range(GUESSERS)]
    threads += [threading.Thread(target=read), threading.Thread(target=enter)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pages, entries


@contextmanager
def _serving(folder: Path, data: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    own = {"INSTANCE_PATH": data, "PORT": str(port), "PROXIES": "1", "FLASK_APP": "wsgi"}
    env = {**os.environ, **own, "RATE_LIMITS": "1000000", "PYTHONPATH": str(folder)}
    create = ["user", "create", EMAIL, "--admin", "--password", PASSWORD]
    for arguments in (["db", "upgrade"], create):
        subprocess.run([sys.executable, "-m", "flask", *arguments], cwd=folder, env=env, check=True)
    command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
    with subprocess.Popen(command, cwd=folder, env=env) as server:
        try:
            while True:
                try:
                    _new_session(port)
                    break
                except OSError:
                    time.sleep(0.2)
            yield port
        finally:
            server.terminate()


def main() -> None:
    """Measure the folders alternately and print milliseconds."""
    folders = [Path(folder).resolve() for folder in sys.argv[1:]]
    seconds: dict[Path, tuple[list[float], list[float]]] = {folder: ([], []) for folder in folders}
    with ExitStack() as running, tempfile.TemporaryDirectory() as data:
        ports = {
            folder: running.enter_context(_serving(folder, f"{data}/{number}"))
            for number, folder in enumerate(folders)
        }
        for _ in range(ROUNDS):
            for folder, port in ports.items():
                for total, part in zip(seconds[folder], _round(port), strict=True):
                    total.extend(part)
    for folder, (pages, entries) in seconds.items():
        page = statistics.quantiles(pages, n=20)[-1] * 1000
        entry = statistics.median(entries) * 1000
        print(f"{folder}: page p95 {page:.0f} ms of {len(pages)}, sign-in p50 {entry:.0f} ms")


if __name__ == "__main__":
    main()
