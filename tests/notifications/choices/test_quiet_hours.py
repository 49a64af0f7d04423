"""Quiet hours, by a model that walks through the minutes of a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.notifications.choices.engine.quiet_hours import (
    QuietHours,
    after,
    ahead_of,
    around,
    clock_text,
    minute_of,
)

ZONES = st.sampled_from([ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "UTC")])
MINUTES = st.integers(0, 1439)
QUIET = (
    st.tuples(MINUTES, MINUTES)
    .filter(lambda two: two[0] != two[1])
    .map(lambda two: QuietHours(*two))
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
SHANGHAI, NIGHT = ZoneInfo("Asia/Shanghai"), QuietHours(22 * 60, 7 * 60)


def _is_quiet(instant: datetime, quiet: QuietHours, zone: ZoneInfo) -> bool:
    """The obvious rule on the clock on the wall."""
    local = instant.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if quiet.begins < quiet.ends:
        return quiet.begins <= minute < quiet.ends
    return minute >= quiet.begins or minute < quiet.ends


@given(INSTANTS, QUIET)
def test_quiet_is_what_the_clock_shows(instant: datetime, quiet: QuietHours) -> None:
    assert (around(instant, quiet, SHANGHAI) is not None) is _is_quiet(instant, quiet, SHANGHAI)


@given(INSTANTS, QUIET, ZONES)
def test_what_waits_goes_out_when_it_is_over(
    instant: datetime, quiet: QuietHours, zone: ZoneInfo
) -> None:
    later = after(instant, quiet, zone)
    assert instant <= later < instant + timedelta(hours=26)
    assert around(later, quiet, zone) is None
    if around(instant, quiet, zone) is None:
        assert later == instant


@given(INSTANTS, QUIET, ZONES)
def test_a_reminder_comes_before_the_quiet_hours(
    instant: datetime, quiet: QuietHours, zone: ZoneInfo
) -> None:
    earlier = ahead_of(instant, quiet, zone)
    assert instant - timedelta(hours=27) <= earlier <= instant
    assert around(earlier, quiet, zone) is None


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("due", "goes_out"),
    [
        (_at(2, 6), _at(1, 21)),
        (_at(2, 0), _at(1, 21)),
        (_at(1, 22), _at(1, 21)),
        (_at(1, 21, 59), _at(1, 21, 59)),
        (_at(2, 7), _at(2, 7)),
    ],
)
def test_two_hours_before_an_early_lecture_is_the_evening_before(
    due: datetime, goes_out: datetime
) -> None:
    assert ahead_of(due, NIGHT, SHANGHAI) == goes_out
    assert ahead_of(due, None, SHANGHAI) == due


@given(MINUTES)
def test_a_minute_is_read_as_it_was_written(minute: int) -> None:
    assert minute_of(clock_text(minute)) == minute


@pytest.mark.parametrize("hours", [(60, 60), (-1, 5), (5, 1440)])
def test_hours_that_are_none_are_refused(hours: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="quiet hours"):
        QuietHours(*hours)
