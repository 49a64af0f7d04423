"""When a branch is asked: every question once, on its day, in whatever rhythm the worker comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.follow_ups.engine.due import (
    ASKED_MINUTE,
    ASKED_WITHIN,
    REMINDED_AFTER,
    FollowUpRules,
    FollowUpStage,
    Question,
    due,
    ended_between,
    questions,
    to_remind,
)
from tests.extent import examples

ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]).map(ZoneInfo)
DAYS = st.integers(0, 365)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = st.integers(0, 700 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
RULES = st.builds(
    lambda first, second, open_days: FollowUpRules(
        {FollowUpStage.FIRST: first, FollowUpStage.SECOND: second}, open_days
    ),
    DAYS,
    DAYS,
    st.integers(7, 180),
)


@given(ENDS, RULES, ZONES)
@settings(max_examples=examples(400))
def test_questions_fall_due_in_the_morning_of_their_day(
    ended_at: datetime, rules: FollowUpRules, zone: ZoneInfo
) -> None:
    found = questions(ended_at, rules, zone)

    wanted = [days for days in dict.fromkeys(rules.days.values()) if days]
    assert [one.days for one in found] == wanted
    assert len({one.stage for one in found}) == len(found)
    day = ended_at.astimezone(zone).date()
    for one in found:
        local = one.due_at.astimezone(zone)
        assert (local.date() - day).days == one.days
        assert local.hour * 60 + local.minute == ASKED_MINUTE
        closing = one.closes_at.astimezone(zone)
        assert (closing.date() - local.date()).days == rules.open_days
        assert one.due_at > ended_at


@given(ENDS, RULES, ZONES, st.lists(st.integers(1, 60 * 24 * 9), max_size=40))
@settings(max_examples=examples(400))
def test_each_question_is_asked_once_by_whatever_rounds(
    ended_at: datetime, rules: FollowUpRules, zone: ZoneInfo, steps: list[int]
) -> None:
    """Rounds at random distances ask what a recount over all rounds says, each once."""
    rounds = [ended_at]
    for minutes in [*steps, 1]:
        rounds.append(rounds[-1] + timedelta(minutes=minutes))
    asked: list[tuple[datetime, Question]] = []
    for now in rounds:
        known = {one.stage for _at, one in asked}
        asked += [(now, one) for one in due(ended_at, rules, known=known, now=now, zone=zone)]

    expected = {
        one.stage: min((now for now in rounds if one.due_at <= now), default=None)
        for one in questions(ended_at, rules, zone)
    }
    in_time = {
        one.stage: now
        for one in questions(ended_at, rules, zone)
        if (now := expected[one.stage]) is not None
        and now < min(one.due_at + ASKED_WITHIN, one.closes_at)
    }
    assert {one.stage: now for now, one in asked} == in_time
    assert len(asked) == len(in_time)


@given(ENDS, RULES, ZONES, st.integers(0, 600 * 24 * 60))
@settings(max_examples=examples(400))
def test_the_rough_span_has_every_lecture_that_is_due(
    ended_at: datetime, rules: FollowUpRules, zone: ZoneInfo, later: int
) -> None:
    now = ended_at + timedelta(minutes=later)
    for question in due(ended_at, rules, known=(), now=now, zone=zone):
        first, last = ended_between(rules, question.days, now)
        assert first <= ended_at < last


@given(ENDS, st.integers(8, 180), st.integers(-10, 200 * 24))
@settings(max_examples=examples(200))
def test_the_one_reminder_comes_after_a_week_and_before_the_end(
    asked_at: datetime, open_days: int, hours: int
) -> None:
    closes_at, now = asked_at + timedelta(days=open_days), asked_at + timedelta(hours=hours)

    assert to_remind(asked_at=asked_at, closes_at=closes_at, now=now) == (
        7 * 24 <= hours < open_days * 24
    )
    assert timedelta(days=7) == REMINDED_AFTER
