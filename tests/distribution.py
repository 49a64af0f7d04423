"""Which databases and which worker a test gets: one place for what keeps `make test` short.

Every test that asks for a database runs on SQLite and on PostgreSQL. The files of `PAGES` look at
what pages show, by statements that other tests run on both: of their tests one of `PART` runs on
PostgreSQL in `make test`, and all of them with `EXTENT=whole` (`make audit-databases`). A file is
listed only if its subject is neither a change, nor a lock, nor a search, nor SQL of its own.

Under pytest-xdist a file stays with one worker, so that what it sets up is set up once, and all
tests with a browser share one worker, with one browser and one running installation.
"""

from __future__ import annotations

from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.extent import WHOLE

PAGES = frozenset(
    """
    accounts/test_access.py accounts/test_canary.py accounts/test_redirects.py
    availability/test_half_day_pages.py availability/test_pages.py availability/test_preview.py
    directory/test_cards.py directory/test_empty_register.py directory/test_estimated_days.py
    directory/test_instructor_page.py directory/test_links_to_bookings.py
    directory/test_parts_of_day.py lectures/test_book_page.py lectures/test_calendars.py
    lectures/test_days_around.py lectures/test_lists.py lectures/test_next_steps.py
    lectures/test_why_not.py notifications/test_mail_page.py oversight/test_page.py
    tests/test_incoming.py
    """.split()
)
"""Files of tests that look at pages."""

BROWSER = "tests/chromium/"

PART = 3
"""One of so many tests of these runs on PostgreSQL, too."""


def is_run(item: pytest.Item) -> bool:
    """Whether a test is run: not if it is the PostgreSQL variant of a page that is left out."""
    if WHOLE or place(item) not in PAGES or not isinstance(item, pytest.Function):
        return True
    values = item.callspec.params if hasattr(item, "callspec") else {}
    if values.get("database_url") != "postgresql":
        return True
    return crc32(item.name.encode()) % PART == 0


def place(item: pytest.Item) -> str:
    """The folder and file of a test, as in `PAGES`."""
    return f"{item.path.parent.name}/{item.path.name}"


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker all tests of a file, or all that need a browser."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return BROWSER if file.startswith(BROWSER) else file


if __name__ == "__main__":
    print(*(f"tests/{name}".replace("tests/tests/", "tests/") for name in sorted(PAGES)))
