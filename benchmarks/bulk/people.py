"""Generates instructors with all rows that searching and matching read. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from benchmarks.bulk.rows import Rows
from booking.availability.engine.hours import MakeupRule, OverrideKind
from booking.demo.engine import data
from booking.demo.engine.people import DemoPerson
from booking.instructors.engine import index_terms, names
from booking.instructors.engine.vocabulary import Audience, Format, bits_over

RULES_SHARE, CAPPED_SHARE = 0.4, 0.1
"""Shares of instructors with their own booking rules, and with caps."""
TERM_SHARE, ENDED_SHARE, OWN_TERM_SHARE = 0.6, 0.03, 0.1
SUSPENDED_SHARE = 0.02
OVERRIDE_SHARE = 0.5
EXTRA_SHARE = 0.2
UNLISTED_SHARE = 0.01
INACTIVE_SHARE = 0.03
UNRESTRICTED_SHARE = 0.2
"""Share of topics without an audience, which means for everybody."""


def add_person(
    rows: Rows,
    rng: random.Random,
    person: DemoPerson,
    *,
    part: int,
    field_ids: Mapping[str, int],
    now: datetime,
    today: date,
) -> tuple[int, dict[int, int]]:
    """Add an instructor; returns (id, topic ids by index into the catalogue)."""
    # Parts may repeat a name and workplace, which must be unique in the register.
    workplace = f"{person.workplace}第{part}分部" if part else person.workplace
    topics = [data.TOPICS[index] for index in person.topics]
    phrases = [topic.title for topic in topics] + [_field_name(code) for code in person.fields]
    instructor_id = rows.add_with_id(
        "instructor",
        name=person.name,
        sort_key=names.sort_key(person.name),
        search_text=names.normalise(
            " ".join([person.name, workplace, person.title, *phrases, *_english(person.fields)])
        ),
        search_pinyin=f"{names.pinyin_tokens(person.name)} {_tokens(phrases)}",
        search_codes=index_terms.codes(_with_above(person.fields), sorted(set(person.serves))),
        workplace=workplace,
        title=person.title,
        introduction="",
        region_code=person.region,
        listed=rng.random() >= UNLISTED_SHARE,
        created_at=now,
        changed_at=now,
    )
    entry = rows.tables["instructor"][-1]
    for code in dict.fromkeys(person.fields):
        rows.add("instructor_field", instructor_id=instructor_id, field_id=field_ids[code])
    for code in person.serves:
        rows.add("served_region", instructor_id=instructor_id, region_code=code)
    _add_time(rows, rng, person, instructor_id, now, today)
    added = {
        index: _add_topic(rows, rng, instructor_id, data.TOPICS[index], field_ids)
        for index in person.topics
    }
    active = [suits for _id, suits in added.values() if suits is not None]
    entry["audience_bits"] = bits_over(audiences for audiences, _formats in active)
    entry["format_bits"] = bits_over(formats for _audiences, formats in active)
    return instructor_id, {index: topic_id for index, (topic_id, _suits) in added.items()}


@cache
def _field_name(code: str) -> str:
    return next(field.name for field in data.FIELDS if field.code == code)


@cache
def _english_name(code: str) -> str:
    return next(field.name_en for field in data.FIELDS if field.code == code)


def _english(codes: Sequence[str]) -> list[str]:
    """The distinct English names of the fields and their parents."""
    return list(dict.fromkeys(map(_english_name, _with_above(codes))))


def _with_above(codes: Sequence[str]) -> list[str]:
    return [each for code in codes for each in (code, code.partition(".")[0])]


@cache
def _phrase(phrase: str) -> tuple[str, ...]:
    return tuple(names.phrase_tokens([phrase]).split())


def _tokens(phrases: Sequence[str]) -> str:
    """The same as `names.phrase_tokens(phrases)`, cached per phrase."""
    unique = dict.fromkeys(token for phrase in phrases for token in _phrase(phrase))
    return f" {' '.join(unique)} " if unique else ""


Suits = tuple[tuple[Audience, ...], tuple[Format, ...]]
"""(audiences, formats) of a topic."""


def _add_topic(
    rows: Rows,
    rng: random.Random,
    instructor_id: int,
    topic: data.DemoTopic,
    field_ids: Mapping[str, int],
) -> tuple[int, Suits | None]:
    """(topic id, audiences and formats if it is active)."""
    active = rng.random() >= INACTIVE_SHARE
    audiences = () if rng.random() < UNRESTRICTED_SHARE else topic.audiences
    topic_id = rows.add_with_id(
        "topic",
        instructor_id=instructor_id,
        title=topic.title,
        summary=topic.summary,
        minutes=topic.minutes,
        field_id=field_ids[topic.field],
        active=active,
        audiences=audiences,
        formats=topic.formats,
    )
    return topic_id, (audiences, topic.formats) if active else None


def _add_time(
    rows: Rows,
    rng: random.Random,
    person: DemoPerson,
    instructor_id: int,
    now: datetime,
    today: date,
) -> None:
    for weekday, start, end in person.hours:
        rows.add(
            "weekly_block",
            instructor_id=instructor_id,
            weekday=weekday,
            start_minute=start,
            end_minute=end,
            every_weeks=1,
        )
    if rng.random() < OVERRIDE_SHARE:
        _add_override(rows, rng, instructor_id, today)
    if rng.random() < RULES_SHARE:
        _add_rule(rows, rng, instructor_id, now)
    if rng.random() < TERM_SHARE:
        _add_term(rows, rng, instructor_id, today)
    if rng.random() < SUSPENDED_SHARE:
        first = today - timedelta(days=rng.randrange(60))
        last = None if rng.random() < 0.5 else first + timedelta(days=90)
        rows.add("suspension", instructor_id=instructor_id, first=first, last=last, reason="")


def _add_override(rows: Rows, rng: random.Random, instructor_id: int, today: date) -> None:
    extra = rng.random() < EXTRA_SHARE
    first = today + timedelta(days=rng.randrange(-10, 40))
    last = first if extra else first + timedelta(days=rng.randrange(0, 5))
    rows.add(
        "date_override",
        instructor_id=instructor_id,
        kind=OverrideKind.EXTRA if extra else OverrideKind.CLOSED,
        first=first,
        last=last,
        start_minute=540 if extra else 0,
        end_minute=960 if extra else 1440,
        note="",
    )


def _add_rule(rows: Rows, rng: random.Random, instructor_id: int, now: datetime) -> None:
    capped = rng.random() < CAPPED_SHARE / RULES_SHARE
    rows.add(
        "booking_rule",
        instructor_id=instructor_id,
        step_minutes=rng.choice([30, 30, 60]),
        notice_days=rng.choice([1, 3, 3, 5]),
        horizon_days=rng.choice([60, 90, 180]),
        buffer_minutes=rng.choice([0, 15, 30]),
        shortest_minutes=15,
        longest_minutes=480,
        closed_on_holidays=True,
        makeup=MakeupRule.OWN,
        makeup_weekday=None,
        cap_day=1 if capped else None,
        cap_week=2 if capped else None,
        cap_month=None,
        cap_year=24 if capped and rng.random() < 0.5 else None,
        cap_branch_quarter=None,
        changed_at=now,
    )


def _add_term(rows: Rows, rng: random.Random, instructor_id: int, today: date) -> None:
    """Add a term: mostly to the end of a year, for about three years; some ended or individual."""
    if rng.random() < ENDED_SHARE:
        last = today - timedelta(days=5)
    elif rng.random() < OWN_TERM_SHARE:
        last = today + timedelta(days=rng.randrange(5, 700))
    else:
        last = date(today.year + rng.randrange(3), 12, 31)
    rows.add(
        "term",
        instructor_id=instructor_id,
        first=last.replace(day=1) - timedelta(days=3 * 365),
        last=last,
        certificate="",
    )
