"""One home for asking other servers: `fetch` reads calendars, `transports` delivers mail."""

from __future__ import annotations

import pytest

from tests.architecture import sources

WEB_CLIENTS = (
    "aiohttp ftplib http.client httpx requests requests_hardened urllib.request urllib3"
).split()

SOCKETS = "asyncio selectors socket socketserver ssl".split()

OPEN_SOCKETS = {
    "booking/availability/external/fetch.py",
    "booking/cli/start.py",  # Tries whether its own port is free.
    "booking/notifications/texts/services/hook.py",  # To the address of a setting only.
    "booking/notifications/transmission/transports.py",
    "webserver/channel.py",
    "booking/replies/sources/faults.py",
    "booking/replies/sources/imap.py",
    "webserver/server.py",
}


def _users(libraries: list[str]) -> set[str]:
    """The files that import one of these modules, or something from one."""
    return {
        path.as_posix()
        for path in sources.python_files()
        if any(
            name == library or name.startswith(f"{library}.")
            for name in sources.imported(path)
            for library in libraries
        )
    }


def test_only_fetching_asks_other_servers() -> None:
    assert _users(WEB_CLIENTS) == {
        "booking/availability/external/fetch.py",
        "booking/notifications/robots/calls.py",  # To allowed hosts only.
        "booking/notifications/texts/services/hook.py",
        "booking/notifications/texts/services/tencent.py",
    }


def test_few_modules_have_sockets() -> None:
    assert _users(SOCKETS) == OPEN_SOCKETS


@pytest.mark.parametrize("library", ["requests", "smtplib", "socket", "urllib3"])
def test_the_libraries_are_found_where_they_are_used(library: str) -> None:
    assert _users([library]) != set()
