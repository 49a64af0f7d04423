"""What real calendars get wrong is read right (calendar rule 22)."""

from __future__ import annotations

import codecs

import pytest

from booking.availability.external.engine.calendar import Trouble
from booking.availability.external.engine.text import busy_lines
from tests.availability.external_files import calendar, event, read, timed, trouble

NINE = ["12-01 09:00–12-01 10:00"]
DAY = ["12-01 00:00–12-02 00:00"]

BERLIN = """BEGIN:VTIMEZONE\r
TZID:Büro\r
BEGIN:STANDARD\r
DTSTART:19701025T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
END:STANDARD\r
BEGIN:DAYLIGHT\r
DTSTART:19700329T020000\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
END:DAYLIGHT\r
END:VTIMEZONE\r
"""


def zoned(zone: str, start: str = "20261201T090000", end: str = "20261201T100000") -> str:
    return event(f"DTSTART;TZID={zone}:{start}", f"DTEND;TZID={zone}:{end}")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param(timed(), NINE, id="floating is the owner's zone"),
        pytest.param(timed(start="20261201T010000Z", end="20261201T020000Z"), NINE, id="utc"),
        pytest.param(zoned("Asia/Shanghai"), NINE, id="named zone"),
        pytest.param(zoned("China Standard Time"), NINE, id="windows zone"),
        pytest.param(zoned('"China Standard Time"'), NINE, id="quoted windows zone"),
        pytest.param(
            zoned("W. Europe Standard Time"), ["12-01 16:00–12-01 17:00"], id="windows zone afar"
        ),
        pytest.param(
            zoned("Tokyo Standard Time"), ["12-01 08:00–12-01 09:00"], id="windows zone in the east"
        ),
        pytest.param(zoned('"(UTC+08:00) 北京，重庆"'), NINE, id="unknown zone"),
        pytest.param(BERLIN + zoned("Büro"), ["12-01 16:00–12-01 17:00"], id="zone of its own"),
        pytest.param(
            "X-WR-TIMEZONE:Asia/Tokyo\r\n" + timed(), ["12-01 08:00–12-01 09:00"], id="x-wr zone"
        ),
        pytest.param(
            "X-WR-TIMEZONE:Tokyo Standard Time\r\n" + timed(),
            ["12-01 08:00–12-01 09:00"], id="x-wr of windows"
        ),
        pytest.param("X-WR-TIMEZONE:Nowhere/At all\r\n" + timed(), NINE, id="x-wr zone unknown"),
        pytest.param(
            "X-WR-TIMEZONE:Europe/Berlin\r\n"
            + event(
                "DTSTART:20250701T080000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYMONTH=1,7"
            ),
            ["01-01 17:00–01-01 18:00", "07-01 16:00–07-01 17:00"],
            id="utc that repeats in its zone",
        ),
        pytest.param(event("DTSTART:20261201T090000"), [], id="no end takes no time"),
        pytest.param(event("DTSTART;VALUE=DATE:20261201"), DAY, id="day without an end"),
        pytest.param(event("DTSTART:20261201"), DAY, id="day that does not say so"),
        pytest.param(
            timed(start="20261201T100000", end="20261201T090000"), NINE, id="end before the start"
        ),
        pytest.param(timed(end="tomorrow"), NINE, id="unreadable end"),
        pytest.param(timed(end="20261201T250000"), NINE, id="end at 25:00"),
        pytest.param(timed(start="soon"), [], id="unreadable start"),
        pytest.param(timed(start="20260230T090000"), [], id="30 February"),
        pytest.param(event("DTEND:20261201T100000"), [], id="no start"),
        pytest.param(
            "BEGIN:VEVENT\r\nDTSTART:20261201T090000\r\nDTEND:20261201T100000\r\nEND:VEVENT\r\n"
            "BEGIN:VEVENT\r\nDTSTART:20261202T090000\r\nDTEND:20261202T100000\r\nEND:VEVENT\r\n",
            [*NINE, "12-02 09:00–12-02 10:00"],
            id="no uid",
        ),
        pytest.param(timed("TRANSP:TRANSPARENT"), [], id="transparent"),
        pytest.param(timed("TRANSP:OPAQUE"), NINE, id="opaque"),
        pytest.param(timed("STATUS:CANCELLED"), [], id="cancelled"),
        pytest.param(timed("STATUS:TENTATIVE"), NINE, id="tentative"),
        pytest.param(timed("status:cancelled"), [], id="small letters"),
        pytest.param(timed().replace("UID:1", "UID:4711@yueke"), NINE, id="another's lecture"),
        pytest.param(
            timed("BEGIN:VALARM", "TRIGGER:-PT5M", "DURATION:PT9H", "END:VALARM"), NINE, id="alarm"
        ),
        pytest.param(
            timed("DESCRIPTION:a\\nBEGIN:VEVENT", " :folded", "X-A;B=\"c:d\":e"), NINE, id="folded"
        ),
        pytest.param(
            timed(start="20261201T\r\n 090000", end="20261201T10\r\n\t0000"), NINE, id="folded time"
        ),
        pytest.param(timed() + timed(start="20261201T093000"), NINE, id="overlapping"),
        pytest.param(
            "BEGIN:VTODO\r\nUID:2\r\nDTSTART:20261201T090000Z\r\nDUE:20261201T100000Z\r\nEND:VTODO\r\n",
            [],
            id="a task",
        ),
    ],
)  # fmt: skip
def test_what_a_file_means(file: str, expected: list[str]) -> None:
    assert read(calendar(file)) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("PT1H", NINE), ("P0DT1H", NINE), ("PT60M", NINE), ("PT3600S", NINE), ("+PT1H", NINE),
        ("pt1h", NINE), ("P1H", NINE), ("1H", NINE), ("PT", NINE), ("P", NINE), ("", NINE),
        ("an hour", NINE), ("P99999999999D", NINE), ("PT1H0M0S", NINE),
        ("P1D", ["12-01 09:00–12-02 09:00"]), ("P1W", ["12-01 09:00–12-08 09:00"]),
        ("P1DT30M", ["12-01 09:00–12-02 09:30"]), ("PT0S", []),
    ],
)  # fmt: skip
def test_lengths_well_and_badly_written(length: str, expected: list[str]) -> None:
    assert read(calendar(event("DTSTART:20261201T090000", f"DURATION:{length}"))) == expected


