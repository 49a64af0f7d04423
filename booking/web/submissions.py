"""A submitted form: validated, acted on, and shown again with the sentences of a refusal."""

from __future__ import annotations

from collections.abc import Callable

from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from booking.errors import Invalid
from booking.web.problems import on_page


def submitted(
    form: FlaskForm,
    accept: Callable[[], ResponseReturnValue],
    show_again: Callable[[int], ResponseReturnValue],
) -> ResponseReturnValue:
    """The response of `accept` to a valid form; `show_again(status)` if a value is refused.

    A value is refused by the form's validators (422), or by an `Invalid` of `accept` that names a
    field of the form; another `Invalid` is raised again. A unit of work of `accept` is over then:
    `show_again` reads anew what it needs.
    """
    if not form.validate():
        return show_again(422)
    try:
        return accept()
    except on_page(Invalid) as error:
        if error.field not in form:
            raise
        return show_again(with_error(form, error).status)


def with_error(form: FlaskForm, error: Invalid) -> Invalid:
    """The error, after its sentence was added to the field that it names."""
    field = form._fields[error.field]
    field.errors = [*field.errors, error.sentence]
    return error
