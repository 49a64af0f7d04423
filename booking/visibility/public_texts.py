"""A validator of public texts: identity numbers are refused, telephone numbers asked about."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import has_request_context, request
from wtforms.validators import ValidationError

from booking.sentences import N_
from booking.visibility.engine.typed_numbers import TypedNumber, number_in
from booking.web.request_safety import Form

IDENTITY = N_("An identity number stands here, and others would read it. Take it out.")
PHONE = N_(
    "A telephone number seems to stand here, and others would read it. Take it out, or tick that "
    "it shall be published."
)


class PublicText:
    """Refuses an identity number; asks once more about a telephone number.

    The control then has a box beneath it (`components/forms.html`): ticked, the text is taken.
    """

    def __call__(self, _form: Any, field: Any) -> None:
        """Raise `ValidationError` for a number; a telephone number passes if the box is ticked."""
        found = number_in(field.data or "")
        if found is TypedNumber.IDENTITY:
            raise ValidationError(IDENTITY)
        if found is TypedNumber.PHONE:
            field.anyway = anyway_name(field.name)
            field.anyway_ticked = _ticked(field.anyway)
            if not field.anyway_ticked:
                raise ValidationError(PHONE)


class PublicForm(Form):
    """A form with texts that others will read."""

    PUBLIC_TEXTS: ClassVar[tuple[str, ...]] = ()
    """The names of their fields."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form is valid; `PublicText` looks at its public texts as well."""
        extra = {name: [PublicText()] for name in self.PUBLIC_TEXTS}
        return super().validate({**extra, **(extra_validators or {})})


def anyway_name(name: str) -> str:
    """The name of the box of a control."""
    return f"anyway-{name}"


def _ticked(name: str) -> bool:
    return has_request_context() and name in request.form