def test_days_are_the_owners_choice() -> None:
    file = calendar(
        event("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203"),
        event("DTSTART;VALUE=DATE:20261210", "RRULE:FREQ=WEEKLY;COUNT=2", uid="2"),
        event("DTSTART:20261220T090000", "DTEND:20261220T100000", uid="3"),
    )
    hour = "12-20 09:00–12-20 10:00"

    assert read(file, all_day_busy=True) == [
        "12-01 00:00–12-03 00:00", "12-10 00:00–12-11 00:00", "12-17 00:00–12-18 00:00", hour,
    ]  # fmt: skip
    assert read(file, all_day_busy=False) == [hour]


def test_a_series_with_exceptions() -> None:
    file = calendar(
        event(
            "DTSTART;TZID=Asia/Shanghai:20261201T090000",
            "DTEND;TZID=Asia/Shanghai:20261201T100000",
            "RRULE:FREQ=DAILY;COUNT=5",
            "EXDATE;TZID=Asia/Shanghai:20261202T090000",
            "RDATE;TZID=Asia/Shanghai:20261210T090000",
        ),
        event(
            "RECURRENCE-ID;TZID=Asia/Shanghai:20261203T090000",
            "DTSTART;TZID=Asia/Shanghai:20261203T150000",
            "DTEND;TZID=Asia/Shanghai:20261203T160000",
        ),
        event(
            "RECURRENCE-ID;TZID=Asia/Shanghai:20261204T090000",
            "DTSTART;TZID=Asia/Shanghai:20261204T090000",
            "DTEND;TZID=Asia/Shanghai:20261204T100000",
            "STATUS:CANCELLED",
        ),
    )

    assert read(file) == [
        *NINE, "12-03 15:00–12-03 16:00", "12-05 09:00–12-05 10:00", "12-10 09:00–12-10 10:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=FOO", "RRULE:COUNT=2", "RRULE:", "EXDATE:tomorrow", "EXDATE:", "RDATE:soon",
        "SEQUENCE:abc", "SEQUENCE:", "SEQUENCE:" + "9" * 40, "RECURRENCE-ID:soon",
        "RRULE:FREQ=DAILY;COUNT=1;X=1", "RRULE:FREQ=DAILY;COUNT=1;UNTIL=soon",
        "RRULE:FREQ=DAILY;COUNT=1;BYDAY=XX", "RRULE:FREQ=DAILY;COUNT=1;INTERVAL=99999999999",
    ],
)  # fmt: skip
def test_a_line_that_nobody_can_read_frees_no_time(line: str) -> None:
    assert read(calendar(timed(line))) == NINE


