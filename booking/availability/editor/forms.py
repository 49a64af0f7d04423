"""The editor's forms for exceptions and booking rules; they return plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from booking.availability.editor.week_forms import WEEKDAYS
from booking.availability.engine.errors import DaysReversed
from booking.availability.engine.hours import HolidayPolicy, MakeupRule, Override, OverrideKind
from booking.availability.engine.hours_text import Block, read_blocks
from booking.availability.engine.limits import Caps
from booking.availability.engine.offers import LONGEST_HORIZON
from booking.availability.engine.rules import RuleSet
from booking.instructors.engine.vocabulary import (
    LENGTH_OUT_OF_RANGE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
)
from booking.sentences import N_
from booking.web.days import coming_day
from booking.web.request_safety import Form, WholeNumberField


class OverrideForm(Form):
    """An exception to the weekly hours: a day, or a span of days."""

    kind = RadioField(
        _("These days are"),
        choices=[
            SelectChoice(OverrideKind.CLOSED.value, _("closed")),
            SelectChoice(OverrideKind.EXTRA.value, _("open in addition")),
        ],
        default=OverrideKind.CLOSED.value,
    )
    first = DateField(_("First day"), validators=[InputRequired(_("Choose a day.")), coming_day])
    last = DateField(_("Last day (empty: the same day)"), validators=[Optional(), coming_day])
    hours = StringField(
        _("Only at these hours (empty: the whole day)"), validators=[Length(max=100)]
    )
    note = StringField(_("Note (optional; branches do not see it)"), validators=[Length(max=120)])

    def last_day(self) -> date:
        """The last day; the first day where the field is empty."""
        last: date = self.last.data or self.first.data
        return last

    def blocks(self) -> list[Block]:
        """The blocks of the day; the whole day where the field is empty."""
        return read_blocks(self.hours.data or "", "hours") or [(0, 1440)]

    def overrides(self) -> list[Override]:
        """The exception as values of the engine; raises `DaysReversed`."""
        if self.last_day() < self.first.data:
            raise DaysReversed()
        kind = OverrideKind(self.kind.data)
        return [
            Override(self.first.data, self.last_day(), kind, start, end)
            for start, end in self.blocks()
        ]


def _cap_validators(maximum: int) -> list[object]:
    message = _("Choose a whole number from %(min)s to %(max)s.")
    return [Optional(), NumberRange(1, maximum, message=message)]


_LENGTH_RANGE = NumberRange(SHORTEST_MINUTES, LONGEST_MINUTES, message=LENGTH_OUT_OF_RANGE)


def _not_shorter(form: Form, field: WholeNumberField) -> None:
    """Validator: refuse a longest lecture that is shorter than the shortest."""
    shortest = form.shortest_minutes.data
    if shortest is not None and field.data is not None and field.data < shortest:
        raise ValidationError(_("The longest lecture must not be shorter than the shortest."))


class RulesForm(Form):
    """How an instructor takes bookings: notice, horizon, lengths, days off and caps."""

    notice_days = WholeNumberField(
        _("Working days of notice"),
        validators=[NumberRange(0, 60, message=_("Choose from %(min)s to %(max)s working days."))],
    )
    horizon_days = WholeNumberField(
        _("Days ahead that can be booked"),
        validators=[
            NumberRange(1, LONGEST_HORIZON.days, message=_("Choose from %(min)s to %(max)s days."))
        ],
    )
    buffer_minutes = WholeNumberField(
        _("Free minutes before and after a lecture"),
        validators=[NumberRange(0, 240, message=_("Choose from %(min)s to %(max)s minutes."))],
    )
    step_minutes = SelectField(
        _("A lecture may begin every"),
        coerce=int,
        choices=[
            SelectChoice(step, N_("%(minutes)s minutes", minutes=step)) for step in (15, 30, 60)
        ],
    )
    shortest_minutes = WholeNumberField(
        _("Shortest lecture, in minutes"), validators=[_LENGTH_RANGE]
    )
    longest_minutes = WholeNumberField(
        _("Longest lecture, in minutes"), validators=[_LENGTH_RANGE, _not_shorter]
    )
    closed_on_holidays = BooleanField(_("Closed on statutory days off"))
    makeup = SelectField(
        _("Make-up workdays are open"),
        choices=[
            SelectChoice("own", _("as on that day of the week")),
            SelectChoice("none", _("not at all")),
            *(
                SelectChoice(str(day), N_("as on %(weekday)s", weekday=WEEKDAYS[day]))
                for day in range(7)
            ),
        ],
    )
    cap_day = WholeNumberField(_("At most per day"), validators=_cap_validators(20))
    cap_week = WholeNumberField(_("At most per week"), validators=_cap_validators(100))
    cap_month = WholeNumberField(_("At most per month"), validators=_cap_validators(400))
    cap_year = WholeNumberField(_("At most per year"), validators=_cap_validators(2000))
    cap_branch_quarter = WholeNumberField(
        _("At most per branch and quarter"), validators=_cap_validators(100)
    )

    @classmethod
    def showing(cls, rules: RuleSet) -> RulesForm:
        """The form, filled with stored rules."""
        booking, policy, caps = rules.booking, rules.holidays, rules.caps
        weekday = policy.makeup is MakeupRule.WEEKDAY
        return cls(
            formdata=None,
            notice_days=booking.notice_days,
            horizon_days=booking.horizon_days,
            buffer_minutes=booking.buffer_minutes,
            step_minutes=booking.step_minutes,
            shortest_minutes=booking.shortest_minutes,
            longest_minutes=booking.longest_minutes,
            closed_on_holidays=policy.closed_on_holidays,
            makeup=str(policy.makeup_weekday) if weekday else policy.makeup.value,
            cap_day=caps.day,
            cap_week=caps.week,
            cap_month=caps.month,
            cap_year=caps.year,
            cap_branch_quarter=caps.branch_quarter,
        )

    def rules(self, before: RuleSet) -> RuleSet:
        """The submitted rules; values that the form does not show are taken from `before`."""
        return RuleSet(
            replace(
                before.booking,
                step_minutes=self.step_minutes.data,
                notice_days=self.notice_days.data,
                horizon_days=self.horizon_days.data,
                buffer_minutes=self.buffer_minutes.data,
                shortest_minutes=self.shortest_minutes.data,
                longest_minutes=self.longest_minutes.data,
            ),
            self._holidays(),
            Caps(
                self.cap_day.data,
                self.cap_week.data,
                self.cap_month.data,
                self.cap_year.data,
                self.cap_branch_quarter.data,
            ),
        )

    def _holidays(self) -> HolidayPolicy:
        closed, choice = self.closed_on_holidays.data, self.makeup.data
        if choice.isdecimal():
            return HolidayPolicy(closed, MakeupRule.WEEKDAY, int(choice))
        return HolidayPolicy(closed, MakeupRule(choice))
