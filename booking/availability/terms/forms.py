"""The forms of terms, suspensions and the days of a topic. They end in plain values."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from booking.availability.forms import sensible_day
from booking.web.request_safety import Form

A_DAY = _("Choose a day.")


class TermForm(Form):
    """A term of appointment, both days inclusive."""

    first = DateField(_("First day"), validators=[InputRequired(A_DAY), sensible_day])
    last = DateField(_("Last day"), validators=[InputRequired(A_DAY), sensible_day])
    certificate = StringField(_("Number of the certificate"), validators=[Length(max=60)])


class SuspensionForm(Form):
    """Days without any lecture, both inclusive."""

    first = DateField(_("First day"), validators=[InputRequired(A_DAY), sensible_day])
    last = DateField(
        _("Last day (empty: until further notice)"), validators=[Optional(), sensible_day]
    )
    reason = StringField(_("Reason"), validators=[Length(max=200)])


class LastDayForm(Form):
    """The day on which something that was open ends, inclusive."""

    last = DateField(_("Last day"), validators=[InputRequired(A_DAY), sensible_day])


class TopicDaysForm(Form):
    """From when to when a topic is offered, both days inclusive."""

    first = DateField(_("From (empty: no limit)"), validators=[Optional(), sensible_day])
    last = DateField(_("To, the last day (empty: no limit)"), validators=[Optional(), sensible_day])