@pytest.mark.parametrize(
    ("start", "end"),
    [("20261201t010000z", "20261201t020000z"), (" 20261201T010000Z ", " 20261201T020000Z "),
     ("20261201T085960", "20261201T095960")],
)  # fmt: skip
def test_times_badly_written(start: str, end: str) -> None:
    expected = ["12-01 08:59–12-01 09:59"] if "60" in start else NINE

    assert read(calendar(timed(start=start, end=end))) == expected


def test_what_moves_the_rest_of_a_series() -> None:
    moved = timed(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T090000",
        start="20261202T150000", end="20261202T160000",
    )  # fmt: skip

    assert read(calendar(timed("RRULE:FREQ=DAILY;COUNT=3"), moved)) == [
        *NINE, "12-02 15:00–12-02 16:00", "12-03 15:00–12-03 16:00",
    ]  # fmt: skip


def test_events_of_an_empty_uid_are_all_read() -> None:
    other = timed(start="20261202T090000", end="20261202T100000")

    assert read(calendar(timed(), other).replace("UID:1", "UID:")) == [
        *NINE, "12-02 09:00–12-02 10:00",
    ]  # fmt: skip


def test_different_events_of_one_uid_are_all_read() -> None:
    third = timed(start="20261203T090000", end="20261203T100000")
    file = calendar(timed(), timed(start="20261202T090000", end="20261202T100000"), third)

    assert read(file) == [*NINE, "12-02 09:00–12-02 10:00", "12-03 09:00–12-03 10:00"]


def test_a_later_version_of_an_event_replaces_the_older() -> None:
    moved = timed("SEQUENCE:1", start="20261202T090000", end="20261202T100000")
    first = timed("SEQUENCE:0")

    assert read(calendar(first, moved)) == ["12-02 09:00–12-02 10:00"]
    assert read(calendar(moved, timed())) == ["12-02 09:00–12-02 10:00"]


def test_another_event_of_the_uid_of_a_series_leaves_its_exceptions_alone() -> None:
    series = timed("RRULE:FREQ=DAILY;COUNT=2")
    exception = timed(
        "RECURRENCE-ID:20261202T090000", start="20261202T150000", end="20261202T160000"
    )
    other = timed(start="20261205T090000", end="20261205T100000")
    expected = [*NINE, "12-02 15:00–12-02 16:00", "12-05 09:00–12-05 10:00"]

    assert read(calendar(series, exception, other)) == expected
    assert read(calendar(exception, series, other)) == expected


def test_the_same_uid_in_two_calendars_of_a_file_is_no_repetition() -> None:
    series = calendar(timed("RRULE:FREQ=DAILY;COUNT=2"))
    exception = timed(
        "RECURRENCE-ID:20261202T090000", start="20261202T150000", end="20261202T160000"
    )

    assert read(series + calendar(timed("RRULE:FREQ=DAILY;COUNT=2"), exception)) == [
        *NINE, "12-02 09:00–12-02 10:00", "12-02 15:00–12-02 16:00",
    ]  # fmt: skip


def test_a_series_keeps_its_local_hour_when_clocks_change() -> None:
    file = calendar(
        event(
            "DTSTART;TZID=Europe/Berlin:20260301T090000",
            "DTEND;TZID=Europe/Berlin:20260301T100000",
            "RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=1,7;BYMONTHDAY=1",
        )
    )

    assert read(file) == ["01-01 16:00–01-01 17:00", "07-01 15:00–07-01 16:00"]


CHINESE = calendar(
    timed(
        "SUMMARY:支部会议，地点：三楼会议室。请各位按时参加，并带上上次的记录。", "LOCATION:栖云市"
    )
)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(CHINESE.encode("gbk"), id="gbk"),
        pytest.param(CHINESE.encode("gb18030"), id="gb18030"),
        pytest.param(CHINESE.encode("big5", errors="replace"), id="big5"),
        pytest.param(CHINESE.encode("utf-16"), id="utf-16 with a mark"),
        pytest.param(codecs.BOM_UTF8 + CHINESE.encode(), id="utf-8 with a mark"),
        pytest.param(b"\r\n\r\n" + CHINESE.encode(), id="empty lines first"),
        pytest.param(CHINESE.replace("\r\n", "\n").encode(), id="unix lines"),
        pytest.param(CHINESE.replace("\r\n", "\r").encode(), id="old mac lines"),
        pytest.param(CHINESE.encode() + b"\r\n\x00\x00", id="rubbish at the end"),
        pytest.param(CHINESE.encode().replace(b"SUMMARY", b"SUMMARY\xff\xfe"), id="broken bytes"),
    ],
)
def test_bytes_of_any_charset(data: bytes) -> None:
    assert read(data) == NINE


