"""Official schedules as holiday-cn publishes them."""

from datetime import date

import pytest

from booking.availability.engine.hours import DayKind
from booking.availability.holidays.files import NamedDay, Schedule, UnreadableDays, read_days

JSON = """{"year": 2026, "days": [
  {"name": "春节", "date": "2026-02-14", "isOffDay": false},
  {"name": "元旦", "date": "2026-01-01", "isOffDay": true}
]}"""

ICS = "\r\n".join(
    (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//test//",
        "BEGIN:VEVENT",
        "UID:1",
        "SUMMARY:元旦假期",
        "DTSTART;VALUE=DATE:20260101",
        "DTEND;VALUE=DATE:20260104",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:2",
        "SUMMARY:上班(补春节假期)",
        "DTSTART;VALUE=DATE:20260214",
        "DTEND;VALUE=DATE:20260215",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
)


def test_json_is_read_in_the_order_of_days() -> None:
    assert read_days(JSON.encode()).days == (
        NamedDay(date(2026, 1, 1), DayKind.OFF, "元旦"),
        NamedDay(date(2026, 2, 14), DayKind.WORK, "春节"),
    )


def test_ics_spans_are_exclusive_at_the_end_and_上班_is_a_workday() -> None:
    assert read_days(ICS.encode()).days == (
        *(NamedDay(date(2026, 1, day), DayKind.OFF, "元旦") for day in (1, 2, 3)),
        NamedDay(date(2026, 2, 14), DayKind.WORK, "春节"),
    )


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read_days(b"\xef\xbb\xbf" + JSON.encode()) == read_days(JSON.encode())


def test_a_year_that_is_not_out_yet_has_no_days() -> None:
    nothing = b'{"year": 2027, "papers": [], "days": []}'
    assert read_days(nothing) == Schedule(frozenset({2027}), ())


def test_a_file_is_about_the_year_it_names_or_that_of_most_days() -> None:
    assert read_days(JSON.encode()).years == {2026}
    assert read_days(JSON.replace("2026-", "2025-").encode()).years == {2026}
    assert read_days(JSON.replace('"year": 2026, ', "").encode()).years == {2026}
    assert read_days(ICS.encode()).years == {2026}
    # 2026-12-31 to 2027-01-02, and a file of two whole years.
    touching = ICS.replace("20260101", "20261231").replace("20260104", "20270103")
    assert read_days(touching.replace("202602", "202702").encode()).years == {2027}
    both = ICS.replace("20260104", "20260110").replace("20260214", "20261225")
    assert read_days(both.replace("20260215", "20270112").encode()).years == {2026, 2027}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"{",
        b'{"days": [{"name": "x"}]}',
        b'{"year": "2027", "days": []}',
        b'{"days": [{"name": "x", "date": "soon", "isOffDay": true}]}',
        ICS.replace("20260104", "20270104").encode(),
        ICS.replace("DTSTART;VALUE=DATE:20260101", "DTSTART:20260101T080000").encode(),
        ICS.replace("DTEND;VALUE=DATE:20260104", "DTEND;VALUE=DATE:20260101").encode(),
    ],
)
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDays):
        read_days(content)
