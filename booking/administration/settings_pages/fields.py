"""Form fields made of settings: each refuses what its setting refuses, with the same sentence."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from wtforms import Field, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from booking.errors import Invalid
from booking.settings.engine.kinds import Choice, Number, Secret, Setting, Several
from booking.web.request_safety import Form


def form_class(
    name: str, settings: Iterable[Setting[Any]], *, may_lack: Container[str] = ()
) -> type[Form]:
    """A form with one field for each setting, named like it.

    Those that `may_lack` a value are not refused where nothing was typed.
    """
    fields = {one.name: _field(one, [_accepts(one, one.name in may_lack)]) for one in settings}
    return type(name, (Form,), fields)


def _field(setting: Setting[Any], validators: list[Any]) -> Any:
    """The unbound field of one setting."""
    kind, label = setting.kind, setting.label
    if isinstance(kind, Choice):
        choices = [SelectChoice(value, words) for value, words in kind.options]
        return SelectField(label, choices=choices, validators=validators)
    if isinstance(kind, Several):
        return SelectMultipleField(
            label,
            choices=[SelectChoice(value, words) for value, words in kind.options],
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
            validators=validators,
        )
    if isinstance(kind, Secret):
        return PasswordField(label, validators=validators)
    shown = {"inputmode": "numeric"} if isinstance(kind, Number) else {}
    return StringField(label, validators=validators, render_kw=shown)


def _accepts(setting: Setting[Any], may_lack: bool) -> Any:
    """A validator that refuses what the setting refuses."""

    def accept(_form: Form, field: Field) -> None:
        if may_lack and not field.data:
            return
        try:
            if isinstance(setting.kind, Secret):
                setting.kind.check(field.data or "")
            elif field.data is not None or not isinstance(setting.kind, Choice):
                setting.read("" if field.data is None else field.data)
        except Invalid as error:
            raise ValidationError(error.sentence) from None

    return accept
