"""Forms of records: what took place, or why nothing did."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TimeInput

from booking.availability.engine.zones import local_date, local_instant
from booking.lectures.engine import policy
from booking.lectures.models import Lecture
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.lectures.records.service import Held, as_planned
from booking.lectures.records.words import OUTCOMES
from booking.web.request_safety import Form, WholeNumberField

NO_TIME = _("Write the time as 14:30.")


class RecordForm(Form):
    """When it really began and ended, on the day of the lecture; how many listened; a note."""

    started = StringField(_("Began"), widget=TimeInput(), validators=[InputRequired(NO_TIME)])
    ended = StringField(_("Ended"), widget=TimeInput(), validators=[InputRequired(NO_TIME)])
    listeners = WholeNumberField(
        _("How many listened (optional)"),
        validators=[
            Optional(),
            NumberRange(0, policy.MOST_ATTENDEES, message=policy.WRONG_LISTENERS),
        ],
    )
    note = TextAreaField(
        _("Note on the record (optional)"),
        validators=[
            Optional(),
            Length(max=policy.LONGEST_NOTE, message=policy.NOTE_TOO_LONG),
        ],
    )

    def show(self, lecture: Lecture, record: LectureRecord | None, zone: ZoneInfo) -> None:
        """Fill in what was filed; before that, what was planned."""
        held = as_planned(lecture)
        if record is not None and record.started_at and record.ended_at:
            held = Held(record.started_at, record.ended_at, record.listeners, record.note)
        self.started.data = f"{held.started_at.astimezone(zone):%H:%M}"
        self.ended.data = f"{held.ended_at.astimezone(zone):%H:%M}"
        self.listeners.data, self.note.data = held.listeners, held.note

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields; both times are times of day."""
        valid = super().validate(extra_validators)
        for field in (self.started, self.ended):
            if not field.errors and _minute(field.data) is None:
                field.errors, valid = [NO_TIME], False
        return valid

    def held(self, lecture: Lecture, zone: ZoneInfo) -> Held:
        """What was typed; an end before the beginning is one after midnight."""
        day = local_date(lecture.starts_at, zone)
        started, ended = (
            local_instant(day, _minute(field.data) or 0, zone)
            for field in (self.started, self.ended)
        )
        if ended < started:
            ended = _a_day_later(ended, zone)
        return Held(started, ended, self.listeners.data, self.note.data or "")


class NotHeldForm(Form):
    """Why a lecture did not take place."""

    outcome = RadioField(
        _("What happened?"),
        choices=[
            SelectChoice(one.value, words)
            for one, words in OUTCOMES.items()
            if one is not LectureOutcome.HELD
        ],
    )
    why = StringField(
        _("In a few words (both sides see it)"),
        validators=[
            Optional(),
            Length(max=policy.LONGEST_REASON, message=policy.REASON_TOO_LONG),
        ],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields; replaces the error of a missing choice by what to do."""
        valid = super().validate(extra_validators)
        if self.outcome.errors:
            self.outcome.errors = [_("Choose why the lecture did not take place.")]
        return valid


def _minute(text: str | None) -> int | None:
    """The minute of the day of a time such as 14:30; None for another text."""
    try:
        found = time.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return None if found.tzinfo else found.hour * 60 + found.minute


def _a_day_later(instant: datetime, zone: ZoneInfo) -> datetime:
    local = instant.astimezone(zone)
    return local_instant(local.date() + timedelta(days=1), local.hour * 60 + local.minute, zone)