def test_a_zone_in_gbk_is_recognised() -> None:
    zone = "柏林办公室时区"
    notes = timed("SUMMARY:支部会议，地点在三楼会议室。请各位按时参加，并带上上次会议的记录。")
    notes = notes.replace("UID:1", "UID:2")
    data = calendar(BERLIN.replace("Büro", zone), zoned(zone), notes).encode("gbk")

    assert read(data) == [*NINE, "12-01 16:00–12-01 17:00"]
    assert [flawed.flaw for flawed in busy_lines(data).flaws] == []


def test_two_calendars_in_one_file_have_their_own_zones() -> None:
    first = calendar("X-WR-TIMEZONE:Asia/Tokyo\r\n" + timed())
    second = calendar(timed())
    other = calendar("X-WR-TIMEZONE:Europe/Berlin\r\n" + timed())

    assert read(first + second + "\r\n" + other) == [
        "12-01 08:00–12-01 10:00", "12-01 16:00–12-01 17:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", Trouble.NOT_A_CALENDAR, id="nothing"),
        pytest.param(b"<!doctype html>", Trouble.NOT_A_CALENDAR, id="a page"),
        pytest.param(b"PK\x03\x04\xff\xfe\x00", Trouble.NOT_A_CALENDAR, id="a zip"),
        pytest.param(b"BEGIN:VCARD\r\nEND:VCARD\r\n", Trouble.NOT_A_CALENDAR, id="an address card"),
        pytest.param(b"BEGIN:VCALENDAR\r\n", Trouble.BROKEN, id="cut off"),
        pytest.param(calendar(timed())[:-30].encode(), Trouble.BROKEN, id="cut within an event"),
        pytest.param(b"END:VEVENT\r\n", Trouble.NOT_A_CALENDAR, id="ends first"),
        pytest.param(calendar(calendar()).encode(), Trouble.BROKEN, id="one within another"),
        pytest.param(
            calendar("BEGIN:X\r\n" * 20 + "END:X\r\n" * 20).encode(), Trouble.BROKEN, id="too deep"
        ),
        pytest.param(bytes(5 * 1024 * 1024 + 1), Trouble.TOO_LARGE, id="more than 5 MB"),
    ],
)
def test_what_is_no_calendar(data: bytes, why: Trouble) -> None:
    assert trouble(data) is why


def test_an_empty_calendar_is_free() -> None:
    assert read(calendar()) == []


def test_titles_people_and_places_stay_behind() -> None:
    file = calendar(
        "X-WR-CALNAME:私人\r\n",
        timed(
            "SUMMARY:体检", "DESCRIPTION:结果", "LOCATION:医院", "ATTENDEE:mailto:a@example.org",
            "ORGANIZER:mailto:b@example.org", "URL:https://example.org", "X-NOTE:secret",
            "BEGIN:VALARM", "SUMMARY:secret", "END:VALARM",
        ),
    )  # fmt: skip

    assert busy_lines(file.encode()).text == calendar(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261201T090000\r\nDTEND:20261201T100000\r\nEND:VEVENT\r\n"
    ).replace("VERSION:2.0\r\n", "")


def series(*lines: str, start: str = "20261201T090000", end: str = "20261201T100000") -> str:
    """Four days in a row from 1 December, as the owner's clock has them."""
    return event(f"DTSTART:{start}", f"DTEND:{end}", "RRULE:FREQ=DAILY;COUNT=4", *lines)


