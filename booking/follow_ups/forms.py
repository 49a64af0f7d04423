"""The forms of an answer, and of the period of the overview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import DateField, FileField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from booking.availability.engine.zones import day_bounds, local_date
from booking.follow_ups.models import LONGEST_ANSWER, FollowUp
from booking.follow_ups.outcomes.models import Outcome
from booking.i18n import data_name
from booking.web.days import sensible_day
from booking.web.request_safety import Form

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.pptx"
USUAL_PERIOD = timedelta(days=365)


def _id(value: object) -> int:
    """The id of a choice; -1 for other text, which is no choice."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


class AnswerForm(Form):
    """What has changed; `service` refuses what cannot be."""

    outcomes = SelectMultipleField(
        _("What has changed in the work?"),
        coerce=_id,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    text = TextAreaField(
        _("In your own words"), render_kw={"rows": "4", "maxlength": str(LONGEST_ANSWER)}
    )
    document = FileField(_("Document"), render_kw={"accept": ACCEPTED})

    def offer(self, outcomes: Sequence[Outcome], follow_up: FollowUp) -> None:
        """The choices: what can be chosen now, and what was chosen before."""
        shown = {one.id: one for one in (*outcomes, *follow_up.outcomes)}
        ordered = sorted(shown.values(), key=lambda one: (one.position, one.id))
        self.outcomes.choices = [(one.id, data_name(one.name, one.name_en)) for one in ordered]

    def show(self, follow_up: FollowUp) -> None:
        """Fill in the answer that was given."""
        self.outcomes.data = [one.id for one in follow_up.outcomes]
        self.text.data = follow_up.text

    def upload(self, most: int) -> tuple[bytes, str] | None:
        """Bytes (one more than `most` at most) and name of the document; None without one."""
        sent = self.document.data
        if not sent or not getattr(sent, "filename", ""):
            return None
        return sent.stream.read(most + 1), sent.filename


class PeriodForm(Form):
    """First and last day (inclusive) of the lectures; both optional."""

    class Meta:
        """A search changes nothing, so it needs no CSRF token."""

        csrf = False

    first = DateField(_("First day"), validators=[Optional(), sensible_day])
    last = DateField(_("Last day"), validators=[Optional(), sensible_day])

    def validate_last(self, field: DateField) -> None:
        """Check that the last day is not before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(_("The last day is before the first."))

    def complete(self, now: datetime, zone: ZoneInfo) -> None:
        """Fill in the days that were left out: the year until today."""
        today = local_date(now, zone)
        self.last.data = self.last.data or max(today, self.first.data or today)
        self.first.data = self.first.data or self.last.data - USUAL_PERIOD

    def period(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The period [first, last) as instants, after `complete`."""
        return day_bounds(self.first.data, zone)[0], day_bounds(self.last.data, zone)[1]
