"""The leaky bucket of attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.accounts.engine.delays import ACCOUNT, ADDRESS, BEYOND, PAIR, RESET, Bound
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def after(bound: Bound, attempts: int, apart: timedelta = timedelta()) -> int:
    """The count after so many attempts, one each `apart`."""
    empty_at, now = NOW, NOW
    for _ in range(attempts):
        now += apart
        empty_at = bound.charged(empty_at, now)
    return bound.count(empty_at, now)


def test_attempts_at_once_are_all_counted() -> None:
    assert [after(PAIR, number) for number in range(7)] == list(range(7))


def test_one_attempt_leaks_away_at_a_time() -> None:
    empty_at = NOW + PAIR.leak * 3
    counts = [PAIR.count(empty_at, NOW + PAIR.leak * passed) for passed in range(5)]
    assert counts == [3, 2, 1, 0, 0]
    assert PAIR.count(PAIR.returned(empty_at, NOW), NOW) == 2
    assert PAIR.returned(NOW, NOW) == NOW


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [PAIR.wait(count) / MINUTE for count in (0, 4, 5, 6, 7, 8, 9, 10, 10_000)]
    assert waits == [0, 0, 1, 2, 4, 8, 15, 15, 15]


@pytest.mark.parametrize("bound", [PAIR, ACCOUNT, ADDRESS, RESET])
def test_a_month_of_attack_is_forgotten_within_half_a_day(bound: Bound) -> None:
    assert after(bound, 3000, apart=bound.longest) <= bound.free + BEYOND
    assert bound.leak * (bound.free + BEYOND) <= timedelta(hours=12)
    # The longest wait is reached all the same.
    assert bound.wait(bound.free + BEYOND) == bound.longest
