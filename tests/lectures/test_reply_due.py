"""When the answer to a request is due: before the lecture, with time to look for somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.lectures.engine.policy import LEAST_TO_ANSWER, reply_due

ZONE = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "starts_at", "due"),
    [
        (local(1, 10), local(20, 9), local(4, 18)),  # the usual three days
        (local(1, 10), local(5, 9), local(4, 18)),
        (local(1, 10), local(4, 9), local(3, 18)),  # not at its own start
        (local(1, 10), local(4, 20), local(3, 18)),
        (local(1, 10), local(2, 9), local(1, 18)),
        (local(1, 14), local(2, 9), local(1, 18)),  # four hours are enough
        (local(1, 14, 1), local(2, 9), local(1, 23, 30)),  # halfway
        (local(1, 20), local(2, 9), local(2, 2, 30)),
        (local(1, 8), local(1, 10), local(1, 9)),
    ],
)
def test_when_an_answer_is_due(now: datetime, starts_at: datetime, due: datetime) -> None:
    assert reply_due(now, starts_at, ZONE, days=3) == due


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    ahead=st.integers(2, 60 * 24 * 40),
    days=st.integers(1, 30),
)
def test_it_is_due_after_the_request_and_before_the_lecture(
    now: datetime, ahead: int, days: int
) -> None:
    now = now.replace(second=0, microsecond=0, tzinfo=ZONE)
    starts_at = now + timedelta(minutes=ahead)
    due = reply_due(now, starts_at, ZONE, days=days)
    assert now < due < starts_at
    assert due - now >= min(LEAST_TO_ANSWER, (starts_at - now) / 2) - timedelta(minutes=1)
