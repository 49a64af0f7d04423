"""What a page shows of a month: its days, the times of the chosen one, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from booking.availability.queries import (
    CalendarDayRow,
    days_and_estimated_years,
    slot_template,
)
from booking.lectures.engine.day_reasons import day_refusal
from booking.lectures.request_form.month import Month, PartsOfDay, by_part
from booking.lectures.schedules.queries import Schedules
from booking.sentences import Sentence


@dataclass(frozen=True, slots=True)
class MonthPage:
    """Template data of `components/month.html`."""

    month: Month
    parts: PartsOfDay
    """The times of the chosen day by part of the day."""
    why: Sentence | None
    """What closes the chosen day."""
    not_open: bool
    """The instructor has opened no hours yet."""
    calendar_days: Mapping[date, CalendarDayRow]
    estimated: list[int]
    """The years of the month, this one or later, whose days off are estimated."""


def month_page(
    session: Session, schedule: Schedules, instructor_id: int, region_code: str, month: Month
) -> MonthPage:
    """The page of a month of an instructor, whose region is `region_code`. Two queries."""
    calendar_days, estimated = days_and_estimated_years(session, month.first, month.last)
    chosen, why = month.chosen, None
    if chosen is not None and chosen.closed is not None:
        day_off = calendar_days.get(chosen.closed.refused.day or chosen.day)
        why = day_refusal(chosen.closed, holiday=day_off and day_off.name)
    template = slot_template(session, region_code)
    return MonthPage(
        month,
        by_part(chosen.slots if chosen else (), template, schedule.zone),
        why,
        schedule.known[instructor_id].hours.none_given,
        calendar_days,
        [year for year in estimated if year >= month.bounds[0].year],
    )
