"""Validators of days that several forms share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, ValidationError

from booking import i18n
from booking.sentences import N_
from booking.web.request_safety import Form

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Dates outside these years are typing errors."""

WRONG_YEAR = N_(
    "Choose a day between the years %(first)s and %(last)s.", first=FIRST_YEAR, last=LAST_YEAR
)


def sensible_day(_form: Form, field: DateField) -> None:
    """Validator: refuse days outside these years."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(WRONG_YEAR)


def coming_day(form: Form, field: DateField) -> None:
    """Validator: refuse days outside these years, and past days, which no list shows."""
    sensible_day(form, field)
    if field.data is not None and field.data < i18n.today():
        raise ValidationError(_("This day has passed. Choose today or a later day."))
