"""On which days a digest is due, walked through by the hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.availability.engine.hours import DayKind
from booking.notifications.choices.engine.preferences import DigestRhythm, Preferences
from booking.notifications.digests.engine.due_days import is_due

ZONE = ZoneInfo("Asia/Shanghai")
# New Year 2027: Friday to Monday off; the Saturday after that is worked.
DAYS = {
    date(2027, 1, 1): DayKind.OFF,
    date(2027, 1, 4): DayKind.OFF,
    date(2027, 1, 9): DayKind.WORK,
}
HOUR = timedelta(hours=1)


def _walk(
    rhythm: DigestRhythm, *, minute: int = 510, since: datetime | None = None, asleep: int = 0
) -> list[datetime]:
    """When a digest comes between 30 December and 13 January, after `asleep` hours."""
    preferences = Preferences(frozenset(), None, rhythm, minute, since=since)
    now = datetime(2026, 12, 30, tzinfo=ZONE) + asleep * HOUR
    found: list[datetime] = []
    while now < datetime(2027, 1, 13, tzinfo=ZONE):
        last = found[-1].date() if found else None
        if is_due(preferences, now=now, last=last, days=DAYS, zone=ZONE):
            found.append(now)
        now += HOUR
    return found


def _at(*days: tuple[int, int], hour: int = 9) -> list[datetime]:
    return [
        datetime(2027 if month == 1 else 2026, month, day, hour, tzinfo=ZONE) for month, day in days
    ]


def test_daily_is_on_workdays_from_the_chosen_hour() -> None:
    workdays = ((12, 30), (12, 31), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (1, 11), (1, 12))
    assert _walk(DigestRhythm.DAILY) == _at(*workdays)
    assert _walk(DigestRhythm.DAILY, minute=17 * 60) == _at(*workdays, hour=17)


def test_weekly_is_on_the_first_workday() -> None:
    assert _walk(DigestRhythm.WEEKLY, since=_at((12, 29))[0]) == _at((1, 5), (1, 11))


def test_weekly_comes_later_where_the_worker_stood_still() -> None:
    until = 24 * 7 + 11  # Wednesday 6 January, 11:00.
    found = _walk(DigestRhythm.WEEKLY, since=_at((12, 29))[0], asleep=until)
    assert found == [*_at((1, 6), hour=11), *_at((1, 11))]


def test_an_hour_that_was_past_when_it_was_chosen_counts_from_the_next_day_on() -> None:
    assert _walk(DigestRhythm.DAILY, since=_at((12, 30), hour=10)[0])[0] == _at((12, 31))[0]


def test_never() -> None:
    assert _walk(DigestRhythm.NEVER) == []
