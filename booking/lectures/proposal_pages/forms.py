"""Forms of proposals."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from booking.instructors.engine.vocabulary import Format
from booking.lectures.engine import policy
from booking.lectures.engine.states import Party
from booking.web.request_safety import Form

REASON = _("Why? The other side sees it (optional)")
_REASON_LENGTH = Length(max=policy.LONGEST_REASON, message=policy.REASON_TOO_LONG)


BOTH_SIDES = frozenset({Party.COORDINATOR, Party.BRANCH_COORDINATOR})


class ProposalForm(Form):
    """For whom a coordinator of both sides proposes: only there is the field part of the form."""

    side = RadioField(
        _("For whom do you propose this?"),
        choices=[
            SelectChoice(Party.BRANCH_COORDINATOR.value, _("For the branch")),
            SelectChoice(Party.COORDINATOR.value, _("For the instructor")),
        ],
    )

    def ask_side(self, who: frozenset[Party]) -> None:
        """Keep the question only where the answer is open."""
        if not who >= BOTH_SIDES or who & {Party.BRANCH, Party.INSTRUCTOR}:
            del self.side

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields; replaces the error of the side by one that says what to do."""
        valid = super().validate(extra_validators)
        if "side" in self and self.side.errors:
            self.side.errors = [_("Choose for whom you propose this: the other side is asked.")]
        return valid

    def parties(self, who: frozenset[Party]) -> frozenset[Party]:
        """The capacities in which it is proposed: the chosen one, where there is a choice."""
        if "side" not in self:
            return who
        return frozenset(party for party in who if party.value == self.side.data)


class MoveForm(ProposalForm):
    """Another place, and why; the chosen times are hidden fields called `start`."""

    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])
    place = StringField(
        _("Place"),
        validators=[
            InputRequired(_("Say where the lecture takes place.")),
            Length(max=policy.LONGEST_PLACE, message=policy.PLACE_TOO_LONG),
        ],
    )
    format = RadioField(_("Format"))
    jump = StringField(_("Another day"))
    """The day whose times are to be shown; it is no part of the proposal."""
    reason = TextAreaField(REASON, validators=[Optional(), _REASON_LENGTH])

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields; replaces the error of the format by one that says what to do."""
        valid = super().validate(extra_validators)
        if self.format.errors:
            self.format.errors = [_("This topic is not offered in this format. Choose another.")]
        return valid

    def chosen_format(self) -> Format:
        """The chosen format."""
        return Format(self.format.data)


NOT_FREE = _("This instructor is no longer free at this time. Choose somebody else.")
NOBODY_CHOSEN = _("Choose who should be asked.")


class ReplacementForm(ProposalForm):
    """Who should take the lecture, with which topic (`12-34`: their ids), and why."""

    candidate = RadioField(_("Who should take it?"))
    reason = TextAreaField(REASON, validators=[Optional(), _REASON_LENGTH])

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate that one of the candidates is chosen."""
        valid = super().validate(extra_validators)
        if self.candidate.errors:
            chosen = self.candidate.raw_data and self.candidate.raw_data[0]
            self.candidate.errors = [NOT_FREE if chosen else NOBODY_CHOSEN]
        return valid

    def chosen(self) -> tuple[int, int]:
        """The ids of the chosen instructor and topic."""
        instructor_id, _dash, topic_id = self.candidate.data.partition("-")
        return int(instructor_id), int(topic_id)
