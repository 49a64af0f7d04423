"""The table of ways: what can be chosen, what is necessary, and what a message then takes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.errors import Invalid
from booking.notifications.choices.engine.ways import (
    CAN_WAIT,
    MAIL_WAYS,
    NECESSARY,
    POSSIBLE,
    PRESETS,
    URGENT_DAYS,
    USUAL,
    MessageWay,
    Preset,
    Ways,
    check,
    in_effect,
    is_urgent,
    offered,
)
from booking.notifications.engine.kinds import MessageKind
from tests.factories import NOW

KINDS, BOOLS = st.sampled_from(MessageKind), st.booleans()
ANY_WAYS = st.builds(Ways, st.sampled_from(MAIL_WAYS), BOOLS, BOOLS)


def _accepted(kind: MessageKind, ways: Ways, *, coordinator: bool) -> bool:
    try:
        check(kind, ways, coordinator=coordinator)
    except Invalid:
        return False
    return True


def test_each_kind_has_its_row() -> None:
    assert set(POSSIBLE) == set(USUAL) == set(MessageKind)
    assert {kind for kind in MessageKind if MessageWay.INVITATION in POSSIBLE[kind]} == {
        MessageKind.CALENDAR
    }
    assert {MessageKind.ANSWER, MessageKind.ACCOUNT} == NECESSARY
    assert set() == NECESSARY & CAN_WAIT


@given(KINDS, ANY_WAYS, BOOLS)
def test_what_is_accepted_is_in_the_table(kind: MessageKind, ways: Ways, coordinator: bool) -> None:
    possible = POSSIBLE[kind] - (set() if coordinator else {MessageWay.ROBOT})
    assert _accepted(kind, ways, coordinator=coordinator) is (ways.each() <= possible)


@given(KINDS, ANY_WAYS, BOOLS, BOOLS, BOOLS)
def test_what_is_necessary_is_always_told(
    kind: MessageKind, ways: Ways, coordinator: bool, urgent: bool, invited: bool
) -> None:
    taken = in_effect(kind, ways, coordinator=coordinator, urgent=urgent, invited=invited)
    if kind in NECESSARY or urgent:
        assert taken.by_mail
    assert (taken.each() - {MessageWay.NONE}) <= offered(kind, coordinator=coordinator) | {
        ways.mail
    }


@given(KINDS, ANY_WAYS, BOOLS)
def test_what_can_be_chosen_is_what_happens(
    kind: MessageKind, ways: Ways, coordinator: bool
) -> None:
    if _accepted(kind, ways, coordinator=coordinator):
        assert in_effect(kind, ways, coordinator=coordinator) == ways


@given(KINDS, BOOLS)
def test_who_chose_nothing_gets_all_by_mail_as_before(kind: MessageKind, urgent: bool) -> None:
    taken = in_effect(kind, None, coordinator=False, urgent=urgent)
    assert (taken.by_mail, taken.text, taken.robot) == (True, False, False)
    assert taken.invites is (kind is MessageKind.CALENDAR)


@given(ANY_WAYS, BOOLS)
def test_a_calendar_that_has_the_lecture_is_kept_right(ways: Ways, urgent: bool) -> None:
    calendar = MessageKind.CALENDAR
    assert in_effect(calendar, ways, coordinator=False, urgent=urgent, invited=True).invites


@pytest.mark.parametrize("preset", Preset)
def test_presets_can_be_chosen_by_those_whom_they_are_offered(preset: Preset) -> None:
    coordinator = preset is Preset.DIGEST
    for kind, ways in PRESETS[preset].items():
        assert _accepted(kind, ways, coordinator=coordinator)


@pytest.mark.parametrize(
    ("ahead", "urgent"),
    [
        (timedelta(days=URGENT_DAYS), False),
        (timedelta(days=URGENT_DAYS) - timedelta(seconds=1), True),
        (timedelta(0), True),
        (-timedelta(days=1), True),
        (-timedelta(days=1, seconds=1), False),
    ],
)
def test_changes_within_a_week_are_urgent(ahead: timedelta, urgent: bool) -> None:
    far: datetime = NOW + timedelta(days=30)
    assert is_urgent(NOW, NOW + ahead) is urgent
    assert is_urgent(NOW, far, NOW + ahead) is urgent
