"""The forms of an entry, one for each part; each ends in the part's value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from booking import i18n
from booking.accounts.queries import RegionRow
from booking.entries.engine.parts import (
    Fields,
    Home,
    Introduction,
    Name,
    Post,
    Regions,
)
from booking.errors import Invalid
from booking.text import one_line
from booking.visibility.public_texts import PublicForm
from booking.web.request_safety import Form

LONGEST_INTRODUCTION = 2000


class Boxes(SelectMultipleField):  # type: ignore[misc]
    """Check boxes, of which any number may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NameForm(PublicForm):
    """The name, and how it is read."""

    PUBLIC_TEXTS = ("name", "reading")

    name = StringField(
        _("Name"), validators=[InputRequired(_("The name is missing.")), Length(max=60)]
    )
    reading = StringField(_("Reading in letters (optional)"), validators=[Length(max=120)])

    def fill(self, value: Name) -> None:
        """Show a value."""
        self.name.data, self.reading.data = value.name, value.reading

    def value(self) -> Name:
        """What was typed."""
        return Name(one_line(self.name.data or ""), one_line(self.reading.data or ""))


class PostForm(PublicForm):
    """Title and workplace."""

    PUBLIC_TEXTS = ("title", "workplace")

    title = StringField(_("Title (optional)"), validators=[Length(max=200)])
    workplace = StringField(_("Workplace"), validators=[Length(max=200)])

    def fill(self, value: Post) -> None:
        """Show a value."""
        self.title.data, self.workplace.data = value.title, value.workplace

    def value(self) -> Post:
        """What was typed."""
        return Post(one_line(self.title.data or ""), one_line(self.workplace.data or ""))


class IntroductionForm(PublicForm):
    """What the person says about themselves."""

    PUBLIC_TEXTS = ("text",)

    text = TextAreaField(
        _("Introduction (optional)"),
        validators=[Length(max=LONGEST_INTRODUCTION)],
        render_kw={"rows": 8},
    )

    def fill(self, value: Introduction) -> None:
        """Show a value."""
        self.text.data = value.text

    def value(self) -> Introduction:
        """What was typed."""
        return Introduction((self.text.data or "").strip())


class FieldsForm(Form):
    """The fields: those that are there are boxes, further ones are added one by one."""

    fields = Boxes(_("Fields"), coerce=int, validate_choice=False)
    # No SelectField: the template renders `field_options`, and the value is looked up by code.
    field = StringField(_("Add a field (optional)"))

    def offer(self, named: Iterable[tuple[int, str, str]], present: Iterable[int]) -> None:
        """The fields that are there, and those just ticked; `named` are ids, codes and names."""
        self.ids = {code: value for value, code, _label in named}
        shown = {*present, *(self.fields.data or [])}
        self.fields.choices = [
            SelectChoice(value, label) for value, _code, label in named if value in shown
        ]

    def fill(self, value: Fields) -> None:
        """Show a value."""
        self.fields.data = list(value.field_ids)

    def value(self) -> Fields:
        """What was ticked and added; raises `Invalid` for a field that is not in the list."""
        ticked = set(self.fields.data or [])
        if self.field.data:
            if self.field.data not in self.ids:
                raise Invalid(_("Choose from the list."), field="field")
            ticked.add(self.ids[self.field.data])
        return Fields(tuple(sorted(ticked)))


class RegionsForm(Form):
    """The regions served: those that are there are boxes, further ones are added one by one."""

    codes = Boxes(_("Regions served"), validate_choice=False)
    region = StringField(_("Add a district (optional)"))

    def offer(self, regions: Iterable[RegionRow], present: Iterable[str]) -> None:
        """The regions that are there, and those just ticked."""
        shown = {*present, *(self.codes.data or [])}
        self.codes.choices = [
            SelectChoice(region.code, i18n.data_name(region.name, region.name_en))
            for region in regions
            if region.code in shown
        ]

    def fill(self, value: Regions) -> None:
        """Show a value."""
        self.codes.data = list(value.codes)

    def value(self) -> Regions:
        """What was ticked and added."""
        added = [self.region.data] if self.region.data else []
        return Regions(tuple(sorted({*(self.codes.data or []), *added})))


class HomeForm(Form):
    """The region whose coordinators keep the entry."""

    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])

    def fill(self, value: Home) -> None:
        """Show a value."""
        self.region.data = value.region_code

    def value(self) -> Home:
        """What was chosen."""
        return Home(self.region.data or "")


class ListingForm(Form):
    """Whether searches find the entry."""

    listed = SelectField(choices=[SelectChoice("yes", "yes"), SelectChoice("no", "no")])


class NewEntryForm(PublicForm):
    """A new entry, by hand; everything else follows on its page."""

    PUBLIC_TEXTS = ("name", "reading", "title", "workplace")

    name = StringField(
        _("Name"), validators=[InputRequired(_("The name is missing.")), Length(max=60)]
    )
    reading = StringField(_("Reading in letters (optional)"), validators=[Length(max=120)])
    title = StringField(_("Title (optional)"), validators=[Length(max=200)])
    workplace = StringField(
        _("Workplace"), validators=[InputRequired(_("The workplace is missing.")), Length(max=200)]
    )
    region = StringField(_("District"), validators=[InputRequired(_("Choose a district."))])


class RemarksForm(Form):
    """Why a change is returned, and which one was seen."""

    remarks = TextAreaField(
        _("What should be different"), validators=[Length(max=500)], render_kw={"rows": 3}
    )
    asked_at = HiddenField()

    def belongs_to(self, request_id: int) -> RemarksForm:
        """Give the control an id of its own: a page has one for each change."""
        self.remarks.id = self.remarks.label.field_id = f"remarks-{request_id}"
        return self


SECTIONS: dict[str, Any] = {
    "name": NameForm,
    "post": PostForm,
    "introduction": IntroductionForm,
    "fields": FieldsForm,
    "regions": RegionsForm,
    "home": HomeForm,
}
"""The forms of one part each, by the part's value."""
