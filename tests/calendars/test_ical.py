"""The text of lectures and its join, read back by icalendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event, Timezone, vText

from booking.calendars.engine.ical import (
    EventFacts,
    clean_text,
    invitation_calendar,
    join_calendar,
    render_event,
    written_zone,
)
from booking.calendars.engine.timezones import vtimezone

LECTURE = EventFacts(
    uid="9f3c2b7a@calendars.example.org",
    sequence=2,
    revised_at=datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC),
    created_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
    starts_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
    ends_at=datetime(2026, 11, 23, 3, tzinfo=UTC),
    zone="Asia/Shanghai",
    summary="急救常识, 第一讲",
    location="栖云市; 社区活动室",
    description="带U盘\n路径 C:\\New",
    url="https://example.org/lectures/1?a=1,2;3",
    status="CONFIRMED",
)
LINES = [
    "BEGIN:VEVENT",
    "UID:9f3c2b7a@calendars.example.org",
    "SEQUENCE:2",
    "DTSTAMP:20261120T030405Z",
    "LAST-MODIFIED:20261120T030405Z",
    "CREATED:20261101T080000Z",
    "DTSTART;TZID=Asia/Shanghai:20261123T090000",
    "DTEND;TZID=Asia/Shanghai:20261123T110000",
    "STATUS:CONFIRMED",
    "TRANSP:OPAQUE",
    "SUMMARY:急救常识\\, 第一讲",
    "LOCATION:栖云市\\; 社区活动室",
    "DESCRIPTION:带U盘\\n路径 C:\\\\New",
    "URL:https://example.org/lectures/1?a=1,2;3",
    "END:VEVENT",
    "",
]


def test_event_is_written_line_by_line() -> None:
    assert render_event(LECTURE).split("\r\n") == LINES


def test_event_is_the_same_text_for_ever() -> None:
    assert render_event(LECTURE) == render_event(replace(LECTURE))


def test_cancelled_event_says_so_in_title_status_and_transparency() -> None:
    lines = render_event(replace(LECTURE, status="CANCELLED")).split("\r\n")

    assert [line for line in lines if line not in LINES] == [
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "SUMMARY:【已取消】急救常识\\, 第一讲",
    ]


def test_requested_lecture_is_tentative_and_blocks_time() -> None:
    lines = render_event(replace(LECTURE, status="TENTATIVE")).split("\r\n")

    assert [line for line in lines if line not in LINES] == ["STATUS:TENTATIVE"]


def test_nothing_is_written_for_nothing() -> None:
    bare = replace(LECTURE, location="", description=" \n\x00", url="\x07")

    assert render_event(bare).split("\r\n") == [
        line for line in LINES if not line.startswith(("LOCATION", "DESCRIPTION", "URL"))
    ]


def test_further_properties_are_text() -> None:
    lines = render_event(LECTURE, [("CATEGORIES", "急救"), ("COMMENT", ""), ("X-A", "1;2")])

    assert [line for line in lines.split("\r\n") if line not in LINES] == [
        "CATEGORIES:急救",
        "X-A:1\\;2",
    ]


@pytest.mark.parametrize(
    ("zone", "starts_at", "start"),
    [
        ("America/New_York", datetime(2026, 7, 1, 12, tzinfo=UTC), "20260701T080000"),
        ("America/New_York", datetime(2026, 12, 1, 12, tzinfo=UTC), "20261201T070000"),
        ("Africa/Cairo", datetime(2026, 7, 1, 12, tzinfo=UTC), "20260701T120000Z"),
        ("Etc/UTC", datetime(2026, 7, 1, 12, tzinfo=UTC), "20260701T120000Z"),
        ("Asia/Shanghai", datetime(2041, 7, 1, 12, tzinfo=UTC), "20410701T120000Z"),
        # Both passes of the hour that is repeated on the morning of 1 November 2026.
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "20261101T053000Z"),
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "20261101T063000Z"),
        ("America/New_York", datetime(2026, 11, 1, 7, 30, tzinfo=UTC), "20261101T023000"),
        # Its end, not its start, lies in the repeated hour.
        ("America/New_York", datetime(2026, 11, 1, 3, 30, tzinfo=UTC), "20261101T033000Z"),
    ],
)
def test_start_is_local_where_the_zone_can_say_it(
    zone: str, starts_at: datetime, start: str
) -> None:
    lecture = replace(
        LECTURE, zone=zone, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)
    )
    prefix = "DTSTART:" if start.endswith("Z") else f"DTSTART;TZID={zone}:"

    assert render_event(lecture).split("\r\n")[6] == prefix + start
    assert (written_zone(lecture) is None) == start.endswith("Z")


@pytest.mark.parametrize(
    "break_it",
    [
        lambda: replace(LECTURE, starts_at=datetime(2026, 11, 23, 9)),
        lambda: replace(LECTURE, revised_at=datetime(2026, 11, 23, 9)),
        lambda: replace(LECTURE, ends_at=LECTURE.starts_at),
    ],
)
def test_floating_or_reversed_lecture_is_refused(break_it: Callable[[], EventFacts]) -> None:
    with pytest.raises(ValueError, match=r"^(naive instant|ends before it starts)$"):
        break_it()


def test_cleaning_keeps_line_breaks_and_tabs_only() -> None:
    assert clean_text("a\r\nb\u0085c\u2028d\u2029e\nf\tg\x00\x0b\x1b\x7f\r\ud800h") == (
        "a\nb\nc\nd\ne\nf\tgh"
    )


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@given(summary=st.text(min_size=1), description=st.text())
def test_any_text_comes_back_as_it_was_cleaned(summary: str, description: str) -> None:
    text = render_event(replace(LECTURE, summary=summary, description=description))
    event = Event.from_ical(text)

    for name, value in (("SUMMARY", summary), ("DESCRIPTION", description)):
        cleaned = clean_text(value)
        assert event.get(name) == (cleaned if cleaned.strip() else None)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert text.replace("\r\n", "").count("\n") == text.replace("\r\n", "").count("\r") == 0


def test_long_chinese_title_is_folded_between_characters() -> None:
    text = render_event(replace(LECTURE, summary="急" * 60 + "🚑" * 40))
    folded = text[text.index("SUMMARY") : text.index("LOCATION")].encode().split(b"\r\n")[:-1]

    assert [len(line) for line in folded] == [74, 73, 75, 73, 57]
    assert b"".join(line.removeprefix(b" ") for line in folded).decode() == (
        "SUMMARY:" + "急" * 60 + "🚑" * 40
    )


def test_feed_is_what_icalendar_would_build() -> None:
    # Without "C:\\New", which icalendar itself would spoil when it writes it again.
    shanghai = replace(LECTURE, description="带U盘\n路径 C:\\课件")
    new_york = replace(shanghai, uid="b@example.org", zone="America/New_York")
    zones = ["Asia/Shanghai", "America/New_York"]
    events = [render_event(shanghai), render_event(new_york)]
    reference = Calendar()
    for name, value in (
        ("PRODID", "-//Yueke//Lectures//ZH"),
        ("VERSION", "2.0"),
        ("CALSCALE", "GREGORIAN"),
        ("NAME", "张三, 讲师"),
        ("X-WR-CALNAME", "张三, 讲师"),
        ("X-WR-TIMEZONE", "Asia/Shanghai"),
    ):
        # icalendar would leave the comma of an X- property bare; RFC 5545, section 3.8.8.2,
        # makes it TEXT.
        reference.add(name, vText(value))
    reference.add("REFRESH-INTERVAL", timedelta(hours=1), {"VALUE": "DURATION"})
    reference.add("X-PUBLISHED-TTL", "PT1H")
    for zone in sorted(zones):
        reference.add_component(Timezone.from_ical(str(vtimezone(zone))))
    for event in events:
        reference.add_component(Event.from_ical(event))

    joined = join_calendar(name="张三, 讲师", zone="Asia/Shanghai", zones=zones, events=events)

    # Byte for byte, but that icalendar writes the parts of an RRULE in another order.
    assert joined.replace(b";BYMONTH=11;BYDAY=1SU", b";BYDAY=1SU;BYMONTH=11").replace(
        b";BYMONTH=3;BYDAY=2SU", b";BYDAY=2SU;BYMONTH=3"
    ) == reference.to_ical(sorted=False)
    assert Calendar.from_ical(joined).walk("VEVENT") == reference.walk("VEVENT")


def test_empty_feed_is_its_head() -> None:
    feed = join_calendar(name="讲师", zone="Asia/Shanghai", zones=[], events=[])

    assert feed.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Yueke//Lectures//ZH",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "NAME:讲师",
        "X-WR-CALNAME:讲师",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "END:VCALENDAR",
        "",
    ]


def test_each_zone_is_defined_once_and_only_if_it_can_be() -> None:
    feed = join_calendar(
        name="讲师",
        zone="Asia/Shanghai",
        zones=["Europe/Berlin", "Asia/Shanghai", "Africa/Cairo", "Europe/Berlin"],
        events=[],
    )

    assert [line for line in feed.decode().split("\r\n") if line.startswith("TZID")] == [
        "TZID:Asia/Shanghai",
        "TZID:Europe/Berlin",
    ]


def _invite(facts: EventFacts = LECTURE, *, accepted: bool = False, **changes: str) -> list[str]:
    values: dict[str, Any] = {
        "organizer_email": "booking@example.org",
        "organizer_name": "汀兰省师资库",
        "attendee_email": "instructor0001@example.org",
        "attendee_name": "张三",
    }
    method = changes.pop("method", "REQUEST")
    calendar = invitation_calendar(
        facts,
        method="CANCEL" if method == "CANCEL" else "REQUEST",
        accepted=accepted,
        **(values | changes),
    )
    return calendar.decode().replace("\r\n ", "").split("\r\n")


def test_invitation_is_one_event_for_one_attendee() -> None:
    assert _invite() == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Yueke//Lectures//ZH",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        *str(vtimezone("Asia/Shanghai")).split("\r\n")[:-1],
        *LINES[:-2],
        "ORGANIZER;CN=汀兰省师资库:mailto:booking@example.org",
        "ATTENDEE;CN=张三;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
        "RSVP=TRUE:mailto:instructor0001@example.org",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_withdrawn_invitation_cancels_whatever_the_facts_say() -> None:
    assert [line for line in _invite(method="CANCEL") if line not in _invite()] == [
        "METHOD:CANCEL",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "SUMMARY:【已取消】急救常识\\, 第一讲",
        "ATTENDEE;CN=张三;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
        "RSVP=FALSE:mailto:instructor0001@example.org",
    ]


def test_who_has_accepted_is_not_asked_again() -> None:
    """Calendar rule 42."""
    assert [line for line in _invite(accepted=True) if line not in _invite()] == [
        "ATTENDEE;CN=张三;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;"
        "RSVP=FALSE:mailto:instructor0001@example.org",
    ]


def test_cancelled_title_is_in_the_language_of_the_other_texts() -> None:
    """Calendar rule 44."""
    english = replace(LECTURE, cancelled_prefix="[Cancelled] ", status="CANCELLED")

    assert "SUMMARY:[Cancelled] 急救常识\\, 第一讲" in render_event(english).split("\r\n")


def test_invitation_in_utc_defines_no_zone() -> None:
    lines = _invite(replace(LECTURE, zone="Africa/Cairo"))

    assert lines[5:7] == ["BEGIN:VEVENT", "UID:9f3c2b7a@calendars.example.org"]


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ('张"三"', ";CN=张三"),
        ("Zhang, San; 讲师: 教授", ';CN="Zhang, San； 讲师: 教授"'),
        ("张三\r\nATTENDEE:mailto:x@example.org", ';CN="张三 ATTENDEE:mailto:x@example.org"'),
        ("张^n\\三\x00", ";CN=张n三"),
        (" ", ""),
    ],
)
def test_name_in_a_parameter_is_cleaned(name: str, parameter: str) -> None:
    lines = [line for line in _invite(organizer_name=name) if line.startswith("ORGANIZER")]

    assert lines == [f"ORGANIZER{parameter}:mailto:booking@example.org"]


@pytest.mark.parametrize("email", ["", "a", "a@b\r\nX:1", "a b@c", "a@b@c", "a@b,c@d", "\x01@b"])
def test_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        _invite(attendee_email=email)


def test_stored_text_reads_back_as_the_instants_it_was_made_of() -> None:
    event = Event.from_ical(render_event(replace(LECTURE, zone="America/New_York")))

    assert event.decoded("DTSTART") == LECTURE.starts_at.astimezone(ZoneInfo("America/New_York"))
    assert event.decoded("DTEND").astimezone(UTC) == LECTURE.ends_at
