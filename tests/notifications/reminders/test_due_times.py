"""When reminders are due: a walk through each quarter of an hour before a lecture."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.notifications.choices.engine.preferences import (
    BEFORE,
    DigestRhythm,
    Preferences,
    ReminderOffset,
)
from booking.notifications.choices.engine.quiet_hours import QuietHours, around
from booking.notifications.reminders.engine.due_times import LATEST, due, due_at

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(22 * 60, 7 * 60)
STEP = timedelta(minutes=15)
EVERY = frozenset(ReminderOffset)


def _preferences(
    reminders: frozenset[ReminderOffset] = EVERY,
    quiet: QuietHours | None = NIGHT,
    since: datetime | None = None,
) -> Preferences:
    return Preferences(reminders, quiet, DigestRhythm.NEVER, 510, since=since)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=ZONE)


def _walk(
    starts_at: datetime, settled_at: datetime, preferences: Preferences, *, asleep: Counter[int]
) -> list[tuple[ReminderOffset, datetime]]:
    """What a worker sends that looks every quarter of an hour, but for the steps in `asleep`."""
    found: list[tuple[ReminderOffset, datetime]] = []
    now, step = settled_at, 0
    while now < starts_at + timedelta(hours=3):
        offset = due(
            starts_at=starts_at,
            settled_at=settled_at,
            now=now,
            preferences=preferences,
            sent=[one for one, _at in found],
            zone=ZONE,
        )
        if offset is not None and not asleep[step]:
            found.append((offset, now))
        now, step = now + STEP, step + 1
    return found


def test_three_reminders_of_an_ordinary_lecture() -> None:
    starts_at = _at(18, 9)
    assert _walk(starts_at, _at(1, 9), _preferences(), asleep=Counter()) == [
        (ReminderOffset.WEEK, _at(11, 9)),
        (ReminderOffset.DAY, _at(17, 9)),
        (ReminderOffset.HOURS, _at(18, 7)),
    ]


def test_of_an_early_lecture_one_is_reminded_in_the_evening_before() -> None:
    preferences = _preferences(frozenset({ReminderOffset.HOURS}))
    assert _walk(_at(18, 8), _at(1, 9), preferences, asleep=Counter()) == [
        (ReminderOffset.HOURS, _at(17, 21))
    ]


def test_at_short_notice_nothing_that_is_past() -> None:
    # Confirmed at noon of the day before, for nine o'clock.
    assert _walk(_at(18, 9), _at(17, 12), _preferences(), asleep=Counter()) == [
        (ReminderOffset.HOURS, _at(18, 7))
    ]


def test_who_chooses_reminders_late_is_not_flooded() -> None:
    preferences = _preferences(since=_at(17, 10))
    assert _walk(_at(18, 9), _at(1, 9), preferences, asleep=Counter()) == [
        (ReminderOffset.HOURS, _at(18, 7))
    ]


def test_after_a_standstill_only_the_latest_comes() -> None:
    asleep = Counter(range(4 * 24 * 16 + 8))  # From day 1, 9:00, until day 17, 11:00.
    assert _walk(_at(18, 9), _at(1, 9), _preferences(), asleep=asleep) == [
        (ReminderOffset.DAY, _at(17, 11)),
        (ReminderOffset.HOURS, _at(18, 7)),
    ]


@given(
    st.integers(0, 4 * 24 * 20),
    st.integers(0, 4 * 24 * 10),
    st.frozensets(st.sampled_from(ReminderOffset)),
    st.one_of(st.none(), st.just(NIGHT), st.just(QuietHours(12 * 60, 14 * 60))),
    st.frozensets(st.integers(0, 4 * 24 * 10), max_size=40),
)
def test_each_at_most_once_in_order_never_in_quiet_hours_and_never_late(
    start: int,
    ahead: int,
    reminders: frozenset[ReminderOffset],
    quiet: QuietHours | None,
    asleep: frozenset[int],
) -> None:
    starts_at = _at(1, 0) + start * STEP
    settled_at = starts_at - ahead * STEP
    preferences = _preferences(reminders, quiet)
    found = _walk(starts_at, settled_at, preferences, asleep=Counter(asleep))
    offsets = [offset for offset, _now in found]
    assert offsets == [offset for offset in BEFORE if offset in offsets]
    assert set(offsets) <= reminders
    for offset, now in found:
        at = due_at(offset, starts_at, preferences, ZONE)
        assert settled_at < at <= now < starts_at
        assert now - at <= LATEST.get(offset, timedelta(days=2))
        assert quiet is None or around(now, quiet, ZONE) is None
