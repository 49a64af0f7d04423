"""Which databases and which worker a test gets: one place for what keeps `make test` short.

A test that asks for a database can run on SQLite and on PostgreSQL. In `make test` the files of
`BOTH`, whose subject is the database itself, run on both. Every other test runs once: of the tests
of a file one of `PART` runs on PostgreSQL, at least one, chosen by a hash of its name, and the
others on SQLite. A file or a test that is named on the command line runs on both, as all do with
`EXTENT=whole` or `EXTENT=databases` (`make audit-databases`).

Under pytest-xdist a file stays with one worker, so that what it sets up is set up once, and all
tests with a browser share one worker, with one browser and one running installation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.extent import DATABASES

BOTH_FOLDERS = frozenset("concurrency migrations outbox properties".split())
"""Folders whose tests are about what differs between databases."""

BOTH = frozenset(
    """
    accounts/test_failed_sign_ins.py accounts/test_phone_accounts.py accounts/test_sign_ins.py
    administration/test_first_start.py administration/test_operations.py
    availability/test_loading.py availability/test_offered_is_bookable.py
    availability/test_stored_parts.py availability/test_two_writers.py calendars/test_feeds.py
    directory/test_kinds_of_searches.py directory/test_matching.py
    directory/test_narrow_indexes.py directory/test_search.py entries/test_merging.py
    entries/test_merging_races.py instructors/test_terms.py knowledge_tests/test_answers.py
    lectures/test_append_only.py
    lectures/test_holds.py lectures/test_last_place.py lectures/test_number_counter.py
    lectures/test_quotas.py lectures/test_refusals.py lectures/test_two_holds.py
    members/test_twice_at_once.py notifications/test_order.py orders/test_order_races.py
    organisations/test_merging_race.py oversight/test_sign_ins.py pages/test_query_counts.py
    proposals/test_races.py tests/test_audit.py tests/test_commands.py tests/test_deadlocks.py
    tests/test_prepared.py web/test_outage.py
    """.split()
)
"""Files whose subject is a lock, a search, a constraint, or SQL of its own."""

BROWSER = "tests/chromium/"

PART = 3
"""One of so many tests of a file that is not in `BOTH` runs on PostgreSQL."""

POSTGRESQL, SQLITE = "postgresql", "sqlite"


def chosen(config: pytest.Config, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests that run, without the variants of databases that are left out."""
    if DATABASES or any(".py" in argument for argument in config.args):
        return list(items)
    left_out = _left_out(items)
    return [item for item in items if item.nodeid not in left_out]


def _left_out(items: Iterable[pytest.Item]) -> set[str]:
    """The test ids of one of the two variants of each test outside of `BOTH`."""
    variants: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        kind = database_of(item)
        if kind and place(item) not in BOTH and item.path.parent.name not in BOTH_FOLDERS:
            name = item.nodeid.replace(POSTGRESQL, SQLITE)
            variants[place(item)][name][kind] = item.nodeid
    out = set()
    for tests in variants.values():
        pairs = sorted(
            (pair for pair in tests.values() if len(pair) > 1),
            key=lambda pair: crc32(pair[SQLITE].encode()),
        )
        for number, pair in enumerate(pairs):
            out.add(pair[POSTGRESQL if number % PART else SQLITE])
    return out


def database_of(item: pytest.Item) -> str | None:
    """The kind of database with which a test runs, if it asks for one."""
    values = item.callspec.params if hasattr(item, "callspec") else {}
    found = values.get("database_url")
    return found if found in (POSTGRESQL, SQLITE) else None


def place(item: pytest.Item) -> str:
    """The folder and file of a test, as in `BOTH`."""
    return f"{item.path.parent.name}/{item.path.name}"


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker all tests of a file, or all that need a browser.

    In the order of the names: those that take longest come early, so that no worker is left with
    one of them. By their number of tests, as otherwise, they would come last.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return BROWSER if file.startswith(BROWSER) else file
