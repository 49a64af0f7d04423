"""What is kept of an instructor's time, as the short texts in which the database hands it over.

Of thousands of instructors most keep one of a few weeks. A week therefore travels as one text,
and equal texts are read once: who keeps the same hours and rules shares one `Availability`.
Pure; `packing` writes these texts.
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
"""Between the blocks of a week, and between the values of one row; an empty value is None."""

WEEK, RULES, TIMETABLE, OVERRIDE, TERM, SUSPENSION, ELSEWHERE, DAY = range(8)
"""What a row tells of. Of the first two an instructor has one row at most."""

MINUTE_BITS = 11
"""A block is one number: weekday, start and end, each minute in so many bits."""

_MINUTES = (1 << MINUTE_BITS) - 1

Row = tuple[int, int, str]
"""Instructor, what it tells of, and the text."""


def availabilities(
    owners: Iterable[int], rows: Iterable[Row], first: date, last: date
) -> dict[int, Availability]:
    """Each owner's hours and rules; owners without rows have no hours and the default rules.

    They say what is true from `first` to `last`: two owners whose terms differ on other days
    only share one object, and hours are shared by all who keep the same.
    """
    single: tuple[dict[int, str], dict[int, str]] = ({}, {})
    several: dict[int, list[tuple[int, str]]] = {}
    days: dict[date, DayKind] = {}
    for owner, kind, text in rows:
        if kind <= RULES:
            single[kind][owner] = text
        elif kind == DAY:
            day, _, what = text.partition(WITHIN)
            days[date.fromisoformat(day)] = DayKind(what)
        else:
            if kind in (TERM, SUSPENSION):
                text = _cut(text, first, last)
            several.setdefault(owner, []).append((kind, text))
    weeks, rules = single
    hours = _SharedHours(days)
    shared: dict[tuple[str, str, tuple[tuple[int, str], ...]], Availability] = {}
    found = {}
    for owner in owners:
        key = weeks.get(owner, ""), rules.get(owner, ""), tuple(several.get(owner, ()))
        known = shared.get(key)
        if known is None:
            known = shared[key] = _availability(*key, hours)
        found[owner] = known
    return found


class _SharedHours:
    """One object for all who keep the same hours, so that they are reckoned with once."""

    def __init__(self, days: Mapping[date, DayKind]) -> None:
        self._days = days
        self._known: dict[tuple[object, ...], Hours] = {}

    def of(
        self,
        week: str,
        timetables: tuple[str, ...],
        overrides: tuple[str, ...],
        holidays: HolidayPolicy,
    ) -> Hours:
        """The hours that these texts tell of."""
        key = week, timetables, overrides, holidays
        known = self._known.get(key)
        if known is None:
            days = tuple(_override(text) for text in overrides)
            known = Hours(_weekly(week, timetables), days, holidays, self._days)
            self._known[key] = known
        return known


def _availability(
    week: str, rules: str, several: tuple[tuple[int, str], ...], hours: _SharedHours
) -> Availability:
    known = read_rules(rules)
    told: dict[int, list[str]] = {}
    for kind, text in several:
        told.setdefault(kind, []).append(text)
    terms, suspensions = told.get(TERM, ()), told.get(SUSPENSION, ())
    timetables, overrides = told.get(TIMETABLE, ()), told.get(OVERRIDE, ())
    return Availability(
        hours.of(week, tuple(timetables), tuple(overrides), known.holidays),
        known.booking,
        Limits(
            () if WHOLE in terms else tuple(_span(text) for text in terms),
            tuple(_span(text) for text in suspensions if text != NEVER),
            known.caps,
        ),
        tuple(_instants(text) for text in told.get(ELSEWHERE, ())),
    )


WHOLE, NEVER = WITHIN, f"{date.min}{WITHIN}{date.min}"
"""A span that holds on all days that were asked for, and one that holds on none of them."""


@lru_cache(maxsize=4096)
def _cut(text: str, first: date, last: date) -> str:
    """A span of days, told as far as it concerns the days `first` to `last`."""
    span = _span(text)
    begins = span.first is None or span.first <= first
    ends = span.last is None or span.last >= last
    if begins and ends:
        return WHOLE
    late = span.first is not None and span.first > last
    early = span.last is not None and span.last < first
    return NEVER if late or early else text


@lru_cache(maxsize=4096)
def _weekly(week: str, timetables: tuple[str, ...]) -> tuple[WeeklyHours, ...]:
    return flatten(_week(week), [_timetable(text) for text in timetables])


def _timetable(text: str) -> Timetable:
    """``valid_from/valid_to/weeks/week_of/replaces/blocks``."""
    first, last, weeks, week_of, replaces, blocks = text.split(WITHIN)
    validity = Validity(_day(first), _day(last), int(weeks), _day(week_of))
    return Timetable("", _week(blocks), validity, replaces == "1")


def _week(text: str) -> Week:
    week: dict[int, list[Block]] = {}
    for one in text.split(BETWEEN) if text else ():
        code = int(one)
        block = code >> MINUTE_BITS & _MINUTES, code & _MINUTES
        week.setdefault(code >> 2 * MINUTE_BITS, []).append(block)
    return week


@lru_cache(maxsize=4096)
def read_rules(text: str) -> RuleSet:
    """Six numbers, the policy of days off, five caps; without a text the defaults."""
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
    """``seconds/seconds`` since the epoch."""
    start, end = text.split(WITHIN)
    return datetime.fromtimestamp(int(start), UTC), datetime.fromtimestamp(int(end), UTC)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> int | None:
    return int(text) if text else None
