"""Forms of evaluations: the questions of a set as choices, and the form that begins a set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from booking.evaluations.engine.question_sets import (
    LONGEST_QUESTION,
    MOST_FURTHER,
    EvaluationQuestion,
)
from booking.evaluations.engine.scales import LONGEST_TEXT, EvaluationDimension
from booking.evaluations.models import BranchEvaluation, EvaluationSet
from booking.evaluations.service import Answers
from booking.evaluations.words import DIMENSIONS, SCORES
from booking.sentences import N_
from booking.web.request_safety import Form

TOO_LONG = N_("Write at most %(count)s characters.", count=LONGEST_TEXT)


class EvaluationForm(Form):
    """What every evaluation asks; `form_of` adds the questions of the set."""

    version = HiddenField()
    again = RadioField(
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))],
    )
    remarks = TextAreaField(
        _("What else do you want to say? (optional)"),
        validators=[Optional(), Length(max=LONGEST_TEXT, message=TOO_LONG)],
    )

    def asked(self) -> list[Any]:
        """The fields of the questions, in order."""
        return [field for field in self if field.name.startswith("score_")]

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate all fields; each question needs an answer."""
        valid = bool(super().validate(extra_validators))
        for field in (*self.asked(), self.again):
            if field.errors:
                field.errors = [N_("Choose an answer: %(question)s", question=field.label.text)]
        return valid

    def answers(self) -> Answers:
        """What was chosen; the form is valid."""
        return Answers(
            set_id=int(self.version.data or 0),
            scores={one.name.removeprefix("score_"): int(one.data) for one in self.asked()},
            again=self.again.data == "yes",
            text=self.remarks.data or "",
        )

    def show(self, given: BranchEvaluation) -> None:
        """Fill in what was said before."""
        scores = {one.value: getattr(given, one.value) for one in EvaluationDimension}
        for field in self.asked():
            score = (scores | given.further).get(field.name.removeprefix("score_"))
            field.data = None if score is None else str(score)
        self.again.data = "yes" if given.again else "no"
        self.remarks.data = given.text


def form_of(
    version: EvaluationSet,
    *,
    chinese: bool,
    again: Any,
    further: bool,
    empty: bool = False,
) -> EvaluationForm:
    """The form of a set in one language; `again` is its last question.

    Without `further` the questions that an installation added are left out.
    """

    class Bound(EvaluationForm):
        pass

    for one in _asked(version.asked, further):
        question = RadioField(
            one.zh if chinese else one.en,
            choices=[SelectChoice(str(score), words) for score, words in SCORES.items()],
        )
        setattr(Bound, f"score_{one.key}", question)
    form = Bound(formdata=None) if empty else Bound()
    form.again.label.text = again
    form.version.data = str(version.id)
    return form


def _asked(questions: Sequence[EvaluationQuestion], further: bool) -> list[EvaluationQuestion]:
    return [one for one in questions if further or not one.is_further]


class QuestionsForm(Form):
    """A new version of the questions, in both languages; see `questions_form`."""

    def pairs(self) -> list[tuple[str, str]]:
        """The texts in Chinese and English, those of the dimensions first."""
        return [(self[f"zh_{name}"].data or "", self[f"en_{name}"].data or "") for name in NAMES]

    def show(self, version: EvaluationSet) -> None:
        """Fill in a set."""
        further = [one for one in version.asked if one.is_further]
        places = {one.key: str(place) for place, one in enumerate(further, 1)}
        for one in version.asked:
            name = places.get(one.key, one.key)
            self[f"zh_{name}"].data, self[f"en_{name}"].data = one.zh, one.en


NAMES = (
    *(one.value for one in EvaluationDimension),
    *(str(place) for place in range(1, MOST_FURTHER + 1)),
)

_BOUNDS = {"maxlength": str(LONGEST_QUESTION), "autocomplete": "off"}

for _name in NAMES:
    for _language, _words in (("zh", _("Question in Chinese")), ("en", _("Question in English"))):
        _required = [] if _name.isdigit() else [InputRequired(_("Write the question."))]
        _field = StringField(_words, validators=_required, render_kw=_BOUNDS)
        setattr(QuestionsForm, f"{_language}_{_name}", _field)

LEGENDS = {one.value: words for one, words in DIMENSIONS.items()}
