"""Cutting openings into slots, by example; all times are on one morning, in minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.availability.engine.grids import SlotRules, each_free, grids_of
from booking.availability.engine.intervals import union
from booking.availability.engine.slots import nearest

T0 = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return T0 + timedelta(minutes=minute)


def during(*minutes: tuple[int, int]) -> list[tuple[datetime, datetime]]:
    return [(at(start), at(end)) for start, end in minutes]


def starts(
    openings: list[tuple[int, int]],
    busy: list[tuple[int, int]] | None = None,
    *,
    minutes: int = 60,
    step: int = 30,
    not_before: int = 0,
    not_after: int = 1440,
) -> list[int]:
    slots = list(
        each_free(
            list(grids_of(during(*openings))),
            union(during(*(busy or []))),
            SlotRules(minutes, step),
            not_before=at(not_before),
            not_after=at(not_after),
        )
    )
    assert {end - start for start, end in slots} <= {timedelta(minutes=minutes)}
    return [(start - T0) // timedelta(minutes=1) for start, _ in slots]


def test_the_last_slot_ends_with_the_opening() -> None:
    assert starts([(510, 720)], minutes=120) == [510, 540, 570, 600]


def test_an_opening_shorter_than_the_lecture_gives_none() -> None:
    assert starts([(510, 569)]) == []


def test_an_opening_as_long_as_the_lecture_gives_one() -> None:
    assert starts([(510, 570)]) == [510]


def test_each_opening_starts_its_own_grid() -> None:
    assert starts([(845, 920), (500, 600)]) == [500, 530, 845]


def test_openings_are_merged_first() -> None:
    assert starts([(540, 600), (600, 630), (550, 560)]) == [540, 570]


def test_busy_time_is_half_open() -> None:
    assert starts([(480, 720)], [(540, 600)]) == [480, 600, 630, 660]


def test_busy_time_does_not_move_the_grid() -> None:
    assert starts([(480, 720)], [(475, 500)]) == [510, 540, 570, 600, 630, 660]


def test_busy_may_be_unsorted_overlapping_and_empty() -> None:
    busy = [(650, 660), (480, 500), (490, 540), (600, 600)]
    assert starts([(480, 720)], busy) == [540, 570, 660]


def test_one_busy_time_can_cover_several_openings() -> None:
    assert starts([(0, 60), (120, 180), (240, 300)], [(30, 200)]) == [240]


def test_lead_time_and_horizon_are_exact() -> None:
    assert starts([(480, 720)], not_before=540, not_after=660) == [540, 570, 600]
    assert starts([(480, 720)], not_before=541, not_after=659) == [570]


def test_lead_time_does_not_move_the_grid() -> None:
    assert starts([(480, 720)], not_before=615) == [630, 660]


def test_a_step_longer_than_the_lecture() -> None:
    assert starts([(0, 300)], minutes=30, step=100) == [0, 100, 200]


@pytest.mark.parametrize(("minutes", "step"), [(0, 30), (60, 0), (-60, 30), (60, -30)])
def test_length_and_step_are_positive(minutes: int, step: int) -> None:
    with pytest.raises(ValueError, match="at least one minute"):
        starts([(0, 300)], minutes=minutes, step=step)
    with pytest.raises(ValueError, match="at least one minute"):
        SlotRules(minutes, step)


def test_slots_every_half_hour_unless_told_otherwise() -> None:
    assert SlotRules(90) == SlotRules(minutes=90, step=30)


class TestNearest:
    slots = during((60, 120), (100, 160), (200, 260), (300, 360))

    def test_nearest_first_chosen_but_told_in_order_of_time(self) -> None:
        found = nearest(reversed(self.slots), at(190), 3)
        assert found == during((100, 160), (200, 260), (300, 360))

    def test_of_two_equally_near_the_earlier(self) -> None:
        assert nearest(reversed(self.slots), at(150), 1) == during((100, 160))

    def test_three_unless_told_otherwise(self) -> None:
        assert nearest(self.slots, at(0)) == during((60, 120), (100, 160), (200, 260))

    def test_no_more_than_there_are(self) -> None:
        assert nearest(self.slots[:1], at(0), 3) == during((60, 120))
        assert nearest([], at(0)) == []
        assert nearest(self.slots, at(0), 0) == []
