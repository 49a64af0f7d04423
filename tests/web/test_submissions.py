"""What happens to a submitted form: accepted, or shown again with the sentences of its fields."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import InputRequired

from booking.errors import Invalid
from booking.web.request_safety import Form
from booking.web.submissions import submitted


class NameForm(Form):
    name = StringField(validators=[InputRequired("Give a name.")])


def submit(app: Flask, name: str, error: Invalid | None = None) -> tuple[object, list[str]]:
    """The response for a sent name, and the sentences of the field."""

    def accept() -> ResponseReturnValue:
        if error is not None:
            raise error
        return "accepted"

    with app.test_request_context(method="POST"):
        form = NameForm(formdata=MultiDict({"name": name}), meta={"csrf": False})
        response = submitted(form, accept, lambda status: f"again {status}")
        return response, [str(sentence) for sentence in form.name.errors]


def test_valid_values_are_accepted(app: Flask) -> None:
    assert submit(app, "Li") == ("accepted", [])


def test_a_value_is_refused_by_the_form_or_by_the_service(app: Flask) -> None:
    assert submit(app, "") == ("again 422", ["Give a name."])
    taken = Invalid("This name is taken.", field="name")
    assert submit(app, "Li", taken) == ("again 422", ["This name is taken."])


@pytest.mark.parametrize("field", [None, "other"])
def test_a_refusal_of_no_field_of_the_form_is_raised_again(app: Flask, field: str | None) -> None:
    with pytest.raises(Invalid):
        submit(app, "Li", Invalid("This cannot be done.", field=field))
