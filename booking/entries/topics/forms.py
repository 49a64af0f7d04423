"""The form of one topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from booking import i18n
from booking.entries.engine.parts import TopicFacts
from booking.entries.forms import Boxes
from booking.errors import Invalid
from booking.instructors.engine.vocabulary import (
    DEFAULT_MINUTES,
    LENGTH_OUT_OF_RANGE,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Audience,
    Format,
    TopicState,
)
from booking.lectures.words import AUDIENCES, FORMATS
from booking.text import one_line
from booking.visibility.public_texts import PublicForm
from booking.web.days import sensible_day
from booking.web.request_safety import WholeNumberField

LONGEST_SUMMARY = 2000

Tree = Sequence[tuple[Any, Sequence[Any]]]
"""`instructors.queries.field_tree`."""


class TopicForm(PublicForm):
    """A topic: what it is about, for whom, how, how long, and when it is offered."""

    PUBLIC_TEXTS = ("title", "summary")

    title = StringField(
        _("Title of the topic"),
        validators=[InputRequired(_("The title is missing.")), Length(max=200)],
    )
    summary = TextAreaField(
        _("Summary (optional)"), validators=[Length(max=LONGEST_SUMMARY)], render_kw={"rows": 5}
    )
    minutes = WholeNumberField(
        _("Minutes"),
        default=DEFAULT_MINUTES,
        validators=[
            NumberRange(min=SHORTEST_MINUTES, max=LONGEST_MINUTES, message=LENGTH_OUT_OF_RANGE)
        ],
    )
    # No SelectField: the template renders `field_options`, and the view knows the codes.
    field = StringField(_("Field"))
    audiences = Boxes(
        _("Audience (none: everybody)"),
        choices=[SelectChoice(one.value, AUDIENCES[one]) for one in Audience],
    )
    formats = Boxes(
        _("Format (none: an ordinary lecture)"),
        choices=[SelectChoice(one.value, FORMATS[one]) for one in Format],
    )
    first = DateField(_("Offered from (optional)"), validators=[Optional(), sensible_day])
    last = DateField(
        _("Offered until, the last day (optional)"), validators=[Optional(), sensible_day]
    )

    def fill(self, value: TopicFacts, tree: Tree) -> None:
        """Show a topic."""
        self.title.data, self.summary.data = value.title, value.summary
        self.minutes.data = value.minutes
        self.field.data = next((one.code for one in _every(tree) if one.id == value.field_id), "")
        self.audiences.data = [one.value for one in value.audiences]
        self.formats.data = [one.value for one in value.formats]
        self.first.data, self.last.data = value.first, value.last

    def value(self, tree: Tree, state: TopicState) -> TopicFacts:
        """What was typed; raises `Invalid` for a field that is not in the tree."""
        return TopicFacts(
            title=one_line(self.title.data or ""),
            summary=(self.summary.data or "").strip(),
            minutes=self.minutes.data,
            field_id=self._field_id(tree),
            audiences=tuple(one for one in Audience if one.value in self.audiences.data),
            formats=tuple(one for one in Format if one.value in self.formats.data),
            first=self.first.data,
            last=self.last.data,
            state=state,
        )

    def _field_id(self, tree: Tree) -> int | None:
        if not self.field.data:
            return None
        for one in _every(tree):
            if one.code == self.field.data:
                return int(one.id)
        raise Invalid(_("Choose from the list."), field="field")


def _every(tree: Tree) -> list[Any]:
    return [one for top, below in tree for one in (top, *below)]


def field_names(tree: Tree) -> list[tuple[int, str, str]]:
    """The ids, codes and names of all fields, those below another after it."""
    return [(one.id, one.code, i18n.data_name(one.name, one.name_en)) for one in _every(tree)]
