"""One bad entry of a calendar takes no other along; it is named, and its days are unknown.

Calendar rules 37 to 41.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from booking.availability.external.engine.calendar import Trouble
from booking.availability.external.engine.flaws import MOST_DAYS_OF_ENTRY, MOST_UNKNOWN_DAYS
from booking.availability.external.engine.text import busy_lines
from tests.availability.external_files import calendar, event, found, read, timed, trouble, unread

NINE = ["12-01 09:00–12-01 10:00"]
GOOD = event("DTSTART:20261205T090000", "DTEND:20261205T100000", uid="good")
READ = ["12-05 09:00–12-05 10:00"]

TOKYO = """BEGIN:VTIMEZONE\r
TZID:{}\r
BEGIN:STANDARD\r
DTSTART:19700101T000000\r
TZOFFSETFROM:+0900\r
TZOFFSETTO:+0900\r
END:STANDARD\r
END:VTIMEZONE\r
"""
EIGHT = ["12-01 08:00–12-01 09:00"]


def in_zone(tzid: str) -> str:
    return event(f"DTSTART;TZID={tzid}:20261201T090000", f"DTEND;TZID={tzid}:20261201T100000")


@pytest.mark.parametrize("tzid", ["", '" "', '""', " "])
def test_rule_45_an_empty_tzid_is_no_zone(tzid: str) -> None:
    file = calendar(in_zone(tzid), GOOD)

    assert read(file) == NINE + READ
    assert unread(file) == []


@pytest.mark.parametrize(
    ("defined", "used"),
    [(" 1", " 1"), (" 1", '" 1"'), ("1", " 1"), (" ", '" "'), ("", ""), ("Büro;x", '"Büro;x"'),
     ("/a/b/Nowhere", "/a/b/Nowhere"), ("(GMT+9) x", '"(GMT+9) x"'), ("BÜRO", "büro")],
)  # fmt: skip
def test_rule_45_a_zone_that_the_file_defines_counts(defined: str, used: str) -> None:
    for file in (
        calendar(TOKYO.format(defined), in_zone(used)),
        calendar(in_zone(used), TOKYO.format(defined)),
    ):
        assert read(file) == EIGHT
        assert unread(file) == []


def test_rule_45_each_calendar_of_a_file_has_its_own_definitions() -> None:
    berlin = TOKYO.replace("+0900", "+0100")
    file = calendar(TOKYO.format("A"), in_zone("A")) + calendar(berlin.format("A"), in_zone("A"))

    assert read(file) == [*EIGHT, "12-01 16:00–12-01 17:00"]


def test_rule_45_the_zone_of_the_calendar_may_be_defined_in_it() -> None:
    assert read(calendar("X-WR-TIMEZONE: 1\r\n", TOKYO.format(" 1"), timed())) == EIGHT


def test_rule_45_a_zone_that_nothing_explains_is_told() -> None:
    file = calendar(in_zone("Nowhere"), GOOD)

    assert read(file) == NINE + READ
    assert unread(file) == [("zone", ["12-01"], False)]


def test_rule_45_half_a_definition_is_told() -> None:
    half = TOKYO.format("A").replace(
        "END:VTIMEZONE", "BEGIN:DAYLIGHT\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE"
    )

    assert read(calendar(half, in_zone("A"))) == EIGHT
    assert unread(calendar(half, in_zone("A"))) == [("zone", ["12-01"], False)]


BAD: list[tuple[str, str, list[str], list[tuple[str, list[str], bool]]]] = [
    ("no start", event("DTEND:20261201T100000"), [], [("no_start", ["12-01"], False)]),
    ("no time", event("SUMMARY:x"), [], [("no_start", [], True)]),
    ("30 February", timed(start="20260230T090000", end="x"), [], [("no_start", [], True)]),
    ("25 o'clock", timed(start="20261201T250000"), [], [("no_start", ["12-01"], False)]),
    ("end", timed(end="tomorrow"), NINE, [("end", ["12-01"], False)]),
    ("length", event("DTSTART:20261201T090000", "DURATION:long"), NINE,
     [("end", ["12-01"], False)]),
    ("rule", timed("RRULE:FREQ=SOMETIMES"), NINE, [("rule", [], True)]),
    ("rule's part", timed("RRULE:FREQ=DAILY;COUNT=1;BYDAY=XX"), NINE, [("rule", [], True)]),
    ("rule out of range", timed("RRULE:FREQ=MONTHLY;COUNT=1;BYMONTHDAY=77"), NINE,
     [("rule", [], True)]),
    ("rule's number", timed("RRULE:FREQ=MONTHLY;BYDAY=0MO"), NINE,
     [("unreadable", ["12-01"], True)]),
    ("rule's end passed", timed("RRULE:FREQ=SOMETIMES;UNTIL=20200101", start="20191201T090000",
                                end="20191201T100000"), [], []),
    ("date", timed("RDATE:soon"), NINE, [("rule", [], True)]),
    ("exception", timed("EXDATE:soon"), NINE, [("exception", [], False)]),
    ("which exception", timed("RECURRENCE-ID:soon", "SEQUENCE:9"), NINE,
     [("exception", [], False)]),
    ("too often", timed("RRULE:FREQ=HOURLY"), NINE, [("too_often", [], True)]),
    ("too many", timed("RRULE:FREQ=DAILY;COUNT=5001"), NINE, [("too_often", [], True)]),
    ("ends before it begins", event("DTSTART:20261201T100000", "DTEND:20261201T090000"), NINE,
     [("reversed", ["12-01"], False)]),
    ("no end of event", timed().replace("END:VEVENT\r\n", ""), NINE,
     [("damaged", ["12-01"], False)]),
    ("misspelt begin", timed().replace("BEGIN:VEVENT", "BEGIN:VEVEMT"), NINE,
     [("damaged", ["12-01"], False)]),
    ("lost begin", timed().replace("BEGIN:VEVENT\r\n", ""), NINE,
     [("damaged", ["12-01"], False)]),
    ("misspelt end", timed().replace("END:VEVENT", "END:VEVEMT"), NINE,
     [("damaged", ["12-01"], False)]),
    ("alarm without end", timed("BEGIN:VALARM", "TRIGGER:x"), NINE,
     [("damaged", ["12-01"], False)]),
    ("alarm without begin", timed("TRIGGER:x", "END:VALARM"), NINE,
     [("damaged", ["12-01"], False)]),
    ("only an end", "END:VEVENT\r\n", [], [("no_start", [], True)]),
    ("free", timed("TRANSP:TRANSPARENT", end="x"), [], []),
    ("cancelled", event("STATUS:CANCELLED"), [], []),
    ("long ago", timed(start="20110101T090000", end="x"), [], []),
    ("long ahead", timed(start="20310101T090000", end="x"), [], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "spans", "told"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
@pytest.mark.parametrize("first", [True, False])
def test_rule_46_a_bad_entry_takes_no_other_along(
    bad: str, spans: list[str], told: list[tuple[str, list[str], bool]], first: bool
) -> None:
    file = calendar(*((bad, GOOD) if first else (GOOD, bad)))

    assert read(file) == spans + READ
    assert unread(file) == told


def test_rule_46_a_lost_exception_does_not_replace_its_series() -> None:
    series = timed("RRULE:FREQ=DAILY;COUNT=2")
    lost = timed("RECURRENCE-ID:soon", "SEQUENCE:9", start="20261203T090000", end="20261203T100000")

    assert read(calendar(series, lost)) == [
        *NINE, "12-02 09:00–12-02 10:00", "12-03 09:00–12-03 10:00",
    ]  # fmt: skip


def test_rule_46_an_exception_that_repeats_is_a_series_or_told() -> None:
    exception = timed("RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T090000", "RDATE:20261203T090000")
    assert read(calendar(exception)) == [*NINE, "12-03 09:00–12-03 10:00"]
    assert unread(calendar(exception)) == []

    beside = calendar(timed("RRULE:FREQ=DAILY;COUNT=1"), exception)
    assert read(beside) == NINE
    assert unread(beside) == [("rule", [], True)]


def test_rule_46_two_events_without_a_border_are_two() -> None:
    second = event("DTSTART:20261202T090000", "DTEND:20261202T100000", uid="2")
    file = calendar((timed() + second).replace("END:VEVENT\r\nBEGIN:VEVENT\r\n", "", 1))

    assert read(file) == [*NINE, "12-02 09:00–12-02 10:00"]
    assert unread(file) == [("damaged", ["12-01"], False), ("damaged", ["12-02"], False)]


def test_rule_46_an_entry_with_many_unknown_days_closes_none_of_them() -> None:
    def named(count: int) -> tuple[int, bool]:
        file = calendar(timed(f"RRULE:FREQ=WEEKLY;COUNT={count}", end="x"))
        [(_flaw, days, elsewhere)] = unread(file)
        return len(days), elsewhere

    assert named(MOST_DAYS_OF_ENTRY) == (MOST_DAYS_OF_ENTRY, False)
    assert named(MOST_DAYS_OF_ENTRY + 1) == (0, True)


def test_rule_46_a_calendar_closes_a_bounded_number_of_unknown_days() -> None:
    bad = [event(f"DTSTART:{20270101 + day}T090000", "DTEND:x", uid=str(day)) for day in range(31)]

    told = unread(calendar(*bad))

    assert sum(len(days) for _flaw, days, _more in told) == MOST_UNKNOWN_DAYS
    assert [more for _flaw, _days, more in told] == [False] * 30 + [True]


def test_rule_46_the_mark_of_an_entry_stays_and_differs() -> None:
    def marks(*parts: str) -> list[str]:
        return [one.mark for one in found(calendar(*parts)).unread]

    first, second = timed(end="x"), event("DTSTART:20261202T090000", "DTEND:x", uid="2")
    assert marks(first, second) == marks(first) + marks(second)
    assert len(set(marks(first, second))) == 2
    assert marks(timed("SUMMARY:another", end="x")) == marks(first)


def test_rule_46_days_left_open_leave_no_day_unknown() -> None:
    bad = event("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:x")

    assert [days for _flaw, days, _more in unread(calendar(bad))] == [["12-01"]]
    assert unread(calendar(bad), all_day_busy=False) == []


def test_rule_46_what_is_refused_as_a_whole() -> None:
    """Nobody knows what is missing of a file that was cut off."""
    assert trouble(calendar(GOOD)[:-20]) is Trouble.BROKEN
    assert trouble(calendar(timed("RRULE:FREQ=HOURLY"))) is Trouble.TOO_OFTEN


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("until", "days"),
    [("20261203T090000", 3), ("20261203", 3), ("20261203T235959", 3), ("20261203T085959", 2),
     ("20261203T140000Z", 3), ("20261203T135959Z", 2), ("20261202", 2)],
)  # fmt: skip
def test_rule_47_a_local_until_in_the_west_keeps_the_last_date(until: str, days: int) -> None:
    expected = [f"12-0{day} 09:00–12-0{day} 10:00" for day in range(1, days + 1)]
    rule = f"RRULE:FREQ=DAILY;UNTIL={until}"
    zoned = event(
        "DTSTART;TZID=America/New_York:20261201T090000", "DURATION:PT1H", rule, uid="zoned"
    )

    assert read(calendar(timed(rule)), zone=NEW_YORK) == expected
    assert read(calendar(zoned), zone=NEW_YORK) == expected


@pytest.mark.parametrize(
    ("until", "last"),
    [("20261203", "12-04"), ("20261203T000000Z", "12-04"), ("20261202T160000Z", "12-04"),
     ("20261203T235959", "12-04"), ("20261202T155959Z", "12-03")],
)  # fmt: skip
def test_rule_47_an_until_of_whole_days_loses_none(until: str, last: str) -> None:
    series = event("DTSTART;VALUE=DATE:20261201", f"RRULE:FREQ=DAILY;UNTIL={until}")

    assert read(calendar(series)) == [f"12-01 00:00–{last} 00:00"]


@pytest.mark.parametrize("scale", ["CHINESE", "HEBREW", "chinese"])
def test_rule_47_another_calendar_is_not_read_as_gregorian(scale: str) -> None:
    birthday = timed(f"RRULE:RSCALE={scale};FREQ=YEARLY", start="20261201T090000")

    assert read(calendar(birthday, GOOD)) == NINE + READ
    assert unread(calendar(birthday, GOOD)) == [("scale", [], True)]
    plain = timed("RRULE:RSCALE=GREGORIAN;FREQ=DAILY;COUNT=1;SKIP=OMIT")
    assert unread(calendar(plain)) == []


def test_rule_47_a_file_in_another_calendar_is_refused() -> None:
    assert trouble(calendar("CALSCALE:CHINESE\r\n", timed())) is Trouble.OTHER_SCALE
    assert read(calendar("CALSCALE:gregorian\r\n", timed())) == NINE


def test_rule_47_what_an_exrule_takes_away_is_free() -> None:
    series = timed("RRULE:FREQ=DAILY;COUNT=3", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=5")

    assert read(calendar(series)) == ["12-02 09:00–12-02 10:00"]


def free_busy(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VFREEBUSY", "UID:f", "DTSTART:20261201T000000Z", *lines,
                        "END:VFREEBUSY", ""))  # fmt: skip


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("FREEBUSY:20261201T010000Z/20261201T020000Z", NINE),
        ("FREEBUSY;FBTYPE=BUSY:20261201T010000Z/PT1H", NINE),
        ("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261201T010000Z/PT1H", NINE),
        ("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261201T010000Z/PT1H", NINE),
        ("FREEBUSY;FBTYPE=X-NEW:20261201T010000Z/PT1H", NINE),
        ("FREEBUSY;FBTYPE=\"FREE\":20261201T010000Z/PT1H", []),
        ("freebusy;fbtype=free:20261201T010000Z/PT1H", []),
        ("FREEBUSY:20261201T010000Z/PT1H,20261202T010000Z/20261202T020000Z",
         [*NINE, "12-02 09:00–12-02 10:00"]),
        ("FREEBUSY;TZID=Asia/Tokyo:20261201T100000/PT1H", NINE),
    ],
)  # fmt: skip
def test_rule_48_free_busy_lists_are_read(line: str, spans: list[str]) -> None:
    file = calendar(free_busy(line))

    assert read(file) == spans
    assert unread(file) == []


def test_rule_48_a_bad_period_is_told_and_the_others_count() -> None:
    bad = "20261203T010000Z/20261203T000000Z,soon/PT1H"
    file = calendar(free_busy(f"FREEBUSY:{bad},20261201T010000Z/PT1H"))

    assert read(file) == NINE
    assert unread(file) == [("period", ["12-03"], False), ("period", [], True)]


def test_rule_48_periods_count_as_events() -> None:
    line = "FREEBUSY:" + ",".join(["20200101T010000Z/PT1H"] * 5001)

    assert trouble(calendar(free_busy(line))) is Trouble.TOO_MANY


MIDNIGHT = {"start": "20261201T000000", "end": "20261202T000000"}
WHOLE = ["12-01 00:00–12-02 00:00"]


@pytest.mark.parametrize("flag", ["TRUE", "true"])
def test_rule_49_an_all_day_event_of_outlook_is_the_owners_choice(flag: str) -> None:
    file = calendar(timed(f"X-MICROSOFT-CDO-ALLDAYEVENT:{flag}", **MIDNIGHT))

    assert read(file) == WHOLE
    assert read(file, all_day_busy=False) == []
    assert read(calendar(timed(**MIDNIGHT)), all_day_busy=False) == WHOLE
    hour = calendar(timed("X-MICROSOFT-CDO-ALLDAYEVENT:FALSE", **MIDNIGHT))
    assert read(hour, all_day_busy=False) == WHOLE


def test_rule_49_an_all_day_event_of_outlook_may_be_in_utc() -> None:
    file = calendar(
        timed("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", start="20261130T160000Z", end="20261201T160000Z")
    )

    assert read(file) == WHOLE
    assert read(file, all_day_busy=False) == []


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        (["X-MICROSOFT-CDO-BUSYSTATUS:FREE"], []),
        (["BUSYSTATUS:free"], []),
        (["X-MICROSOFT-CDO-BUSYSTATUS:FREE", "TRANSP:OPAQUE"], []),
        (["X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"], NINE),
        (["X-MICROSOFT-CDO-BUSYSTATUS:OOF", "TRANSP:TRANSPARENT"], NINE),
        (["X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"], NINE),
        (["X-MICROSOFT-CDO-BUSYSTATUS:", "TRANSP:TRANSPARENT"], []),
        (["X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "STATUS:CANCELLED"], []),
        (["X-MICROSOFT-CDO-INTENDEDSTATUS:FREE"], NINE),
    ],
)  # fmt: skip
def test_rule_49_the_status_of_outlook_counts(lines: list[str], spans: list[str]) -> None:
    assert read(calendar(timed(*lines))) == spans


def test_rule_49_a_free_exception_of_a_series_frees_its_time() -> None:
    series = timed("RRULE:FREQ=DAILY;COUNT=2")
    free = timed(
        "RECURRENCE-ID:20261202T090000", "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        start="20261202T090000", end="20261202T100000",
    )  # fmt: skip

    assert read(calendar(series, free)) == NINE


def test_rule_23_no_title_is_in_what_is_told() -> None:
    file = calendar(timed("SUMMARY:secret", "LOCATION:secret", end="secret-end", start="secret"))

    assert "secret" not in repr(found(file))
    assert "secret" not in repr(busy_lines(file.encode()))
