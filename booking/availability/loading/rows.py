"""Decode the short texts in which the database returns hours and rules of instructors. Pure.

Most of thousands of instructors keep one of a few weeks. A week is therefore returned as one text,
and equal texts are decoded once: instructors with equal hours and rules share one `Availability`.
The module `columns` encodes these texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from booking.availability.engine.hours import (
    DayKind,
    HolidayPolicy,
    Hours,
    MakeupRule,
    Override,
    OverrideKind,
    WeeklyHours,
)
from booking.availability.engine.hours_text import Block
from booking.availability.engine.intervals import Interval
from booking.availability.engine.limits import Caps, DaySpan, Limits
from booking.availability.engine.offers import Availability, BookingRules
from booking.availability.engine.rules import DEFAULT_RULE_SET, RuleSet
from booking.availability.engine.timetables import Timetable, Validity, Week, flatten

BETWEEN, WITHIN = ",", "/"
"""Separators of the blocks of a week, and of the values of one row; an empty value is None."""

WEEK, RULES, TIMETABLE, OVERRIDE, TERM, SUSPENSION, ELSEWHERE, DAY = range(8)
"""Kinds of rows. Of the first two an instructor has at most one row."""

MINUTE_BITS = 11
"""A block is one integer: weekday, start and end, with so many bits for each minute."""

_MINUTES = (1 << MINUTE_BITS) - 1

Row = tuple[int, int, str]
"""Instructor id, kind of row, and the encoded text."""


def availabilities(
    owners: Iterable[int], rows: Iterable[Row], first: date, last: date
) -> dict[int, Availability]:
    """`Availability` by instructor id; without rows, no hours and the default rules.

    The values are valid for the days `first` to `last`: instructors whose terms differ only on
    other days share one object, and all instructors with equal hours share one `Hours`.
    """
    single_rows: tuple[dict[int, str], dict[int, str]] = ({}, {})
    multiple_rows: dict[int, list[tuple[int, str]]] = {}
    days: dict[date, DayKind] = {}
    for owner, kind, text in rows:
        if kind <= RULES:
            single_rows[kind][owner] = text
        elif kind == DAY:
            day, _, day_kind = text.partition(WITHIN)
            days[date.fromisoformat(day)] = DayKind(day_kind)
        else:
            if kind in (TERM, SUSPENSION):
                text = _clip(text, first, last)
            multiple_rows.setdefault(owner, []).append((kind, text))
    weeks, rules = single_rows
    hours = _SharedHours(days)
    shared: dict[tuple[str, str, tuple[tuple[int, str], ...]], Availability] = {}
    by_owner = {}
    for owner in owners:
        key = weeks.get(owner, ""), rules.get(owner, ""), tuple(multiple_rows.get(owner, ()))
        availability = shared.get(key)
        if availability is None:
            availability = shared[key] = _availability(*key, hours)
        by_owner[owner] = availability
    return by_owner


class _SharedHours:
    """Cache of decoded `Hours`: equal hours are one object, so their openings are computed once."""

    def __init__(self, days: Mapping[date, DayKind]) -> None:
        self._days = days
        self._cache: dict[tuple[object, ...], Hours] = {}

    def of(
        self,
        week: str,
        timetables: tuple[str, ...],
        overrides: tuple[str, ...],
        holidays: HolidayPolicy,
    ) -> Hours:
        """The hours that these texts encode."""
        key = week, timetables, overrides, holidays
        decoded = self._cache.get(key)
        if decoded is None:
            days = tuple(_override(text) for text in overrides)
            decoded = Hours(_weekly(week, timetables), days, holidays, self._days)
            self._cache[key] = decoded
        return decoded


def _availability(
    week: str, rules: str, multiple_rows: tuple[tuple[int, str], ...], hours: _SharedHours
) -> Availability:
    rule_set = read_rules(rules)
    texts: dict[int, list[str]] = {}
    for kind, text in multiple_rows:
        texts.setdefault(kind, []).append(text)
    terms, suspensions = texts.get(TERM, ()), texts.get(SUSPENSION, ())
    timetables, overrides = texts.get(TIMETABLE, ()), texts.get(OVERRIDE, ())
    return Availability(
        hours.of(week, tuple(timetables), tuple(overrides), rule_set.holidays),
        rule_set.booking,
        Limits(
            () if WHOLE in terms else tuple(_span(text) for text in terms),
            tuple(_span(text) for text in suspensions if text != NEVER),
            rule_set.caps,
        ),
        tuple(_instants(text) for text in texts.get(ELSEWHERE, ())),
    )


WHOLE, NEVER = WITHIN, f"{date.min}{WITHIN}{date.min}"
"""A span that covers all requested days, and one that covers none of them."""


@lru_cache(maxsize=4096)
def _clip(text: str, first: date, last: date) -> str:
    """A span of days, reduced to its effect on the days `first` to `last`."""
    span = _span(text)
    covers_first = span.first is None or span.first <= first
    covers_last = span.last is None or span.last >= last
    if covers_first and covers_last:
        return WHOLE
    starts_after = span.first is not None and span.first > last
    ends_before = span.last is not None and span.last < first
    return NEVER if starts_after or ends_before else text


@lru_cache(maxsize=4096)
def _weekly(week: str, timetables: tuple[str, ...]) -> tuple[WeeklyHours, ...]:
    return flatten(_week(week), [_timetable(text) for text in timetables])


def _timetable(text: str) -> Timetable:
    """Decode ``valid_from/valid_to/weeks/week_of/replaces/blocks``."""
    first, last, weeks, week_of, replaces, blocks = text.split(WITHIN)
    validity = Validity(_day(first), _day(last), int(weeks), _day(week_of))
    return Timetable("", _week(blocks), validity, replaces == "1")


def _week(text: str) -> Week:
    week: dict[int, list[Block]] = {}
    for number in text.split(BETWEEN) if text else ():
        code = int(number)
        block = code >> MINUTE_BITS & _MINUTES, code & _MINUTES
        week.setdefault(code >> 2 * MINUTE_BITS, []).append(block)
    return week


@lru_cache(maxsize=4096)
def read_rules(text: str) -> RuleSet:
    """Decode six numbers, the holiday policy and five caps; an empty text is the defaults."""
    if not text:
        return DEFAULT_RULE_SET
    values = text.split(WITHIN)
    closed, makeup, makeup_weekday = values[6:9]
    return RuleSet(
        BookingRules(*map(int, values[:6])),
        HolidayPolicy(closed == "1", MakeupRule(makeup), _number(makeup_weekday)),
        Caps(*map(_number, values[9:])),
    )


def _override(text: str) -> Override:
    first, last, kind, start, end = text.split(WITHIN)
    return Override(
        date.fromisoformat(first),
        date.fromisoformat(last),
        OverrideKind(kind),
        int(start),
        int(end),
    )


@lru_cache(maxsize=4096)
def _span(text: str) -> DaySpan:
    first, last = text.split(WITHIN)
    return DaySpan(_day(first), _day(last))


def _instants(text: str) -> Interval:
    """Decode ``seconds/seconds`` since the epoch."""
    start, end = text.split(WITHIN)
    return datetime.fromtimestamp(int(start), UTC), datetime.fromtimestamp(int(end), UTC)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> int | None:
    return int(text) if text else None
