"""Credit hours: a setting's minutes each, in halves, at most four in a half-day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from booking.availability.engine.day_parts import SlotTemplate
from booking.availability.engine.zones import local_instant
from booking.lectures.engine.states import Party
from booking.lectures.records.engine.credit_hours import credit_hours, minutes_by_half_day
from booking.lectures.records.engine.policy import can_file, plausible
from tests.factories import ZONE, at

EARLY = SlotTemplate((480, 690), (810, 1050), (1140, 1260))
"""The afternoon begins at 11:30."""


def _hours(
    start: str, end: str, *, unit: int = 45, template: SlotTemplate | None = None
) -> Decimal:
    return credit_hours(
        datetime.fromisoformat(f"{start}+08:00").astimezone(UTC),
        datetime.fromisoformat(f"{end}+08:00").astimezone(UTC),
        minutes_per_hour=unit,
        template=template or SlotTemplate(),
        zone=ZONE,
    )


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-26T09:00", "2026-11-26T09:45", "1"),
        ("2026-11-26T09:00", "2026-11-26T10:30", "2"),
        ("2026-11-26T09:00", "2026-11-26T11:00", "2.5"),  # 2.67
        ("2026-11-26T09:00", "2026-11-26T10:41", "2"),  # 2.24
        ("2026-11-26T09:00", "2026-11-26T10:42", "2.5"),  # 2.27
        ("2026-11-26T09:00", "2026-11-26T09:11", "0"),
        ("2026-11-26T09:00", "2026-11-26T09:12", "0.5"),  # 0.27
        ("2026-11-26T08:00", "2026-11-26T12:00", "4"),  # 5.33, one half-day
        ("2026-11-26T08:00", "2026-11-26T13:30", "6"),  # 4 in the morning, 2 in the afternoon
        ("2026-11-26T08:00", "2026-11-26T22:00", "12"),  # three half-days
        ("2026-11-26T11:40", "2026-11-26T12:25", "1"),  # halves are rounded once, at the end
        ("2026-11-26T23:30", "2026-11-27T00:15", "1"),  # over midnight
    ],
)
def test_hours_of_a_lecture(start: str, end: str, hours: str) -> None:
    assert _hours(start, end) == Decimal(hours)


def test_the_minutes_are_a_setting() -> None:
    assert _hours("2026-11-26T09:00", "2026-11-26T11:00", unit=60) == 2
    assert _hours("2026-11-26T09:00", "2026-11-26T11:00", unit=40) == 3


def test_a_region_says_where_its_half_days_part() -> None:
    start, end = "2026-11-26T08:00", "2026-11-26T12:15"
    assert (_hours(start, end), _hours(start, end, template=EARLY)) == (Decimal("4.5"), Decimal(5))


def test_clocks_that_change_change_no_minute() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start, end = (local_instant(date(2026, 3, 29), minute, berlin) for minute in (30, 270))
    assert minutes_by_half_day(start, end, SlotTemplate(), berlin) == [180]


def test_how_long_a_record_can_be_filed() -> None:
    end = at(3, 11)
    sides = frozenset({Party.BRANCH, Party.INSTRUCTOR})
    for days, minute, filed in ((17, 0, True), (17, 1, False)):
        now = at(days, 11, minute)
        assert can_file(sides, ends_at=end, now=now) is filed
        for one in (Party.COORDINATOR, Party.BRANCH_COORDINATOR):
            assert can_file(frozenset({one}), ends_at=end, now=now)


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        (at(3, 9), at(3, 11), True),
        (at(3, 11), at(3, 9), False),
        (at(3, 9), at(3, 9), False),
        (at(3, 9), at(3, 12, 1), False),  # not over yet
        (at(2, 20), at(3, 9), False),  # longer than half a day
        (at(2, 20), at(2, 22), False),  # another day
        (at(2, 21), at(2, 22), True),
    ],
)
def test_what_can_have_been(start: datetime, end: datetime, wanted: bool) -> None:
    assert plausible(start, end, planned=at(3, 9), now=at(3, 12)) is wanted
