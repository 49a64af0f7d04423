"""The windows that the second step of the form says; what is wrong stands at its fields."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.zones import DAY_MINUTES
from booking.availability.queries import slot_template
from booking.directory.engine.url_parameters import read_day
from booking.errors import Invalid
from booking.orders.engine.windows import MOST_WINDOWS, Window, window_between, window_of
from booking.orders.forms import NeedForm
from booking.sentences import N_


def windows_of(session: Session, form: NeedForm, zone: ZoneInfo) -> tuple[Window, ...]:
    """The windows in their order; a wrong value is told at its field and left out."""
    template = slot_template(session, form.region.data or "")
    found = []
    for number in range(1, MOST_WINDOWS + 1):
        try:
            window = _window(form, number, template, zone)
        except Invalid as error:
            form[error.field].errors = [error.sentence]
            continue
        if window is not None:
            found.append(window)
    return tuple(found)


def _window(form: NeedForm, number: int, template: SlotTemplate, zone: ZoneInfo) -> Window | None:
    day_name = f"day_{number}"
    day_text, part, start, end = (
        (form[f"{name}_{number}"].data or "").strip() for name in ("day", "part", "from", "to")
    )
    if not (day_text or part or start or end):
        return None
    if not day_text:
        raise Invalid(N_("Choose the day as well, or leave this time empty."), field=day_name)
    day: date = read_day(day_text, day_name)
    if start or end:
        first = _minute(start, f"from_{number}", 0)
        last = _minute(end, f"to_{number}", DAY_MINUTES)
        if last <= first:
            raise Invalid(
                N_("The end lies before the beginning. Exchange them."), field=f"to_{number}"
            )
        return window_between(day, first, last, zone)
    if part and part not in set(HalfDay):
        raise Invalid(N_("Choose a part of the day from the list."), field=f"part_{number}")
    return window_of(day, HalfDay(part) if part else None, template, zone)


def _minute(value: str, field: str, empty: int) -> int:
    if not value:
        return empty
    hour, _colon, minute = value.partition(":")
    if hour.isdecimal() and minute.isdecimal() and len(value) == 5:
        found = int(hour) * 60 + int(minute)
        if int(minute) < 60 and found <= DAY_MINUTES:
            return found
    raise Invalid(N_("Write the time as 09:00."), field=field)
