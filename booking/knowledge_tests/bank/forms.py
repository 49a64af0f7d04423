"""The forms of a question, and of several that are pasted."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from booking.knowledge_tests.engine.questions import (
    LETTERS,
    LONGEST_CHOICE,
    LONGEST_EXPLANATION,
    LONGEST_TEXT,
    QuestionFacts,
    QuestionKind,
    chosen,
    indexes,
)
from booking.knowledge_tests.words import QUESTION_KINDS
from booking.text import one_line
from booking.visibility.public_texts import PublicForm
from booking.web.request_safety import Form

_SHORT = Length(max=LONGEST_CHOICE)
LONGEST_PASTED = 10_000


class QuestionForm(PublicForm):
    """A question with up to six choices; `engine.questions.mistake` says what is wrong."""

    PUBLIC_TEXTS = ("text", "explanation")

    text = TextAreaField(
        _("Question"), validators=[Length(max=LONGEST_TEXT)], render_kw={"rows": 3}
    )
    kind = RadioField(
        _("How many answers may be ticked"),
        choices=[SelectChoice(one.value, QUESTION_KINDS[one]) for one in QuestionKind],
        default=QuestionKind.SINGLE.value,
    )
    choices = StringField("A", validators=[_SHORT])
    choice_b = StringField("B", validators=[_SHORT])
    choice_c = StringField("C", validators=[_SHORT])
    choice_d = StringField("D", validators=[_SHORT])
    choice_e = StringField("E", validators=[_SHORT])
    choice_f = StringField("F", validators=[_SHORT])
    right = SelectMultipleField(
        _("Right choices"),
        choices=[SelectChoice(one, one) for one in LETTERS],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    explanation = TextAreaField(
        _("Explanation (optional)"),
        validators=[Length(max=LONGEST_EXPLANATION)],
        render_kw={"rows": 3},
    )

    @property
    def choice_fields(self) -> list[StringField]:
        """The controls of the choices, from A."""
        first: StringField = self.choices
        return [first, *(self[f"choice_{letter}"] for letter in LETTERS[1:].lower())]

    def fill(self, facts: QuestionFacts) -> None:
        """Show a question."""
        self.text.data, self.kind.data = facts.text, facts.kind.value
        for field, choice in zip(self.choice_fields, facts.choices, strict=False):
            field.data = choice
        self.right.data = [LETTERS[index] for index in indexes(facts.right)]
        self.explanation.data = facts.explanation

    def value(self) -> QuestionFacts:
        """What was typed; empty choices at the end do not count."""
        typed = [one_line(field.data or "") for field in self.choice_fields]
        while typed and not typed[-1]:
            typed.pop()
        return QuestionFacts(
            kind=QuestionKind(self.kind.data),
            text=one_line(self.text.data or ""),
            choices=tuple(typed),
            right=chosen(LETTERS.index(one) for one in self.right.data or ()),
            explanation=(self.explanation.data or "").strip(),
        )


class PastedForm(PublicForm):
    """Several questions as one text."""

    PUBLIC_TEXTS = ("pasted",)

    pasted = TextAreaField(
        _("Questions"),
        validators=[InputRequired(_("Paste the questions first.")), Length(max=LONGEST_PASTED)],
        render_kw={"rows": 14},
    )


class SheetForm(Form):
    """Several questions as a spreadsheet."""

    file = FileField(
        _("Spreadsheet of questions (.xlsx or .csv)"),
        [FileRequired(_("Choose a file first."))],
        render_kw={"accept": ".xlsx,.csv"},
    )
