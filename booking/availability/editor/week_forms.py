"""The forms of weekly hours: the everyday week, and timetables beside it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from booking.availability.engine.day_parts import HalfDay, SlotTemplate
from booking.availability.engine.errors import NeverHolds
from booking.availability.engine.hours_text import Block, read_blocks, write_blocks
from booking.availability.engine.intervals import union
from booking.availability.engine.timetables import Timetable, Validity, Week
from booking.availability.words import HALF_DAYS
from booking.errors import Invalid
from booking.sentences import N_
from booking.web.days import sensible_day
from booking.web.request_safety import Form

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class WeekForm(Form):
    """Seven lines of hours, one per weekday, and a tool that fills several at once."""

    day0 = StringField(WEEKDAYS[0], validators=[Length(max=200)])
    day1 = StringField(WEEKDAYS[1], validators=[Length(max=200)])
    day2 = StringField(WEEKDAYS[2], validators=[Length(max=200)])
    day3 = StringField(WEEKDAYS[3], validators=[Length(max=200)])
    day4 = StringField(WEEKDAYS[4], validators=[Length(max=200)])
    day5 = StringField(WEEKDAYS[5], validators=[Length(max=200)])
    day6 = StringField(WEEKDAYS[6], validators=[Length(max=200)])
    fill_with = SelectField(_("Fill in"), validate_choice=False)
    fill_days = SelectMultipleField(
        _("on these days"),
        choices=[SelectChoice(str(day), name) for day, name in enumerate(WEEKDAYS)],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
        validate_choice=False,
    )

    def days(self) -> list[StringField]:
        """The seven fields, Monday first."""
        return [self[f"day{weekday}"] for weekday in range(7)]

    def week(self) -> dict[int, list[Block]]:
        """Weekday to blocks; raises an `Invalid` that names the field."""
        return {
            weekday: read_blocks(field.data or "", field.name)
            for weekday, field in enumerate(self.days())
        }

    def show(self, week: Week) -> None:
        """Set the seven lines from weekly hours."""
        for weekday, field in enumerate(self.days()):
            field.data = write_blocks(week.get(weekday, ()))

    def offer(self, template: SlotTemplate) -> None:
        """Set the choices of `fill_with`: a half-day, or the hours of another weekday."""
        self.fill_with.choices = [
            *(
                SelectChoice(part.value, f"{name} {write_blocks([template.hours(part)])}")
                for part, name in HALF_DAYS.items()
            ),
            *(
                SelectChoice(f"day{day}", N_("the same as %(weekday)s", weekday=name))
                for day, name in enumerate(WEEKDAYS)
            ),
        ]

    def fill(self, template: SlotTemplate) -> None:
        """Fill the chosen lines: a half-day is added, another weekday is copied.

        Raises an `Invalid` that names the line that cannot be parsed.
        """
        source, targets = self.fill_with.data, set(self.fill_days.data or ())
        for weekday, field in enumerate(self.days()):
            if str(weekday) not in targets:
                continue
            if source in set(HalfDay):
                blocks = read_blocks(field.data or "", field.name)
                field.data = write_blocks(union([*blocks, template.hours(HalfDay(source))]))
            elif source in self._fields and source.startswith("day"):
                field.data = self[source].data


class TimetableForm(WeekForm):
    """Hours for a period, or for every second week."""

    title = StringField(
        _("Name, for example “Summer”"),
        validators=[InputRequired(_("Give these hours a name.")), Length(max=60)],
    )
    first = DateField(_("From (empty: no limit)"), validators=[Optional(), sensible_day])
    last = DateField(_("To, the last day (empty: no limit)"), validators=[Optional(), sensible_day])
    every_weeks = RadioField(
        _("On these days, the hours apply"),
        choices=[SelectChoice("1", _("every week")), SelectChoice("2", _("every second week"))],
        default="1",
    )
    week_of = DateField(
        _("A day in one of these weeks (only for every second week)"),
        validators=[Optional(), sensible_day],
    )
    replaces = RadioField(
        _("They apply"),
        choices=[
            SelectChoice("yes", _("instead of the everyday week")),
            SelectChoice("no", _("in addition to the everyday week")),
        ],
        default="yes",
    )

    @classmethod
    def showing(cls, timetable: Timetable) -> TimetableForm:
        """The form, filled with a stored timetable."""
        validity = timetable.validity
        form = cls(
            formdata=None,
            title=timetable.title,
            first=validity.first,
            last=validity.last,
            every_weeks=str(validity.weeks),
            week_of=validity.week_of,
            replaces="yes" if timetable.replaces else "no",
        )
        form.show(timetable.week)
        return form

    def timetable(self) -> Timetable:
        """The submitted timetable; raises an `Invalid` that names the field."""
        alternating = self.every_weeks.data == "2"
        if alternating and self.week_of.data is None:
            raise Invalid(_("Name a day in a week in which these hours hold."), field="week_of")
        if not alternating and self.first.data is None and self.last.data is None:
            raise NeverHolds()
        validity = Validity(
            self.first.data,
            self.last.data,
            2 if alternating else 1,
            self.week_of.data if alternating else None,
        )
        return Timetable(self.title.data, self.week(), validity, self.replaces.data == "yes")
