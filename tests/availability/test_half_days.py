"""Morning, afternoon and evening: limits, names, and the order of the parts."""

from __future__ import annotations

import pytest

from booking import i18n
from booking.availability.engine.day_parts import DEFAULT_TEMPLATE, HalfDay, SlotTemplate

EARLY = SlotTemplate((480, 690), (780, 990), (1080, 1200))


def test_the_usual_limits_are_those_of_every_page() -> None:
    assert DEFAULT_TEMPLATE.limits == i18n.NOON_AND_DUSK == (720, 1080)


def test_the_usual_hours() -> None:
    hours = [DEFAULT_TEMPLATE.hours(part) for part in HalfDay]
    assert hours == [(510, 720), (840, 1050), (1140, 1260)]


@pytest.mark.parametrize(
    ("template", "minute", "part"),
    [
        (DEFAULT_TEMPLATE, 0, HalfDay.MORNING),
        (DEFAULT_TEMPLATE, 719, HalfDay.MORNING),
        (DEFAULT_TEMPLATE, 720, HalfDay.AFTERNOON),
        (DEFAULT_TEMPLATE, 1079, HalfDay.AFTERNOON),
        (DEFAULT_TEMPLATE, 1080, HalfDay.EVENING),
        (DEFAULT_TEMPLATE, 1439, HalfDay.EVENING),
        (EARLY, 689, HalfDay.MORNING),
        (EARLY, 690, HalfDay.AFTERNOON),
        (EARLY, 1019, HalfDay.AFTERNOON),
        (EARLY, 1020, HalfDay.EVENING),
    ],
)
def test_how_a_minute_is_called(template: SlotTemplate, minute: int, part: HalfDay) -> None:
    assert template.part_of(minute) is part


def test_the_evening_never_begins_within_the_afternoon() -> None:
    tight = SlotTemplate((480, 720), (780, 1070), (1080, 1200))
    assert tight.limits == (720, 1070)


@pytest.mark.parametrize(
    "parts",
    [
        ((510, 720), (700, 900), (1140, 1260)),
        ((510, 510), (840, 1050), (1140, 1260)),
        ((840, 1050), (510, 720), (1140, 1260)),
        ((510, 720), (840, 1050), (1140, 1500)),
    ],
)
def test_parts_that_do_not_follow_each_other_are_refused(
    parts: tuple[tuple[int, int], ...],
) -> None:
    with pytest.raises(ValueError, match="follow each other"):
        SlotTemplate(*parts)
