"""A sample feed of all cases that once failed, rendered by the product's functions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.calendars.engine.ical import (
    CANCELLED_PREFIX,
    EventFacts,
    join_calendar,
    render_event,
    written_zone,
)
from tests.clients.judges import Seen

SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"
TITLES = (
    "急救常识：心肺复苏与海姆立克急救法",
    "公文写作, 第一讲; 常见错误",
    "反诈课堂 🚨👩‍🏫 守好钱袋子",
    "路径 C:\\课件\\第二讲；上机操作",
    "两行的题目\n第二行",
    "乡村振兴与农产品电商" * 12,
    "急救🚑" * 30,
    "First aid, for everybody; with practice",
)


def sample_facts() -> list[EventFacts]:
    """Return 72 lectures, one of them cancelled and one moved, over two zones."""
    facts = [
        _lecture(number, start, zone) for number, (start, zone) in enumerate(_starts(), start=1)
    ]
    facts[3] = replace(facts[3], status="CANCELLED", sequence=1)
    facts[5] = replace(
        facts[5],
        sequence=1,
        starts_at=facts[5].starts_at + timedelta(days=1),
        ends_at=facts[5].ends_at + timedelta(days=1),
        revised_at=facts[5].revised_at + timedelta(hours=1),
    )
    return facts


def feed_of(facts: list[EventFacts]) -> bytes:
    """Return the feed as rendered by the product."""
    return join_calendar(
        name="张三老师的授课安排",
        zone=SHANGHAI,
        zones={zone for one in facts if (zone := written_zone(one)) is not None},
        events=[render_event(one) for one in facts],
    )


def expected_of(facts: list[EventFacts]) -> list[Seen]:
    """Return the events that a parser must return, sorted."""
    return sorted(
        Seen(
            one.uid,
            one.starts_at,
            one.ends_at,
            (CANCELLED_PREFIX if one.status == "CANCELLED" else "") + one.summary,
        )
        for one in facts
    )


def _starts() -> Iterator[tuple[datetime, str]]:
    """Yield local mornings in Shanghai and the days around both clock changes in New York."""
    morning = datetime(2026, 9, 1, 9, tzinfo=ZoneInfo(SHANGHAI))
    for days in range(0, 180, 5):
        yield morning + timedelta(days=days), SHANGHAI
    for change in (datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC)):
        for days in (-7, -1, 1, 7):
            yield change + timedelta(days=days, hours=14), NEW_YORK
        # Every hour around the change itself, also both passes of the repeated hour.
        for hours in range(3, 13):
            yield change + timedelta(hours=hours, minutes=30), NEW_YORK
    for year in (2027, 2030):
        for month in (1, 4, 7, 10):
            yield datetime(year, month, 1, 1, tzinfo=UTC), NEW_YORK


def _lecture(number: int, start: datetime, zone: str) -> EventFacts:
    return EventFacts(
        uid=f"lecture-{number:04}@calendars.example.org",
        sequence=0,
        revised_at=datetime(2026, 8, 20, 8, number % 60, tzinfo=UTC),
        created_at=datetime(2026, 8, 20, 8, tzinfo=UTC),
        starts_at=start.astimezone(UTC),
        ends_at=start.astimezone(UTC) + timedelta(minutes=90),
        zone=zone,
        summary=f"{TITLES[number % len(TITLES)]}（{number}）",
        location="栖云市听澜区, 镇文化站; 报告厅",
        description="听众：约60人\n请带：U盘; 转接头, 激光笔\n反斜杠 \\ 与“引号”",
        url=f"https://calendars.example.org/lectures/{number}?from=ics&a=1,2;3",
        status="TENTATIVE" if number % 9 == 0 else "CONFIRMED",
    )
