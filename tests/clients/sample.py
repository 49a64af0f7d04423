"""Sample calendars of all cases that once failed: lectures as the product tells of them.

Texts that fold, emoji, the characters that TEXT escapes, line breaks; lectures that are cancelled,
moved, replaced, requested; both changes of clocks, and the turn of the year; in three zones. The
lectures are events as the database gives them, and the product writes them in either language:
that needs an application context.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from booking.calendars.engine.ical import (
    EventFacts,
    invitation_calendar,
    join_calendar,
    render_event,
    written_zone,
)
from booking.calendars.facts import facts_of
from booking.lectures.engine.events import Appointment, LectureEvent
from booking.lectures.engine.states import EventKind, Party, Side, State
from tests.clients.reading import Fields, Reading, written

SHANGHAI, NEW_YORK, BERLIN = "Asia/Shanghai", "America/New_York", "Europe/Berlin"
ZONES = (SHANGHAI, NEW_YORK, BERLIN)
LANGUAGES = ("zh", "en")
ORGANIZER, ATTENDEE = "platform@example.org", "chen@example.org"
ORGANIZER_NAME, ATTENDEE_NAME = "汀兰省师资库, 邮件", "陈明； 讲师: 甲"
TITLES = (
    "急救常识：心肺复苏与海姆立克急救法",
    "公文写作, 第一讲; 常见错误",
    "反诈课堂 🚨👩‍🏫 守好钱袋子",
    "路径 C:\\课件\\第二讲；上机操作，C:\\New",
    "两行的题目\n第二行",
    "乡村振兴与农产品电商" * 12,
    "急救🚑" * 30,
    "First aid, for everybody; with practice",
    "Tab\there, “quotes” and 'quotes' <b>&amp;</b> %(name)s {x} \\n \\, \\;",
)
_CLOCKS = {
    NEW_YORK: (datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC)),
    BERLIN: (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
    SHANGHAI: (),
}
"""The instants at which clocks change."""


def sample_events(zone: str) -> list[LectureEvent]:
    """The lectures of one zone; of the first ones something has become."""
    events = [_event(number, start, zone) for number, start in enumerate(_starts(zone))]
    before = _appointment(events[1])
    events[0] = _changed(events[0], EventKind.CANCELLED, State.CANCELLED)
    events[1] = _changed(
        replace(
            events[1],
            starts_at=events[1].starts_at + timedelta(days=1),
            ends_at=events[1].ends_at + timedelta(days=1),
            before=before,
        ),
        EventKind.MOVED,
        State.CONFIRMED,
    )
    events[2] = _changed(
        replace(events[2], instructor_id=8, instructor="何宁", before=_appointment(events[2])),
        EventKind.REPLACED,
        State.CONFIRMED,
    )
    for index in (3, 4):
        events[index] = replace(
            events[index], kind=EventKind.REQUESTED, source=None, state=State.REQUESTED, sequence=0
        )
    events[5] = replace(events[5], online=True, place="腾讯会议, 123-456-789; 密码 0000")
    return events


def facts(zone: str, language: str, side: Side) -> list[EventFacts]:
    """The facts of the sample for one side, as its reader gets them."""
    return [
        facts_of(event, side, language=language, tentative=event.state is State.REQUESTED)
        for event in sample_events(zone)
    ]


def feed_of(lectures: list[EventFacts], zone: str = SHANGHAI) -> bytes:
    """The feed as rendered by the product."""
    return join_calendar(
        name="张三老师的授课安排",
        zone=zone,
        zones={found for one in lectures if (found := written_zone(one)) is not None},
        events=[render_event(one) for one in lectures],
    )


def expected_of(lectures: list[EventFacts]) -> Reading:
    """What a parser must read of a feed."""
    return {one.uid: written(one) for one in lectures}


def invitation_of(lecture: EventFacts, *, accepted: bool = False) -> bytes:
    """The calendar in the mail about a lecture: REQUEST, or CANCEL of a cancelled one."""
    return invitation_calendar(
        lecture,
        method=_method(lecture),
        organizer_email=ORGANIZER,
        organizer_name=ORGANIZER_NAME,
        attendee_email=ATTENDEE,
        attendee_name=ATTENDEE_NAME.replace("；", ";"),
        accepted=accepted,
    )


def invited(lecture: EventFacts, *, accepted: bool = False) -> Reading:
    """What a parser must read of that."""
    cancelled = lecture.status == "CANCELLED"
    people: Fields = {
        "method": _method(lecture),
        "organizer": f"mailto:{ORGANIZER}",
        "organizer_name": ORGANIZER_NAME,
        "attendee": f"mailto:{ATTENDEE}",
        "attendee_name": ATTENDEE_NAME,
        "partstat": "ACCEPTED" if accepted else "NEEDS-ACTION",
        "rsvp": "FALSE" if accepted or cancelled else "TRUE",
        "role": "REQ-PARTICIPANT",
        "cutype": "INDIVIDUAL",
    }
    return {lecture.uid: written(lecture, people)}


def _method(lecture: EventFacts) -> Literal["REQUEST", "CANCEL"]:
    return "CANCEL" if lecture.status == "CANCELLED" else "REQUEST"


def _starts(zone: str) -> Iterator[datetime]:
    """Mornings, the days around both changes of clocks, and the turn of the year."""
    morning = datetime(2026, 9, 1, 9, tzinfo=ZoneInfo(zone))
    for days in range(0, 180, 10):
        yield (morning + timedelta(days=days)).astimezone(UTC)
    for change in _CLOCKS[zone]:
        for days in (-7, -1, 1, 7):
            yield change + timedelta(days=days, hours=8)
        # Every hour around the change itself, also both passes of the repeated hour.
        for hours in range(-3, 7):
            yield change + timedelta(hours=hours, minutes=30)
    new_year = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))
    for minutes in (-90, -45, 0, 90):
        yield new_year.astimezone(UTC) + timedelta(minutes=minutes)
    for month in (1, 4, 7, 10):
        yield datetime(2030, month, 1, 1, tzinfo=UTC)


def _changed(event: LectureEvent, kind: EventKind, state: State) -> LectureEvent:
    return replace(
        event,
        kind=kind,
        state=state,
        sequence=event.sequence + 1,
        at=event.at + timedelta(hours=1),
    )


def _appointment(event: LectureEvent) -> Appointment:
    return Appointment(
        event.instructor_id,
        event.instructor,
        event.title,
        event.starts_at,
        event.ends_at,
        event.region,
        event.place,
        event.online,
    )


def _event(number: int, start: datetime, zone: str) -> LectureEvent:
    return LectureEvent(
        kind=EventKind.CONFIRMED,
        at=datetime(2026, 8, 20, 8, number % 60, tzinfo=UTC),
        source=State.REQUESTED,
        state=State.CONFIRMED,
        party=Party.INSTRUCTOR,
        reason="",
        lecture_id=number,
        uid=f"{zone.replace('/', '-')}-{number:04}@calendars.example.org",
        number=f"YK-2026-{number:06}",
        sequence=1,
        title=f"{TITLES[number % len(TITLES)]}（{number}）",
        starts_at=start,
        ends_at=start + timedelta(minutes=90),
        time_zone=zone,
        region="栖云市听澜区",
        place="镇文化站; 报告厅, 二楼",
        online=False,
        attendees=60 if number % 2 else None,
        note="请带：U盘; 转接头, 激光笔\n反斜杠 \\ 与“引号”" if number % 3 else "",
        instructor_id=7,
        instructor="陈明",
        organisation_id=1,
        organisation="岫云县第一支部, 党建办; 综合科",
        reply_due_at=start - timedelta(days=1),
        created_at=datetime(2026, 8, 20, 8, tzinfo=UTC),
        cancelled_late=False,
        before=None,
        proposal=None,
    )
