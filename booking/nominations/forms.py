"""The forms of a nomination and of the decisions on it; they return plain values."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from booking.accounts.engine.email_addresses import is_address
from booking.availability.engine.zones import local_instant
from booking.instructors.engine.vocabulary import DEFAULT_MINUTES
from booking.nominations.engine import application as limits
from booking.nominations.engine.application import Application, ProposedTopic
from booking.nominations.engine.lifecycle import LONGEST_REASON, REASON_TOO_LONG
from booking.nominations.engine.terms import USUAL_YEARS, YEARS
from booking.nominations.models import Nomination
from booking.nominations.service import LONGEST_PLACE
from booking.sentences import plural
from booking.text import one_line, plain
from booking.visibility.public_texts import PublicForm
from booking.web.days import sensible_day
from booking.web.request_safety import Form, WholeNumberField

A_DAY = _("Choose a day.")
_PHONE_CHARACTERS = frozenset("0123456789+-() ")


def _at_most(count: int) -> Length:
    return Length(max=count)


def readable_phone(_form: Form, field: StringField) -> None:
    """Validator: refuse what is no telephone number."""
    number = one_line(field.data or "")
    if number and (set(number) - _PHONE_CHARACTERS or sum(map(str.isdigit, number)) < 7):
        raise ValidationError(_("This is not a telephone number."))


def readable_address(_form: Form, field: StringField) -> None:
    """Validator: refuse what is no mail address."""
    address = (field.data or "").strip()
    if address and not is_address(address):
        raise ValidationError(_("This is not an e-mail address, such as name@example.org."))


class NominationForm(PublicForm):
    """A nomination; `who` is asked only where somebody can nominate in several ways."""

    PUBLIC_TEXTS = (
        "name", "workplace", "title", "topic_1", "summary_1", "topic_2", "topic_3", "introduction",
    )  # fmt: skip

    who = RadioField(_("Who nominates?"), validators=[Optional()])
    name = StringField(
        _("Name of the person"),
        validators=[InputRequired(_("The name is missing.")), _at_most(limits.LONGEST_NAME)],
    )
    workplace = StringField(
        _("Workplace"),
        validators=[
            InputRequired(_("Say where the person works or worked.")),
            _at_most(limits.LONGEST_WORKPLACE),
        ],
    )
    title = StringField(_("Post (optional)"), validators=[_at_most(limits.LONGEST_TITLE)])
    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])
    field_1 = StringField(_("Field (optional)"))
    field_2 = StringField(_("Second field (optional)"))
    topic_1 = StringField(_("Topic"), validators=[_at_most(limits.LONGEST_TOPIC)])
    minutes_1 = WholeNumberField(_("Minutes"), validators=[Optional()])
    summary_1 = StringField(_("Summary (optional)"), validators=[_at_most(limits.LONGEST_SUMMARY)])
    topic_2 = StringField(_("Second topic (optional)"), validators=[_at_most(limits.LONGEST_TOPIC)])
    minutes_2 = WholeNumberField(_("Minutes of the second"), validators=[Optional()])
    topic_3 = StringField(_("Third topic (optional)"), validators=[_at_most(limits.LONGEST_TOPIC)])
    minutes_3 = WholeNumberField(_("Minutes of the third"), validators=[Optional()])
    introduction = TextAreaField(
        _("About the person (optional)"), validators=[_at_most(limits.LONGEST_INTRODUCTION)]
    )
    phone = StringField(
        _("Telephone number"), validators=[_at_most(limits.LONGEST_PHONE), readable_phone]
    )
    email = StringField(
        _("Mail address (optional)"),
        validators=[_at_most(limits.LONGEST_ADDRESS), readable_address],
    )
    agreed = BooleanField(
        _("The person knows of this and agrees that these data are kept for the review."),
        validators=[InputRequired(_("Ask the person first, then confirm it here."))],
    )

    def validate_minutes_1(self, field: WholeNumberField) -> None:
        """Refuse a number that is none; the range is checked with the topics."""
        self._number(field)

    def validate_minutes_2(self, field: WholeNumberField) -> None:
        """Like the first."""
        self._number(field)

    def validate_minutes_3(self, field: WholeNumberField) -> None:
        """Like the first."""
        self._number(field)

    @staticmethod
    def _number(field: WholeNumberField) -> None:
        if field.raw_data and field.raw_data[0].strip() and field.data is None:
            raise ValidationError(_("Write a whole number."))

    def application(self) -> Application:
        """The values."""
        return Application(
            name=one_line(self.name.data or ""),
            workplace=one_line(self.workplace.data or ""),
            title=one_line(self.title.data or ""),
            region_code=self.region.data or "",
            introduction=plain(self.introduction.data or "").strip(),
            field_codes=self._field_codes(),
            topics=tuple(self._topics()),
            phone=one_line(self.phone.data or ""),
            email=(self.email.data or "").strip(),
        )

    def _field_codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for code in (self.field_1.data, self.field_2.data) if code))

    def _topics(self) -> list[ProposedTopic]:
        topics = []
        for number in range(1, limits.MOST_TOPICS + 1):
            title = one_line(self[f"topic_{number}"].data or "")
            if title:
                minutes = self[f"minutes_{number}"].data
                summary = one_line(self.summary_1.data or "") if number == 1 else ""
                minutes = DEFAULT_MINUTES if minutes is None else minutes
                topics.append(ProposedTopic(title, minutes, summary))
        return topics


def filled(nomination: Nomination) -> NominationForm:
    """The form with the values of a nomination that is to be corrected."""
    values: dict[str, object] = {
        "name": nomination.name,
        "workplace": nomination.workplace,
        "title": nomination.title,
        "region": nomination.region_code,
        "introduction": nomination.introduction,
        "phone": nomination.phone,
        "email": nomination.email,
        "agreed": True,
    }
    for number, field in enumerate(nomination.fields[: limits.MOST_FIELDS], 1):
        values[f"field_{number}"] = field.code
    for number, topic in enumerate(nomination.topics[: limits.MOST_TOPICS], 1):
        values |= {f"topic_{number}": topic.title, f"minutes_{number}": topic.minutes}
        if number == 1:
            values["summary_1"] = topic.summary
    return NominationForm(formdata=None, data=values)


class RemarksForm(Form):
    """Remarks of a reviewer who returns a nomination."""

    reason = TextAreaField(
        _("Remarks (the nominator reads them)"),
        validators=[Length(max=LONGEST_REASON, message=REASON_TOO_LONG)],
    )


class RejectionForm(Form):
    """Why a nomination is not accepted."""

    reason = TextAreaField(
        _("Reason (the nominator reads it)"),
        id="rejection-reason",
        validators=[Length(max=LONGEST_REASON, message=REASON_TOO_LONG)],
    )


class TrialForm(Form):
    """Day, time and place of a trial lecture."""

    day = DateField(_("Day"), validators=[InputRequired(A_DAY), sensible_day])
    clock = TimeField(_("Time"), validators=[InputRequired(_("Choose a time."))])
    place = StringField(
        _("Place"),
        validators=[
            InputRequired(_("Say where it takes place.")),
            Length(max=LONGEST_PLACE),
        ],
    )

    def at(self, zone: ZoneInfo) -> datetime:
        """The instant of the local time."""
        chosen: time = self.clock.data
        return local_instant(self.day.data, chosen.hour * 60 + chosen.minute, zone)


class TrialResultForm(Form):
    """How a trial lecture went."""

    passed = RadioField(
        _("How did it go?"),
        choices=[SelectChoice("yes", _("Suitable")), SelectChoice("no", _("Not suitable"))],
        validators=[InputRequired(_("Choose one."))],
    )
    note = TextAreaField(
        _("Note (only reviewers see it)"),
        validators=[Length(max=LONGEST_REASON, message=REASON_TOO_LONG)],
    )


def years_field() -> SelectField:
    """How many years a term lasts."""
    return SelectField(
        _("Length of the term"),
        coerce=int,
        default=USUAL_YEARS,
        choices=[
            SelectChoice(years, plural("%(num)s year", "%(num)s years", years)) for years in YEARS
        ],
    )


class AcceptForm(Form):
    """From when and how long somebody is appointed, and as which entry."""

    entry = RadioField(_("Entry in the register"), validators=[Optional()])
    first = DateField(_("First day of the term"), validators=[InputRequired(A_DAY), sensible_day])
    years = years_field()