FOUR = [f"12-0{day} 09:00–12-0{day} 10:00" for day in (1, 2, 3, 4)]
UTC_START, UTC_END = "20261201T010000Z", "20261201T020000Z"


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param(
            series("EXDATE:20261202T010000Z"), FOUR[:1] + FOUR[2:], id="exception in utc"
        ),
        pytest.param(
            series("EXDATE:20261202T090000", start=UTC_START, end=UTC_END),
            FOUR[:1] + FOUR[2:], id="floating exception of utc"
        ),
        pytest.param(
            series("EXDATE:20261202T090000,20261203T090000", "EXDATE:20261201T010000Z"),
            FOUR[3:], id="both kinds of exceptions"
        ),
        pytest.param(
            series("RDATE:20261210T010000Z"),
            [*FOUR, "12-10 09:00–12-10 10:00"], id="one more in utc"
        ),
        pytest.param(
            series("RDATE;VALUE=PERIOD:20261210T090000/20261210T110000", start=UTC_START,
                   end=UTC_END),
            [*FOUR, "12-10 09:00–12-10 11:00"], id="one more floating period"
        ),
        pytest.param(
            timed("RRULE:FREQ=DAILY;UNTIL=20261204T010000Z"), FOUR, id="until in utc"
        ),
        pytest.param(
            timed("RRULE:FREQ=DAILY;UNTIL=20261204T090000", start=UTC_START, end=UTC_END),
            FOUR, id="floating until of utc"
        ),
        pytest.param(timed(end=UTC_END), NINE, id="floating start, end in utc"),
        pytest.param(timed(start=UTC_START), NINE, id="start in utc, floating end"),
        pytest.param(
            series() + timed("RECURRENCE-ID:20261202T010000Z", start="20261202T150000",
                             end="20261202T160000"),
            [FOUR[0], "12-02 15:00–12-02 16:00", *FOUR[2:]], id="moved one named in utc"
        ),
        pytest.param(
            series(start=UTC_START, end=UTC_END)
            + timed("RECURRENCE-ID:20261202T090000", start="20261202T150000",
                    end="20261202T160000"),
            [FOUR[0], "12-02 15:00–12-02 16:00", *FOUR[2:]], id="moved one named floating"
        ),
        pytest.param(
            "X-WR-TIMEZONE:Asia/Tokyo\r\n" + series("EXDATE:20261202T000000Z"),
            [f"12-0{day} 08:00–12-0{day} 09:00" for day in (1, 3, 4)],
            id="in the zone of the calendar"
        ),
    ],
)  # fmt: skip
def test_times_with_and_without_a_zone_in_one_event(file: str, expected: list[str]) -> None:
    assert read(calendar(file)) == expected


STANDARD = "DTSTART:19700101T000000 TZOFFSETFROM:+0800 TZOFFSETTO:+0800".split()


def zone(*lines: str, name: str = "Asia/Shanghai") -> str:
    return "\r\n".join(("BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE", ""))


def standard(*lines: str, kind: str = "STANDARD") -> list[str]:
    return [f"BEGIN:{kind}", *lines, f"END:{kind}"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="nothing in it"),
        pytest.param(standard(*STANDARD), id="nothing wrong"),
        pytest.param(standard(*STANDARD[1:]), id="no beginning"),
        pytest.param(standard(STANDARD[0], STANDARD[2]), id="no offset before"),
        pytest.param(standard(*STANDARD[:2]), id="no offset"),
        pytest.param(standard(*STANDARD[:2], "TZOFFSETTO:east"), id="unreadable offset"),
        pytest.param(standard("DTSTART:long ago", *STANDARD[1:]), id="unreadable beginning"),
        pytest.param(standard("DTSTART:19700101", *STANDARD[1:]), id="begins on a day"),
        pytest.param(standard(STANDARD[0], "TZOFFSETFROM:+8", "TZOFFSETTO:+8"), id="short offset"),
        pytest.param(["LAST-MODIFIED:yesterday", *standard(*STANDARD)], id="bad last-modified"),
        pytest.param(standard(*STANDARD, "RRULE:FREQ=SOMETIMES"), id="unreadable repetition"),
        pytest.param(standard(*STANDARD, "RDATE:never,19710101T000000"), id="unreadable date"),
        pytest.param(standard(*STANDARD, "BEGIN:X-A", "X:1", "END:X-A"), id="something within"),
        pytest.param(standard(*STANDARD, kind="X-OTHER"), id="something else"),
        pytest.param([*standard(*STANDARD[1:]), *standard(*STANDARD)], id="one of two"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Asia/Shanghai", "China Standard Time", "Büro"])
def test_a_zone_that_is_described_badly(name: str, lines: list[str]) -> None:
    assert read(calendar(zone(*lines, name=name), zoned(name))) == NINE


def test_what_can_be_read_of_a_zone_of_its_own_counts() -> None:
    tokyo = standard("DTSTART:19700101T000000", "TZOFFSETTO:+9", "TZNAME:JST")
    for lines in (tokyo, [*standard("DTSTART:?", "TZOFFSETTO:+0800"), *tokyo]):
        file = calendar(zone(*lines, name="Büro"), zoned("Büro"))
        assert read(file) == ["12-01 08:00–12-01 09:00"]
    nameless = calendar(zone(*tokyo).replace("TZID:Asia/Shanghai\r\n", ""), timed())
    assert read(nameless) == NINE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("between", ["", "\r\n"])
def test_files_one_after_the_other(encoding: str, between: str) -> None:
    files = [calendar(timed()).rstrip(), calendar(timed(start=UTC_START, end="20261201T030000Z"))]
    data = (files[0] + between).encode(encoding) + files[1].encode(encoding)
    assert read(data) == ["12-01 09:00–12-01 11:00"]
