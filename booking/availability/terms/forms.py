"""The forms for terms, suspensions and the days of a topic; they return plain values."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.web.days import sensible_day
from booking.web.request_safety import Form

A_DAY = _("Choose a day.")


class TermForm(Form):
    """A term of appointment, both days inclusive."""

    first = DateField(_("First day"), validators=[InputRequired(A_DAY), sensible_day])
    last = DateField(_("Last day"), validators=[InputRequired(A_DAY), sensible_day])
    certificate = StringField(
        _("Number of the certificate (optional)"), validators=[Length(max=60)]
    )


class SuspensionForm(Form):
    """A suspension: days without any lecture, both inclusive."""

    first = DateField(_("First day"), validators=[InputRequired(A_DAY), sensible_day])
    last = DateField(
        _("Last day (optional; empty: until further notice)"), validators=[Optional(), sensible_day]
    )
    reason = StringField(_("Reason (optional)"), validators=[Length(max=200)])


class LastDayForm(Form):
    """The last day, inclusive, of something open-ended."""

    last = DateField(_("Last day"), validators=[InputRequired(A_DAY), sensible_day])


class TopicDaysForm(Form):
    """The days on which a topic is offered, both inclusive."""

    first = DateField(_("From (empty: no limit)"), validators=[Optional(), sensible_day])
    last = DateField(_("To, the last day (empty: no limit)"), validators=[Optional(), sensible_day])
