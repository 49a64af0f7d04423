"""Which cases, databases and workers a test gets: one place for what keeps `make test` short.

A test with many cases that needs a database or a browser runs few of them in `make test`, `FEW` or
`FEW_IN_BROWSER`, or one of `PART_OF_CASES` where that is more. In the files and folders of `PARTS`
a part of the tests of each file runs, at least one. A hash of the names chooses, so that what is
new needs no entry here.

A test that asks for a database can run on SQLite and on PostgreSQL. In `make test` the files of
`BOTH`, whose subject is the database itself, run on both. Every other test runs once: of the tests
of a file one of `PART` runs on PostgreSQL, at least one, chosen by a hash of its name, and the
others on SQLite.

A file or a test that is named on the command line runs with all its cases on both databases.
`EXTENT=databases` (`make audit-databases`) and `EXTENT=whole` do so for all files, and
`EXTENT=cases`, as continuous integration sets it, runs all cases on one database each.

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

from tests.extent import CASES, DATABASES

BOTH_FOLDERS = frozenset("outbox properties".split())
"""Folders whose tests are about what differs between databases."""

BOTH = frozenset(
    """
    accounts/test_failed_sign_ins.py accounts/test_phone_accounts.py accounts/test_sign_ins.py
    administration/test_first_start.py administration/test_operations.py
    availability/test_loading.py
    availability/test_stored_parts.py availability/test_two_writers.py calendars/test_feeds.py
    concurrency/test_race.py
    directory/test_kinds_of_searches.py directory/test_matching.py
    directory/test_narrow_indexes.py directory/test_search.py entries/test_merging.py
    entries/test_merging_races.py instructors/test_terms.py knowledge_tests/test_answers.py
    lectures/test_append_only.py
    lectures/test_holds.py lectures/test_last_place.py lectures/test_number_counter.py
    lectures/test_quotas.py lectures/test_refusals.py lectures/test_two_holds.py
    members/test_twice_at_once.py migrations/test_migrations.py notifications/test_order.py
    orders/test_order_races.py organisations/test_merging_race.py oversight/test_sign_ins.py
    pages/test_query_counts.py proposals/test_races.py statistics/test_recount.py
    tests/test_audit.py tests/test_commands.py tests/test_deadlocks.py
    tests/test_prepared.py web/test_outage.py
    """.split()
)
"""Files whose subject is a lock, a search, a constraint, or SQL of its own."""

BROWSER = "tests/chromium/"

PART = 5
"""One of so many tests of a file that is not in `BOTH` runs on PostgreSQL."""

FEW, FEW_IN_BROWSER, PART_OF_CASES = 4, 1, 4
"""So many cases of a test run in `make test`, or one of so many where that is more."""

PARTS = {
    "availability/test_external_limits.py": 3,
    "chromium": 2,
    "clients": 2,
    "migrations": 3,
    "register/test_bombs.py": 2,
}
"""Folders and files of slow tests: of those of a file one of so many runs in `make test`.

Steps of the database, once released, change no more.
"""

WHOLE_FILES = BOTH | {"clients/test_judges.py"}
"""Files in these folders of which all tests run."""

LEFT_OUT = {
    "chromium/test_first_start.py": "chromium/test_new_installation.py",
    "privacy/test_canary_everywhere.py": "accounts/test_canary.py",
}
"""Files of which `make test` runs nothing, and those that try the same with less."""

POSTGRESQL, SQLITE = "postgresql", "sqlite"


def chosen(config: pytest.Config, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests that run, without the cases and the variants of databases that are left out."""
    if DATABASES or any(".py" in argument for argument in config.args):
        return list(items)
    some = list(items) if CASES else _representative(items)
    left_out = _left_out(some)
    return [item for item in some if item.nodeid not in left_out]


def _representative(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests without those of `LEFT_OUT` and `PARTS`, and the cases, that are left out."""
    items = _parts(items)
    cases: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if _takes_its_time(item):
            cases[_function(item)].add(_case(item))
    kept = {
        function: _first(names, FEW_IN_BROWSER if function.startswith(BROWSER) else FEW)
        for function, names in cases.items()
    }
    return [
        item for item in items if not _takes_its_time(item) or _case(item) in kept[_function(item)]
    ]


def _parts(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Without some of the tests of each file in the folders of `PARTS`."""
    of_files: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if _part(place(item)) > 1:
            of_files[place(item)].add(_function(item))
    kept = {
        name
        for file, names in of_files.items()
        for name in sorted(names, key=_hash)[: -(-len(names) // _part(file))]
    }
    return [
        item
        for item in items
        if place(item) not in LEFT_OUT and (_part(place(item)) == 1 or _function(item) in kept)
    ]


def _part(file: str) -> int:
    """One of so many tests of a file runs."""
    if file in WHOLE_FILES:
        return 1
    return PARTS.get(file, PARTS.get(file.partition("/")[0], 1))


def _takes_its_time(item: pytest.Item) -> bool:
    """Whether it asks for a database or a browser; those that only compute take a millisecond."""
    return bool(database_of(item)) or item.nodeid.startswith(BROWSER)


def _function(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _case(item: pytest.Item) -> str:
    """The test id, the same for both databases."""
    return item.nodeid.replace(POSTGRESQL, SQLITE)


def _first(cases: Iterable[str], few: int) -> set[str]:
    """The representative cases of one test."""
    ordered = sorted(cases, key=_hash)
    return set(ordered[: max(few, len(ordered) // PART_OF_CASES)])


def _hash(name: str) -> int:
    return crc32(name.encode())


def _left_out(items: Iterable[pytest.Item]) -> set[str]:
    """The test ids of one of the two variants of each test outside of `BOTH`."""
    variants: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        kind = database_of(item)
        if kind and place(item) not in BOTH and item.path.parent.name not in BOTH_FOLDERS:
            variants[place(item)][_case(item)][kind] = item.nodeid
    out = set()
    for tests in variants.values():
        pairs = sorted(
            (pair for pair in tests.values() if len(pair) > 1),
            key=lambda pair: _hash(pair[SQLITE]),
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
