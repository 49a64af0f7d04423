"""Decode the short texts in which the database returns hours and rules of instructors. Pure.

Most of thousands of instructors keep one of a few weeks. A week is therefore returned as one text,
and equal texts are decoded once: instructors with equal hours and rules share one `Availability`.
A text has the values that a `NamedTuple` of the module `texts` names, and `columns` writes them by
the same names.
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
from booking.availability.loading.texts import (
    DAY,
    EXTERNAL,
    OVERRIDE,
    RULES,
    SUSPENSION,
    TERM,
    TIMETABLE,
    TRUE,
    BusyText,
    CalendarDayText,
    OverrideText,
    Row,
    RulesText,
    SpanText,
    TimetableText,
    read,
    read_blocks,
    written,
)


def read_availabilities(
    owners: Iterable[int],
    rows: Iterable[Row],
    first: date,
    last: date,
    usual: RuleSet = DEFAULT_RULE_SET,
) -> dict[int, Availability]:
    """`Availability` by instructor id; without rows, no hours and the rules `usual`.

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
            row = read(CalendarDayText, text)
            days[date.fromisoformat(row.day)] = DayKind(row.kind)
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
            availability = shared[key] = _availability(*key, hours, usual)
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
    week: str,
    rules: str,
    multiple_rows: tuple[tuple[int, str], ...],
    hours: _SharedHours,
    usual: RuleSet,
) -> Availability:
    rule_set = read_rules(rules, usual)
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
        *_external(texts.get(EXTERNAL, ())),
    )


WHOLE, NEVER = written(SpanText("", "")), written(SpanText(str(date.min), str(date.min)))
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
    row = read(TimetableText, text)
    validity = Validity(
        _day(row.valid_from), _day(row.valid_to), int(row.every_weeks), _day(row.week_of)
    )
    return Timetable("", _week(row.blocks), validity, row.replaces == TRUE)


def _week(text: str) -> Week:
    week: dict[int, list[Block]] = {}
    for row in read_blocks(text):
        block = int(row.start_minute), int(row.end_minute)
        week.setdefault(int(row.weekday), []).append(block)
    return week


@lru_cache(maxsize=4096)
def read_rules(text: str, usual: RuleSet = DEFAULT_RULE_SET) -> RuleSet:
    """The rules of one instructor; an empty text is `usual`."""
    if not text:
        return usual
    row = read(RulesText, text)
    return RuleSet(
        BookingRules(
            step_minutes=int(row.step_minutes),
            notice_days=int(row.notice_days),
            horizon_days=int(row.horizon_days),
            buffer_minutes=int(row.buffer_minutes),
            shortest_minutes=int(row.shortest_minutes),
            longest_minutes=int(row.longest_minutes),
        ),
        HolidayPolicy(
            closed_on_holidays=row.closed_on_holidays == TRUE,
            makeup=MakeupRule(row.makeup),
            makeup_weekday=_number(row.makeup_weekday),
        ),
        Caps(
            day=_number(row.cap_day),
            week=_number(row.cap_week),
            month=_number(row.cap_month),
            year=_number(row.cap_year),
            branch_quarter=_number(row.cap_branch_quarter),
        ),
    )


def _override(text: str) -> Override:
    row = read(OverrideText, text)
    return Override(
        first=date.fromisoformat(row.first),
        last=date.fromisoformat(row.last),
        kind=OverrideKind(row.kind),
        start=int(row.start_minute),
        end=int(row.end_minute),
    )


@lru_cache(maxsize=4096)
def _span(text: str) -> DaySpan:
    row = read(SpanText, text)
    return DaySpan(_day(row.first), _day(row.last))


def _external(texts: Iterable[str]) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """Busy times and unknown times."""
    rows = [read(BusyText, text) for text in texts]
    spans = [(_instant(row.starts_at), _instant(row.ends_at), row.unknown == TRUE) for row in rows]
    return (
        tuple((start, end) for start, end, unknown in spans if not unknown),
        tuple((start, end) for start, end, unknown in spans if unknown),
    )


def _instant(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> int | None:
    return int(text) if text else None
