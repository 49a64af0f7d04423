"""A year without official days off says so on the pages that count days in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.browser import Client
from tests.conftest import Time
from tests.factories import Cast

SENTENCE = "The official schedule of days off for 2027 is not published yet."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("now", "address", "told"),
    [
        (datetime(2026, 12, 1, tzinfo=UTC), "/instructors", False),
        (datetime(2026, 12, 20, tzinfo=UTC), "/instructors", True),
        (datetime(2026, 12, 1, tzinfo=UTC), "/match?q=急救", False),
        (datetime(2026, 12, 1, tzinfo=UTC), "/match?q=急救&to=2027-01-04", True),
        # Nobody is free on the last day of the year; what is suggested lies in the next one.
        (datetime(2026, 12, 30, tzinfo=UTC), "/match?q=急救&day=2026-12-31", True),
        (datetime(2026, 12, 1, tzinfo=UTC), "/instructors/ID?day=2026-12-07", False),
        (datetime(2026, 12, 1, tzinfo=UTC), "/instructors/ID?day=2027-01-01", True),
        (datetime(2026, 12, 31, 20, tzinfo=UTC), "/instructors/ID?month=2026-12", True),
        (datetime(2028, 1, 1, tzinfo=UTC), "/instructors/ID?day=2028-01-01", False),
    ],
)
def test_a_list_of_times_says_that_days_are_estimated(
    client: Client, people: Cast, time: Time, now: datetime, address: str, told: bool
) -> None:
    time.now = now
    client.language("en")
    page = client.get(address.replace("ID", str(people.chen.id)))
    assert (SENTENCE in page.text) is told
